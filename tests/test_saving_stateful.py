"""Two people and a text editor on one file, in any order: what the file says is what a plain model of it says."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from optlib import ConflictError, Workbook, WorkbookFile, open_workbook

START = """\
format: decision-workbook/1   # the format
# about the project
project:
  name: Name 0   # beside the name
  owner: "Owner 0"
  summary: >-
    Summary 0
people: {driver: Driver 0, approver: Approver 0}   # in braces
options:
  tooling:
    candidates:
      # the first
      a:
        summary: A 0   # beside a
      b: {summary: B 0}
      # the last
      c:
        summary: C 0
"""
PLACES = ("project.name", "project.owner", "project.summary", "people.driver", "people.approver", "a", "b", "c", "d")
CANDIDATES = ("a", "b", "c", "d")
ACTORS = ("ada", "ben")

Values = dict[str, str]


@dataclass
class Change:
    """A change of one place that can be undone or redone, and the texts of the file around it."""

    place: str
    old: str
    new: str
    before: bytes
    after: bytes


@dataclass
class Actor:
    """A person with a notebook: what they see, and what they can take back."""

    name: str
    file: WorkbookFile
    seen: Values
    undo: list[Change] = field(default_factory=list)
    redo: list[Change] = field(default_factory=list)


def values_of(workbook: Workbook) -> Values:
    """What stands at each place; nothing for a candidate that isn't there."""
    project, people = workbook.project, workbook.people
    named = (project.name, project.owner, project.summary, people.driver, people.approver)
    candidates = workbook.options["tooling"].candidates if "tooling" in workbook.options else {}
    texts = [candidates[name].summary if name in candidates else "" for name in CANDIDATES]
    return dict(zip(PLACES, [*named, *texts], strict=True))


def with_value(workbook: Workbook, place: str, value: str) -> Workbook:
    """The workbook with another value at a place; a candidate without a summary is taken out."""
    data = workbook.to_data()
    if place in CANDIDATES:
        candidates = data["options"]["tooling"].setdefault("candidates", {})
        candidates.pop(place, None) if not value else candidates.setdefault(place, {}).update(summary=value)
    else:
        part, name = place.split(".")
        data.setdefault(part, {})[name] = value
    return Workbook.model_validate(data)


class Saving(RuleBasedStateMachine):
    """The file, who works on it, and the model: a map of values, and for each person two stacks of changes."""

    @initialize()
    def begin(self) -> None:
        """Make the file, and let both open it."""
        memory = "/dev/shm"  # noqa: S108 - the folder in it is our own
        self.folder = Path(tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else None))
        self.path = self.folder / "w.yaml"
        self.path.write_text(START, encoding="utf-8")
        self.first = values_of(open_workbook(self.path).workbook)
        self.model = dict(self.first)
        self.comments: list[str] = []
        self.count = 0
        self.actors = {name: Actor(name, open_workbook(self.path), dict(self.model)) for name in ACTORS}

    def teardown(self) -> None:
        """Hold every version of the history to what it says of itself, and leave nothing behind."""
        if hasattr(self, "folder"):
            file = self.actors["ada"].file
            texts = {version.number: file.version(version.number) for version in file.history()}
            assert all(text.startswith("format:") for text in texts.values())
            assert list(texts) == list(range(len(texts), 0, -1))
            shutil.rmtree(self.folder)

    def acts(self, name: str) -> Actor:
        """Let a person act: optlib takes who runs it from the environment."""
        os.environ["LOGNAME"] = name
        return self.actors[name]

    def fresh(self, by: str) -> str:
        """A value that was never written before."""
        self.count += 1
        return f"{by} {self.count:04}"

    @rule(name=st.sampled_from(ACTORS), place=st.sampled_from(PLACES), how=st.sampled_from(["new", "first", "none"]))
    def edit(self, name: str, place: str, how: str) -> None:
        """Somebody writes a new value, the one from the beginning, or nothing; what changed unseen is a collision."""
        actor = self.acts(name)
        value = {"new": self.fresh(name), "first": self.first[place], "none": ""}[how]
        if value == actor.seen[place]:
            return
        collides = self.model[place] not in (actor.seen[place], value)
        before = self.path.read_bytes()
        try:
            actor.file.put(with_value(actor.file.workbook, place, value))
        except ConflictError:
            assert collides, "nothing collides in the model"
            assert self.path.read_bytes() == before
            return
        assert not collides, "changed on disk, and overwritten unseen"
        self.saved(actor, Change(place, self.model[place], value, before, self.path.read_bytes()))

    def saved(self, actor: Actor, change: Change) -> None:
        """Take a save into the model; one that leads back to the text before another is its undo or redo."""
        self.model[change.place] = change.new
        actor.seen = dict(self.model)
        if change.before == change.after:
            return
        for source, aim in ((actor.undo, actor.redo), (actor.redo, actor.undo)):
            if source and (source[-1].after, source[-1].before) == (change.before, change.after):
                source.pop()
                aim.append(change)
                return
        actor.undo.append(change)
        actor.redo.clear()

    @rule(name=st.sampled_from(ACTORS), is_undo=st.booleans())
    def step(self, name: str, is_undo: bool) -> None:
        """Somebody undoes or redoes: exactly where nobody changed anything since, else merged, else a collision."""
        actor = self.acts(name)
        source, aim = (actor.undo, actor.redo) if is_undo else (actor.redo, actor.undo)
        assert (actor.file.can_undo if is_undo else actor.file.can_redo) == bool(source)
        before = self.path.read_bytes()
        take_back = actor.file.undo if is_undo else actor.file.redo
        if not source:
            assert take_back() is None
            return
        top = source[-1]
        now = self.model[top.place]
        is_exact = before == top.after
        collides = not is_exact and top.old != top.new and now not in (top.new, top.old)
        try:
            assert take_back()
        except ConflictError:
            assert collides, "nothing collides in the model"
            assert self.path.read_bytes() == before
            return
        assert not collides, "undone over what somebody else changed"
        after = self.path.read_bytes()
        assert not is_exact or after == top.before
        self.model[top.place] = top.old if is_exact or top.old != top.new else now
        source.pop()
        aim.append(Change(top.place, now, self.model[top.place], before, after))
        actor.seen = dict(self.model)

    @rule(name=st.sampled_from(ACTORS))
    def back_and_forth(self, name: str) -> None:
        """An undo and its redo leave every byte as it was."""
        before, changes = self.path.read_bytes(), len(self.actors[name].undo)
        self.step(name, True)
        if len(self.actors[name].undo) < changes:
            self.step(name, False)
        assert self.path.read_bytes() == before

    @rule(name=st.sampled_from(ACTORS), is_look=st.booleans())
    def read(self, name: str, is_look: bool) -> None:
        """Somebody looks at the disk, or reads it again."""
        actor = self.acts(name)
        is_news = sha256(self.path.read_bytes()).hexdigest() != actor.file.sha256
        if is_look:
            assert actor.file.refresh() == is_news
        else:
            actor.file.reload()
        actor.seen = dict(self.model)

    @rule(name=st.sampled_from(ACTORS))
    def restart(self, name: str) -> None:
        """Somebody restarts their kernel: they see the file as it is, and can take back what they could before."""
        actor = self.acts(name)
        actor.file = open_workbook(self.path)
        actor.seen = dict(self.model)

    @rule(place=st.sampled_from(PLACES))
    def change_outside(self, place: str) -> None:
        """A text editor, which knows no lock, changes a value."""
        text = self.path.read_text(encoding="utf-8")
        value = self.fresh("editor")
        if self.model[place] and text.count(self.model[place]) == 1:
            self.path.write_text(text.replace(self.model[place], value), encoding="utf-8")
            self.model[place] = value

    @rule()
    def comment_outside(self) -> None:
        """A text editor adds a comment."""
        self.comments.append(f"# {self.fresh('comment')}\n")
        with self.path.open("a", encoding="utf-8") as file:
            file.write(self.comments[-1])

    @invariant()
    def the_file_says_what_the_model_says(self) -> None:
        """At every moment the file is a sound workbook with everybody's last words, and with every comment."""
        if hasattr(self, "path"):
            assert values_of(open_workbook(self.path).workbook) == self.model
            text = self.path.read_text(encoding="utf-8")
            assert all(comment in text for comment in self.comments)


@pytest.fixture(autouse=True)
def _same_person_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who runs the tests is again who they were."""
    monkeypatch.setenv("LOGNAME", "ada")


Saving.TestCase.settings = settings(
    max_examples=80, stateful_step_count=40, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
TestSaving = Saving.TestCase
