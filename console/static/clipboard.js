// As spreadsheets put cells on the clipboard: tabs between cells, quotes around what holds a line end.
export function fromSheet(text) {
  const rows = [[""]];
  let quoted = false;
  for (let place = 0; place < text.length; place++) {
    const row = rows[rows.length - 1];
    const sign = text[place];
    if (quoted) {
      if (sign !== '"') row[row.length - 1] += sign;
      else if (text[place + 1] === '"') row[row.length - 1] += text[++place];
      else quoted = false;
    } else if (sign === '"' && row[row.length - 1] === "") quoted = true;
    else if (sign === "\t") row.push("");
    else if (sign === "\n") rows.push([""]);
    else if (sign !== "\r") row[row.length - 1] += sign;
  }
  if (rows.length > 1 && rows[rows.length - 1].join("") === "") rows.pop();
  return rows;
}

export function toSheet(rows) {
  const cell = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map(cell).join("\t")).join("\n");
}
