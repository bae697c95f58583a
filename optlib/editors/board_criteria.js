// The panels of criteria: what one asks and how it is measured, and how another one comes onto the board.

import { dropAt, setAt } from "./board_changes.js";
import { criterionAdded, placesOf } from "./board_edits.js";
import { el, HEAD, NAME, WEIGHT } from "./board_grid.js";
import { found } from "./board_maps.js";
import { button, buttons } from "./board_panel.js";
import { number, numberText, tidy } from "./board_text.js";

const BETTER = [
  ["max", "more is better"],
  ["min", "less is better"],
];
const UNIT_HINT = "only where it is measured, such as USD/month";

/** What a criterion asks, to be read and changed, and the button that takes its column away. */
export function openCriterion(panel, criterion) {
  const { board } = panel;
  const where = [...placesOf(board.state).criteria, criterion.id];
  const shown = () => board.seen.every.find(({ id }) => id === criterion.id) ?? criterion;
  const set = (name) => (words) => board.write([...where, name], words);
  return panel.open({ subject: `criterion ${criterion.id}`, row: HEAD, column: criterion.id }, criterion.name, () => [
    el("p", { class: "optlib-board-asks", text: `${criterion.asks} ${scaleText(board.state, criterion)}`.trim() }),
    panel.field("Name", { show: () => shown().name, given: set("name") }),
    panel.field("What it asks", { tag: "textarea", show: () => shown().asks, given: set("asks") }),
    panel.field("Unit", { hint: UNIT_HINT, show: () => shown().unit, given: set("unit") }),
    panel.choice("Better", BETTER, { show: () => shown().direction, given: set("direction") }),
    ...rangeFields(panel, where),
    buttons(button("Remove the column", "remove-criterion", criterion.id)),
  ]);
}

function rangeFields(panel, where) {
  const { board } = panel;
  const range = () => found(board.data, [...where, "range"]) ?? [];
  const typed = [];
  const given = (end) => (words) => {
    typed[end] = words;
    const ends = [0, 1].map((index) => typed[index] ?? numberText(range()[index]));
    if (ends.every((text) => text.trim())) board.attempt(() => [setAt([...where, "range"], readRange(...ends))]);
    else if (ends.every((text) => !text.trim())) board.attempt(() => [dropAt([...where, "range"])]);
  };
  return ["Figures from", "Figures to"].map((label, end) => panel.field(label, { show: () => typed[end] ?? numberText(range()[end]), given: given(end) }));
}

/** How a criterion is scored, in words. */
function scaleText({ scale }, { unit, points }) {
  if (unit && !points) return `Measured in ${unit}; say from which figure to which, or its figures can't be compared.`;
  if (unit) return `Measured in ${unit}, compared from ${points[0][0]} to ${points[points.length - 1][0]}.`;
  const anchors = Object.entries(scale.anchors).map(([score, meaning]) => `${score} ${meaning}`);
  return `Scored from ${scale.min} to ${scale.max}${anchors.length ? `: ${anchors.join(", ")}` : ""}.`;
}

function readRange(from, to) {
  const [lower, upper] = [from, to].map((text) => number(text.trim(), "write a number, such as 0 or 250"));
  if (lower >= upper) throw new Error(`the figures must rise, but run from ${lower} to ${upper}; write the lower one first`);
  return [lower, upper];
}

/** Another criterion: one that the domain has, or a new one. */
export function openAddition(panel) {
  const { board } = panel;
  const others = board.seen.every.filter((criterion) => !board.columns.includes(criterion));
  const field = (label, options) => panel.field(label, { show: () => "", ...options });
  return panel.open({ subject: "criteria", row: WEIGHT, column: NAME }, "Add a criterion", () => {
    const [name, asks, unit, from, to] = [field("Name"), field("What it asks"), field("Unit", { hint: UNIT_HINT }), field("Figures from"), field("Figures to")];
    const better = panel.choice("Better", BETTER, { show: () => "max" });
    const known = panel.choice("A criterion of this domain", others.map((each) => [each.id, each.name]), { show: () => others[0]?.id ?? "" });
    panel.read = () => valuesOf({ name, asks, unit, from, to, better, known });
    return [
      ...(others.length ? [known, buttons(button("Add this column", "add-column")), el("p", { text: "Or a new one:" })] : []),
      ...[name, asks, unit, better, from, to],
      buttons(button("Add the new criterion", "add-criterion")),
    ];
  });
}

function valuesOf(labels) {
  return Object.fromEntries(Object.entries(labels).map(([key, label]) => [key, label.lastElementChild.value]));
}

/** A criterion as it is typed; an Error says what is missing. */
export function criterionOf(board, typed) {
  const name = tidy(typed.name);
  const unit = tidy(typed.unit);
  if (!name) throw new Error("give the criterion a name");
  const twin = board.seen.every.find((criterion) => criterion.name.toLowerCase() === name.toLowerCase());
  if (twin) throw new Error(`there is already a criterion ${twin.name}; add its column, or give this one another name`);
  if (unit && !(typed.from.trim() && typed.to.trim())) {
    throw new Error(`say from which figure to which ${name} is compared, such as 0 to 500; without it figures in ${unit} can't be compared`);
  }
  return criterionAdded(board, {
    name,
    ...(tidy(typed.asks) ? { asks: tidy(typed.asks) } : {}),
    ...(typed.better === "min" ? { direction: "min" } : {}),
    ...(unit ? { unit, range: readRange(typed.from, typed.to) } : {}),
  });
}
