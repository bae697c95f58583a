"""What a reader gets from optlib's report, against nbconvert's default HTML of the same executed notebooks.

The notebooks are executed once and both kinds of page made from them; one has a cell more, whose HTML brings a script.
Each page is opened in Chromium without a network, in the light theme, with what is folded unfolded; the figures for
exploring are unfolded last, and counted if they are drawn. Prints a Markdown table.
Run: python benchmarks/against_nbconvert.py [WORKBOOK]
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import nbformat
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
WORKBOOK = ROOT / "data" / "examples" / "optlib.yaml"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND"
SETTLED = 3000  # milliseconds: what a page loads and draws by itself is done
UNFOLD = "for (const one of document.querySelectorAll('details:not(.explore, .what-if)')) one.open = true"
EXPLORE = "for (const one of document.querySelectorAll('details.explore')) one.open = true"
FIGURES = "document.querySelectorAll('svg.main-svg:first-child').length"
ROWS = {
    "files": lambda seen: f"{seen.files}",
    "size": lambda seen: f"{seen.size / 1e6:.2f} MB",
    "requests to other hosts": lambda seen: f"{seen.requests}",
    "console errors": lambda seen: f"{seen.errors}",
    "words": lambda seen: f"{seen.words:,}",
    "of these with scripts off": lambda seen: f"{100 * seen.words_without_scripts / seen.words:.1f} %",
    "pages that a phone scrolls sideways (390 px)": lambda seen: f"{seen.wide}",
    "figures drawn": lambda seen: f"{seen.figures}",
    "rules of axe that are broken (light)": lambda seen: f"{len(seen.rules)}",
    "by how many elements": lambda seen: f"{seen.places}",
    "scripts in a cell's HTML that run": lambda seen: f"{seen.scripts}",
}
SCRIPT = "from IPython.display import HTML\nHTML('<p>A note</p><script>window.broughtByACell = 1</script>')"


@dataclass
class Seen:
    """What was counted on the pages of one kind."""

    files: int = 0
    size: int = 0
    requests: int = 0
    errors: int = 0
    words: int = 0
    words_without_scripts: int = 0
    wide: int = 0
    figures: int = 0
    rules: set[str] = field(default_factory=set)
    places: int = 0
    scripts: int = 0


def run(*command: str | Path) -> None:
    """Run a command of this environment quietly; its failure ends the comparison."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PATH": path})


def with_a_script(folder: Path) -> Path:
    """A copy of the notebooks, one of them with a cell more."""
    shutil.copytree(ROOT / "notebooks", folder)
    path = folder / "decision_report.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(SCRIPT, id="mine"))
    nbformat.write(notebook, path)
    return folder


def pages(workbook: Path, folder: Path) -> dict[str, list[Path]]:
    """The pages of each kind, made from notebooks that are executed once."""
    notebooks = with_a_script(folder / "notebooks")
    ours, light, kept, theirs = folder / "ours.html", folder / "light.html", folder / "kept", folder / "theirs"
    run("optlib", "report", workbook, "-o", ours, "--keep", kept, "--notebooks", notebooks)
    run("optlib", "report", workbook, "-o", light, "--light", "--notebooks", notebooks)
    run("jupyter", "nbconvert", "--to", "html", "--output-dir", theirs, *sorted(kept.glob("*.ipynb")))
    return {
        "`optlib report`": [ours],
        "`optlib report --light`": [light],
        "`jupyter nbconvert --to html`": sorted(theirs.glob("*.html")),
    }


def words(page: Page) -> int:
    """How many words can be seen."""
    page.evaluate(UNFOLD)
    return len(page.locator("body").inner_text().split())


@contextmanager
def opened(browser: Browser, path: Path, seen: Seen, scripts: bool) -> Iterator[Page]:
    """A page in a new window, what it asks for and complains of being counted where scripts may run."""
    context = browser.new_context(
        java_script_enabled=scripts, color_scheme="light", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    if scripts:
        page.on("request", lambda request: setattr(seen, "requests", seen.requests + request.url.startswith("http")))
        page.on("console", lambda message: setattr(seen, "errors", seen.errors + (message.type == "error")))
        page.on("pageerror", lambda _: setattr(seen, "errors", seen.errors + 1))
    page.goto(path.as_uri(), wait_until="load")
    page.wait_for_timeout(SETTLED)
    yield page
    context.close()


def look(browser: Browser, paths: list[Path]) -> Seen:
    """Count on all pages of one kind."""
    seen = Seen(files=len(paths), size=sum(path.stat().st_size for path in paths))
    for path in paths:
        with opened(browser, path, seen, scripts=False) as page:
            seen.words_without_scripts += words(page)
        with opened(browser, path, seen, scripts=True) as page:
            seen.words += words(page)
            found = Axe().run(page).response["violations"]
            seen.rules |= {rule["id"] for rule in found}
            seen.places += sum(len(rule["nodes"]) for rule in found)
            seen.scripts += page.evaluate("window.broughtByACell || 0")
            page.evaluate(EXPLORE)
            page.wait_for_timeout(SETTLED)
            seen.figures += page.evaluate(FIGURES)
            page.set_viewport_size({"width": 390, "height": 844})
            page.wait_for_timeout(SETTLED)
            seen.wide += page.evaluate("document.documentElement.scrollWidth > 390")
    return seen


def table(kinds: dict[str, Seen]) -> str:
    """The comparison in Markdown."""
    lines = [f"| | {' | '.join(kinds)} |", f"|---|{'---:|' * len(kinds)}"]
    lines += [f"| {name} | {' | '.join(shown(seen) for seen in kinds.values())} |" for name, shown in ROWS.items()]
    return "\n".join(lines)


def main(workbook: Path) -> None:
    """Make the pages, look at them, and print what was found and with which versions."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        kinds = pages(workbook, Path(folder))
        browser = playwright.chromium.launch(executable_path=program, args=[*ARGUMENTS, OFFLINE])
        names = ("optlib", "nbconvert", "plotly", "axe-playwright-python")
        versions = ", ".join(f"{name} {version(name)}" for name in names)
        print(f"{workbook.name}; {versions}, Chromium {browser.version}\n")
        print(table({name: look(browser, paths) for name, paths in kinds.items()}))
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else WORKBOOK)
