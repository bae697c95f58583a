"""What the views say: sentences made from numbers, marks for what is unknown or out, and harmless text."""

from __future__ import annotations

from typing import Any

import pytest

from optlib import open_workbook, rank_domain, views
from optlib.model import FORMAT, Workbook
from optlib.views.choices import headline
from optlib.views.evaluation import nearest_flip
from optlib.views.quality import gates_title
from optlib.views.render import link, markdown, phrase, signed
from optlib.words import NO_BREAK, percent

from .conftest import EXAMPLES, TODAY


def workbook(**parts: Any) -> Workbook:
    """A workbook with some parts."""
    return Workbook.model_validate({"format": FORMAT, **parts})


def two(scores: tuple[Any, Any], **options: Any) -> Workbook:
    """A workbook that compares Ash and Oak in data and state, on consistency and latency of equal weight."""
    candidates = {
        name: {"scores": dict(zip(("consistency", "latency"), given, strict=True))}
        for name, given in zip(("ash", "oak"), scores, strict=True)
    }
    domain = {"weights": {"consistency": 1, "latency": 1}, "candidates": candidates, **options}
    return workbook(options={"data_state": domain})


def evaluated(book: Workbook) -> str:
    """The evaluation of data and state as text."""
    return str(views.evaluation(book, rank_domain(book, "data_state")))


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0 %"), (0.001, "< 1 %"), (0.5, "50 %"), (0.999, "> 99 %"), (1, "100 %")]
)
def test_a_share_is_never_rounded_to_never_or_always(share: float, text: str) -> None:
    """Only what is exactly 0 or 1 is written so."""
    assert percent(share) == text.replace(" ", NO_BREAK)


@pytest.mark.parametrize(("points", "text"), [(4, "+4.0"), (-4, "−4.0"), (0.01, "even")])
def test_points_carry_their_sign(points: float, text: str) -> None:
    """A difference has a plus or a minus, and none is called even."""
    assert signed(points) == text


def test_the_difference_is_told_in_words() -> None:
    """Who beats whom, on what, and on what it is behind."""
    text = evaluated(two(((5, 2), (3, 3))))
    assert "Ash beats Oak on Consistency; it is behind on Latency" in text


def test_a_tie_is_not_a_win() -> None:
    """Two candidates of the same total share the place, and neither is said to beat the other."""
    text = evaluated(two(((5, 3), (3, 5))))
    assert "Ash and Oak share the first place" in text
    assert "beats" not in text


def test_what_is_unknown_is_marked_and_counted() -> None:
    """An unknown score is a hatched question mark, and the caption counts it."""
    text = evaluated(two(((5, "unknown"), (3, 3))))
    assert "class=gap" in text
    assert "1 not known" in text


def test_an_eliminated_candidate_is_struck_with_the_reason() -> None:
    """Who fails a must is at the end, struck through, and the trace says why."""
    book = workbook(
        context={"constraints": [{"id": "open", "statement": "Open source", "must": True}]},
        options={
            "data_state": {
                "weights": {"consistency": 1},
                "candidates": {
                    "ash": {"scores": {"consistency": 5}, "fit": {"open": {"verdict": "fails", "note": "closed"}}},
                    "oak": {"scores": {"consistency": 1}, "fit": {"open": {"verdict": "meets"}}},
                },
            }
        },
    )
    text = evaluated(book)
    assert "<tr class=out>" in text
    assert "fails the must “Open source”: closed" in text


def test_nothing_scored_yet_is_said() -> None:
    """A domain without scores has no table, only the word that nothing is scored."""
    text = evaluated(workbook(options={"data_state": {"candidates": {"ash": {}, "oak": {}}}}))
    assert "Nothing is scored yet." in text
    assert "<table" not in text


def test_a_leader_that_no_weight_dethrones_is_told_so() -> None:
    """Where one candidate is better on everything, no single weight changes the winner."""
    book = two(((5, 5), (3, 3)))
    assert nearest_flip(rank_domain(book, "data_state")) == "no single weight"
    assert "No single weight puts another candidate ahead of Ash" in evaluated(book)


def test_the_headline_says_what_to_build() -> None:
    """The first sentence joins the main choices."""
    assert headline(open_workbook(EXAMPLES / "optlib.yaml").workbook).startswith("Build optlib in Python, with Jupyter")


def test_the_headline_of_a_single_choice_names_it() -> None:
    """A workbook with one decision says what to choose, and for what."""
    book = open_workbook(EXAMPLES / "hhs_wiki_platform.yaml").workbook
    assert headline(book) == "Wiki platform for simpler.grants.gov: choose GitBook for Tooling."


def test_an_empty_workbook_has_a_headline() -> None:
    """Nothing decided is said plainly."""
    assert headline(workbook()) == "Nothing is decided yet."


def test_gates_are_counted_in_the_singular_and_the_plural() -> None:
    """No gate required is said in words, not as 0 of 0."""
    assert gates_title([]) == "No gate is required here"


def test_every_view_takes_an_empty_workbook() -> None:
    """A workbook with nothing in it can be shown in every phase."""
    book = workbook()
    shown = [views.summary(book, TODAY), views.context(book), views.levels(book), views.gates(book, TODAY)]
    shown += [views.deferred(book, TODAY), views.impact(book), views.whats_open(book, TODAY)]
    for phase in range(4):
        shown += [views.whats_open(book, TODAY, phase), views.next_phase(book, TODAY, phase)]
    assert all("None" not in str(view).replace("None of", "") for view in shown)


@pytest.mark.parametrize("text", ["<b>bold</b>", "<script>alert(1)</script>", "a & b < c"])
def test_tags_in_a_text_are_text(text: str) -> None:
    """What looks like HTML is shown as it was written."""
    assert str(phrase(text)) == text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def test_markdown_is_rendered_without_pictures_and_headings() -> None:
    """Paragraphs, lists, links and code are rendered; a picture becomes a link, a heading stays a line."""
    html = str(markdown("# Title\n\n- *one*\n- `two`\n\n![logo](http://tracker.example/p.gif)"))
    assert "<li><em>one</em></li>" in html
    assert "<img" not in html
    assert "<h1" not in html
    assert "# Title" in html


@pytest.mark.parametrize("url", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//host/x", "x"])
def test_only_web_and_mail_addresses_become_links(url: str) -> None:
    """Any other address is shown as text beside its title."""
    assert "<a" not in link(url, "title")
    assert url in link(url, "title")


def test_a_tie_is_changed_by_anything() -> None:
    """Where several share the first place, the nearest thing that would change it is any change."""
    assert nearest_flip(rank_domain(two(((5, 3), (3, 5))), "data_state")) == "any change: it is a tie"


def test_gaps_of_the_eliminated_are_not_counted() -> None:
    """The summary counts the unknown scores of those still in."""
    book = open_workbook(EXAMPLES / "pep374_dvcs.yaml").workbook
    assert "nine scores of candidates still in are not known" in str(views.summary(book, TODAY))


def phased(level: str) -> Workbook:
    """A workbook whose frameworks are decided by a criterion that is first scored in phase 1."""
    scores = {"ash": {"community": 5, "support": 1}, "oak": {"community": 1, "support": 5}}
    options = {
        "weights": {"community": 1, "support": 3},
        "candidates": {name: {"scores": given} for name, given in scores.items()},
    }
    return workbook(quality={"level": level}, options={"frameworks": options})


def test_a_phase_says_what_the_whole_matrix_says() -> None:
    """Where criteria come later, the phase names their number and the verdict of all of them."""
    book = phased("prototype")
    text = str(views.evaluation(book, rank_domain(book, "frameworks", 0)))
    assert "Only 1 of 2 criteria with weight are scored by this phase." in text
    assert "With all of them: Oak is 40.0 points ahead of Ash" in text


def test_the_last_phase_of_a_domain_shows_all_its_criteria() -> None:
    """Where no later phase is reported, every criterion with weight counts, so the report can't contradict itself."""
    book = phased("experiment")
    text = str(views.evaluation(book, rank_domain(book, "frameworks", 0)))
    assert "Only Oak can be first at exactly these weights" in text
    assert "Only Ash can be first" not in text


def test_a_candidate_without_scores_has_no_total() -> None:
    """What nothing is known of is shown as not scored, not with the middle of its bounds."""
    text = evaluated(two(((5, 5), (None, None))))
    assert "<td>not scored" in text
    assert "<strong>?</strong>" in text


def test_notes_of_scores_can_be_read_without_a_mouse() -> None:
    """Why a score is what it is stands in a list below the matrix, with its source."""
    text = evaluated(two((({"value": 5, "note": "atomic commits", "source": "manual"}, 3), (3, 3))))
    assert "<strong>Ash, Consistency</strong>: atomic commits" in text
    assert "(manual)" in text


def test_a_choice_that_fails_a_must_is_marked_whatever_the_reason() -> None:
    """A reason given for going against the ranking doesn't hide that a must is failed."""
    book = workbook(
        context={"constraints": [{"id": "open", "statement": "Open source.", "must": True}]},
        options={"tooling": {"candidates": {"ash": {"fit": {"open": {"verdict": "fails"}}}, "oak": {}}}},
        decisions={"tooling": {"selected": ["ash"], "status": "accepted", "against_ranking": "mandate"}},
    )
    text = str(views.summary(book, TODAY))
    assert "accepted, fails a must" in text
    assert "one choice fails a must" in text
    assert "Ash is chosen although a must eliminates it." in str(views.whats_open(book, TODAY))
