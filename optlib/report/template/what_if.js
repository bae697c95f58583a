// What-if panels: a reader moves weights, and the ranking follows. Totals and ranks are reckoned as the analysis does.
(() => {
  "use strict";

  const POINTS = 100;
  const TOLERANCE = 1e-9;
  const MOST = 100;
  const FRAGMENT = "#what-if?";
  const PAUSE = 300;
  const MOVE = 200;
  const THIN = "\u202f";

  /** Weights as shares that add up to 1; null where none is above 0. */
  function sharesOf(weights) {
    const most = Math.max(...weights);
    if (!(most > 0)) return null;
    const scaled = weights.map((weight) => weight / most);
    const sum = scaled.reduce((total, weight) => total + weight, 0);
    return scaled.map((weight) => weight / sum);
  }

  /** The total of a candidate in points; what isn't known counts as its middle, null where all that counts is. */
  function pointsOf(values, shares) {
    if (values.every((value, column) => value === null || !shares[column])) return null;
    const total = values.reduce((sum, value, column) => sum + (value ?? 0.5) * shares[column], 0);
    return Number((POINTS * total).toFixed(10));
  }

  /** Ranks from 1, best first, null for those without points; a tie is counted from the best of its group (1, 1, 3). */
  function ranksOf(points) {
    const ranks = points.map(() => null);
    let [best, rank] = [Infinity, 0];
    bestFirst(points).forEach((index, place) => {
      if (points[index] === null) return;
      if ((best - points[index]) / POINTS > TOLERANCE) [best, rank] = [points[index], place + 1];
      ranks[index] = rank;
    });
    return ranks;
  }

  function bestFirst(points) {
    const worth = points.map((each) => each ?? -1);
    return worth.map((_, index) => index).sort((one, other) => worth[other] - worth[one] || one - other);
  }

  /** Who has which rank at these weights: points and ranks by candidate, and the order to list them in. */
  function ranked(domain, weights) {
    const shares = sharesOf(weights);
    const points = domain.candidates.map(([, values]) => (shares ? pointsOf(values, shares) : null));
    const ranks = ranksOf(points);
    const place = (index) => ranks[index] ?? Infinity;
    const order = points.map((_, index) => index).sort((one, other) => (place(one) === place(other) ? one - other : place(one) - place(other)));
    return { shares, points, ranks, order };
  }

  /** A figure with so many digits behind the point, rounded as Python does: a tie goes to the even digit. */
  function fixed(figure, digits) {
    const isTie = (figure * (digits ? 4 : 2)) % 2 === 1;
    const scale = 10 ** digits;
    return (isTie ? (2 * Math.round((figure * scale) / 2)) / scale : figure).toFixed(digits);
  }

  function percent(share) {
    if (share > 0 && share < 0.005) return `<${THIN}1${THIN}%`;
    if (share > 0.995 && share < 1) return `>${THIN}99${THIN}%`;
    return `${fixed(share * 100, 0)}${THIN}%`;
  }

  function listed(words) {
    return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
  }

  function leadersOf({ order, ranks }) {
    return order.filter((index) => ranks[index] === 1);
  }

  /** With how many points the first is first, and how far ahead. */
  function leadOf(domain, { order, points, ranks }) {
    const best = fixed(points[order[0]], 1);
    const next = order.find((index) => ranks[index] > 1);
    if (next === undefined) return `${best} points`;
    const lead = points[order[0]] - points[next];
    return `${best} points, ${lead < 0.05 ? "less than 0.1" : fixed(lead, 1)} ahead of ${domain.candidates[next][0]}`;
  }

  /** The ranking in a sentence, held against the one at the agreed weights. */
  function sentence(domain, now, agreed, isAgreed) {
    if (!now.shares) return "All weights are 0, so nothing is ranked: raise at least one.";
    const [leaders, former] = [leadersOf(now), leadersOf(agreed)];
    if (!leaders.length) return "Nothing is scored on the criteria that have weight here, so nothing is ranked: raise another weight.";
    const names = (indexes) => listed(indexes.map((index) => domain.candidates[index][0]));
    const isSame = String(leaders) === String(former);
    const still = isSame && !isAgreed ? " still" : "";
    const verb = leaders.length > 1 ? `${still} share the first place` : ` is${still} first`;
    const instead = isSame || !former.length ? "" : ` instead of ${names(former)}`;
    return `${isAgreed ? "" : "With these weights "}${names(leaders)}${verb}${instead}: ${leadOf(domain, now)}.`;
  }

  /** How far a candidate moves against the agreed order: its sign, and the same in words. */
  function moveOf(rank, former) {
    if (rank === null) return { sign: "", words: "" };
    if (former === null) return { sign: "", words: "new" };
    if (rank === former) return { sign: "", words: "same" };
    return rank < former ? { sign: "▲", words: `up ${former - rank}` } : { sign: "▼", words: `down ${rank - former}` };
  }

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
      this.word = this.domain.unstated ? "stated" : "agreed";
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
      return positions.length === this.agreed.length && positions.every((each) => Number.isInteger(each) && each >= 0 && each <= MOST);
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
      this.show();
    }

    intro() {
      const unknown = this.domain.candidates.flatMap(([, values]) => values).filter((value) => value === null).length;
      const gaps = unknown === 1 ? "One score is not known, and counts" : `${unknown} scores are not known, and count`;
      const start = this.domain.unstated ? "No weights are stated, so all count the same until you move one. " : "";
      return `${start}Move a weight to see who would be first. This changes neither the decision nor the workbook.${unknown ? ` ${gaps} as the middle of the scale here.` : ""}`;
    }

    sliderPane() {
      const moved = (index, position) => this.move(Object.assign([...this.positions], { [index]: position }));
      const former = (index) => `${this.word} ${percent(this.shares[index])}`;
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
      const soft = make("span", { className: "soft", text: ` – points of 100; the line across a bar, and the change of rank, are held against the ${this.word} weights` });
      const caption = make("caption", { text: "Ranking with these weights" }, soft);
      this.table = make("table", {}, caption, make("thead", {}, make("tr", {}, ...heads)), this.body);
      return make("div", { className: "what-if-ranking" }, this.table);
    }

    show() {
      const isAgreed = this.isAgreed;
      const now = ranked(this.domain, this.positions.map((position, index) => this.weightOf(position, index)));
      this.sliders.forEach((slider, index) => slider.show(this.positions[index], now.shares?.[index] ?? 0));
      this.rows.forEach((row, index) => row.show(now.ranks[index], now.points[index], now.shares ? "?" : "–"));
      this.arrange(now.order.map((index) => this.rows[index].row));
      this.banner.classList.toggle("what-if-other", !isAgreed);
      write(this.banner, isAgreed ? this.atStart() : "What-if weights, not the agreed decision");
      write(this.status, sentence(this.domain, now, this.atAgreed, isAgreed));
      this.link.hidden = true;
    }

    atStart() {
      return this.domain.unstated ? "All count the same, as in the ranking above" : "The agreed weights";
    }

    /** Put the rows in this order, and let those that change places move there. */
    arrange(order) {
      const former = [...this.body.children];
      if (order.every((row, place) => row === former[place])) return;
      const isMoving = former.length && !matchMedia("(prefers-reduced-motion: reduce)").matches;
      const tops = isMoving ? order.map((row) => row.getBoundingClientRect().top) : [];
      this.body.append(...order);
      tops
        .map((top, place) => top - order[place].getBoundingClientRect().top)
        .forEach((way, place) => {
          for (const animation of order[place].getAnimations()) animation.cancel();
          if (way) order[place].animate([{ transform: `translateY(${way}px)` }, { transform: "none" }], { duration: MOVE, easing: "ease-out" });
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
    return panels.length ? FRAGMENT + panels.map(({ domain, positions }) => `${domain.id}=${positions.join(".")}`).join("&") : "";
  }

  function linkTo(fragment) {
    return location.href.split("#", 1)[0] + fragment;
  }

  /** What the address says of the panels: each with its positions. Nothing where it is an anchor, or can't be read. */
  function statesInAddress() {
    if (!location.hash.startsWith(FRAGMENT)) return new Map();
    const said = new URLSearchParams(location.hash.slice(FRAGMENT.length));
    const positionsOf = ({ domain }) => (said.get(domain.id) ?? "").split(".").map((text) => (/^\d{1,3}$/.test(text) ? Number(text) : NaN));
    return new Map(panels.map((panel) => [panel, positionsOf(panel)]).filter(([panel, positions]) => panel.takes(positions)));
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
  const panels = [...document.querySelectorAll("details.what-if")].map((details) => new Panel(details, noteSoon));
  addEventListener("hashchange", () => restore(true));
  restore(performance.getEntriesByType("navigation")[0]?.type !== "reload");
})();
