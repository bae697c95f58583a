"""The board in Chromium: keys, typing, undo, paste, notes and structure, with a stand-in for the kernel."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from .board_page import BoardPage, databases, shown
from .building import CHOICE

pytestmark = pytest.mark.browser

SCORES = "options", CHOICE, "candidates"


@pytest.fixture
def board(browser: Browser) -> BoardPage:
    """The board of three databases."""
    return shown(browser, databases())


def test_a_typed_range_keeps_its_order(board: BoardPage) -> None:
    """Typing on a cell starts to edit it with the caret behind what is typed: 2-4 is 2-4, not -42."""
    board.cell("MySQL, Team experience").click()
    board.type("2-4")
    assert board.page.evaluate("() => document.activeElement.value") == "2-4"
    board.press("Enter")
    assert board.options()["candidates"]["mysql"]["scores"]["team"] == [2, 4]


@pytest.mark.parametrize(
    ("typed", "value", "name"),
    [
        ("4", 4, "4 of 5"),
        ("2.5", 2.5, "2.5 of 5"),
        ("1-3", [1, 3], "2 (1 to 3) of 5"),
        ("1, 2, 5", [1, 2, 5], "2 (1 to 5) of 5"),
        ("?", "unknown", "unknown"),
        ("unknown", "unknown", "unknown"),
    ],
)
def test_what_is_typed_is_saved_and_named(board: BoardPage, typed: str, value: object, name: str) -> None:
    """Each way to write a score is sent as what it means, and a screen reader hears it in words."""
    board.cell("MySQL, Team experience").click()
    board.type(typed)
    board.press("Enter")
    assert board.options()["candidates"]["mysql"]["scores"]["team"] == value
    expect(board.cell("MySQL, Team experience")).to_have_attribute("aria-label", f"MySQL, Team experience: {name}")


def test_a_measured_cell_shows_its_unit(board: BoardPage) -> None:
    """A figure stands with its unit, and is named with it; it may lie beyond the scale."""
    assert board.cell("PostgreSQL, Run cost").inner_text().split() == ["120", "USD/month"]
    expect(board.cell("PostgreSQL, Run cost")).to_have_attribute("aria-label", "PostgreSQL, Run cost: 120 USD/month")


def test_delete_is_unknown_and_backspace_is_empty(board: BoardPage) -> None:
    """An unknown score shows a question mark, a missing one nothing; both are counted."""
    board.cell("PostgreSQL, Fit").click()
    board.press("Delete")
    expect(board.cell("PostgreSQL, Fit")).to_have_text("?")
    board.press("ArrowDown", "Backspace")
    expect(board.cell("MySQL, Fit")).to_have_text("")
    expect(board.grid.get_by_text("5 not scored (3 empty, 2 unknown)")).to_be_visible()
    scores = {key: one["scores"] for key, one in board.options()["candidates"].items()}
    assert scores["postgresql"]["fit"] == "unknown"
    assert "fit" not in scores["mysql"]


def test_arrows_home_and_end_move(board: BoardPage) -> None:
    """The focus moves by a cell, to the ends of the row, and with Ctrl to those of the board."""
    board.cell("MySQL, Team experience").click()
    board.press("ArrowRight", "ArrowUp")
    assert board.focused().startswith("PostgreSQL, Run cost")
    board.press("Home")
    assert board.focused().startswith("PostgreSQL, Fit")
    board.press("Home")
    assert board.focused().startswith("PostgreSQL, rank")
    board.press("End")
    assert board.focused().startswith("PostgreSQL, Headroom")
    board.press("End")
    assert board.focused().startswith("PostgreSQL, total")
    board.press("Control+End")
    assert board.focused().startswith("SQLite, Headroom")
    board.press("Control+Home")
    assert board.focused().startswith("PostgreSQL, Fit")
    board.press("ArrowUp")
    assert board.focused() == "Weight of Fit as a number"
    board.press("ArrowUp")
    assert board.focused() == "Fit"


def test_enter_goes_down_and_tab_right_while_scores_are_entered(board: BoardPage) -> None:
    """A row or a column of scores is typed without a further key; at the end of the row Tab leaves the grid."""
    board.cell("PostgreSQL, Fit").click()
    board.type("1")
    board.press("Tab")
    board.type("2")
    board.press("Tab", "Tab")
    board.type("3")
    board.press("Tab")
    assert not board.page.evaluate("() => Boolean(document.activeElement.closest('[role=grid]'))")
    board.press("Shift+Tab")
    assert board.focused().startswith("PostgreSQL, Headroom")
    board.press("Control+Home", "ArrowDown")
    board.type("4")
    board.press("Enter")
    assert board.focused().startswith("SQLite, Fit")
    scores = {key: one["scores"] for key, one in board.options()["candidates"].items()}
    assert scores["postgresql"] == {"fit": 1, "team": 2, "cost": 120, "headroom": 3}
    assert scores["mysql"]["fit"] == 4


def test_tab_stops_are_few(board: BoardPage) -> None:
    """The grid is one stop, with the slider above the cell that has the focus; Tab passes through."""
    stops = board.page.evaluate(
        "() => [...document.querySelectorAll('[role=grid] *')].filter((each) => each.tabIndex === 0).length"
    )
    assert stops == 2
    board.cell("MySQL, Fit").click()
    board.press("Tab")
    assert not board.page.evaluate("() => Boolean(document.activeElement.closest('[role=grid]'))")


def test_f2_edits_and_escape_gives_up(board: BoardPage) -> None:
    """F2 shows the score as it is typed; Escape leaves it as it was, and the totals too."""
    before = board.total("PostgreSQL")
    board.cell("PostgreSQL, Team experience").click()
    board.press("F2")
    assert board.page.evaluate("() => document.activeElement.value") == "3, 4, 5"
    board.page.locator(":focus").fill("1")
    assert board.total("PostgreSQL") != before
    board.press("Escape")
    assert board.focused().startswith("PostgreSQL, Team experience: 4 (3 to 5) of 5")
    assert board.total("PostgreSQL") == before
    assert not board.changes()


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("abc", "“abc” is not a number; write 4, a range 2-4"),
        ("9", "9 is off the scale 0 to 5"),
        ("4-2", "a range must rise"),
        ("1,2", "is not a number"),
    ],
)
def test_what_cannot_be_read_stays_marked_with_the_reason(board: BoardPage, typed: str, why: str) -> None:
    """The cell keeps what was typed, the status line says why and what may be typed, and nothing is sent."""
    board.cell("SQLite, Team experience").click()
    board.type(typed)
    board.press("Enter")
    cell = board.cell("SQLite, Team experience")
    expect(cell).to_have_text(typed)
    expect(cell).to_have_attribute("aria-invalid", "true")
    expect(board.status).to_contain_text(f"Not saved: SQLite, Team experience: {why}" if "“" in why else why)
    assert board.options()["candidates"]["sqlite"]["scores"]["team"] == 4
    board.page.get_by_role("button", name="Show what is saved").click()
    expect(cell).to_have_text("4")


def test_what_python_refuses_stays_as_typed(board: BoardPage) -> None:
    """A refused score stays in its cell with the message; the total goes back to what is saved."""
    before = board.total("MySQL")
    where = [*SCORES, "mysql", "scores", "fit"]
    board.page.evaluate("(where) => page.refusals.push({ where, message: 'there was a reason' })", where)
    board.cell("MySQL, Fit").click()
    board.type("5")
    board.press("Enter")
    expect(board.status).to_contain_text("MySQL, Fit: there was a reason")
    expect(board.cell("MySQL, Fit")).to_have_text("5")
    expect(board.cell("MySQL, Fit")).to_have_attribute("aria-invalid", "true")
    assert board.total("MySQL") == before


def test_two_hundred_steps_are_undone_and_made_again(board: BoardPage) -> None:
    """Ctrl+Z undoes scores, weights and structure one by one; Ctrl+Shift+Z and Ctrl+Y make them again."""
    saved = board.options()
    board.cell("PostgreSQL, Fit").click()
    for step in range(197):
        board.type(str((step + 1) % 5))
        board.press("Enter", "ArrowUp")
    board.weight("Fit").click()
    board.type("40")
    board.press("ArrowDown", "ArrowLeft", "Delete")
    expect(board.grid.get_by_role("rowheader", name="PostgreSQL")).to_have_count(0)
    for _ in range(199):
        board.press("Control+z")
    assert board.options() == saved
    board.press("Control+Shift+z", "Control+y")
    assert board.options()["candidates"]["postgresql"]["scores"]["fit"] == 2


def test_undo_beyond_the_boards_own_steps_asks_python(board: BoardPage) -> None:
    """Where the board has nothing of its own to undo, or to make again, the history of the file is asked."""
    board.cell("PostgreSQL, Fit").click()
    board.press("Control+z", "Control+y")
    kinds = board.page.evaluate("() => page.sent.map(({ kind }) => kind)")
    assert kinds == ["undo", "redo"]


def test_a_weight_counts_with_each_key(board: BoardPage) -> None:
    """Shares, totals and ranks follow a weight while it is typed; a burst of keys is one step and soon sent."""
    board.weight("Headroom").click()
    board.type("150")
    expect(board.slider("Headroom")).to_have_attribute("aria-valuetext", "76.9\u202f%")
    assert board.total("MySQL") == "43.6"  # (20 * 0.6 + 15 * 0.5 + 10 * 0.55 + 150 * 0.4) / 195
    weights = [change for change in board.options()["weights"].items() if change[0] == "headroom"]
    assert weights == [("headroom", 150)]
    assert len(board.changes()) <= 2
    board.press("Control+z")
    expect(board.weight("Headroom")).to_have_value("5")


def test_the_slider_moves_the_weight(board: BoardPage) -> None:
    """The slider goes from 0 to 100 in the figures that are typed, by keys too, and says the share."""
    slider = board.slider("Fit")
    assert (slider.get_attribute("min"), slider.get_attribute("max")) == ("0", "100")
    slider.focus()
    board.press("ArrowRight", "ArrowRight")
    expect(board.weight("Fit")).to_have_value("22")
    assert board.options()["weights"]["fit"] == 22


def test_weights_are_made_equal_and_reset(board: BoardPage) -> None:
    """One button gives all columns the same weight, another goes back to what was there when the board opened."""
    board.page.get_by_role("button", name="Equal weights").click()
    assert len(set(board.options()["weights"].values())) == 1
    board.page.get_by_role("button", name="Reset weights").click()
    assert list(board.options()["weights"].values()) == [20, 15, 10, 5]


def test_a_weight_that_is_none_is_said(board: BoardPage) -> None:
    """A negative weight stays typed and marked; an emptied one is taken out."""
    board.weight("Fit").click()
    board.type("-1")
    expect(board.status).to_contain_text("Weight of Fit: a weight must not be negative")
    board.page.keyboard.press("Control+a")
    board.press("Backspace")
    assert "fit" not in board.options()["weights"]
    expect(board.weight("Fit")).not_to_have_attribute("aria-invalid", "true")


def test_a_block_is_pasted(board: BoardPage) -> None:
    """A block of a spreadsheet lands from the focus on; what isn't understood is counted, named and marked."""
    board.cell("PostgreSQL, Fit").click()
    board.paste("1\t2\n3\t4\n5\tabc\n")
    expect(board.status).to_contain_text("5 cells pasted, 1 not understood: B3 “abc”")
    expect(board.cell("SQLite, Team experience")).to_have_text("abc")
    scores = {key: one["scores"] for key, one in board.options()["candidates"].items()}
    assert [(one["fit"], one["team"]) for one in list(scores.values())[:2]] == [(1, 2), (3, 4)]
    assert scores["sqlite"]["fit"] == {"value": 5, "note": "we ship it today"}
    board.press("Control+z")
    expect(board.cell("SQLite, Team experience")).to_have_text("4")


@pytest.mark.parametrize("text", ["1;2\n3;4", "1,2\n3,4", "1\t2\r\n3\t4\r\n", '"1"\t"2"\n3\t4'])
def test_blocks_of_other_programs_are_understood(board: BoardPage, text: str) -> None:
    """Semicolons, commas, quotes and the line ends of Windows divide a block too."""
    board.cell("PostgreSQL, Fit").click()
    board.paste(text)
    expect(board.status).to_have_text("4 cells pasted")


def test_what_lies_beyond_the_board_is_left_out(board: BoardPage) -> None:
    """A block that is larger than the rest of the board says what was left out."""
    board.cell("SQLite, Headroom").click()
    board.paste("1\t2\n3\t4")
    expect(board.status).to_have_text("1 cell pasted, 3 cells beyond the board left out")


def test_a_block_is_copied_as_it_was_typed(board: BoardPage) -> None:
    """Shift and arrows select a rectangle, which is copied with tabs; pasted elsewhere it says the same."""
    board.cell("PostgreSQL, Fit").click()
    board.press("Shift+ArrowRight", "Shift+ArrowDown")
    assert board.grid.locator("[aria-selected=true]").count() == 4
    assert board.copied() == "4\t3, 4, 5\n3\t?"
    board.cell("MySQL, Run cost").click()
    board.paste("4\t3, 4, 5\n3\t?")
    expect(board.status).to_have_text("4 cells pasted")
    assert board.options()["candidates"]["mysql"]["scores"]["headroom"] == [3, 4, 5]


def test_the_clipboards_own_keys_reach_the_board(board: BoardPage) -> None:
    """Ctrl+C and Ctrl+V copy a cell to another one, and the page around hears neither."""
    board.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    board.cell("PostgreSQL, Fit").click()
    board.press("Control+c", "ArrowDown", "Control+v")
    expect(board.cell("MySQL, Fit")).to_have_text("4")
    assert set(board.page.evaluate("() => page.keys")) <= {"Control"}


def test_five_megabytes_are_not_pasted(browser: Browser) -> None:
    """A paste that no board holds is refused in words within a second, into a cell, a field and a note."""
    board = shown(browser, databases(), is_timed=True)
    board.cell("PostgreSQL, Fit").click()
    for open_field in ((), ("F2",), ("Escape", "Shift+F2")):
        board.press(*open_field)
        took = board.page.evaluate(
            """() => {
              const start = performance.now();
              const clipboardData = new DataTransfer();
              clipboardData.setData("text/plain", "4\\t".repeat(2_500_000));
              const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
              document.activeElement.dispatchEvent(event);
              return event.defaultPrevented ? performance.now() - start : Infinity;
            }"""
        )
        assert took < 1000
        expect(board.status).to_have_text(re.compile("Nothing pasted: that is 5.0 MB of text, and a paste may have"))
    assert not board.changes()


def test_a_note_tells_why(board: BoardPage) -> None:
    """Shift+F2 opens note, source, by and on of a score; a dot marks the cell; Escape goes back to it."""
    board.cell("MySQL, Fit").click()
    board.press("Shift+F2")
    board.type("Replication needs care")
    board.page.get_by_label("Source").fill("team survey")
    board.page.get_by_label("On", exact=True).fill("2026-11-02")
    board.press("Escape")
    assert board.focused() == "MySQL, Fit: 3 of 5, with a note"
    assert board.options()["candidates"]["mysql"]["scores"]["fit"] == {
        "value": 3,
        "note": "Replication needs care",
        "source": "team survey",
        "on": "2026-11-02",
    }
    expect(board.cell("MySQL, Fit").locator(".optlib-board-dot")).to_be_visible()


def test_a_hostile_name_is_text(browser: Browser) -> None:
    """Markup in names, units, notes and reasons is shown as it is written, and runs nothing."""
    data = databases().to_data()
    attack = "<img src=x onerror='document.title=1'><script>document.title=1</script>"
    options = data["options"][CHOICE]
    options["candidates"]["mysql"]["name"] = attack
    options["criteria"]["team"].update(name=attack, asks=attack)
    options["criteria"]["cost"]["unit"] = attack
    options["evaluators"] = {"ann": {"name": attack}}
    options["candidates"]["sqlite"]["scores"]["fit"]["note"] = attack
    board = shown(browser, type(databases()).model_validate(data))
    expect(board.grid.get_by_role("rowheader", name=attack)).to_contain_text(attack)
    board.cell("SQLite, Fit").click()
    board.press("Shift+F2")
    assert board.page.title() == "The board in a plain page"
    assert board.page.locator("#board img, #board script").count() == 0


def test_an_id_like_constructor_is_an_id(browser: Browser) -> None:
    """Names that plain objects have of themselves are ids like any other."""
    data = databases().to_data()
    options = data["options"][CHOICE]
    options["candidates"]["constructor"] = {"scores": {"fit": 2}}
    options["criteria"]["constructor"] = {}
    board = shown(browser, type(databases()).model_validate(data))
    board.cell("Constructor, Fit").click()
    board.press("End")
    expect(board.grid.get_by_role("rowheader", name="Constructor, rank")).to_be_visible()


@pytest.mark.parametrize("key", ["a", "d", "0", "Enter", "Delete", "x", "m", "ArrowDown"])
def test_the_page_around_hears_no_plain_key(board: BoardPage, key: str) -> None:
    """On a cell, a weight, a slider, a button and in a field no plain key gets out of the board."""
    targets = [
        board.cell("PostgreSQL, Fit"),
        board.weight("Fit"),
        board.slider("Fit"),
        board.grid.get_by_role("rowheader", name="PostgreSQL"),
        board.page.get_by_role("button", name="Sort by rank"),
        board.page.get_by_label("New candidate"),
        board.page.get_by_role("combobox", name="Scores of"),
    ]
    for target in targets:
        target.focus()
        board.press(key)
        assert board.page.evaluate("() => page.keys") == []
        board.press("Escape")
        board.page.evaluate("() => (page.keys = [])")


def test_saving_and_escape_reach_the_page_around(board: BoardPage) -> None:
    """Ctrl+S and an Escape that gives nothing up pass through."""
    board.cell("PostgreSQL, Fit").click()
    board.press("Control+s", "Escape")
    assert board.page.evaluate("() => page.keys") == ["Control", "s", "Escape"]


def test_what_is_typed_is_sent_when_the_board_is_left(board: BoardPage) -> None:
    """Leaving a cell takes what is typed in it, and leaving the board or the page sends it at once."""
    board.cell("PostgreSQL, Fit").click()
    board.type("1")
    board.page.evaluate("() => window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert board.changes() == [{"kind": "set", "where": [*SCORES, "postgresql", "scores", "fit"], "after": 1}]


def test_typing_never_waits_for_the_kernel(board: BoardPage) -> None:
    """While the kernel is silent the board shows what is typed, collects it, and says that it isn't saved."""
    board.page.evaluate("() => (page.isDeaf = true)")
    board.cell("PostgreSQL, Fit").click()
    board.type("1")
    board.press("Enter")
    board.type("1")
    board.press("Enter")
    expect(board.cell("MySQL, Fit")).to_have_text("1")
    board.page.clock.run_for(5_000)
    expect(board.status).to_contain_text("Not saved yet: the kernel doesn't answer")


def test_a_state_from_python_keeps_what_is_being_typed(board: BoardPage) -> None:
    """While a cell is edited another candidate appears from elsewhere; the text and its caret stay."""
    board.cell("MySQL, Fit").click()
    board.type("2-")
    board.page.evaluate(
        """(where) => {
          const changes = [{ kind: "set", where, after: { name: "Redis" } }];
          page.show({ ...page.state, data: page.module.applied(page.state.data, changes) });
        }""",
        [*SCORES, "redis"],
    )
    expect(board.grid.get_by_role("rowheader", name="Redis")).to_be_visible()
    board.type("4")
    board.press("Enter")
    assert board.options()["candidates"]["mysql"]["scores"]["fit"] == [2, 4]


@pytest.mark.parametrize("isolated", [False, True])
def test_what_came_in_while_a_cell_was_typed_is_not_overwritten_unseen(board: BoardPage, isolated: bool) -> None:
    """Somebody else scores the cell that is being typed in: what is sent says what was seen, so that both are shown."""
    board.cell("MySQL, Fit").click()
    board.type("5")
    changes = [{"kind": "set", "where": [*SCORES, "mysql", "scores", "fit"], "after": 1}]
    if not isolated:  # the table is built again
        changes.append({"kind": "set", "where": [*SCORES, "redis"], "after": {"name": "Redis"}})
    board.page.evaluate(
        "(changes) => page.show({ ...page.state, data: page.module.applied(page.state.data, changes) })", changes
    )
    board.press("Enter")
    board.page.clock.run_for(400)
    sent = board.page.evaluate("() => page.sent.flatMap(({ changes = [] }) => changes)")
    assert [change["before"] for change in sent] == [3]
