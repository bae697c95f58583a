"""What several test files share: the example workbooks, one report of the full example, and a browser."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, sync_playwright

from optlib import make_report

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "data" / "examples"
NOTEBOOKS = ROOT / "notebooks"
TODAY = date(2026, 11, 23)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


# How the names of files begin that take longest: else one worker would be left with one of them when all else is done.
LONGEST = (
    "test_batch", "test_capture", "test_voila", "test_engine", "test_report", "test_faults", "test_two_at_once",
    "test_what_if", "test_lab", "test_forms_in_lab", "test_board", "test_pdf", "test_saving", "test_round_trip",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest."""
    items.sort(key=lambda item: [not item.path.name.startswith(name) for name in LONGEST])


@pytest.fixture(scope="session")
def full_report(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The report of the full example, made once for all workers; its executed notebooks lie beside it in `kept`."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "full_report"
    folder.mkdir(exist_ok=True)
    out = folder / "optlib.html"
    with FileLock(folder.with_suffix(".lock")):
        return out if out.exists() else make_report(EXAMPLES / "optlib.yaml", out, today=TODAY, keep=folder / "kept")


@pytest.fixture(autouse=True)
def _pages_end_with_their_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """Pages that a test has opened are closed after it: a browser with a hundred of them is slow."""
    if "browser" not in request.fixturenames:
        yield
        return
    browser: Browser = request.getfixturevalue("browser")
    before = browser.contexts
    yield
    for context in browser.contexts:
        if context not in before:
            context.close()


@pytest.fixture(autouse=True)
def _no_loop_of_the_browser(request: pytest.FixtureRequest) -> Iterator[None]:
    """A browser leaves its event loop running in this thread; a test without a page has none, as in a plain script."""
    if "browser" in request.fixturenames:
        yield
        return
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium without a network; missing in CI it is a failure, elsewhere a skip."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        message = "no Chromium on this machine"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    arguments.append("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()
