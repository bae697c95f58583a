"""A change rewrites the lines of what changed and no others: order, quoting, layout and every comment stay."""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from optlib.catalogue import load_catalogue
from optlib.errors import WorkbookError
from optlib.model import Workbook
from optlib.reading import build
from optlib.workbook_file import open_workbook

from .conftest import EXAMPLES
from .lines_of import Lines, Place, differences

NASTY = (Path(__file__).parent / "data" / "nasty.yaml").read_bytes()
CRLF = NASTY.replace(b"\n", b"\r\n")
HEAD = "format: decision-workbook/1\n"
LAYOUTS = (Path(__file__).parent / "data" / "layouts.txt").read_text(encoding="utf-8").rstrip("\n").split("\n====\n")
SHIPPED = {path.stem: path.read_bytes() for path in sorted(EXAMPLES.glob("*.yaml"))}
NASTIES = {
    "nasty": NASTY,
    "nasty, no line break at the end": NASTY.rstrip(b"\n"),
    "nasty, CRLF": CRLF,
    "nasty, CRLF, no line break at the end": CRLF.rstrip(b"\r\n"),
    "nasty, byte order mark": b"\xef\xbb\xbf" + NASTY,
}
SOURCES = SHIPPED | NASTIES
LABEL = re.compile(r"# c\d\d\b")
FEW = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
MANY = settings(FEW, max_examples=40)

Data = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

ODD_TEXTS = (
    "plain",
    "two\nlines",
    "ends with a break\n",
    "three\n\nparagraphs\n  one deeper\n",
    "\nbegins empty",
    "two empty lines at the end\n\n\n",
    "  spaces around  ",
    "a line  \nwith spaces at its end",
    "\tindented",
    "# no comment",
    "no # comment",
    "not a comment#",
    "key: value",
    "ends in a colon:",
    "- dash",
    "? question",
    "it's",
    'say "yes"',
    "'single' and \"double\"",
    "back\\slash",
    "tab\there",
    "no",
    "null",
    "~",
    "True",
    "3.10",
    "1e3",
    "0o17",
    "1:30:00",
    "2026-01-01",
    "[x]",
    "{y}",
    "a, b",
    "*star*",
    "&and",
    "!bang",
    "%percent",
    "@at",
    "`tick`",
    "|",
    ">-",
    "---",
    "...",
    "<<<<<<< ours",
    "=======",
    "été — “quoted” … 日本語 😀",
    "next\x85line\u2028separators\u2029",
    "no-break\u00a0",
    "\ufeffmark",
    "bell\x07",
    "https://example.org/?a=1&b=#c",
    "word " * 60 + "end",
    "long paragraphs " * 12 + "\n" + "and more of them " * 12,
    "x" * 300,
)
TEXTS = st.sampled_from(ODD_TEXTS) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
IDS = st.from_regex(r"[a-z][a-z0-9_-]{0,7}", fullmatch=True)
NUMBERS = st.integers(1, 3) | st.sampled_from([1.5, 2.25])
RANGES = st.lists(st.integers(1, 3), min_size=3, max_size=3).map(sorted)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
RISKS = st.fixed_dictionaries({"risk": TEXTS}, optional={"mitigation": TEXTS, "likelihood": st.just("high")})
REFERENCES = st.fixed_dictionaries({"title": TEXTS}, optional={"url": TEXTS})
SCORES = st.one_of(
    NUMBERS,
    RANGES,
    st.just("unknown"),
    st.none(),
    st.fixed_dictionaries({"value": NUMBERS | RANGES}, optional={"source": TEXTS, "on": DAYS, "note": TEXTS}),
)
CANDIDATES = st.fixed_dictionaries(
    {},
    optional={
        "name": TEXTS,
        "summary": TEXTS,
        "pros": st.lists(TEXTS, max_size=3),
        "risks": st.lists(RISKS, max_size=2),
        "effort": st.just({"low": 1, "likely": 2.5, "unit": "weeks"}),
    },
)
GATES = st.fixed_dictionaries({"verdict": st.sampled_from(["pass", "fail"])}, optional={"note": TEXTS, "on": DAYS})
TRIGGERS = st.fixed_dictionaries({}, optional={"on": DAYS, "when": TEXTS})
DEFERRALS = st.fixed_dictionaries({}, optional={"reason": TEXTS, "triggers": st.lists(TRIGGERS, max_size=2)})
TEXT_FIELDS = {
    "project": ("name", "summary", "owner", "version"),
    "people": ("driver", "approver"),
    "quality": ("revisit_when",),
    "gate": ("by", "note", "why"),
    "domain": ("name", "question"),
    "candidate": ("name", "version", "summary"),
    "decision": ("rationale", "against_ranking", "by"),
    "deferral": ("reason",),
}
TEXT_LISTS = {
    "people": ("contributors", "informed"),
    "context": ("goals", "success_criteria", "assumptions", "out_of_scope"),
    "impact": ("code_structure", "operations", "cost", "team"),
    "candidate": ("pros", "cons"),
}
PART_LISTS = {
    "project": {"references": REFERENCES},
    "candidate": {"risks": RISKS, "references": REFERENCES},
    "deferral": {"triggers": TRIGGERS},
    "context": {"constraints": st.fixed_dictionaries({"id": IDS.map(lambda name: f"new-{name}"), "statement": TEXTS})},
}


def parts(data: Data, kind: str) -> list[Data]:
    """All parts of a kind, in the order of the file."""
    domains = list(data.get("options", {}).values())
    candidates = [candidate for domain in domains for candidate in domain.get("candidates", {}).values()]
    many = {
        "gate": data.get("quality", {}).get("gates", {}).values(),
        "domain": domains,
        "candidate": candidates,
        "decision": data.get("decisions", {}).values(),
        "deferral": data.get("deferred", {}).values(),
    }
    return list(many[kind]) if kind in many else [data.setdefault(kind, {})]


def one(draw: Draw, items: Any) -> Any:
    """One of some items, or None where there are none."""
    listed = list(items)
    return listed[draw(st.integers(0, len(listed) - 1))] if listed else None


def in_any_order(draw: Draw, items: Any) -> Any:
    """The items in another order, drawn as numbers, which hypothesis has no trouble to print."""
    listed = list(items)
    return [listed[index] for index in draw(st.permutations(range(len(listed))))]


def change_text(data: Data, draw: Draw) -> None:
    kind = one(draw, TEXT_FIELDS)
    part = one(draw, parts(data, kind))
    if part is not None:
        part[one(draw, TEXT_FIELDS[kind])] = draw(TEXTS | st.just(""))


def change_list(data: Data, draw: Draw) -> None:
    lists = [(kind, field, TEXTS) for kind, fields in TEXT_LISTS.items() for field in fields]
    lists += [(kind, field, items) for kind, fields in PART_LISTS.items() for field, items in fields.items()]
    kind, field, items = one(draw, lists)
    part = one(draw, parts(data, kind))
    if part is not None:
        part[field] = changed_list(part.get(field, []), items, draw)


def changed_list(old: list[Any], items: st.SearchStrategy[Any], draw: Draw) -> list[Any]:
    """The list with one item added, replaced, taken out, or with its items in another order."""
    how = draw(st.sampled_from(["add", "replace", "take out", "order"])) if old else "add"
    if how == "order":
        return in_any_order(draw, old)
    index = draw(st.integers(0, len(old) - (how != "add")))
    return [*old[:index], *([] if how == "take out" else [draw(items)]), *old[index + (how != "add") :]]


def change_part_of_a_list(data: Data, draw: Draw) -> None:
    lists = [part.get(field) for kind, fields in PART_LISTS.items() for part in parts(data, kind) for field in fields]
    item = one(draw, [item for items in lists for item in items or ()])
    field = one(draw, [key for key in ("risk", "mitigation", "title", "url", "statement") if key in (item or {})])
    if field:
        item[field] = draw(TEXTS | st.just(""))


def change_scores(data: Data, draw: Draw) -> None:
    domain = one(draw, [key for key, domain in data.get("options", {}).items() if domain.get("candidates")])
    candidate = one(draw, data["options"][domain]["candidates"].values()) if domain else {}
    scores = candidate.setdefault("scores", {})
    criterion = one(draw, criteria_of(data, domain)) if domain else "none"
    if draw(st.booleans()) or criterion not in scores:
        scores[criterion] = draw(SCORES)
    else:
        del scores[criterion]


def change_score_in_part(data: Data, draw: Draw) -> None:
    score = one(draw, [each for part in parts(data, "candidate") for each in part.get("scores", {}).items()])
    owner = next(part for part in parts(data, "candidate") if score is None or score[0] in part.get("scores", {}))
    if score and isinstance(score[1], dict) and owner["scores"][score[0]] is score[1]:
        score[1][one(draw, ["source", "note"])] = draw(TEXTS | st.just(""))


def change_weights(data: Data, draw: Draw) -> None:
    domain = one(draw, data.get("options", {}))
    weights = data["options"][domain].setdefault("weights", {})
    criterion = one(draw, criteria_of(data, domain))
    if draw(st.booleans()) or criterion not in weights:
        weights[criterion] = draw(NUMBERS)
    else:
        del weights[criterion]


def add_candidate(data: Data, draw: Draw) -> None:
    domain = data["options"][one(draw, data["options"])]
    names = list(domain.get("candidates", {}).items())
    at = draw(st.integers(0, len(names)))
    domain["candidates"] = dict([*names[:at], (f"new-{draw(IDS)}", draw(CANDIDATES)), *names[at:]])


def take_candidate_out(data: Data, draw: Draw) -> None:
    domain = one(draw, data["options"])
    name = one(draw, data["options"][domain].get("candidates", {}))
    if name:
        del data["options"][domain]["candidates"][name]
        data["compatibility"] = [
            rule for rule in data.get("compatibility", []) if f"{domain}.{name}" not in rule.values()
        ]
        selected = data.get("decisions", {}).get(domain, {}).get("selected", [])
        selected[:] = [each for each in selected if each != name]


def rename_candidate(data: Data, draw: Draw) -> None:
    domain = one(draw, data["options"])
    old = one(draw, data["options"][domain].get("candidates", {}))
    new = f"new-{draw(IDS)}"
    if old:
        candidates = data["options"][domain]["candidates"]
        data["options"][domain]["candidates"] = {new if key == old else key: each for key, each in candidates.items()}
        for rule in data.get("compatibility", []):
            rule |= {key: f"{domain}.{new}" for key, value in rule.items() if value == f"{domain}.{old}"}
        selected = data.get("decisions", {}).get(domain, {}).get("selected", [])
        selected[:] = [new if each == old else each for each in selected]


def reorder(data: Data, draw: Draw) -> None:
    domain = one(draw, data["options"].values())
    maps = [(data, "options"), (data, "decisions"), (data.get("quality", {}), "gates")]
    maps += [(domain, field) for field in ("candidates", "weights", "criteria")]
    maps += [(part, "scores") for part in domain.get("candidates", {}).values()]
    part, field = one(draw, [(part, field) for part, field in maps if part.get(field)])
    part[field] = dict(in_any_order(draw, part[field].items()))


def decide(data: Data, draw: Draw) -> None:
    decisions = data.setdefault("decisions", {})
    domain = one(draw, data["options"])
    names = list(data["options"][domain].get("candidates", {}))
    if draw(st.booleans()) or domain not in decisions:
        selected = draw(st.lists(st.sampled_from(names), unique=True)) if names else []
        decisions[domain] = {"selected": selected, "status": "accepted", "rationale": draw(TEXTS), "on": draw(DAYS)}
    else:
        del decisions[domain]


def defer(data: Data, draw: Draw) -> None:
    keep_or_drop(data.setdefault("deferred", {}), one(draw, data["options"]), DEFERRALS, draw)


def record_gate(data: Data, draw: Draw) -> None:
    gates = data.setdefault("quality", {}).setdefault("gates", {})
    keep_or_drop(gates, one(draw, [gate.id for gate in load_catalogue().gates]), GATES, draw)


def keep_or_drop(parts: Data, name: str, values: st.SearchStrategy[Any], draw: Draw) -> None:
    if name in parts and draw(st.booleans()):
        del parts[name]
    else:
        parts[name] = draw(values)


def criteria_of(data: Data, domain: str) -> list[str]:
    """The criteria that a domain may weigh and score."""
    return [each.id for each in load_catalogue().domains_of(Workbook.model_validate(data))[domain].criteria]


CHANGES = (
    change_text,
    change_list,
    change_part_of_a_list,
    change_scores,
    change_score_in_part,
    change_weights,
    add_candidate,
    take_candidate_out,
    rename_candidate,
    reorder,
    decide,
    defer,
    record_gate,
)


def is_sound(data: Data) -> bool:
    """Whether no name in the data leads nowhere, as when a constraint is renamed that a candidate is held to."""
    try:
        build(data, "")
    except WorkbookError:
        return False
    return True


def in_order(data: Any) -> str:
    """Plain data as text that shows types and the order of keys."""
    return json.dumps(data, default=repr, indent=1)


@pytest.mark.parametrize("source", NASTIES)
@MANY
@given(draws=st.data())
def test_any_change_touches_only_its_own_lines(source: str, draws: st.DataObject, tmp_path: Path) -> None:
    """After any change the file says exactly the new value, and other lines and all comments are as they were."""
    check_changes(source, draws, tmp_path)


@pytest.mark.parametrize("source", SHIPPED)
@FEW
@given(draws=st.data())
def test_any_change_of_an_example_touches_only_its_own_lines(source: str, draws: st.DataObject, tmp_path: Path) -> None:
    """So it is in workbooks of a size that people write."""
    check_changes(source, draws, tmp_path)


def check_changes(source: str, draws: st.DataObject, tmp_path: Path) -> None:
    """Make two changes, and look after each what is on disk."""
    path = tmp_path / "workbook.yaml"
    path.write_bytes(SOURCES[source])
    file = open_workbook(path)
    for _ in range(2):
        before, old = path.read_bytes().decode(), file.workbook.to_data()
        data = copy.deepcopy(old)
        draws.draw(st.sampled_from(CHANGES))(data, draws.draw)
        assume(is_sound(data))
        wanted = Workbook.model_validate(data)
        file.put(wanted)
        after = path.read_bytes().decode()
        assert in_order(open_workbook(path).workbook.to_data()) == in_order(wanted.to_data())
        check_lines(before, after, old, wanted.to_data())


@pytest.mark.parametrize("source", SOURCES)
@FEW
@given(draws=st.data())
def test_many_changes_at_once_are_all_written(source: str, draws: st.DataObject, tmp_path: Path) -> None:
    """Several changes in one save, near each other or not, are all on disk, and the way back leads to the old value."""
    path = tmp_path / "workbook.yaml"
    path.write_bytes(SOURCES[source])
    file = open_workbook(path)
    old = file.workbook
    data = copy.deepcopy(old.to_data())
    for change in draws.draw(st.lists(st.sampled_from(CHANGES), min_size=2, max_size=6)):
        change(data, draws.draw)
    assume(is_sound(data))
    for wanted in (Workbook.model_validate(data), old):
        file.put(wanted)
        assert in_order(open_workbook(path).workbook.to_data()) == in_order(wanted.to_data())


@pytest.mark.parametrize("case", LAYOUTS, ids=lambda case: case.split("\n--\n")[1])
def test_a_change_keeps_to_the_layout_that_is_there(case: str, tmp_path: Path) -> None:
    """Quotes, block signs, comments, empty lines and indentation stay as in the cases of `layouts.txt`."""
    before, place, value, after = case.split("\n--\n")
    path = tmp_path / "workbook.yaml"
    path.write_text(HEAD + before + "\n", encoding="utf-8")
    file = open_workbook(path)
    data = copy.deepcopy(file.workbook.to_data())
    *parents, last = place.split()
    part = data
    for parent in parents:
        part = part.setdefault(parent, {}) if isinstance(part, dict) else part[int(parent)]
    part[last] = json.loads(value)
    file.put(Workbook.model_validate(data))
    assert path.read_text(encoding="utf-8") == HEAD + after + "\n"


def check_lines(before: str, after: str, old: Data, new: Data) -> None:
    """Assert that only lines of changed entries differ, and that no comment outside them is lost."""
    changes = list(differences(old, new))
    lines = Lines(before.replace("\r\n", "\n"))
    region, touched, losable = set[int](), set[int](), set[int]()
    for kind, place in changes:
        add_lines(lines, kind, place, (region, touched, losable), (old, new))
    was, now = before.replace("\r\n", "\n").split("\n"), after.replace("\r\n", "\n").split("\n")
    first, last = (min(region), max(region)) if region else (len(was), len(was) - 1)
    assert now[:first] == was[:first]
    assert now[len(now) - (len(was) - 1 - last) :] == was[last + 1 :]
    kept = [line for index, line in enumerate(was) if index not in touched]
    assert not Counter(kept) - Counter(now), "a line of something else is gone"
    if "order" not in [kind for kind, _ in changes]:
        rest = iter(now)
        assert all(line in rest for line in kept), "lines of something else have moved"
    lost = Counter(comments(was)) - Counter(comments(now))
    assert not lost - Counter(comments([was[index] for index in losable])), "a comment is lost"
    if "\r\n" in before:
        assert after.count("\n") == after.count("\r\n")


def comments(lines: list[str]) -> list[str]:
    """The labels of the comments in the nasty workbook; in the examples, the comments on lines of their own."""
    return LABEL.findall("\n".join(lines)) or [line.strip() for line in lines if line.strip().startswith("#")]


def add_lines(lines: Lines, kind: str, place: Place, sets: tuple[set[int], ...], data: tuple[Data, Data]) -> None:
    """Add the lines that one difference may touch: in all, to rewrite, and with comments that may go."""
    region, touched, losable = sets
    parent = place[:-1]
    own = set(range(lines.inside(place)[0], lines.inside(place)[1] + 1)) if lines.holds(place) else set[int]()
    around = set(range(lines.inside(parent)[0], lines.inside(parent)[1] + 1)) if place else set[int]()
    if kind == "order":
        region |= own
        touched |= set() if lines.on_lines_of_their_own(place) else own
        return
    region |= around if kind == "added" else own
    touched |= own
    if place and not lines.on_lines_of_their_own(parent):
        region |= around
        touched |= around
    elif parent and isinstance(parent[-1], int):
        region |= around
        touched |= {min(around), *(around if kind == "gone" else ())}
    if kind == "gone" or (kind == "item" and shrunk(data, parent)) or (kind == "set" and is_collection(data[0], place)):
        losable |= own
    if kind == "gone" and not at(data[1], parent):
        region |= {min(around)}
        touched |= {min(around)}


def at(data: Any, place: Place) -> Any:
    """What stands at a place of plain data."""
    for part in place:
        data = data[part]
    return data


def shrunk(data: tuple[Data, Data], place: Place) -> bool:
    """Whether a list has become shorter."""
    return len(at(data[1], place)) < len(at(data[0], place))


def is_collection(data: Data, place: Place) -> bool:
    """Whether a map or list stands at a place."""
    return isinstance(at(data, place), dict | list)
