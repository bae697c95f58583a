"""Voilà's server, cut down to the app: our pages, kernels that wait, 127.0.0.1 and a token that can't be turned off."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import tempfile
import webbrowser
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import click
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME
from jupyter_server.base.handlers import FileFindHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from jupyter_server.utils import url_path_join
from tornado.ioloop import IOLoop
from traitlets import Instance
from traitlets.config import Config
from voila.app import Voila
from voila.static_file_handler import MultiStaticFileHandler, TemplateStaticFileHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from ..errors import OptlibError
from ..workbook_file import ENVIRONMENT_VARIABLE
from .kernels import WaitingKernels
from .pages import Alive, Farewell, Missing, Phase, Phases, Refused
from .shelf import Shelf

ADDRESS = "127.0.0.1"
_TEMPLATES = Path(__file__).parent / "templates"
CULL_AFTER = 300
"""Seconds after which a kernel ends whose page is gone without having said so, as when the browser crashed."""
_KEPT = (
    FileFindHandler,
    KernelHandler,
    MultiStaticFileHandler,
    TemplateStaticFileHandler,
    VoilaKernelWebsocketHandler,
)
"""What stays of Voilà's own addresses: a page's kernel, and the files of the packages that its scripts are in."""


class App(Voila):
    """Voilà with our pages instead of its own, and nothing that lists or hands out files."""

    shelf = Instance(Shelf)

    def initialize(self, argv: list[str] | None = None) -> None:
        """Take Voilà's options, except those that would open the app to others; read no configuration file."""
        super().initialize(argv)
        self.ip, self.token = ADDRESS, secrets.token_hex(24)
        self.root_dir = str(self.shelf.notebooks)
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, self._handle_signal_stop)

    def setup_template_dirs(self) -> None:
        """Look for templates in our own folder first."""
        super().setup_template_dirs()
        self.template_paths.insert(0, str(_TEMPLATES))

    def init_settings(self) -> dict[str, Any]:
        """Add what our pages need; only a request that names this machine is answered."""
        own = {"shelf": self.shelf, "default_handler_class": Missing, "allow_remote_access": False}
        return {**super().init_settings(), **own}

    def init_handlers(self) -> list[Any]:
        """Our pages first, then what stays of Voilà's addresses."""
        notebook = {"template_paths": self.template_paths, "config": self.config}
        notebook["voila_configuration"] = self.voila_configuration
        kept = [handler for handler in super().init_handlers() if handler[1] in _KEPT]
        return [
            (self.server_url, Phases),
            (url_path_join(self.server_url, "/login"), Refused),
            (url_path_join(self.server_url, r"/alive/([\w-]+)"), Alive),
            (url_path_join(self.server_url, r"/voila/api/shutdown/([\w-]+)"), Farewell),
            (url_path_join(self.server_url, r"/(\w+)(?:\.ipynb)?"), Phase, notebook),
            *kept,
        ]

    def listen(self) -> None:
        """Take a free port, say where the app is, and serve until it is ended."""
        self.ioloop = IOLoop.current()
        try:
            self.port = self._free_port()
            click.echo(f"The app is at {self.address}\nCtrl+C ends it.")
            self.ioloop.add_callback(self.kernel_manager.wait)
            if self.open_browser:
                self.launch_browser()
            self.ioloop.start()
        except KeyboardInterrupt:
            click.echo()
        finally:
            self.stop()

    def launch_browser(self) -> None:
        """Open the browser by a file that only this user can read: what a command is called with, all can read."""
        page = Path(self.connection_dir) / "open.html"
        page.write_text(f'<meta http-equiv="refresh" content="0; url={self.address}">', encoding="utf-8")
        Thread(target=webbrowser.open, args=[page.as_uri()], daemon=True).start()

    @property
    def address(self) -> str:
        """Where the app is, with the token."""
        return f"http://{ADDRESS}:{self.port}{self.base_url}?token={self.token}"

    def _free_port(self) -> int:
        for port in self.random_ports(self.port, self.port_retries + 1):
            with suppress(OSError):
                self.app.listen(port, ADDRESS)
                return int(port)
        raise OptlibError(f"no port near {self.port} is free; name another: optlib edit ... --app -- --port=9000")


def serve(shelf: Shelf, arguments: tuple[str, ...] = ()) -> None:
    """Serve the app until it is ended; `arguments` are Voilà's, for example --port=9000.

    Raises OptlibError where no port is free, or an argument isn't an option.
    """
    for argument in arguments:
        if not argument.startswith("-"):
            raise OptlibError(f"{argument!r} is no option of Voilà; what stands after -- looks like --port=9000")
    with tempfile.TemporaryDirectory(prefix="optlib-app-") as folder:
        logging.getLogger("tornado.access").setLevel(logging.CRITICAL)
        logging.getLogger("tornado.general").setLevel(logging.ERROR)
        app = App.instance(config=_configuration(shelf, folder), shelf=shelf, config_file_paths=[])
        app.initialize(list(arguments))
        app.start()


def _configuration(shelf: Shelf, folder: str) -> Config:
    """What of Voilà and its kernels differs from the default."""
    environment = {**os.environ, ENVIRONMENT_VARIABLE: str(shelf.workbook.resolve())}
    return Config(
        Application={"log_level": logging.CRITICAL},  # what fails in a notebook is said on its page
        IdentityProvider={"cookie_options": {"samesite": "Lax"}},
        KernelManager={"autorestart": False},  # a kernel that started anew would know nothing of the page's forms
        MappingKernelManager={"cull_idle_timeout": CULL_AFTER, "cull_interval": CULL_AFTER // 10},
        WaitingKernels={"folder": folder, "environment": environment},
        VoilaExecutor={"skip_cells_with_tag": ""},  # editors are what the app is for
        VoilaConfiguration={
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "multi_kernel_manager_class": WaitingKernels,
            "prelaunch_hook": _prepared(shelf),
            "resources": {"shelf": shelf},
            "show_tracebacks": True,  # our template shows the message only, but needs it
        },
    )


def _prepared(shelf: Shelf) -> Any:
    """What is done to a notebook before it runs: its title, and a kernel of this very Python."""

    def prepare(handler: Any, notebook: Any, **_: Any) -> None:
        entry = shelf.entry(Path(handler.request.path).stem)
        notebook.metadata.title = f"{entry.title} · {shelf.workbook.name}" if entry else shelf.workbook.name
        notebook.metadata.kernelspec = {"name": NATIVE_KERNEL_NAME, "language": "python", "display_name": "Python 3"}

    return prepare
