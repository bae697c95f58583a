"""`optlib edit` in a real JupyterLab: the notebooks run from top to bottom on the workbook, and editing saves."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from optlib import open_workbook

from .conftest import EXAMPLES

pytestmark = pytest.mark.browser
SECONDS = 90


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of a small example to edit."""
    path = tmp_path_factory.mktemp("lab") / "wiki.yaml"
    shutil.copyfile(EXAMPLES / "hhs_wiki_platform.yaml", path)
    return path


@pytest.fixture(scope="module")
def address(workbook: Path) -> Iterator[str]:
    """The address of a JupyterLab that `optlib edit` has opened on the workbook."""
    log = workbook.parent / "lab.log"
    command = [sys.executable, "-m", "optlib.cli", "edit", workbook.name, "--", "--no-browser", "--allow-root"]
    with log.open("w") as out:
        lab = subprocess.Popen(command, cwd=workbook.parent, stdout=out, stderr=out, start_new_session=True)
        try:
            yield _address(log)
        finally:
            os.killpg(lab.pid, signal.SIGTERM)
            lab.wait(timeout=30)


def _address(log: Path) -> str:
    for _ in range(SECONDS * 2):
        found = re.search(r"(http://127\.0\.0\.1:\d+)/\S*?token=(\w+)", log.read_text(encoding="utf-8"))
        if found:
            return f"{found.group(1)}/doc/tree/wiki-notebooks/NAME.ipynb?token={found.group(2)}"
        time.sleep(0.5)
    raise AssertionError(f"JupyterLab did not start: {log.read_text(encoding='utf-8')}")


def run_all(page: Page, address: str, name: str) -> None:
    """Open a notebook and run all its cells, to the end."""
    page.goto(address.replace("NAME", name))
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=SECONDS * 1000)
    page.get_by_role("menuitem", name="Run").click()
    page.get_by_text("Run All Cells", exact=True).click()
    expect(page.get_by_text("| Busy")).to_be_visible(timeout=SECONDS * 1000)
    idle = 0
    while idle < 3:  # the kernel is idle for a moment between two cells
        page.wait_for_timeout(1000)
        idle = idle + 1 if page.get_by_text("| Idle").is_visible() else 0
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0


def test_a_phase_runs_from_top_to_bottom(browser: Browser, address: str) -> None:
    """Run All in the notebook of phase 1 ends without an error, and shows the workbook's domain."""
    page = browser.new_page(viewport={"width": 1400, "height": 6000})
    run_all(page, address, "1_core_technical")
    expect(page.get_by_text("GitBook is 6.7 points ahead of Confluence").first).to_be_attached(timeout=SECONDS * 1000)
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0


def test_a_form_saves_into_the_file(browser: Browser, address: str, workbook: Path) -> None:
    """What is typed into the owner's field is in the file, and the file's comments are still there."""
    comments = [line for line in workbook.read_text(encoding="utf-8").splitlines() if line.lstrip().startswith("#")]
    page = browser.new_page(viewport={"width": 1400, "height": 3000})
    run_all(page, address, "0_project_basics")
    field = page.get_by_label("Owner", exact=True).first
    field.fill("Platform team", timeout=SECONDS * 1000)
    field.press("Enter")
    expect(page.get_by_text(re.compile(r"Saved \d\d:\d\d")).first).to_be_attached(timeout=SECONDS * 1000)
    assert open_workbook(workbook).workbook.project.owner == "Platform team"
    kept = workbook.read_text(encoding="utf-8").splitlines()
    assert [comment for comment in comments if comment not in kept] == []
