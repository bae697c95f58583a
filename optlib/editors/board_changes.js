// Changes of plain data, each of one place: set, dropped, or put in another order. The same as Python makes of them.

import { entry, found, has, isMap } from "./board_maps.js";

export const setAt = (where, after) => ({ kind: "set", where, after });
export const dropAt = (where) => ({ kind: "drop", where });
export const orderAt = (where, after) => ({ kind: "order", where, after });

/** A place as a text, to be looked up by. */
export function placeKey(where) {
  return where.join("/");
}

/** The data with the changes made, in their order; the given data stays as it is. */
export function applied(data, changes) {
  return changes.reduce((now, change) => changed(now, change.where, change), data);
}

function changed(data, where, change) {
  if (!where.length) return change.kind === "order" ? ordered(data, change.after) : change.after;
  const [head, ...rest] = where;
  const known = isMap(data) ? data : data === undefined || data === null ? {} : { value: data };
  if (change.kind !== "set" && !has(known, head)) return known;
  if (change.kind === "drop" && !rest.length) {
    const { [head]: _, ...others } = known;
    return others;
  }
  return { ...known, [head]: changed(entry(known, head), rest, change) };
}

function ordered(data, keys) {
  const known = isMap(data) ? data : {};
  const names = new Set([...keys, ...Object.keys(known)].filter((key) => has(known, key)));
  return Object.fromEntries([...names].map((key) => [key, known[key]]));
}

/** The changes that undo these. */
export function inverse(data, changes) {
  const back = [];
  let now = data;
  for (const change of changes) {
    back.unshift(...undone(now, change));
    now = applied(now, [change]);
  }
  return back;
}

function undone(data, { kind, where }) {
  const former = found(data, where);
  if (kind === "order") return [orderAt(where, Object.keys(former ?? {}))];
  if (former === undefined) return kind === "set" ? [unmade(data, where)] : [];
  const above = where.slice(0, -1);
  const parent = found(data, above);
  const names = isMap(parent) ? Object.keys(parent) : [];
  const wasLast = names[names.length - 1] === where[where.length - 1];
  return kind === "drop" && !wasLast ? [setAt(where, former), orderAt(above, names)] : [setAt(where, former)];
}

/** Take out what a set makes, with all that it makes on its way; a bare value that it makes a map of comes back. */
function unmade(data, where) {
  const above = where.findIndex((_, depth) => !isMap(found(data, where.slice(0, depth + 1))));
  const place = where.slice(0, above + 1);
  const bare = found(data, place);
  return bare === undefined ? dropAt(place) : setAt(place, bare);
}

/** The changes that say something else than what stands there. */
export function real(data, changes) {
  return changes.filter(({ kind, where, after }) => {
    const now = found(data, where);
    if (kind === "drop") return now !== undefined;
    return !isSame(kind === "order" ? Object.keys(now ?? {}) : now, after);
  });
}

export function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Whether one place lies within the other. */
export function overlaps(one, other) {
  const length = Math.min(one.length, other.length);
  return one.slice(0, length).every((part, index) => part === other[index]);
}

/** The changes with only the last one of each place, as long as no other one in between touches it. */
export function compressed(changes) {
  const kept = [];
  for (const change of changes) {
    const index = kept.findLastIndex(({ where }) => overlaps(where, change.where));
    const isSamePlace = index >= 0 && placeKey(kept[index].where) === placeKey(change.where);
    if (isSamePlace && kept[index].kind !== "order" && change.kind !== "order") {
      kept[index] = { ...kept[index], ...change, before: kept[index].before, isChecked: kept[index].isChecked };
    } else {
      kept.push(change);
    }
  }
  return kept;
}
