"""A real JupyterLab that `optlib edit` has opened, and its notebooks driven through its own commands; and the app."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, Page, ViewportSize, expect

SECONDS = 120
expect.set_options(timeout=60_000)
_OPTIONS = ("--no-browser", "--allow-root", "--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None")
_ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)/\S*?token=(\w+)")


@dataclass(frozen=True)
class App:
    """An app that `optlib edit --app` serves: where, with which token, and the process that does it."""

    host: str
    token: str
    process: subprocess.Popen[bytes]
    log: Path

    def at(self, notebook: str = "") -> str:
        """The address of a phase, or of the list of them, with the token."""
        return f"{self.host}/{notebook}?token={self.token}"


@contextmanager
def served(workbook: Path, *options: str) -> Iterator[str]:
    """The address of `optlib edit WORKBOOK`, with `NAME` where the notebook's name goes; its log lies beside it."""
    log = workbook.parent / "server.log"
    command = [sys.executable, "-m", "optlib.cli", "edit", workbook.name, "--", *_OPTIONS, *options]
    with log.open("w") as out:
        server = subprocess.Popen(command, cwd=workbook.parent, stdout=out, stderr=out, start_new_session=True)
        try:
            host, token = _started(log)
            yield f"{host}/doc/tree/{workbook.stem}-notebooks/NAME.ipynb?token={token}"
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=30)


@contextmanager
def app(workbook: Path, *options: str) -> Iterator[App]:
    """The app of `optlib edit WORKBOOK --app`, ended by Ctrl+C; what it prints lies beside the workbook."""
    log = workbook.parent / "app.log"
    command = [sys.executable, "-m", "optlib.cli", "edit", workbook.name, "--app", "--no-browser", *options]
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=workbook.parent, stdout=out, stderr=out, start_new_session=True)
        try:
            yield App(*_started(log), process, log)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


def shown(page: Page, address: str) -> None:
    """Open a page of the app, and wait until its forms and figures are there."""
    page.set_default_timeout(SECONDS * 1000)
    page.goto(address)
    page.wait_for_function("() => document.body.dataset.ready")


def opened(browser: Browser, address: str, name: str, size: tuple[int, int] = (1400, 3000)) -> Page:
    """A notebook in a page of its own, its kernel new and idle.

    A kernel that a closed page has left would still run; JupyterLab now and then loses messages when it takes up such a
    kernel again, and its widget manager then shows models that hear nothing.
    """
    _end_kernels(address, name)
    page = browser.new_page(viewport=ViewportSize(width=size[0], height=size[1]))
    page.set_default_timeout(SECONDS * 1000)
    page.goto(address.replace("NAME", name))
    page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.sessionContext")
    ask(
        page,
        "await panel.context.ready; await panel.sessionContext.ready; await panel.sessionContext.session.kernel.info",
    )
    return page


def _end_kernels(address: str, name: str) -> None:
    """End the kernels that the server runs for a notebook."""
    at, token = urlsplit(address), parse_qs(urlsplit(address).query)["token"][0]
    api = f"{at.scheme}://{at.netloc}/api/sessions"
    headers = {"Authorization": f"token {token}"}
    with urlopen(Request(api, headers=headers)) as answer:  # noqa: S310 - our own server
        sessions = json.load(answer)
    for session in sessions:
        if session["path"].endswith(f"{name}.ipynb"):
            request = Request(f"{api}/{session['id']}", headers=headers, method="DELETE")  # noqa: S310
            urlopen(request).close()  # noqa: S310


def ask(page: Page, script: str) -> Any:
    """What a script makes of JupyterLab: `app` is the application, `panel` the notebook that is open."""
    return page.evaluate(
        f"async () => {{ const app = window.jupyterapp; const panel = app.shell.currentWidget; {script} }}"
    )


def run_all(page: Page) -> None:
    """Run all cells, to the end; a cell that fails is an error here."""
    ask(page, "await app.commands.execute('notebook:run-all-cells')")
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0


def cells(page: Page) -> list[str]:
    """The source of each cell, in order."""
    sources: list[str] = ask(page, "return [...panel.content.model.cells].map(cell => cell.sharedModel.getSource())")
    return sources


def _started(log: Path) -> tuple[str, str]:
    for _ in range(SECONDS * 4):
        found = _ADDRESS.search(log.read_text(encoding="utf-8"))
        if found:
            return found.group(1), found.group(2)
        time.sleep(0.25)
    raise AssertionError(f"the server did not start: {log.read_text(encoding='utf-8')}")
