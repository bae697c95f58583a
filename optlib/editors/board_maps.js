// Plain maps, asked only for what they hold themselves: an id such as `constructor` is an id like any other.

export const NOTHING = Object.freeze({});

export function isMap(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a map has under a key; undefined where it has nothing, or is none. */
export function entry(map, key) {
  return has(map, key) ? map[key] : undefined;
}

export function has(map, key) {
  return isMap(map) && Object.hasOwn(map, key);
}

/** What stands at a place; undefined where nothing does. */
export function found(data, where) {
  return where.reduce(entry, data);
}
