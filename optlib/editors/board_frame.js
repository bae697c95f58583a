// What stands around the grid: the tools, the row that adds a candidate, and the status line.

import { placeKey } from "./board_changes.js";
import { placesOf } from "./board_edits.js";
import { el, HEAD, NAME, TOTAL, WEIGHT } from "./board_grid.js";
import { entry } from "./board_maps.js";
import { button } from "./board_panel.js";

const HELP =
  "Arrows move; type 4, 2-4 or 2, 3, 4; ? is unknown, Backspace empties; F2 edits, Shift+F2 notes why; Ctrl+Z undoes; paste from a spreadsheet.";
const SLOW = "Not saved yet: the kernel doesn't answer. It may be busy; if it was restarted, run the cell again and enter this anew.";

let count = 0;

export class Frame {
  constructor(board, root) {
    this.board = board;
    this.root = root;
    count += 1;
    this.names = `optlib-board-known-${count}`;
    root.classList.add("optlib-board");
    this.tools = this.toolRow();
    this.help = el("p", { class: "optlib-board-help", text: HELP });
    this.add = this.addRow();
    this.status = el("div", { class: "optlib-board-status", role: "status" });
    this.giveUp = button("Show what is saved", "give-up");
    const foot = el("div", { class: "optlib-board-foot" }, this.status, this.giveUp);
    this.parts = [this.tools, this.help, board.grid.root, this.add, foot];
  }

  /** Put the board into the page, at first and when its domain is back. */
  attach() {
    if (!this.root.contains(this.tools)) this.root.replaceChildren(...this.parts);
  }

  toolRow() {
    this.people = el("select");
    const view = el("label", {}, el("span", { text: "Scores of" }), this.people);
    this.buttons = {
      undo: button("Undo", "undo"),
      redo: button("Redo", "redo"),
      sort: button("Sort by rank", "sort"),
      even: button("Equal weights", "even"),
      reset: button("Reset weights", "reset"),
      criteria: button("Add a criterion", "criteria"),
      person: button("Add a person", "person"),
    };
    this.buttons.reset.title = "The weights as they were when this board was opened";
    const { criteria, person, ...others } = this.buttons;
    return el("div", { class: "optlib-board-tools" }, ...Object.values(others), criteria, view, person);
  }

  addRow() {
    this.input = el("input", { type: "text", list: this.names, maxlength: "200", autocomplete: "off", placeholder: "a known candidate, or your own" });
    this.list = el("datalist", { id: this.names });
    const label = el("label", {}, el("span", { text: "New candidate" }), this.input);
    return el("form", { class: "optlib-board-add" }, label, this.list, el("button", { type: "submit", text: "Add candidate" }));
  }

  gone() {
    this.root.replaceChildren(el("p", { class: "optlib-board-help", text: "The workbook doesn't have this domain any more." }));
  }

  paint() {
    const { board } = this;
    const { readOnly } = board.state;
    const { undo, redo, sort, even, reset, criteria, person } = this.buttons;
    for (const each of [undo, redo, criteria, person]) each.disabled = readOnly;
    for (const each of [even, reset]) each.disabled = readOnly || !board.seen.isDirect;
    words(sort, board.order ? "Order of the file" : "Sort by rank");
    this.add.hidden = readOnly;
    this.paintPeople();
    this.paintKnown();
    this.paintStatus();
  }

  paintPeople() {
    const choices = [["", "all, as agreed"], ...this.board.people];
    const sign = JSON.stringify(choices);
    if (this.people.dataset.sign !== sign) {
      this.people.dataset.sign = sign;
      this.people.replaceChildren(...choices.map(([value, text]) => el("option", { value, text })));
    }
    this.people.value = this.board.person;
  }

  paintKnown() {
    const { state, seen } = this.board;
    const taken = new Set(seen.candidates.flatMap((id) => [id, entry(seen.options.candidates, id).known_as]));
    const names = state.known.filter(({ id }) => !taken.has(id)).map(({ name }) => name);
    const sign = JSON.stringify(names);
    if (this.list.dataset.sign === sign) return;
    this.list.dataset.sign = sign;
    this.list.replaceChildren(...names.map((value) => el("option", { value })));
  }

  paintStatus() {
    const { store } = this.board;
    const faults = [...store.faults.values()];
    const fault = this.fault() ?? (store.message ? undefined : faults[0]);
    const lines = [
      store.isSlow ? SLOW : "",
      fault ? `Not saved: ${fault.message}.` : store.message,
      faults.length > 1 ? `${faults.length} entries are not saved; they are marked.` : "",
    ];
    words(this.status, lines.filter(Boolean).join(" "));
    this.status.classList.toggle("optlib-board-bad", store.isSlow || faults.length > 0 || store.message.startsWith("Not"));
    this.giveUp.hidden = !faults.length;
  }

  /** What is wrong with the cell that has the focus. */
  fault() {
    const { board } = this;
    const [row, column] = board.grid.active ?? [HEAD, TOTAL];
    if (row === HEAD || column === TOTAL) return undefined;
    const places = placesOf(board.state, board.person);
    const where = row === WEIGHT ? [...places.weights, column] : column === NAME ? [...places.candidates, row, "name"] : places.score(row, column);
    return board.store.faults.get(placeKey(where));
  }
}

function words(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
