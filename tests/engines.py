"""Running notebooks through papermill's engines, and bringing what they give to a form that can be compared."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_notebook

_ALIKE = [
    (re.compile(r"\b0x[0-9a-f]{6,}\b"), "0xADDRESS"),
    (re.compile(r"ipykernel_\d+/\d+\.py"), "ipykernel_PID/CELL.py"),
    (re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])"), "ID"),
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "UUID"),
    (re.compile(r"T_[0-9a-f]{5}"), "T_STYLE"),
]
_OF_THE_RUN = ("papermill", "execution")


def written(folder: Path, *cells: str | tuple[str, str]) -> Path:
    """A notebook of these cells; a pair is a cell's source and its tag."""
    made = []
    for number, cell in enumerate(cells):
        source, *tags = (cell,) if isinstance(cell, str) else cell
        made.append(new_code_cell(source, id=f"cell-{number}", metadata={"tags": tags} if tags else {}))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = folder / "notebook.ipynb"
    nbformat.write(new_notebook(cells=made, metadata={"kernelspec": kernel}), path)
    return path


def executed(path: Path, engine: str, **options: Any) -> Any:
    """The notebook as papermill leaves it; raises what papermill raises."""
    given = {"progress_bar": False, "execution_timeout": 60, "cwd": path.parent} | options
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST", raising=False)  # where it is set, ipykernel captures no descriptors
        return papermill.execute_notebook(path, path.with_name("executed.ipynb"), engine_name=engine, **given)


def run(folder: Path, *cells: str | tuple[str, str], engine: str = "optlib", **options: Any) -> list[Any]:
    """The outputs of each cell."""
    return [cell.outputs for cell in executed(written(folder, *cells), engine, **options).cells]


def text(outputs: list[Any], name: str = "stdout") -> str:
    """All that a cell printed."""
    return "".join(one.text for one in outputs if one.output_type == "stream" and one.name == name)


def alike(notebook: Any) -> dict[str, Any]:
    """A notebook without what differs from run to run: ids, addresses, times, and where text was cut."""
    plain = nbformat.from_dict(notebook)
    for cell in plain.cells:
        for name in _OF_THE_RUN:
            cell.metadata.pop(name, None)
        cell.pop("id", None)
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)
    plain.metadata.pop("papermill", None)
    widgets = plain.metadata.pop("widgets", None)
    return {"notebook": _normal(plain), "widgets": _states(widgets)}


def _joined(outputs: list[Any]) -> list[Any]:
    """Texts joined between other outputs, standard output first: the two come in no fixed order from a kernel."""
    kept: list[Any] = []
    texts = {"stdout": "", "stderr": ""}

    def put_texts() -> None:
        kept.extend({"output_type": "stream", "name": name, "text": text} for name, text in texts.items() if text)
        texts.update(stdout="", stderr="")

    for output in outputs:
        if output.output_type == "stream":
            texts[output.name] += output.text
        else:
            put_texts()
            kept.append(output)
    put_texts()
    return kept


def _normal(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _normal(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_normal(inner) for inner in value]
    if isinstance(value, str):
        for pattern, word in _ALIKE:
            value = pattern.sub(word, value)
    return value


def _states(widgets: Any) -> list[Any]:
    """The states of all widgets, in an order that doesn't hang on their ids."""
    if not widgets:
        return []
    states = widgets["application/vnd.jupyter.widget-state+json"]["state"].values()
    return sorted((_normal(state) for state in states), key=str)
