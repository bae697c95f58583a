"""Carries errands out on a Dask cluster: about twice as many are sent as it has threads, however many there are.

What a worker that is lost was doing, Dask gives to another one. Memory stays flat here and in the scheduler: an errand
is taken when there is room for it, and nothing is held of one that is done.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
import warnings
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from itertools import chain, islice
from secrets import token_hex
from typing import Any

from ..errors import OptlibError
from . import cluster_worker
from .errand import ATTEMPTS, Errand
from .parcel import Answer, marked, packed, taken_in
from .results import Result

try:
    import dask.config
    from distributed import Client, Future, KilledWorker, LocalCluster, Security, as_completed, rpc
    from distributed.client import ClosedClientError
    from distributed.versions import VersionMismatchWarning
except ImportError as error:
    raise OptlibError(
        f"--cluster needs Dask's distributed ({error}); install it with: python -m pip install 'optlib[cluster]'"
    ) from None

LOCAL = "local"
_AHEAD = 2  # errands for each thread: the one at work and the next, which needn't be waited for
_CONNECT = 8  # seconds to reach a scheduler, and to reach it again where it was lost
_PATIENCE = 120  # seconds that a cluster may be without a worker
_LOOK, _TICK = 1.0, 0.05  # seconds


@dataclass(frozen=True)
class _Sent:
    """An errand that the cluster has, and how often it was sent."""

    errand: Errand
    future: Future[Any]
    times: int


def carried_out_on(where: str, errands: Iterable[Errand], workers: int) -> Generator[Result]:
    """The result of each errand as it comes from a Dask cluster; errands are taken as there is room for them.

    `where` is the address of a scheduler, or `local` for as many worker processes as `workers` says, on this machine.
    When the caller stops asking, what is running or waiting there is dropped. Raises OptlibError where the cluster
    can't be reached, is lost, or has another optlib.
    """
    waiting = iter(errands)
    first = list(islice(waiting, workers))
    if not first:
        return
    with _quiet(), marked(first[0].folder) as mark, _client(where, len(first)) as client:
        exchange = _Exchange(client, where, mark, chain(first, waiting))
        try:
            yield from exchange.results()
        except ClosedClientError:
            raise _gone(where) from None
        finally:
            exchange.end()


class _Exchange:
    """Sends errands to a cluster while there is room, and takes in what comes back."""

    def __init__(self, client: Client, where: str, mark: str, waiting: Iterator[Errand]) -> None:
        self._client, self._where, self._mark, self._waiting = client, where, mark, waiting
        self._sent: dict[str, _Sent] = {}
        self._back = as_completed(loop=client.loop, with_results=True, raise_errors=False)
        self._with_copies = False
        self._workers: dict[str, int] = {}
        self._looked = self._had_workers = time.monotonic() - _LOOK

    def results(self) -> Iterator[Result]:
        """Each result as it comes."""
        while self._send_more():
            back = self._back.next_batch(block=False)
            for future, value in back:
                sent, status = self._sent.pop(future.key), future.status
                future.release()
                result = self._result(sent, status, value)
                if result is None:
                    self._send(sent.errand, sent.times + (status == "error"))
                else:
                    yield result
            if not back:
                time.sleep(_TICK)

    def end(self) -> None:
        """Drop what is left, where the cluster can still be told so."""
        if self._sent and self._client.status == "running":
            with suppress(OSError):
                self._client.cancel([sent.future for sent in self._sent.values()], force=True)
                self._client.run(cluster_worker.stop, self._mark, on_error="ignore")

    def _send_more(self) -> bool:
        """Fill up what room there is; whether anything is to come back."""
        self._look()
        room = _AHEAD * max(1, sum(self._workers.values())) - len(self._sent)
        for errand in islice(self._waiting, max(0, room)):
            self._send(errand, 1)
        return bool(self._sent)

    def _send(self, errand: Errand, times: int) -> None:
        parcel = packed(errand, self._mark, self._with_copies)
        key = f"optlib-{token_hex(16)}"
        future = self._client.submit(cluster_worker.carry_out, parcel, key=key, pure=False)
        self._sent[key] = _Sent(errand, future, times)
        self._back.add(future)

    def _result(self, sent: _Sent, status: str, value: Any) -> Result | None:
        """What an errand came to; none where it has to be sent again."""
        if status == "finished":
            answer: Answer = value
            self._with_copies |= answer.result is None
            return taken_in(answer, sent.errand) if answer.result else None
        if status != "error":  # cancelled, as the scheduler was lost and found again
            return None
        self._refuse_others()
        if sent.times < ATTEMPTS:
            return None
        return replace(sent.errand.result, status="failed", attempts=sent.times, error=_why(value[1]))

    def _look(self) -> None:
        """See from time to time which workers there are, and that new ones have the same optlib."""
        if self._client.status not in {"running", "connecting"}:
            raise _gone(self._where)
        now = time.monotonic()
        if self._client.status == "connecting" or now - self._looked < _LOOK:
            return
        self._looked, known = now, self._workers
        with suppress(OSError):  # the scheduler is lost just now, which the client finds out in a moment
            self._workers = self._client.nthreads()
        if self._workers.keys() - known.keys():
            self._refuse_others()
        if self._workers:
            self._had_workers = now
        elif now - self._had_workers > _PATIENCE:
            start = f"start some with: dask worker {self._where}"
            raise OptlibError(f"{self._where}: the cluster has had no worker for {_PATIENCE} s; {start}")

    def _refuse_others(self) -> None:
        with suppress(OSError):
            _refuse_others(self._client, self._where)


@contextmanager
def _client(where: str, workers: int) -> Iterator[Client]:
    """A connection to the cluster, which is started first where it is to be local."""
    with (
        _local_cluster(workers) if where == LOCAL else nullcontext(_scheduler(where)) as cluster,
        _connected(cluster, where) as client,
    ):
        _refuse_others(client, where)
        yield client


def _connected(cluster: LocalCluster | str, where: str) -> Client:
    try:
        return Client(cluster, timeout=_CONNECT, set_as_default=False, name="optlib")
    except (OSError, ImportError) as error:
        raise OptlibError(f"{where}: the Dask scheduler takes no client: {_first_line(error)}") from None


def _scheduler(where: str) -> str:
    """The address, where a scheduler answers at it; what else may be there can answer with anything."""

    async def asked() -> str:
        secrets = Security().get_connection_args("client")
        async with asyncio.timeout(_CONNECT), rpc(where, timeout=_CONNECT, connection_args=secrets) as there:
            return str((await there.identity())["type"])

    try:
        with ThreadPoolExecutor(1) as thread:  # this one may have an event loop, as in a notebook
            kind = thread.submit(asyncio.run, asked()).result()
        why = "" if kind == "Scheduler" else f"a {kind.lower()} does"
    except TimeoutError:
        why = f"nothing does within {_CONNECT} s"
    except (OSError, ValueError, TypeError) as error:
        why = _first_line(error)
    except Exception:
        why = "something else does"
    if why:
        advice = "give --cluster the address that `dask scheduler` prints, or local"
        raise OptlibError(f"{where}: no Dask scheduler answers at this address ({why}); {advice}")
    return where


@contextmanager
def _local_cluster(workers: int) -> Iterator[LocalCluster]:
    """Worker processes of one thread each, that only this machine can reach, and that end with this one."""
    with (
        tempfile.TemporaryDirectory(prefix="optlib-cluster-", ignore_cleanup_errors=True) as scratch,
        dask.config.set({"temporary-directory": scratch}),
    ):
        try:
            cluster = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                memory_limit=0,  # reports are made, and limited, in processes of their own
                preload=[cluster_worker.__name__],
                silence_logs=logging.CRITICAL,
                scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
            )
        except (OSError, RuntimeError) as error:
            raise OptlibError(
                f"no cluster could be started here ({_first_line(error)}); use -j without --cluster"
            ) from None
        with cluster:
            yield cluster


@contextmanager
def _quiet() -> Iterator[None]:
    """What Dask logs of workers that come and go would bury the progress of the batch."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    settings = {
        "distributed.comm.timeouts.connect": f"{_CONNECT}s",
        "distributed.admin.large-graph-warning-threshold": "1GB",
    }
    try:
        with dask.config.set(settings), warnings.catch_warnings():
            warnings.simplefilter("ignore", VersionMismatchWarning)
            yield
    finally:
        logging.disable(before)


def _refuse_others(client: Client, where: str) -> None:
    """Raise OptlibError where a part of the cluster has no optlib, or another, or another Python."""
    said: Any = client.get_versions(packages=["optlib"])
    parts = {"the scheduler": said["scheduler"]}
    parts |= {f"the worker {address}": versions for address, versions in said["workers"].items()}
    ours = _versions(said["client"])
    for part, versions in parts.items():
        if (theirs := _versions(versions)) != ours:
            raise OptlibError(
                f"{where}: {part} has {theirs}, here is {ours}; install the same there and start it again"
            )


def _versions(said: Mapping[str, Any]) -> str:
    """What of a part's versions has to be the same for the same reports."""
    python = ".".join(said["host"]["python"].split(".")[:2])
    optlib = said["packages"].get("optlib")
    return f"optlib {optlib} on Python {python}" if optlib else f"no optlib on Python {python}"


def _why(error: BaseException) -> str:
    """Why Dask has given up on an errand."""
    if isinstance(error, KilledWorker):
        times, last = error.allowed_failures + 1, error.last_worker.address
        return f"the Dask worker that had it ended, {times} times in succession; see the log of the last, {last}"
    return f"the Dask worker failed: {type(error).__name__}: {_first_line(error)}"


def _gone(where: str) -> OptlibError:
    return OptlibError(
        f"{where}: the Dask scheduler is gone; what is done is in results.json, and the same command, "
        "once it is back, makes the rest"
    )


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
