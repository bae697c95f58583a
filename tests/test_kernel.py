"""Kernels: nothing that they show is dropped, and what browsers send to forms is handled in turn by one thread."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from optlib.engine.roomy import RoomyManager

from .conftest import EXAMPLES

SECONDS = 60
SETUP = f"""
import json, threading, time
import ipywidgets, optlib
from optlib import editors
form = editors.workbook(optlib.open_workbook({str(EXAMPLES / "optlib.yaml")!r}))
said = []
def hear(what):
    time.sleep(0.05 if what % 2 else 0)
    said.append((what, threading.current_thread() is threading.main_thread()))
"""


@pytest.fixture(scope="module")
def kernel() -> Iterator[BlockingKernelClient]:
    """A kernel in which a form is shown."""
    manager, client = start_new_kernel(startup_timeout=SECONDS)
    printed(client, SETUP)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def printed(client: BlockingKernelClient, code: str) -> str:
    """What a cell prints; an error is an error here."""
    said: list[str] = []

    def hear(message: dict[str, Any]) -> None:
        assert message["msg_type"] != "error", message["content"]["evalue"]
        said.append(message["content"].get("text", ""))

    client.execute_interactive(code, timeout=SECONDS, output_hook=hear, allow_stdin=False)
    return "".join(said).strip()


def send(client: BlockingKernelClient, kind: str, content: dict[str, Any], subshell: str) -> None:
    """Send what a browser would, to a subshell as JupyterLab does."""
    message = client.session.msg(kind, content)
    message["header"]["subshell_id"] = subshell
    client.shell_channel.send(message)


@pytest.fixture(scope="module")
def subshell(kernel: BlockingKernelClient) -> str:
    """A subshell of the kernel."""
    kernel.control_channel.send(kernel.session.msg("create_subshell_request", {}))
    return str(kernel.get_control_msg(timeout=SECONDS)["content"]["subshell_id"])


def heard(client: BlockingKernelClient, count: int) -> list[tuple[int, bool]]:
    """What the kernel has heard, each with whether the main thread did, once it is this much."""
    wait = f"for _ in range({SECONDS * 20}):\n    await asyncio.sleep(0.05)\n    if len(said) >= {count}: break\n"
    answer = printed(client, f"import asyncio\n{wait}print(json.dumps(said)); said.clear()")
    return [(what, is_main) for what, is_main in json.loads(answer)]


def test_what_is_typed_comes_in_order(kernel: BlockingKernelClient, subshell: str) -> None:
    """Of a field that the kernel itself writes to, too, each value is heard after the one before, by one thread."""
    comm = printed(
        kernel,
        "field = ipywidgets.IntText()\n"
        "def note(change):\n    hear(change['new']); field.description = str(change['new'])\n"
        "field.observe(note, 'value')\nprint(field.comm.comm_id)",
    )
    for value in range(1, 21):
        content = {"comm_id": comm, "data": {"method": "update", "state": {"value": value}}}
        send(kernel, "comm_msg", content, subshell)
        time.sleep(0.02)
    assert heard(kernel, 20) == [(value, True) for value in range(1, 21)]


def test_what_another_thread_is_given_is_handed_over(kernel: BlockingKernelClient, subshell: str) -> None:
    """Whatever the kernel leads to a subshell all the same, such as a new connection, is heard by the main thread."""
    printed(
        kernel,
        "get_ipython().kernel.comm_manager.register_target('test', lambda comm, _: hear(int(comm.comm_id)))",
    )
    for number in range(1, 6):
        send(kernel, "comm_open", {"comm_id": str(number), "target_name": "test", "data": {}}, subshell)
    assert heard(kernel, 5) == [(number, True) for number in range(1, 6)]


def read_late(client: BlockingKernelClient) -> list[int]:
    """What a cell shows, 40 MB of it, read only once it is done: until then the kernel has to hold it."""
    request = client.execute("for number in range(4_000): display(str(number) + ' ' * 10_000)")
    while client.get_shell_msg(timeout=SECONDS)["parent_header"]["msg_id"] != request:
        pass
    shown = []
    while True:
        message = client.get_iopub_msg(timeout=SECONDS)
        if message["msg_type"] == "display_data":
            shown.append(int(message["content"]["data"]["text/plain"].strip("' ")))
        elif message["content"].get("execution_state") == "idle" and message["parent_header"]["msg_id"] == request:
            return shown


def test_a_slow_server_gets_all_that_is_shown(kernel: BlockingKernelClient) -> None:
    """What a cell shows waits for a server that has no time to read it, down to the word that the cell is done."""
    assert read_late(kernel) == list(range(4_000))


def test_a_server_that_connects_later_does_too(kernel: BlockingKernelClient) -> None:
    """So it is for who connects when the forms are there, as a page that is loaded again does."""
    later = BlockingKernelClient()
    later.load_connection_info(kernel.get_connection_info())
    later.start_channels(hb=False)
    later.wait_for_ready(timeout=SECONDS)
    assert read_late(later) == list(range(4_000))
    later.stop_channels()


async def of_a_report(use: Callable[[BlockingKernelClient], Any]) -> Any:
    """What is made of a kernel that runs reports where processes aren't forked."""
    manager = RoomyManager()
    await manager.start_kernel()
    client = BlockingKernelClient(connection_file=manager.connection_file)
    client.load_connection_file()
    client.start_channels(hb=False)  # without a heart beat, a kernel that is slow to start isn't taken for dead
    try:
        await asyncio.to_thread(client.wait_for_ready, timeout=SECONDS)
        return await asyncio.to_thread(use, client)
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


def test_the_kernels_of_reports_wait_too() -> None:
    """So do the kernels that run reports where processes aren't forked, from their first cell on."""
    assert asyncio.run(of_a_report(read_late)) == list(range(4_000))


def test_an_answer_is_heard_while_something_is_sent() -> None:
    """An answer that comes while nbclient sends something itself is heard soon, not when the cell's time is up."""

    async def answered() -> float:
        manager = RoomyManager()
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=SECONDS)
            waiting = asyncio.create_task(client.get_shell_msg(timeout=SECONDS))
            await asyncio.sleep(0.1)
            client.execute("'done'")
            time.sleep(2)  # the answer comes while nobody looks
            client.shell_channel.send(client.session.msg("comm_msg", {"comm_id": "none", "data": {}}))
            start = time.monotonic()
            await waiting
            return time.monotonic() - start
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    assert asyncio.run(answered()) < SECONDS / 4
