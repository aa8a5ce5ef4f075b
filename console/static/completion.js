// The choices of a column, offered below the cell while one types.
export class Completion {
  constructor(editor, column) {
    this.editor = editor;
    this.column = column;
    this.chosen = -1;
    this.offered = [];
    this.list = document.body.appendChild(document.createElement("ul"));
    this.list.className = "completion";
    this.list.setAttribute("role", "listbox");
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const item = event.target.closest("li");
      if (item) this.take([...this.list.children].indexOf(item));
    });
  }

  // Where the word begins that is being typed: after the last comma, and after "not" in either language.
  get start() {
    if (!this.column.several) return 0;
    const comma = Math.max(...[",", "，", "、"].map((sign) => this.before.lastIndexOf(sign))) + 1;
    return comma + this.before.slice(comma).match(/^\s*(?:(?:not|非|不是)\s+)?/)[0].length;
  }

  get before() {
    return this.editor.value.slice(0, this.editor.selectionStart);
  }

  update() {
    const typed = this.before.slice(this.start).toLowerCase().replaceAll("_", " ").trim();
    const fits = this.column.choices.filter((choice) => choice.toLowerCase().includes(typed) && choice !== typed);
    const later = (choice) => Number(!choice.toLowerCase().startsWith(typed));
    this.offered = fits.sort((one, other) => later(one) - later(other));
    this.chosen = typed && this.offered.length ? 0 : -1;
    this.draw();
  }

  draw() {
    this.list.replaceChildren(
      ...this.offered.map((choice, place) => {
        const item = document.createElement("li");
        item.textContent = choice;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", String(place === this.chosen));
        return item;
      }),
    );
    this.list.hidden = !this.offered.length;
    const box = this.editor.parentElement.getBoundingClientRect();
    Object.assign(this.list.style, { left: `${box.left}px`, top: `${box.bottom}px`, minWidth: `${box.width}px` });
  }

  key(event) {
    if (this.list.hidden) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.chosen = (this.chosen + step + this.offered.length) % this.offered.length;
    } else if ((event.key === "Enter" || event.key === "Tab") && this.chosen >= 0) {
      // One value is complete with its choice, and Enter goes on as in any cell; a list may want another one.
      this.take(this.chosen);
      if (!this.column.several) return false;
    } else return false;
    event.preventDefault();
    this.draw();
    return true;
  }

  take(place) {
    const { value, selectionStart } = this.editor;
    const kept = value.slice(0, this.start) + this.offered[place];
    this.editor.value = kept + value.slice(selectionStart);
    this.editor.setSelectionRange(kept.length, kept.length);
    this.offered = [];
    this.chosen = -1;
    this.draw();
    this.editor.focus();
  }

  close() {
    this.list.remove();
  }
}
