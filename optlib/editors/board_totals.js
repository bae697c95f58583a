// Shares of weight, totals and ranks, as the analysis reckons them: tests hold them against it.

import { entry, has } from "./board_maps.js";
import { cellOf } from "./board_worth.js";

export const TOLERANCE = 1e-9;
const POINTS = 100;

/** Weights as shares that add up to 1; null where none is above 0. */
export function normalised(weights) {
  const most = Math.max(0, ...weights);
  if (!(most > 0)) return null;
  const scaled = weights.map((weight) => weight / most);
  const sum = scaled.reduce((total, weight) => total + weight, 0);
  return scaled.map((weight) => weight / sum);
}

/** The share of each criterion: as stated, else the middle of the intervals, else all the same. */
export function sharesOf(criteria, stated, middle) {
  const shares = normalised(criteria.map(({ id }) => entry(stated, id) ?? 0));
  if (shares) return shares;
  if (middle) return criteria.map(({ id }) => entry(middle, id) ?? 0);
  return criteria.map(() => 1 / criteria.length);
}

/** Ranks from 1, best first; a tie is counted from the best total of its group (1, 1, 3). */
export function competitionRanks(totals) {
  const order = totals.map((_, index) => index).sort((one, other) => totals[other] - totals[one] || one - other);
  const ranks = [];
  let [best, rank] = [Infinity, 0];
  order.forEach((index, place) => {
    if (best - totals[index] > TOLERANCE) [best, rank] = [totals[index], place + 1];
    ranks[index] = rank;
  });
  return ranks;
}

/**
 * Totals in points and ranks of a matrix: `seen` says which criteria are in it, what each candidate scores, the shares
 * of weight, which criteria count by an interval, and who is eliminated.
 */
export function reckoned(seen) {
  const { criteria, shares } = seen;
  const counts = criteria.map(({ id }, column) => shares[column] > 0 || seen.mayCount.includes(id));
  const rows = seen.candidates.map((id) => criteria.map((criterion) => cellOf(seen.scoreOf(id, criterion.id), criterion)));
  const isReady = rows.some((row) => row.some((cell, column) => !cell.isGap && counts[column]));
  const unscored = rows.map((row) => row.every((cell, column) => cell.isGap || !counts[column]));
  const total = (name, otherwise) => rows.map((row) => (isReady ? sum(row, shares, name) : otherwise));
  const [low, likely, high] = [total("low", 0), total("likely", POINTS / 2), total("high", POINTS)];
  const byRank = likely.map((points, row) => (isReady && unscored[row] ? -1 : points / POINTS));
  const ranks = ranksOf(seen.candidates, byRank, seen.out);
  return { candidates: seen.candidates, criteria, shares, isReady, unscored, low, likely, high, ranks, ...gapsIn(rows, counts) };
}

function sum(row, shares, name) {
  return POINTS * row.reduce((total, cell, column) => total + cell[name] * shares[column], 0);
}

function ranksOf(candidates, totals, out) {
  const inside = candidates.map((_, row) => row).filter((row) => !has(out, candidates[row]));
  const places = competitionRanks(inside.map((row) => totals[row]));
  const ranks = candidates.map(() => null);
  inside.forEach((row, index) => (ranks[row] = places[index]));
  return ranks;
}

/** How many cells that carry weight are unknown, and how many missing. */
function gapsIn(rows, counts) {
  const open = rows.flatMap((row) => row.filter((cell, column) => cell.isGap && counts[column]));
  const missing = open.filter((cell) => cell.kind === "missing").length;
  return { missing, unknown: open.length - missing };
}
