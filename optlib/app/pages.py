"""The app's pages: the list of the phases, a phase, and why something isn't shown. Each is for who has the token."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from tornado.ioloop import IOLoop
from tornado.web import HTTPError, authenticated
from voila.tornado.handler import TornadoVoilaHandler

from ..catalogue import load_catalogue
from ..errors import WorkbookError
from ..gates import check
from ..model import Workbook
from ..open_points import open_points
from ..words import counted
from ..workbook_file import day, open_workbook
from .shelf import Entry, Shelf

_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",  # Voilà and anywidget load code from strings
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
_WORDS = {
    HTTPStatus.FORBIDDEN: (
        "This address lacks its token",
        "Open the whole address that “optlib edit --app” has printed, with what stands after the question mark.",
    ),
    HTTPStatus.NOT_FOUND: (
        "There is no such page",
        "The phases of the workbook and its decision report are all there is here.",
    ),
}
_OTHER = ("The app failed", "Load this page again. If that doesn't help, end “optlib edit --app” and start it anew.")


class Page(JupyterHandler):
    """What all pages have: our words for what went wrong, and a policy that forbids every foreign request."""

    @property
    def content_security_policy(self) -> str:
        """No page loads anything from elsewhere."""
        return _POLICY

    def write_error(self, status_code: int, **_: Any) -> None:
        """Say in words why there is nothing to see."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        title, what_to_do = _WORDS.get(HTTPStatus(status_code), _OTHER)
        self.finish(_refusal(_shelf(self), title, what_to_do))


class Refused(Page):
    """Where a request without the token ends."""

    @allow_unauthenticated
    def get(self) -> None:
        """Refuse, in words."""
        raise HTTPError(HTTPStatus.FORBIDDEN)


class Missing(Page):
    """Any address that isn't ours."""

    @authenticated
    def get(self) -> None:
        """There is nothing."""
        raise HTTPError(HTTPStatus.NOT_FOUND)


class Phases(Page):
    """The list of the phases."""

    @authenticated
    def get(self) -> None:
        """Show what each phase asks and how much is open in it."""
        shelf = _shelf(self)
        try:
            workbook = open_workbook(shelf.workbook).workbook
        except WorkbookError as error:
            what_to_do = "Put it right, then load this page again."
            self.finish(_refusal(shelf, "The workbook can't be read", what_to_do, str(error)))
            return
        lines = [(entry, _state(workbook, entry)) for entry in shelf.entries]
        self.finish(rendered("phases.html", shelf=shelf, workbook=workbook, lines=lines))


class Phase(TornadoVoilaHandler, Page):
    """A notebook, run from top to bottom in a kernel of its own and shown without its code."""

    @authenticated
    async def get(self, notebook: str) -> None:
        """Run and show it, where it is one of the shelf's."""
        if _shelf(self).entry(notebook) is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        _ = self.xsrf_token  # reading it sets the cookie with which the page may end its kernel when it is closed
        await TornadoVoilaHandler.get(self, f"{notebook}.ipynb")


class Alive(JupyterHandler):
    """Whether a page's kernel still runs, for the page to say so when it doesn't."""

    @authenticated
    async def get(self, kernel_id: str) -> None:
        """Answer 204 where it runs, 410 where it is gone."""
        kernels = self.kernel_manager
        runs = kernel_id in kernels and await ensure_async(kernels.get_kernel(kernel_id).is_alive())
        self.set_status(HTTPStatus.NO_CONTENT if runs else HTTPStatus.GONE)


class Farewell(APIHandler):
    """What a page says when it is closed."""

    @authenticated
    def post(self, kernel_id: str) -> None:
        """End the page's kernel, but not before what was typed last is saved."""
        kernels: Any = self.kernel_manager
        IOLoop.current().spawn_callback(kernels.end_soon, kernel_id)
        self.set_status(HTTPStatus.NO_CONTENT)


def rendered(template: str, **values: Any) -> str:
    """One of the app's own pages."""
    return environment().get_template(template).render(**values)


@cache
def environment() -> Environment:
    """The templates of the pages that no notebook makes."""
    return Environment(
        loader=PackageLoader("optlib.app"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _refusal(shelf: Shelf, title: str, what_to_do: str, faults: str = "") -> str:
    return rendered("refused.html", shelf=shelf, title=title, what_to_do=what_to_do, faults=faults.splitlines())


def _shelf(handler: JupyterHandler) -> Shelf:
    shelf: Shelf = handler.settings["shelf"]
    return shelf


def _state(workbook: Workbook, entry: Entry) -> str:
    """How a phase stands, in a phrase."""
    if entry.phase is None:
        return ""
    phase = entry.phase.id
    level = workbook.quality.level
    if phase not in load_catalogue().required_phases(workbook):
        return f"Not required at the level {level}" if level else "Required once the level asks for it"
    points = len(open_points(workbook, day(), phase))
    blocking = sum(finding.blocks and finding.gate.phase == phase for finding in check(workbook, day()))
    parts = [f"{counted(points, 'point')} open"] if points else []
    parts += [f"{counted(blocking, 'gate')} {'blocks' if blocking == 1 else 'block'}"] if blocking else []
    return f"Required: {', '.join(parts) or 'nothing is open'}"
