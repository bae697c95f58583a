"""The what-if panels in a browser: weights are moved, shared and taken back, by everybody, and never on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from optlib import make_report, open_workbook
from optlib.model import Workbook
from optlib.report.join import clean
from optlib.views.render import WHAT_IF

from .building import CHOICE, choice
from .conftest import EXAMPLES, TODAY
from .test_board_access import AXE
from .test_hostile_text import HOSTILE
from .test_report import own_notebooks
from .test_report_page import opened
from .what_if_page import AMBER, SOME, WEIGHTS, Trial, forged, page_of

pytestmark = pytest.mark.browser
IN_SIGHT = """() => {
  const [focused, head] = [document.activeElement, document.querySelector(".what-if-head")];
  const [box, above] = [focused.getBoundingClientRect(), head.getBoundingClientRect()];
  const isCovered = box.top < above.bottom && above.top < box.bottom;
  return focused.matches("input, button") && box.top >= 0 && box.bottom <= innerHeight && !isCovered;
}"""


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with the panel of four candidates on four criteria, one of which carries no weight yet."""
    return page_of(tmp_path_factory.mktemp("some"), (choice(SOME, WEIGHTS), CHOICE))


@pytest.fixture
def trial(browser: Browser, some: Path) -> Iterator[Trial]:
    """That page, opened."""
    seen = opened(browser, some)
    yield Trial(seen)
    assert seen.complaints == []
    seen.page.context.close()


def test_it_begins_at_the_agreed_weights(trial: Trial) -> None:
    """At first the panel shows the ranking of the report: the same order, nobody has moved, no warning."""
    expect(trial.banner).to_be_hidden()
    expect(trial.status).to_have_text("Alpha is first: 68.0 points, 8.0 ahead of Gamma.")
    assert trial.rows == [
        ["1", "Alpha", "68.0", "same"],
        ["2", "Gamma", "60.0", "same"],
        ["3", "Beta", "52.0", "same"],
        ["–", "Delta", "?", "not scored"],
    ]


def test_moving_a_weight_moves_the_ranking(trial: Trial) -> None:
    """Other weights give other totals, another order and how far each has moved; the panel says who is first now."""
    trial.put(b=100)
    assert [row[1:] for row in trial.rows] == [
        ["Beta", "71.8", "▲ up 2"],
        ["Gamma", "60.0", "same"],
        ["Alpha", "48.2", "▼ down 2"],
        ["Delta", "?", "not scored"],
    ]
    expect(trial.status).to_have_text(
        "With these weights Beta is first instead of Alpha: 71.8 points, 11.8 ahead of Gamma."
    )
    expect(trial.slider("B")).to_have_attribute("aria-valuetext", "59\u202f%")


def test_the_warning_stands_while_the_weights_are_not_the_agreed_ones(trial: Trial) -> None:
    """It comes with the first move and goes when the weights are the agreed ones again, by hand or by the button."""
    trial.put(a=51)
    expect(trial.banner).to_be_visible()
    trial.put(a=50)
    expect(trial.banner).to_be_hidden()
    trial.press("Equal weights")
    expect(trial.banner).to_be_visible()
    trial.press("Agreed weights")
    expect(trial.banner).to_be_hidden()
    assert trial.rows[0] == ["1", "Alpha", "68.0", "same"]


def test_equal_weights_are_equal(trial: Trial) -> None:
    """The button for equal weights gives each criterion the same share."""
    trial.press("Equal weights")
    for name in "ABCD":
        expect(trial.slider(name)).to_have_attribute("aria-valuetext", "25\u202f%")


def test_the_same_place_is_shared(trial: Trial) -> None:
    """Where totals are level, candidates share a rank, and the sentence names all that are first."""
    trial.put(a=0, b=0, c=100)
    assert [row[:3] for row in trial.rows[:3]] == [["1", name, "60.0"] for name in ("Alpha", "Beta", "Gamma")]
    expect(trial.status).to_have_text(
        "With these weights Alpha, Beta and Gamma share the first place instead of Alpha: 60.0 points."
    )


def test_without_any_weight_nothing_is_ranked(trial: Trial) -> None:
    """With all weights at zero the panel says so, and shows no rank and no points."""
    trial.put(a=0, b=0, c=0)
    expect(trial.status).to_have_text("All weights are 0, so nothing is ranked: raise at least one.")
    assert {(row[0], row[2]) for row in trial.rows} == {("–", "–")}


def test_who_is_not_scored_on_what_counts_has_no_rank(trial: Trial) -> None:
    """Where nothing that carries weight is known of a candidate, it is listed last, without rank and points."""
    trial.put(a=0, b=0, c=0, d=100)
    assert [row[:3] for row in trial.rows] == [
        ["1", "Beta", "40.0"],
        ["–", "Alpha", "?"],
        ["–", "Gamma", "?"],
        ["–", "Delta", "?"],
    ]


def test_the_panel_says_what_it_takes_gaps_to_be(trial: Trial) -> None:
    """How many scores aren't known, and that they count as their middle, stands above the sliders."""
    expect(trial.panel).to_contain_text("6 scores are not known, and count as the middle of the scale here.")


def test_weights_that_nobody_states_are_not_called_agreed(browser: Browser, tmp_path: Path) -> None:
    """Where no weights are stated all count the same at first, and the panel says that."""
    trial = Trial(opened(browser, page_of(tmp_path, (choice(SOME), CHOICE))))
    expect(trial.panel).to_contain_text("No weights are stated, so all count the same until you move one.")
    expect(trial.panel.get_by_role("button", name="Agreed weights")).to_have_count(0)
    trial.put(a=80)
    trial.press("Back to the start")
    expect(trial.banner).to_be_hidden()
    trial.page.context.close()


def test_a_reload_keeps_what_was_tried(trial: Trial) -> None:
    """What is tried stands in the address, and the page opens with it again."""
    trial.put(a=7, b=91)
    expect(trial.page).to_have_url(re.compile(r"#what-if\?choice=7\.91\.20\.0$"))
    rows = trial.rows
    trial.page.reload()
    again = Trial(trial.seen)
    expect(again.banner).to_be_visible()
    assert again.rows == rows


@pytest.mark.parametrize("is_allowed", [True, False], ids=["clipboard", "no clipboard"])
def test_a_link_opens_the_page_with_these_weights(browser: Browser, trial: Trial, is_allowed: bool) -> None:
    """The link is copied, or shown to be copied by hand; who opens it sees what was tried, unfolded and in sight."""
    if is_allowed:
        trial.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    else:
        trial.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); }")
    trial.put(c=88)
    trial.press("Copy link")
    field = trial.panel.get_by_role("textbox", name="Link to these weights")
    expect(trial.status).to_contain_text("The link is copied" if is_allowed else "copy the link from the field")
    link = trial.page.evaluate("navigator.clipboard.readText()") if is_allowed else field.input_value()
    other = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    other.goto(link)
    expect(other.get_by_text(AMBER)).to_be_in_viewport()
    expect(other.get_by_role("slider", name="C", exact=True)).to_have_value("88")
    other.context.close()


def test_one_address_holds_several_domains(browser: Browser, tmp_path: Path) -> None:
    """What is tried in two domains stands in the address together, and each is restored."""
    workbook = open_workbook(EXAMPLES / "optlib.yaml").workbook
    path = page_of(tmp_path, (workbook, "languages"), (workbook, "tooling"))
    seen = opened(browser, path)
    for index, name in enumerate(("Performance", "Automation")):
        Trial(seen, index).slider(name).fill("99")
    expect(seen.page).to_have_url(re.compile(r"#what-if\?languages=.*&tooling="))
    seen.page.reload()
    assert [slider.input_value() for slider in seen.page.get_by_role("slider").all()].count("99") == 2
    seen.page.context.close()


def test_an_anchor_of_the_contents_stays_an_anchor(trial: Trial) -> None:
    """Going to a heading changes no weights, and moving no weight leaves the address alone."""
    trial.put(a=99)
    expect(trial.page).to_have_url(re.compile(r"#what-if\?"))
    trial.page.get_by_role("link", name="Domains").click()
    trial.page.wait_for_timeout(500)
    assert trial.page.url.endswith("#domains")
    expect(trial.slider("A")).to_have_value("99")
    trial.press("Agreed weights")
    trial.page.wait_for_timeout(500)
    assert trial.page.url.endswith("#domains")


@pytest.mark.parametrize(
    "fragment",
    [
        "what-if",
        "what-if?",
        "what-if?choice",
        "what-if?choice=",
        "what-if?choice=1.2.3",
        "what-if?choice=1.2.3.101",
        "what-if?choice=1.2.3.-4",
        "what-if?choice=1.2.3.1e1",
        "what-if?choice=1.2.3.4.5",
        "what-if?choice=%",
        "what-if?%E0%A4%A=1&__proto__=1.2.3.4",
        "what-if?<img src=x onerror=alert(1)>=1.2.3.4",
        "what-if?choice=" + "9" * 10_000,
    ],
)
def test_garbage_in_the_address_is_ignored(browser: Browser, some: Path, fragment: str) -> None:
    """What can't be positions of this panel's sliders changes nothing and raises nothing."""
    seen = opened(browser, some)
    seen.page.goto(f"{some.as_uri()}#{fragment}")
    seen.page.reload()
    trial = Trial(seen)
    expect(trial.banner).to_be_hidden()
    expect(trial.slider("A")).to_have_value("50")
    assert seen.complaints == []
    seen.page.context.close()


def test_nothing_is_seen_where_scripts_are_blocked(browser: Browser, some: Path) -> None:
    """Without scripts there is no panel, not even folded: it could do nothing."""
    seen = opened(browser, some, scripts=False)
    expect(seen.page.locator("details.what-if")).to_be_hidden()
    seen.page.context.close()


def test_a_panel_is_never_printed(trial: Trial) -> None:
    """On paper there is no panel, also where it is unfolded: what is tried must not pass for what is agreed."""
    trial.put(a=1)
    trial.page.emulate_media(media="print")
    expect(trial.panel).to_be_hidden()


def test_a_panel_is_made_when_it_is_first_unfolded(browser: Browser, some: Path) -> None:
    """A page of many domains has no slider in it before somebody asks for one."""
    seen = opened(browser, some)
    expect(seen.page.locator("input")).to_have_count(0)
    Trial(seen)
    expect(seen.page.locator("input[type=range]")).to_have_count(4)
    seen.page.context.close()


def untouched(_: Trial) -> None:
    """Leave the panel at the agreed weights."""


def moved(trial: Trial) -> None:
    """Try other weights."""
    trial.put(b=100)


def emptied(trial: Trial) -> None:
    """Take all weights away."""
    trial.put(a=0, b=0, c=0)


def shared(trial: Trial) -> None:
    """Have the link shown."""
    trial.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); }")
    trial.put(b=100)
    trial.press("Copy link")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("prepared", [untouched, moved, emptied, shared])
def test_axe_finds_nothing_in_a_panel(
    browser: Browser, some: Path, prepared: Callable[[Trial], None], dark: bool
) -> None:
    """In either theme, whatever is tried, axe has nothing to say of an open panel; contrast included."""
    trial = Trial(opened(browser, some, dark=dark))
    prepared(trial)
    found = Axe().run(trial.page, context="details.what-if", options=AXE).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    trial.page.context.close()


def test_a_panel_is_used_with_the_keyboard(trial: Trial) -> None:
    """Sliders and buttons are reached with Tab and worked with keys, and what has the focus has an outline."""
    trial.panel.locator("summary").focus()
    for _ in range(4):
        trial.page.keyboard.press("Tab")
    expect(trial.slider("D")).to_be_focused()
    trial.page.keyboard.press("End")
    expect(trial.slider("D")).to_have_value("100")
    for name in ("Agreed weights", "Equal weights", "Copy link"):
        trial.page.keyboard.press("Tab")
        expect(trial.page.locator(":focus")).to_have_text(name)
        expect(trial.page.locator(":focus")).to_have_css("outline-width", "3px")


def test_targets_are_large_enough(trial: Trial) -> None:
    """Every slider and button is at least 24 pixels high and wide."""
    controls = trial.panel.locator("input[type=range], button, summary").all()
    sizes = [control.bounding_box() for control in controls]
    assert len(sizes) == 8
    assert min(min(size["width"], size["height"]) for size in sizes if size) >= 24


def test_rows_move_unless_motion_is_unwelcome(trial: Trial) -> None:
    """Rows that change places move there; with reduced motion they are there at once."""
    moving = "document.getAnimations().length"
    trial.put(b=100)
    assert trial.page.evaluate(moving) > 0
    trial.page.emulate_media(reduced_motion="reduce")
    trial.press("Agreed weights")
    trial.page.wait_for_function(f"() => {moving} === 0")
    trial.put(b=100)
    assert trial.page.evaluate(moving) == 0


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_has_room_for_a_panel(browser: Browser, tmp_path: Path, width: int) -> None:
    """With an open panel nothing is wider than a phone, and in a panel not even with long names."""
    long = "supercalifragilisticexpialidocious"
    workbook = choice({long: [5, 1], "beta": [1, 5]}, (2, 1), {"a": {"name": long}, "b": {"name": "B"}})
    example = open_workbook(EXAMPLES / "hhs_wiki_platform.yaml").workbook
    for place, domain in ((workbook, CHOICE), (example, "tooling")):
        trial = Trial(opened(browser, page_of(tmp_path, (place, domain)), width=width))
        trial.panel.get_by_role("slider").last.fill("100")
        assert trial.panel.evaluate("(panel) => panel.scrollWidth <= panel.clientWidth")
    assert trial.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("size", [(320, 568), (390, 844), (640, 320)], ids=["small", "phone", "lying"])
def test_what_has_the_focus_is_in_sight_on_a_phone(browser: Browser, tmp_path: Path, size: tuple[int, int]) -> None:
    """The warning that stays in sight on a phone hides no slider or button that Tab reaches, forwards or backwards."""
    data = choice({"one": [5, 1] * 6, "two": [1, 5] * 6}, range(1, 13)).to_data()
    for key, candidate in data["options"][CHOICE]["candidates"].items():
        candidate["name"] = f"Candidate {key}, which has a name that takes several lines on a telephone"
    workbook = Workbook.model_validate(data)
    trial = Trial(opened(browser, page_of(tmp_path, (workbook, CHOICE)), width=size[0]))
    trial.page.set_viewport_size({"width": size[0], "height": size[1]})
    trial.page.emulate_media(reduced_motion="reduce")
    trial.panel.get_by_role("slider").last.fill("100")
    controls = trial.panel.locator("input[type=range], button").count()
    for key in ("Tab", "Shift+Tab"):
        edge = trial.panel.locator("summary" if key == "Tab" else "button >> nth=-1")
        edge.focus()
        for _ in range(controls - 1):
            trial.page.keyboard.press(key)
            assert trial.page.evaluate(IN_SIGHT)
    trial.page.context.close()


def test_hostile_names_are_only_text(browser: Browser, tmp_path: Path) -> None:
    """Names that would be markup or script stand in the panel as they are written."""
    criteria = {"a": {"name": HOSTILE}, "b": {"name": "<img src=x onerror=alert(1)>"}}
    data = choice({"one": [1, 5], "two": [5, 1]}, (2, 1), criteria).to_data()
    data["options"][CHOICE] |= {"name": HOSTILE}
    data["options"][CHOICE]["candidates"]["two"]["name"] = "</script><script>alert(2)</script>"
    seen = opened(browser, page_of(tmp_path, (Workbook.model_validate(data), CHOICE)))
    dialogues: list[str] = []
    seen.page.on("dialog", lambda dialogue: (dialogues.append(dialogue.message), dialogue.dismiss()))
    trial = Trial(seen)
    trial.panel.get_by_role("slider").last.fill("99")
    expect(trial.status).to_contain_text("</script><script>alert(2)</script>")
    assert trial.panel.locator("img, iframe, style, svg, meta, a").count() == 0
    assert trial.panel.locator("script").count() == 1
    assert dialogues == []
    assert seen.complaints == []
    assert seen.requests == [(tmp_path / "page.html").as_uri()]
    seen.page.context.close()


def test_what_a_cell_calls_a_panel_breaks_no_other(browser: Browser, tmp_path: Path) -> None:
    """HTML of a cell that looks like a panel, but has no data in it, stays what it is, and the real panels work."""
    forgery = clean('<details class="what-if"><summary>Mine</summary><p>No data</p></details>')
    seen = opened(browser, page_of(tmp_path, (choice(SOME, WEIGHTS), CHOICE), text=forgery))
    trial = Trial(seen)
    trial.put(b=100)
    expect(trial.banner).to_be_visible()
    expect(seen.page.get_by_role("slider")).to_have_count(4)
    assert seen.complaints == []
    seen.page.context.close()


def test_the_report_has_a_panel_for_each_domain(browser: Browser, full_report: Path) -> None:
    """In the report of the full example every domain has one panel, and what it needs runs under the page's policy."""
    seen = opened(browser, full_report)
    panels = seen.page.locator("details.what-if")
    expect(panels).to_have_count(len(open_workbook(EXAMPLES / "optlib.yaml").workbook.options))
    for index in range(panels.count()):
        expect(Trial(seen, index).status).to_contain_text("first")
    assert seen.complaints == []
    seen.page.context.close()


def test_a_cell_of_ones_own_can_only_show_numbers_and_text(browser: Browser, tmp_path: Path) -> None:
    """Data of that type from another cell makes a panel of text and numbers or none, and the report is made."""
    good = forged(id="mine", name="<b>Mine</b>", candidates=[["<img src=x onerror=alert(1)>", [0, 1]], ["two", [1, 0]]])
    bad = forged(name={"html": "<b>"})
    source = "".join(
        f"IPython.display.display({{{WHAT_IF!r}: {data!r}}}, raw=True)\n" for data in (good, bad, [1], "<script>")
    )
    notebooks = own_notebooks(tmp_path / "notebooks", "0_project_basics", f"import IPython\n{source}")
    (tmp_path / "w.yaml").write_text("format: decision-workbook/1\n", encoding="utf-8")
    out = make_report(tmp_path / "w.yaml", tmp_path / "r.html", today=TODAY, notebooks=notebooks, light=True)
    seen = opened(browser, out)
    expect(seen.page.locator("details.what-if")).to_have_count(1)
    trial = Trial(seen)
    expect(trial.panel.locator("summary")).to_have_text("Try other weights: <b>Mine</b>")
    assert trial.panel.locator("img, b:not(.track b)").count() == 0
    assert seen.complaints == []
    seen.page.context.close()
