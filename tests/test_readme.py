"""What the README shows is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from optlib import load_catalogue
from optlib.reading import read_document

from .conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("block", blocks("python"))
def test_python_blocks_run(block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each Python block runs from the project's root."""
    monkeypatch.chdir(ROOT)
    exec(compile(block, "README.md", "exec"), {})  # noqa: S102 - our own README


@pytest.mark.parametrize("block", blocks("yaml"))
def test_workbook_blocks_open(block: str) -> None:
    """Each workbook shown is a sound workbook."""
    assert read_document(block.encode(), "README.md").workbook.options


def test_the_levels_are_those_of_the_catalogue() -> None:
    """The table of levels names each level with the last phase it requires."""
    for level in load_catalogue().levels:
        row = next(line for line in README.splitlines() if line.startswith(f"| {level.id} |"))
        assert row.rstrip(" |").endswith(str(level.phases[-1]))


def test_the_counts_are_those_of_the_catalogue() -> None:
    """The number of gates in the README is the number there are."""
    assert f"the {len(load_catalogue().gates)} of the catalogue" in README


@pytest.mark.parametrize("target", re.findall(r"\]\(((?!http)[^)]+)\)", README))
def test_links_lead_to_files(target: str) -> None:
    """Every relative link leads to something in the repository."""
    assert (ROOT / Path(target)).exists()
