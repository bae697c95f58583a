"""Does something once a person pauses. Knows no widgets and no files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Pause:
    """Calls `act` once nothing has happened for `seconds`, or when something happens all the time after `longest`."""

    def __init__(self, act: Callable[[], object], seconds: float, longest: float) -> None:
        self._act = act
        self._seconds = seconds
        self._longest = longest
        self._timer: asyncio.TimerHandle | None = None
        self._since: float | None = None

    def touch(self) -> None:
        """Note that something happened; without a running loop that could wait, `act` is called at once."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._act()
            return
        if self._timer:
            self._timer.cancel()
        now = loop.time()
        self._since = now if self._since is None else self._since
        self._timer = loop.call_at(min(now + self._seconds, max(now, self._since + self._longest)), self._done)

    def cancel(self) -> None:
        """Forget what happened."""
        if self._timer:
            self._timer.cancel()
        self._timer = self._since = None

    def _done(self) -> None:
        self.cancel()
        self._act()
