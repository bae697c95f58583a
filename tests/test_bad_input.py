"""Files that are no workbook: each is refused with file, line, place and remedy, at once, and left as it was."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from optlib import WorkbookError, open_workbook
from optlib.model import FORMAT

from .conftest import ROOT

HEAD = f"format: {FORMAT}\n"
ATTACKS = ROOT / "tests" / "data" / "attacks"
SECONDS = 5
ATTACKING_TEXTS = [
    "<script>alert(2001)</script>",
    'Rust"><img src=q onerror=alert(2002)>',
    "See [the benchmark](JAVASCRIPT:alert(2003)).",
    "![logo](http://tracker.example/pixel.gif)",
    "Go </script><svg onload=alert(2005)>",
    "<body onpageshow=alert(2006)>Kubernetes</body>",
    '=IMPORTXML("http://tracker.example","//a")',
    "../outside",
    "a=__import__('os').system('touch pwned_example');b",
    "!!python/object/new:subprocess.Popen [['touch', 'pwned']]",
    "*x1, &x2 {{ 7*7 }} ${HOME} %s \u202e",
]


def refused(path: Path) -> str:
    """The message of a file that can't be opened; the file is unchanged and the answer quick."""
    before = path.read_bytes()
    start = time.perf_counter()
    with pytest.raises(WorkbookError) as failure:
        open_workbook(path)
    assert time.perf_counter() - start < SECONDS
    assert path.read_bytes() == before
    return str(failure.value).replace(str(path), "w.yaml")


def refused_text(folder: Path, content: str | bytes) -> str:
    """The message of a file with this content."""
    path = folder / "w.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return refused(path)


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [("bomb", 1, "an anchor"), ("conflict", 2, "merge conflict"), ("duplicate", 3, "'title'"), ("tag", 2, "a tag")],
)
def test_hostile_files_are_refused_with_their_line(name: str, line: int, said: str) -> None:
    """Bombs, conflicts, doubles and tags end before anything is built."""
    message = refused(ATTACKS / f"{name}.yaml")
    assert message.startswith(f"w.yaml:{line}: ")
    assert said in message
    assert not (ROOT / "pwned_example2").exists()


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (HEAD + "project: {name: [a", 2, "not closed"),
        (HEAD + "project:\n\tname: a\n", 3, "spaces"),
        (HEAD + "project:\n  name: a: b\n", 3, "quotes"),
        (HEAD + "context: *goals\n", 2, "alias"),
        (HEAD + "---\nformat: x\n", 2, "second document"),
        ("%YAML 1.1\n---\n" + HEAD, 1, "%"),
        ("- a\n- b\n", 1, "mapping"),
        ("", 1, "empty"),
        ("# only a comment\n", 1, "empty"),
        (HEAD.encode() + b"project: {name: \xff}\n", 2, "UTF-8"),
        (HEAD.encode("utf-16"), 1, "UTF"),
        (HEAD + "project: " + "[" * 100_000, 2, "deep"),
        (HEAD + "project: " + "{a: " * 100_000, 2, "deep"),
        ("format: decision-workbook/2\nnews: 1\n", 1, "upgrade optlib"),
        ("format: spreadsheet\n", 1, f"write format: {FORMAT}"),
        ("project: {name: a}\n", 1, f"format: {FORMAT}"),
    ],
    ids=str,
)
def test_what_is_no_workbook_is_refused_with_its_line(
    tmp_path: Path, content: str | bytes, line: int, said: str
) -> None:
    """Broken YAML, other encodings, other shapes and other versions name the line and what to do."""
    message = refused_text(tmp_path, content)
    assert message.startswith(f"w.yaml:{line}: ")
    assert said in message


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    """Above 5 MB nothing is read further."""
    assert "5,000,000" in refused_text(tmp_path, HEAD + "x-a: " + "a" * 5_000_000)


@pytest.mark.parametrize(
    ("part", "place"),
    [
        ("options: {data_state: {weights: {consistancy: 1}}}", "options.data_state.weights.consistancy"),
        ("options: {data_state: {weights: {cost: -1}}}", "options.data_state.weights.cost"),
        ("options: {data_state: {weights: {cost: .nan}}}", "options.data_state.weights.cost"),
        ("options: {data_state: {weights: {cost: .inf}}}", "options.data_state.weights.cost"),
        (
            "options: {data_state: {candidates: {a: {scores: {cost: 6}}}}}",
            "options.data_state.candidates.a.scores.cost",
        ),
        (
            "options: {data_state: {candidates: {a: {scores: {cost: abc}}}}}",
            "options.data_state.candidates.a.scores.cost",
        ),
        (
            "options: {data_state: {candidates: {a: {scores: {price: 1}}}}}",
            "options.data_state.candidates.a.scores.price",
        ),
        ("options: {data_state: {candidates: {a: {fit: {gdpr: {}}}}}}", "options.data_state.candidates.a.fit.gdpr"),
        ("decisions: {data_state: {selected: [redis]}}", "decisions.data_state.selected[0]"),
        ("decisions: {storage: {}}", "decisions.storage"),
        ("quality: {gates: {oncal: {verdict: pass}}}", "quality.gates.oncal"),
        ("quality: {revisit: 2026-02-30}", "quality.revisit"),
        ("quality: {revisit: 2026-2-3}", "quality.revisit"),
        ("scale: {min: 5, max: 1}", "scale"),
        ("context: {goals: one}", "context.goals"),
        ("compatibility: [{when: a.b, requires: c.d}]", "compatibility[0].requires"),
        ("people: {drivr: Ann}", "people.drivr"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_wrong_shape_names_its_place(tmp_path: Path, part: str, place: str) -> None:
    """The message begins with the line and the place in the workbook."""
    assert refused_text(tmp_path, HEAD + "\n" + part + "\n").startswith(f"w.yaml:3: {place}: ")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Shape and names that lead nowhere are reported together, in the order of the lines."""
    message = refused_text(
        tmp_path,
        HEAD + "quality: {level: hopeful}\npeople: {drivr: x}\noptions: {data_state: {weights: {speed: 1}}}\n"
        "decisions:\n  data_state: {selected: [redis], status: maybe}\n",
    )
    assert [line.split(":")[1] for line in message.splitlines()] == ["2", "3", "4", "6", "6"]


@pytest.mark.parametrize("text", ["no", "on", "3.10", "1:30:00", "1e3", "2026-01-01", "010", "true", "0x1F"])
def test_a_text_stays_the_text_it_is(tmp_path: Path, text: str) -> None:
    """What other readers turn into booleans, numbers and dates is text where text belongs."""
    path = tmp_path / "w.yaml"
    path.write_text(f"{HEAD}project: {{name: {text}}}\n", encoding="utf-8")
    assert open_workbook(path).workbook.project.name == text


def test_hostile_texts_are_only_texts(tmp_path: Path) -> None:
    """A file full of scripts and formulas opens, and says what it says."""
    text = '<script>alert(1)</script> "]}, =IMPORTXML("http://x") {{ 7*7 }} ${HOME} \u202e'
    path = tmp_path / "w.yaml"
    path.write_text(f"{HEAD}project: {{name: {json.dumps(text)}}}\n", encoding="utf-8")
    assert open_workbook(path).workbook.project.name == text


def test_a_folder_is_no_workbook(tmp_path: Path) -> None:
    """The message says that it is a folder, and what to name instead."""
    with pytest.raises(WorkbookError, match="is a folder; name a workbook file"):
        open_workbook(tmp_path)


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (HEAD + 'project:\n  name: "never closed\n  owner: b\npeople: {}\n', 3, "opened here and not closed"),
        (HEAD + "project:\n  name:x\n  owner: b\n", 4, "or none on the line above"),
        (HEAD + "project:\n  name\n  owner: b\n", 4, "or none on the line above"),
        (HEAD + "project:\n  name: a\n owner: b\n", 4, "indentation"),
        (HEAD + "project:\n  name: a\n\towner: b\n", 4, "tab"),
        (HEAD + "project: {name: **bold**}\n", 2, "put the text in quotes"),
        (HEAD + "project:\n  name: !important\n", 3, "begins with ! in quotes"),
        (HEAD + 'project: {name: "C:\\data"}\n', 2, "backslash"),
        (HEAD + "context:\n  goals: - fast\n", 3, "begin the list on the next line"),
        (HEAD + "project:\n  ? name\n  : a\n", 3, "write it as key: value"),
        (HEAD + "project:\n  name: a\x07\n", 3, "U+0007"),
        (HEAD.replace("\n", "\r") + "project: {}\r", 1, "LF line ends"),
        (HEAD + "context:\r\n  goals: []\r\n>>>>>>> theirs\r\n", 4, "merge conflict"),
        (HEAD + "project: {name: '\u2028\u2028\x85'}\npeople: 1\n", 3, "must be a mapping"),
        ("\ufeff" + HEAD + "people: 1\n", 2, "must be a mapping"),
        (HEAD + "options: {own: {criteria: {a: {unit: s, range: [1]}}}}\n", 2, "only 1 of its entries"),
        (HEAD + "options: {own: {criteria: {a: {unit: s, range: [1, 2, 3]}}}}\n", 2, "has 3 entries, but must have 2"),
        (HEAD + "x-a: [" + "a," * 600_000 + "]\n", 2, "more than 500,000"),
    ],
    ids=lambda value: str(value)[-40:],
)
def test_a_slip_in_writing_is_told_on_its_line(tmp_path: Path, content: str, line: int, said: str) -> None:
    """The line is the one that has to be changed, as an editor counts lines, and the message says how."""
    message = refused_text(tmp_path, content)
    assert message.startswith(f"w.yaml:{line}: ")
    assert said in message


@pytest.mark.parametrize("entry", ["k{}: 1\n", "K{}: -1\n"])
@pytest.mark.parametrize(
    "above",
    [
        "",
        "options:\n  own:\n    candidates:\n",
        "options:\n  own:\n    weights:\n",
        "decisions:\n",
        "quality:\n  gates:\n",
    ],
    ids=["top", "candidates", "weights", "decisions", "gates"],
)
def test_a_file_of_nothing_but_faults_is_answered_at_once(tmp_path: Path, above: str, entry: str) -> None:
    """Of tens of thousands of faults the first hundred are told, and that there are more."""
    indent = "  " * above.count("\n")
    message = refused_text(tmp_path, HEAD + above + "".join(indent + entry.format(number) for number in range(20_000)))
    assert len(message.splitlines()) == 101
    assert message.splitlines()[0].startswith(f"w.yaml:{above.count(chr(10)) + 2}: ")
    assert "there are more" in message.splitlines()[-1]


@pytest.mark.parametrize("text", ATTACKING_TEXTS)
def test_an_attack_is_saved_and_read_as_the_text_it_is(tmp_path: Path, text: str) -> None:
    """Scripts, links and formulas go through a save and come back letter by letter."""
    path = tmp_path / "w.yaml"
    path.write_text(f"{HEAD}project: {{name: a}}\ncontext:\n  goals: [b]\n", encoding="utf-8")
    file = open_workbook(path)
    context = file.workbook.context.model_copy(update={"goals": (text, "b")})
    project = file.workbook.project.model_copy(update={"name": text, "summary": f"{text}\n{text}"})
    file.put(file.workbook.model_copy(update={"project": project, "context": context}))
    read = open_workbook(path).workbook
    expected = (text, f"{text}\n{text}", (text, "b"))
    assert (read.project.name, read.project.summary, read.context.goals) == expected
