// How a cell looks and what a screen reader calls it. Pure functions on what the board shows.

import { placeKey } from "./board_changes.js";
import { found, has } from "./board_maps.js";
import { nameOf } from "./board_seen.js";
import { figureText, fixed, percent, scoreText } from "./board_text.js";
import { cellOf, figuresOf, longForm } from "./board_worth.js";
import { placesOf } from "./board_edits.js";

const HEAT_STEPS = 6;

/** What one score shows: its text, range and unit, the step of the ramp, and its name for a screen reader. */
export function lookOf(board, candidate, criterion) {
  const { state, data, seen, store } = board;
  const where = placesOf(state, seen.person).score(candidate, criterion.id);
  const fault = store.faults.get(placeKey(where));
  const name = `${nameOf(state, seen.options, candidate)}, ${criterion.name}`;
  if (fault) return { text: fault.text, range: "", unit: "", kind: "wrong", label: `${name}: ${fault.text}, not saved`, fault };
  const score = seen.scoreOf(candidate, criterion.id);
  const { kind, likely } = cellOf(score, criterion);
  const shown = { ...textOf(score, kind, criterion), kind, ...borrowed(found(data, where), score, seen.person) };
  const heat = kind === "exact" || kind === "range" ? Math.min(Math.floor(likely * HEAT_STEPS), HEAT_STEPS - 1) : null;
  const isNoted = noted(score);
  return { ...shown, heat, isNoted, label: `${name}: ${spoken(shown, state.scale)}${isNoted ? ", with a note" : ""}` };
}

/** All that a cell's look depends on, but for its criterion and the scale. */
export function signsOf(board, candidate, criterion) {
  const { state, data, seen, store } = board;
  const where = placesOf(state, seen.person).score(candidate, criterion.id);
  const fault = store.faults.get(placeKey(where));
  return [nameOf(state, seen.options, candidate), seen.person, seen.scoreOf(candidate, criterion.id), found(data, where), fault];
}

function textOf(score, kind, criterion) {
  const { value = null, unit: stated } = longForm(score);
  if (value === null) return { text: "", range: "", unit: "" };
  if (value === "unknown") return { text: "?", range: "", unit: "" };
  const [low, likely, high] = figuresOf(value);
  const range = Array.isArray(value) ? `${figureText(low)}–${figureText(high)}` : "";
  return { text: figureText(likely), range, unit: criterion.unit || stated || "", isUnread: kind === "unknown" };
}

/** Whether a score is somebody else's: what was agreed, in a person's view, or what people make together. */
function borrowed(own, score, person) {
  if (score === undefined || scoreText(own) === scoreText(score)) return { isBorrowed: false };
  return { isBorrowed: true, whose: person ? "as agreed" : "of the evaluators" };
}

function spoken({ text, range, unit, kind, isUnread, isBorrowed, whose }, scale) {
  if (kind === "missing") return "not scored";
  const ends = range ? ` (${range.replace("–", " to ")})` : "";
  const size = unit ? ` ${unit}` : ` of ${scale.max}`;
  const figure = text === "?" ? "unknown" : `${text}${ends}${size}`;
  return `${figure}${isUnread ? ", which can't be compared" : ""}${isBorrowed ? `, ${whose}` : ""}`;
}

function noted(score) {
  const { note, source, by, on } = longForm(score);
  return Boolean(note || source || by || on);
}

/** What is known of a candidate: rank, total and what speaks against it. */
export function standing(board, row) {
  const { seen, state } = board;
  const { candidates, totals } = seen;
  const index = candidates.indexOf(row);
  const isOut = has(state.out, row);
  const isScored = totals.isReady && !totals.unscored[index];
  const [low, likely, high] = [totals.low, totals.likely, totals.high].map((points) => points[index]);
  return {
    name: nameOf(state, seen.options, row),
    isOut,
    reason: isOut ? state.out[row] : has(state.doubts, row) ? state.doubts[row] : "",
    rank: isOut || !isScored ? null : totals.ranks[index],
    total: isScored ? fixed(likely, 1) : "",
    bounds: isScored ? boundsText(low, high) : "",
    low,
    likely,
    high,
    isScored,
  };
}

function boundsText(low, high) {
  const digits = high - low < 2 ? 1 : 0;
  const [from, to] = [fixed(low, digits), fixed(high, digits)];
  return from === to ? "" : `${from}–${to}`;
}

/** The share of weight of a criterion, in words; a dash where it isn't in the matrix yet. */
export function shareText(board, criterion) {
  const column = board.seen.criteria.findIndex(({ id }) => id === criterion.id);
  return column < 0 ? "–" : percent(board.seen.shares[column]);
}

/** How much of what carries weight is not scored. */
export function gapsText({ totals }) {
  const gaps = totals.missing + totals.unknown;
  if (!gaps) return totals.candidates.length && totals.criteria.length ? "everything scored" : "";
  const kinds = totals.missing && totals.unknown ? ` (${totals.missing} empty, ${totals.unknown} unknown)` : "";
  return `${gaps} not scored${kinds}`;
}
