"""What the page on the numbers shows is true: its workbooks open, and the decision worked by hand comes out so."""

from __future__ import annotations

import re
from typing import Any

import pytest

from optlib.ranking_data import domain_data
from optlib.reading import read_document

from .conftest import ROOT

PAGE = (ROOT / "docs" / "numbers.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def by_hand() -> dict[str, Any]:
    """The analysis of the decision that the page works by hand."""
    return domain_data(read_document(BLOCKS[0].encode(), "numbers.md").workbook, "cache")


@pytest.mark.parametrize("block", BLOCKS)
def test_workbook_blocks_open_and_rank(block: str) -> None:
    """Each workbook shown is a sound one, and each of its domains can be analysed."""
    workbook = read_document(block.encode(), "numbers.md").workbook
    assert [domain_data(workbook, domain)["domain"] for domain in workbook.options] == list(workbook.options)


def test_totals_by_hand_are_those_printed(by_hand: dict[str, Any]) -> None:
    """72.0 for Redis, 68.0 for the cache in memory, from 60.0 to 76.0."""
    redis, memory = by_hand["candidates"]
    assert (redis["id"], redis["total"]["likely"]) == ("redis", pytest.approx(72))
    assert memory["total"] == pytest.approx({"low": 60, "likely": 68, "high": 76})


def test_the_share_of_trials_by_hand_is_the_one_printed(by_hand: dict[str, Any]) -> None:
    """Redis is first in three quarters of the trials, which is likely."""
    assert by_hand["verdict"]["kind"] == "likely"
    assert by_hand["verdict"]["first"] == pytest.approx(0.75, abs=0.005)


def test_the_flip_points_by_hand_are_those_printed(by_hand: dict[str, Any]) -> None:
    """A weight of 50 % for the fit, a tenth of the weight moved, or an ease of 4.5."""
    assert {flip["criterion"]: flip["flips_at"] for flip in by_hand["weight_flips"]}["fit"] == pytest.approx(0.5)
    assert by_hand["smallest_weight_change"]["moved"] == pytest.approx(0.1)
    flips = {(flip["candidate"], flip["criterion"]): flip["figure"] for flip in by_hand["score_flips"]}
    assert flips["memory", "ease"] == pytest.approx(4.5)


def test_what_finding_out_is_worth_by_hand_is_what_is_printed(by_hand: dict[str, Any]) -> None:
    """Half a point, changing the choice in a quarter of the cases."""
    [score] = by_hand["worth_knowing"]["scores"]
    assert (score["evppi"], score["changes"]) == (pytest.approx(0.5, abs=0.002), pytest.approx(0.25, abs=0.005))
    assert by_hand["worth_knowing"]["evpi"] == pytest.approx(0.5, abs=0.02)
