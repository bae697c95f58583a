// The keyboard and the mouse on the grid: where the focus goes, what is selected, and what is typed in place.

import { el, HEAD, NAME, TOTAL, WEIGHT } from "./board_grid.js";

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-10, 0], PageDown: [10, 0] };
const SIDEWAYS = ["ArrowLeft", "ArrowRight", "Home", "End"];

export class Keys {
  constructor(board) {
    this.board = board;
    this.editing = null;
    this.anchor = null;
    this.typing = null;
    this.isTabbing = false;
  }

  get grid() {
    return this.board.grid;
  }

  /** Whether a weight's field is being typed in, so that it isn't overwritten. */
  isTyping(input) {
    return this.typing?.input === input;
  }

  /** The field in which a cell is edited. */
  inputIn(row, column) {
    const { cell, input } = this.editing ?? {};
    return cell?.row === row && cell.column === column ? input : undefined;
  }

  cellOf(target) {
    const box = target.closest("[data-row]");
    return box && this.grid.at(box.dataset.row, box.dataset.column);
  }

  isScore({ row, column }) {
    return row !== HEAD && row !== WEIGHT && column !== NAME && column !== TOTAL;
  }

  /** A key on the grid; whether it was used here. */
  handle(event) {
    const cell = this.cellOf(event.target);
    if (!cell) return false;
    if (this.editing?.input === event.target) return this.inEditor(event);
    if (event.target.type === "range") return this.onSlider(event, cell);
    if (event.target !== cell.focus) return false;
    const used = event.target.dataset.weight ? this.inWeight(event, cell) : undefined;
    return used ?? this.onCell(event, cell);
  }

  onSlider({ key }, { row, column }) {
    if (key !== "Escape" && key !== "Enter") return false;
    this.grid.focus(row, column);
    return true;
  }

  /** Keys move in the grid until something is typed; then those that move sideways move in the text. */
  inWeight({ key }, cell) {
    if (key === "F2") {
      this.typed(cell.focus);
      cell.focus.setSelectionRange(cell.focus.value.length, cell.focus.value.length);
      return true;
    }
    if (key === "Escape" && this.typing) return this.untype(cell);
    const moves = key in STEPS || SIDEWAYS.includes(key) || key === "Enter" || key === "Tab";
    return moves && !(this.typing && SIDEWAYS.includes(key)) ? undefined : false;
  }

  typed(input) {
    this.typing ??= { input, was: this.held ?? input.value };
  }

  untype({ column, focus }) {
    const { was } = this.typing;
    this.typing = null;
    this.board.weigh(column, was);
    focus.select();
    return true;
  }

  onCell(event, cell) {
    const { key } = event;
    if (event.altKey && (key === "ArrowUp" || key === "ArrowDown")) return this.board.move(cell.row, STEPS[key][0]);
    if (key in STEPS) return this.move(STEPS[key], event.shiftKey);
    if (key === "Home" || key === "End") return this.toEnd(key === "End", event.ctrlKey || event.metaKey);
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (key === "Tab") return this.tab(event.shiftKey, this.isTabbing || Boolean(this.typing));
    if (key === "Escape") return this.release();
    if (this.isScore(cell)) return this.onScore(event, cell);
    if (cell.column === NAME && cell.row !== HEAD && cell.row !== WEIGHT) return this.onName(event, cell);
    return key === "Enter" && cell.row === WEIGHT ? this.move([event.shiftKey ? -1 : 1, 0], false) : false;
  }

  onScore(event, cell) {
    const { key } = event;
    if (key === "Enter") return this.move([event.shiftKey ? -1 : 1, 0], false);
    if (key === "F2" && event.shiftKey) return this.board.panel.openNote(cell.row, cell.column);
    if (key === "F2") return this.edit(cell);
    if (key === "?" || key === "Delete") return this.board.enter(this.area(), "?");
    if (key === "Backspace") return this.board.enter(this.area(), "");
    if (key === " ") return true;
    return key.length === 1 ? this.edit(cell, key) : false;
  }

  onName({ key }, cell) {
    if (key === "F2") return this.edit(cell);
    if (key === "Enter" || key === " ") return this.board.panel.openCandidate(cell.row);
    return key === "Delete" ? this.board.removeCandidate(cell.row) : false;
  }

  /** Move in the grid, or take more cells into the selection. */
  move([down, right], isExtending) {
    const { rows, columns } = this.grid;
    const [row, column] = this.grid.active;
    const next = [within(rows, rows.indexOf(row) + down), within(columns, columns.indexOf(column) + right)];
    const isKept = isExtending && this.isScore({ row, column });
    if (isKept && !this.isScore({ row: next[0], column: next[1] })) return true;
    this.anchor = isKept ? (this.anchor ?? [row, column]) : null;
    this.isTabbing = false;
    this.to(...next);
    return true;
  }

  to(row, column) {
    this.isMoving = true;
    this.grid.focus(row, column);
    this.isMoving = false;
  }

  /** The first or last score of the row, from there the name or the total; with Ctrl that of the whole board. */
  toEnd(isLast, isWhole) {
    const { columns } = this.grid;
    const { rows } = this.board;
    const [row, column] = this.grid.active;
    const edge = isLast ? columns.length - 2 : 1;
    const isThere = column === columns[edge] && !isWhole;
    this.anchor = null;
    this.to(isWhole ? ((isLast ? rows[rows.length - 1] : rows[0]) ?? row) : row, columns[isThere ? edge + (isLast ? 1 : -1) : edge]);
    return true;
  }

  /** While scores are entered one after the other Tab goes to the next; at the end of the row, and else, it leaves. */
  tab(isBack, isEntering) {
    const { columns } = this.grid;
    const [row, column] = this.grid.active;
    const next = columns.indexOf(column) + (isBack ? -1 : 1);
    this.isTabbing = isEntering && next > 0 && next < columns.length - 1;
    if (!this.isTabbing) return false;
    this.anchor = null;
    this.to(row, columns[next]);
    return true;
  }

  release() {
    this.isTabbing = false;
    if (!this.anchor) return false;
    this.anchor = null;
    this.grid.settle();
    return true;
  }

  /** The cells of the selection; nothing where only one cell has the focus. */
  selected() {
    return this.anchor ? this.block().flat() : [];
  }

  /** The selected cells, else the one that has the focus. */
  area() {
    return this.block().flat();
  }

  /** The selected cells in rows. */
  block() {
    const { rows, columns, active } = this.grid;
    const [one, other] = [this.anchor ?? active, active];
    const span = (names, from, to) => names.slice(Math.min(from, to), Math.max(from, to) + 1);
    const down = span(rows, rows.indexOf(one[0]), rows.indexOf(other[0]));
    const right = span(columns, columns.indexOf(one[1]), columns.indexOf(other[1]));
    const block = down.map((row) => right.map((column) => this.grid.at(row, column)).filter((cell) => cell && this.isScore(cell)));
    return block.filter((cells) => cells.length);
  }

  extend(row, column) {
    if (!this.isScore({ row, column }) || !this.isScore(this.at())) return;
    this.anchor ??= this.grid.active;
    this.to(row, column);
  }

  at() {
    const [row, column] = this.grid.active;
    return { row, column };
  }

  /** Edit a score or a name in its place; what is typed already replaces what stands there. */
  edit(cell, typed) {
    if (this.board.state.readOnly) return true;
    const isName = cell.column === NAME;
    const place = isName ? cell.box.querySelector(".optlib-board-words") : cell.box;
    const was = isName ? this.board.nameText(cell.row) : this.board.scoreText(cell.row, cell.column);
    const label = isName ? "Name of the candidate" : this.board.cellName(cell.row, cell.column);
    const input = el("input", { type: "text", class: "optlib-board-input", maxlength: "200", autocomplete: "off", "aria-label": label });
    this.anchor = null;
    this.editing = { cell, place, input, was, isName, data: this.board.data };
    place.dataset.editing = "";
    this.grid.settle();
    cell.box.removeAttribute("tabindex");
    (isName ? place.firstElementChild : place).replaceChildren(input);
    input.focus();
    input.value = typed ?? was;
    input.setSelectionRange(input.value.length, input.value.length);
    if (typed !== undefined) this.preview();
    return true;
  }

  inEditor(event) {
    const { key } = event;
    const { row, column } = this.editing.cell;
    if (key === "Escape") return this.stop(row, column);
    if (key === "Enter") return this.leave([event.shiftKey ? -1 : 1, 0]);
    if (key === "Tab") return this.leaveByTab(event.shiftKey);
    if ((key === "ArrowUp" || key === "ArrowDown") && !event.altKey) return this.leave(STEPS[key]);
    return false;
  }

  leave(step) {
    const { isName, cell } = this.editing;
    this.commit();
    this.to(cell.row, cell.column);
    return isName ? true : this.move(step, false);
  }

  leaveByTab(isBack) {
    const { cell } = this.editing;
    this.commit();
    this.to(cell.row, cell.column);
    return this.tab(isBack, true);
  }

  /** Show what the totals would be with what is typed, as far as it can be read. */
  preview() {
    const { cell, input, isName } = this.editing;
    if (!isName) this.board.preview(cell.row, cell.column, input.value);
  }

  /** Take what is typed; what says the same as before changes nothing. */
  commit() {
    if (!this.editing) return;
    const { cell, input, was, isName, data } = this.editing;
    this.close();
    if (input.value === was) this.board.refresh();
    else if (isName) this.board.rename(cell.row, input.value, data);
    else this.board.enter([cell], input.value, data);
  }

  /** Give up what is typed. */
  stop(row, column) {
    this.close();
    this.board.forget(row, column);
    this.to(row, column);
    return true;
  }

  /** Put what is edited aside, while the table is built again. */
  suspend() {
    if (!this.editing) return null;
    const { cell, input, was, data } = this.editing;
    this.editing = null;
    return { row: cell.row, column: cell.column, text: input.value, caret: input.selectionStart, was, data };
  }

  /** Go on editing in the new table, if the cell is still there. */
  resume(kept) {
    const cell = kept && this.grid.at(kept.row, kept.column);
    if (!cell) return;
    this.edit(cell, kept.text);
    Object.assign(this.editing, { was: kept.was, data: kept.data });
    this.editing.input.setSelectionRange(kept.caret, kept.caret);
  }

  close() {
    const { place, isName, cell } = this.editing;
    this.editing = null;
    delete place.dataset.editing;
    cell.box.tabIndex = -1;
    cell.sign = undefined;
    if (isName) place.firstElementChild.replaceChildren();
  }

  /** The focus came to some part of the board: a cell becomes the one that Tab comes back to. */
  focused(target) {
    const cell = this.cellOf(target);
    this.held = target.dataset.weight ? target.value : undefined;
    if (!cell || target.type === "range") return;
    if (!this.isMoving && this.editing?.input !== target) this.anchor = null;
    this.grid.active = [cell.row, cell.column];
    this.grid.settle();
    this.board.said();
  }

  blurred(target) {
    if (this.editing?.input === target) this.commit();
    if (this.typing?.input === target) {
      this.typing = null;
      this.grid.paint();
    }
  }
}

function within(names, index) {
  return names[Math.max(0, Math.min(names.length - 1, index))];
}
