"""How long a change takes until it is on disk, and what else a person waits for with a large workbook.

A made-up workbook of nine domains, eight candidates and eight criteria each, with text and comments: about 229 kB.
Each round does everything once, so that all of it meets the same machine: opening, a change of one weight saved, a look
after somebody else's change, an undo; and what the usual way of saving costs there, which is to load all of the YAML
and dump it again: by ruamel.yaml where it is installed, as it keeps comments, else by PyYAML's C loader and dumper,
which don't. Printed are medians and 95th percentiles of wall time, medians of CPU time, and their ratios to the usual
way. Run: python benchmarks/saving.py [ROUNDS]
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import yaml

from optlib import Workbook, WorkbookFile, load_catalogue, open_workbook

DOMAINS, CANDIDATES, CRITERIA = 9, 8, 8
TALK = "the team has run it in production for years and costs little to keep while others need care when load grows"


def workbook_text(seed: int = 1) -> str:
    """The workbook's YAML."""
    draw = random.Random(seed)  # noqa: S311 - no secret, the same text each time
    lines = ["format: decision-workbook/1", "project: {name: Large, owner: Platform team}", "options:"]
    for domain in load_catalogue().domains[:DOMAINS]:
        names = [criterion.id for criterion in domain.criteria]
        criteria = [*names, *(f"own-{number}" for number in range(CRITERIA))][:CRITERIA]
        lines += [f"  {domain.id}:", "    criteria:", *(f"      {name}: {{phase: 0}}" for name in criteria)]
        lines += ["    weights:", *(f"      {name}: {draw.randint(1, 5)}   # {words(draw, 4)}" for name in criteria)]
        lines += ["    candidates:"]
        for number in range(CANDIDATES):
            lines += candidate_lines(draw, f"candidate-{number}", criteria)
    return "\n".join(lines) + "\n"


def candidate_lines(draw: random.Random, name: str, criteria: list[str]) -> Iterator[str]:
    """The lines of one candidate."""
    yield from (f"      # {words(draw, 9)}", f"      {name}:", f"        name: {name.title()}", "        summary: >-")
    yield from (f"          {words(draw, 18)}" for _ in range(3))
    for kind in ("pros", "cons"):
        yield f"        {kind}:"
        yield from (f"          - {words(draw, 14)}" for _ in range(4))
    yield "        risks:"
    for _ in range(3):
        yield from (f"          - risk: {words(draw, 12)}", f"            mitigation: {words(draw, 16)}")
        yield from ("            likelihood: low", "            impact: high")
    yield "        effort: {low: 2, likely: 3, high: 6, unit: person-weeks}"
    yield from ("        references:", f"          - title: {words(draw, 6)}", "            url: https://example.org/a")
    yield "        scores:"
    for index, criterion in enumerate(criteria):
        yield f"          {criterion}:{f'   # {words(draw, 3)}' if index % 8 else ''}"
        yield from (f"            value: {draw.randint(0, 5)}", f"            note: {words(draw, 12)}")


def words(draw: random.Random, count: int) -> str:
    """Some words."""
    return " ".join(draw.choices(TALK.split(), k=count))


def with_weight(workbook: Workbook, domain: int, weight: float) -> Workbook:
    """The workbook with another weight on the first criterion of a domain."""
    name = list(workbook.options)[domain]
    options = workbook.options[name]
    weights = {**options.weights, next(iter(options.weights)): weight}
    changed = options.model_copy(update={"weights": weights})
    return workbook.model_copy(update={"options": {**workbook.options, name: changed}})


def usual(text: str) -> tuple[str, Callable[[], Any]]:
    """The usual way to save one change, and its name."""
    try:
        from ruamel.yaml import YAML
    except ImportError:
        return "PyYAML load and dump (comments lost)", lambda: yaml.dump(
            yaml.load(text, yaml.CSafeLoader), Dumper=yaml.CSafeDumper, sort_keys=False, width=120
        )
    parser = YAML()
    parser.preserve_quotes, parser.width = True, 120
    return "ruamel.yaml load and dump (comments kept)", lambda: parser.dump(parser.load(text), StringIO())


class Rounds:
    """The file, and what each round does with it."""

    def __init__(self, path: Path, seen: dict[str, list[tuple[float, float]]]) -> None:
        self.path, self.seen = path, seen
        self.file = open_workbook(path)
        self.other = open_workbook(path)
        self.name, self.usual = usual(path.read_text(encoding="utf-8"))

    def one(self, number: int) -> None:
        """Do everything once."""
        domain, weight = number % DOMAINS, 10 + number
        self.timed("open", lambda: open_workbook(self.path))
        self.timed("a change is on disk", lambda: self.put(self.file, domain, weight))
        self.timed("nothing changed: look", self.file.refresh)
        self.other.reload()
        self.put(self.other, (domain + 1) % DOMAINS, weight)
        self.timed("somebody's change: look", self.file.refresh)
        self.put(self.other, (domain + 2) % DOMAINS, weight)
        self.timed("a change, merged with somebody's", lambda: self.put(self.file, domain, weight + 0.5))
        self.timed("undo", self.file.undo)
        self.timed("redo", self.file.redo)
        self.timed(self.name, self.usual)

    def put(self, file: WorkbookFile, domain: int, weight: float) -> None:
        """Save another weight."""
        file.put(with_weight(file.workbook, domain, weight))

    def timed(self, what: str, act: Callable[[], Any]) -> None:
        """Do something, and note how long it took, wall and CPU, in milliseconds."""
        start, cpu = time.perf_counter(), time.process_time()
        act()
        spent = (time.perf_counter() - start, time.process_time() - cpu)
        self.seen.setdefault(what, []).append((1000 * spent[0], 1000 * spent[1]))


def main(rounds: int) -> None:
    """Do the rounds and print what they cost."""
    text = workbook_text()
    seen: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.yaml"
        path.write_text(text, encoding="utf-8")
        doing = Rounds(path, seen)
        doing.one(0)
        seen.clear()
        for number in range(1, rounds + 1):
            doing.one(number)
        history = next(path.parent.glob(".optlib/*.jsonl")).stat().st_size
        entries = len(doing.file.history())
    print(f"{os.cpu_count()} cores; {len(text):,} bytes, {text.count(chr(10)):,} lines, {text.count('#'):,} comments")
    print(f"{rounds} rounds; the history has {entries} versions in {history:,} bytes")
    print(f"  {'':42} {'wall':>8} {'p95':>8} {'CPU':>8} ms   of the usual way: wall, CPU")
    usual_wall, usual_cpu = (median(times) for times in zip(*seen[doing.name], strict=True))
    for what, times in seen.items():
        wall, cpu = zip(*times, strict=True)
        found = (median(wall), quantiles(wall, n=20)[-1], median(cpu))
        ratios = (found[0] / usual_wall, found[2] / usual_cpu)
        print(f"  {what:42} {found[0]:8.1f} {found[1]:8.1f} {found[2]:8.1f}      {ratios[0]:6.2f} {ratios[1]:6.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
