"""Candidates, criteria and people on the board: added, renamed, moved and removed in place, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from optlib.model import Workbook

from .board_page import BoardPage, databases, shown
from .building import CHOICE, workbook

pytestmark = pytest.mark.browser


@pytest.fixture
def board(browser: Browser) -> Iterator[BoardPage]:
    """The board of three databases, of which the decision names the first, scored by two people too."""
    data = databases().to_data()
    data["decisions"] = {CHOICE: {"selected": ["postgresql"]}}
    data["options"][CHOICE]["evaluators"] = {
        "ann": {"name": "Ann", "weights": {"fit": 1}, "scores": {"mysql": {"fit": 5}, "postgresql": {"headroom": 2}}},
        "bob": {"name": "Bob", "scores": {"postgresql": {"headroom": 5}}},
    }
    board = shown(browser, Workbook.model_validate(data))
    yield board
    board.page.close()


def names(board: BoardPage) -> list[str]:
    """The candidates in the order of the rows."""
    labels = board.grid.get_by_role("rowheader").locator(".optlib-board-label").all_inner_texts()
    return [label for label in labels if label]


def click(board: BoardPage, name: str) -> None:
    """Click a button."""
    board.page.get_by_role("button", name=name, exact=True).click()


def evaluators(board: BoardPage) -> Any:
    """What the stand-in for the kernel has of the evaluators."""
    return board.options()["evaluators"]


def test_a_candidate_of_ones_own_is_added(board: BoardPage) -> None:
    """A name makes an id of its letters, and the focus waits on the first score of the new row."""
    board.page.get_by_label("New candidate").fill("  Carrier  pigeon (RFC 1149) ")
    board.press("Enter")
    assert board.focused() == "Carrier pigeon (RFC 1149), Fit: not scored"
    assert board.options()["candidates"]["carrier-pigeon-rfc-1149"] == {"name": "Carrier pigeon (RFC 1149)"}


def test_a_known_candidate_is_offered_and_tied(browser: Browser) -> None:
    """The catalogue's candidates are offered by name; one that is chosen is tied to what is known of it."""
    board = shown(browser, workbook(), "data_state")
    offered = board.page.locator("datalist option")
    assert "PostgreSQL" in [option.get_attribute("value") for option in offered.all()]
    board.page.get_by_label("New candidate").fill("postgresql")
    click(board, "Add candidate")
    assert board.options()["candidates"] == {"postgresql": {"name": "PostgreSQL", "known_as": "postgresql"}}
    assert "PostgreSQL" not in [option.get_attribute("value") for option in offered.all()]


def test_a_name_that_is_taken_is_refused_and_stays_typed(board: BoardPage) -> None:
    """Two candidates can't have one name: the message says so, and the field keeps what was typed."""
    field = board.page.get_by_label("New candidate")
    field.fill("mysql")
    board.press("Enter")
    expect(board.status).to_have_text("Not done: there is already a candidate MySQL; give this one another name")
    expect(field).to_have_value("mysql")
    assert not board.changes()


def test_names_of_the_same_letters_get_different_ids(board: BoardPage) -> None:
    """An id that is taken gets a number; a name without letters gets one all the same."""
    for name in ("My SQL!", "My-SQL?", "数据库"):
        board.page.get_by_label("New candidate").fill(name)
        board.press("Enter")
    assert list(board.options()["candidates"])[3:] == ["my-sql", "my-sql-2", "candidate"]


def test_a_candidate_is_renamed_in_place(board: BoardPage) -> None:
    """F2 on a name edits it; the id stays."""
    board.cell("MySQL, Fit").click()
    board.press("ArrowLeft", "F2")
    board.type(" 9")
    board.press("Enter")
    assert names(board) == ["PostgreSQL", "MySQL 9", "SQLite"]
    assert board.options()["candidates"]["mysql"]["name"] == "MySQL 9"


def test_the_name_of_another_is_refused_and_marked(board: BoardPage) -> None:
    """A name that is taken stays as typed, with the reason, until it is corrected or given up."""
    board.grid.get_by_role("rowheader", name="MySQL").dblclick()
    board.page.locator(":focus").fill("SQLite")
    board.press("Enter")
    expect(board.status).to_contain_text("Not saved: MySQL: there is already a candidate SQLite")
    click(board, "Show what is saved")
    assert names(board) == ["PostgreSQL", "MySQL", "SQLite"]


def test_candidates_are_moved(board: BoardPage) -> None:
    """Alt and arrows, and buttons, change the order of the file; the focus goes along."""
    board.cell("MySQL, Fit").click()
    board.press("Alt+ArrowUp")
    assert board.focused().startswith("MySQL, Fit")
    assert list(board.options()["candidates"]) == ["mysql", "postgresql", "sqlite"]
    click(board, "MySQL: rename, move or remove")
    click(board, "Move down")
    assert names(board) == ["PostgreSQL", "MySQL", "SQLite"]


def test_a_removed_candidate_comes_back_whole(board: BoardPage) -> None:
    """A candidate goes with what people scored of it, and one undo brings both back in their place."""
    saved = board.options()
    click(board, "MySQL: rename, move or remove")
    click(board, "Remove")
    expect(board.status).to_have_text("MySQL removed; Ctrl+Z brings it back.")
    assert names(board) == ["PostgreSQL", "SQLite"]
    assert "mysql" not in evaluators(board)["ann"]["scores"]
    assert board.focused().startswith("SQLite")
    board.press("Control+z")
    assert board.options() == saved


def test_a_candidate_that_the_decision_names_stays(board: BoardPage) -> None:
    """What is chosen can't be removed, and the message says what names it."""
    board.cell("PostgreSQL, Fit").click()
    board.press("ArrowLeft", "Delete")
    expect(board.status).to_contain_text("PostgreSQL can't be removed: the decision names it; change that first")
    assert names(board) == ["PostgreSQL", "MySQL", "SQLite"]


def test_rows_are_sorted_when_asked_and_not_while_typing(board: BoardPage) -> None:
    """The button sorts by rank as it is then; later changes leave the rows where they are, and the file its order."""
    click(board, "Sort by rank")
    assert names(board) == ["SQLite", "PostgreSQL", "MySQL"]
    board.cell("MySQL, Fit").click()
    board.type("5")
    board.press("Enter")
    board.press("Alt+ArrowUp")
    expect(board.status).to_contain_text("sorted by rank")
    assert names(board) == ["SQLite", "PostgreSQL", "MySQL"]
    assert list(board.options()["candidates"]) == ["postgresql", "mysql", "sqlite"]
    click(board, "Order of the file")
    assert names(board) == ["PostgreSQL", "MySQL", "SQLite"]


def test_a_new_criterion_is_added_with_its_unit(board: BoardPage) -> None:
    """A measured criterion takes name, question, unit, direction and range, and can be scored at once."""
    click(board, "Add a criterion")
    page = board.page
    page.get_by_label("Name", exact=True).fill("Recovery time")
    page.get_by_label("What it asks").fill("How soon is it back?")
    page.get_by_label("Unit").fill("min")
    page.get_by_label("Better").select_option("less is better")
    page.get_by_label("Figures from").fill("1")
    page.get_by_label("Figures to").fill("240")
    click(board, "Add the new criterion")
    assert board.focused() == "PostgreSQL, Recovery time: not scored"
    board.type("30")
    board.press("Enter")
    options = board.options()
    assert options["criteria"]["recovery-time"] == {
        "name": "Recovery time",
        "asks": "How soon is it back?",
        "direction": "min",
        "unit": "min",
        "range": [1, 240],
    }
    assert options["candidates"]["postgresql"]["scores"]["recovery-time"] == 30


def test_a_unit_needs_a_range(board: BoardPage) -> None:
    """Without the figures that it runs between a measured criterion is refused in words, and stays typed."""
    click(board, "Add a criterion")
    board.page.get_by_label("Name", exact=True).fill("Recovery time")
    board.page.get_by_label("Unit").fill("min")
    click(board, "Add the new criterion")
    expect(board.status).to_contain_text("say from which figure to which Recovery time is compared")
    expect(board.page.get_by_label("Name", exact=True)).to_have_value("Recovery time")


def test_a_criterion_of_the_domain_gets_its_column(browser: Browser) -> None:
    """A criterion that isn't in use yet is offered, parts of others too; its column changes nothing in the file."""
    board = shown(
        browser, workbook(options={"packaging": {"weights": {"size": 1}, "candidates": {"wheel": {}}}}), "packaging"
    )
    expect(board.weight("Docker vs Podman")).to_have_count(0)
    click(board, "Add a criterion")
    board.page.get_by_label("A criterion of this domain").select_option("Docker vs Podman")
    click(board, "Add this column")
    assert board.focused() == "Wheel, Docker vs Podman: not scored"
    assert not board.changes()
    board.type("4")
    board.press("Enter")
    assert board.options()["candidates"]["wheel"]["scores"] == {"docker_vs_podman": 4}


def test_a_removed_column_comes_back_with_weights_and_scores(board: BoardPage) -> None:
    """A column goes with its weights, scores and those of people; one undo brings all back."""
    saved = board.options()
    board.grid.get_by_role("button", name="Fit").click()
    click(board, "Remove the column")
    expect(board.weight("Fit")).to_have_count(0)
    options = board.options()
    assert "fit" not in options["weights"]
    assert not any("fit" in one.get("scores", {}) for one in options["candidates"].values())
    assert "fit" not in options["evaluators"]["ann"]["weights"]
    board.press("Control+z")
    expect(board.weight("Fit")).to_have_value("20")
    assert board.options() == saved


def test_a_criterion_that_answers_name_stays(browser: Browser) -> None:
    """Where weights come of answers, a criterion that these name can't be removed, and its weight isn't typed."""
    data = databases().to_data()
    del data["options"][CHOICE]["weights"]
    data["options"][CHOICE]["weighting"] = {"method": "rank_order", "order": ["fit", "team"]}
    board = shown(browser, Workbook.model_validate(data))
    expect(board.grid.get_by_label("Weight of Fit: 75\u202f%")).to_be_visible()
    expect(board.grid.get_by_text("by rank order")).to_be_visible()
    assert board.page.get_by_role("slider").count() == 0
    board.grid.get_by_role("button", name="Fit").click()
    click(board, "Remove the column")
    expect(board.status).to_contain_text("Fit can't be removed: weights come from answers that name it")


def test_a_criterion_is_read_and_reworded(board: BoardPage) -> None:
    """The head of a column opens what the criterion asks; name and range are changed there."""
    board.grid.get_by_role("button", name="Run cost").click()
    expect(board.page.get_by_text("Measured in USD/month, compared from 0 to 200.")).to_be_visible()
    board.page.get_by_label("Name", exact=True).fill("Running cost")
    board.page.get_by_label("Figures to").fill("300")
    board.press("Tab")
    spec = board.options()["criteria"]["cost"]
    assert (spec["name"], spec["range"]) == ("Running cost", [0, 300])
    board.page.get_by_label("Figures to").fill("-5")
    board.press("Tab")
    expect(board.status).to_contain_text("the figures must rise, but run from 0 to -5")


def test_what_people_scored_together_is_shown_as_theirs(board: BoardPage) -> None:
    """A cell that nobody agreed on holds what the evaluators make of it; a score typed there is the agreed one."""
    expect(board.cell("PostgreSQL, Headroom")).to_have_attribute(
        "aria-label", "PostgreSQL, Headroom: 3.5 (2 to 5) of 5, of the evaluators"
    )
    board.cell("PostgreSQL, Headroom").click()
    board.type("4")
    board.press("Enter")
    assert board.options()["candidates"]["postgresql"]["scores"]["headroom"] == 4


def test_a_person_scores_in_a_view_of_their_own(board: BoardPage) -> None:
    """In a person's view their own scores and weights are typed; what was agreed stands in where there are none."""
    board.page.get_by_role("combobox", name="Scores of").select_option("Ann")
    expect(board.cell("MySQL, Fit")).to_have_attribute("aria-label", "MySQL, Fit: 5 of 5")
    expect(board.cell("SQLite, Team experience")).to_have_attribute(
        "aria-label", "SQLite, Team experience: 4 of 5, as agreed"
    )
    expect(board.weight("Fit")).to_have_value("1")
    assert board.total("MySQL") == "100.0"
    board.cell("SQLite, Team experience").click()
    board.type("1")
    board.press("Enter")
    board.weight("Team experience").click()
    board.type("1")
    ann = evaluators(board)["ann"]
    assert (ann["scores"]["sqlite"], ann["weights"]) == ({"team": 1}, {"fit": 1, "team": 1})
    assert board.total("SQLite") == "60.0"
    assert board.options()["candidates"]["sqlite"]["scores"]["team"] == 4


def test_a_person_without_weights_has_the_groups(board: BoardPage) -> None:
    """Who states no weights is shown the shares of the group, and that they are agreed."""
    board.page.get_by_role("combobox", name="Scores of").select_option("Bob")
    expect(board.weight("Fit")).to_have_value("")
    expect(board.slider("Fit")).to_have_attribute("aria-valuetext", "40\u202f%")
    expect(board.grid.get_by_text("as agreed")).to_be_visible()


def test_a_person_is_added(board: BoardPage) -> None:
    """A new person's view opens at once; a name that is there already is refused."""
    click(board, "Add a person")
    board.type("ann")
    board.press("Enter")
    expect(board.status).to_contain_text("ann is there already")
    board.page.get_by_label("Name of the person").fill("Zoë")
    board.press("Enter")
    expect(board.grid).to_have_attribute("aria-label", "Scores of Choice by Zoë")
    assert evaluators(board)["zoe"] == {"name": "Zoë"}


def test_an_eliminated_candidate_is_struck_with_the_reason(browser: Browser) -> None:
    """Who fails a must is out: struck through, the reason below the name, and without a rank."""
    data = databases().to_data()
    data["context"] = {"constraints": [{"id": "eu", "statement": "Data stays in the EU", "must": True}]}
    data["options"][CHOICE]["candidates"]["mysql"]["fit"] = {"eu": {"verdict": "fails"}}
    board = shown(browser, Workbook.model_validate(data))
    row = board.grid.get_by_role("rowheader", name="MySQL, eliminated: fails the must “Data stays in the EU”")
    expect(row.get_by_text("fails the must")).to_be_visible()
    expect(row.locator(".optlib-board-label")).to_have_css("text-decoration-line", "line-through")
    expect(row.locator(".optlib-board-rank")).to_have_text("out")


def test_a_shipped_example_is_only_read(browser: Browser) -> None:
    """Where nothing can be saved nothing can be typed, pasted or removed; the notes can be read."""
    board = shown(browser, databases(), readOnly=True)
    board.cell("SQLite, Fit").click()
    board.type("1")
    board.press("Enter", "Delete", "F2")
    board.paste("1\t2")
    board.press("Alt+ArrowUp", "Control+z")
    assert board.page.evaluate("() => page.sent") == []
    expect(board.page.get_by_role("button", name="Add candidate")).to_be_hidden()
    board.cell("SQLite, Fit").click()
    board.press("Shift+F2")
    expect(board.page.get_by_label("Why this score")).to_have_value("we ship it today")


def test_a_domain_that_is_gone_says_so_and_comes_back(board: BoardPage) -> None:
    """When somebody takes the domain out of the workbook the board says it, until it is there again."""
    board.page.evaluate("() => { page.kept = page.state; page.show({ isGone: true }); }")
    expect(board.page.get_by_text("doesn't have this domain any more")).to_be_visible()
    board.page.evaluate("() => page.show(page.kept)")
    expect(board.grid).to_be_visible()
