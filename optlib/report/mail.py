"""A summary of one page for a mail's body or a slide: inline styles and tables only, as mail programs need it."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path

from jinja2 import Template

from ..analysis.robustness import DRAWS, SEED
from ..atomic import write_atomically
from ..errors import OptlibError
from ..gates import check
from ..model import Workbook
from ..views.choices import choices, counts, headline, risks
from ..views.decided import deferrals
from ..views.render import day, environment, phrase
from ..words import chance, listed
from ..workbook_file import WorkbookFile, open_workbook

TEMPLATE = Path(__file__).parent / "template"
SHOWN_RISKS = 5
SHOWN_GATES = 5
_LONGEST = 240
_LONGEST_SENTENCE = 1000


def summary_path(report: Path) -> Path:
    """Where the summary of a report goes: beside it, as `NAME.summary.html`."""
    return report.with_name(f"{report.stem.removesuffix('.report')}.summary.html")


def write_summary(workbook_path: Path, report: Path, today: date) -> Path:
    """Write the one-page summary of a workbook beside its report and return where.

    Raises WorkbookError where the workbook can't be read and OptlibError where the file can't be written.
    """
    out = summary_path(report)
    page = summary_page(open_workbook(workbook_path), today, report.name)
    try:
        write_atomically(out, page.encode())
    except OSError as error:
        raise OptlibError(f"{out}: the summary can't be written: {error.strerror}") from None
    return out


def summary_page(file: WorkbookFile, today: date, report: str) -> str:
    """The summary as HTML that names where the full report lies."""
    workbook = file.workbook
    rows, worst = choices(workbook), risks(workbook)
    return _template().render(
        name=_brief(workbook.project.name) or "A decision without a name",
        project_line=" · ".join(_project(workbook, today)),
        headline=_brief(headline(workbook), _LONGEST_SENTENCE),
        counts=counts(workbook, rows, today),
        blocking=_blocking(workbook, today),
        chosen=[row for row in rows if row.chosen],
        deferred=deferrals(workbook, today),
        open=listed([row.domain.name for row in rows if not row.chosen and row.domain.id not in workbook.deferred]),
        risks=worst[:SHOWN_RISKS],
        risk_count=len(worst),
        report=report,
        made=_made(file, today),
    )


def _project(workbook: Workbook, today: date) -> list[str]:
    project, level = workbook.project, workbook.quality.level
    parts = [f"quality level {level}" if level else "no quality level chosen yet"]
    parts += [f"version {_brief(project.version)}"] if project.version else []
    parts += [f"owner {_brief(project.owner)}"] if project.owner else []
    return [*parts, f"as of {day(today)}"]


def _blocking(workbook: Workbook, today: date) -> str:
    """The first gates that block, and how many more do."""
    titles = [finding.gate.title for finding in check(workbook, today) if finding.blocks]
    more = len(titles) - SHOWN_GATES
    return listed([*titles[:SHOWN_GATES], f"{more} more"] if more > 0 else titles)


def _made(file: WorkbookFile, today: date) -> str:
    name = file.path.name
    return (
        f"Made with optlib {version('optlib')} from {name} (SHA-256 {file.sha256[:12]}…), judged as of {today};"
        f" {DRAWS:,} trials, seed {SEED}."
    )


def _brief(text: str, longest: int = _LONGEST) -> str:
    """A text short enough for a summary."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[:longest].rstrip()} …"


@cache
def _template() -> Template:
    return environment(TEMPLATE, phrase=phrase, brief=_brief, chance=chance, day=day).get_template("mail.html.j2")
