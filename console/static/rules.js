// The grid of a decision table: keys, selection, copy and paste, undo, completion, and findings while one types.
// The server reads every cell and says what is wrong; nothing is judged here.

import { ColumnDialog, columnOf, drawHead } from "./columns.js";
import { Completion } from "./completion.js";
import { drawRow } from "./rows.js";
import { Sheet } from "./sheet.js";

const CHECK_AFTER = 350;
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

class Grid extends Sheet {
  constructor(table) {
    const heads = [...table.querySelectorAll("thead th[data-column]")];
    const columns = heads.map(({ dataset }) => columnOf(JSON.parse(dataset.column)));
    const rows = [...table.tBodies[0].rows].map((row) => ({
      name: row.dataset.name,
      heat: row.dataset.heat,
      isCold: row.dataset.cold === "1",
      cells: [...row.cells].slice(1).map((cell) => cell.textContent),
    }));
    super(columns, rows);
    this.table = table;
    this.body = table.tBodies[0];
    this.dialog = new ColumnDialog(document.getElementById("column"));
    this.findings = [];
    this.matched = [];
    this.listen();
    this.draw();
    this.changed();
  }

  // What is seen

  redraw() {
    this.draw();
    this.changed();
  }

  draw() {
    const isFocused = this.table.contains(document.activeElement);
    this.closeEditor();
    this.drawHead();
    this.body.replaceChildren(...this.rows.map((row, place) => drawRow(row, place, this.columns, this.table.dataset.textNew)));
    if (isFocused) this.go(this.at.row, this.at.column, true);
    else this.mark();
  }

  drawHead() {
    drawHead(this.table.tHead, this.columns, this.dialog.dialog.dataset);
  }

  cell(row, column) {
    return this.body.rows[row]?.cells[column + 1];
  }

  get heads() {
    return [...this.table.tHead.rows[1].cells].slice(1);
  }

  spot(row, column) {
    if (column === null) return this.body.rows[row]?.cells[0];
    return row === null ? this.heads[column] : this.cell(row, column);
  }

  mark() {
    const { top, bottom, left, right } = this.selection;
    [...this.body.rows].forEach((line, row) => {
      line.classList.toggle("matched", this.matched.includes(this.rows[row].name) && this.rows[row].name !== "");
      [...line.cells].slice(1).forEach((cell, column) => {
        cell.classList.toggle("selected", row >= top && row <= bottom && column >= left && column <= right);
        cell.classList.remove("error", "warning", "note");
        cell.removeAttribute("title");
        cell.removeAttribute("aria-invalid");
      });
      line.cells[0].classList.remove("error", "warning", "note");
    });
    for (const cell of this.heads) cell.classList.remove("error", "warning", "note");
    for (const finding of [...this.findings].reverse()) {
      for (const { row, column } of finding.spots) {
        const cell = this.spot(row, column);
        if (!cell) continue;
        cell.classList.remove("error", "warning", "note");
        cell.classList.add(finding.severity);
        cell.title = finding.message;
        if (finding.severity === "error" && column !== null) cell.setAttribute("aria-invalid", "true");
      }
    }
  }

  go(row, column, extend = false) {
    this.at = {
      row: Math.max(0, Math.min(row, this.rows.length - 1)),
      column: Math.max(0, Math.min(column, this.columns.length - 1)),
    };
    if (!extend) this.from = { ...this.at };
    this.mark();
    const cell = this.cell(this.at.row, this.at.column);
    this.body.querySelector("td[tabindex='0']")?.setAttribute("tabindex", "-1");
    if (cell) {
      cell.tabIndex = 0;
      cell.focus();
      cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  // Typing into a cell

  edit(text) {
    const cell = this.cell(this.at.row, this.at.column);
    if (!cell || this.editor) return;
    const editor = document.createElement("textarea");
    editor.rows = 1;
    editor.value = text ?? cell.textContent;
    editor.setAttribute("aria-label", this.columns[this.at.column].label);
    cell.classList.add("editing");
    cell.append(editor);
    this.editor = editor;
    this.completion = new Completion(editor, this.columns[this.at.column]);
    editor.addEventListener("input", () => this.completion.update());
    editor.addEventListener("blur", () => this.commit());
    editor.focus();
    this.completion.update();
  }

  closeEditor() {
    const editor = this.editor;
    this.editor = null;
    this.completion?.close();
    this.completion = null;
    editor?.parentElement?.classList.remove("editing");
    editor?.remove();
  }

  commit() {
    if (!this.editor) return;
    const { row, column } = this.at;
    const text = this.editor.value.trim();
    this.closeEditor();
    if (this.rows[row].cells[column] !== text) this.change(() => (this.rows[row].cells[column] = text));
  }

  // Keys, pointer and clipboard

  listen() {
    this.table.addEventListener("keydown", (event) => (this.editor ? this.editingKey(event) : this.key(event)));
    this.table.addEventListener("mousedown", (event) => this.press(event));
    this.table.addEventListener("mouseover", (event) => this.drag(event));
    this.table.addEventListener("dblclick", (event) => (event.target.closest("thead") ? this.act("column-change") : this.edit()));
    for (const name of ["copy", "cut", "paste"]) {
      this.table.addEventListener(name, (event) => this.clipboard(name, event));
    }
    for (const button of document.querySelectorAll("[data-do]")) {
      // The grid keeps the focus, so that keys go on working after a press of a button.
      button.addEventListener("mousedown", (event) => event.preventDefault());
      button.addEventListener("click", () => this.act(button.dataset.do));
    }
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
        event.preventDefault();
        this.act("save");
      }
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.isDirty) event.preventDefault();
    });
    document.addEventListener("submit", (event) => {
      if (event.target.matches("form[data-saved-first]")) this.saveFirst(event);
    });
    // The part that tries is replaced by each answer: what the grid holds goes into it anew.
    const trial = document.getElementById("try");
    new MutationObserver(() => {
      this.matched = JSON.parse(trial.querySelector("[data-matched]")?.dataset.matched || "[]");
      this.mark();
      this.fillForms();
    }).observe(trial, { childList: true });
  }

  act(name) {
    this.commit();
    const { top, bottom } = this.selection;
    const acts = {
      above: () => this.insert(top), below: () => this.insert(Math.min(bottom + 1, this.rows.length)),
      copy: () => this.copyRows(), up: () => this.moveRows(-1), down: () => this.moveRows(1),
      delete: () => this.deleteRows(), undo: () => this.step(true), redo: () => this.step(false),
      "column-add": () => this.describeColumn(false), "column-change": () => this.describeColumn(true),
      "column-left": () => this.moveColumn(-1), "column-right": () => this.moveColumn(1),
      "column-delete": () => this.deleteColumn(),
      save: () => this.save(),
    };
    acts[name]();
  }

  describeColumn(isKnown) {
    const { column: place } = this.at;
    const column = this.columns[place];
    if (!isKnown) return this.dialog.open(null, column.band === "text" ? "note" : column.band, (made) => this.addColumn(made));
    if (column.band !== "text") this.dialog.open(column, column.band, (changed) => this.changeColumn(place, changed));
  }

  key(event) {
    const { key, shiftKey: shift, altKey: alt } = event;
    const control = event.ctrlKey || event.metaKey;
    const { row, column } = this.at;
    const done = () => event.preventDefault();
    if (alt && (key === "ArrowLeft" || key === "ArrowRight")) return done(), this.moveColumn(MOVES[key][1]);
    if (alt && shift && key === "Enter") return done(), this.act("column-add");
    if (alt && shift && key === "Backspace") return done(), this.deleteColumn();
    if (shift && key === "F2") return done(), this.act("column-change");
    if (alt && (key === "ArrowUp" || key === "ArrowDown")) return done(), this.moveRows(MOVES[key][0]);
    if (alt && key === "Enter") return done(), this.act("below");
    if (alt && key === "Backspace") return done(), this.deleteRows();
    if (key in MOVES) {
      const far = control ? this.rows.length + this.columns.length : 1;
      return done(), this.go(row + MOVES[key][0] * far, column + MOVES[key][1] * far, shift);
    }
    if (key === "Tab") return this.tab(event);
    if (key === "Home") return done(), this.go(control ? 0 : row, 0, shift);
    if (key === "End") return done(), this.go(control ? this.rows.length : row, this.columns.length, shift);
    if (control && key.toLowerCase() === "z") return done(), this.step(!shift), this.go(row, column);
    if (control && key.toLowerCase() === "y") return done(), this.step(false), this.go(row, column);
    if (control && key.toLowerCase() === "d") return done(), this.fillDown(), this.go(row, column);
    if (control && key.toLowerCase() === "a") return done(), (this.from = { row: 0, column: 0 }), this.go(1e6, 1e6, true);
    if (key === "Enter" || key === "F2") return done(), this.edit();
    if (key === "Delete" || key === "Backspace") return done(), this.clear(), this.go(row, column);
    if (key === "Process") return this.edit("");
    if (key.length === 1 && !control && !alt) return done(), this.edit(key);
  }

  tab(event) {
    const width = this.columns.length;
    const next = this.at.row * width + this.at.column + (event.shiftKey ? -1 : 1);
    if (next < 0 || next >= this.rows.length * width) return;
    event.preventDefault();
    this.go(Math.floor(next / width), next % width);
  }

  editingKey(event) {
    if (event.isComposing || this.completion.key(event)) return;
    const { row, column } = this.at;
    const leave = (down, over) => {
      event.preventDefault();
      this.commit();
      this.go(row + down, column + over);
    };
    if (event.key === "Enter" && !event.altKey) leave(event.shiftKey ? -1 : 1, 0);
    else if (event.key === "Tab") leave(0, event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") {
      this.closeEditor();
      this.go(row, column);
    }
  }

  place(event) {
    const cell = event.target.closest("tbody td, tbody th");
    return cell && { row: cell.parentElement.sectionRowIndex, column: cell.cellIndex - 1 };
  }

  pressHead(event) {
    const column = this.heads.indexOf(event.target.closest("thead th"));
    if (column < 0 || event.button !== 0) return;
    event.preventDefault();
    this.commit();
    this.from = { row: 0, column: event.shiftKey ? this.from.column : column };
    this.go(this.rows.length, column, true);
  }

  press(event) {
    if (event.target.closest("thead")) return this.pressHead(event);
    const place = this.place(event);
    if (!place || event.target === this.editor || event.button !== 0) return;
    event.preventDefault();
    this.commit();
    if (place.column < 0) {
      this.from = { row: event.shiftKey ? this.from.row : place.row, column: 0 };
      return this.go(place.row, this.columns.length, true);
    }
    this.go(place.row, place.column, event.shiftKey);
  }

  drag(event) {
    const place = event.buttons === 1 && !this.editor && this.place(event);
    if (place && place.column >= 0) this.go(place.row, place.column, true);
  }

  clipboard(name, event) {
    if (this.editor) return;
    event.preventDefault();
    if (name === "paste") return this.paste(event.clipboardData.getData("text/plain"));
    event.clipboardData.setData("text/plain", this.copied());
    if (name === "cut") this.clear();
  }

  // With the server

  changed() {
    this.fillForms();
    this.say(this.isDirty ? this.table.dataset.textUnsaved : this.table.dataset.textSaved);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), CHECK_AFTER);
  }

  fillForms() {
    for (const field of document.querySelectorAll("input[name='grid']")) field.value = this.written();
  }

  say(text) {
    document.getElementById("grid-state").textContent = text;
  }

  async ask(values, signal) {
    const body = new URLSearchParams({
      csrf_token: this.table.dataset.token, revision: this.table.dataset.revision, grid: this.written(), ...values,
    });
    const answer = await fetch(this.table.dataset.address, { method: "POST", body, signal });
    if (!answer.headers.get("content-type")?.includes("json")) throw new Error(this.table.dataset.textLost);
    return answer.json();
  }

  async check() {
    this.checking?.abort();
    this.checking = new AbortController();
    try {
      this.show(await this.ask({}, this.checking.signal));
    } catch (error) {
      if (error.name !== "AbortError") this.say(this.table.dataset.textLost);
    }
  }

  show(answer) {
    this.findings = answer.findings;
    this.columns.forEach((column, place) => {
      const { label, takes, choices, is_several: several } = answer.columns[place];
      Object.assign(column, { label, takes, choices, several });
    });
    this.drawHead();
    this.mark();
    const box = document.getElementById("grid-findings");
    box.innerHTML = answer.html;
    for (const button of box.querySelectorAll("[data-row]")) {
      button.addEventListener("click", () => this.go(Number(button.dataset.row), Number(button.dataset.column)));
    }
  }

  // One after the other: a second save before the first is answered would not know its revision.
  save() {
    this.saving ??= this.send().finally(() => (this.saving = null));
    return this.saving;
  }

  async send() {
    clearTimeout(this.timer);
    this.checking?.abort();
    const sent = this.written();
    const columns = [...this.columns];
    try {
      const answer = await this.ask({ save: "1" });
      const isAsSent = this.written() === sent;
      if (isAsSent) this.show(answer);
      if (!answer.revision) return this.say(answer.problem);
      this.keys = new Map(columns.map(({ id }, place) => [id, answer.columns[place].edited.key]));
      if (isAsSent) this.columns.forEach((column, place) => (column.edited = answer.columns[place].edited));
      if (isAsSent) answer.names.forEach((name, row) => (this.rows[row].name = name));
      this.saved = isAsSent ? this.written() : sent;
      this.table.dataset.revision = answer.revision;
      for (const field of document.querySelectorAll("input[name='revision']")) field.value = answer.revision;
      this.draw();
      this.fillForms();
      this.say(this.isDirty ? this.table.dataset.textUnsaved : this.table.dataset.textSaved);
    } catch (error) {
      this.say(error.message);
    }
  }

  async saveFirst(event) {
    this.commit();
    if (!this.isDirty && !this.saving) return;
    event.preventDefault();
    const { target: form, submitter } = event;
    await this.saving;
    if (this.isDirty) await this.save();
    if (!this.isDirty) form.requestSubmit(submitter);
  }
}

for (const table of document.querySelectorAll("table[data-address]")) new Grid(table);
