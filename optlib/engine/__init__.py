"""A papermill engine: each notebook runs in a fresh child, forked from one process that has imported everything.

The owner (whoever calls papermill) meets it as `engine_name="optlib"`, or `papermill --engine optlib`:

    owner: engine -> manager -> preloaded ---fork, interrupt, kill----> server: imports, forks, reaps
                       |                                                   |
                    client <------ messages of the Jupyter protocol ----> child: kernel, shell, streams

A child is a real ipykernel without ZeroMQ: what it would publish goes through one socket, in order, and nbclient
makes outputs of it as of any kernel's. Where processes can't be forked safely, nbclient's own kernels are used.

papermill imports every registered engine when it is imported itself, so importing this must cost nothing.
"""
