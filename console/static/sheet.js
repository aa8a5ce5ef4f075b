import { fromSheet, toSheet } from "./clipboard.js";

const MOST_STEPS = 200;

// What stands in a grid and what can be done to it. Whoever shows it gives `redraw` and `go`.
export class Sheet {
  constructor(columns, rows) {
    this.columns = columns;
    this.keys = new Map(columns.map(({ id, edited }) => [id, edited.key]));
    this.rows = rows;
    this.at = { row: 0, column: 0 };
    this.from = { row: 0, column: 0 };
    this.past = [];
    this.future = [];
    this.saved = this.written();
  }

  written() {
    return JSON.stringify({
      columns: this.columns.map(({ id, edited }) => ({ ...edited, key: this.keys.get(id) ?? "" })),
      rows: this.rows.map(({ name, cells }) => ({ name, cells })),
    });
  }

  get isDirty() {
    return this.written() !== this.saved;
  }

  get selection() {
    const { at, from } = this;
    return {
      top: Math.min(at.row, from.row), bottom: Math.max(at.row, from.row),
      left: Math.min(at.column, from.column), right: Math.max(at.column, from.column),
    };
  }

  get state() {
    return JSON.stringify({ columns: this.columns, rows: this.rows });
  }

  change(edit) {
    this.past.push(this.state);
    if (this.past.length > MOST_STEPS) this.past.shift();
    this.future = [];
    edit();
    this.redraw();
  }

  step(back) {
    const [taken, kept] = back ? [this.past, this.future] : [this.future, this.past];
    if (!taken.length) return;
    kept.push(this.state);
    Object.assign(this, JSON.parse(taken.pop()));
    this.redraw();
  }

  blank() {
    return { name: "", cells: this.columns.map((column) => (column.band === "if" ? "-" : "")) };
  }

  insert(row) {
    this.change(() => this.rows.splice(row, 0, this.blank()));
    this.go(row, 0);
  }

  copyRows() {
    const { top, bottom } = this.selection;
    const copies = this.rows.slice(top, bottom + 1).map((row) => ({ name: "", cells: [...row.cells] }));
    this.change(() => this.rows.splice(bottom + 1, 0, ...copies));
    this.go(bottom + 1, this.at.column);
  }

  moveRows(by) {
    const { top, bottom } = this.selection;
    if (top + by < 0 || bottom + by >= this.rows.length) return;
    this.change(() => this.rows.splice(top + by, 0, ...this.rows.splice(top, bottom - top + 1)));
    const { at, from } = this;
    this.from = { row: from.row + by, column: from.column };
    this.go(at.row + by, at.column, true);
  }

  deleteRows() {
    const { top, bottom } = this.selection;
    if (!this.rows.length) return;
    this.change(() => this.rows.splice(top, bottom - top + 1));
    this.go(top, this.at.column);
  }

  addColumn(column) {
    const rank = (band) => ["if", "then", "note", "text"].indexOf(band);
    const last = this.columns.findLastIndex(({ band }) => rank(band) <= rank(column.band));
    const place = this.columns[this.at.column]?.band === column.band ? this.at.column + 1 : last + 1;
    this.change(() => {
      this.columns.splice(place, 0, column);
      for (const { cells } of this.rows) cells.splice(place, 0, column.band === "if" ? "-" : "");
    });
    this.from = { row: 0, column: place };
    this.go(0, place);
  }

  changeColumn(place, column) {
    this.change(() => (this.columns[place] = column));
    this.go(this.at.row, place);
  }

  moveColumn(by) {
    const place = this.at.column;
    const band = this.columns[place].band;
    if (band === "text" || this.columns[place + by]?.band !== band) return;
    this.change(() => {
      for (const list of [this.columns, ...this.rows.map(({ cells }) => cells)]) {
        list.splice(place + by, 0, ...list.splice(place, 1));
      }
    });
    this.go(this.at.row, place + by);
  }

  // The last answer stays: a table without one says nothing.
  deleteColumn() {
    const place = this.at.column;
    const band = this.columns[place].band;
    if (band === "text" || (band !== "note" && this.columns.filter((each) => each.band === band).length < 2)) return;
    this.change(() => {
      for (const list of [this.columns, ...this.rows.map(({ cells }) => cells)]) list.splice(place, 1);
    });
    this.go(this.at.row, place);
  }

  fill(value) {
    const { top, bottom, left, right } = this.selection;
    this.change(() => {
      for (let row = top; row <= bottom; row++) {
        for (let column = left; column <= right; column++) this.rows[row].cells[column] = value(row, column);
      }
    });
  }

  clear() {
    this.fill((_, column) => (this.columns[column].band === "if" ? "-" : ""));
  }

  fillDown() {
    const { top, bottom } = this.selection;
    const source = top === bottom ? Math.max(top - 1, 0) : top;
    const cells = [...this.rows[source].cells];
    this.fill((_, column) => cells[column]);
  }

  paste(text) {
    const lines = fromSheet(text);
    const { top, left } = this.selection;
    this.change(() => {
      lines.forEach((line, down) => {
        if (!this.rows[top + down]) this.rows.push(this.blank());
        line.slice(0, this.columns.length - left).forEach((value, over) => {
          this.rows[top + down].cells[left + over] = value.trim();
        });
      });
    });
    this.from = { row: top, column: left };
    const width = Math.max(...lines.map((line) => line.length));
    this.go(top + lines.length - 1, left + width - 1, true);
  }

  copied() {
    const { top, bottom, left, right } = this.selection;
    return toSheet(this.rows.slice(top, bottom + 1).map((row) => row.cells.slice(left, right + 1)));
  }
}
