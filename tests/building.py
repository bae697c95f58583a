"""Small workbooks for the tests of the analysis, the decisions and the gates, and how hypothesis draws them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from string import ascii_lowercase
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from optlib.analysis.ranking import Ranking, rank_domain
from optlib.model import FORMAT, Workbook

TODAY = date(2026, 11, 23)
CHOICE = "choice"  # a domain of the workbook's own, so that nothing depends on the catalogue's criteria
LAWS = settings(max_examples=100, deadline=None, derandomize=True)

Table = Mapping[str, Sequence[Any]]


def workbook(**parts: Any) -> Workbook:
    """A workbook with some parts."""
    return Workbook.model_validate({"format": FORMAT, **parts})


def options(table: Table, weights: Sequence[float] = (), criteria: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The options of a domain: a row of scores for each candidate, one for each criterion; None is a missing score.

    Criteria are `a`, `b`, ... on the scale unless they are given; weights are left out where none are given.
    """
    width = len(next(iter(table.values()), ()))
    columns = dict(criteria or {name: {} for name in ascii_lowercase[:width]})
    candidates = {
        name: {"scores": {key: score for key, score in zip(columns, row, strict=True) if score is not None}}
        for name, row in table.items()
    }
    return {"criteria": columns, "weights": dict(zip(columns, weights, strict=False)), "candidates": candidates}


def choice(
    table: Table, weights: Sequence[float] = (), criteria: Mapping[str, Any] | None = None, **parts: Any
) -> Workbook:
    """A workbook with one domain, `choice`."""
    return workbook(options={CHOICE: options(table, weights, criteria)}, **parts)


def ranked(
    table: Table, weights: Sequence[float] = (), criteria: Mapping[str, Any] | None = None, **parts: Any
) -> Ranking:
    """The ranking of a workbook with one domain."""
    return rank_domain(choice(table, weights, criteria, **parts), CHOICE)


def likely(ranking: Ranking) -> dict[str, float]:
    """The likely total of each candidate, in points."""
    return dict(zip(ranking.matrix.candidates, ranking.likely.tolist(), strict=True))


def ranks(ranking: Ranking) -> dict[str, int | None]:
    """The rank of each candidate."""
    return dict(zip(ranking.matrix.candidates, ranking.ranks, strict=True))


def exact_scores() -> st.SearchStrategy[int]:
    """Scores on the scale from 0 to 5."""
    return st.integers(0, 5)


def any_scores() -> st.SearchStrategy[Any]:
    """Scores of every kind: exact, range, unknown, missing."""
    three = st.lists(exact_scores(), min_size=3, max_size=3).map(sorted)
    return st.one_of(exact_scores(), exact_scores(), three, st.just("unknown"), st.none())


@st.composite
def problems(
    draw: st.DrawFn, scores: st.SearchStrategy[Any] | None = None, least: int = 1
) -> tuple[dict[str, list[Any]], list[int]]:
    """A table of one to five candidates on one to four criteria, and weights of which one at least is above 0."""
    width = draw(st.integers(1, 4))
    row = st.lists(any_scores() if scores is None else scores, min_size=width, max_size=width)
    rows = draw(st.lists(row, min_size=least, max_size=5))
    weights = draw(st.lists(st.integers(0, 5), min_size=width, max_size=width).filter(any))
    return {f"c{index}": given for index, given in enumerate(rows)}, weights
