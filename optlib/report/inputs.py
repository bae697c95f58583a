"""What a report was made from: the workbook, to be downloaded from the page itself, and the git commit it stands at."""

from __future__ import annotations

import base64
import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..disk import bytes_to_open

if TYPE_CHECKING:
    from dulwich.objects import ObjectID
    from dulwich.repo import Repo

_COMMIT_HAS = {
    True: "the file is as it stands there",
    False: "the file has changes that are not in it",
    None: "the file is not in it",
}


@dataclass(frozen=True)
class Inputs:
    """A workbook's file as it was read, and what git says of it: nothing where it lies in no repository."""

    name: str
    content: bytes
    commit: str = ""
    commit_has: str = ""

    @property
    def address(self) -> str:
        """The file as a data address that no browser opens or runs, but only downloads."""
        return f"data:application/octet-stream;base64,{base64.b64encode(self.content).decode()}"

    @property
    def size(self) -> str:
        """How large the file is, as a reader writes it."""
        return f"{max(1, round(len(self.content) / 1000))} kB"


def read_inputs(workbook: Path) -> Inputs:
    """Read the workbook's file and the commit of the repository it lies in; raises WorkbookError.

    Git need not be installed, and nothing in the repository is run, as git itself would run what its settings name.
    """
    content = bytes_to_open(workbook)
    name = "".join(character if character.isprintable() else "_" for character in workbook.name)
    return Inputs(name, content, *_commit(workbook.resolve(), content))


def _commit(path: Path, content: bytes) -> tuple[str, str]:
    """The id of the commit that is checked out, and whether the file is in it as it is; nothing where none can be read.

    A damaged repository, or one of a kind that isn't known, is no fault of the workbook's; neither is one that is made
    to hurt. dulwich's errors have no class in common.
    """
    from dulwich.objects import Commit
    from dulwich.repo import Repo

    try:
        with closing(Repo.discover(path.parent)) as repository:
            head = repository[repository.head()]
            if repository.bare or not isinstance(head, Commit):
                return "", ""
            parts = path.relative_to(Path(repository.path).resolve()).parts
            return head.id.decode(), _COMMIT_HAS[_is_same(repository, head.tree, parts, content)]
    except Exception:
        return "", ""


def _is_same(repository: Repo, tree_id: ObjectID, parts: tuple[str, ...], content: bytes) -> bool | None:
    """Whether a tree has this content at a place, None where it has nothing there; the ends of lines don't count."""
    from dulwich.objects import Blob, Tree

    found = tree_id
    for part in parts:
        tree = repository[found]
        if not isinstance(tree, Tree) or os.fsencode(part) not in tree:
            return None
        found = tree[os.fsencode(part)][1]
    same = (content, content.replace(b"\r\n", b"\n"))
    return found in [Blob.from_string(text).get_id(repository.object_format) for text in same]
