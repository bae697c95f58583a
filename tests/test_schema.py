"""The JSON Schema that editors complete and check workbooks with."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from optlib.schema import schema_text, workbook_schema
from optlib.starting import example_names, workbook_text

from .conftest import EXAMPLES, ROOT


def as_json(text: str) -> Any:
    """A YAML text as an editor's schema check sees it."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key if isinstance(key, str) else str(key): plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [plain(item) for item in value]
        return value.isoformat() if isinstance(value, date) else value

    return plain(yaml.load(text.replace(" on:", " 'on':").replace("{on:", "{'on':"), Loader=yaml.SafeLoader))


def test_the_shipped_schema_is_that_of_the_model() -> None:
    """What `optlib schema` prints is what is shipped."""
    assert (ROOT / "data" / "workbook.schema.json").read_text(encoding="utf-8") == schema_text()


def test_printing_the_schema_says_nothing_else() -> None:
    """`optlib schema` writes the schema, and no warning beside it."""
    done = subprocess.run([sys.executable, "-m", "optlib.cli", "schema"], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout == schema_text()


def test_the_schema_is_a_schema() -> None:
    """It is sound JSON Schema 2020-12 with an id that names the format's version."""
    Draft202012Validator.check_schema(workbook_schema())
    assert json.loads(schema_text())["$id"].endswith("decision-workbook:1")


@pytest.mark.parametrize("name", example_names())
def test_examples_fit_the_schema(name: str) -> None:
    """An editor underlines nothing in a shipped example."""
    found = Draft202012Validator(workbook_schema()).iter_errors(as_json((EXAMPLES / f"{name}.yaml").read_text("utf-8")))
    assert [f"{error.json_path}: {error.message}" for error in found] == []


def test_a_new_workbook_fits_the_schema() -> None:
    """An editor underlines nothing in what `optlib new` writes."""
    found = Draft202012Validator(workbook_schema()).iter_errors(as_json(workbook_text("secure")))
    assert [f"{error.json_path}: {error.message}" for error in found] == []


def test_the_schema_refuses_a_misspelt_key() -> None:
    """An editor underlines what optlib would refuse."""
    wrong = {"format": "decision-workbook/1", "projct": {}}
    assert not Draft202012Validator(workbook_schema()).is_valid(wrong)
