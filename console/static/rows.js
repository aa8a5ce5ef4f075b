// A row of a grid: its number, name and heat, and its cells.
export function drawRow(row, place, columns, textNew) {
  const line = document.createElement("tr");
  const head = line.appendChild(document.createElement("th"));
  head.scope = "row";
  head.append(part("row-number", String(place + 1)), part("row-name", row.name || textNew));
  if (row.heat) head.append(part(row.isCold ? "heat cold" : "heat", row.heat));
  row.cells.forEach((text, column) => {
    const cell = line.insertCell();
    cell.setAttribute("role", "gridcell");
    cell.className = `band-${columns[column].band}`;
    cell.dataset.label = columns[column].label;
    cell.textContent = text;
    cell.tabIndex = -1;
  });
  return line;
}

function part(name, text) {
  const made = document.createElement("span");
  made.className = name;
  made.textContent = text;
  return made;
}
