// The headings of a grid, and the dialog in which a column is described.

let made = 0;

// `id` stays the same while the page stands, so that undo finds a column again after it was saved under another key.
export function columnOf({ band, label, takes, choices, is_several: several, edited }) {
  return { id: (made += 1), band, label, takes, choices, several, edited };
}

export function drawHead(head, columns, words) {
  const bands = document.createElement("tr");
  bands.className = "bands";
  bands.append(document.createElement("td"));
  const names = columns.map(({ band }) => (band === "text" ? "note" : band));
  for (const band of new Set(names)) {
    const width = names.filter((name) => name === band).length;
    bands.append(heading(`band-${band}`, words[band], { colSpan: width, scope: "colgroup" }));
  }
  const labels = document.createElement("tr");
  labels.append(heading("", words.row, { scope: "col" }));
  for (const { band, label, takes, edited } of columns) {
    const cell = heading(`band-${band}`, label, { scope: "col", title: edited.field });
    if (takes) cell.appendChild(document.createElement("small")).textContent = takes;
    labels.append(cell);
  }
  head.replaceChildren(bands, labels);
}

function heading(name, text, properties) {
  const cell = Object.assign(document.createElement("th"), properties);
  if (name) cell.className = name;
  cell.textContent = text;
  return cell;
}

export class ColumnDialog {
  constructor(dialog) {
    this.dialog = dialog;
    this.form = dialog.querySelector("form");
    this.fields = this.form.elements;
    this.fields.band.addEventListener("change", () => this.fit());
    this.fields.asks.addEventListener("input", () => this.suggest());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.dialog.close();
      this.done(this.column());
    });
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  }

  // `done` gets the column as it is described then: a new one without `column`.
  open(column, band, done) {
    this.changed = column;
    this.done = done;
    this.form.reset();
    const { label = "", field = "", type = "", allowed = "" } = column?.edited ?? {};
    const values = { band: column?.band ?? band, label, asks: field, name: field, type, allowed };
    for (const [name, value] of Object.entries(values)) this.fields[name].value = value;
    if (!column) this.fields.type.value = "string";
    this.fields.band.disabled = Boolean(column);
    this.dialog.querySelector("[data-new]").hidden = Boolean(column);
    this.dialog.querySelector("[data-known]").hidden = !column;
    this.fit();
    this.dialog.showModal();
    this.fields[column || this.fields.band.value !== "if" ? "label" : "asks"].focus();
  }

  // What the chosen kind of column has no use for is not asked.
  fit() {
    for (const part of this.form.querySelectorAll("[data-for]")) {
      part.hidden = !part.dataset.for.split(" ").includes(this.fields.band.value);
    }
    this.fields.asks.required = this.fields.band.value === "if";
  }

  // A known field of the case has its type already, and a name that serves as heading.
  suggest() {
    const known = [...this.fields.asks.list.options].find((option) => option.value === this.fields.asks.value);
    if (!known) return;
    this.fields.type.value = known.dataset.type;
    this.fields.label.value ||= known.label;
  }

  column() {
    const { band, label, asks, name, type, allowed } = Object.fromEntries(
      [...this.fields].filter((field) => field.name).map((field) => [field.name, field.value.trim()]),
    );
    const field = { if: asks, then: name }[band] ?? "";
    const edited = { band, label, field, ...(band === "note" ? { type: "", allowed: "" } : { type, allowed }) };
    const shown = { band, label: label || field, takes: "", choices: [], is_several: band === "if" };
    const column = columnOf({ ...shown, edited });
    return this.changed ? { ...this.changed, ...column, id: this.changed.id } : column;
  }
}
