"""The command line: thin verbs over the library, each importing what it needs when it runs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from . import __version__
from .errors import OptlibError

LEVELS = ("experiment", "prototype", "production", "secure")
BLOCKED, UNREADABLE = 1, 2
_FILE = click.Path(path_type=Path)


class _Verbs(click.Group):
    """Shows every error of ours in one piece on stderr; with --debug, where it came from."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except OptlibError as error:
            if context.params.get("debug"):
                raise
            click.echo(f"Error: {error}" if "\n" not in str(error) else str(error), err=True)
            context.exit(UNREADABLE)


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="optlib")
@click.option("--debug", is_flag=True, help="Show where an error came from.")
def main(debug: bool) -> None:
    """Decide how a project is built, and report it.

    A workbook is one YAML file: context, candidates, scores, weights, decisions. Start one with `optlib new`, fill it
    in by hand or in JupyterLab with `optlib edit`, hold it to its quality gates with `optlib check`, and make the HTML
    report with `optlib report`.
    """


@main.command()
@click.argument("path", type=_FILE)
@click.option("--level", type=click.Choice(LEVELS), default="prototype", show_default=True, help="Quality level.")
@click.option("--notebooks", is_flag=True, help="Also copy the notebooks, into NAME-notebooks beside PATH.")
@click.option(
    "--example", default="", metavar="NAME", help="Copy a shipped example: optlib, hhs_wiki_platform or pep374_dvcs."
)
def new(path: Path, level: str, notebooks: bool, example: str) -> None:
    """Write a commented workbook to fill in. Never overwrites."""
    from .starting import copy_notebooks, default_notebooks_folder, new_workbook

    new_workbook(path, level, example)
    click.echo(f"Wrote {path}")
    if notebooks:
        copy_notebooks(default_notebooks_folder(path))
        click.echo(f"Wrote the notebooks to {default_notebooks_folder(path)}")


@main.command()
@click.argument("workbooks", nargs=-1, required=True, type=_FILE, metavar="WORKBOOK...")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Hold dates against this day instead of today.")
def check(workbooks: tuple[Path, ...], as_json: bool, as_of: Any) -> None:
    """Hold workbooks to the gates of their quality level.

    Exits with 0 where nothing blocks, 1 where a required gate does, 2 where a workbook can't be read.
    """
    from .checking import check_files, checked_text

    results = check_files(workbooks, as_of.date() if as_of else date.today())
    text = json.dumps(results, indent=2, ensure_ascii=False) if as_json else checked_text(results)
    if text:
        click.echo(text)
    for result in results:
        if "error" in result:
            click.echo(result["error"], err=True)
    sys.exit(max(result["exit"] for result in results))


@main.command()
@click.argument("workbook", type=_FILE)
@click.option("-o", "--out", type=_FILE, help="The HTML file to write; by default NAME.report.html beside WORKBOOK.")
@click.option("--light", is_flag=True, help="Leave out the figures for exploring (2 MB less).")
@click.option("--keep", type=_FILE, metavar="DIR", help="Keep the executed notebooks here.")
@click.option("--notebooks", type=_FILE, metavar="DIR", help="Run these notebooks instead of the shipped ones.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Hold dates against this day instead of today.")
def report(
    workbook: Path, out: Path | None, light: bool, keep: Path | None, notebooks: Path | None, as_of: Any
) -> None:
    """Run the notebooks on WORKBOOK and write one HTML report.

    The report needs no server and no network. Where a cell fails, the last good report stays.
    """
    from .report.make import default_report_path, make_report

    place = out or default_report_path(workbook)
    day = as_of.date() if as_of else None
    with _bar() as progress:
        make_report(workbook, place, today=day, notebooks=notebooks, keep=keep, light=light, progress=progress)
    click.echo(f"Wrote {place}")


@main.command()
@click.argument("workbook", type=_FILE)
@click.option(
    "--notebooks", type=_FILE, metavar="DIR", help="Where the notebooks lie or are put; by default NAME-notebooks."
)
@click.argument("lab_arguments", nargs=-1, type=click.UNPROCESSED, metavar="[-- JUPYTERLAB_ARGUMENTS...]")
def edit(workbook: Path, notebooks: Path | None, lab_arguments: tuple[str, ...]) -> None:
    """Open JupyterLab on the phase notebooks, on WORKBOOK. Needs optlib[lab].

    The notebooks are copied beside the workbook the first time; cells of your own in them stay. What stands after --
    goes to JupyterLab, for example: optlib edit mine.yaml -- --no-browser
    """
    from .starting import default_notebooks_folder
    from .starting import edit as open_lab

    sys.exit(open_lab(workbook, notebooks or default_notebooks_folder(workbook), lab_arguments))


@main.command()
@click.argument("workbook", type=_FILE)
@click.option("--domain", default="", metavar="ID", help="Only this domain, for example data_state.")
@click.option(
    "--phase", type=click.IntRange(0, 3), default=3, show_default=True, help="Use the criteria up to this phase."
)
@click.option("--json", "as_json", is_flag=True, help="Print the analysis as JSON.")
def rank(workbook: Path, domain: str, phase: int, as_json: bool) -> None:
    """Rank the candidates of each domain.

    Totals are points of 100, with the bounds that ranges and gaps allow; eliminations name the must. As JSON it also
    gives trials, flip points, what is worth knowing and every value; docs/numbers.md documents the keys.
    """
    from .ranking_data import ranked, ranked_text

    if as_json:
        click.echo(json.dumps(ranked(workbook, domain, phase), indent=2, ensure_ascii=False))
    else:
        click.echo(ranked_text(workbook, domain, phase))


@main.command()
def schema() -> None:
    """Print the JSON Schema of the workbook file."""
    from .schema import schema_text

    click.echo(schema_text(), nl=False)


@contextmanager
def _bar() -> Iterator[Any]:
    """A progress bar on stderr that names what runs; nothing where stderr isn't a terminal."""
    from tqdm import tqdm

    form = "{desc:<35}{bar:30} {n_fmt}/{total_fmt} {elapsed}"
    bar = tqdm(total=1, bar_format=form, disable=not sys.stderr.isatty(), leave=False)

    def show(name: str, done: int, steps: int) -> None:
        bar.total, bar.n = steps, done
        bar.set_description_str(f"Running {name}")

    try:
        yield show
    finally:
        bar.close()


if __name__ == "__main__":
    main()
