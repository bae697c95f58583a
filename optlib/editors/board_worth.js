// What a score is worth, from 0 (worst) to 1 (best), and how a cell is known. Pure functions on plain data.

import { isMap } from "./board_maps.js";

/** A score as the file may spell it, bare or long, in its long form. */
export function longForm(score) {
  return isMap(score) ? score : { value: score ?? null };
}

/** Lowest, likely and highest figure of a value that is known. */
export function figuresOf(value) {
  if (!Array.isArray(value)) return [value, value, value];
  const [low, high] = [value[0], value[value.length - 1]];
  return [low, value.length === 3 ? value[1] : (low + high) / 2, high];
}

/** How a cell is known: exact, range, unknown (also where its figure can't be read) or missing. */
export function kindOf(score, criterion) {
  const { value = null, unit = "" } = longForm(score);
  if (value === null) return "missing";
  if (value === "unknown" || !criterion.points || (unit && unit !== criterion.unit)) return "unknown";
  return Array.isArray(value) ? "range" : "exact";
}

/** Whether a cell is a gap, and its least, likely and greatest worth; a gap spans the whole scale. */
export function cellOf(score, criterion) {
  const kind = kindOf(score, criterion);
  if (kind === "missing" || kind === "unknown") return { kind, isGap: true, low: 0, likely: 0.5, high: 1 };
  return { kind, isGap: false, ...bounds(criterion, longForm(score).value) };
}

/** A range holds every worth that the function takes inside it, also where the function bends. */
function bounds(criterion, value) {
  const figures = figuresOf(value);
  const ends = figures.map((figure) => worth(criterion, figure));
  const bends = criterion.points.filter(([at]) => figures[0] < at && at < figures[2]).map(([, value]) => value);
  return { low: Math.min(...ends, ...bends), likely: ends[1], high: Math.max(...ends, ...bends) };
}

/** The worth of a figure: straight lines between the criterion's points, on the logarithm where it says so. */
export function worth({ points, log }, figure) {
  const last = points.length - 1;
  if (figure <= points[0][0]) return points[0][1];
  if (figure >= points[last][0]) return points[last][1];
  const next = points.findIndex(([at]) => figure < at);
  const [[from, low], [to, high]] = [points[next - 1], points[next]];
  const along = (at) => (log ? Math.log(at) : at);
  return low + ((high - low) * (along(figure) - along(from))) / (along(to) - along(from));
}
