// The table of the board: built when rows or columns change, else updated in place. All text goes in as text.

import { placeKey } from "./board_changes.js";
import { entry } from "./board_maps.js";
import { gapsText, lookOf, shareText, signsOf, standing } from "./board_look.js";
import { numberText } from "./board_text.js";
import { placesOf } from "./board_edits.js";

export const HEAD = "#head";
export const WEIGHT = "#weight";
export const NAME = "#name";
export const TOTAL = "#total";

/** An element with attributes and children; `text` is its text. */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") made.textContent = value;
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

export class Grid {
  constructor(board) {
    this.board = board;
    this.cells = new Map();
    this.active = null;
    this.stops = [];
    this.marked = [];
    this.table = el("table", { role: "grid", "aria-multiselectable": "true" });
    this.root = el("div", { class: "optlib-board-scroll", role: "region", tabindex: "0" }, this.table);
  }

  at(row, column) {
    return this.cells.get(`${row} ${column}`);
  }

  get rows() {
    return [HEAD, WEIGHT, ...this.board.rows];
  }

  get columns() {
    return [NAME, ...this.board.columns.map(({ id }) => id), TOTAL];
  }

  /** What the table was built of. */
  get plan() {
    const { rows, panel, state, seen } = this.board;
    return JSON.stringify([rows, this.columns, panel.shape, state.readOnly, seen.isDirect]);
  }

  /** Whether it must be built again: rows, columns or the open panel changed. */
  get isStale() {
    return this.plan !== this.built;
  }

  /** Show everything, in place where that can be. */
  show() {
    if (this.isStale) this.build();
    this.paint();
  }

  build() {
    const { board } = this;
    const edited = board.keys.suspend();
    const held = this.root.contains(document.activeElement) ? document.activeElement : null;
    this.active = this.active && [nearest(this.active[0], this.former[0], this.rows), nearest(this.active[1], this.former[1], this.columns)];
    this.cells.clear();
    this.stops = [];
    this.marked = [];
    const head = el("thead", {}, this.headRow(), this.weightRow());
    const body = el("tbody", {}, ...board.rows.map((row) => this.candidateRow(row)));
    if (!board.rows.length) body.append(this.wide("Nothing to compare yet: add the first candidate below."));
    this.table.replaceChildren(head, body);
    this.insert(board.panel, body);
    this.built = this.plan;
    this.former = [this.rows, this.columns];
    this.hold(held);
    board.keys.resume(edited);
  }

  /** The open panel stands below its candidate, or above the first one. */
  insert({ element, row }, body) {
    if (!element) return;
    const panel = this.wide(element, "optlib-board-panel");
    if (this.board.rows.includes(row)) this.at(row, NAME).box.parentElement.after(panel);
    else body.prepend(panel);
  }

  /** Give the focus back to what had it: the panel's control, or the cell in its new element. */
  hold(held) {
    if (!held || held === this.root) return;
    if (this.root.contains(held)) held.focus();
    else this.at(...this.active)?.focus.focus();
  }

  wide(content, kind = "optlib-board-empty") {
    const inner = el("div", { class: "optlib-board-wide" }, content);
    const cell = el("td", { role: "gridcell", colspan: String(this.columns.length) }, inner);
    return el("tr", { role: "row", class: kind }, cell);
  }

  /** Note a cell of the grid; `focus` is what gets the focus in it, the cell itself unless it holds a control. */
  cell(row, column, box, focus = box) {
    focus.setAttribute("tabindex", "-1");
    box.dataset.row = row;
    box.dataset.column = column;
    this.cells.set(`${row} ${column}`, { box, focus, row, column });
    return box;
  }

  headRow() {
    const corner = el("th", { role: "columnheader", scope: "col", class: "optlib-board-name", text: "Candidate" });
    const heads = this.board.columns.map(({ id }) => {
      const button = el("button", { type: "button", "data-act": "criterion", "data-id": id });
      const box = el("th", { role: "columnheader", scope: "col", class: "optlib-board-head" }, button);
      return this.cell(HEAD, id, box, button);
    });
    const total = el("th", { role: "columnheader", scope: "col", class: "optlib-board-total", text: "Total of 100" });
    return el("tr", { role: "row" }, this.cell(HEAD, NAME, corner), ...heads, this.cell(HEAD, TOTAL, total));
  }

  weightRow() {
    const name = el("th", { role: "rowheader", scope: "row", class: "optlib-board-name" }, el("span", { text: "Weight" }), el("small"));
    const total = el("td", { role: "gridcell", class: "optlib-board-total" });
    const cells = this.board.columns.map((criterion) => this.weightCell(criterion));
    return el("tr", { role: "row", class: "optlib-board-weights" }, this.cell(WEIGHT, NAME, name), ...cells, this.cell(WEIGHT, TOTAL, total));
  }

  weightCell({ id }) {
    const share = el("span", { class: "optlib-board-share" });
    const box = el("td", { role: "gridcell" });
    if (!this.board.seen.isDirect) {
      box.append(share);
      return this.cell(WEIGHT, id, box);
    }
    const disabled = this.board.state.readOnly;
    const slider = el("input", { type: "range", min: "0", tabindex: "-1", "data-slider": id, disabled });
    const input = el("input", { type: "text", inputmode: "decimal", maxlength: "40", autocomplete: "off", "data-weight": id, readonly: disabled });
    box.append(slider, input, share);
    return this.cell(WEIGHT, id, box, input);
  }

  candidateRow(row) {
    const badge = el("span", { class: "optlib-board-rank", "aria-hidden": "true" });
    const words = el("span", { class: "optlib-board-words" }, el("span", { class: "optlib-board-label" }), el("small"));
    const more = el("button", { type: "button", class: "optlib-board-more", tabindex: "-1", "data-act": "candidate", "data-id": row, text: "⋯" });
    const inner = el("div", {}, badge, words, more);
    const name = el("th", { role: "rowheader", scope: "row", class: "optlib-board-name" }, inner);
    const scores = this.board.columns.map(({ id }) => this.cell(row, id, el("td", { role: "gridcell" })));
    const total = el("td", { role: "gridcell", class: "optlib-board-total" }, el("strong"), el("small"), el("span", { class: "optlib-board-bar", "aria-hidden": "true" }, el("i"), el("b")));
    return el("tr", { role: "row" }, this.cell(row, NAME, name), ...scores, this.cell(row, TOTAL, total));
  }

  paint() {
    const { board } = this;
    const { name } = board.state.domain;
    const whose = board.seen.person ? ` by ${board.personName}` : "";
    attribute(this.table, "aria-label", `Scores of ${name}${whose}`);
    attribute(this.root, "aria-label", `Board of ${name}`);
    this.paintWeights();
    for (const criterion of board.columns) this.paintHead(criterion);
    const contexts = board.columns.map((criterion) => JSON.stringify([criterion, board.state.scale]));
    for (const row of board.rows) {
      this.paintStanding(row);
      board.columns.forEach((criterion, column) => this.paintScore(row, criterion, contexts[column]));
    }
    this.settle();
  }

  /** While a weight is typed only weights, totals and ranks change. */
  paintTotals() {
    this.paintWeights();
    for (const row of this.board.rows) this.paintStanding(row);
  }

  paintHead(criterion) {
    const { focus } = this.at(HEAD, criterion.id);
    const sign = JSON.stringify(criterion);
    if (this.at(HEAD, criterion.id).sign === sign) return;
    this.at(HEAD, criterion.id).sign = sign;
    const hints = [criterion.unit, criterion.hint].filter(Boolean).join(", ");
    focus.replaceChildren(el("span", { text: criterion.name }), ...(hints ? [el("small", { text: hints })] : []));
    focus.title = criterion.asks;
  }

  paintWeights() {
    const { board } = this;
    const [, whence] = this.at(WEIGHT, NAME).box.children;
    text(whence, board.whence);
    text(this.at(WEIGHT, TOTAL).box, gapsText(board.seen));
    const most = this.sliding() ? undefined : mostOf(Object.values(board.seen.typed));
    for (const criterion of board.columns) this.paintWeight(criterion, most);
  }

  sliding() {
    return document.activeElement?.type === "range" && this.root.contains(document.activeElement);
  }

  paintWeight(criterion, most) {
    const { board } = this;
    const { box, focus } = this.at(WEIGHT, criterion.id);
    const share = shareText(board, criterion);
    text(box.lastElementChild, share);
    if (focus === box) return attribute(box, "aria-label", `Weight of ${criterion.name}: ${share}`);
    const fault = board.store.faults.get(placeKey([...placesOf(board.state, board.seen.person).weights, criterion.id]));
    const weight = entry(board.seen.typed, criterion.id);
    const slider = box.firstElementChild;
    if (most) Object.assign(slider, { max: most, step: most / 100 });
    if (slider !== document.activeElement) slider.value = String(weight ?? 0);
    attribute(slider, "aria-label", `Weight of ${criterion.name}`);
    attribute(slider, "aria-valuetext", share === "–" ? "no share yet" : share);
    if (focus !== document.activeElement || !board.keys.isTyping(focus)) value(focus, fault?.text ?? numberText(weight));
    attribute(focus, "aria-label", `Weight of ${criterion.name} as a number`);
    attribute(focus, "aria-invalid", fault ? "true" : undefined);
    return attribute(focus, "title", fault?.message);
  }

  paintStanding(row) {
    const found = standing(this.board, row);
    const { box } = this.at(row, NAME);
    const [badge, words, more] = box.firstElementChild.children;
    text(badge, found.isOut ? "out" : found.rank === null ? "–" : String(found.rank));
    const fault = this.board.store.faults.get(placeKey([...placesOf(this.board.state).candidates, row, "name"]));
    if (words.dataset.editing === undefined) text(words.firstElementChild, fault?.text ?? found.name);
    text(words.lastElementChild, found.reason);
    attribute(words.lastElementChild, "title", found.reason || undefined);
    attribute(more, "aria-label", `${found.name}: rename, move or remove`);
    attribute(box, "aria-label", nameLabel(found));
    attribute(box, "aria-invalid", fault ? "true" : undefined);
    const tr = box.parentElement;
    tr.classList.toggle("optlib-board-out", found.isOut);
    tr.classList.toggle("optlib-board-first", found.rank === 1);
    this.paintTotal(this.at(row, TOTAL).box, found);
  }

  paintTotal(box, found) {
    const [strong, small, bar] = box.children;
    text(strong, found.isScored ? found.total : "–");
    text(small, found.bounds);
    const spoken = found.isScored ? `${found.total} of 100${found.bounds ? `, from ${found.bounds.replace("–", " to ")}` : ""}` : "no total yet";
    attribute(box, "aria-label", `${found.name}, total: ${spoken}`);
    const [span, likely] = bar.children;
    const [low, high] = found.isScored ? [found.low, found.high] : [0, 0];
    style(span, `left:${low.toFixed(1)}%;width:${Math.max(0, high - low).toFixed(1)}%`);
    style(likely, `width:${(found.isScored ? found.likely : 0).toFixed(1)}%`);
  }

  /** Show a score, unless it and all that its look depends on are as they were. */
  paintScore(row, criterion, context) {
    const cell = this.at(row, criterion.id);
    const { box } = cell;
    if (box.dataset.editing !== undefined) return;
    const sign = `${context}${JSON.stringify(signsOf(this.board, row, criterion))}`;
    if (cell.sign === sign) return;
    cell.sign = sign;
    const look = lookOf(this.board, row, criterion);
    const heat = look.heat === null || look.heat === undefined ? look.kind : `heat${look.heat}`;
    box.className = `optlib-board-score optlib-board-${heat}${look.isBorrowed ? " optlib-board-borrowed" : ""}`;
    attribute(box, "aria-label", look.label);
    attribute(box, "aria-invalid", look.fault ? "true" : undefined);
    attribute(box, "title", look.fault?.message ?? look.hint);
    box.replaceChildren(...parts(look));
  }

  /** Keep one cell of the grid, and the slider above it, in the order of the Tab key. */
  settle() {
    const isThere = this.active && this.at(...this.active);
    const [row, column] = isThere ? this.active : [this.board.rows[0] ?? WEIGHT, this.board.columns[0]?.id ?? NAME];
    this.active = [row, column];
    const slider = this.at(WEIGHT, column).box.querySelector("input[type=range]");
    for (const each of this.stops) each.tabIndex = -1;
    this.stops = [this.board.keys.inputIn(row, column) ?? this.at(row, column).focus, ...(slider ? [slider] : [])];
    for (const each of this.stops) each.tabIndex = 0;
    this.mark(this.board.keys.selected());
  }

  mark(cells) {
    for (const { box } of this.marked) box.removeAttribute("aria-selected");
    for (const { box } of cells) box.setAttribute("aria-selected", "true");
    this.marked = cells;
  }

  focus(row, column) {
    const cell = this.at(row, column);
    if (!cell) return;
    this.active = [row, column];
    this.settle();
    cell.focus.focus();
    if (cell.focus.select) cell.focus.select();
  }
}

function nameLabel({ name, isOut, rank, reason }) {
  const place = isOut ? "eliminated" : rank === null ? "not ranked" : `rank ${rank}`;
  return `${name}, ${place}${reason ? `: ${reason}` : ""}`;
}

function parts({ text: words, range, unit, isNoted }) {
  const made = [el("span", { text: words })];
  if (range) made.push(" ", el("span", { class: "optlib-board-range", text: `(${range})` }));
  if (unit) made.push(el("small", { text: unit }));
  if (isNoted) made.push(el("i", { class: "optlib-board-dot", "aria-hidden": "true" }));
  return made;
}

/** A row or column, or what stands in its place now that it is gone. */
function nearest(name, former, now) {
  return now.includes(name) ? name : now[Math.min(former.indexOf(name), now.length - 1)];
}

/** The end of the sliders: 1, 10 or 100, whichever all weights fit in; more where a weight is larger. */
function mostOf(weights) {
  const largest = Math.max(0, ...weights);
  return largest ? 10 ** Math.max(0, Math.ceil(Math.log10(largest))) : 100;
}

function text(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

function value(input, words) {
  if (input.value !== words) input.value = words;
}

function style(element, css) {
  if (element.getAttribute("style") !== css) element.setAttribute("style", css);
}

function attribute(element, name, words) {
  if (words === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== words) element.setAttribute(name, words);
}
