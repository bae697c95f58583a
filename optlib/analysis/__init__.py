"""The decision analysis: plain functions on arrays, and the values that carry their results.

    option_matrix(workbook, domain)  ->  Matrix     what is known, as values from 0 (worst) to 1 (best)
    rank(matrix)                     ->  Ranking    totals with bounds, ranks, ties, eliminations, what would change it
    verdict(ranking)                 ->  Verdict    how far the matrix decides, in one sentence

It knows the model and the catalogue, and no file, widget or chart.
"""

from .matrix import Matrix, option_matrix
from .methods import competition_ranks, dominance, possible_winners, weighted_sum
from .ranking import Ranking, rank
from .screening import Elimination, screen
from .sensitivity import score_flips, weight_flips
from .verdict import Verdict, verdict

__all__ = [
    "Elimination",
    "Matrix",
    "Ranking",
    "Verdict",
    "competition_ranks",
    "dominance",
    "option_matrix",
    "possible_winners",
    "rank",
    "score_flips",
    "screen",
    "verdict",
    "weight_flips",
    "weighted_sum",
]
