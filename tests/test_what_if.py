"""The what-if panels of the report: other weights tried in the page come to what the analysis says of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, expect

from optlib import make_report, open_workbook
from optlib.analysis.ranking import Ranking, rank_domain
from optlib.model import Workbook
from optlib.report.export import export
from optlib.report.join import Block, join
from optlib.report.what_if import WhatIf, panel, read_what_if
from optlib.views import evaluation, joined
from optlib.views.render import WHAT_IF, Html

from .building import CHOICE, choice
from .conftest import EXAMPLES, TODAY
from .test_board_access import AXE
from .test_hostile_text import HOSTILE
from .test_report import own_notebooks
from .test_report_page import Opened, opened

SOME = {
    "alpha": [5, 1, 3, None],
    "beta": [1, 5, 3, 2],
    "gamma": [3, 3, 3, "unknown"],
    "delta": [None, None, None, None],
}
WEIGHTS = (5, 3, 2, 0)
WEIGHTINGS = 40
"""So many for each domain of the examples: over 400 in all."""
AMBER = "What-if weights, not the agreed decision"


def data_of(workbook: Workbook, domain_id: str = CHOICE) -> tuple[dict[str, Any], ...]:
    """What a domain's view carries for its panel."""
    return evaluation(workbook, rank_domain(workbook, domain_id)).weights_to_try


def checked(workbook: Workbook, domain_id: str = CHOICE) -> tuple[WhatIf, ...]:
    """The same as it reaches the report."""
    shown = evaluation(workbook, rank_domain(workbook, domain_id))._repr_mimebundle_()
    return read_what_if(shown.get(WHAT_IF))


def forged(**parts: Any) -> str:
    """The data of a panel, with some parts replaced."""
    data = {"id": "choice", "name": "Choice", "criteria": [["a", 1], ["b", 2]]}
    data |= {"candidates": [["one", [0, 1]], ["two", [0.5, None]]], **parts}
    return json.dumps([{key: value for key, value in data.items() if value is not ...}])


def page_of(tmp_path: Path, *workbooks: tuple[Workbook, str], text: str = "") -> Path:
    """A page with the panels of these domains, each below its views."""
    blocks = [Block("heading", "Domains", 2, "domains")]
    for workbook, domain_id in workbooks:
        shown = evaluation(workbook, rank_domain(workbook, domain_id))
        blocks.append(Block("html", str(shown)))
        blocks += [
            Block("what_if", panel(each), anchor=each.id)
            for each in read_what_if(shown._repr_mimebundle_().get(WHAT_IF))
        ]
    path = tmp_path / "page.html"
    path.write_text(export([*blocks, Block("html", text)], workbooks[0][0], TODAY, light=True), encoding="utf-8")
    return path


class Trial:
    """A page with a panel that is unfolded, driven as a person drives it."""

    def __init__(self, seen: Opened, index: int = 0) -> None:
        self.seen, self.page = seen, seen.page
        self.panel = self.page.locator("details.what-if").nth(index)
        self.status = self.panel.get_by_role("status")
        self.banner = self.panel.get_by_text(AMBER)
        if self.panel.get_attribute("open") is None:
            self.panel.locator("summary").click()
        expect(self.status).to_be_visible()

    def slider(self, name: str) -> Locator:
        """The slider of a criterion."""
        return self.panel.get_by_role("slider", name=name, exact=True)

    def put(self, **positions: int) -> None:
        """Move sliders."""
        for name, position in positions.items():
            self.slider(name.capitalize()).fill(str(position))

    def press(self, button: str) -> None:
        """Press one of the buttons."""
        self.panel.get_by_role("button", name=button).click()

    @property
    def rows(self) -> list[list[str]]:
        """Rank, candidate, points and change of each row, from top to bottom."""
        found: list[list[str]] = self.panel.locator("tbody tr").evaluate_all(
            "(rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText.replace('★', '').trim()))"
        )
        return found


@pytest.fixture
def trial(browser: Browser, tmp_path: Path) -> Iterator[Trial]:
    """The panel of four candidates on four criteria, one of which carries no weight yet."""
    seen = opened(browser, page_of(tmp_path, (choice(SOME, WEIGHTS), CHOICE)))
    yield Trial(seen)
    assert seen.complaints == []
    seen.page.context.close()


def test_there_is_a_panel_where_weights_can_be_moved() -> None:
    """Two candidates and two criteria that something is scored on are enough; who isn't compared is left out."""
    (data,) = data_of(choice(SOME, WEIGHTS))
    assert data["criteria"] == [("A", 5), ("B", 3), ("C", 2), ("D", 0)]
    assert dict(data["candidates"])["Beta"] == [0.2, 1, 0.6, 0.4]
    assert dict(data["candidates"])["Gamma"] == [0.6, 0.6, 0.6, None]


@pytest.mark.parametrize(
    "table",
    [{"alone": [3, 4]}, {"one": [3], "two": [4]}, {"one": [3, None], "two": [4, "unknown"]}, {"one": [], "two": []}],
    ids=["one candidate", "one criterion", "one scored criterion", "nothing"],
)
def test_there_is_none_where_there_is_nothing_to_try(table: dict[str, list[Any]]) -> None:
    """With one candidate, or one criterion with scores, no weight changes anything."""
    assert data_of(choice(table)) == ()


def test_the_eliminated_are_not_ranked() -> None:
    """A candidate that fails a must is out at any weights, so it isn't in the panel."""
    data = choice(SOME, WEIGHTS).to_data()
    data["context"] = {"constraints": [{"id": "law", "statement": "It is legal", "must": True}]}
    data["options"][CHOICE]["candidates"]["beta"]["fit"] = {"law": {"verdict": "fails"}}
    (sent,) = data_of(Workbook.model_validate(data))
    assert [name for name, _ in sent["candidates"]] == ["Alpha", "Gamma", "Delta"]


def test_views_put_together_keep_their_data() -> None:
    """Domains without a section of their own share one output, and each keeps its panel."""
    view = evaluation(choice(SOME, WEIGHTS), rank_domain(choice(SOME, WEIGHTS), CHOICE))
    assert len(joined(view, Html("between"), view).weights_to_try) == 2


def test_a_view_without_weights_shows_html_alone() -> None:
    """What has no panel has no data beside its HTML either."""
    assert list(Html("text")._repr_mimebundle_()) == ["text/html"]


def test_a_domain_has_the_panel_of_its_last_phase(tmp_path: Path) -> None:
    """Of a domain that several phases show there is one panel in the report, of the later matrix."""
    paths = []
    for phase, weight in enumerate((1, 9)):
        data = {"text/html": "<p>shown</p>", WHAT_IF: forged(criteria=[["a", weight], ["b", 2]])}
        output = nbformat.v4.new_output("display_data", data)
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[output])])
        paths.append(tmp_path / f"{phase}_phase.ipynb")
        nbformat.write(notebook, str(paths[-1]))
    cells = [nbformat.v4.new_markdown_cell("## The phases", id="phases")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), str(tmp_path / "summary.ipynb"))
    blocks = join(tmp_path / "summary.ipynb", paths)
    panels = [block.html for block in blocks if block.kind == "what_if"]
    assert len(panels) == 1
    assert '["a",9.0]' in panels[0]


def test_a_panel_is_read_as_it_was_written() -> None:
    """What a view carries reaches the report whole."""
    (domain,) = checked(choice(SOME, WEIGHTS, decisions={CHOICE: {"selected": ["gamma"]}}))
    assert domain.criteria == (("A", 5), ("B", 3), ("C", 2), ("D", 0))
    assert domain.candidates[0] == ("Alpha", (1, 0.2, 0.6, None))
    assert domain.chosen == (2,)


@pytest.mark.parametrize(
    "written",
    [
        None,
        {"id": "choice"},
        "",
        "{}",
        "[1]",
        "[" * 100_000,
        forged(id="<b>"),
        forged(id="choice\n"),
        forged(name=...),
        forged(name=3),
        forged(name=["<b>"]),
        forged(more="<b>"),
        forged(criteria=[["a", 1]]),
        forged(criteria=[["a", 0], ["b", 0]]),
        forged(criteria=[["a", -1], ["b", 2]]),
        forged(criteria=[["a", "1"], ["b", 2]]),
        forged(criteria=[["a", True], ["b", 2]]),
        forged(criteria=[["a", float("nan")], ["b", 2]]),
        forged(criteria=[["a", float("inf")], ["b", 2]]),
        forged(criteria=[["a", 1, 1], ["b", 2]]),
        forged(candidates=[["one", [0, 1]]]),
        forged(candidates=[["one", [0, 1]], ["two", [0.5]]]),
        forged(candidates=[["one", [0, 1]], ["two", [0.5, 1.1]]]),
        forged(candidates=[["one", [0, 1]], ["two", [0.5, "<b>"]]]),
        forged(candidates=[["one", [0, 1]], [None, [0.5, 1]]]),
        forged(chosen=[2]),
        forged(chosen=[-1]),
        forged(chosen=[0.5]),
        forged(unstated="<b>"),
        forged(name="n" * 10_000),
        forged(criteria=[[f"c{index}", 1] for index in range(1000)]),
        forged(name="\ud800"),
        forged(criteria=[["a", 10**400], ["b", 2]]),
    ],
)
def test_what_has_another_shape_is_left_out(written: Any) -> None:
    """Whatever a cell writes in place of a panel's data, it makes no panel and no error."""
    assert read_what_if(written) == ()


def test_the_forged_data_is_right_but_for_what_is_forged() -> None:
    """What the cases above start from is taken."""
    assert len(read_what_if(forged())) == 1


def test_hostile_names_are_text_in_the_markup() -> None:
    """No name ends the script element or begins another one."""
    (domain,) = read_what_if(forged(name=HOSTILE, candidates=[[HOSTILE, [0, 1]], ["</script><img>", [1, 0]]]))
    markup = panel(domain)
    assert markup.count("<") == markup.count(">") == 6
    assert json.loads(markup.split('json">')[1].split("</script>")[0])["name"] == HOSTILE


TRY = """([index, tried]) => {
  const panel = [...document.querySelectorAll("details.what-if")][index];
  panel.open = true;
  panel.dispatchEvent(new Event("toggle"));
  const sliders = [...panel.querySelectorAll("input[type=range]")];
  return tried.map((positions) => {
    positions.forEach((position, index) => {
      sliders[index].value = position;
      sliders[index].dispatchEvent(new Event("input"));
    });
    const rows = [...panel.querySelectorAll("tbody tr")];
    return rows.map(({ cells }) => [cells[0], cells[1].firstChild, cells[2]].map((each) => each.textContent));
  });
}"""


def weighed(workbook: Workbook, domain_id: str, weights: dict[str, float]) -> Ranking:
    """The ranking of a domain with these weights in place of its own."""
    data = workbook.to_data()
    data["options"][domain_id] |= {"weights": weights}
    data["options"][domain_id].pop("weighting", None)
    return rank_domain(Workbook.model_validate(data), domain_id)


def weight_at(position: int, agreed: float) -> float:
    """The weight of a slider at a position: where that is the one of the agreed weight, exactly this."""
    return agreed if agreed and position == max(1, int(agreed + 0.5)) else position


def expected(ranking: Ranking) -> list[list[str]]:
    """Rank, name and points of the candidates still in, as the report's own table shows them."""
    order = sorted(ranking.remaining, key=lambda index: bool(ranking.matrix.is_unscored[index]))
    return [
        ["–", ranking.matrix.names[index], "?"]
        if ranking.matrix.is_unscored[index]
        else [str(ranking.ranks[index]), ranking.matrix.names[index], f"{ranking.likely[index]:.1f}"]
        for index in order
    ]


@pytest.mark.browser
def test_totals_and_ranks_are_those_of_the_analysis(browser: Browser, tmp_path: Path) -> None:
    """At random weights every domain of the examples comes to the same rows as in Python: rank, name and points."""
    draw, tried = Random(2027), 0  # noqa: S311 - no secret hangs on it
    for example in sorted(EXAMPLES.glob("*.yaml")):
        workbook = open_workbook(example).workbook
        domains = [domain for domain in workbook.options if data_of(workbook, domain)]
        page = opened(browser, page_of(tmp_path, *((workbook, domain) for domain in domains))).page
        for index, domain in enumerate(domains):
            matrix = rank_domain(workbook, domain).matrix
            places = [[draw.choice([0, 50, draw.randint(1, 100)]) for _ in matrix.criteria] for _ in range(WEIGHTINGS)]
            found = page.evaluate(TRY, [index, places])
            for positions, rows in zip(places, found, strict=True):
                row = zip(matrix.criteria, positions, matrix.weights.tolist(), strict=True)
                weights = {criterion.id: weight_at(at, share * 100) for criterion, at, share in row}
                if any(weights.values()):
                    assert rows == expected(weighed(workbook, domain, weights)), (domain, positions)
                    tried += 1
    assert tried >= 400


@pytest.mark.browser
def test_gaps_and_ties_come_to_the_same(browser: Browser, tmp_path: Path) -> None:
    """So do random matrices with unknown scores, few levels and few weights, where ties and bare rows are common."""
    draw = Random(7)  # noqa: S311 - no secret hangs on it
    for _ in range(12):
        width = draw.randint(2, 5)
        score = [None, "unknown", 1, 2, 3, [1, 2, 4]]
        table = {f"c{row}": [draw.choice(score) for _ in range(width)] for row in range(draw.randint(2, 6))}
        table |= {"full": [1] * width, "same": [1] * width}
        workbook = choice(table, [draw.randint(1, 9) for _ in range(width)])
        seen = opened(browser, page_of(tmp_path, (workbook, CHOICE)))
        places = [[draw.choice([0, 30, 60]) for _ in range(width)] for _ in range(20)]
        matrix = rank_domain(workbook, CHOICE).matrix
        for positions, rows in zip(places, seen.page.evaluate(TRY, [0, places]), strict=True):
            row = zip(matrix.criteria, positions, matrix.weights.tolist(), strict=True)
            weights = {criterion.id: weight_at(at, share * 100) for criterion, at, share in row}
            if any(weights.values()):
                assert rows == expected(weighed(workbook, CHOICE, weights)), (table, positions)
        seen.page.context.close()


@pytest.mark.browser
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


@pytest.mark.browser
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


@pytest.mark.browser
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


@pytest.mark.browser
def test_equal_weights_are_equal(trial: Trial) -> None:
    """The button for equal weights gives each criterion the same share."""
    trial.press("Equal weights")
    for name in "ABCD":
        expect(trial.slider(name)).to_have_attribute("aria-valuetext", "25\u202f%")


@pytest.mark.browser
def test_the_same_place_is_shared(trial: Trial) -> None:
    """Where totals are level, candidates share a rank, and the sentence names all that are first."""
    trial.put(a=0, b=0, c=100)
    assert [row[:3] for row in trial.rows[:3]] == [["1", name, "60.0"] for name in ("Alpha", "Beta", "Gamma")]
    expect(trial.status).to_have_text(
        "With these weights Alpha, Beta and Gamma share the first place instead of Alpha: 60.0 points."
    )


@pytest.mark.browser
def test_without_any_weight_nothing_is_ranked(trial: Trial) -> None:
    """With all weights at zero the panel says so, and shows no rank and no points."""
    trial.put(a=0, b=0, c=0)
    expect(trial.status).to_have_text("All weights are 0, so nothing is ranked: raise at least one.")
    assert {(row[0], row[2]) for row in trial.rows} == {("–", "–")}


@pytest.mark.browser
def test_who_is_not_scored_on_what_counts_has_no_rank(trial: Trial) -> None:
    """Where nothing that carries weight is known of a candidate, it is listed last, without rank and points."""
    trial.put(a=0, b=0, c=0, d=100)
    assert [row[:3] for row in trial.rows] == [
        ["1", "Beta", "40.0"],
        ["–", "Alpha", "?"],
        ["–", "Gamma", "?"],
        ["–", "Delta", "?"],
    ]


@pytest.mark.browser
def test_the_panel_says_what_it_takes_gaps_to_be(trial: Trial) -> None:
    """How many scores aren't known, and that they count as their middle, stands above the sliders."""
    expect(trial.panel).to_contain_text("6 scores are not known, and count as the middle of the scale here.")


@pytest.mark.browser
def test_weights_that_nobody_states_are_not_called_agreed(browser: Browser, tmp_path: Path) -> None:
    """Where no weights are stated all count the same at first, and the panel says that."""
    trial = Trial(opened(browser, page_of(tmp_path, (choice(SOME), CHOICE))))
    expect(trial.panel).to_contain_text("No weights are stated, so all count the same until you move one.")
    expect(trial.panel.get_by_role("button", name="Agreed weights")).to_have_count(0)
    trial.put(a=80)
    trial.press("Back to the start")
    expect(trial.banner).to_be_hidden()
    trial.page.context.close()


@pytest.mark.browser
def test_a_reload_keeps_what_was_tried(trial: Trial) -> None:
    """What is tried stands in the address, and the page opens with it again."""
    trial.put(a=7, b=91)
    expect(trial.page).to_have_url(re.compile(r"#what-if\?choice=7\.91\.20\.0$"))
    rows = trial.rows
    trial.page.reload()
    again = Trial(trial.seen)
    expect(again.banner).to_be_visible()
    assert again.rows == rows


@pytest.mark.browser
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


@pytest.mark.browser
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


@pytest.mark.browser
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


@pytest.mark.browser
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
def test_garbage_in_the_address_is_ignored(browser: Browser, tmp_path: Path, fragment: str) -> None:
    """What can't be positions of this panel's sliders changes nothing and raises nothing."""
    path = page_of(tmp_path, (choice(SOME, WEIGHTS), CHOICE))
    seen = opened(browser, path)
    seen.page.goto(f"{path.as_uri()}#{fragment}")
    seen.page.reload()
    trial = Trial(seen)
    expect(trial.banner).to_be_hidden()
    expect(trial.slider("A")).to_have_value("50")
    assert seen.complaints == []
    seen.page.context.close()


@pytest.mark.browser
def test_nothing_is_seen_where_scripts_are_blocked(browser: Browser, tmp_path: Path) -> None:
    """Without scripts there is no panel, not even folded: it could do nothing."""
    seen = opened(browser, page_of(tmp_path, (choice(SOME, WEIGHTS), CHOICE)), scripts=False)
    expect(seen.page.locator("details.what-if")).to_be_hidden()
    seen.page.context.close()


@pytest.mark.browser
def test_a_panel_is_never_printed(trial: Trial) -> None:
    """On paper there is no panel, also where it is unfolded: what is tried must not pass for what is agreed."""
    trial.put(a=1)
    trial.page.emulate_media(media="print")
    expect(trial.panel).to_be_hidden()


@pytest.mark.browser
def test_a_panel_is_made_when_it_is_first_unfolded(browser: Browser, tmp_path: Path) -> None:
    """A page of many domains has no slider in it before somebody asks for one."""
    seen = opened(browser, page_of(tmp_path, (choice(SOME, WEIGHTS), CHOICE)))
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


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("prepared", [untouched, moved, emptied, shared])
def test_axe_finds_nothing_in_a_panel(
    browser: Browser, tmp_path: Path, prepared: Callable[[Trial], None], dark: bool
) -> None:
    """In either theme, whatever is tried, axe has nothing to say of an open panel; contrast included."""
    trial = Trial(opened(browser, page_of(tmp_path, (choice(SOME, WEIGHTS), CHOICE)), dark=dark))
    prepared(trial)
    found = Axe().run(trial.page, context="details.what-if", options=AXE).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    trial.page.context.close()


@pytest.mark.browser
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


@pytest.mark.browser
def test_targets_are_large_enough(trial: Trial) -> None:
    """Every slider and button is at least 24 pixels high and wide."""
    controls = trial.panel.locator("input[type=range], button, summary").all()
    sizes = [control.bounding_box() for control in controls]
    assert len(sizes) == 8
    assert min(min(size["width"], size["height"]) for size in sizes if size) >= 24


@pytest.mark.browser
def test_rows_move_unless_motion_is_unwelcome(trial: Trial) -> None:
    """Rows that change places move there; with reduced motion they are there at once."""
    moving = "document.getAnimations().length"
    trial.put(b=100)
    assert trial.page.evaluate(moving) > 0
    trial.page.emulate_media(reduced_motion="reduce")
    trial.press("Agreed weights")
    trial.page.wait_for_function(f"{moving} === 0")
    trial.put(b=100)
    assert trial.page.evaluate(moving) == 0


@pytest.mark.browser
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


@pytest.mark.browser
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


@pytest.mark.browser
def test_the_report_has_a_panel_for_each_domain(browser: Browser, full_report: Path) -> None:
    """In the report of the full example every domain has one panel, and what it needs runs under the page's policy."""
    seen = opened(browser, full_report)
    panels = seen.page.locator("details.what-if")
    expect(panels).to_have_count(len(open_workbook(EXAMPLES / "optlib.yaml").workbook.options))
    for index in range(panels.count()):
        expect(Trial(seen, index).status).to_contain_text("first")
    assert seen.complaints == []
    seen.page.context.close()


@pytest.mark.browser
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
