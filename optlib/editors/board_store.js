// What was changed here and is not answered by Python yet, on top of the state that Python sent; and the steps to undo.

import { applied, compressed, inverse, overlaps, placeKey, real } from "./board_changes.js";
import { found } from "./board_maps.js";

const PAUSE = 250;
const LONGEST_PAUSE = 1000;
const PATIENCE = 4000;
const MOST_STEPS = 200;
const ONE_BURST = 1500;

export class Store {
  constructor(model, changed) {
    this.model = model;
    this.changed = changed;
    this.client = Math.random().toString(36).slice(2);
    this.faults = new Map();
    this.message = "";
    this.isSlow = false;
    this.past = [];
    this.future = [];
    this.waiting = [];
    this.batch = 0;
    this.rebase();
    this.opened = this.data;
  }

  /** Take over what Python says now, and put what it hasn't answered on top. */
  rebase() {
    this.state = this.model.get("state");
    this.data = applied(this.state.data, this.waiting.map(({ change }) => change));
  }

  /**
   * Make changes that one step undoes. `faults` are places with what is typed there and why it can't stand. Changes
   * with the same `burst` that follow each other are one step. `before` is the data that the person saw when they
   * began to type: what came in since is not overwritten unseen.
   */
  make(changes, { faults = [], burst = "", said = "", isLight = false, before = this.data } = {}) {
    const wanted = real(this.data, changes);
    const touched = [...changes.map(({ where }) => placeKey(where)), ...faults.map(([key]) => key)];
    const former = touched.map((key) => [key, this.faults.get(key)]);
    const forth = { changes: wanted, faults: [...touched.map((key) => [key, undefined]), ...faults] };
    this.message = said;
    if (wanted.length || faults.length || former.some(([, fault]) => fault)) {
      if (this.waiting.length && burst !== this.past.at(-1)?.burst) this.sendInTurn();
      this.remember(forth, { changes: inverse(this.data, wanted), faults: former }, burst);
      this.perform(forth, burst ? PAUSE : 0, before);
    }
    this.changed([], isLight);
  }

  remember(forth, back, burst) {
    const last = this.past[this.past.length - 1];
    const now = Date.now();
    if (burst && last?.burst === burst && now - last.at < ONE_BURST) {
      Object.assign(last, { forth: joined(forth, last.forth), back: joined(last.back, back), at: now });
    } else {
      this.past = [...this.past, { forth, back, burst, at: now }].slice(-MOST_STEPS);
    }
    this.future = [];
  }

  perform({ changes, faults }, pause = 0, before = this.data) {
    for (const [key, fault] of faults) fault ? this.faults.set(key, fault) : this.faults.delete(key);
    for (const change of changes) this.waiting.push({ change: this.checked(change, before), batch: 0 });
    this.data = applied(this.data, changes);
    if (changes.length) this.touch(pause);
  }

  /** The change with what stood there, unless an unanswered one touches it: then Python may not have it so. */
  checked(change, before) {
    const isFree = !this.waiting.some((other) => overlaps(other.change.where, change.where));
    return { ...change, isChecked: isFree && change.kind !== "order", before: found(before, change.where) };
  }

  undo() {
    this.step(this.past, this.future, "back", "undo");
  }

  redo() {
    this.step(this.future, this.past, "forth", "redo");
  }

  /** Go one step; where there is none here, ask Python for one of an earlier session. */
  step(from, to, way, kind) {
    const last = from.pop();
    this.message = "";
    if (last) {
      to.push({ ...last, burst: "" });
      this.perform(last[way]);
    } else {
      this.flush();
      this.send({ kind });
    }
    this.changed();
  }

  /** Send soon: after a pause where something is typed or slid, at once where a step is done. */
  touch(pause) {
    this.since ??= Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.sendInTurn(), Math.max(0, Math.min(pause, this.left)));
  }

  /** How long what waits may go on waiting. */
  get left() {
    return this.since + LONGEST_PAUSE - Date.now();
  }

  /** Send, but collect while Python is at work on a batch: one batch is one save, and mostly one step. */
  sendInTurn() {
    const isBusy = this.waiting.some(({ batch }) => batch);
    if (!isBusy || this.left <= 0) this.flush();
    else this.timer = setTimeout(() => this.flush(), this.left);
  }

  /** Send what waits to be sent. */
  flush() {
    clearTimeout(this.timer);
    this.since = undefined;
    const fresh = this.waiting.filter(({ batch }) => !batch);
    if (!fresh.length) return;
    this.batch += 1;
    for (const each of fresh) each.batch = this.batch;
    this.send({ kind: "changes", batch: this.batch, changes: compressed(fresh.map(({ change }) => change)).map(spelt) });
    this.watch(this.batch);
  }

  send(message) {
    try {
      this.model.send({ client: this.client, ...message });
    } catch {
      this.isSlow = true;
    }
  }

  watch(batch) {
    setTimeout(() => {
      if (!this.waiting.some((each) => each.batch === batch)) return;
      this.isSlow = true;
      this.changed();
    }, PATIENCE);
  }

  /** Python has answered a batch: what it refused stays as typed, with the reason; all else is in its state. */
  answered({ batch, refused }) {
    const mine = this.waiting.filter((each) => each.batch && each.batch <= batch);
    this.waiting = this.waiting.filter((each) => !mine.includes(each));
    this.isSlow = false;
    this.rebase();
    if (this.since !== undefined && !this.waiting.some((each) => each.batch)) this.flush();
    const places = new Set(refused.map(({ where }) => placeKey(where)));
    this.past = this.past.filter(({ forth }) => !forth.changes.length || !forth.changes.every(({ where }) => places.has(placeKey(where))));
    const said = refused.map(({ where, message }) => ({ where, message, change: lastAt(mine, where) }));
    this.changed(said);
  }

  /** Show what is saved where something unreadable is typed. */
  giveUp() {
    const faults = [...this.faults];
    this.remember({ changes: [], faults: faults.map(([key]) => [key, undefined]) }, { changes: [], faults }, "");
    this.faults.clear();
    this.message = "";
    this.changed();
  }
}

/** Of two ways to the same place, the first that leads somewhere. */
function joined(one, other) {
  return { changes: one.changes.length ? one.changes : other.changes, faults: one.faults };
}

function lastAt(waiting, where) {
  return waiting.findLast(({ change }) => placeKey(change.where) === placeKey(where))?.change;
}

/** A change as it travels: what stood there only where that is to be held against what stands there now. */
function spelt({ kind, where, after, before, isChecked }) {
  const known = !isChecked ? {} : before === undefined ? { isNew: true } : { before };
  return kind === "drop" ? { kind, where, ...known } : { kind, where, after, ...known };
}
