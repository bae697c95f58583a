"""What the tests of the what-if panels share: pages with panels, and a panel driven as a person drives it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, expect

from optlib.analysis.ranking import rank_domain
from optlib.model import Workbook
from optlib.report.export import export
from optlib.report.join import Block
from optlib.report.what_if import panel, read_what_if
from optlib.views import evaluation
from optlib.views.render import WHAT_IF

from .conftest import TODAY
from .test_report_page import Opened

SOME = {
    "alpha": [5, 1, 3, None],
    "beta": [1, 5, 3, 2],
    "gamma": [3, 3, 3, "unknown"],
    "delta": [None, None, None, None],
}
WEIGHTS = (5, 3, 2, 0)
AMBER = "What-if weights, not the agreed decision"


def forged(**parts: Any) -> str:
    """The data of a panel, with some parts replaced."""
    data = {"id": "choice", "name": "Choice", "criteria": [["a", 1], ["b", 2]]}
    data |= {"candidates": [["one", [0, 1]], ["two", [0.5, None]]], **parts}
    return json.dumps([{key: value for key, value in data.items() if value is not ...}])


def page_of(tmp_path: Path, *workbooks: tuple[Workbook, str], text: str = "") -> Path:
    """A page with the panels of these domains, each below its views."""
    blocks = [Block("heading", "Domains", 2, "domains")]
    for workbook, domain_id in workbooks:
        shown = evaluation(workbook, rank_domain(workbook, domain_id))
        blocks.append(Block("html", str(shown)))
        blocks += [
            Block("what_if", panel(each), anchor=each.id)
            for each in read_what_if(shown._repr_mimebundle_().get(WHAT_IF))
        ]
    path = tmp_path / "page.html"
    path.write_text(export([*blocks, Block("html", text)], workbooks[0][0], TODAY, light=True), encoding="utf-8")
    return path


class Trial:
    """A page with a panel that is unfolded, driven as a person drives it."""

    def __init__(self, seen: Opened, index: int = 0) -> None:
        self.seen, self.page = seen, seen.page
        self.panel = self.page.locator("details.what-if").nth(index)
        self.status = self.panel.get_by_role("status")
        self.banner = self.panel.get_by_text(AMBER)
        if self.panel.get_attribute("open") is None:
            self.panel.locator("summary").click()
        expect(self.status).to_be_visible()

    def slider(self, name: str) -> Locator:
        """The slider of a criterion."""
        return self.panel.get_by_role("slider", name=name, exact=True)

    def put(self, **positions: int) -> None:
        """Move sliders."""
        for name, position in positions.items():
            self.slider(name.capitalize()).fill(str(position))

    def press(self, button: str) -> None:
        """Press one of the buttons."""
        self.panel.get_by_role("button", name=button).click()

    @property
    def rows(self) -> list[list[str]]:
        """Rank, candidate, points and change of each row, from top to bottom."""
        found: list[list[str]] = self.panel.locator("tbody tr").evaluate_all(
            "(rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText.replace('★', '').trim()))"
        )
        return found
