"""Shows views and figures so that they follow the workbook: each is drawn again after a change of what it shows."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as widgets
import traitlets

from ..analysis.ranking import Ranking, rank_domain
from ..charts import PLOTLY, Figures
from ..model import Workbook
from ..recipes import Recipe
from ..views import Html
from .pause import Pause
from .session import Session
from .shown import adopt

_STYLE = re.compile("<style.*?</style>", re.DOTALL)
HERE = Path(__file__).parent
PAUSE = 0.1
"""Seconds after a change until views are drawn again."""
FIGURES_PAUSE = 0.8
"""The same for figures, which take longer and are looked at less."""
LONGEST = 3.0


class LiveView(anywidget.AnyWidget):
    """A view in a notebook, replaced in place; what is folded open in it stays open."""

    _esm = HERE / "live_view.js"
    markup = traitlets.Unicode().tag(sync=True)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """Show the HTML too, plain, for a reader who opens the notebook without a kernel."""
        data, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        kept = {kind: value for kind, value in data.items() if kind != "text/plain"}
        return {**kept, "text/html": _STYLE.sub("", self.markup)}, metadata


class Following:
    """Draws what a session's notebook shows again, one after the other, and lets the kernel breathe in between."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._drawings: list[tuple[Recipe, Callable[[Any], None]]] = []
        self._queue: list[tuple[Recipe, Callable[[Any], None]]] = []
        self._seen = session.workbook
        self._pause = Pause(self._start, PAUSE, LONGEST)
        session.subscribe(self._changed)

    def add(self, recipe: Recipe, show: Callable[[Any], None]) -> None:
        """Call `show` with what the recipe makes of the workbook after each change."""
        drawing = (recipe, show)
        self._drawings.append(drawing)
        adopt(lambda: self._drawings.remove(drawing))

    def knows(self, recipe: Recipe | None) -> bool:
        """Whether the recipe is made of this session's workbook."""
        values = (*recipe.arguments, *recipe.named.values()) if recipe else ()
        return any(value is self._session.workbook for value in values)

    def _changed(self) -> None:
        if self._session.workbook is not self._seen:
            self._pause.touch()

    def _start(self) -> None:
        self._seen = self._session.workbook
        self._queue = list(self._drawings)
        self._next()

    def _next(self) -> None:
        while self._queue:
            recipe, show = self._queue.pop(0)
            if (recipe, show) in self._drawings:
                show(recipe.again(self._renewed))
            try:
                asyncio.get_running_loop().call_soon(self._next)
            except RuntimeError:
                continue
            return

    def _renewed(self, value: Any) -> Any:
        if isinstance(value, Workbook):
            return self._session.workbook
        if isinstance(value, Ranking):
            return rank_domain(self._session.workbook, value.matrix.domain.id, value.matrix.phase)
        return value


def follow_views(session: Session) -> None:
    """Have the views and figures that cells of this notebook show from now on follow the session's workbook."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        return
    following = Following(session)
    formatter = shell.display_formatter.ipython_display_formatter
    formatter.for_type(Html, lambda view: _show_view(following, view))
    formatter.for_type(Figures, lambda figures: _show_figures(following, figures))


def _show_view(following: Following, view: Html) -> None:
    """Show a view live; one that isn't made of this workbook is left to be shown as it is."""
    if view.recipe is None or not following.knows(view.recipe):
        raise NotImplementedError
    widget = LiveView(markup=view.shown)
    following.add(view.recipe, lambda fresh: setattr(widget, "markup", fresh.shown))
    adopt(widget.close)
    _display(widget)


def _show_figures(following: Following, figures: Figures) -> None:
    if figures.recipe is None or not following.knows(figures.recipe):
        return figures._ipython_display_()
    widget = _FiguresOutput()
    widget.outputs = _outputs(figures)
    later = _Later(widget)
    following.add(figures.recipe, later.show)
    adopt(widget.close)
    return _display(widget)


class _FiguresOutput(widgets.Output):  # type: ignore[misc]
    """Figures that a notebook doesn't store: they are large, and drawn again when the cell is run."""

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return {**super()._repr_mimebundle_(**options), "text/plain": "Run this cell to see the figures."}


class _Later:
    """Shows figures once changes pause."""

    def __init__(self, widget: Any) -> None:
        self._widget = widget
        self._figures = Figures()
        self._pause = Pause(self._draw, FIGURES_PAUSE, LONGEST)

    def show(self, figures: Figures) -> None:
        self._figures = figures
        self._pause.touch()

    def _draw(self) -> None:
        self._widget.outputs = _outputs(self._figures)


def _outputs(figures: Figures) -> tuple[dict[str, Any], ...]:
    bundles = [{PLOTLY: dict(figure)} for figure in figures.figures]
    return tuple({"output_type": "display_data", "data": bundle, "metadata": {}} for bundle in bundles)


def _display(widget: Any) -> None:
    from IPython.display import display

    display(widget)  # type: ignore[no-untyped-call]
