// Says how much is chosen, by currency, and chooses all at a press.
const form = document.getElementById("several");
if (form) {
  const boxes = [...form.querySelectorAll("input[name=chosen]")];
  const told = form.querySelector("[data-chosen]");
  const all = form.querySelector("[data-all]");
  const count = () => {
    const sums = new Map();
    const chosen = boxes.filter((box) => box.checked);
    for (const box of chosen) {
      sums.set(box.dataset.currency, (sums.get(box.dataset.currency) ?? 0) + Number(box.dataset.amount));
    }
    const written = [...sums].map(([currency, sum]) =>
      `${sum.toLocaleString(form.dataset.locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 })} ${currency}`);
    told.textContent = chosen.length ? [`${chosen.length} / ${boxes.length}`, ...written].join(" · ") : "";
  };
  form.addEventListener("change", count);
  all.parentElement.hidden = false;
  all.addEventListener("click", () => {
    const rest = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = rest;
    count();
  });
  count();
}
