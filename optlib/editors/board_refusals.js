// What Python refused: a score, a weight or a name stays in its place as it was typed, with the reason.

import { placeKey } from "./board_changes.js";
import { numberText, scoreText } from "./board_text.js";

/** Mark the place of a refused change, and say why in the status line. */
export function refusal(board, { where, message, change }) {
  const place = placeIn(board, where);
  const said = place ? `${place.name}: ${message}` : message;
  if (place && change?.kind === "set") board.store.faults.set(placeKey(place.where), { text: place.text(change.after), message: said });
  board.store.message = `Not saved: ${said}`;
}

/** The cell, weight or name that a place of the workbook is shown in. */
function placeIn(board, where) {
  const inside = where.slice(2);
  if (inside[0] === "evaluators" && inside.length > 2) inside.splice(0, 2);
  const [part, one, two, three] = inside;
  const criterion = (id) => board.criterion(id)?.name ?? id;
  if (part === "weights") return { where, name: `Weight of ${criterion(one)}`, text: numberText };
  if (part === "candidates" && two === "name") return { where, name: board.nameText(one), text: String };
  const [candidate, id] = part === "candidates" && two === "scores" ? [one, three] : part === "scores" ? [one, two] : [];
  if (!id) return null;
  const isValue = where[where.length - 1] === "value" || where[where.length - 1] === id;
  const cell = isValue && where[where.length - 1] === "value" ? where.slice(0, -1) : where;
  return { where: cell, name: `${board.nameText(candidate)}, ${criterion(id)}`, text: isValue ? scoreText : String };
}
