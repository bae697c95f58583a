"""Pictures in the workbook's texts and in cells' outputs: which are shown, and what stands in place of the others."""

from __future__ import annotations

import base64
import json
import os
import re
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest
from PIL import Image
from playwright.sync_api import Browser

from optlib import make_report
from optlib.model import FORMAT
from optlib.report.join import clean
from optlib.report.pictures import LARGEST, Pictures, picture_of
from optlib.views.render import markdown, phrase

from .conftest import TODAY
from .test_report import own_notebooks
from .test_report_page import opened

FORMATS = {"plan.png": "image/png", "plan.jpg": "image/jpeg", "plan.gif": "image/gif", "plan.webp": "image/webp"}
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PNG_START = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workbook's folder with a picture in each format, one in a folder below, and a secret one outside."""
    folder = tmp_path / "project"
    (folder / "pictures").mkdir(parents=True)
    for name in FORMATS:
        Image.new("RGB", (4, 3), "navy").save(folder / name)
    Image.new("RGB", (4, 3), "navy").save(folder / "pictures" / "below 1.png")
    Image.new("RGB", (4, 3), "navy").save(tmp_path / "secret.png")
    return folder


def reported(folder: Path, text: str) -> str:
    """A long text as the report shows it."""
    return Pictures(folder).put_in(clean(str(markdown(text))))


def words(html: str) -> str:
    """What a reader sees of it, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


@pytest.mark.parametrize(("name", "kind"), FORMATS.items())
def test_a_picture_beside_the_workbook_is_in_the_report(folder: Path, name: str, kind: str) -> None:
    """Its bytes stand in the page as they are in the file, with their type and the alternative text."""
    data = base64.b64encode((folder / name).read_bytes()).decode()
    shown = reported(folder, f"Look: ![The *plan* & more]({name})")
    assert shown == f'<p>Look: <img src="data:{kind};base64,{data}" alt="The plan &amp; more"></p>'


@pytest.mark.parametrize("address", ["pictures/below 1.png", "pictures/below%201.png", "./pictures/below%201.png"])
def test_a_picture_may_lie_below(folder: Path, address: str) -> None:
    """A folder below is as good, also with a blank in its name."""
    assert '<img src="data:image/png;base64,' in reported(folder, f"![a](<{address}>)")


def test_a_format_is_what_the_bytes_say(folder: Path) -> None:
    """A name that promises another format changes nothing."""
    (folder / "plan.png").rename(folder / "plan.txt")
    assert "data:image/png" in reported(folder, "![a](plan.txt)")


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("missing.png", "there is no such file beside the workbook"),
        ("pictures", "it is not a file"),
        ("../secret.png", "it is not a file in the workbook's folder"),
        ("%2e%2e/secret.png", "it is not a file in the workbook's folder"),
        ("pictures/../../secret.png", "it is not a file in the workbook's folder"),
        ("..%5csecret.png", "it is not a file in the workbook's folder"),
        ("/etc/hostname", "it is not a file in the workbook's folder"),
        ("C:/secret.png", "it is not a file in the workbook's folder"),
        ("//host/share/secret.png", "it is not a file in the workbook's folder"),
        ("plan%00.png", "it is not a file in the workbook's folder"),
        ("ftp://tracker.example/a.png", "it is not a file in the workbook's folder"),
        ("data:image/png;base64,iVBORw0KGgo=", "it is not a file in the workbook's folder"),
    ],
)
def test_what_is_not_there_or_elsewhere_is_said(folder: Path, address: str, why: str) -> None:
    """The alternative text stands in the picture's place, with which picture it is and why it isn't shown."""
    shown = reported(folder, f"![The plan]({address})")
    assert "<img" not in shown
    assert words(shown).startswith("The plan (the picture ")
    assert words(shown).endswith(f" is not shown: {why})")


def test_a_link_out_of_the_folder_is_not_followed(folder: Path) -> None:
    """A symbolic link to a picture outside is no way out."""
    os.symlink(folder.parent / "secret.png", folder / "link.png")
    assert "it lies outside the workbook's folder" in words(reported(folder, "![a](link.png)"))


def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    """What is no file is not opened."""
    os.mkfifo(folder / "pipe.png")
    assert "it is not a file" in words(reported(folder, "![a](pipe.png)"))


@pytest.mark.parametrize("content", [SVG.encode(), b"GIF88a", b"", b"<html>"], ids=["svg", "gif88", "empty", "html"])
def test_what_is_no_picture_is_refused(folder: Path, content: bytes) -> None:
    """A file whose bytes aren't one of the four formats is not embedded, whatever its name."""
    (folder / "x.png").write_bytes(content)
    assert "it is not a PNG, JPEG, GIF or WebP picture" in words(reported(folder, "![a](x.png)"))


def test_a_picture_has_at_most_500_kb(folder: Path) -> None:
    """One byte more and it is left out."""
    (folder / "x.png").write_bytes(PNG_START.ljust(LARGEST, b"x"))
    assert "<img" in reported(folder, "![a](x.png)")
    (folder / "x.png").write_bytes(PNG_START.ljust(LARGEST + 1, b"x"))
    assert "it is larger than 500 kB" in words(reported(folder, "![a](x.png)"))


def test_pictures_have_at_most_2_mb_together(folder: Path) -> None:
    """The fifth of half a megabyte each is left out; a small one after it still finds room."""
    (folder / "x.png").write_bytes(PNG_START.ljust(LARGEST - 1000, b"x"))
    shown = reported(folder, "![a](x.png) " * 5 + "![b](plan.png)")
    assert shown.count("<img") == 5
    assert "the report's pictures are larger than 2 MB together" in words(shown)


def test_a_picture_elsewhere_is_a_link(folder: Path) -> None:
    """It is never loaded; the reader may go there."""
    shown = reported(folder, "![logo](https://tracker.example/pixel.gif)")
    assert "<img" not in shown
    assert re.search(r'<a href="https://tracker.example/pixel.gif"[^>]*>logo</a>', shown)


def test_a_text_of_one_line_has_no_picture() -> None:
    """In headings, lists and cells of tables nothing but words fits."""
    assert "<img" not in phrase("![a](plan.png)")


@pytest.mark.parametrize("alt", ['" onerror="alert(1)', "'><script>alert(1)</script>", 'a > b " c & d'])
def test_an_alternative_text_is_only_text(folder: Path, alt: str) -> None:
    """It can neither end its attribute nor add another."""
    for address in ("plan.png", "missing.png"):
        shown = reported(folder, f"![{alt}]({address})")
        assert set(re.findall(r"<(\w+)", shown)) <= {"p", "img", "em"}
        assert "onerror=" not in re.sub(r'"[^"]*"', "", re.findall(r"<[^>]*>", shown)[1])


@pytest.mark.parametrize(
    "tag",
    [
        '<img src="https://tracker.example/a.png" srcset="https://tracker.example/b.png 2x" onerror="alert(1)">',
        '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
        '<img src="javascript:alert(1)" alt="x">',
        '<IMG alt=">" src=../secret.png>',
        "<img>",
    ],
)
def test_a_cell_s_own_tag_loads_nothing(folder: Path, tag: str) -> None:
    """HTML that a cell shows is held to the same rules as the workbook's texts."""
    shown = Pictures(folder).put_in(clean(tag))
    assert re.findall(r"<img|srcset|onerror", shown) == []
    assert "is not shown" in shown


def output(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> Any:
    """What a cell shows."""
    return nbformat.v4.new_output("display_data", data, metadata=metadata or {})


def test_a_picture_that_a_cell_made_has_words_for_it(folder: Path) -> None:
    """They come from the output's metadata, from its text where that says something, else they say what it is."""
    data = {"image/png": base64.b64encode((folder / "plan.png").read_bytes()).decode()}
    named = output({**data, "text/plain": "<Figure>"}, {"image/png": {"alt": "Costs by month"}})
    assert 'alt="Costs by month"' in picture_of(named)
    assert 'alt="A picture that a cell of the notebook made"' in picture_of(output({**data, "text/plain": "<Figure>"}))


def test_broken_data_of_a_cell_is_said() -> None:
    """Data that is no picture is no picture."""
    for data in ("bm8gcGljdHVyZQ==", "x", '"><script>alert(1)</script>'):
        shown = Pictures().put_in(picture_of(output({"image/png": data})))
        assert "<img" not in shown
        assert "<script" not in shown
        assert "is not shown" in words(shown)


@pytest.mark.browser
def test_the_report_shows_them_all_without_a_request(browser: Browser, folder: Path) -> None:
    """A workbook's picture and a cell's are drawn under the page's own policy, and nothing is asked for."""
    content = {
        "format": FORMAT,
        "project": {"name": "Pictures", "summary": "![The plan](plan.webp) ![far](http://tracker.example/a.gif)"},
        "quality": {"level": "experiment"},
    }
    (folder / "w.yaml").write_text(json.dumps(content), encoding="utf-8")
    cell = (
        "from IPython.display import Image, display\nfrom pathlib import Path\n"
        f"Image(Path({str(folder / 'plan.png')!r}).read_bytes(), alt='From a cell')"
    )
    notebooks = own_notebooks(folder.parent / "notebooks", "decision_report", cell)
    out = make_report(folder / "w.yaml", folder / "r.html", today=TODAY, notebooks=notebooks, light=True)
    seen = opened(browser, out)
    drawn = "[...document.images].map(image => [image.alt, image.complete && image.naturalWidth])"
    assert seen.page.evaluate(drawn) == [["The plan", 4], ["From a cell", 4]]
    assert seen.requests == [out.as_uri()]
    assert seen.complaints == []
