"""What docs/batch.md shows can be used as it stands: its YAML is YAML, and its commands have the options they use."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest
import yaml

from optlib.cli import main

from .conftest import ROOT

TEXT = (ROOT / "docs" / "batch.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
AFTER = re.compile(r"\s(?:\|\||&&|[|;>#])\s.*")
EXPRESSION = re.compile(r"\$\{\{.*?\}\}|\$\(\(.*?\)\)")


def texts(value: object) -> Iterator[str]:
    """Every text in a value read from YAML."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)


def scripts() -> Iterator[str]:
    """What a shell would run of the fenced blocks."""
    for kind, block in BLOCKS:
        if kind == "sh":
            yield block
        elif kind == "yaml":
            yield from texts(list(yaml.safe_load_all(block)))


def commands() -> list[str]:
    """Every call of optlib in the fenced blocks, without what the shell does with its result."""
    lines = [line.strip() for script in scripts() for line in script.replace("\\\n", " ").splitlines()]
    return [AFTER.sub("", EXPRESSION.sub("1", line)) for line in lines if line.startswith("optlib ")]


@pytest.mark.parametrize("block", [block for kind, block in BLOCKS if kind == "yaml"])
def test_every_piece_of_yaml_can_be_read(block: str) -> None:
    """Each fenced piece of YAML is a mapping, so that it can be copied into a file."""
    assert all(isinstance(document, dict) for document in yaml.safe_load_all(block))


@pytest.mark.parametrize("line", commands())
def test_every_command_has_the_options_it_uses(line: str) -> None:
    """Each call in a fenced block names a command and options that there are, with a value where one is needed."""
    _, name, *arguments = shlex.split(line)
    command = main.commands[name]
    command.make_parser(click.Context(command)).parse_args(arguments)


def test_the_calls_are_found() -> None:
    """Calls in shell, in a workflow's steps and in a Job's arguments are all looked at."""
    found = commands()
    assert len(found) >= 10
    assert {shlex.split(line)[1] for line in found} == {"report", "check"}
    assert any("--shard 1/8" in line and "eq" not in line for line in found)


def test_every_option_of_a_batch_is_told() -> None:
    """Each option of `optlib report` stands in the table, so that none is added in silence."""
    told = TEXT[TEXT.index("## Options") : TEXT.index("## What is left alone")]
    for option in main.commands["report"].params:
        if isinstance(option, click.Option) and option.name != "help":
            assert any(f"`{name}" in told for name in option.opts), option.opts
