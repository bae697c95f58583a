"""The decision analysis: plain functions on arrays, and the values that carry their results.

    option_matrix(workbook, domain)  ->  Matrix      what is known, as values from 0 (worst) to 1 (best)
    rank(matrix)                     ->  Ranking     totals with bounds, ranks, ties, eliminations
    verdict(ranking)                 ->  Verdict     how far the matrix decides, in one sentence
    evaluators(workbook, domain)     ->  Evaluators  each person's ranking beside the group's

    weights      swing_weights, rank_order_weights, pairwise_weights, best_worst_weights
    methods      weighted_sum, weighted_product, topsis, promethee, vikor; kendall_tau, rank_reversals
    how sure     uncertain_values, weight_knowledge, smaa -> Trials
    what if      weight_flips, score_flips, plus_minus_one, ways_to_win
    worth        information (EVPPI), evpi
    people       kendall_w, aggregate, geometric_mean_of_judgements

It knows the model and the catalogue, and no file, widget or chart.
"""

from .agreement import RANKING_METHODS, Reversal, kendall_tau, rank_reversals
from .best_worst import BestWorst, best_worst_weights
from .compromise import topsis, vikor
from .crosscheck import CrossCheck
from .elicitation import WEIGHTING_METHODS, Elicited
from .evaluators import Disagreement, Evaluators, evaluators
from .group import aggregate, kendall_w
from .information import Information, evpi, information
from .matrix import Matrix, option_matrix
from .methods import competition_ranks, dominance, normalised, possible_winners, weighted_sum
from .outranking import Preference, promethee
from .pairwise import Pairwise, geometric_mean_of_judgements, pairwise_weights
from .products import weighted_product
from .published import PublishedTotal, published_totals
from .ranking import Ranking, rank, rank_domain
from .results import MethodResult
from .robustness import Trials, smaa
from .screening import Elimination, screen
from .sensitivity import Step, plus_minus_one, score_flips, weight_flips
from .uncertain import UncertainValues, uncertain_values
from .verdict import Verdict, verdict
from .weight_knowledge import WeightKnowledge, weight_knowledge
from .weights import RANK_FORMULAS, rank_order_weights, swing_weights
from .winning import Way, ways_to_win

__all__ = [
    "RANKING_METHODS",
    "RANK_FORMULAS",
    "WEIGHTING_METHODS",
    "BestWorst",
    "CrossCheck",
    "Disagreement",
    "Elicited",
    "Elimination",
    "Evaluators",
    "Information",
    "Matrix",
    "MethodResult",
    "Pairwise",
    "Preference",
    "PublishedTotal",
    "Ranking",
    "Reversal",
    "Step",
    "Trials",
    "UncertainValues",
    "Verdict",
    "Way",
    "WeightKnowledge",
    "aggregate",
    "best_worst_weights",
    "competition_ranks",
    "dominance",
    "evaluators",
    "evpi",
    "geometric_mean_of_judgements",
    "information",
    "kendall_tau",
    "kendall_w",
    "normalised",
    "option_matrix",
    "pairwise_weights",
    "plus_minus_one",
    "possible_winners",
    "promethee",
    "published_totals",
    "rank",
    "rank_domain",
    "rank_order_weights",
    "rank_reversals",
    "score_flips",
    "screen",
    "smaa",
    "swing_weights",
    "topsis",
    "uncertain_values",
    "verdict",
    "vikor",
    "ways_to_win",
    "weight_flips",
    "weight_knowledge",
    "weighted_product",
    "weighted_sum",
]
