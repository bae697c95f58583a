"""What cells of a notebook show, hostile or only odd, neither runs, loads, covers nor breaks anything in a report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Browser, ElementHandle, Page

from optlib import make_report
from optlib.report.figures import TALLEST, read_figure, why_not
from optlib.report.harmless import clean
from optlib.report.join import LONGEST_TEXT, Block, join

from .conftest import EXAMPLES, ROOT, TODAY
from .test_report import own_notebooks
from .test_report_page import Opened, opened

ATTACKS = ROOT / "tests" / "data" / "attacks" / "outputs.json"
PLOTLY = "application/vnd.plotly.v1+json"
SHOW_ALL = """\
import json, pathlib, sys
from IPython.display import display
for attack in json.loads(pathlib.Path({path!r}).read_text("utf-8")):
    print("the attack", attack["id"])
    display(attack["data"], metadata=attack.get("metadata"), raw=True)
print("on stderr", file=sys.stderr)
print("\\x1b[31mred\\x1b[0m")
print("long " * 1_000_000)
"""
FOREIGN = """\
iframe, style, meta, object, embed, form, base, link, video, template, nav, svg:not(.plot svg),
button:not(.what-if button, .plot button), img:not([src^="data:image/"]), script:not([type="application/json"]),
[onclick], [onload], [onerror], [href^="javascript:" i], [href^="//"], [role=main], [role=alert], [role=dialog]"""


def blocks_of(tmp_path: Path, *outputs: dict[str, Any], source: str = "") -> list[Block]:
    """What a report makes of outputs of one cell, below a heading, after a cell of Markdown."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells.append(nbformat.v4.new_markdown_cell(source or "## Mine"))
    shown = [nbformat.v4.new_output("display_data", **output) for output in outputs]
    notebook.cells.append(nbformat.v4.new_code_cell(outputs=shown))
    path = tmp_path / "decision_report.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return join(nbformat.read(str(path), as_version=4), {})


def figure(*traces: dict[str, Any], **layout: Any) -> dict[str, Any]:
    """A figure as a report reads it."""
    read = read_figure({"data": list(traces) or [{"type": "bar", "y": [1]}], "layout": layout})
    assert read is not None
    return read


def hover_over(page: Page, plot: ElementHandle) -> None:
    """Go over a figure from its left to its right."""
    plot.evaluate("plot => plot.scrollIntoView({ behavior: 'instant', block: 'center' })")
    box = plot.bounding_box()
    assert box is not None
    for step in range(1, 20):
        page.mouse.move(box["x"] + box["width"] * step / 20, 450)
    page.wait_for_timeout(60)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of an example with a cell that shows every attack."""
    folder = tmp_path_factory.mktemp("attacked")
    notebooks = own_notebooks(folder / "notebooks", "decision_report", SHOW_ALL.format(path=str(ATTACKS)))
    return make_report(EXAMPLES / "hhs_wiki_platform.yaml", folder / "r.html", today=TODAY, notebooks=notebooks)


@pytest.fixture(scope="module")
def unfolded(browser: Browser, attacked: Path) -> Iterator[tuple[Opened, list[str]]]:
    """That report with all that can be unfolded unfolded and drawn, hovered over, and dark; with what popped up."""
    seen = opened(browser, attacked)
    popped: list[str] = []
    seen.page.on("dialog", lambda dialogue: (popped.append(dialogue.message), dialogue.dismiss()))
    seen.page.on("popup", lambda window: popped.append(window.url))
    seen.page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    seen.page.wait_for_function(
        "() => [...document.querySelectorAll('figure:has(> script) > .plot')]"
        ".every(plot => plot.querySelector('.main-svg') || plot.textContent.startsWith('This browser'))"
    )
    for plot in seen.page.query_selector_all(".js-plotly-plot"):
        hover_over(seen.page, plot)
    seen.page.get_by_role("button", name="Dark").click()
    seen.page.wait_for_timeout(500)
    yield seen, popped
    seen.page.context.close()


@pytest.mark.browser
def test_nothing_runs_loads_or_leaves(unfolded: tuple[Opened, list[str]], attacked: Path) -> None:
    """No dialogue, no window, no request, no other page, and no complaint, also after each figure was hovered over."""
    seen, popped = unfolded
    assert popped == []
    assert seen.requests == [attacked.as_uri()]
    assert seen.page.url == attacked.as_uri()
    assert seen.complaints == []


@pytest.mark.browser
def test_no_foreign_element_comes_in(unfolded: tuple[Opened, list[str]]) -> None:
    """Of a cell's HTML only harmless elements are left, and nothing after the page's end."""
    page = unfolded[0].page
    found = page.locator("main").locator(FOREIGN).evaluate_all("all => all.map(each => each.outerHTML.slice(0, 99))")
    assert found == []
    assert page.evaluate("[...document.querySelectorAll('body > :not(svg)')].map(each => each.tagName)") == [
        "A", "HEADER", "DIV", "SCRIPT", "SCRIPT",
    ]  # fmt: skip


@pytest.mark.browser
def test_nothing_lies_over_the_page(unfolded: tuple[Opened, list[str]]) -> None:
    """Nothing from a cell is fixed or sticks, what is in a bar is cut off, and the page fits its window."""
    page = unfolded[0].page
    found = page.evaluate(
        """() => [...document.querySelectorAll("main :not(.plot *, .what-if *, caption, th)")].filter((each) => {
          const { position, overflowX } = getComputedStyle(each);
          return ["fixed", "sticky"].includes(position) || (position === "absolute" && overflowX !== "clip");
        }).map((each) => each.outerHTML.slice(0, 99))"""
    )
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


@pytest.mark.browser
def test_the_figures_of_the_report_are_drawn_beside_them(unfolded: tuple[Opened, list[str]]) -> None:
    """The figures of the report's own cells are all drawn, and take the dark theme's colours."""
    page = unfolded[0].page
    own = page.locator("details.explore").first.locator(".plot")
    assert own.count() == own.locator(".main-svg:nth-child(1)").count() == 3
    ink = page.evaluate("getComputedStyle(document.body).color")
    assert (
        page.evaluate("[...document.querySelectorAll('.explore .js-plotly-plot')].map(p => p.layout.font.color)")
        == [ink] * page.locator(".explore .js-plotly-plot").count()
    )


@pytest.mark.browser
def test_the_contents_and_the_panels_are_the_reports_own(unfolded: tuple[Opened, list[str]]) -> None:
    """Each id stands once, the contents lead to headings, and panels are those with data, the report's own first."""
    page = unfolded[0].page
    ids = page.evaluate("[...document.querySelectorAll('[id]:not(.plot *)')].map(each => each.id)")
    targets = page.evaluate("[...document.querySelectorAll('nav a')].map(a => document.querySelector(a.hash)?.tagName)")
    panels = page.locator("details.what-if > summary").all_text_contents()
    assert len(ids) == len(set(ids))
    assert set(targets) <= {"H2", "H4"}
    assert panels == ["Try other weights: Tooling", "Try other weights: </script><img src=x onerror=alert(24)>"]


def test_the_rest_is_there(attacked: Path) -> None:
    """After each attack the next output is shown, up to the last; what goes to stderr is not."""
    page = attacked.read_text(encoding="utf-8")
    missing = [
        attack["id"] for attack in json.loads(ATTACKS.read_text("utf-8")) if f"the attack {attack['id']}" not in page
    ]
    assert missing == []
    assert "MDTEXT2 <strong>bold</strong>" in page
    assert "LATEXPLAIN" in page
    assert "<pre>red\n" in page
    assert "on stderr" not in page


def test_a_long_output_is_cut(tmp_path: Path) -> None:
    """Of a text that nobody would read its beginning is shown, and how much is left out."""
    blocks = blocks_of(tmp_path, {"data": {"text/plain": "x" * (LONGEST_TEXT + 1234)}})
    assert "1,234 more characters are left out" in blocks[-1].html
    assert len(blocks[-1].html) < LONGEST_TEXT + 200


@pytest.mark.parametrize("title", ["plotly packed", "main"])
def test_a_heading_takes_no_id_of_the_page(tmp_path: Path, title: str) -> None:
    """A heading that is called as a part of the page is called gets a number."""
    blocks = blocks_of(tmp_path, {"data": {"text/plain": "x"}}, source=f"## {title}")
    assert blocks[0].anchor == f"{title.replace(' ', '-')}-2"


def test_two_headings_of_one_name_have_two_anchors(tmp_path: Path) -> None:
    """The second of two headings with one title gets a number, so that the contents lead to each."""
    blocks = blocks_of(tmp_path, {"data": {"text/plain": "x"}}, source="## Costs\n\nsome\n\n## Costs")
    assert [block.anchor for block in blocks if block.kind == "heading"] == ["costs", "costs-2"]


@pytest.mark.parametrize("written", ["text", 7, [1], {"data": {"a": 1}}, {"layout": [1]}, {"data": [1]}, None])
def test_what_is_no_figure_is_shown_in_its_next_form(tmp_path: Path, written: Any) -> None:
    """Data of Plotly's type that has not the shape of a figure counts as not there."""
    assert read_figure(written) is None
    blocks = blocks_of(tmp_path, {"data": {PLOTLY: written, "text/plain": "instead"}})
    assert blocks[-1].html == "<pre>instead</pre>"


def test_a_map_is_named_and_not_drawn(tmp_path: Path) -> None:
    """A figure that Plotly would load a map for is replaced by words with its title."""
    shown = {"data": [{"type": "choropleth"}], "layout": {"title": {"text": "Sites <b>"}}}
    blocks = blocks_of(tmp_path, {"data": {PLOTLY: shown}})
    assert "the figure “Sites &lt;b&gt;” is not shown: it is a map, which would be loaded" in blocks[-1].html


def test_a_template_makes_no_map() -> None:
    """Plotly's own templates name every type of trace, maps too, and a category may be called as a map is."""
    template = {"data": {"choropleth": [{"type": "choropleth"}]}}
    assert why_not(figure({"type": "bar", "x": ["choropleth"]}, template=template)) == ""


def test_a_figure_fits_the_page() -> None:
    """Its width is the page's, also where a template sets one, and its height has a limit."""
    fitted = figure(width=9_000, height=9_000, template={"layout": {"width": 9_000, "height": 1e9}})["layout"]
    assert fitted == {"height": TALLEST, "template": {"layout": {"height": TALLEST}}}


def test_numbers_that_json_does_not_have_are_gaps() -> None:
    """NaN and infinity, which would leave the whole figure undrawn, become nothing."""
    assert figure({"y": [1.0, float("nan"), float("inf")]})["data"] == [{"y": [1.0, None, None]}]


@pytest.mark.parametrize("style", ["width:9999px", "left:-500%", "width:101%", "position:fixed", "left:calc(1px)"])
def test_a_size_out_of_bounds_is_dropped(style: str) -> None:
    """Of styles only shares of what an element stands in are left."""
    assert clean(f'<p style="{style}; right:5%">x</p>') == '<p style="right:5%">x</p>'


@pytest.mark.parametrize("address", ["//tracker.example/x", "\\\\tracker.example\\x", "/\t/tracker.example", "/\\x"])
def test_a_link_to_another_machine_says_how(address: str) -> None:
    """An address of two slashes, which some systems take for a file share and greet by name, is dropped."""
    assert "href" not in clean(f'<a href="{address}">x</a>')
    assert 'href="other.html"' in clean('<a href="other.html">x</a>')
