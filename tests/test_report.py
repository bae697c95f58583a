"""Making a report: what is run, what is written, and what stays when something fails."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest

from optlib import OptlibError, RunError, WorkbookError, load_catalogue, make_report, open_workbook
from optlib.report import run

from .conftest import EXAMPLES, NOTEBOOKS, TODAY


def own_notebooks(folder: Path, name: str, source: str) -> Path:
    """A copy of the shipped notebooks, with a cell `mine` added to one of them."""
    shutil.copytree(NOTEBOOKS, folder)
    path = folder / f"{name}.ipynb"
    notebook = nbformat.read(str(path), as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(source, id="mine"))
    nbformat.write(notebook, str(path))
    return folder


def test_the_report_runs_the_phases_that_the_level_requires(full_report: Path) -> None:
    """A production workbook runs phases 0 to 2 and the summary, and not phase 3."""
    kept = {path.stem for path in (full_report.parent / "kept").iterdir()}
    level = open_workbook(EXAMPLES / "optlib.yaml").workbook.quality.level
    required = {load_catalogue().phase(phase).notebook for phase in load_catalogue().level(str(level)).phases}
    assert kept == required | {"decision_report"}


def test_a_phase_with_content_is_reported_though_not_required(tmp_path: Path) -> None:
    """A workbook without a level that decides a domain of phase 1 has that phase in its report, marked not required."""
    out = make_report(EXAMPLES / "pep374_dvcs.yaml", tmp_path / "r.html", today=TODAY, light=True)
    page = out.read_text(encoding="utf-8")
    assert "Phase 1: Core technical" in page
    assert "not required" in page
    assert "Mercurial" in page


def test_editors_are_left_out_of_the_run(full_report: Path) -> None:
    """Cells tagged as editors aren't executed and leave nothing in the executed notebooks."""
    notebook = nbformat.read(str(full_report.parent / "kept" / "0_project_basics.ipynb"), as_version=4)
    editors = [cell for cell in notebook.cells if "editor" in cell.metadata.get("tags", [])]
    assert len(editors) >= 8
    assert all(cell.outputs == [] for cell in editors)


def test_executed_notebooks_are_small(full_report: Path) -> None:
    """Without its figures, no executed notebook is above 100 KB."""
    for path in (full_report.parent / "kept").iterdir():
        notebook = nbformat.read(str(path), as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = [
                    one for one in cell.outputs if "application/vnd.plotly.v1+json" not in one.get("data", {})
                ]
        assert len(nbformat.writes(notebook)) <= 100_000, path.name


def test_the_same_workbook_gives_the_same_bytes(full_report: Path, tmp_path: Path) -> None:
    """A second run on the same day writes the same file, to the byte."""
    again = make_report(EXAMPLES / "optlib.yaml", tmp_path / "again.html", today=TODAY)
    assert again.read_bytes() == full_report.read_bytes()


def test_a_light_report_has_no_figures(tmp_path: Path) -> None:
    """`--light` leaves the figures and plotly.js out, and stays under 500 KB."""
    out = make_report(EXAMPLES / "hhs_wiki_platform.yaml", tmp_path / "light.html", today=TODAY, light=True)
    page = out.read_text(encoding="utf-8")
    assert 'class="explore"' not in page
    assert 'id="plotly-packed"' not in page
    assert len(page) < 500_000


def test_the_full_report_is_small_enough_to_mail(full_report: Path) -> None:
    """With all figures of nine domains the file has at most 2.5 MB."""
    assert full_report.stat().st_size <= 2_500_000


def test_no_address_stands_in_the_page_but_the_links_of_its_author(full_report: Path) -> None:
    """Every http address outside of links comes from the workbook or the catalogue's sources, none from a library."""
    page = full_report.read_text(encoding="utf-8")
    page = re.sub(r'<script type="text/plain" id="plotly-packed">.*?</script>', "", page, flags=re.DOTALL)
    loading = re.findall(r'(?:src|srcset|action|formaction|poster|data)="https?://[^"]*"|@import|url\(', page)
    assert loading == []


def test_a_failing_cell_is_named_and_the_last_report_stays(tmp_path: Path) -> None:
    """The error names notebook, cell and error; no part of a report is written and the old one is as it was."""
    notebooks = own_notebooks(tmp_path / "notebooks", "decision_report", "raise ValueError('no such luck')")
    out = tmp_path / "report.html"
    out.write_text("the last good report", encoding="utf-8")
    with pytest.raises(RunError) as failure:
        make_report(EXAMPLES / "hhs_wiki_platform.yaml", out, today=TODAY, notebooks=notebooks)
    assert str(failure.value) == "decision_report.ipynb, cell mine: ValueError: no such luck"
    assert out.read_text(encoding="utf-8") == "the last good report"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notebooks", "report.html"]


def test_a_kernel_that_dies_is_named(tmp_path: Path) -> None:
    """A cell that ends the kernel is reported with notebook and cell, not waited for."""
    notebooks = own_notebooks(tmp_path / "notebooks", "decision_report", "import os; os._exit(3)")
    with pytest.raises(RunError, match=r"decision_report.ipynb, cell mine: the kernel died"):
        make_report(EXAMPLES / "hhs_wiki_platform.yaml", tmp_path / "r.html", today=TODAY, notebooks=notebooks)


def test_a_cell_that_never_ends_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell has a time limit; the error names it and the cell."""
    monkeypatch.setattr(run, "CELL_SECONDS", 12)
    notebooks = own_notebooks(tmp_path / "notebooks", "decision_report", "import time; time.sleep(600)")
    with pytest.raises(RunError, match=r"decision_report.ipynb, cell mine: took longer than 12 s"):
        make_report(EXAMPLES / "hhs_wiki_platform.yaml", tmp_path / "r.html", today=TODAY, notebooks=notebooks)


def test_an_output_that_no_notebook_can_hold_is_named(tmp_path: Path) -> None:
    """A cell that shows a mapping where HTML belongs is an error that names it, not a traceback."""
    source = "from IPython.display import display; display({'text/html': {'a': 1}}, raw=True)"
    notebooks = own_notebooks(tmp_path / "notebooks", "decision_report", source)
    with pytest.raises(RunError, match=r"decision_report.ipynb, cell mine: shows something that no notebook can hold"):
        make_report(EXAMPLES / "hhs_wiki_platform.yaml", tmp_path / "r.html", today=TODAY, notebooks=notebooks)


def test_paths_may_hold_braces_blanks_and_dashes(tmp_path: Path) -> None:
    """What papermill would take for a pattern in a path is only a path."""
    folder = tmp_path / "-my {x} work"
    folder.mkdir()
    shutil.copyfile(EXAMPLES / "hhs_wiki_platform.yaml", folder / "wiki {y}.yaml")
    shutil.copytree(NOTEBOOKS, folder / "own {z}")
    out = folder / "r.html"
    make_report(folder / "wiki {y}.yaml", out, today=TODAY, notebooks=folder / "own {z}", light=True)
    assert "GitBook" in out.read_text(encoding="utf-8")


def test_what_a_cell_of_ones_own_prints_is_in_the_report(tmp_path: Path) -> None:
    """A tech lead's own cell is run, and its text reaches the report escaped."""
    notebooks = own_notebooks(tmp_path / "notebooks", "1_core_technical", "print('<b>my own note</b>')")
    out = make_report(
        EXAMPLES / "hhs_wiki_platform.yaml", tmp_path / "r.html", today=TODAY, notebooks=notebooks, light=True
    )
    assert "&lt;b&gt;my own note&lt;/b&gt;" in out.read_text(encoding="utf-8")


def test_a_workbook_that_cant_be_read_runs_nothing(tmp_path: Path) -> None:
    """The workbook's errors come before any kernel starts, and no file is made."""
    broken = tmp_path / "broken.yaml"
    broken.write_text("format: decision-workbook/1\nquality: {level: hopeful}\n", encoding="utf-8")
    with pytest.raises(WorkbookError, match=r"broken.yaml:2: quality.level"):
        make_report(broken, tmp_path / "r.html")
    assert [path.name for path in tmp_path.iterdir()] == ["broken.yaml"]


@pytest.mark.parametrize(("place", "said"), [("", "is a folder"), ("missing/r.html", "there is no such folder")])
def test_a_place_that_cant_hold_a_report_is_named_first(tmp_path: Path, place: str, said: str) -> None:
    """A folder as target, or a folder that isn't there, is an error before anything runs."""
    with pytest.raises(OptlibError, match=said):
        make_report(EXAMPLES / "optlib.yaml", tmp_path / place)


def test_an_empty_workbook_has_a_report(tmp_path: Path) -> None:
    """A workbook with nothing but its format reports what is missing."""
    workbook = tmp_path / "empty.yaml"
    workbook.write_text("format: decision-workbook/1\n", encoding="utf-8")
    page = make_report(workbook, tmp_path / "r.html", today=TODAY, light=True).read_text(encoding="utf-8")
    assert "Nothing is decided yet." in page
    assert "There are no candidates yet." in page


def test_a_workbooks_own_domain_is_reported(tmp_path: Path) -> None:
    """A domain that only the workbook knows appears in the phase it opens in, with its matrix and decision."""
    content = {
        "format": "decision-workbook/1",
        "quality": {"level": "experiment"},
        "options": {
            "game_engine": {
                "name": "Game engine",
                "phase": 0,
                "criteria": {"speed": {"name": "Frame rate"}},
                "weights": {"speed": 1},
                "candidates": {"godot": {"scores": {"speed": 4}}, "bevy": {"scores": {"speed": 5}}},
            }
        },
        "decisions": {"game_engine": {"selected": ["bevy"], "status": "accepted", "rationale": "It is faster."}},
    }
    workbook = tmp_path / "game.yaml"
    workbook.write_text(json.dumps(content), encoding="utf-8")
    page = make_report(workbook, tmp_path / "r.html", today=TODAY, light=True).read_text(encoding="utf-8")
    assert "Game engine" in page
    assert "Bevy is 20.0 points ahead of Godot" in page
    assert "It is faster." in page
