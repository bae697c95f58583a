"""Several people, notebooks and programs on one file: everybody's changes are in it, and nobody's go unseen."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optlib import ConflictError, Workbook, WorkbookFile, open_workbook
from optlib.changes import GONE, Whose, merged, same
from optlib.errors import Collision, SaveError
from optlib.model import FORMAT, Candidate, People

from .building import LAWS
from .conftest import EXAMPLES
from .saving import owned, renamed, with_candidate, without_candidate

PROCESSES, EDITS = 4, 250
PLACES = 12
NAME = ("project", "name")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A copy of an example to write on."""
    return Path(shutil.copyfile(EXAMPLES / "pep374_dvcs.yaml", tmp_path / "dvcs.yaml"))


@pytest.fixture
def fast_path() -> Iterator[Path]:
    """A small workbook where writing costs little, so that processes meet each other more often."""
    memory = "/dev/shm"  # noqa: S108 - the folder in it is our own
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        path = Path(folder) / "small.yaml"
        path.write_text(f"format: {FORMAT}\noptions:\n  tooling:\n    question: Which?\n", encoding="utf-8")
        yield path


def summary_of(file: WorkbookFile, candidate: str) -> str:
    """What a candidate's summary says, as this process last saw it; nothing where it isn't there."""
    found = file.workbook.options["tooling"].candidates.get(candidate)
    return found.summary if found else ""


def in_processes(path: Path, work: Callable[[WorkbookFile, int], list[Any]]) -> list[list[Any]]:
    """Have each process do its work on the file at the same time as the others, and say what it reports."""
    pids = [_process(path, work, number) for number in range(PROCESSES)]
    ends = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
    assert ends == [0] * PROCESSES
    return [json.loads(path.with_name(f"report{number}").read_text("utf-8")) for number in range(PROCESSES)]


def _process(path: Path, work: Callable[[WorkbookFile, int], list[Any]], number: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    signal.alarm(300)
    try:
        report = work(open_workbook(path), number)
        path.with_name(f"report{number}").write_text(json.dumps(report), encoding="utf-8")
        os._exit(0)
    finally:
        os._exit(1)


def save(file: WorkbookFile, workbook: Workbook) -> None:
    """Save, and where the others leave no room for it, again."""
    while True:
        try:
            return file.put(workbook)
        except SaveError as error:
            if "another program" not in str(error):
                raise


def own_place(number: int, edit: int) -> tuple[str, str]:
    """The candidate and its field that an edit of a process writes, and no other edit does."""
    return f"p{number}-{edit // 3}", ("name", "summary", "version")[edit % 3]


def write_into_places_of_ones_own(file: WorkbookFile, number: int) -> list[Any]:
    """Write into a place that nobody writes into, with each edit."""
    for edit in range(EDITS):
        name, field = own_place(number, edit)
        tooling = file.workbook.options["tooling"]
        candidate = tooling.candidates.get(name, Candidate()).model_copy(update={field: f"{number} {edit}"})
        tooling = tooling.model_copy(update={"candidates": {**tooling.candidates, name: candidate}})
        save(file, file.workbook.model_copy(update={"options": {"tooling": tooling}}))
    return []


def write_over_each_other(file: WorkbookFile, number: int) -> list[Any]:
    """Write into places that the others write into too; report what was seen there, what was written, and whether."""
    report = []
    for edit in range(EDITS):
        place = f"c{(edit * (number + 1)) % PLACES}"
        seen, wrote = summary_of(file, place), f"{number} {edit}"
        try:
            save(file, with_candidate(file.workbook, place, wrote))
            report.append([place, seen, wrote, True])
        except ConflictError as error:
            is_told = [collision.mine for collision in error.collisions] in ([wrote], [{"summary": wrote}])
            report.append([place, seen, wrote, not is_told])
            file.reload()
    return report


def test_four_processes_make_a_thousand_edits(fast_path: Path) -> None:
    """Edits in places of one's own, made at the same time as the others', are all in the file at the end."""
    in_processes(fast_path, write_into_places_of_ones_own)
    file = open_workbook(fast_path)
    candidates = file.workbook.options["tooling"].candidates
    edits = [(number, edit) for number in range(PROCESSES) for edit in range(EDITS)]
    found = [getattr(candidates[name], field) for name, field in (own_place(*each) for each in edits)]
    assert found == [f"{number} {edit}" for number, edit in edits]
    assert file.history()[0].is_current


def test_four_processes_overwrite_nothing_unseen(fast_path: Path) -> None:
    """In shared places every edit is either reported as a collision to its maker, or made on what they had seen there.

    So the edits that were made form one chain in each place, from nothing to what stands there at the end.
    """
    reports = in_processes(fast_path, write_over_each_other)
    edits = [tuple(edit) for report in reports for edit in report]
    assert len(edits) == PROCESSES * EDITS
    made = {(place, seen): wrote for place, seen, wrote, is_made in edits if is_made}
    assert len(made) == sum(is_made for *_, is_made in edits), "two edits were made on the same sight of a place"
    assert len(made) < len(edits), "no edit collided, so this shows nothing"
    file = open_workbook(fast_path)
    followed = 0
    for place in {place for place, *_ in edits}:
        now = ""
        while (place, now) in made:
            now, followed = made[place, now], followed + 1
        assert now == summary_of(file, place)
    assert followed == len(made), "an edit that was made is in no chain: it was overwritten unseen"


def test_threads_of_one_kernel_lose_nothing(path: Path) -> None:
    """Two views of one file in one process, saving at the same time from threads, both have all their changes in it."""
    files = [open_workbook(path), open_workbook(path)]

    def work(number: int) -> None:
        for edit in range(25):
            files[number].put(with_candidate(files[number].workbook, f"t{number}-{edit}", "x"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = open_workbook(path).workbook.options["tooling"].candidates
    assert {f"t{number}-{edit}" for number in range(2) for edit in range(25)} < set(found)


def conflict(path: Path) -> tuple[WorkbookFile, Collision]:
    """A file whose name was changed on disk and is being changed here, with the owner; and the collision."""
    mine, theirs = open_workbook(path), open_workbook(path)
    theirs.put(renamed(theirs.workbook, "Theirs"))
    with pytest.raises(ConflictError) as failure:
        mine.put(owned(renamed(mine.workbook, "Mine"), "My team"))
    [collision] = failure.value.collisions
    return mine, collision


def test_a_collision_has_all_three_values(path: Path) -> None:
    """What stood there, what I made of it and what they did, for a person to compare."""
    _, collision = conflict(path)
    assert collision == Collision(NAME, "A distributed VCS for the Python project", "Mine", "Theirs")


@pytest.mark.parametrize(
    ("mine", "theirs", "name"),
    [
        ([NAME], [], "Mine"),
        ([], [NAME], "Theirs"),
        ([("project",)], [], "Mine"),
        ([("project",)], [NAME], "Theirs"),
        ([NAME], [("project",)], "Mine"),
        ([NAME], [NAME], "Theirs"),
        ([()], [], "Mine"),
    ],
)
def test_a_collision_is_settled_by_saying_whose_counts(path: Path, mine: Any, theirs: Any, name: str) -> None:
    """At a place and below it, the nearest one counting; what didn't collide is saved whoever wins."""
    file, _ = conflict(path)
    file.put(owned(renamed(file.workbook, "Mine"), "My team"), mine=mine, theirs=theirs)
    saved = open_workbook(path).workbook.project
    assert (saved.name, saved.owner) == (name, "My team")


def test_another_place_is_not_settled_along(path: Path) -> None:
    """Saying whose counts in one place leaves the collision in another one open, and nothing is saved."""
    file, _ = conflict(path)
    content = path.read_bytes()
    with pytest.raises(ConflictError):
        file.put(renamed(file.workbook, "Mine"), mine=[("project", "owner")])
    assert path.read_bytes() == content


def test_a_third_change_is_not_overwritten_by_a_choice(path: Path) -> None:
    """A place that is settled and another that collides meanwhile: the choice covers only what was chosen."""
    file, _ = conflict(path)
    third = open_workbook(path)
    third.put(owned(third.workbook, "Their team"))
    with pytest.raises(ConflictError) as failure:
        file.put(owned(renamed(file.workbook, "Mine"), "My team"), mine=[NAME])
    assert [collision.where for collision in failure.value.collisions] == [("project", "owner")]


def test_what_the_other_took_out_is_nothing_in_a_collision(path: Path) -> None:
    """A candidate that is gone on disk and changed here stands against GONE; choosing ours brings it back."""
    mine, theirs = open_workbook(path), open_workbook(path)
    theirs.put(without_candidate(theirs.workbook, "git"))
    changed = with_candidate(mine.workbook, "git", "Changed")
    with pytest.raises(ConflictError) as failure:
        mine.put(changed)
    [collision] = failure.value.collisions
    assert collision.theirs is GONE
    assert collision.mine["summary"] == "Changed"
    mine.put(changed, mine=[collision.where])
    assert open_workbook(path).workbook.options["tooling"].candidates["git"].summary == "Changed"


def test_who_empties_a_section_takes_out_only_what_was_in_it(path: Path) -> None:
    """What the other puts into a section that is emptied here is no collision, and stays."""
    mine, theirs = open_workbook(path), open_workbook(path)
    mine.put(mine.workbook.model_copy(update={"people": People(driver="Ada")}))
    theirs.reload()
    mine.put(mine.workbook.model_copy(update={"people": People()}))
    theirs.put(theirs.workbook.model_copy(update={"people": People(driver="Ada", approver="Ben")}))
    assert open_workbook(path).workbook.people == People(approver="Ben")


def test_both_put_the_candidates_into_another_order(path: Path) -> None:
    """The orders collide as lists of ids; what else either changed is kept whoever's order is chosen."""
    mine, theirs = open_workbook(path), open_workbook(path)
    theirs.put(ordered(with_candidate(theirs.workbook, "fossil", "New"), ["svn", "hg", "git", "bzr", "fossil"]))
    wanted = ordered(with_candidate(mine.workbook, "git", "Changed"), ["git", "bzr", "svn", "hg"])
    with pytest.raises(ConflictError) as failure:
        mine.put(wanted)
    [collision] = failure.value.collisions
    assert (collision.where, collision.mine) == (("options", "tooling", "candidates"), ["git", "bzr", "svn", "hg"])
    mine.put(wanted, theirs=[collision.where])
    candidates = open_workbook(path).workbook.options["tooling"].candidates
    assert list(candidates) == ["svn", "hg", "git", "bzr", "fossil"]
    assert candidates["git"].summary == "Changed"


def test_changes_that_are_wrong_together_give_way_where_that_is_said(path: Path) -> None:
    """Deciding for what the other took out collides in the decision; giving it up saves the rest."""
    mine, theirs = open_workbook(path), open_workbook(path)
    decision = mine.workbook.decisions["tooling"].model_copy(update={"selected": ("svn",)})
    wanted = renamed(mine.workbook, "Mine").model_copy(update={"decisions": {"tooling": decision}})
    theirs.put(without_candidate(theirs.workbook, "svn"))
    with pytest.raises(ConflictError, match="there is no candidate") as failure:
        mine.put(wanted)
    places = {collision.where for collision in failure.value.collisions}
    assert places == {NAME, ("decisions", "tooling", "selected")}
    mine.put(wanted, theirs=[("decisions", "tooling", "selected")])
    saved = open_workbook(path).workbook
    assert (saved.project.name, saved.decisions["tooling"].selected) == ("Mine", ("hg",))


def test_what_is_wrong_by_itself_is_no_conflict(path: Path) -> None:
    """A value that is unsound with or without the other's change is told as such."""
    mine, theirs = open_workbook(path), open_workbook(path)
    theirs.put(owned(theirs.workbook, "Theirs"))
    scale = mine.workbook.scale.model_copy(update={"max": -1})
    with pytest.raises(Exception, match="scale") as failure:
        mine.put(mine.workbook.model_copy(update={"scale": scale}))
    assert not isinstance(failure.value, ConflictError)


def test_a_look_takes_over_what_changed_and_says_so(path: Path) -> None:
    """It is true once, tells the watchers once, and afterwards there is nothing to do."""
    told: list[str] = []
    mine, theirs = open_workbook(path), open_workbook(path)
    mine.watch(lambda workbook: told.append(workbook.project.name))
    assert not mine.refresh()
    theirs.put(renamed(theirs.workbook, "Theirs"))
    assert [mine.refresh(), mine.refresh()] == [True, False]
    assert told == ["Theirs"]
    assert mine.workbook.project.name == "Theirs"


def test_whoever_is_not_to_be_told_any_more_is_not(path: Path) -> None:
    """A form that is closed ends its watch; ending it twice does no harm."""
    told: list[object] = []
    file = open_workbook(path)
    file.watch(told.append)
    file.unwatch(told.append)
    file.unwatch(told.append)
    file.put(renamed(file.workbook, "Mine"))
    assert told == []


def test_a_change_of_the_same_size_and_time_is_not_overwritten(path: Path) -> None:
    """A change that hides from the file's time and size is found before anything is written."""
    file = open_workbook(path)
    file.refresh()
    found = path.stat()
    with path.open("r+b") as other:
        other.write(path.read_bytes().replace(b"name: A distributed", b"name: B distributed"))
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert path.stat().st_size == found.st_size
    with pytest.raises(ConflictError, match="B distributed"):
        file.put(renamed(file.workbook, "Mine"))
    file.put(owned(file.workbook, "Mine"))
    assert open_workbook(path).workbook.project.name == "B distributed VCS for the Python project"


def test_a_file_is_found_again_from_another_folder(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that changes its working directory still saves the file that it opened."""
    monkeypatch.chdir(path.parent)
    file = open_workbook(path.name)
    monkeypatch.chdir("/")
    file.put(renamed(file.workbook, "Mine"))
    assert open_workbook(path).workbook.project.name == "Mine"


def ordered(workbook: Any, names: list[str]) -> Any:
    """The workbook with the candidates of tooling in this order."""
    tooling = workbook.options["tooling"]
    candidates = {name: tooling.candidates[name] for name in names}
    return workbook.model_copy(update={"options": {"tooling": tooling.model_copy(update={"candidates": candidates})}})


VALUES = st.recursive(
    st.integers(0, 2) | st.sampled_from(["a", "b"]),
    lambda inner: (
        st.dictionaries(st.sampled_from(["k", "l", "m", "value"]), inner, max_size=3) | st.lists(inner, max_size=2)
    ),
    max_leaves=6,
)
TREES = st.dictionaries(st.sampled_from(["p", "q", "r"]), VALUES, max_size=3)


@LAWS
@given(TREES, TREES, TREES)
def test_merging_is_fair(base: Any, mine: Any, theirs: Any) -> None:
    """Who changed nothing loses nothing, both sides see the same collisions, and a choice gives that side's values."""
    assert same(merged(base, base, theirs, []), theirs)
    assert same(merged(base, mine, base, []), mine)
    here: list[Collision] = []
    there: list[Collision] = []
    merged(base, mine, theirs, here)
    merged(base, theirs, mine, there)
    assert {each.where for each in here} == {each.where for each in there}
    for side, whose in ((mine, Whose(mine=[()])), (theirs, Whose(theirs=[()]))):
        result = merged(base, mine, theirs, still := [], whose)
        assert still == []
        assert all(same(at(result, each.where), at(side, each.where)) for each in here if not lists_keys(each))


def at(data: Any, where: Any) -> Any:
    """What stands at a place."""
    for part in where:
        data = data.get(part, GONE) if isinstance(data, dict) else GONE
    return data


def lists_keys(collision: Collision) -> bool:
    """Whether a collision is about the order of a map."""
    return isinstance(collision.mine, list) and isinstance(collision.theirs, list)
