"""The commands: what they print, write, refuse, and with which code they end."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from optlib import load_catalogue, open_workbook
from optlib.cli import main

from .conftest import EXAMPLES, ROOT

BROKEN = "format: decision-workbook/1\nquality: {level: hopeful}\noptions: {data_state: {weights: {speed: 1}}}\n"


def run(*arguments: str | Path) -> Result:
    """Run a command."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_every_command_is_in_the_readme() -> None:
    """Whoever adds a command documents it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in main.commands if f"`optlib {name}" not in readme] == []


@pytest.mark.parametrize("command", sorted(main.commands))
def test_help_says_what_a_command_does(command: str) -> None:
    """Each command has a help text of whole sentences, and explains every option."""
    result = run(command, "--help")
    assert result.exit_code == 0
    assert main.commands[command].help
    assert all(
        getattr(option, "help", "") for option in main.commands[command].params if option.param_type_name == "option"
    )


@pytest.mark.parametrize("level", ["experiment", "prototype", "production", "secure"])
def test_new_writes_a_workbook_that_opens(tmp_path: Path, level: str) -> None:
    """A new workbook is sound, has the level, and names every criterion of the level's phases without weighing it."""
    path = tmp_path / "mine.yaml"
    assert run("new", path, "--level", level).exit_code == 0
    workbook = open_workbook(path).workbook
    assert workbook.quality.level == level
    assert not any(options.weights for options in workbook.options.values())
    phase = load_catalogue().level(level).phases[-1]
    for domain in map(load_catalogue().domains_of(workbook).__getitem__, workbook.options):
        assert all(f"{criterion.id}" in path.read_text("utf-8") for criterion in domain.criteria_up_to(phase))


def test_new_never_overwrites(tmp_path: Path) -> None:
    """A file that is there stays, and the message says so."""
    path = tmp_path / "mine.yaml"
    path.write_text("precious", encoding="utf-8")
    result = run("new", path)
    assert result.exit_code == 2
    assert "stays as it is" in result.stderr
    assert path.read_text(encoding="utf-8") == "precious"


def test_new_copies_the_notebooks_when_asked(tmp_path: Path) -> None:
    """The five notebooks lie beside the workbook."""
    assert run("new", tmp_path / "mine.yaml", "--notebooks").exit_code == 0
    assert len(list((tmp_path / "mine-notebooks").glob("*.ipynb"))) == 5


def test_new_copies_an_example(tmp_path: Path) -> None:
    """An example is copied to the byte; an unknown one is refused with the names there are."""
    assert run("new", tmp_path / "mine.yaml", "--example", "optlib").exit_code == 0
    assert (tmp_path / "mine.yaml").read_bytes() == (EXAMPLES / "optlib.yaml").read_bytes()
    assert "hhs_wiki_platform" in run("new", tmp_path / "other.yaml", "--example", "nothing").stderr


def test_check_ends_with_1_where_a_gate_blocks(tmp_path: Path) -> None:
    """A new workbook is blocked by its gates, and the text says which."""
    run("new", tmp_path / "mine.yaml")
    result = run("check", tmp_path / "mine.yaml")
    assert result.exit_code == 1
    assert "BLOCKS" in result.stdout
    assert "owner" in result.stdout


def test_check_ends_with_0_where_nothing_blocks(tmp_path: Path) -> None:
    """An experiment that shows what its level requires passes."""
    path = tmp_path / "mine.yaml"
    path.write_text(
        "format: decision-workbook/1\n"
        "project: {owner: Platform team}\n"
        "context: {goals: [a], success_criteria: [b], assumptions: [c], out_of_scope: [d]}\n"
        "quality:\n  level: experiment\n  timebox: 2027-01-31\n  gates:\n"
        "    secrets: {verdict: pass, by: Ann, on: 2026-11-01, note: scanned}\n"
        "    mfa: {verdict: pass, by: Ann, on: 2026-11-01, note: not shared}\n",
        encoding="utf-8",
    )
    result = run("check", path, "--as-of", "2026-11-23")
    assert result.exit_code == 0, result.stdout


def test_check_ends_with_2_where_a_file_cant_be_read(tmp_path: Path) -> None:
    """Every fault of the file is on stderr with its line; the others are checked all the same."""
    path = tmp_path / "broken.yaml"
    path.write_text(BROKEN, encoding="utf-8")
    result = run("check", path, EXAMPLES / "optlib.yaml")
    assert result.exit_code == 2
    assert f"{path}:2: quality.level" in result.stderr
    assert f"{path}:3: options.data_state.weights.speed" in result.stderr
    assert "level production" in result.stdout


def test_check_prints_json() -> None:
    """The findings as data have the documented keys."""
    [result] = json.loads(run("check", EXAMPLES / "optlib.yaml", "--json").stdout)
    assert set(result) == {"workbook", "exit", "level", "as_of", "findings", "open"}
    keys = "gate title when phase need threshold verdict blocks looked_at missing"
    assert set(result["findings"][0]) == set(keys.split())


def keys_of(domain: Any) -> set[str]:
    """Every key of a domain's analysis that is a name of ours and no id, by the parts that have fixed keys."""
    fixed = ("verdict", "weights", "trials", "worth_knowing", "methods")
    lists = [
        one for key in ("criteria", "candidates", "weight_flips", "score_flips", "ways_to_win") for one in domain[key]
    ]
    return {*domain, *(key for part in fixed for key in domain[part]), *(key for one in lists for key in one)}


def test_rank_prints_json() -> None:
    """The analysis as data has the documented keys, and the candidates best first."""
    [domain] = json.loads(run("rank", EXAMPLES / "optlib.yaml", "--domain", "data_state", "--json").stdout)["domains"]
    page = (ROOT / "docs" / "numbers.md").read_text(encoding="utf-8")
    told = {key for key in keys_of(domain) if f"`{key}`" in page or f"`{key}[]`" in page}
    assert keys_of(domain) - told == set()
    ranks = [candidate["rank"] for candidate in domain["candidates"] if candidate["rank"]]
    assert ranks == sorted(ranks)


def test_rank_of_an_unknown_domain_names_the_known() -> None:
    """A wrong domain is an error that lists the right ones."""
    result = run("rank", EXAMPLES / "optlib.yaml", "--domain", "databases")
    assert result.exit_code == 2
    assert "data_state" in result.stderr


def test_a_missing_workbook_says_how_to_make_one(tmp_path: Path) -> None:
    """The message names the file and the command that makes it."""
    result = run("rank", tmp_path / "none.yaml")
    assert result.exit_code == 2
    assert f"optlib new {tmp_path / 'none.yaml'}" in result.stderr


@pytest.mark.parametrize(
    ("module", "name", "options"), [("jupyterlab", "JupyterLab", ()), ("voila", "Voilà", ("--app",))]
)
def test_edit_says_what_to_install(tmp_path: Path, module: str, name: str, options: tuple[str, ...]) -> None:
    """Where what serves the notebooks isn't installed, the message has the command that installs it."""
    path = tmp_path / "mine.yaml"
    run("new", path)
    program = f"import sys; sys.modules[{module!r}] = None; from optlib.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "edit", path, *options], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert f"{name} isn't installed; install it with: python -m pip install 'optlib[lab]'" in done.stderr
    assert not (tmp_path / "mine-notebooks").exists()


def test_the_app_takes_options_only(tmp_path: Path) -> None:
    """A word among what goes to Voilà would be a notebook of somebody's choice; it is refused."""
    run("new", tmp_path / "mine.yaml")
    result = run("edit", tmp_path / "mine.yaml", "--app", "--", "other.ipynb")
    assert result.exit_code == 2
    assert "'other.ipynb' is no option of Voilà" in result.stderr


def test_the_app_says_that_its_port_is_taken(tmp_path: Path) -> None:
    """Where the only port that may be used is in use, the message says how to name another."""
    run("new", tmp_path / "mine.yaml")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "optlib.cli", "edit", tmp_path / "mine.yaml", "--app", "--no-browser"]
        command += ["--", f"--port={port}", "--Voila.port_retries=0"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert f"no port near {port} is free" in done.stderr


def test_an_error_shows_no_traceback_unless_asked(tmp_path: Path) -> None:
    """Without --debug there is only the message; with it, where it came from."""
    path = tmp_path / "broken.yaml"
    path.write_text(BROKEN, encoding="utf-8")
    assert "Traceback" not in run("report", path).output
    assert run("--debug", "report", path).exc_info[0].__name__ == "WorkbookError"  # type: ignore[index]


@pytest.mark.parametrize(
    "code", ["import optlib", "from optlib.cli import main; main(['--help'], standalone_mode=False)"]
)
def test_starting_imports_nothing_heavy(code: str) -> None:
    """Neither `import optlib` nor `optlib --help` loads numpy, pandas, plotly, papermill, pydantic or a widget."""
    heavy = "{'numpy', 'pandas', 'plotly', 'papermill', 'nbconvert', 'ipywidgets', 'pydantic', 'yaml'}"
    program = f"{code}\nimport sys\nsys.stderr.write(','.join({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == ""
