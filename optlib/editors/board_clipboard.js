// Copying from the board and pasting into it, as blocks that spreadsheets know.

import { pasted } from "./board_edits.js";
import { WEIGHT } from "./board_grid.js";
import { blockOf } from "./board_text.js";

const MOST = 200_000;

export class Clipboard {
  constructor(board) {
    this.board = board;
  }

  copy(event) {
    if (!this.isOnGrid(event.target)) return;
    const block = this.board.keys.block();
    if (!block.length) return;
    const rows = block.map((cells) => cells.map(({ row, column }) => this.board.scoreText(row, column)).join("\t"));
    event.clipboardData.setData("text/plain", rows.join("\n"));
    event.preventDefault();
  }

  paste(event) {
    const text = event.clipboardData.getData("text/plain");
    if (text.length > MOST) {
      event.preventDefault();
      this.board.say(`Nothing pasted: that is ${sizeText(text.length)} of text, and a paste may have ${sizeText(MOST)}; copy fewer cells.`);
      return;
    }
    if (!this.isOnGrid(event.target) && !this.isBlockOnWeight(event.target, text)) return;
    event.preventDefault();
    if (!this.board.state.readOnly && text.trim()) this.put(text);
  }

  put(text) {
    const { board } = this;
    const block = blockOf(text);
    const { row, column } = this.corner();
    const first = board.rows.indexOf(row);
    const right = board.columns.findIndex(({ id }) => id === column);
    if (right < 0) return board.say("Nothing pasted: go to a score first; the block is put down from there on.");
    return board.put(block, first, right);
  }

  /** The first cell of the selection. */
  corner() {
    const [[first] = []] = this.board.keys.block();
    return first ?? this.board.keys.at();
  }

  isOnGrid(target) {
    return target instanceof Element && target.closest("[data-row]") && !target.closest("input, textarea, select");
  }

  isBlockOnWeight(target, text) {
    return Boolean(target.dataset?.weight) && /[\t\n]/.test(text.trim()) && this.board.keys.at().row === WEIGHT;
  }
}

function sizeText(length) {
  return length < 1_000_000 ? `${Math.round(length / 1000)} kB` : `${(length / 1_000_000).toFixed(1)} MB`;
}
