"use strict";

const ORDER = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function valueOf(row, column) {
  return row.cells[column].dataset.sort;
}

function sortBy(table, column, heading) {
  const descending = heading.getAttribute("aria-sort") === "ascending" || (!heading.hasAttribute("aria-sort") && column > 0);
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const sign = descending ? -1 : 1;
  const rows = Array.from(table.tBodies[0].rows);
  rows.sort((one, other) => sign * ORDER.compare(valueOf(one, column), valueOf(other, column)));
  table.tBodies[0].append(...rows);
}

function makeSortable(table) {
  Array.from(table.tHead.rows[0].cells).forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    button.addEventListener("click", () => sortBy(table, column, heading));
    heading.replaceChildren(button);
  });
}

function wordsOf(text) {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

function makeSearchable(search, table) {
  const field = search.querySelector("input");
  const status = search.querySelector("[role=status]");
  const texts = new Map();
  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  };
  field.addEventListener("input", () => {
    const words = wordsOf(field.value);
    let shown = 0;
    for (const row of table.tBodies[0].rows) {
      row.hidden = !words.every((word) => textOf(row).includes(word));
      shown += row.hidden ? 0 : 1;
    }
    status.textContent = words.length ? `${shown} of ${table.tBodies[0].rows.length} shown` : "";
  });
  search.hidden = false;
}

document.querySelectorAll("table.sortable").forEach(makeSortable);
makeSearchable(document.getElementById("search"), document.querySelector("table.sortable"));
