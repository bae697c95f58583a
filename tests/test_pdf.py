"""The report as a PDF: what is on its pages, and what is said and left where it can't be printed."""

from __future__ import annotations

import json
import re
import time
import unicodedata
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from pypdf import PdfReader

from optlib import OptlibError, open_workbook
from optlib.cli import main
from optlib.decisions import candidate_name
from optlib.model import FORMAT, Project
from optlib.open_points import domains_in
from optlib.report import pdf
from optlib.report.foot import foot
from optlib.report.pdf import NAMES, find_browser, print_pdf

from .conftest import EXAMPLES
from .test_cli import run

_ROW = re.compile(r"(<tr[^>]*><t[dh][^>]*>)(.*?</tr>)", re.DOTALL)
HOSTILE = '"; } </style><script>alert(1)</script> \\ @page { size: 1cm } \u202egnp.exe'


def program(folder: Path, script: str) -> Path:
    """A program of a few lines of shell that stands where a browser would."""
    path = folder / "browser"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A small page to print."""
    path = tmp_path / "page.html"
    path.write_text("<!DOCTYPE html><title>t</title><p>words", encoding="utf-8")
    return path


def words(text: str) -> str:
    """A text in one line, its ligatures taken apart."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def marked(page: str) -> str:
    """A report with a mark of its number at the beginning of each row, and at the end of each of the row's cells."""
    numbers = count()

    def mark(row: re.Match[str]) -> str:
        word = '<span style="position:absolute;font-size:1pt"> row{}{} </span>'
        number = next(numbers)
        cells = re.sub(r"(</t[dh]>)", word.format(number, "end") + r"\1", row[2])
        return row[1] + word.format(number, "start") + cells

    return _ROW.sub(mark, page)


@pytest.fixture(scope="module")
def pages(full_report: Path) -> list[str]:
    """The text of each page of the full example's PDF."""
    out = print_pdf(full_report, full_report.with_suffix(".pdf"))
    return [words(page.extract_text()) for page in PdfReader(out).pages]


@pytest.fixture(scope="module")
def rows(full_report: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[int, set[int]]:
    """The pages on which the beginning and the ends of each row of the full example lie."""
    page = tmp_path_factory.mktemp("rows") / "marked.html"
    page.write_text(marked(full_report.read_text(encoding="utf-8")), encoding="utf-8")
    found: dict[int, set[int]] = {}
    for number, sheet in enumerate(PdfReader(print_pdf(page, page.with_suffix(".pdf"))).pages):
        for row in re.findall(r"row(\d+)(?:start|end)", sheet.extract_text()):
            found.setdefault(int(row), set()).add(number)
    return found


@pytest.mark.browser
def test_every_page_has_its_foot(pages: list[str]) -> None:
    """At the foot of each page stand the project, the day, and the page's number of how many."""
    assert len(pages) > 5
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in text
        assert "23 November 2026" in text


@pytest.mark.browser
def test_the_first_page_is_the_whole_answer(pages: list[str]) -> None:
    """Page 1 names every domain that is open, and every candidate chosen for one."""
    workbook = open_workbook(EXAMPLES / "optlib.yaml").workbook
    chosen = [
        candidate_name(workbook, domain, one) for domain, made in workbook.decisions.items() for one in made.selected
    ]
    names = [domain.name for domain in domains_in(workbook, None)] + chosen
    assert len(names) > 15
    assert [name for name in names if words(name) not in pages[0]] == []


@pytest.mark.browser
def test_pages_are_a4(full_report: Path, pages: list[str]) -> None:
    """Every page is an upright A4 sheet, to within a point."""
    sheets = [page.mediabox for page in PdfReader(full_report.with_suffix(".pdf")).pages]
    assert len(sheets) == len(pages)
    assert {(round(sheet.width / 3), round(sheet.height / 3)) for sheet in sheets} == {(198, 281)}


@pytest.mark.browser
def test_what_is_folded_is_printed(pages: list[str], full_report: Path) -> None:
    """Parts that are folded on the screen are unfolded on paper."""
    page = full_report.read_text(encoding="utf-8")
    folded = re.findall(r"<details(?! class=\"explore\")[^>]*>.*?<li>([A-Z][a-z]+ [a-z]+ [a-z]+)", page, re.DOTALL)
    printed = " ".join(pages)
    assert len(folded) >= 5
    assert [phrase for phrase in folded if phrase not in printed] == []


@pytest.mark.browser
def test_no_row_is_split_across_pages(rows: dict[int, set[int]]) -> None:
    """Every row of every table begins and ends on the same page."""
    assert len(rows) > 300
    assert [row for row, sheets in rows.items() if len(sheets) > 1] == []


@pytest.mark.browser
def test_no_head_of_a_table_stands_alone(rows: dict[int, set[int]], full_report: Path) -> None:
    """The head of each table is on the page of its first row."""
    page = full_report.read_text(encoding="utf-8")
    heads = [number for number, row in enumerate(_ROW.finditer(page)) if page[: row.start()].endswith("<thead>")]
    assert len(heads) > 50
    assert [head for head in heads if rows[head] != rows[head + 1]] == []


@pytest.mark.browser
def test_a_hostile_name_is_only_text_in_the_foot(tmp_path: Path) -> None:
    """A project name that would end the rule, the style or the page is printed as it was written, on A4."""
    workbook = tmp_path / "hostile.yaml"
    content = {"format": FORMAT, "project": {"name": HOSTILE, "version": HOSTILE}}
    workbook.write_text(json.dumps(content), encoding="utf-8")
    result = run("report", workbook, "--pdf", "--light", "-o", tmp_path / "h.html")
    assert result.exit_code == 0, result.stderr
    for sheet in PdfReader(tmp_path / "h.pdf").pages:
        assert round(sheet.mediabox.height / 3) == 281
        assert "</style><script>alert(1)</script>" in words(sheet.extract_text())


def test_the_foot_ends_neither_its_string_nor_the_style() -> None:
    """Of a hostile name no quote, bracket, brace, backslash but our own, or character of direction is in the rule."""
    rule = foot(Project(name=HOSTILE), date(2026, 11, 23))
    left = re.search(r'content: "([^"]*)"', rule)
    assert left is not None
    assert re.fullmatch(r"(?:[A-Za-z0-9 .,-]|\\[0-9a-f]+ )*", left[1])
    assert "202e" not in rule


def test_a_long_name_is_shortened_in_the_foot() -> None:
    """A name of any length leaves room for the day and the page."""
    rule = foot(Project(name="word " * 500, version="9" * 500), date(2026, 11, 23))
    assert len(rule) < 600
    assert "23 November 2026" in rule


@pytest.mark.browser
def test_the_command_writes_the_pdf_beside_the_page(tmp_path: Path) -> None:
    """`--pdf` names both files; nothing else is left."""
    result = run("report", EXAMPLES / "hhs_wiki_platform.yaml", "--pdf", "--light", "-o", tmp_path / "wiki.html")
    assert result.stdout.split() == ["Wrote", str(tmp_path / "wiki.html"), "Wrote", str(tmp_path / "wiki.pdf")]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["wiki.html", "wiki.pdf"]


def test_a_page_named_pdf_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """-o names the page; a name that ends in .pdf would be written over."""
    monkeypatch.setenv("OPTLIB_BROWSER", "sh")
    result = run("report", EXAMPLES / "hhs_wiki_platform.yaml", "--pdf", "-o", tmp_path / "wiki.pdf")
    assert result.exit_code == 2
    assert "Name it wiki.html" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_where_there_is_no_browser_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what was looked for, how to install it and what else can be done; nothing is written."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("OPTLIB_BROWSER", raising=False)
    result = run("report", EXAMPLES / "hhs_wiki_platform.yaml", "--pdf", "-o", tmp_path / "wiki.html")
    assert result.exit_code == 2
    for said in (*NAMES, "Install Chromium or Chrome", "OPTLIB_BROWSER", "leave out --pdf"):
        assert said in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_browser_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """OPTLIB_BROWSER goes before what is installed."""
    monkeypatch.setenv("OPTLIB_BROWSER", str(program(tmp_path, "exit 0")))
    assert find_browser() == str(tmp_path / "browser")


def test_a_named_browser_that_isnt_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else is taken in its place."""
    monkeypatch.setenv("OPTLIB_BROWSER", "/nowhere/chrome")
    with pytest.raises(OptlibError, match="OPTLIB_BROWSER names /nowhere/chrome"):
        find_browser()


@pytest.mark.parametrize(
    "script",
    [
        "echo no display >&2; exit 3",
        'for a; do case $a in --print-to-pdf=*) printf "%%PDF-1.4 half" > "${a#*=}";; esac; done',
    ],
    ids=["fails", "half a file"],
)
def test_a_browser_that_fails_leaves_the_last_pdf(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    """What it wrote is not taken for a PDF unless it is whole, and the one that was there stays."""
    monkeypatch.setenv("OPTLIB_BROWSER", str(program(tmp_path, script)))
    last = tmp_path / "page.pdf"
    last.write_bytes(b"the last one")
    with pytest.raises(OptlibError, match="browser printed no PDF"):
        print_pdf(page, last)
    assert last.read_bytes() == b"the last one"


def test_what_the_browser_said_last_is_told(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last line is in the message."""
    monkeypatch.setenv("OPTLIB_BROWSER", str(program(tmp_path, "echo no display >&2; exit 3")))
    with pytest.raises(OptlibError, match="it said last: no display"):
        print_pdf(page, tmp_path / "page.pdf")


def test_a_browser_that_hangs_is_ended_with_its_children(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the time limit neither it nor what it started is left, and no file."""
    monkeypatch.setattr(pdf, "PRINT_SECONDS", 1)
    beats = tmp_path / "beats"
    child = f"while :; do echo >> {beats}; sleep 0.05; done"
    monkeypatch.setenv("OPTLIB_BROWSER", str(program(tmp_path, f"({child}) & wait")))
    with pytest.raises(OptlibError, match="didn't finish printing in 1 s"):
        print_pdf(page, tmp_path / "page.pdf")
    assert not (tmp_path / "page.pdf").exists()
    beaten = beats.stat().st_size
    time.sleep(0.5)
    assert beats.stat().st_size == beaten > 0


def test_a_pdf_is_an_option_of_the_command() -> None:
    """The help says what it needs."""
    assert "Chromium or Chrome" in next(o.help for o in main.commands["report"].params if o.name == "pdf")
