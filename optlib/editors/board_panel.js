// The panel that opens below a row: its fields, and how it opens and closes.

import { el, NAME, WEIGHT } from "./board_grid.js";
import { entry, found } from "./board_maps.js";
import { placesOf } from "./board_edits.js";

const LONGEST = 4000;

export class Panel {
  constructor(board) {
    this.board = board;
    this.element = null;
    this.fields = [];
  }

  /** What the panel is about, so that the grid knows when to build it in. */
  get shape() {
    return this.element ? this.subject : "";
  }

  /** Open below a row; closing it gives the focus back to the cell that it is about. */
  open(place, title, content) {
    const { board } = this;
    this.drop();
    Object.assign(this, place);
    board.store.message = "";
    const close = button("Close", "close");
    const head = el("div", { class: "optlib-board-heading" }, el("strong", { text: title }), close);
    this.element = el("div", { role: "group", "aria-label": title }, head, ...content());
    board.refresh();
    (this.element.querySelector("input, textarea, select") ?? close).focus();
    return true;
  }

  drop() {
    this.element = null;
    this.fields = [];
  }

  close() {
    if (!this.element) return false;
    const isHeld = this.element.contains(document.activeElement);
    this.drop();
    this.board.refresh();
    if (isHeld) this.board.grid.focus(this.row, this.column);
    return true;
  }

  /** Show what the workbook says now, except in the field that is typed in; a panel about nothing closes. */
  paint() {
    if (!this.element) return;
    const { rows, columns } = this.board.grid;
    if (!rows.includes(this.row) || !columns.includes(this.column)) this.drop();
    for (const { input, show } of this.fields) if (input !== document.activeElement) input.value = show();
  }

  /** A labelled field that shows something; `typed` hears each key, `given` what is left standing. */
  field(label, { tag = "input", type = "text", hint, show, typed, given }) {
    const attributes = tag === "input" ? { type, autocomplete: "off" } : { rows: "2" };
    const input = el(tag, { ...attributes, maxlength: String(LONGEST), placeholder: hint, disabled: this.board.state.readOnly });
    input.value = show();
    if (typed) input.addEventListener("input", () => typed(input.value));
    if (given) input.addEventListener("change", () => given(input.value));
    if (typed || given) this.fields.push({ input, show });
    return el("label", {}, el("span", { text: label }), input);
  }

  choice(label, choices, { show, given }) {
    const select = el("select", { disabled: this.board.state.readOnly }, ...choices.map(([value, text]) => el("option", { value, text })));
    select.value = show();
    if (given) {
      select.addEventListener("change", () => given(select.value));
      this.fields.push({ input: select, show });
    }
    return el("label", {}, el("span", { text: label }), select);
  }

  /** A field whose text is written to a place of the workbook while it is typed. */
  bound(label, where, options = {}) {
    const show = () => found(this.board.data, where) ?? "";
    return this.field(label, { ...options, show, typed: (words) => this.board.write(where, words) });
  }

  openNote(row, column) {
    const { board } = this;
    const where = placesOf(board.state, board.seen.person).score(row, column);
    if (board.seen.person && found(board.data, where) === undefined) {
      return board.say(`A note goes with a score of ${board.personName}'s own; give one first.`);
    }
    return this.open({ subject: `note ${row} ${column}`, row, column }, board.cellName(row, column), () => [
      this.bound("Why this score", [...where, "note"], { tag: "textarea" }),
      this.bound("Source", [...where, "source"]),
      this.bound("By", [...where, "by"]),
      this.bound("On", [...where, "on"], { type: "date" }),
    ]);
  }

  openCandidate(row) {
    const { board } = this;
    const reason = entry(board.state.out, row) ?? entry(board.state.doubts, row);
    const show = () => board.nameText(row);
    return this.open({ subject: `candidate ${row}`, row, column: NAME }, show(), () => [
      this.field("Name", { show, given: (words) => board.rename(row, words) }),
      buttons(button("Move up", "up", row), button("Move down", "down", row), button("Remove", "remove-candidate", row)),
      ...(reason ? [el("p", { text: reason })] : []),
    ]);
  }

  openPerson() {
    return this.open({ subject: "person", row: WEIGHT, column: NAME }, "Add a person who scores", () => {
      const name = this.field("Name of the person", { show: () => "" });
      this.read = () => name.lastElementChild.value;
      return [name, buttons(button("Add the person", "add-person"))];
    });
  }
}

export function button(text, act, id) {
  return el("button", { type: "button", "data-act": act, "data-id": id, text });
}

export function buttons(...children) {
  return el("div", { class: "optlib-board-buttons" }, ...children);
}
