// All that the board hears: keys, mouse, clipboard, and that the page is left.

import { NAME } from "./board_grid.js";

const COPYING = ["c", "v", "x"];

/** Start to hear; what is returned stops it. */
export function listen(board, root) {
  const flush = () => {
    board.keys.commit();
    board.store.flush();
  };
  const heard = [
    [root, "keydown", (event) => onKey(board, event)],
    [root, "click", (event) => onClick(board, event)],
    [root, "dblclick", (event) => onDouble(board, event)],
    [root, "mousedown", (event) => onPress(board, event)],
    [root, "mouseover", (event) => onDrag(board, event)],
    [root, "input", ({ target }) => onInput(board, target)],
    [root, "change", ({ target }) => target === board.frame.people && board.look(target.value)],
    [root, "submit", (event) => onSubmit(board, event)],
    [root, "focusin", ({ target }) => board.keys.focused(target)],
    [root, "focusout", (event) => onLeave(board, root, event)],
    [root, "copy", (event) => board.clipboard.copy(event)],
    [root, "paste", (event) => board.clipboard.paste(event)],
    [window, "pagehide", flush],
    [document, "visibilitychange", () => document.hidden && flush()],
  ];
  for (const [target, name, hear] of heard) target.addEventListener(name, hear);
  return () => heard.forEach(([target, name, hear]) => target.removeEventListener(name, hear));
}

/** JupyterLab hears no key but Ctrl and Cmd combinations and Escape, and of these not what was used here. */
function onKey(board, event) {
  const isCombination = event.ctrlKey || event.metaKey;
  const isUsed = !event.isComposing && used(board, event, isCombination);
  const isCopying = isCombination && COPYING.includes(event.key.toLowerCase());
  if (isUsed) event.preventDefault();
  if (isUsed || isCopying || !(isCombination || event.key === "Escape")) event.stopPropagation();
}

function used(board, event, isCombination) {
  const { key, target } = event;
  const isText = target.matches("input[type=text], input[type=date], textarea") && !target.dataset.weight;
  if (isCombination && !isText && key.toLowerCase() === "z") return board.step(event.shiftKey ? "redo" : "undo");
  if (isCombination && !isText && key.toLowerCase() === "y") return board.step("redo");
  if (board.panel.element?.contains(target)) return onPanelKey(board.panel, event);
  return board.keys.handle(event);
}

function onPanelKey(panel, { key, target }) {
  if (key === "Escape") return panel.close();
  const adds = panel.element.querySelector("[data-act=add-person], [data-act=add-criterion]");
  if (key !== "Enter" || !adds || !target.matches("input")) return false;
  adds.click();
  return true;
}

function onClick(board, { target }) {
  const button = target.closest("[data-act]");
  if (button) board.act(button.dataset.act, button.dataset.id);
}

function onDouble(board, { target }) {
  const cell = board.keys.cellOf(target);
  if (!cell || target.closest("input, button")) return;
  const isName = cell.column === NAME && board.rows.includes(cell.row);
  if (isName || board.keys.isScore(cell)) board.keys.edit(cell);
}

function onPress(board, event) {
  if (event.target.dataset.weight && event.target !== document.activeElement) {
    event.preventDefault();
    board.keys.to(event.target.closest("[data-row]").dataset.row, event.target.dataset.weight);
    return;
  }
  const cell = board.keys.cellOf(event.target);
  board.isDragging = Boolean(cell) && board.keys.isScore(cell) && !event.target.closest("input");
  if (!board.isDragging || !event.shiftKey) return;
  event.preventDefault();
  board.keys.extend(cell.row, cell.column);
}

function onDrag(board, { target, buttons }) {
  if (!(buttons & 1) || !board.isDragging) return;
  const cell = board.keys.cellOf(target);
  const { row, column } = board.keys.at();
  if (cell && (cell.row !== row || cell.column !== column)) board.keys.extend(cell.row, cell.column);
}

function onInput(board, target) {
  const { slider, weight } = target.dataset;
  if (slider) board.weigh(slider, target.value);
  if (weight) {
    board.keys.typed(target);
    board.weigh(weight, target.value);
  }
  if (board.keys.editing?.input === target) board.keys.preview();
}

function onSubmit(board, event) {
  event.preventDefault();
  board.addCandidate(board.frame.input);
}

function onLeave(board, root, { target, relatedTarget }) {
  board.keys.blurred(target);
  if (!root.contains(relatedTarget)) board.store.flush();
}
