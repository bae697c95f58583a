"""What the messages of a faulty workbook say beyond the bare fault."""

from __future__ import annotations

import pytest

from optlib import WorkbookError
from optlib.reading import read_document

START = "format: decision-workbook/1\n"


def faults(text: str) -> list[str]:
    """The messages of a workbook's text, a line each."""
    with pytest.raises(WorkbookError) as failure:
        read_document((START + text).encode(), "w.yaml")
    return str(failure.value).splitlines()


def test_a_bad_id_is_named_once() -> None:
    """An id that isn't one gives one message, not another that it is missing."""
    assert faults("context: {constraints: [{id: Data Residency}]}\n") == [
        "w.yaml:2: context.constraints[0].id: 'Data Residency' is not an id: up to 64 lower-case letters, digits, "
        "- and _, first a letter; write 'data-residency'"
    ]


def test_a_comma_inside_braces_is_explained() -> None:
    """A text with a comma in { } splits into keys; the message says to quote it."""
    [message] = faults("options: {tooling: {candidates: {a: {risks: [{risk: slow, and costly}]}}}}\n")
    assert message.startswith("w.yaml:2: options.tooling.candidates.a.risks[0].and costly: unknown key 'and costly'")
    assert message.endswith("put that text in quotes")


def test_a_misspelt_key_has_a_suggestion() -> None:
    """The nearest key that is known is offered, and the way to keep one's own."""
    assert faults("projct: {}\n") == [
        "w.yaml:2: projct: unknown key 'projct'; did you mean 'project'? (a key of your own begins with x-)"
    ]


def test_a_text_where_a_list_belongs_is_shown_how() -> None:
    """The message says how a list is written."""
    [message] = faults("context: {goals: be quick}\n")
    assert message == (
        "w.yaml:2: context.goals: must be a list, not the text 'be quick'; "
        "put each entry on a line of its own after '- '"
    )


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("options: {tooling: {weights: {zest: 1}}}", "declare it: options.tooling.criteria: {zest: {name: ...}}"),
        ("deferred: {mascot: {reason: r}}", "make it: options.mascot: {name: ..., phase: 0"),
        ("decisions: {tooling: {selected: [x]}}", "there are none yet; add it under options.tooling.candidates"),
        ("options: {tooling: {candidates: [a]}}", "each entry begins with an id on a line of its own"),
        ("options: {tooling: {criteria: {a: {must: fast}}}}", "its keys are at_least, at_most"),
        ("options: {tooling: {criteria: {a: {direction: lower}}}}", "not the text 'lower'; write min"),
        ("decisions: {tooling: {status: Accepted}}", "not the text 'Accepted'; write accepted"),
        ("options: {tooling: {candidates: {a: {scores: {cost: $210}}}}}", "the unit stands with the criterion"),
    ],
)
def test_a_message_says_what_to_write(text: str, remedy: str) -> None:
    """Each fault comes with what would be right in its place."""
    assert remedy in "\n".join(faults(f"{text}\n"))


def test_an_entry_that_is_only_begun_opens() -> None:
    """A candidate, a domain or a decision with nothing after its id is an empty one, not an error."""
    text = "options:\n  tooling:\n    candidates:\n      ruff:\n  packaging:\ndecisions:\n  tooling:\n"
    book = read_document((START + text).encode(), "w.yaml").workbook
    assert list(book.options["tooling"].candidates) == ["ruff"]
    assert book.decisions["tooling"].selected == ()


def test_a_must_that_nothing_meets_is_refused() -> None:
    """A lower bound above the upper one is an error, not a matrix without candidates."""
    [message] = faults("options: {tooling: {criteria: {a: {must: {at_least: 3, at_most: 2}}}}}\n")
    assert message.endswith("nothing is at least 3 and at most 2")


@pytest.mark.parametrize("number", ["1e999", "9" * 5000, ".inf", ".nan", "1_000", "0x1F", "1:30"])
def test_a_number_that_isnt_one_is_refused(number: str) -> None:
    """Infinite, endless and foreign spellings of numbers are named, with the line."""
    [message] = faults(f"options:\n  tooling:\n    weights: {{consistency: {number}}}\n")
    assert message.startswith("w.yaml:4: options.tooling.weights.consistency: must be a")
