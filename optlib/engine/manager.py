"""What starts, interrupts and ends a child for nbclient, and papermill's client for it.

nbclient makes the outputs, runs the hooks and raises the errors, so all of that is as with any other kernel.
"""

from __future__ import annotations

import os
from typing import Any

from nbclient.exceptions import CellExecutionComplete, CellTimeoutError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient

from .client import ForkedClient
from .preloaded import preloaded

SHUTDOWN_SECONDS = 5


class ForkedManager:
    """Starts, interrupts and ends one child."""

    ipykernel = False  # nbclient then adds no option for a history that isn't kept
    has_kernel = False

    def __init__(self, environment: dict[str, str], start_seconds: float) -> None:
        self.environment, self.start_seconds = environment, start_seconds
        self.one: ForkedClient | None = None

    def start_kernel(self, extra_arguments: list[str], cwd: str | None = None, **_: Any) -> None:
        """Fork a child in a folder, by default the current one."""
        self.server = preloaded()
        folder = os.path.abspath(cwd or os.getcwd())
        child = self.server.fork(folder, self.environment, list(extra_arguments), self.start_seconds)
        self.one = ForkedClient(child)
        self.has_kernel = True

    def client(self) -> ForkedClient:
        """The client of the child."""
        assert self.one is not None  # noqa: S101 - nbclient starts a kernel before it asks
        return self.one

    def is_alive(self) -> bool:
        """Whether there is a child to end."""
        return self.one is not None

    def interrupt_kernel(self) -> None:
        """Interrupt the cell that runs."""
        self.server.interrupt(self.client().child)

    def shutdown_kernel(self, now: bool = False) -> None:
        """End the child: at once, or where it answers, after what it has registered with atexit."""
        one = self.client()
        if not now and not one.is_busy:
            one.request("shutdown_request", {})
            one.child.has_ended(SHUTDOWN_SECONDS)
        self.server.kill(one.child)

    def cleanup_resources(self) -> None:
        """Hang up."""
        if self.one is not None:
            self.one.stop_channels()
            self.one.child.close()
        self.one, self.has_kernel = None, False


class ForkedNotebookClient(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client, with streams merged, and deaths and swallowed interrupts noticed at once."""

    def output(self, outs: list[Any], msg: dict[str, Any], display_id: str, cell_index: int) -> Any:
        """Append an output; text goes to the last one where that is text of the same stream."""
        last = outs[-1] if outs else {}
        is_more = msg["msg_type"] == "stream" and last.get("name") == msg["content"]["name"]
        if not is_more or self.clear_before_next_output or self.output_hook_stack[msg["parent_header"].get("msg_id")]:
            return super().output(outs, msg, display_id, cell_index)
        last["text"] += msg["content"]["text"]
        return NotebookNode(output_type="stream", **msg["content"])  # type: ignore[no-untyped-call]

    def process_message(self, *given: Any, **named: Any) -> Any:
        """Take a message; where it is refused, as a notebook can't hold it, no other message of the cell is taken."""
        try:
            return super().process_message(*given, **named)
        except CellExecutionComplete:
            raise
        except Exception:
            self.kc.hold_no_more()
            raise

    async def _async_poll_kernel_alive(self) -> None:
        await self.kc.ended()
        self.log.error("Kernel died while waiting for execute reply: %s.", self.kc.child.how_it_ended())
        self.task_poll_for_reply.cancel()

    async def _async_handle_timeout(self, timeout: int, cell: Any = None) -> Any:
        """Interrupt a cell where that is asked for; one that runs on in spite of it has timed out like any other."""
        if self.interrupt_on_timeout and cell is self.interrupted:
            raise CellTimeoutError.error_from_timeout_and_cell("Cell ran on after an interrupt", timeout, cell)
        self.interrupted = cell
        return await super()._async_handle_timeout(timeout, cell)

    interrupted: Any = None
