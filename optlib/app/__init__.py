"""The app: the phase notebooks of one workbook as pages, without code, for this machine only.

It is Voilà's stand-alone server, not its extension of Jupyter's server, for what it leaves out: a page can talk to the
widgets of its own kernel and to nothing else, while Jupyter's server would let whoever has the token run any code, open
terminals and read files. Only our own pages, the phases and the summary are served, on 127.0.0.1, to who has the token.
"""

from .server import serve
from .shelf import Shelf

__all__ = ["Shelf", "serve"]
