// The board of a domain: candidates by criteria, weights above their columns, totals and ranks beside. State comes from
// Python as plain data and goes back as changes; everything that is shown is derived from it.

import { applied, dropAt, placeKey, setAt } from "./board_changes.js";
import { Clipboard } from "./board_clipboard.js";
import { criterionOf, openAddition, openCriterion } from "./board_criteria.js";
import {
  candidateAdded,
  candidateMoved,
  candidateRemoved,
  candidateRenamed,
  criterionRemoved,
  evenWeights,
  formerWeights,
  pasted,
  personAdded,
  placesOf,
  scored,
  weighed,
} from "./board_edits.js";
import { listen } from "./board_events.js";
import { Frame } from "./board_frame.js";
import { Grid, NAME } from "./board_grid.js";
import { Keys } from "./board_keys.js";
import { entry, found, has, NOTHING } from "./board_maps.js";
import { Panel } from "./board_panel.js";
import { refusal } from "./board_refusals.js";
import { nameOf, seenBy } from "./board_seen.js";
import { Store } from "./board_store.js";
import { numberText, scoreText } from "./board_text.js";

const METHODS = {
  swing: "by swing",
  rank_order: "by rank order",
  pairwise: "by pairwise comparison",
  best_worst: "by best and worst",
};

class Board {
  constructor(model, root) {
    this.store = new Store(model, (refused, isLight) => this.changed(refused, isLight));
    this.person = "";
    this.order = null;
    this.asked = new Set();
    this.hidden = new Set();
    this.keys = new Keys(this);
    this.panel = new Panel(this);
    this.grid = new Grid(this);
    this.clipboard = new Clipboard(this);
    this.frame = new Frame(this, root);
    this.refresh();
  }

  get state() {
    return this.store.state;
  }

  get data() {
    return this.store.data;
  }

  /** Show everything as it is now. */
  refresh() {
    if (this.state.isGone) return this.frame.gone();
    this.frame.attach();
    this.see(this.data);
    this.panel.paint();
    this.grid.show();
    this.frame.paint();
    return undefined;
  }

  /** Take in what there is to show: whose view, which columns, in which order. */
  see(data) {
    this.seen = seenBy(this.state, data, this.person);
    if (this.person && !has(this.seen.options.evaluators, this.person)) {
      this.person = "";
      this.seen = seenBy(this.state, data);
    }
    this.columns = this.seen.every.filter((criterion) => this.isShown(criterion));
    for (const { id } of this.columns) this.asked.add(id);
    const inOrder = (this.order ?? []).filter((id) => this.seen.candidates.includes(id));
    this.rows = [...new Set([...inOrder, ...this.seen.candidates])];
  }

  /** Columns that are in use, and those that were shown once, until they are taken away. */
  isShown({ id, isShown }) {
    const isUsed = this.seen.criteria.some((criterion) => criterion.id === id) || has(this.seen.typed, id);
    return isUsed || (!this.hidden.has(id) && (isShown || this.asked.has(id)));
  }

  /** Something was changed here, or Python answered; while a weight is typed the scores stay as they are. */
  changed(refused = [], isLight = false) {
    for (const each of refused) refusal(this, each);
    this.see(this.data);
    if (!isLight || this.grid.isStale) return this.refresh();
    this.grid.paintTotals();
    return this.frame.paint();
  }

  say(message) {
    this.store.message = message;
    this.frame.paint();
    return true;
  }

  /** What the status line says follows the cell that has the focus. */
  said() {
    this.frame.paint();
  }

  /** Make the changes that `make` comes to; where it can't be done say why. Whether it could. */
  attempt(make, options) {
    if (this.state.readOnly) return false;
    try {
      this.store.make(make(), options);
      return true;
    } catch (error) {
      this.say(`Not done: ${error.message}`);
      return false;
    }
  }

  /** Enter a score into cells. */
  enter(cells, text, before) {
    if (this.state.readOnly) return true;
    const typed = cells.map(({ row, column }) => ({ candidate: row, criterion: this.criterion(column), text }));
    const { changes, faults } = scored(this, typed);
    this.store.make(changes, { faults, before });
    return true;
  }

  /** Show the totals with what is being typed, as far as it can be read. */
  preview(row, column, text) {
    const { changes } = scored(this, [{ candidate: row, criterion: this.criterion(column), text }]);
    this.see(applied(this.data, changes));
    this.grid.paintTotals();
  }

  /** Forget what can't be saved in a cell. */
  forget(row, column) {
    const where = column === NAME ? [...placesOf(this.state).candidates, row, "name"] : this.scorePlace(row, column);
    this.store.faults.delete(placeKey(where));
    this.store.message = "";
    this.refresh();
  }

  weigh(column, text) {
    const { changes, faults } = weighed(this, this.criterion(column), text);
    this.store.make(changes, { faults, burst: `weight ${this.person} ${column}`, isLight: true });
  }

  /** Write a text to a place; an emptied one is taken out. */
  write(where, words) {
    const text = words.trim();
    this.store.make([text ? setAt(where, text) : dropAt(where)], { burst: placeKey(where) });
  }

  /** Put down a pasted block. */
  put(block, row, column) {
    const { changes, faults, said } = pasted(this, block, row, column);
    this.store.make(changes, { faults, said });
  }

  rename(row, words, before) {
    const where = [...placesOf(this.state).candidates, row, "name"];
    try {
      this.store.make(candidateRenamed(this, row, words), { before });
    } catch (error) {
      const message = `${this.nameText(row)}: ${error.message}`;
      this.store.make([], { faults: [[placeKey(where), { text: words, message }]] });
    }
  }

  move(row, by) {
    if (!this.seen.candidates.includes(row)) return true;
    if (this.order) return this.say("The rows are sorted by rank: show them in the order of the file to move them.");
    return this.attempt(() => candidateMoved(this, row, by));
  }

  removeCandidate(row) {
    const name = this.nameText(row);
    this.attempt(() => candidateRemoved(this, row), { said: `${name} removed; Ctrl+Z brings it back.` });
    return true;
  }

  removeCriterion(id) {
    const criterion = this.criterion(id);
    this.panel.drop();
    this.hidden.add(id);
    this.asked.delete(id);
    const isDone = this.attempt(() => criterionRemoved(this, criterion), { said: `${criterion.name} removed; Ctrl+Z brings its weights and scores back.` });
    if (!isDone) this.hidden.delete(id);
    this.refresh();
  }

  /** Add a candidate; what can't be added stays typed. */
  addCandidate(input) {
    const isDone = this.attempt(() => {
      const { id, changes } = candidateAdded(this, input.value);
      this.added = id;
      return changes;
    });
    if (!isDone) return;
    input.value = "";
    this.grid.focus(this.added, this.columns[0]?.id ?? NAME);
  }

  addCriterion() {
    const isDone = this.attempt(() => {
      const { id, changes } = criterionOf(this, this.panel.read());
      this.added = id;
      return changes;
    });
    if (isDone) this.showColumn(this.added);
  }

  addPerson() {
    const isDone = this.attempt(() => {
      const { id, changes } = personAdded(this, this.panel.read());
      this.added = id;
      return changes;
    });
    if (!isDone) return;
    this.look(this.added);
    this.grid.focus(...this.grid.active);
  }

  showColumn(id) {
    this.panel.drop();
    this.hidden.delete(id);
    this.asked.add(id);
    this.refresh();
    this.grid.focus(this.rows[0] ?? this.grid.rows[1], id);
  }

  look(person) {
    this.person = person;
    this.store.message = "";
    this.panel.drop();
    this.refresh();
  }

  /** Sort the rows by rank as it is now, or show them in the order of the file. */
  sort() {
    const { candidates, totals } = this.seen;
    const place = (id) => totals.ranks[candidates.indexOf(id)] ?? Infinity;
    this.order = this.order ? null : [...candidates].sort((one, other) => place(one) - place(other) || 0);
    this.refresh();
  }

  /** Undo or redo; what is being typed as a weight gives way. */
  step(kind) {
    this.keys.typing = null;
    if (!this.state.readOnly) this.store[kind]();
    return true;
  }

  act(kind, id) {
    const acts = {
      undo: () => this.step("undo"),
      redo: () => this.step("redo"),
      sort: () => this.sort(),
      even: () => this.attempt(() => evenWeights(this)),
      reset: () => this.attempt(() => formerWeights(this, this.store.opened)),
      "give-up": () => this.store.giveUp(),
      close: () => this.panel.close(),
      candidate: () => this.panel.openCandidate(id),
      criterion: () => openCriterion(this.panel, this.criterion(id)),
      criteria: () => openAddition(this.panel),
      person: () => this.panel.openPerson(),
      up: () => this.move(id, -1),
      down: () => this.move(id, 1),
      "remove-candidate": () => this.removeCandidate(id),
      "remove-criterion": () => this.removeCriterion(id),
      "add-column": () => this.showColumn(this.panel.read().known),
      "add-criterion": () => this.addCriterion(),
      "add-person": () => this.addPerson(),
    };
    acts[kind]?.();
  }

  criterion(id) {
    return this.seen.every.find((criterion) => criterion.id === id);
  }

  scorePlace(row, column) {
    return placesOf(this.state, this.person).score(row, column);
  }

  nameText(row) {
    return nameOf(this.state, this.seen.options, row);
  }

  cellName(row, column) {
    return `${this.nameText(row)}, ${this.criterion(column).name}`;
  }

  /** What stands in a cell as it is typed: what couldn't be saved, else the score. */
  scoreText(row, column) {
    const where = this.scorePlace(row, column);
    return this.store.faults.get(placeKey(where))?.text ?? scoreText(this.seen.scoreOf(row, column));
  }

  weightText(column) {
    return numberText(entry(this.seen.typed, column));
  }

  /** From where the shares come that stand below the criteria, where no weights are typed. */
  get whence() {
    const { options, isDirect, isStated, typed } = this.seen;
    const own = this.person ? entry(options.evaluators, this.person) : options;
    if (!isDirect) return METHODS[own.weighting.method];
    if (Object.keys(typed).length) return "";
    if (this.person) return "as agreed";
    return isStated ? "of the evaluators" : this.state.middle ? "within their intervals" : "all the same";
  }

  get personName() {
    return found(this.seen.options, ["evaluators", this.person, "name"]) || this.person;
  }

  get people() {
    return Object.entries(this.seen.options.evaluators ?? NOTHING).map(([id, one]) => [id, one.name || id]);
  }
}

function render({ model, el }) {
  const board = new Board(model, el);
  const onState = () => {
    board.store.rebase();
    board.refresh();
  };
  const onMessage = (message) => {
    if (message.kind === "answer" && message.client === board.store.client) board.store.answered(message);
  };
  model.on("change:state", onState);
  model.on("msg:custom", onMessage);
  const leave = listen(board, el);
  return () => {
    board.keys.commit();
    board.store.flush();
    model.off("change:state", onState);
    model.off("msg:custom", onMessage);
    leave();
  };
}

export default { render };
