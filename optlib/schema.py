"""The JSON Schema of the workbook file, made from the model."""

from __future__ import annotations

import json
from typing import Any

from .model import Workbook

SCHEMA_ID = "urn:optlib:decision-workbook:1"


def workbook_schema() -> dict[str, Any]:
    """The schema as plain data, JSON Schema 2020-12; a score may also stand in its short form."""
    schema = Workbook.model_json_schema()
    definitions = schema["$defs"]
    full = definitions["Score"]
    definitions["Score"] = {
        "description": full.get("description", ""),
        "anyOf": [*full["properties"]["value"]["anyOf"], {key: full[key] for key in full if key != "description"}],
    }
    for part in (schema, *definitions.values()):
        _allow_empty(part)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID}
    return head | schema


def schema_text() -> str:
    """The schema as JSON text, stable and readable in a diff."""
    return json.dumps(workbook_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _allow_empty(part: dict[str, Any]) -> None:
    """A key with nothing after it (`timebox:`) is as good as no key, so null is allowed for what isn't required."""
    required = part.get("required", [])
    for name, field in part.get("properties", {}).items():
        if name not in required and {"type": "null"} not in field.get("anyOf", []):
            part["properties"][name] = {"anyOf": [field, {"type": "null"}]}
