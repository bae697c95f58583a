"""What several test files share: the example workbooks, one report of the full example, and a browser."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from optlib import make_report

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "data" / "examples"
NOTEBOOKS = ROOT / "notebooks"
TODAY = date(2026, 11, 23)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def full_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the full example, with its executed notebooks kept beside it in `kept`."""
    folder = tmp_path_factory.mktemp("report")
    return make_report(EXAMPLES / "optlib.yaml", folder / "optlib.html", today=TODAY, keep=folder / "kept")


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
