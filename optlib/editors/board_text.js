// How scores, weights and names are written and read: what may be typed into a cell, and what a pasted block says.

import { figuresOf, longForm } from "./board_worth.js";

const NUMBER = "[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?";
const ONE = new RegExp(`^${NUMBER}$`);
const RANGE = new RegExp(`^(${NUMBER})\\s*[-–—]\\s*(${NUMBER})$`);
const LONGEST_NUMBER = 40;
const LONGEST_ID = 40;
const HINT = "4, a range 2-4, low, likely and high 2, 3, 4, or ? where it is unknown";
const THIN = "\u202f";

/** A score that was typed: a number, a list, "unknown", or null for nothing; an Error says what may be typed. */
export function readScore(text) {
  const typed = text.trim();
  if (typed === "") return null;
  if (typed === "?" || typed.toLowerCase() === "unknown") return "unknown";
  const parts = RANGE.exec(typed)?.slice(1) ?? (typed.split(",").length === 3 ? typed.split(",") : null);
  if (!parts) return number(typed, `write ${HINT}`);
  const figures = parts.map((part) => number(part.trim(), "write a number, such as 4 or 2.5"));
  const rises = figures.every((figure, index) => index === 0 || figures[index - 1] <= figure);
  if (!rises) throw new Error(`a range must rise, but ${figures.join(", ")} doesn't; write the lowest figure first`);
  return figures;
}

/** Hold a score against the scale, where it isn't measured. */
export function checkScale(value, { unit }, { min, max }) {
  if (unit || value === null || value === "unknown") return;
  const off = figuresOf(value).find((figure) => figure < min || figure > max);
  if (off !== undefined) throw new Error(`${numberText(off)} is off the scale ${min} to ${max}; write a score from ${min} to ${max}`);
}

/** A weight that was typed, null where the field is empty; an Error says what may be typed. */
export function readWeight(text) {
  const typed = text.trim();
  if (typed === "") return null;
  const weight = number(typed, "write a number from 0, such as 20");
  if (weight < 0) throw new Error(`a weight must not be negative, but is ${typed}; write a number from 0`);
  return weight;
}

/** A number that was typed; an Error says that it isn't one, and the remedy. */
export function number(typed, remedy) {
  const figure = Number(typed);
  if (typed.length > LONGEST_NUMBER || !ONE.test(typed) || !Number.isFinite(figure)) {
    throw new Error(`“${shortened(typed)}” is not a number; ${remedy}`);
  }
  return figure;
}

/** A score as it is typed. */
export function scoreText(score) {
  const { value = null } = longForm(score);
  if (value === null) return "";
  if (value === "unknown") return "?";
  if (!Array.isArray(value)) return numberText(value);
  return value.map(numberText).join(value.length === 2 ? "-" : ", ");
}

/** A number in full. */
export function numberText(figure) {
  return figure === undefined || figure === null ? "" : String(figure);
}

/** A figure as a cell shows it, without digits that nobody reads. */
export function figureText(figure) {
  const plain = String(Number(figure.toPrecision(5)));
  return plain.includes("e") ? plain : plain.replace(/^-?\d{5,}/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, THIN));
}

/** A share of 1 as a percentage. */
export function percent(share) {
  const hundredths = share * 100;
  if (hundredths > 0 && hundredths < 0.1) return `<${THIN}0.1${THIN}%`;
  return `${Number(hundredths.toFixed(1))}${THIN}%`;
}

/** Text that isn't too long for a message. */
export function shortened(text, length = 40) {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** An id made of a name that isn't taken yet, cut at the end of a word; `otherwise` where the name holds no letter. */
export function idFrom(name, taken, otherwise) {
  const plain = name.normalize("NFKD").replace(/[^\x00-\x7f]/g, "").toLowerCase();
  const whole = plain.replace(/[^a-z0-9]+/g, "-").replace(/^[-0-9]+/, "").replace(/-+$/, "");
  const base = (whole.length > LONGEST_ID ? cut(whole) : whole) || otherwise;
  let [id, count] = [base, 1];
  while (taken.includes(id)) id = `${base}-${(count += 1)}`;
  return id;
}

function cut(words) {
  const start = words.slice(0, LONGEST_ID + 1);
  return start.includes("-") ? start.slice(0, start.lastIndexOf("-")) : words.slice(0, LONGEST_ID);
}

/** A name with its spaces in order. */
export function tidy(name) {
  return name.replace(/\s+/g, " ").trim();
}

/** The cells of a pasted block: by tabs, else by semicolons or commas; one readable score stays one cell. */
export function blockOf(text) {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  if (!lines.includes("\t") && !lines.includes("\n") && isScore(lines)) return [[lines.trim()]];
  const divider = ["\t", ";", ","].find((sign) => lines.includes(sign)) ?? "\t";
  return records(lines, divider);
}

function isScore(text) {
  try {
    readScore(text);
    return true;
  } catch {
    return false;
  }
}

/** Split into lines and fields; a field in quotes may hold what divides others. */
function records(text, divider) {
  const rows = [[""]];
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    const row = rows[rows.length - 1];
    if (sign === '"' && isQuoted && text[at + 1] === '"') row[row.length - 1] += text[(at += 1)];
    else if (sign === '"' && (isQuoted || row[row.length - 1] === "")) isQuoted = !isQuoted;
    else if (sign === divider && !isQuoted) row.push("");
    else if (sign === "\n" && !isQuoted) rows.push([""]);
    else row[row.length - 1] += sign;
  }
  return rows.map((row) => row.map((field) => field.trim()));
}

/** The column of a spreadsheet: A, B, … Z, AA. */
export function columnLetters(column) {
  const rest = Math.floor(column / 26);
  return (rest ? columnLetters(rest - 1) : "") + String.fromCharCode(65 + (column % 26));
}

/** Points with one digit or none behind the point, rounded as Python's do: a tie goes to the even digit. */
export function fixed(points, digits) {
  const exact = Number(points.toFixed(10));
  const halves = exact * (digits ? 4 : 2);
  if (!Number.isInteger(halves) || halves % 2 === 0) return exact.toFixed(digits);
  const scale = 10 ** digits;
  const below = Math.floor(exact * scale);
  return ((below + Math.abs(below % 2)) / scale).toFixed(digits);
}
