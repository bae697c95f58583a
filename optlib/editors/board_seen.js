// What the board shows of a domain: as agreed, or as one person sees it. Derived from the state and never kept.

import { entry, found, has, NOTHING } from "./board_maps.js";
import { reckoned, sharesOf } from "./board_totals.js";
import { longForm } from "./board_worth.js";

/** The domain's plain data. */
export function optionsIn(state, data) {
  return found(data, ["options", state.domain.id]) ?? NOTHING;
}

/** Every criterion up to the phase, with those added here that Python hasn't answered yet. */
export function criteriaOf(state, options) {
  const known = new Set([...state.criteria.map(({ id }) => id), ...state.later]);
  const fresh = Object.entries(options.criteria ?? NOTHING).filter(([id]) => !known.has(id));
  return fresh.length ? [...state.criteria, ...fresh.map(([id, spec]) => added(state, id, spec))] : state.criteria;
}

function added({ scale }, id, spec) {
  const { name = readable(id), asks = "", unit = "", direction = "max" } = spec;
  const ends = unit ? spec.range : [scale.min, scale.max];
  const isLess = direction === "min";
  const points = ends ? ends.map((figure, index) => [figure, isLess ? 1 - index : index]) : null;
  const hint = isLess ? "less is better" : "";
  return { id, name, asks, unit, direction, hint, points, log: false, isOwn: true, isNamed: false, isShown: true };
}

/** The name to show of a candidate. */
export function nameOf(state, options, id) {
  return entry(options.candidates, id)?.name || entry(state.names, id) || readable(id);
}

/** An id as words. */
export function readable(id) {
  const words = id.replace(/[_-]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What is scored and weighed, with totals and ranks, of the agreed matrix or of one person's. */
export function seenBy(state, data, person = "") {
  const options = optionsIn(state, data);
  const all = {
    options,
    out: state.out,
    candidates: Object.keys(options.candidates ?? NOTHING),
    every: criteriaOf(state, options),
  };
  const group = { ...all, ...agreed(state, all) };
  const seen = person ? { ...all, ...personal(state, all, group, person) } : group;
  return { ...seen, person, totals: reckoned(seen) };
}

/** The agreed matrix: a cell that only people have scored holds what Python makes of theirs. */
function agreed(state, { options, candidates, every }) {
  const scoreOf = (candidate, criterion) => {
    const score = found(options.candidates, [candidate, "scores", criterion]);
    return isMissing(score) ? (found(state.joint, [candidate, criterion]) ?? score) : score;
  };
  const isDirect = methodOf(options) === "direct";
  const typed = options.weights ?? NOTHING;
  const stated = isDirect && Object.keys(typed).length ? typed : state.found;
  const intervals = Object.keys(options.weighting?.intervals ?? NOTHING);
  const scored = candidates.flatMap((id) => [options.candidates[id].scores, entry(state.joint, id)]);
  const weighed = weighing(every, scored, stated, intervals, state.middle);
  return { scoreOf, isDirect, typed, mayCount: state.mayCount, ...weighed };
}

/** One person's: their own scores and weights, what was agreed where they gave none. */
function personal(state, { options, candidates, every }, group, person) {
  const own = entry(options.evaluators, person) ?? NOTHING;
  const scoreOf = (candidate, criterion) => {
    const scores = entry(own.scores, candidate);
    return has(scores, criterion) ? scores[criterion] : found(options.candidates, [candidate, "scores", criterion]);
  };
  const isDirect = methodOf(own) === "direct";
  const typed = own.weights ?? NOTHING;
  const shared = Object.fromEntries(group.criteria.map(({ id }, column) => [id, group.shares[column]]));
  const answered = isDirect ? typed : (entry(state.people, person) ?? NOTHING);
  const isOwn = !isDirect || Object.keys(typed).length > 0;
  const scored = candidates.flatMap((id) => [options.candidates[id].scores, entry(own.scores, id)]);
  const weighed = weighing(every, scored, isOwn ? answered : shared, [], null);
  return { scoreOf, isDirect, typed, mayCount: [], ...weighed, isStated: isOwn && weighed.isStated };
}

/** Which criteria are in the matrix, those that carry a score, a weight or an interval, and their shares. */
function weighing(every, scored, stated, intervals, middle) {
  const used = new Set(intervals);
  for (const scores of scored) for (const id of Object.keys(scores ?? NOTHING)) used.add(id);
  const criteria = every.filter(({ id }) => used.has(id) || entry(stated, id) > 0);
  const shares = sharesOf(criteria, stated, middle);
  return { criteria, shares, isStated: criteria.some(({ id }) => entry(stated, id) > 0) };
}

function methodOf(part) {
  return part.weighting?.method ?? "direct";
}

function isMissing(score) {
  return (longForm(score).value ?? null) === null;
}
