"""The kernels of the app: one always waits with everything imported, so that a page needn't wait for that."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets import Dict, Unicode

REFILL_SECONDS = 5.0
"""How long after a page has taken the waiting kernel the next one is started: that page's cells go first."""
GRACE_SECONDS = 3.0
"""How long a kernel lives on when its page is closed: longer than forms take to read and save what was typed last."""
_BUSY_SECONDS = 60
_START_SECONDS = 60
_QUIET = ["--log-level=CRITICAL"]
_IMPORTS = "from optlib import charts, editors, views; import optlib.analysis.ranking, plotly.graph_objects"


class WaitingKernels(AsyncMappingKernelManager):
    """Hands out the kernel that waits, else starts one; all run in one harmless folder, on one workbook."""

    folder = Unicode(config=True, help="The working directory of every kernel.")
    environment = Dict(config=True, help="The environment of every kernel.")

    _waiting: asyncio.Task[str] | None = None
    _refill: asyncio.TimerHandle | None = None

    async def start_kernel(self, **_: Any) -> str:  # type: ignore[override]
        """Give a page its kernel; what it asks for of name, folder and environment is ours to say."""
        waiting, self._waiting = self._waiting, None
        self._refill_later()
        if waiting is not None:
            kernel_id = await waiting
            if kernel_id in self and await ensure_async(self.get_kernel(kernel_id).is_alive()):
                kernel: Any = self.get_kernel(kernel_id)
                kernel.last_activity = datetime.now(UTC)  # it has waited long enough to be taken for forgotten
                return kernel_id
        return await self._started()

    def wait(self) -> None:
        """Start the kernel that waits, where there is none."""
        if self._waiting is None:
            self._waiting = asyncio.get_running_loop().create_task(self._started())

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel that no page uses any more, and never the one that waits for a page."""
        waiting = self._waiting
        if waiting is None or not waiting.done() or waiting.exception() or waiting.result() != kernel_id:
            await super().cull_kernel_if_idle(kernel_id)  # type: ignore[no-untyped-call]

    async def end_soon(self, kernel_id: str) -> None:
        """End the kernel of a page that is closed, once it has read and saved what was typed last."""
        await asyncio.sleep(GRACE_SECONDS)
        for _ in range(_BUSY_SECONDS):
            if kernel_id not in self:
                return
            kernel: Any = self.get_kernel(kernel_id)
            if kernel.execution_state != "busy":
                break
            await asyncio.sleep(1)
        await ensure_async(self.shutdown_kernel(kernel_id))  # type: ignore[no-untyped-call]

    def _refill_later(self) -> None:
        if self._refill is not None:
            self._refill.cancel()
        self._refill = asyncio.get_running_loop().call_later(REFILL_SECONDS, self.wait)

    async def _started(self) -> str:
        kernel_id = await super().start_kernel(cwd=self.folder, env=dict(self.environment), extra_arguments=_QUIET)
        client = self.get_kernel(kernel_id).client()
        client.start_channels()
        try:
            await ensure_async(client.wait_for_ready(timeout=_START_SECONDS))
            client.execute(_IMPORTS, silent=True, store_history=False)
        finally:
            client.stop_channels()
        return kernel_id
