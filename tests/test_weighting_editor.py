"""The form for weights by other means, driven as a person drives it: real controls, a real file, and what it says."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optlib import Workbook, WorkbookFile, open_workbook, option_matrix
from optlib.analysis.elicitation import WEIGHTING_METHODS
from optlib.analysis.stated_weights import found_weights
from optlib.editors.form import Form
from optlib.editors.known_form import range_text, read_range
from optlib.editors.order import OrderList
from optlib.editors.strength import HIGHEST, judged, nearest, of_a_pair, with_judgement
from optlib.editors.weighting_editor import FORMS, weighting
from optlib.model import Weighting

from .building import LAWS

STEPS = [said for _, said in of_a_pair("a", "b") if said]
NUMBERS = "    weights: {consistency: 5, latency: 3, cost: 2}\n"
RECORD = """\
format: decision-workbook/1
scale: {min: 0, max: 5, anchors: {0: unusable, 5: best we know}}
options:
  data_state:
    criteria:
      cost: {unit: USD/month, range: [0, 500], direction: min}
    candidates:
      postgresql: {scores: {consistency: 5, latency: 3, cost: 120}}
      sqlite: {scores: {consistency: 4, latency: 5, cost: 0}}
WEIGHTS\
"""
METHODS = {
    "numbers": NUMBERS,
    "swing": "    weighting: {method: swing, points: {consistency: 100, latency: 60}}\n",
    "rank order": "    weighting: {method: rank_order, order: [consistency, [latency, cost]]}\n",
    "pairwise": """\
    weighting:
      method: pairwise
      judgements: {consistency: {latency: 3, cost: 9}, latency: {cost: 3}}
""",
    "best-worst": """\
    weighting:
      method: best_worst
      best: consistency
      worst: cost
      best_to_others: {cost: 8, latency: 2}
      others_to_worst: {latency: 4}
""",
    "ranges": "    weighting: {known: interval, intervals: {cost: [0.1, 0.3]}}\n",
}
Opened = Callable[..., "Shown"]


class Shown:
    """The form of a workbook that says this of the weights of `data_state`, and the file it is bound to."""

    def __init__(
        self, path: Path, weights: str = "", domain: str = "data_state", evaluator: str = "", read_only: bool = False
    ) -> None:
        path.write_text(RECORD.replace("WEIGHTS", weights), encoding="utf-8")
        self.domain = domain
        self.file: WorkbookFile = open_workbook(path)
        self.file.read_only = read_only
        self.form = Form(self.file)
        self.editor = self.form.box(weighting(self.form, domain, phase=1, evaluator=evaluator))

    @property
    def parts(self) -> list[Any]:
        """Everything in the form, from top to bottom."""
        return list(every(self.editor))

    @property
    def told(self) -> str:
        """What the form says, in one line, without markup and with ordinary spaces."""
        texts = [part.value for part in self.parts if isinstance(part, widgets.HTML) and "<style" not in part.value]
        blocks = re.sub(r"</?(b|span)[^>]*>", "", " ".join(texts))
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", blocks)).split())

    @property
    def saved(self) -> Weighting:
        """The weighting that somebody who opens the file now would read."""
        return self.on_disk.options[self.domain].weighting

    @property
    def on_disk(self) -> Workbook:
        """The workbook that somebody who opens the file now would read."""
        return open_workbook(self.file.path).workbook

    @property
    def shares(self) -> dict[str, int]:
        """The shares of weight that the file's answers come to, in parts of 100."""
        found = found_weights(self.on_disk.options[self.domain], {}).shares
        return {key: round(share * 100) for key, share in found.items()}

    def control(self, label: str) -> Any:
        """The control with this label, or this at the start of it."""
        named = [part for part in self.parts if getattr(part, "description", "")]
        return next(part for part in named if part.description.startswith(label))

    def set(self, label: str, value: Any) -> None:
        """Choose or type this in the control with this label."""
        self.control(label).value = value

    def press(self, label: str) -> None:
        """Press the button with this label."""
        self.control(label).click()

    def method(self, name: str) -> None:
        """Choose another method of weighting."""
        self.set("How the weights are found", name)

    def is_shown(self, label: str) -> bool:
        """Whether a control with this label is there to be used."""
        return any(getattr(part, "description", "").startswith(label) for part in every(self.editor, hidden=False))

    @property
    def order(self) -> OrderList:
        """The list to put in order."""
        return next(part for part in self.parts if isinstance(part, OrderList))


def every(widget: Any, hidden: bool = True) -> Iterator[Any]:
    """The widget and everything in it, what is hidden too unless told otherwise."""
    if not hidden and widget.layout.display == "none":
        return
    yield widget
    for child in getattr(widget, "children", ()):
        yield from every(child, hidden)


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """Open the form of a workbook that says this of its weights."""

    def open_form(weights: str = "", **more: Any) -> Shown:
        return Shown(tmp_path / "mine.yaml", weights, **more)

    return open_form


@pytest.mark.parametrize("method", METHODS)
def test_opening_the_form_changes_nothing(opened: Opened, method: str) -> None:
    """A form that is only looked at leaves the file byte for byte as it was, whatever the method."""
    shown = opened(METHODS[method])
    assert shown.file.path.read_text(encoding="utf-8") == RECORD.replace("WEIGHTS", METHODS[method])
    assert "Not saved" not in shown.told


@pytest.mark.parametrize("method", METHODS)
def test_every_control_is_labelled(opened: Opened, method: str) -> None:
    """No control is without the label that a screen reader names it by."""
    kinds = (widgets.Text, widgets.Dropdown, widgets.Button)
    controls = [part for part in opened(METHODS[method]).parts if isinstance(part, kinds)]
    assert controls
    assert all(part.description for part in controls if part.layout.display != "none")


@pytest.mark.parametrize("method", METHODS)
def test_a_read_only_workbook_is_shown_with_everything_disabled(opened: Opened, method: str) -> None:
    """Where the file can't be changed, neither can any control."""
    parts = opened(METHODS[method], read_only=True).parts
    kinds = (widgets.Text, widgets.Dropdown, OrderList)
    assert all(part.disabled for part in parts if isinstance(part, kinds))
    assert all(part.disabled for part in parts if getattr(part, "description", "").startswith(("Go to", "Use these")))


def test_plain_numbers_are_told_with_their_shares(opened: Opened) -> None:
    """Weights that are typed with the criteria are only told here."""
    assert "Consistency 50 %, Latency 30 % and Cost 20 %" in opened(NUMBERS).told


def test_without_any_weights_all_count_the_same(opened: Opened) -> None:
    """Where nobody has stated weights the form says what that means."""
    assert "No weights are stated yet, so every criterion counts the same" in opened().told


def test_without_answers_another_method_is_taken_at_once(opened: Opened) -> None:
    """Where nothing gives way, nothing is asked."""
    shown = opened()
    shown.method("swing")
    assert shown.saved.method == "swing"
    assert not shown.is_shown("Switch")


def test_another_method_says_first_what_it_would_put_aside(opened: Opened) -> None:
    """Choosing another method changes nothing until it is confirmed, and names the answers that would give way."""
    shown = opened(NUMBERS)
    shown.method("swing")
    assert "swing would take the place of the numbers Consistency 5, Latency 3 and Cost 2" in shown.told
    assert shown.on_disk.options["data_state"].weights == {"consistency": 5, "latency": 3, "cost": 2}
    shown.press("Stay with plain numbers")
    assert shown.control("How the weights are found").value == "direct"
    assert not shown.is_shown("Switch")


def test_what_is_put_aside_comes_back_with_its_method(opened: Opened) -> None:
    """The answers of the former method are kept, said, and stand there again when it is chosen again."""
    shown = opened(NUMBERS)
    shown.method("swing")
    shown.press("Switch to swing")
    assert not shown.on_disk.options["data_state"].weights
    assert "Put aside: the numbers Consistency 5, Latency 3 and Cost 2" in shown.told
    shown.set("Points for Consistency", "100")
    shown.method("direct")
    assert "What was put aside comes back: the numbers Consistency 5" in shown.told
    shown.press("Switch to plain numbers")
    assert shown.on_disk.options["data_state"].weights == {"consistency": 5, "latency": 3, "cost": 2}
    assert "Put aside: the swing points Consistency 100" in shown.told


def test_undo_takes_a_switch_back(opened: Opened) -> None:
    """Undo brings the former method and its answers back."""
    shown = opened(NUMBERS)
    shown.method("pairwise")
    shown.press("Switch to pairwise")
    shown.form.session.undo()
    assert shown.on_disk.options["data_state"].weights == {"consistency": 5, "latency": 3, "cost": 2}
    assert shown.control("How the weights are found").value == "direct"


def test_what_is_known_of_the_weights_survives_a_switch(opened: Opened) -> None:
    """How well the weights are known has nothing to do with how they were found."""
    shown = opened("    weighting: {known: around, spread: 0.2, method: swing, points: {cost: 100}}\n")
    shown.method("pairwise")
    shown.press("Switch to pairwise")
    assert (shown.saved.method, shown.saved.known, shown.saved.spread) == ("pairwise", "around", 0.2)


def test_a_criterion_that_is_gone_does_not_come_back_with_its_answers(opened: Opened) -> None:
    """Answers that were put aside come back without those of a criterion that was removed meanwhile."""
    shown = opened("    weighting: {method: swing, points: {consistency: 100, own: 50}}\n".replace("own", "latency"))
    text = shown.file.path.read_text(encoding="utf-8")
    shown.file.path.write_text(
        text.replace("    criteria:\n", "    criteria:\n      own: {name: Own}\n"), encoding="utf-8"
    )
    shown.form.session.look()
    shown.set("Points for Own", "70")
    shown.method("direct")
    shown.press("Switch to plain numbers")
    shown.file.path.write_text(
        text.replace("    weighting: {method: swing, points: {consistency: 100, latency: 50}}\n", "")
    )
    shown.form.session.look()
    shown.method("swing")
    assert shown.saved.points == {"consistency": 100, "latency": 50}


def test_swing_asks_for_points_from_worst_to_best(opened: Opened) -> None:
    """Each criterion says where its swing starts and ends: in its unit, or on the scale with its anchors."""
    told = opened(METHODS["swing"]).told
    assert "from 500 to 0 USD/month" in told
    assert "from 0 (unusable) to 5 (best we know)" in told


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("{unit: ms, range: [0, 500], value_function: {kind: target, target: 80}}", "to 80 ms"),
        ("{unit: ms, value_function: {kind: piecewise, points: [[10, 1], [90, 0]]}}", "from 90 to 10 ms"),
        ("{unit: ms}", "in ms, without a range yet"),
    ],
)
def test_a_swing_follows_the_value_function(opened: Opened, spec: str, says: str) -> None:
    """Where a value function says what is best, the swing ends there; without a range nobody knows where."""
    shown = opened(METHODS["swing"])
    text = shown.file.path.read_text(encoding="utf-8").replace(
        "    criteria:\n", f"    criteria:\n      latency: {spec}\n"
    )
    shown.file.path.write_text(text, encoding="utf-8")
    shown.form.session.look()
    assert says in shown.told


def test_swing_points_are_saved_and_become_shares(opened: Opened) -> None:
    """Points are numbers in the file, the shares stand beside them, and what has no points yet is named."""
    shown = opened(METHODS["swing"])
    shown.set("Points for Cost", "40")
    assert shown.saved.points == {"consistency": 100, "latency": 60, "cost": 40}
    assert "50 %" in shown.told
    assert "No points yet: Durability and Ops. Until then they count for nothing" in shown.told


def test_points_that_are_no_number_stay_as_typed(opened: Opened) -> None:
    """What can't be read is kept and said; the other points are saved all the same."""
    shown = opened(METHODS["swing"])
    shown.set("Points for Cost", "lots")
    shown.set("Points for Ops", "10")
    assert shown.control("Points for Cost").value == "lots"
    assert "Points for Cost: the text 'lots' is not a number" in shown.told
    assert shown.saved.points == {"consistency": 100, "latency": 60, "ops": 10}


def test_the_most_points_are_usually_100(opened: Opened) -> None:
    """Where nobody has 100 points the form says that only proportions count."""
    shown = opened("    weighting: {method: swing, points: {consistency: 80, latency: 60}}\n")
    assert "The most points, those of Consistency, are usually 100" in shown.told


def test_an_order_starts_as_the_weights_are(opened: Opened) -> None:
    """Somebody who goes from numbers to an order starts with the order of the numbers."""
    shown = opened("    weights: {consistency: 5, latency: 2, cost: 5}\n")
    shown.method("rank_order")
    assert "It starts with the order Consistency = Cost, Latency, as the weights are now" in shown.told
    shown.press("Switch to rank order")
    assert shown.saved.order == (("consistency", "cost"), ("latency",))


def test_an_order_is_saved_with_its_ties(opened: Opened) -> None:
    """What is dragged or moved in the list is the order in the file; what isn't placed is named."""
    shown = opened(METHODS["rank order"])
    shown.order.value = (("latency",), ("cost", "durability"), ("consistency",))
    assert shown.saved.order == (("latency",), ("cost", "durability"), ("consistency",))
    assert "Not placed yet: Ops. Until then it counts for nothing" in shown.told


def test_the_browser_s_lists_are_an_order(opened: Opened) -> None:
    """The browser sends lists; they are taken as places."""
    shown = opened(METHODS["rank order"])
    shown.order.set_state({"value": [["cost"], ["latency", "ops"]]})
    assert shown.saved.order == (("cost",), ("latency", "ops"))


def test_the_formula_makes_shares_of_the_order(opened: Opened) -> None:
    """The share in each row follows the formula that is chosen."""
    shown = opened("    weighting: {method: rank_order, order: [consistency, latency]}\n")
    assert shown.order.notes["consistency"][0] == pytest.approx(0.75)
    shown.set("Shares by", "rank_sum")
    assert shown.order.notes["consistency"][0] == pytest.approx(2 / 3)
    assert shown.saved.formula == "rank_sum"


def test_a_judgement_is_saved_from_the_one_that_matters_more(opened: Opened) -> None:
    """Whichever way a pair is answered, the file says how many times more one matters, never a fraction."""
    shown = opened("    weighting: {method: pairwise}\n")
    shown.set("Consistency or Latency", 3)
    shown.set("Latency or Cost", -5)
    assert shown.saved.judgements == {"consistency": {"latency": 3}, "cost": {"latency": 5}}
    shown.set("Consistency or Latency", -3)
    shown.set("Latency or Cost", 0)
    assert shown.saved.judgements == {"latency": {"consistency": 3}}


def test_judgements_that_are_not_touched_stay_as_they_are_written(opened: Opened) -> None:
    """A file may spell a pair the other way round, as a fraction, or off the scale; answering another keeps that."""
    shown = opened("    weighting: {method: pairwise, judgements: {latency: {consistency: 0.25, ops: 2.5}}}\n")
    assert shown.control("Consistency or Latency").value == 4
    assert shown.control("Latency or Ops").label == "Latency 2.5×"
    shown.set("Consistency or Cost", 5)
    assert shown.saved.judgements == {"latency": {"consistency": 0.25, "ops": 2.5}, "consistency": {"cost": 5}}


def test_pairs_may_be_left_out(opened: Opened) -> None:
    """The form counts what is compared, says how much is still needed, and when it is enough to go on."""
    shown = opened("    weighting: {method: pairwise, judgements: {consistency: {latency: 3, cost: 9}}}\n")
    assert "2 of 10 pairs are compared; at least two more are needed to weigh every criterion" in shown.told
    shown.set("Consistency or Durability", 3)
    shown.set("Cost or Ops", 1)
    assert "4 of 10 pairs are compared, enough to go on" in shown.told
    assert set(shown.shares) == {"consistency", "latency", "cost", "durability", "ops"}


def test_the_next_open_pair_is_the_one_that_helps_most(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """The button goes to a pair that joins what isn't compared yet, and after that to the first that is left out."""
    gone: list[str] = []
    monkeypatch.setattr(widgets.Dropdown, "focus", lambda control: gone.append(control.description))
    shown = opened("    weighting: {method: pairwise, judgements: {latency: {cost: 3}}}\n")
    for answer in (3, 3, 3, 0):
        shown.press("Go to the next open pair")
        shown.set(gone[-1], answer)
    assert gone == [f"Consistency or {name}" for name in ("Latency", "Durability", "Ops", "Cost")]


def test_consistent_judgements_say_so(opened: Opened) -> None:
    """The ratio is said while it is small; while nothing can contradict, that."""
    shown = opened(METHODS["pairwise"])
    assert "Consistency ratio 0.00: the answers agree, up to 0.10 is fine" in shown.told
    shown.set("Latency or Cost", 0)
    assert "No two answers can contradict each other yet" in shown.told


CONTRADICTING = """\
    weighting:
      method: pairwise
      judgements:
        consistency: {latency: 2, durability: 3, cost: 9}
        latency: {durability: 2, cost: 4}
        cost: {durability: 3}
"""


def test_the_judgement_to_look_at_again_is_named(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above 0.10 the form names the pair, what is said, and what it would have to be; a button goes there."""
    gone: list[str] = []
    monkeypatch.setattr(widgets.Dropdown, "focus", lambda control: gone.append(control.description))
    shown = opened(CONTRADICTING)
    assert "above 0.10: the answers contradict each other" in shown.told
    assert "Durability or Cost: you say “Cost 3×: slightly more”" in shown.told
    shown.press("Go to Durability or Cost")
    assert gone == ["Durability or Cost"]
    assert "optlib-again" in shown.control("Durability or Cost")._dom_classes


def test_what_a_judgement_would_have_to_be_gives_the_ratio_that_is_promised(opened: Opened) -> None:
    """Answering the pair as proposed makes the ratio what the form said it would be."""
    shown = opened(CONTRADICTING)
    promised = re.search(r"about “(.*?)”, and the ratio would be (\d\.\d+)", shown.told)
    assert promised is not None
    choice = shown.control("Durability or Cost")
    choice.value = dict(choice.options)[promised.group(1)]
    assert f"Consistency ratio {promised.group(2)}" in shown.told


def test_of_three_any_judgement_may_be_the_wrong_one(opened: Opened) -> None:
    """Three judgements in a ring contradict each other equally, and the form says so."""
    shown = opened(
        "    weighting: {method: pairwise, judgements: {consistency: {latency: 5}, latency: {cost: 5}, cost: "
        "{consistency: 2}}}\n"
    )
    assert "Look again at any of the three" in shown.told


def test_an_answer_keeps_the_controls(opened: Opened) -> None:
    """Answering builds nothing anew, so that the focus stays where it is."""
    shown = opened(METHODS["pairwise"])
    before = shown.control("Cost or Ops")
    shown.set("Consistency or Latency", -4)
    assert shown.control("Cost or Ops") is before


TWELVE = "  many:\n    phase: 1\n    criteria:\n" + "".join(f"      c{index}: {{}}\n" for index in range(1, 13))


def test_twelve_criteria_are_asked_in_groups(opened: Opened) -> None:
    """66 pairs stand in a group for each criterion, and eleven answers that join all of them are enough to go on."""
    shown = opened(TWELVE, domain="many")
    shown.method("pairwise")
    pairs = [part for part in shown.parts if isinstance(part, widgets.Dropdown) and " or " in part.description]
    assert len(pairs) == 66
    assert [f"C{index} or …" in shown.told for index in (1, 11, 12)] == [True, True, False]
    for pair in pairs[:11]:
        pair.value = 2
    assert "11 of 66 pairs are compared, enough to go on" in shown.told


def test_best_and_worst_are_asked_first(opened: Opened) -> None:
    """The comparisons appear once the two ends are chosen."""
    shown = opened("    weighting: {method: best_worst}\n")
    assert "Choose the criterion that matters most and the one that matters least first" in shown.told
    shown.set("Matters most", "consistency")
    shown.set("Matters least", "cost")
    shown.set("Consistency over Cost", 8)
    shown.set("Consistency over Latency", 2)
    assert "Latency with Cost" in shown.told
    assert shown.shares == {}
    shown.set("Latency over Cost", 4)
    assert shown.saved.best_to_others == {"cost": 8, "latency": 2}
    assert shown.saved.others_to_worst == {"latency": 4}
    assert list(shown.shares) == ["consistency", "cost", "latency"]
    assert "Consistency ratio 0.00" in shown.told
    assert "Durability with Consistency and Cost" in shown.told


def test_best_and_worst_are_two(opened: Opened) -> None:
    """The same criterion for both is refused, and nothing is lost."""
    shown = opened(METHODS["best-worst"])
    shown.set("Matters least", "consistency")
    assert "the same criterion can't matter most and least" in shown.told
    assert shown.saved.worst == "cost"


def test_the_comparisons_with_a_former_best_are_kept_for_it(opened: Opened) -> None:
    """Another best has comparisons of its own; those with the former come back with it."""
    shown = opened(METHODS["best-worst"])
    shown.set("Matters most", "latency")
    assert shown.saved.best_to_others == {}
    assert shown.saved.others_to_worst == {"latency": 4}
    shown.set("Matters most", "consistency")
    assert shown.saved.best_to_others == {"cost": 8, "latency": 2}


def test_best_against_worst_is_said_in_one_place(opened: Opened) -> None:
    """A file that says the pair with the worst, or on both sides, is read so, and can be answered otherwise."""
    ends = "    weighting: {method: best_worst, best: consistency, worst: cost, others_to_worst: {consistency: 8}}\n"
    shown = opened(ends)
    assert shown.control("Consistency over Cost").value == 8
    shown.set("Consistency over Cost", 6)
    assert (shown.saved.best_to_others, shown.saved.others_to_worst) == ({}, {"consistency": 6})
    both = opened(ends.replace("others_to_worst", "best_to_others: {cost: 8}, others_to_worst"))
    both.set("Consistency over Cost", 6)
    assert (both.saved.best_to_others, both.saved.others_to_worst) == ({"cost": 6}, {})


def test_contradicting_comparisons_are_named(opened: Opened) -> None:
    """Comparisons with the best and the worst that contradict each other are said, with the criterion to look at."""
    shown = opened(METHODS["best-worst"])
    shown.set("Consistency over Latency", 8)
    shown.set("Latency over Cost", 9)
    assert "The judgements of the weights contradict each other" in shown.told
    assert "look again at Latency" in shown.told


def test_the_shares_become_plain_numbers(opened: Opened) -> None:
    """One click takes the shares as numbers that add up to 100 and rank the same; the answers are put aside."""
    shown = opened(METHODS["pairwise"])
    before = option_matrix(shown.on_disk, "data_state").weights
    shown.press("Use these shares as plain numbers")
    options = shown.on_disk.options["data_state"]
    assert options.weights == {"consistency": 69.23, "latency": 23.08, "cost": 7.69}
    assert options.weighting.method == "direct"
    assert option_matrix(shown.on_disk, "data_state").weights == pytest.approx(before, abs=1e-4)
    assert "Put aside: 3 comparisons of two criteria" in shown.told
    assert not shown.is_shown("Use these shares")


@pytest.mark.parametrize(
    ("known", "says"),
    [
        ("exact", "The trials keep the weights as they are"),
        ("order", "The trials take any weights in this order"),
        ("none", "only the scores say who is ahead"),
        ("around", "up to this part of itself lower or higher"),
        ("interval", "No range is given yet"),
    ],
)
def test_how_well_the_weights_are_known_is_saved_and_explained(opened: Opened, known: str, says: str) -> None:
    """Each answer says in a sentence what the trials make of it."""
    shown = opened(NUMBERS)
    shown.set("How well are the weights known?", known)
    assert shown.saved.known == known
    assert says in shown.told


def test_nothing_said_means_half(opened: Opened) -> None:
    """Where nothing is said the form tells what the trials do then."""
    assert "up to 50 % of itself lower or higher" in opened(NUMBERS).told
    assert "the trials take any weights at all" in opened().told


def test_the_spread_is_a_percentage(opened: Opened) -> None:
    """How far weights may be off is typed in parts of 100, and more than all of it is refused."""
    shown = opened(NUMBERS)
    shown.set("How well are the weights known?", "around")
    shown.set("Off by up to", "20 %")
    assert shown.saved.spread == 0.2
    shown.set("Off by up to", "120")
    assert "a weight can be off by 100 % of itself at most" in shown.told
    assert shown.saved.spread == 0.2


def test_ranges_are_typed_in_parts_of_100(opened: Opened) -> None:
    """Each criterion's range is saved as shares of 1; the sums say whether they fit together."""
    shown = opened(METHODS["ranges"])
    assert shown.control("Cost, share").value == "10-30"
    shown.set("Latency, share", "20 - 45 %")
    assert shown.saved.intervals == {"cost": (0.1, 0.3), "latency": (0.2, 0.45)}
    assert "The lower ends add up to 30 %, the upper ends to 75 %" in shown.told
    assert "Consistency, Durability and Ops may have any share" in shown.told


@pytest.mark.parametrize("typed", ["x", "20-", "1-2-3", "40-20", "20-120", "-"])
def test_a_range_that_is_none_stays_as_typed(opened: Opened, typed: str) -> None:
    """What is no range is kept, said, and not saved."""
    shown = opened(METHODS["ranges"])
    shown.set("Latency, share", typed)
    assert "Range of Latency: " in shown.told
    assert shown.control("Latency, share").value == typed
    assert shown.saved.intervals == {"cost": (0.1, 0.3)}


def test_ranges_that_no_shares_fit_are_told(opened: Opened) -> None:
    """Where no shares of all criteria lie within the ranges a warning says so; lower ends above 100 % are refused."""
    shown = opened(
        "    weights: {cost: 1, latency: 1}\n    weighting: {known: interval, intervals: {cost: [0.1, 0.3]}}\n"
    )
    shown.set("Latency, share", "20-40")
    assert "No weights of these criteria lie within the intervals" in shown.told
    shown.set("Latency, share", "95")
    assert "the lower ends of the intervals add up to more than 1" in shown.told
    assert shown.saved.intervals["latency"] == (0.2, 0.4)


def test_ranges_come_back_with_their_answer(opened: Opened) -> None:
    """Ranges give way to another answer, and are there again when it is chosen again."""
    shown = opened(METHODS["ranges"])
    shown.set("How well are the weights known?", "exact")
    assert shown.saved.intervals == {}
    shown.set("How well are the weights known?", "interval")
    assert shown.saved.intervals == {"cost": (0.1, 0.3)}


EVALUATORS = "    evaluators:\n      ana: {name: Ana, weights: {latency: 1, cost: 3}}\n      ben: {}\n"


def test_an_evaluator_weighs_for_themselves(opened: Opened) -> None:
    """The same form stands at an evaluator's own place, without what is said once for the group."""
    shown = opened(EVALUATORS, evaluator="ben")
    assert "Weights of ben" in shown.told
    assert all("known" not in getattr(part, "description", "") for part in shown.parts)
    shown.method("swing")
    shown.set("Points for Cost", "100")
    ben = shown.on_disk.options["data_state"].evaluators["ben"].weighting
    assert (ben.method, ben.points) == ("swing", {"cost": 100})
    assert "100 %" in shown.told


def test_an_evaluator_who_is_not_there_yet_is_made(opened: Opened) -> None:
    """The first answer of somebody new puts them into the file."""
    shown = opened(evaluator="cleo")
    shown.method("swing")
    shown.set("Points for Cost", "100")
    assert shown.on_disk.options["data_state"].evaluators["cleo"].weighting.points == {"cost": 100}


def test_weights_put_together_become_the_group_s(opened: Opened) -> None:
    """Where only evaluators state weights the form shows what they come to, and one click agrees on them."""
    shown = opened(EVALUATORS)
    assert "put together" in shown.told
    shown.press("Use these shares as plain numbers")
    assert shown.on_disk.options["data_state"].weights == {"latency": 25, "cost": 75}


def test_a_domain_of_which_nothing_is_said_is_weighed(opened: Opened) -> None:
    """The first answer opens the domain in the file."""
    shown = opened(domain="languages")
    shown.method("swing")
    shown.set("Points for Tooling", "100")
    assert shown.saved.points == {"tooling": 100}


def test_a_new_criterion_is_asked_for(opened: Opened) -> None:
    """A criterion that comes in later is named as missing; the answers that were given stay."""
    shown = opened(METHODS["rank order"])
    text = shown.file.path.read_text(encoding="utf-8")
    shown.file.path.write_text(
        text.replace("    criteria:\n", "    criteria:\n      own: {name: Own}\n"), encoding="utf-8"
    )
    shown.form.session.look()
    assert "Own" in [entry["name"] for entry in shown.order.entries]
    assert "Not placed yet: Durability, Ops and Own" in shown.told
    assert shown.order.value == (("consistency",), ("latency", "cost"))


def test_without_criteria_there_is_nothing_to_ask(opened: Opened) -> None:
    """A domain of one's own starts without criteria, and the form says where they come from."""
    assert "no criteria to weigh yet" in opened("  own: {phase: 1}\n", domain="own").told


def test_what_somebody_else_answers_is_shown(opened: Opened) -> None:
    """Answers that come in on disk appear in the controls, and in what they come to."""
    shown = opened(METHODS["swing"])
    text = shown.file.path.read_text(encoding="utf-8")
    shown.file.path.write_text(text.replace("latency: 60", "latency: 100"), encoding="utf-8")
    shown.form.session.look()
    assert shown.control("Points for Latency").value == "100"
    assert "50 %" in shown.told


def test_the_shares_are_shown_before_an_answer_is_saved(opened: Opened) -> None:
    """While a person goes on, each answer counts at once on the screen, and is in the file a moment later."""

    async def answer() -> tuple[str, Weighting, Weighting]:
        shown = opened(METHODS["swing"])
        shown.set("Points for Latency", "100")
        told, before = shown.told, shown.saved
        await asyncio.sleep(1.5)
        return told, before, shown.saved

    told, before, after = asyncio.run(answer())
    assert "50 %" in told
    assert (before.points["latency"], after.points["latency"]) == (60, 100)


@LAWS
@given(st.sampled_from(STEPS), st.sampled_from(STEPS))
def test_a_judgement_reads_as_it_was_said(said: float, other: float) -> None:
    """A pair says what was said of it last, seen from the other side the opposite, and no other pair changes."""
    judgements = with_judgement({"a": {"c": 2}, "b": {"a": 7}}, "a", "b", other)
    judgements = with_judgement(judgements, "b", "a", said)
    assert judged(judgements, "b", "a") == said
    assert judged(judgements, "a", "b") == (said if said == 1 else -said)
    assert judged(judgements, "a", "c") == 2


@LAWS
@given(st.floats(1 / 20, 20))
def test_the_nearest_step_is_on_the_scale(times: float) -> None:
    """What a judgement would have to be is always something that can be chosen."""
    assert nearest(times) in STEPS
    assert abs(nearest(times)) <= HIGHEST


@LAWS
@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_range_reads_as_it_is_written(one: int, other: int) -> None:
    """Writing a range and reading it again gives the same."""
    low, high = sorted((one / 1000, other / 1000))
    assert read_range(range_text((low, high))) == (low, high)


def test_every_method_of_weighting_has_a_form() -> None:
    """Whatever the analysis can make weights of can be asked for."""
    assert set(FORMS) == set(WEIGHTING_METHODS)
