"""Live views: what a notebook shows of a workbook is drawn again when an editor changes it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from ipywidgets import widget_serialization

from optlib import charts, editors, open_workbook, rank_domain, views
from optlib.editors.edits import Change
from optlib.editors.session import Session, session_of

from .conftest import EXAMPLES, TODAY


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """The session of a copy of the full example."""
    return session_of(open_workbook(shutil.copy(EXAMPLES / "optlib.yaml", tmp_path / "mine.yaml")))


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """A notebook's shell in which the workbook's editor has run; what it displays is listed."""
    shell = InteractiveShell.instance()
    displayed: list[Any] = []
    monkeypatch.setattr(shell.display_pub, "publish", lambda data, **_: displayed.append(data))
    yield displayed
    InteractiveShell.clear_instance()


def show(thing: Any) -> None:
    """Show something as a cell whose last line it is."""
    shell = InteractiveShell.instance()
    shell.display_formatter.format(thing)


def domain_of(session: Session) -> str:
    """A domain of the workbook that states weights."""
    return next(key for key, options in session.workbook.options.items() if options.weights)


def weight(session: Session, value: float) -> Change:
    """A change of the weight of the domain's first criterion."""
    domain = domain_of(session)
    criterion = next(iter(session.workbook.options[domain].weights))
    return Change("set", ("options", domain, "weights", criterion), value)


def shown_last(displayed: list[Any]) -> Any:
    """The widget that was displayed last."""
    model = displayed[-1]["application/vnd.jupyter.widget-view+json"]["model_id"]
    return widget_serialization["from_json"](f"IPY_MODEL_{model}", None)


def test_a_view_follows_the_workbook(session: Session, shell: list[Any]) -> None:
    """After a change of the project's goals the context that a cell showed says the new ones."""
    editors.workbook(session.file)
    show(views.context(session.workbook))
    session.submit([Change("set", ("context", "goals"), ["Everybody finds the minutes"])])
    assert "Everybody finds the minutes" in shown_last(shell).markup


def test_an_evaluation_is_reckoned_anew(session: Session, shell: list[Any]) -> None:
    """A view of a ranking is drawn again of the ranking that the changed weights give."""
    editors.workbook(session.file)
    domain = domain_of(session)
    show(views.evaluation(session.workbook, rank_domain(session.workbook, domain)))
    before = shown_last(shell).markup
    session.submit([weight(session, 0)])
    after = shown_last(shell).markup
    fresh = views.evaluation(session.workbook, rank_domain(session.workbook, domain))
    assert after == fresh.shown != before


def test_a_live_view_can_be_read_without_a_kernel(session: Session, shell: list[Any]) -> None:
    """What is stored in the notebook holds the HTML beside the widget."""
    editors.workbook(session.file)
    view = views.context(session.workbook)
    show(view)
    assert shell[-1]["text/html"] == view.shown


def test_figures_follow_too(session: Session, shell: list[Any]) -> None:
    """The figures of a domain are drawn again, as plotly's own output."""
    editors.workbook(session.file)
    domain = domain_of(session)
    show(charts.explore(session.workbook, rank_domain(session.workbook, domain)))
    output = shown_last(shell)
    before = output.outputs
    session.submit([weight(session, 0)])
    assert [bundle["data"].keys() for bundle in output.outputs] == [{"application/vnd.plotly.v1+json"}] * len(before)
    assert output.outputs != before


def test_a_view_of_another_workbook_stays_as_it_is(session: Session, shell: list[Any]) -> None:
    """Only what is made of the session's workbook follows it."""
    editors.workbook(session.file)
    other = open_workbook(EXAMPLES / "pep374_dvcs.yaml").workbook
    show(views.context(other))
    assert shell == []


def test_without_the_editor_views_are_plain(session: Session) -> None:
    """In a report's run nothing is a widget: the editor's cell isn't run there."""
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    data, _ = shell.display_formatter.format(views.context(session.workbook))
    assert set(data) == {"text/html", "text/plain"}
    InteractiveShell.clear_instance()


def test_a_ranking_that_no_change_touched_is_not_made_again(session: Session) -> None:
    """A change elsewhere leaves a domain's ranking the very same object, so that it costs nothing."""
    domain = domain_of(session)
    before = rank_domain(session.workbook, domain)
    session.submit([Change("set", ("project", "owner"), "Ann")])
    assert rank_domain(session.workbook, domain) is before


def test_a_new_order_of_candidates_is_another_question(session: Session) -> None:
    """The rows of a ranking are in the workbook's order of candidates, also after they were moved."""
    domain = domain_of(session)
    rank_domain(session.workbook, domain)
    keys = list(session.workbook.options[domain].candidates)[::-1]
    session.submit([Change("order", ("options", domain, "candidates"), keys)])
    assert list(rank_domain(session.workbook, domain).matrix.candidates) == keys


def test_the_day_is_kept(session: Session, shell: list[Any]) -> None:
    """What else a view was given, such as the day, it is given again."""
    editors.workbook(session.file)
    show(views.whats_open(session.workbook, TODAY, phase=0))
    session.submit([Change("set", ("project", "owner"), "Ann")])
    assert shown_last(shell).markup == views.whats_open(session.workbook, TODAY, phase=0).shown
