// A list to put in order. Its value is a list of places, each a list of ids: several where they are the same.
// The rows stay the same elements while they move, so that the focus and a screen reader's place are kept.

const PLACED = [
  ["up", "↑", (name) => `Move ${name} up`],
  ["down", "↓", (name) => `Move ${name} down`],
  ["same", "=", (name) => `${name} is the same as the one above`],
  ["out", "×", (name) => `Take ${name} out of the order`],
];
const OPEN = [["place", "Place next", (name) => `Place ${name} next`]];

const HELP = "Drag a row, or use its buttons. Arrow keys go from button to button, Alt with an arrow key moves the row.";
const UNPLACED = "Not placed yet";

const placeOf = (places, id) => places.findIndex((place) => place.includes(id));
const without = (places, id) =>
  places.map((place) => place.filter((other) => other !== id)).filter((place) => place.length);
const inserted = (places, index, place) => [...places.slice(0, index), place, ...places.slice(index)];
const isTied = (places, id) => places.some((place) => place.length > 1 && place.includes(id));

function up(places, id) {
  const index = placeOf(places, id);
  return inserted(without(places, id), isTied(places, id) ? index : Math.max(0, index - 1), [id]);
}

function down(places, id) {
  return inserted(without(places, id), placeOf(places, id) + 1, [id]);
}

function same(places, id) {
  const index = placeOf(places, id);
  if (isTied(places, id)) return places[index][0] === id ? up(places, id) : down(places, id);
  return index > 0 ? joined(places, id, places[index - 1][0]) : places;
}

function joined(places, id, other) {
  return without(places, id).map((place) => (place.includes(other) ? [...place, id] : place));
}

const beside = (step) => (places, id, other) => {
  const rest = without(places, id);
  return inserted(rest, placeOf(rest, other) + step, [id]);
};

const place = (places, id) => [...without(places, id), [id]];
const MOVES = { up, down, same, out: without, place };
const DROPS = { before: beside(0), after: beside(1), with: joined };

function element(tag, kind, text) {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  if (text) made.textContent = text;
  return made;
}

const actButton = (act, sign) => {
  const button = element("button", "optlib-act", sign);
  button.type = "button";
  button.dataset.act = act;
  return button;
};

class OrderView {
  constructor(model, el) {
    this.model = model;
    this.rows = new Map();
    this.current = { id: "", act: "" };
    this.root = element("div", "optlib-order");
    this.help = element("div", "optlib-order-hint", HELP);
    this.list = element("ol", "optlib-ranked");
    this.restTitle = element("div", "optlib-order-hint", UNPLACED);
    this.rest = element("ul", "optlib-unplaced");
    this.rest.setAttribute("aria-label", UNPLACED);
    this.status = element("div", "optlib-order-status");
    this.status.setAttribute("role", "status");
    this.root.append(this.help, this.list, this.restTitle, this.rest, this.status);
    el.append(this.root);
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.addEventListener("focusin", (event) => this.focused(event));
    this.root.addEventListener("click", (event) => this.clicked(event));
    this.root.addEventListener("pointerdown", (event) => this.grabbed(event));
  }

  get places() {
    return this.model.get("value");
  }

  get unplaced() {
    return this.model.get("entries").map((entry) => entry.id).filter((id) => !this.isPlaced(id));
  }

  isPlaced(id) {
    return placeOf(this.places, id) >= 0;
  }

  name(id) {
    return this.model.get("entries").find((entry) => entry.id === id)?.name ?? id;
  }

  draw() {
    const focus = document.activeElement?.closest?.(".optlib-order") === this.root;
    const disabled = this.model.get("disabled");
    this.root.classList.toggle("optlib-disabled", disabled);
    this.list.setAttribute("aria-label", this.model.get("label"));
    this.help.hidden = disabled;
    const placed = this.places.flat();
    this.arrange(this.list, placed, PLACED);
    this.arrange(this.rest, this.unplaced, OPEN);
    this.restTitle.hidden = this.rest.hidden = !this.unplaced.length;
    this.list.hidden = !placed.length;
    this.places.forEach((ids, index) => ids.forEach((id, turn) => this.rank(id, index, ids, turn)));
    for (const id of this.unplaced) this.rank(id, -1, [id], 0);
    this.forget([...placed, ...this.unplaced]);
    this.rove(focus);
  }

  // Put rows into a list in this order, moving only those that stand elsewhere.
  arrange(list, ids, actions) {
    ids.forEach((id, index) => {
      const row = this.row(id, actions);
      if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
    });
  }

  row(id, actions) {
    const known = this.rows.get(id);
    if (known?.actions === actions) return known.element;
    known?.element.remove();
    const row = element("li", "optlib-row-of-order");
    row.dataset.id = id;
    const handle = element("span", "optlib-handle", "⠿");
    handle.setAttribute("aria-hidden", "true");
    const share = element("span", "optlib-share");
    share.append(element("span", "optlib-track"), element("span", "optlib-figure"));
    share.firstChild.append(element("span"));
    const group = element("span", "optlib-acts");
    group.append(...actions.map(([act, sign]) => actButton(act, sign)));
    row.append(handle, element("span", "optlib-rank"), element("span", "optlib-entry"), share, group);
    this.rows.set(id, { element: row, actions });
    return row;
  }

  // Say in a row which place it has, and what its buttons do.
  rank(id, index, ids, turn) {
    const { element: row, actions } = this.rows.get(id);
    const [, rank, entry, share, group] = row.children;
    const name = this.name(id);
    const others = ids.filter((other) => other !== id).map((other) => this.name(other));
    rank.textContent = index < 0 ? "" : `${index + 1}${others.length ? " =" : ""}`;
    entry.textContent = name;
    row.classList.toggle("optlib-tied", turn > 0);
    const note = this.model.get("notes")[id];
    share.firstChild.hidden = !note;
    share.firstChild.firstChild.style.width = `${(note?.[0] ?? 0) * 100}%`;
    share.lastChild.textContent = note?.[1] ?? "";
    actions.forEach(([act, , label], place) => {
      const button = group.children[place];
      button.setAttribute("aria-label", label(name));
      button.title = label(name);
      button.setAttribute("aria-disabled", String(this.isIdle(act, id)));
      if (act === "same") button.setAttribute("aria-pressed", String(turn > 0));
      button.disabled = this.model.get("disabled");
    });
  }

  isIdle(act, id) {
    const index = placeOf(this.places, id);
    if (isTied(this.places, id)) return false;
    return act === "down" ? index === this.places.length - 1 : index === 0 && (act === "up" || act === "same");
  }

  forget(ids) {
    for (const id of [...this.rows.keys()].filter((each) => !ids.includes(each))) {
      this.rows.get(id).element.remove();
      this.rows.delete(id);
    }
  }

  // One button of all is in the tab order: the one used last, else the first.
  rove(focus) {
    const buttons = [...this.root.querySelectorAll("button")];
    const row = this.rows.get(this.current.id)?.element;
    const mine = row ? [...row.querySelectorAll("button")] : [];
    const now = mine.find((button) => button.dataset.act === this.current.act) ?? mine[0] ?? buttons[0];
    for (const button of buttons) button.tabIndex = button === now ? 0 : -1;
    if (focus && now && document.activeElement !== now) now.focus();
  }

  focused(event) {
    const button = event.target.closest("button");
    if (!button) return;
    this.current = { id: button.closest("li").dataset.id, act: button.dataset.act };
    this.rove(false);
  }

  clicked(event) {
    const button = event.target.closest("button");
    if (button && !this.model.get("disabled")) this.move(button.closest("li").dataset.id, button.dataset.act);
  }

  key(event) {
    if (!event.ctrlKey && !event.metaKey && event.key !== "Escape") event.stopPropagation();
    const button = event.target.closest("button");
    const step = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!button || !step || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const id = button.closest("li").dataset.id;
    const across = event.key === "ArrowLeft" || event.key === "ArrowRight";
    if (across) (step < 0 ? button.previousSibling : button.nextSibling)?.focus();
    else if (event.altKey) this.move(id, this.isPlaced(id) ? (step < 0 ? "up" : "down") : "place");
    else this.goTo(button, step);
  }

  goTo(button, step) {
    const rows = [...this.root.querySelectorAll("li")];
    const next = rows[rows.indexOf(button.closest("li")) + step];
    const same = next?.querySelector(`[data-act="${button.dataset.act}"]`);
    (same ?? next?.querySelector("button"))?.focus();
  }

  move(id, act) {
    if (this.model.get("disabled") || this.isIdle(act, id)) return;
    const open = this.unplaced;
    this.put(MOVES[act](this.places, id), id, act === "place" ? open[open.indexOf(id) + 1] ?? open[0] : id);
  }

  // Save the order after a row was moved; the focus goes to that row, or to another one.
  put(places, id, focus = id) {
    this.current = { ...this.current, id: focus };
    this.model.set("value", places);
    this.model.save_changes();
    this.draw();
    this.say(id);
  }

  say(id) {
    const index = placeOf(this.places, id);
    const others = (this.places[index] ?? []).filter((other) => other !== id).map((other) => this.name(other));
    const tie = others.length ? `, the same as ${others.join(" and ")}` : "";
    const left = this.unplaced.length ? `; ${this.unplaced.length} not placed yet` : "";
    const where = index < 0 ? "is taken out" : `is number ${index + 1} of ${this.places.flat().length}${tie}`;
    this.status.textContent = `${this.name(id)} ${where}${left}.`;
  }

  grabbed(event) {
    const row = event.target.closest("li");
    if (!row || event.button !== 0 || event.target.closest("button") || this.model.get("disabled")) return;
    event.preventDefault();
    row.setPointerCapture(event.pointerId);
    row.classList.add("optlib-dragged");
    this.drag = { row, target: null, how: "", listening: new AbortController() };
    const { signal } = this.drag.listening;
    row.addEventListener("pointermove", (next) => this.over(next.clientX, next.clientY), { signal });
    row.addEventListener("pointerup", () => this.dropped(), { signal });
    row.addEventListener("pointercancel", () => this.released(), { signal });
    document.addEventListener("keydown", (next) => next.key === "Escape" && this.released(), { signal, capture: true });
  }

  released() {
    this.mark(null, "");
    this.drag.row.classList.remove("optlib-dragged");
    this.drag.listening.abort();
  }

  dropped() {
    const { row, target, how } = this.drag;
    const id = row.dataset.id;
    this.released();
    if (how === "out" && this.isPlaced(id)) this.put(without(this.places, id), id);
    else if (DROPS[how]) this.put(DROPS[how](this.places, id, target.dataset.id), id);
  }

  // What a row would become if it were dropped here: before, after or with the one below the pointer, or taken out.
  over(x, y) {
    const below = document.elementFromPoint(x, y);
    const target = below?.closest?.("li");
    if (below?.closest?.(".optlib-unplaced") && this.root.contains(below)) return this.mark(this.rest, "out");
    if (!target || target === this.drag.row || !this.list.contains(target)) return this.mark(null, "");
    const box = target.getBoundingClientRect();
    const part = (y - box.top) / box.height;
    return this.mark(target, part < 0.3 ? "before" : part > 0.7 ? "after" : "with");
  }

  mark(target, how) {
    this.drag.target?.classList.remove("optlib-before", "optlib-after", "optlib-with", "optlib-out");
    if (how) target.classList.add(`optlib-${how}`);
    Object.assign(this.drag, { target, how });
  }
}

function render({ model, el }) {
  const view = new OrderView(model, el);
  const draw = () => view.draw();
  model.on("change", draw);
  draw();
  return () => model.off("change", draw);
}

export default { render };
