"""What the ranking says of a domain and of each candidate, in a few words. Knows no widgets."""

from __future__ import annotations

from ..analysis.ranking import Ranking


def rank_words(ranking: Ranking, candidate_id: str) -> str:
    """The rank of a candidate with its points, or that a must eliminates it; nothing where there is nothing to rank."""
    index = ranking.matrix.candidates.index(candidate_id)
    rank = ranking.ranks[index]
    if rank is None:
        return "eliminated by a must"
    if not ranking.matrix.is_ready:
        return ""
    if ranking.matrix.is_unscored[index]:
        return "not scored"
    return f"rank {rank}, {ranking.likely[index]:.1f} points"
