"use strict";
(() => {
  const FRAGMENT = "#find=";
  const PAUSE = 300; // milliseconds without a key until the address says what is searched for
  const ORDER = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  const table = document.querySelector("table.projects");
  const rows = [...table.tBodies[0].rows];
  const search = document.getElementById("search");
  const field = search.querySelector("input");
  const status = search.querySelector("[role=status]");

  /** What a row is sorted by: its name, or one of the numbers that it brings along. */
  function keyOf(row, column) {
    return column ? Number(row.dataset.sort.split(" ")[column - 1]) : row.cells[0].firstElementChild.textContent;
  }

  function sorted(body, column, sign) {
    const compare = column ? (one, other) => one - other : ORDER.compare;
    const keyed = Array.from(body.rows, (row) => [keyOf(row, column), row]);
    return keyed.sort(([one], [other]) => sign * compare(one, other)).map(([, row]) => row);
  }

  /** Numbers come the largest first, names from A to Z; a second press turns round. */
  function sortBy(heading) {
    const column = heading.cellIndex;
    const before = heading.getAttribute("aria-sort");
    const isDescending = before ? before === "ascending" : column > 0;
    const { tHead, tBodies } = heading.closest("table");
    for (const other of tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", isDescending ? "descending" : "ascending");
    tBodies[0].replaceChildren(...sorted(tBodies[0], column, isDescending ? -1 : 1));
  }

  function makeSortable(heading) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    heading.replaceChildren(button);
  }

  const texts = new Map();
  function textOf(row) {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  }

  /** Show the rows that hold every word, in any place, and say how many they are. */
  function find() {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const isFound = words.every((word) => textOf(row).includes(word));
      if (row.hidden === isFound) row.hidden = !isFound;
      shown += isFound;
    }
    const count = (number) => number.toLocaleString("en");
    status.textContent = words.length ? `${count(shown)} of ${count(rows.length)} shown` : "";
    search.classList.toggle("used", words.length > 0);
  }

  /** Note in the address what is searched for. An anchor that stands there stays until there is something to note. */
  function note() {
    const words = field.value.trim();
    if (!words && !location.hash.startsWith(FRAGMENT)) return;
    try {
      const place = location.href.split("#", 1)[0];
      history.replaceState(history.state, "", words ? `${place}${FRAGMENT}${encodeURIComponent(words)}` : place);
    } catch {
      // A sandboxed viewer may forbid it: then there is nothing in the address, and all else works.
    }
  }

  function restore() {
    if (!location.hash.startsWith(FRAGMENT)) return;
    field.value = new URLSearchParams(location.hash.slice(1)).get("find");
    find();
  }

  /** A project as the table of projects shows it: a link to its report, or its name where there is none. */
  function named(position) {
    const shown = rows[position].cells[0].firstElementChild.cloneNode(true);
    const item = document.createElement("li");
    item.append(shown);
    return item;
  }

  /** Put all projects in place of the first few, once somebody asks for them. */
  function unfold(details) {
    const list = document.createElement("ul");
    list.append(...details.dataset.rows.split(" ").map(named));
    details.querySelector("small").replaceWith(list);
    delete details.dataset.rows;
  }

  let waiting;
  field.addEventListener("input", () => {
    find();
    clearTimeout(waiting);
    waiting = setTimeout(note, PAUSE);
  });
  document.querySelectorAll("table.sortable thead th").forEach(makeSortable);
  addEventListener("click", ({ target }) => {
    const heading = target.closest("button")?.closest("th");
    if (heading) sortBy(heading);
  });
  addEventListener("toggle", ({ target }) => target.open && target.dataset.rows && unfold(target), true);
  addEventListener("hashchange", restore);
  search.hidden = false;
  restore();
})();
