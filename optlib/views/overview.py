"""The executive summary, the risks, the context, and how the report was made."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from platform import python_version

from ..analysis.robustness import DRAWS, SEED
from ..analysis.verdict import FIRM, LIKELY
from ..decisions import is_decided
from ..model import Workbook
from ..open_points import open_points
from ..recipes import remembered
from ..workbook_file import WorkbookFile
from .choices import choices, counts, figures, headline
from .choices import risks as found_risks
from .render import Html, joined, render, style

KINDS = {"compliance": "Compliance", "deadline": "Deadline", "budget": "Budget", "team_skills": "Team skills"}
KINDS |= {"legacy": "Legacy", "other": "Other"}
NEXT = 5


@remembered
def context(workbook: Workbook) -> Html:
    """Goals, success criteria, constraints by kind, assumptions, what is out of scope, and who is involved."""
    by_kind = {
        title: [constraint for constraint in workbook.context.constraints if constraint.kind == kind]
        for kind, title in KINDS.items()
    }
    return render("context.html", workbook=workbook, context=workbook.context, by_kind=by_kind)


@remembered
def summary(workbook: Workbook, today: date) -> Html:
    """What to build, how sure that is, and the nearest thing that would change it, with the views' style sheet."""
    rows = choices(workbook)
    undecided = not all(is_decided(workbook, row.domain.id) or row.state == "deferred" for row in rows)
    body = render(
        "summary.html",
        headline=headline(workbook),
        counts=counts(workbook, rows, today),
        figures=figures(workbook, rows, today),
        choices=rows,
        next=open_points(workbook, today)[:NEXT] if undecided else (),
    )
    return joined(style("summary"), body)


@remembered
def risks(workbook: Workbook) -> Html:
    """The risks of what is chosen, the worst first, each with what is done against it."""
    return render("risks.html", risks=found_risks(workbook))


def how_made(file: WorkbookFile, today: date) -> Html:
    """From what the report was made, so that it can be made again."""
    versions = {"Python": python_version()}
    versions |= {name: version(name) for name in ("optlib", "numpy", "scipy", "papermill", "plotly")}
    trials = {"draws": DRAWS, "seed": SEED, "firm": FIRM, "likely": LIKELY}
    return render("made.html", workbook=file.workbook, sha256=file.sha256, versions=versions, today=today, **trials)
