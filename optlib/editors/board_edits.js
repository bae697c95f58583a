// What a person does on the board, as changes of the workbook, with what can't be done said in words.

import { dropAt, orderAt, placeKey, setAt } from "./board_changes.js";
import { entry, found, has, isMap, NOTHING } from "./board_maps.js";
import { nameOf } from "./board_seen.js";
import { checkScale, columnLetters, idFrom, readScore, readWeight, shortened, tidy } from "./board_text.js";

const MOST_NAMED = 3;

/** The places of a domain, and of the person whose view it is. */
export function placesOf(state, person) {
  const base = ["options", state.domain.id];
  const own = person ? [...base, "evaluators", person] : base;
  return {
    base,
    weights: [...own, "weights"],
    candidates: [...base, "candidates"],
    criteria: [...base, "criteria"],
    evaluators: [...base, "evaluators"],
    score: (candidate, criterion) =>
      person ? [...own, "scores", candidate, criterion] : [...base, "candidates", candidate, "scores", criterion],
  };
}

/** The changes that make a score have this value; what else is known of it stays. */
export function scoreChanges(data, where, value) {
  const isLong = isMap(found(data, where));
  const place = isLong ? [...where, "value"] : where;
  return [value === null ? dropAt(place) : setAt(place, value)];
}

/** What is typed into cells: changes, and faults where it can't be read. */
export function scored(board, cells) {
  const { state, data, seen } = board;
  const places = placesOf(state, seen.person);
  const made = { changes: [], faults: [] };
  for (const { candidate, criterion, text } of cells) {
    const where = places.score(candidate, criterion.id);
    try {
      const value = readScore(text);
      checkScale(value, { unit: criterion.unit || found(data, [...where, "unit"]) }, state.scale);
      made.changes.push(...scoreChanges(data, where, value));
    } catch (error) {
      const name = `${nameOf(state, seen.options, candidate)}, ${criterion.name}`;
      made.faults.push([placeKey(where), fault(text, `${name}: ${error.message}`)]);
    }
  }
  return made;
}

/** What is typed as a weight. */
export function weighed(board, criterion, text) {
  const where = [...placesOf(board.state, board.seen.person).weights, criterion.id];
  try {
    const weight = readWeight(text);
    return { changes: [weight === null ? dropAt(where) : setAt(where, weight)], faults: [] };
  } catch (error) {
    return { changes: [], faults: [[placeKey(where), fault(text, `Weight of ${criterion.name}: ${error.message}`)]] };
  }
}

function fault(text, message) {
  return { text: shortened(text, 200), message };
}

/** All criteria that are shown get the same weight. */
export function evenWeights(board) {
  const { weights } = placesOf(board.state, board.seen.person);
  const given = board.columns.map(({ id }) => entry(board.seen.typed, id)).filter((weight) => weight > 0);
  const even = given.length ? Number((given.reduce((sum, weight) => sum + weight, 0) / given.length).toPrecision(2)) : 50;
  return board.columns.map(({ id }) => setAt([...weights, id], even));
}

/** The weights as they were when the board was opened. */
export function formerWeights(board, opened) {
  const { weights } = placesOf(board.state, board.seen.person);
  const former = found(opened, weights) ?? NOTHING;
  const fresh = Object.keys(board.seen.typed).filter((id) => !has(former, id));
  return [...fresh.map((id) => dropAt([...weights, id])), ...Object.entries(former).map(([id, to]) => setAt([...weights, id], to))];
}

/** A new candidate: a known one by its name, or one of the team's own. */
export function candidateAdded(board, words) {
  const { state, seen } = board;
  const name = uniqueName(board, words, "");
  const known = state.known.find((each) => each.name.toLowerCase() === name.toLowerCase());
  const id = known && !seen.candidates.includes(known.id) ? known.id : idFrom(name, seen.candidates, "candidate");
  const after = known ? { name: known.name, known_as: known.id } : { name };
  return { id, changes: [setAt([...placesOf(state).candidates, id], after)] };
}

/** Another name for a candidate. */
export function candidateRenamed(board, id, words) {
  const name = uniqueName(board, words, id);
  return [setAt([...placesOf(board.state).candidates, id, "name"], name)];
}

function uniqueName(board, words, own) {
  const name = tidy(words);
  if (!name) throw new Error("give the candidate a name");
  const names = board.seen.candidates.map((id) => [id, nameOf(board.state, board.seen.options, id)]);
  const twin = names.find(([id, other]) => id !== own && other.toLowerCase() === name.toLowerCase());
  if (twin) throw new Error(`there is already a candidate ${twin[1]}; give this one another name`);
  return name;
}

/** A candidate goes, with what people scored of it. */
export function candidateRemoved(board, id) {
  const { state, seen } = board;
  const named = entry(state.named, id);
  const name = nameOf(state, seen.options, id);
  if (named) throw new Error(`${name} can't be removed: ${named} names it; change that first`);
  const places = placesOf(state);
  const people = Object.entries(seen.options.evaluators ?? NOTHING).filter(([, one]) => has(one.scores, id));
  const scores = people.map(([person]) => dropAt([...places.evaluators, person, "scores", id]));
  return [...scores, dropAt([...places.candidates, id])];
}

/** A candidate goes up or down in the order of the file. */
export function candidateMoved(board, id, by) {
  const names = [...board.seen.candidates];
  const from = names.indexOf(id);
  const to = from + by;
  if (to < 0 || to >= names.length) return [];
  names.splice(to, 0, ...names.splice(from, 1));
  return [orderAt(placesOf(board.state).candidates, names)];
}

/** A criterion of the team's own; `spec` holds name, asks, unit, direction and range. */
export function criterionAdded(board, spec) {
  const taken = [...board.seen.every.map(({ id }) => id), ...board.state.later];
  const id = idFrom(spec.name, taken, "criterion");
  return { id, changes: [setAt([...placesOf(board.state).criteria, id], spec)] };
}

/** A column goes, with its weights and scores; a criterion of the team's own goes altogether. */
export function criterionRemoved(board, criterion) {
  const { state, seen } = board;
  const { options } = seen;
  const places = placesOf(state);
  const people = Object.keys(options.evaluators ?? NOTHING);
  if (state.answered.includes(criterion.id)) {
    throw new Error(`${criterion.name} can't be removed: weights come from answers that name it; take it out of these first`);
  }
  const mine = people.map((person) => placesOf(state, person));
  const scores = [places, ...mine].flatMap(({ score }) => seen.candidates.map((id) => score(id, criterion.id)));
  const weights = [places, ...mine].map(({ weights: all }) => [...all, criterion.id]);
  const spec = criterion.isOwn && !criterion.isNamed ? [[...places.criteria, criterion.id]] : [];
  return [...weights, [...places.base, "weighting", "intervals", criterion.id], ...scores, ...spec].map(dropAt);
}

/** A person who scores. */
export function personAdded(board, words) {
  const name = tidy(words);
  if (!name) throw new Error("give the person a name");
  const people = board.seen.options.evaluators ?? NOTHING;
  const twin = Object.entries(people).find(([id, one]) => (one.name || id).toLowerCase() === name.toLowerCase());
  if (twin) throw new Error(`${name} is there already; choose them under “Scores of”, or write how the two differ`);
  const id = idFrom(name, Object.keys(people), "person");
  return { id, changes: [setAt([...placesOf(board.state).evaluators, id], { name })] };
}

/** A block of cells put down from a cell on, row -1 being the weights: what it says, and what became of it in words. */
export function pasted(board, block, row, column) {
  const made = { changes: [], faults: [], misread: [], count: 0, beyond: 0 };
  block.forEach((fields, down) =>
    fields.forEach((text, right) => {
      if (text) put(board, made, { text, down, right, candidate: board.rows[row + down], isWeight: row + down < 0 }, column);
    }),
  );
  return { changes: made.changes, faults: made.faults, said: report(made) };
}

function put(board, made, { text, down, right, candidate, isWeight }, column) {
  const criterion = board.columns[column + right];
  if (!criterion || !(candidate || isWeight)) {
    made.beyond += 1;
    return;
  }
  const { changes, faults } = isWeight ? weighed(board, criterion, text) : scored(board, [{ candidate, criterion, text }]);
  made.count += changes.length;
  made.changes.push(...changes);
  made.faults.push(...faults);
  if (faults.length) made.misread.push(`${columnLetters(right)}${down + 1} “${shortened(text, 20)}”`);
}

function report({ count, misread, beyond }) {
  const more = misread.length > MOST_NAMED ? ` and ${misread.length - MOST_NAMED} more` : "";
  const parts = [`${counted(count, "cell")} pasted`];
  if (misread.length) parts.push(`${misread.length} not understood: ${misread.slice(0, MOST_NAMED).join(", ")}${more}`);
  if (beyond) parts.push(`${counted(beyond, "cell")} beyond the board left out`);
  return parts.join(", ");
}

export function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
