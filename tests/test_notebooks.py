"""The notebooks in git: stripped, thin, tagged, and complete against the catalogue."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import nbformat
import pytest

from optlib import load_catalogue

from .conftest import NOTEBOOKS

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
TAGS = {"parameters", "editor", "skip-execution"}
by_name = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def cells(path: Path, kind: str = "code") -> list[Any]:
    """The cells of one kind."""
    return [cell for cell in nbformat.read(str(path), as_version=4).cells if cell.cell_type == kind]


def test_there_is_a_notebook_for_each_phase_and_one_for_the_report() -> None:
    """The five notebooks are the phases' and the report's."""
    phases = {phase.notebook for phase in load_catalogue().phases}
    assert {path.stem for path in PATHS} == phases | {"decision_report"}


@by_name
def test_notebooks_are_committed_without_outputs(path: Path) -> None:
    """No outputs, no execution counts, no metadata but the kernel's name, and valid against nbformat."""
    notebook = nbformat.read(str(path), as_version=4)
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert all(cell.outputs == [] and cell.execution_count is None for cell in cells(path))


@by_name
def test_tags_are_a_closed_list(path: Path) -> None:
    """Cells carry no metadata but tags, of a closed list, and an editor is always skipped in a batch."""
    for cell in nbformat.read(str(path), as_version=4).cells:
        tags = set(cell.metadata.get("tags", []))
        assert set(cell.metadata) <= {"tags"}
        assert tags <= TAGS
        assert ("editor" in tags) == ("skip-execution" in tags)


@by_name
def test_cells_have_names(path: Path) -> None:
    """Every cell has an id of words that is there once."""
    ids = [cell.id for cell in nbformat.read(str(path), as_version=4).cells]
    assert len(ids) == len(set(ids))
    assert all(part.isalpha() for cell_id in ids for part in cell_id.split("-"))


@by_name
def test_cells_are_calls(path: Path) -> None:
    """A cell has at most four lines and holds imports, assignments and calls: no loop, branch or definition."""
    for cell in cells(path):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= 4, cell.id
        for statement in ast.parse(cell.source).body:
            assert isinstance(statement, ast.Import | ast.ImportFrom | ast.Assign | ast.Expr), cell.id
            if isinstance(statement, ast.Expr):
                assert isinstance(statement.value, ast.Call), cell.id


@by_name
def test_the_parameters_are_a_fixed_set(path: Path) -> None:
    """Each notebook takes the workbook's path and the day that dates are held against, both empty as they stand."""
    tagged = [cell for cell in cells(path) if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    given = {
        target.id: ast.literal_eval(line.value) for line in ast.parse(tagged[0].source).body for target in line.targets
    }  # type: ignore[attr-defined]
    assert given == {"workbook_path": "", "as_of": ""}


@pytest.mark.parametrize("phase", load_catalogue().phases, ids=lambda phase: phase.notebook)
def test_every_domain_of_a_phase_has_its_section(phase: Any) -> None:
    """The headings of a phase's notebook are the catalogue's domains that open in it, in order."""
    headings = [
        cell.source.splitlines()[0].removeprefix("### ")
        for cell in cells(NOTEBOOKS / f"{phase.notebook}.ipynb", "markdown")
        if cell.source.startswith("### ")
    ]
    assert headings[:-1] == [domain.name for domain in load_catalogue().domains if phase.id in domain.phases]


@pytest.mark.parametrize("phase", load_catalogue().phases, ids=lambda phase: phase.notebook)
def test_other_domains_leaves_out_just_those_with_a_section(phase: Any) -> None:
    """What `other_domains` is told to pass over is what the notebook shows itself."""
    source = next(cell.source for cell in cells(NOTEBOOKS / f"{phase.notebook}.ipynb") if cell.id == "other-domains")
    call = ast.parse(source).body[0].value  # type: ignore[attr-defined]
    shown = next(ast.literal_eval(keyword.value) for keyword in call.keywords if keyword.arg == "shown")
    assert shown == [domain.id for domain in load_catalogue().domains if phase.id in domain.phases]
