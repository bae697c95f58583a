"""The reports are valid HTML, held to by a parser that forgives nothing and by rules it doesn't know."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest

from optlib import make_report
from optlib.model import FORMAT

from .conftest import EXAMPLES, TODAY
from .test_hostile_text import hostile_workbook

HTML = "{http://www.w3.org/1999/xhtml}"
PHRASING = {"a", "b", "br", "code", "del", "em", "i", "img", "mark", "s", "small", "span", "strong", "sub", "sup", "u"}
ONLY_PHRASING = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "span", "em", "strong", "summary"}
EXAMPLE_NAMES = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))
OWN = {
    "empty": {"format": FORMAT},
    "half filled": {
        "format": FORMAT,
        "project": {"name": "Half", "summary": "A list:\n\n- one\n- two\n\n| a | b |\n|---|---|\n| c | d |"},
        "quality": {"level": "prototype"},
        "options": {"languages": {"candidates": {"python": {"pros": ["Known"]}, "rust": {}}}},
    },
    "hostile": hostile_workbook(),
}


@pytest.fixture(scope="module", params=[*EXAMPLE_NAMES, *OWN])
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of each shipped example, and of workbooks that have little, or nothing good, in them."""
    folder = tmp_path_factory.mktemp("valid")
    workbook = EXAMPLES / f"{request.param}.yaml"
    if request.param in OWN:
        workbook = folder / "own.yaml"
        workbook.write_text(json.dumps(OWN[request.param]), encoding="utf-8")
    return make_report(workbook, folder / "report.html", today=TODAY)


@pytest.fixture(scope="module")
def tree(report: Path) -> Element:
    """The report as elements; a parser that stops at the first fault has read it."""
    return html5lib.HTMLParser(strict=True).parse(report.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def named(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).removeprefix(HTML)


def test_a_strict_parser_reads_it(tree: Element) -> None:
    """Nothing is left open, closed twice, or in a place where it may not stand."""
    assert named(tree) == "html"
    assert tree.get("lang") == "en"


def test_no_id_stands_twice(tree: Element) -> None:
    """Each id names one element."""
    ids = Counter(element.get("id") for element in tree.iter() if element.get("id") is not None)
    assert [one for one, count in ids.items() if count > 1] == []


def test_each_reference_leads_to_an_element(tree: Element) -> None:
    """What labels or describes something by id, and each link within the page, has its element."""
    ids = {element.get("id") for element in tree.iter()}
    wanted = {word for element in tree.iter() for key in ("aria-labelledby", "aria-describedby", "for")
              for word in (element.get(key) or "").split()}  # fmt: skip
    wanted |= {address[1:] for element in tree.iter(f"{HTML}a") if (address := element.get("href", "")).startswith("#")}
    assert wanted - ids == set()


def test_words_hold_no_blocks(tree: Element) -> None:
    """In paragraphs, headings and spans stand only words and what words are set in."""
    inner = {"script", "noscript"}
    wrong = [
        (named(parent), named(child))
        for parent in tree.iter()
        for child in parent
        if named(parent) in ONLY_PHRASING and named(child) not in PHRASING | inner
    ]
    assert [pair for pair in wrong if not (pair[0] == "summary" and pair[1] in {"h3", "h4", "h5", "h6"})] == []


def test_lists_hold_items_and_tables_rows(tree: Element) -> None:
    """Nothing stands directly in a list or a table that may not."""
    allowed = {
        "ul": {"li"}, "ol": {"li"}, "dl": {"dt", "dd", "div"}, "tr": {"td", "th"}, "tbody": {"tr"}, "thead": {"tr"},
        "table": {"caption", "colgroup", "thead", "tbody", "tfoot"},
    }  # fmt: skip
    wrong = [
        (named(parent), named(child))
        for parent in tree.iter()
        if named(parent) in allowed
        for child in parent
        if named(child) not in allowed[named(parent)]
    ]
    assert wrong == []


def test_rows_of_a_table_are_equally_long(tree: Element) -> None:
    """Every row fills as many columns as the widest row of its table."""
    uneven = []
    for table in tree.iter(f"{HTML}table"):
        rows = [list(row) for row in table.iter(f"{HTML}tr")]
        if any(cell.get("rowspan") for row in rows for cell in row):
            continue
        widths = {sum(int(cell.get("colspan", "1")) for cell in row) for row in rows}
        uneven += [widths] if len(widths) > 1 else []
    assert uneven == []
