"""What a notebook shows and a report prints: functions of plain values that return HTML which needs no script."""

from .decided import decision, deferred, impact
from .evaluation import comparison, evaluation, matrix_table, ranking_table, weight_bands
from .options import candidates, considerations, fit_table
from .other import other_domains
from .overview import context, how_made, risks, summary
from .quality import gates, levels, next_phase, whats_open
from .render import Html, joined, style

__all__ = [
    "Html",
    "candidates",
    "comparison",
    "considerations",
    "context",
    "decision",
    "deferred",
    "evaluation",
    "fit_table",
    "gates",
    "how_made",
    "impact",
    "joined",
    "levels",
    "matrix_table",
    "next_phase",
    "other_domains",
    "ranking_table",
    "risks",
    "style",
    "summary",
    "weight_bands",
    "whats_open",
]
