"""A real JupyterLab that `optlib edit` has opened, and its notebooks driven through its own commands; and the app."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import nbformat
from playwright.sync_api import Browser, Page, ViewportSize, expect

from optlib import Workbook, open_workbook

SECONDS = 120
expect.set_options(timeout=60_000)
_TOLD = 30  # lines of the server's log
_LOGS: dict[str, Path] = {}  # of each server, by its address
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
    # Two JupyterLabs that start at once would both find the same port free, and one of them would end.
    port = f"--ServerApp.port={_free_port()}"
    command = [sys.executable, "-m", "optlib.cli", "edit", workbook.name, "--", *_OPTIONS, port, *options]
    with log.open("w") as out:
        server = subprocess.Popen(command, cwd=workbook.parent, stdout=out, stderr=out, start_new_session=True)
        try:
            host, token = _started(log)
            _LOGS[host] = log
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


def ask(page: Page, script: str, seconds: float = SECONDS) -> Any:
    """What a script makes of JupyterLab: `app` is the application, `panel` the notebook that is open.

    Raises AssertionError, with what JupyterLab, the kernel and the server say, where it isn't done in time.
    """
    found = page.evaluate(
        f"""(limit) => {{
            const app = window.jupyterapp; const panel = app.shell.currentWidget;
            const work = async () => {{ {script} }};
            const late = new Promise((done) => setTimeout(() => done(null), limit));
            return Promise.race([work().then((answer) => ({{ answer }})), late]);
        }}""",
        seconds * 1000,
    )
    assert found is not None, f"not done in {seconds} seconds: {script}\n{_state(page)}"
    return found.get("answer")


def _state(page: Page) -> str:
    """What JupyterLab knows of its kernel and its cells, and what the server said last."""
    state = page.evaluate(
        """() => {
            const panel = window.jupyterapp.shell.currentWidget;
            const kernel = panel?.sessionContext?.session?.kernel;
            return {
                kernel: kernel && { status: kernel.status, connection: kernel.connectionStatus },
                waiting: [...(kernel?._futures?.values() ?? [])].map(({ msg }) => msg.header.msg_type),
                cells: [...(panel?.content?.model?.cells ?? [])].map((cell) => cell.executionState ?? "-").join(" "),
                dialogs: [...document.querySelectorAll(".jp-Dialog")].map((dialog) => dialog.innerText),
            };
        }"""
    )
    log = _LOGS.get(re.sub(r"(//[^/]*)/.*", r"\1", page.url))
    said = log.read_text(encoding="utf-8").splitlines()[-_TOLD:] if log else []
    return "\n".join([json.dumps(state, indent=1), *said])


def run_all(page: Page) -> None:
    """Run all cells, to the end; a cell that fails is an error here."""
    ask(page, "await app.commands.execute('notebook:run-all-cells')")
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0


def cells(page: Page) -> list[str]:
    """The source of each cell, in order."""
    sources: list[str] = ask(page, "return [...panel.content.model.cells].map(cell => cell.sharedModel.getSource())")
    return sources


def becomes(page: Page, workbook: Path, wanted: object, read: Callable[[Workbook], object]) -> None:
    """Wait until the file says what is wanted; typing goes to disk a moment later."""
    end = time.monotonic() + SECONDS
    while (found := read(open_workbook(workbook).workbook)) != wanted and time.monotonic() < end:
        page.wait_for_timeout(100)
    assert found == wanted, f"{workbook.name} says {found}, not {wanted}"


def put_notebook(workbook: Path, name: str, cells: Sequence[str]) -> None:
    """Write a notebook of these cells beside the phases of a workbook."""
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in cells]
    folder = workbook.with_name(f"{workbook.stem}-notebooks")
    folder.mkdir(exist_ok=True)
    nbformat.write(notebook, folder / f"{name}.ipynb")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _started(log: Path) -> tuple[str, str]:
    for _ in range(SECONDS * 4):
        found = _ADDRESS.search(log.read_text(encoding="utf-8"))
        if found:
            return found.group(1), found.group(2)
        time.sleep(0.25)
    raise AssertionError(f"the server did not start: {log.read_text(encoding='utf-8')}")
