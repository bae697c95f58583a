"""What git says of a workbook, to be taken to a machine that has no such repository: its report names the commit."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dulwich.objects import Commit, ShaFile
    from dulwich.repo import Repo


@dataclass(frozen=True)
class Standing:
    """Where a workbook's folder is in its repository, and as few of that one's files as tell the commit."""

    below: str = "folder"
    files: dict[str, bytes] = field(default_factory=dict)

    def put_down(self, root: Path) -> None:
        """Write the repository's files, with the workbook's folder at its place below the root."""
        for name in ("objects", "refs") if self.files else ():
            (root / ".git" / name).mkdir(parents=True)
        for place, content in self.files.items():
            (root / ".git" / place).parent.mkdir(exist_ok=True)
            (root / ".git" / place).write_bytes(content)


def standing_of(workbook: Path) -> Standing:
    """How a workbook stands in the repository it lies in; as if it lay in none where that can't be told.

    dulwich's errors have no class in common.
    """
    from dulwich.objects import Commit
    from dulwich.repo import Repo

    folder = workbook.parent.resolve()
    try:
        with closing(Repo.discover(folder)) as repository:
            head = repository[repository.head()]
            if workbook.is_symlink() or repository.bare or not isinstance(head, Commit):
                return Standing()
            below = folder.relative_to(Path(repository.path).resolve())
            return Standing(below.as_posix(), _files(repository, head, below))
    except Exception:
        return Standing()


def _files(repository: Repo, head: Commit, below: PurePath) -> dict[str, bytes]:
    """The commit that is checked out, and of its tree what leads to the workbook."""
    objects = [head, *_trees(repository, head, below)]
    content = {f"objects/{one.id[:2].decode()}/{one.id[2:].decode()}": one.as_legacy_object() for one in objects}
    return {"HEAD": head.id + b"\n"} | content


def _trees(repository: Repo, head: Commit, below: PurePath) -> list[ShaFile]:
    """The tree of each folder down to the workbook's, as far as the commit has them."""
    from dulwich.objects import Tree

    found, tree = [], repository[head.tree]
    for part in (*below.parts, ""):
        found.append(tree)
        if not isinstance(tree, Tree) or os.fsencode(part) not in tree:
            break
        tree = repository[tree[os.fsencode(part)][1]]
    return found
