"""Many reports at once: each in a process of its own, with limits, and only those that are not there yet.

run_batch(arguments, folder)  ->  names (which workbooks, which files)  ->  keys (what is unchanged)
    ->  workers (threads here), or cluster (threads of Dask workers, which are sent parcels)
    ->  errand (one workbook)  ->  nursery (forks a child per workbook)  ->  task (make_report)
    ->  results (one file beside each report, results.json over all)  ->  index (one page over all)
"""
