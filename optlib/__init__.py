"""optlib: a Jupyter workbook for deciding how a project is built.

file = optlib.open_workbook("decisions.yaml")
workbook = file.workbook                            a frozen value
file.put(workbook.model_copy(update={...}))         saved in place, comments kept
optlib.check(workbook, today)                       findings of the quality gates
optlib.rank_domain(workbook, "data_state")          totals with bounds, ties, eliminations
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import charts, editors, views
    from .analysis.matrix import option_matrix
    from .analysis.ranking import rank, rank_domain
    from .analysis.verdict import verdict
    from .catalogue import load_catalogue
    from .errors import ConflictError, HistoryError, OptlibError, RunError, SaveError, WorkbookError
    from .gates import check
    from .model import Workbook
    from .report.make import make_report
    from .workbook_file import WorkbookFile, day, open_workbook

__version__ = "0.1.0"

_HOMES = {
    "option_matrix": "analysis.matrix",
    "rank": "analysis.ranking",
    "rank_domain": "analysis.ranking",
    "verdict": "analysis.verdict",
    "load_catalogue": "catalogue",
    "ConflictError": "errors",
    "HistoryError": "errors",
    "OptlibError": "errors",
    "RunError": "errors",
    "SaveError": "errors",
    "WorkbookError": "errors",
    "check": "gates",
    "Workbook": "model",
    "make_report": "report.make",
    "WorkbookFile": "workbook_file",
    "day": "workbook_file",
    "open_workbook": "workbook_file",
}
_MODULES = ("charts", "editors", "views")

__all__ = [
    "ConflictError",
    "HistoryError",
    "OptlibError",
    "RunError",
    "SaveError",
    "Workbook",
    "WorkbookError",
    "WorkbookFile",
    "charts",
    "check",
    "day",
    "editors",
    "load_catalogue",
    "make_report",
    "open_workbook",
    "option_matrix",
    "rank",
    "rank_domain",
    "verdict",
    "views",
]


def __getattr__(name: str) -> Any:
    """Import a public name or module when it is first asked for, so that `import optlib` is instant."""
    if name in _MODULES:
        return import_module(f".{name}", __name__)
    if name not in _HOMES:
        raise AttributeError(f"module 'optlib' has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES, *_MODULES])
