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
THEMES = ("system", "light", "dark")
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
    from .notebook_copies import copy_notebooks, default_notebooks_folder
    from .starting import new_workbook

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


def _on_this_machine(_context: Any, option: click.Parameter, path: Path | None) -> Path | None:
    """Refuses a URL; a drive has one letter."""
    if path and path.parts and path.parts[0].endswith(":") and len(path.parts[0]) > 2:
        raise click.BadParameter(f"{path}: --{option.name} can't be a URL; name a folder of this machine.")
    return path


@main.command()
@click.argument("workbooks", nargs=-1, required=True, metavar="WORKBOOK...")
@click.option(
    "-o",
    "--out",
    default="",
    metavar="PATH|URL",
    help="The file to write, by default NAME.report.html beside WORKBOOK, of a URL here; of several, a folder.",
)
@click.option("--light", is_flag=True, help="Leave out the figures for exploring (2 MB less).")
@click.option("--pdf", is_flag=True, help="Also print it to a PDF beside it (needs Chromium or Chrome).")
@click.option("--summary", is_flag=True, help="Also write NAME.summary.html, one page for a mail or a slide.")
@click.option("--keep", type=_FILE, metavar="DIR", callback=_on_this_machine, help="Keep the executed notebooks here.")
@click.option(
    "--notebooks",
    type=_FILE,
    metavar="DIR",
    callback=_on_this_machine,
    help="Run these notebooks instead of the shipped ones.",
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Hold dates against this day instead of today.")
@click.option("-j", "--jobs", "workers", type=click.IntRange(1), help="Of several, how many at once [one a processor].")
@click.option("--time-limit", "seconds", type=click.FloatRange(1), help="Of several, seconds that each may take [600].")
@click.option("--memory", type=click.IntRange(256), help="Of several, MB that each process may use [4096].")
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Of several, make them on the Dask cluster with this scheduler; 'local' starts one of -j processes here.",
)
@click.option(
    "--shard",
    default="",
    metavar="I/N",
    help="Of several, make only the I-th of N parts, from 1: a machine each, in any order or at once. In a Kubernetes "
    "Indexed Job of N, I is $((JOB_COMPLETION_INDEX + 1)).",
)
def report(workbooks: tuple[str, ...], out: str, as_of: Any, **how: Any) -> None:
    """Run the notebooks on WORKBOOK and write one HTML report, or one for each of several, and an index.

    The report needs no server and no network. Where a cell fails, the last good report stays.

    Of several, or of a pattern such as 'teams/**/*.yaml', those that are unchanged are left alone; one that fails stops
    no other. results.json says what became of each. Exits with 0 where all are there, 1 where some failed, 2 where all
    did.

    WORKBOOK and -o may be URLs, s3://, gs:// or abfs://, and WORKBOOK also http:// or https://. Each needs an extra,
    such as optlib[s3], and finds its credentials where that store's own tools do.
    """
    from .batch.names import is_batch
    from .report.as_of import default_day

    day = as_of.date() if as_of else default_day()
    if is_batch(workbooks, out) or how["shard"]:
        sys.exit(_reports(workbooks, out, day, how))
    _report(workbooks[0], out, day, how)


def _report(workbook: str, out: str, day: date, how: dict[str, Any]) -> None:
    from .report.alone import load

    load()
    from .batch.single import at_hand
    from .batch.workers import default_workers
    from .report.mail import write_summary
    from .report.make import make_report
    from .report.pdf import pdf_path, print_pdf

    given = {name: how[name] for name in ("light", "keep", "notebooks")}
    with at_hand(workbook, out) as here:
        printed = pdf_path(here.out) if how["pdf"] else None
        with _bar() as progress:
            make_report(here.workbook, here.out, today=day, forks=default_workers(), progress=progress, **given)
        click.echo(f"Wrote {here.put(here.out)}")
        if printed:
            click.echo(f"Wrote {here.put(print_pdf(here.out, printed))}")
        if how["summary"]:
            click.echo(f"Wrote {here.put(write_summary(here.workbook, here.out, day))}")


def _reports(workbooks: tuple[str, ...], out: str, day: date, how: dict[str, Any]) -> int:
    from .batch.run import How, run_batch
    from .batch.shards import read_shard
    from .batch.shown import progress, summary

    if not out:
        raise click.UsageError("Several reports need a folder: name it with -o FOLDER.")
    given = {name: value for name, value in how.items() if value is not None}
    given["shard"] = read_shard(how["shard"] or "1/1")
    with progress() as tell:
        batch = run_batch(workbooks, out, How(day, **given), tell)
    click.echo(summary(batch))
    return batch.exit


@main.command()
@click.argument("workbook", type=_FILE)
@click.option("--app", is_flag=True, help="Show the notebooks as an app, without code (Voilà), instead of JupyterLab.")
@click.option("--theme", type=click.Choice(THEMES), default="system", show_default=True, help="Theme of the app.")
@click.option("--create", is_flag=True, help="Make WORKBOOK where it isn't there, without asking.")
@click.option("--no-browser", is_flag=True, help="Print the address, and open no browser.")
@click.option(
    "--notebooks", type=_FILE, metavar="DIR", help="Where the notebooks lie or are put; by default NAME-notebooks."
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[-- ARGUMENTS...]")
def edit(
    workbook: Path,
    app: bool,
    theme: str,
    create: bool,
    no_browser: bool,
    notebooks: Path | None,
    arguments: tuple[str, ...],
) -> None:
    """Open the phase notebooks on WORKBOOK, in JupyterLab or as an app. Needs optlib[lab].

    Where there is no WORKBOOK it offers to make one. The notebooks are copied beside it the first time; cells of your
    own in them stay, and those you haven't changed are brought up to date with optlib. Only this machine can open the
    address that is printed, with the token in it. What stands after -- goes to JupyterLab or Voilà, for example:
    optlib edit mine.yaml -- --port=9000
    """
    from .first_run import make_sure_of
    from .notebook_copies import default_notebooks_folder
    from .opening import How
    from .opening import edit as opened

    make_sure_of(workbook, create)
    folder = notebooks or default_notebooks_folder(workbook)
    sys.exit(opened(workbook, folder, How(app, theme, not no_browser, arguments)))


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
@click.argument("workbook", type=_FILE)
@click.option("--show", type=int, metavar="N", help="Print the text of version N.")
@click.option("--diff", type=int, metavar="N", help="Print what version N changed, as a unified diff.")
@click.option("--restore", type=int, metavar="N", help="Make version N current again, as a new version.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def history(workbook: Path, show: int | None, diff: int | None, restore: int | None, as_json: bool) -> None:
    """List every saved version of WORKBOOK, newest first, and go back to one.

    Each line has the number, when, who, and what changed. Nothing is lost by going back: it makes a new version. It
    also works where the file was deleted or broken. The history lies in the folder .optlib beside the workbook.
    """
    from . import history_data

    if sum(number is not None for number in (show, diff, restore)) > 1:
        raise click.UsageError("--show, --diff and --restore can't be used together; choose one.")
    if show is not None:
        click.echo(history_data.version_text(workbook, show), nl=False)
    elif diff is not None:
        click.echo(history_data.difference(workbook, diff), nl=False)
    elif restore is not None:
        history_data.restore(workbook, restore)
        click.echo(f"Version {restore} of {workbook} is current again")
    elif as_json:
        click.echo(json.dumps(history_data.versions(workbook), indent=2, ensure_ascii=False))
    else:
        click.echo(history_data.versions_text(workbook))


@main.command()
def schema() -> None:
    """Print the JSON Schema of the workbook file."""
    from .schema import schema_text

    click.echo(schema_text(), nl=False)


@contextmanager
def _bar() -> Iterator[Any]:
    """A progress bar on stderr that names what runs; nothing where stderr isn't a terminal."""
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # a thread of tqdm's would keep notebooks from being forked from here
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
