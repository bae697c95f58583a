"""A real S3 server for the tests, a way to it that can be cut off, and a folder served over http."""

from __future__ import annotations

import os
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

HOST = "127.0.0.1"


class Store:
    """Moto's S3 server, a process of its own."""

    def __init__(self) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while not answers(self.port):
            assert self.process.poll() is None, "moto's server has ended"
            assert time.monotonic() < end, "moto's server doesn't answer"
            time.sleep(0.1)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"

    def hang(self) -> None:
        """Accept connections and answer none."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Answer again, what was asked meanwhile too."""
        self.process.send_signal(signal.SIGCONT)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Meanwhile it knows nobody, and so refuses every request."""
        self._check_after("0")
        try:
            yield
        finally:
            self._check_after("1000000")

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()

    def _check_after(self, requests: str) -> None:
        url, kind = f"{self.url}/moto-api/reset-auth", {"Content-Type": "text/plain"}
        urlopen(Request(url, requests.encode(), kind)).close()  # noqa: S310 - on this machine


class Way(socketserver.ThreadingTCPServer):
    """A port that leads to another one until it is cut; `most` bytes of each request get through, then nothing more."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, to: int, port: int = 0, most: int = sys.maxsize) -> None:
        super().__init__((HOST, port), _Relay)
        self.to, self.most = to, most
        self.is_stuck, self.is_cut = threading.Event(), threading.Event()
        self.connections: set[socket.socket] = set()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def port(self) -> int:
        """The port that leads there."""
        return int(self.server_address[1])

    def cut(self) -> None:
        """Refuse connections, and break off those that there are."""
        self.is_cut.set()
        self.shutdown()
        self.server_close()
        for connection in list(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that was broken off is meant to be."""


class _Relay(socketserver.BaseRequestHandler):
    server: Way

    def handle(self) -> None:
        with socket.create_connection((HOST, self.server.to)) as there:
            self.server.connections |= {self.request, there}
            back = threading.Thread(target=self.pass_on, args=(there, self.request, sys.maxsize), daemon=True)
            back.start()
            self.pass_on(self.request, there, self.server.most)
            back.join()

    def pass_on(self, source: socket.socket, target: socket.socket, most: int) -> None:
        passed = 0
        with suppress(OSError):
            while data := source.recv(8192):
                passed += len(data)
                if passed > most:
                    self.server.is_stuck.set()
                    self.server.is_cut.wait()
                    return
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Meanwhile the files of a folder can be read over http; where that is, as host and port."""
    server = ThreadingHTTPServer((HOST, 0), partial(_Quiet, directory=os.fspath(folder)))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as one:
        return one.connect_ex((HOST, port)) == 0
