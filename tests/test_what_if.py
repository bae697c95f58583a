"""The data of the what-if panels: what is sent, what is taken, and that it comes to what the analysis says."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Browser

from optlib import open_workbook
from optlib.analysis.ranking import Ranking, rank_domain
from optlib.model import Workbook
from optlib.report.join import join
from optlib.report.what_if import WhatIf, panel, read_what_if
from optlib.views import evaluation, joined
from optlib.views.render import WHAT_IF, Html

from .building import CHOICE, choice
from .conftest import EXAMPLES
from .test_hostile_text import HOSTILE
from .test_report_page import opened
from .what_if_page import SOME, WEIGHTS, forged, page_of

WEIGHTINGS = 40
"""So many for each domain of the examples: over 400 in all."""


def data_of(workbook: Workbook, domain_id: str = CHOICE) -> tuple[dict[str, Any], ...]:
    """What a domain's view carries for its panel."""
    return evaluation(workbook, rank_domain(workbook, domain_id)).weights_to_try


def checked(workbook: Workbook, domain_id: str = CHOICE) -> tuple[WhatIf, ...]:
    """The same as it reaches the report."""
    shown = evaluation(workbook, rank_domain(workbook, domain_id))._repr_mimebundle_()
    return read_what_if(shown.get(WHAT_IF))


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


def test_a_domain_has_the_panel_of_its_last_phase() -> None:
    """Of a domain that several phases show there is one panel in the report, of the later matrix."""
    phases = {}
    for phase, weight in enumerate((1, 9)):
        data = {"text/html": "<p>shown</p>", WHAT_IF: forged(criteria=[["a", weight], ["b", 2]])}
        output = nbformat.v4.new_output("display_data", data)
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[output])])
        phases[f"{phase}_phase"] = notebook
    cells = [nbformat.v4.new_markdown_cell("## The phases", id="phases")]
    blocks = join(nbformat.v4.new_notebook(cells=cells), phases)
    panels = [block.html for block in blocks if block.kind == "what_if"]
    assert len(panels) == 1
    assert '["a",9.0]' in panels[0]


@pytest.mark.parametrize(
    ("weighting", "weights"),
    [
        ({}, [1, 1]),
        ({"method": "swing", "points": {"a": 100, "b": 25}}, [0.8, 0.2]),
        ({"intervals": {"a": [0.7, 0.9], "b": [0.1, 0.3]}}, [0.8, 0.2]),
    ],
    ids=["none", "swing", "intervals"],
)
def test_weights_come_from_wherever_the_ranking_has_them(weighting: dict[str, Any], weights: list[float]) -> None:
    """A method's weights are sent as shares; where nobody says anything of weights, that is said."""
    data = choice({"one": [1, 5], "two": [5, 1]}).to_data()
    data["options"][CHOICE]["weighting"] = weighting
    (sent,) = data_of(Workbook.model_validate(data))
    assert [weight for _, weight in sent["criteria"]] == pytest.approx(weights)
    assert sent.get("unstated", False) is not bool(weighting)


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
