"""`optlib edit` in a real JupyterLab: the notebooks run from top to bottom on the workbook, and editing saves."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from optlib import open_workbook

from .conftest import EXAMPLES
from .lab import SECONDS, opened, run_all, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of a small example to edit."""
    path = tmp_path_factory.mktemp("lab") / "wiki.yaml"
    shutil.copyfile(EXAMPLES / "hhs_wiki_platform.yaml", path)
    return path


@pytest.fixture(scope="module")
def address(workbook: Path) -> Iterator[str]:
    """The address of a JupyterLab that `optlib edit` has opened on the workbook."""
    with served(workbook) as address:
        yield address


def test_a_phase_runs_from_top_to_bottom(browser: Browser, address: str) -> None:
    """Run All in the notebook of phase 1 ends without an error, and shows the workbook's domain."""
    page = opened(browser, address, "1_core_technical")
    run_all(page)
    expect(page.get_by_text("GitBook is 6.7 points ahead of Confluence").first).to_be_attached(timeout=SECONDS * 1000)
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0


def test_a_form_saves_into_the_file(browser: Browser, address: str, workbook: Path) -> None:
    """What is typed into the owner's field is in the file, and the file's comments are still there."""
    comments = [line for line in workbook.read_text(encoding="utf-8").splitlines() if line.lstrip().startswith("#")]
    page = opened(browser, address, "0_project_basics")
    run_all(page)
    field = page.get_by_label("Owner", exact=True).first
    field.fill("Platform team")
    field.press("Enter")
    expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d")).first).to_be_attached(timeout=SECONDS * 1000)
    assert open_workbook(workbook).workbook.project.owner == "Platform team"
    kept = workbook.read_text(encoding="utf-8").splitlines()
    assert [comment for comment in comments if comment not in kept] == []
