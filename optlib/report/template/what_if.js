// What-if panels: a reader moves weights, and the ranking follows; the address keeps what was tried.
(() => {
  "use strict";

  const { fixed, moveOf, percent, ranked, sentence, sharesOf } = whatIfTotals;
  const MOST = 100;
  const FRAGMENT = "#what-if?";
  const PAUSE = 300;
  const MOVE = 200;

  function make(tag, { text, ...parts } = {}, ...children) {
    const element = Object.assign(document.createElement(tag), parts);
    if (text !== undefined) element.textContent = text;
    element.append(...children);
    return element;
  }

  function write(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  /** One slider with its name, the share of weight that it comes to, and what was agreed. */
  class Slider {
    constructor(name, index, former, moved) {
      this.former = former;
      this.share = make("strong");
      this.note = make("small", { className: "soft" });
      this.input = make("input", { type: "range", min: 0, max: MOST, step: 1 });
      this.input.addEventListener("input", () => moved(index, Number(this.input.value)));
      const label = make("label", {}, make("span", { text: name }), this.input);
      this.row = make("li", {}, label, make("span", { className: "what-if-share" }, this.share, this.note));
    }

    show(position, share) {
      const shown = percent(share);
      if (this.input.value !== String(position)) this.input.value = position;
      write(this.share, shown);
      write(this.note, this.former.endsWith(` ${shown}`) ? "" : this.former);
      this.input.setAttribute("aria-valuetext", shown);
    }
  }

  /** One candidate's row of the ranking. */
  class Row {
    constructor(name, isChosen, former) {
      this.former = former;
      this.rank = make("td");
      this.points = make("strong");
      this.sign = make("span", { ariaHidden: "true" });
      this.words = make("span");
      this.bar = make("i");
      this.mark = make("b");
      this.mark.style.left = `${former.points ?? 0}%`;
      this.mark.hidden = former.points === null;
      const head = make("th", { scope: "row", text: name });
      if (isChosen) head.append(" ", make("span", { title: "chosen", text: "★" }));
      head.append(make("div", { className: "track" }, this.bar, this.mark));
      this.move = make("td", {}, this.sign, " ", this.words);
      this.row = make("tr", {}, this.rank, head, make("td", {}, this.points), this.move);
    }

    show(rank, points, none) {
      const { sign, words } = moveOf(rank, this.former.rank);
      write(this.rank, rank === null ? "–" : String(rank));
      write(this.points, points === null ? none : fixed(points, 1));
      write(this.sign, sign);
      write(this.words, words || (none === "?" ? "not scored" : "–"));
      this.bar.style.width = `${points ?? 0}%`;
      this.bar.className = rank === 1 ? "" : "grey";
      this.row.className = rank === 1 ? "leader" : "";
      this.move.className = sign ? "what-if-moved" : "";
    }
  }

  /** The panel of one domain. Its state is where each slider stands, a whole number from 0 to 100. */
  class Panel {
    constructor(details, changed) {
      this.details = details;
      this.changed = changed;
      this.domain = JSON.parse(details.querySelector("script").textContent);
      const weights = this.domain.criteria.map(([, weight]) => weight);
      this.shares = sharesOf(weights);
      this.weights = this.shares.map((share) => share * MOST);
      this.agreed = this.weights.map((weight) => (weight ? Math.max(1, Math.round(weight)) : 0));
      this.atAgreed = ranked(this.domain, weights);
      this.positions = this.agreed;
      this.motions = [];
      details.addEventListener("toggle", () => details.open && this.build());
      details.hidden = false;
    }

    get isAgreed() {
      return this.positions.every((position, index) => position === this.agreed[index]);
    }

    /** Where all sliders stand for equal weights: somewhere that no slider's agreed weight is rounded to. */
    get equal() {
      if (new Set(this.weights).size === 1) return this.agreed;
      let position = Math.round(MOST / this.agreed.length) || 1;
      while (this.agreed.includes(position)) position += 1;
      return this.agreed.map(() => position);
    }

    /** The weight of a slider: where it stands, or exactly what was agreed where it stands there. */
    weightOf(position, index) {
      return position === this.agreed[index] ? this.weights[index] : position;
    }

    /** Whether these can be positions of this panel's sliders. */
    takes(positions) {
      const isPlace = (each) => Number.isInteger(each) && each >= 0 && each <= MOST;
      return positions.length === this.agreed.length && positions.every(isPlace);
    }

    set(positions) {
      this.positions = positions;
      if (this.table) this.show();
    }

    move(positions) {
      this.set(positions);
      this.changed();
    }

    /** Unfold the panel, and whatever it stands in. */
    open() {
      this.build();
      for (let each = this.details; each; each = each.parentElement.closest("details")) each.open = true;
    }

    build() {
      if (this.table) return;
      this.banner = make("p", { className: "what-if-banner" });
      this.status = make("p", { role: "status", className: "what-if-status" });
      const head = make("div", { className: "what-if-head" }, this.banner, this.status);
      const panes = make("div", { className: "what-if-panes" }, this.sliderPane(), this.rankingPane());
      this.details.append(make("p", { className: "soft", text: this.intro() }), head, panes);
      const measure = () => this.details.style.setProperty("--what-if-head", `${head.offsetHeight}px`);
      new ResizeObserver(measure).observe(head);
      this.show();
    }

    intro() {
      const unknown = this.domain.candidates.flatMap(([, values]) => values).filter((value) => value === null).length;
      const gaps = unknown === 1 ? "One score is not known, and counts" : `${unknown} scores are not known, and count`;
      return [
        this.domain.unstated ? "No weights are stated, so all count the same until you move one." : "",
        "Move a weight to see who would be first. This changes neither the decision nor the workbook.",
        unknown ? `${gaps} as the middle of the scale here.` : "",
      ].join(" ").trim();
    }

    sliderPane() {
      const moved = (index, position) => this.move(Object.assign([...this.positions], { [index]: position }));
      const former = (index) => `${this.domain.unstated ? "at first" : "agreed"} ${percent(this.shares[index])}`;
      this.sliders = this.domain.criteria.map(([name], index) => new Slider(name, index, former(index), moved));
      const list = make("ul", {}, ...this.sliders.map(({ row }) => row));
      return make("fieldset", {}, make("legend", { text: `Weights: ${this.domain.name}` }), list, this.buttons());
    }

    buttons() {
      const button = (text, pressed) => {
        const made = make("button", { type: "button", text });
        made.addEventListener("click", pressed);
        return made;
      };
      const back = button(this.domain.unstated ? "Back to the start" : "Agreed weights", () => this.move(this.agreed));
      const equal = button("Equal weights", () => this.move(this.equal));
      const copy = button("Copy link", () => this.copy());
      this.link = make("input", { type: "text", readOnly: true, ariaLabel: "Link to these weights", hidden: true });
      return make("div", { className: "what-if-buttons" }, back, equal, copy, this.link);
    }

    rankingPane() {
      const { ranks, points } = this.atAgreed;
      const chosen = this.domain.chosen ?? [];
      this.rows = this.domain.candidates.map(
        ([name], index) => new Row(name, chosen.includes(index), { rank: ranks[index], points: points[index] }),
      );
      this.body = make("tbody");
      const heads = ["Rank", "Candidate", "Points", "Change"].map((text) => make("th", { scope: "col", text }));
      const start = this.domain.unstated ? "equal weights" : "the agreed weights";
      const note = ` – points of 100; the line across a bar, and the change of rank, are held against ${start}`;
      const soft = make("span", { className: "soft", text: note });
      const caption = make("caption", { text: "Ranking with these weights" }, soft);
      this.table = make("table", {}, caption, make("thead", {}, make("tr", {}, ...heads)), this.body);
      return make("div", { className: "what-if-ranking" }, this.table);
    }

    show() {
      const tops = this.tops();
      const isAgreed = this.isAgreed;
      const now = ranked(this.domain, this.positions.map((position, index) => this.weightOf(position, index)));
      this.sliders.forEach((slider, index) => slider.show(this.positions[index], now.shares?.[index] ?? 0));
      this.rows.forEach((row, index) => row.show(now.ranks[index], now.points[index], now.shares ? "?" : "–"));
      this.arrange(now.order.map((index) => this.rows[index].row), tops);
      this.banner.classList.toggle("what-if-other", !isAgreed);
      write(this.banner, isAgreed ? this.atStart() : "What-if weights, not the agreed decision");
      write(this.status, sentence(this.domain, now, this.atAgreed, isAgreed));
      this.link.hidden = true;
    }

    atStart() {
      return this.domain.unstated ? "All count the same, as in the ranking above" : "The agreed weights";
    }

    /** Where each row is now; to be asked before anything is written, so that nothing is laid out twice. */
    tops() {
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) return new Map();
      return new Map([...this.body.children].map((row) => [row, row.getBoundingClientRect().top]));
    }

    /** Put the rows in this order, and let those that change places move there from where they were. */
    arrange(order, tops) {
      if (order.every((row, place) => row === this.body.children[place])) return;
      for (const motion of this.motions.splice(0)) motion.cancel();
      this.body.append(...order);
      if (!tops.size) return;
      const ways = order.map((row) => tops.get(row) - row.getBoundingClientRect().top);
      const from = (way) => [{ transform: `translateY(${way}px)` }, { transform: "none" }];
      order.forEach((row, place) => {
        const way = ways[place];
        if (way) this.motions.push(row.animate(from(way), { duration: MOVE, easing: "ease-out" }));
      });
    }

    /** Put a link to these weights into the clipboard; where that isn't allowed, show it to be copied by hand. */
    async copy() {
      const link = linkTo(fragmentOf(panels.filter((panel) => panel === this || !panel.isAgreed)));
      try {
        await navigator.clipboard.writeText(link);
        write(this.status, "The link is copied: it opens this page with these weights.");
      } catch {
        Object.assign(this.link, { hidden: false, value: link });
        this.link.select();
        write(this.status, "This browser doesn't let the page copy: copy the link from the field.");
      }
    }
  }

  function fragmentOf(panels) {
    const states = panels.map(({ domain, positions }) => `${domain.id}=${positions.join(".")}`);
    return states.length ? FRAGMENT + states.join("&") : "";
  }

  function linkTo(fragment) {
    return location.href.split("#", 1)[0] + fragment;
  }

  /** What the address says of the panels: each with its positions. Nothing where it is an anchor, or can't be read. */
  function statesInAddress() {
    if (!location.hash.startsWith(FRAGMENT)) return new Map();
    const said = new URLSearchParams(location.hash.slice(FRAGMENT.length));
    const number = (text) => (/^\d{1,3}$/.test(text) ? Number(text) : NaN);
    const states = panels.map((panel) => [panel, (said.get(panel.domain.id) ?? "").split(".").map(number)]);
    return new Map(states.filter(([panel, positions]) => panel.takes(positions)));
  }

  /** Show what the address says; panels of which it says nothing are at the agreed weights. */
  function restore(isScrolling) {
    const states = statesInAddress();
    if (!states.size) return;
    for (const panel of panels) panel.set(states.get(panel) ?? panel.agreed);
    for (const panel of states.keys()) panel.open();
    if (isScrolling) [...states.keys()][0].details.scrollIntoView();
  }

  /** Note in the address what isn't as agreed. An anchor that stands there stays until there is something to note. */
  function note() {
    const fragment = fragmentOf(panels.filter((panel) => !panel.isAgreed));
    if (!fragment && !location.hash.startsWith(FRAGMENT)) return;
    try {
      history.replaceState(history.state, "", linkTo(fragment));
    } catch {
      // A sandboxed viewer may forbid it: then there is no state in the address, and all else works.
    }
  }

  let waiting;
  const noteSoon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(note, PAUSE);
  };
  // Looked for by their data: a cell's own HTML can hold an element of that class, but never a script.
  const data = [...document.querySelectorAll("details.what-if > script")];
  const panels = data.map((each) => new Panel(each.parentElement, noteSoon));
  addEventListener("hashchange", () => restore(true));
  restore(performance.getEntriesByType("navigation")[0]?.type !== "reload");
})();
