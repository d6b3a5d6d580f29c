document.querySelectorAll(".scripted").forEach(words => { words.hidden = false; });
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0], heads = table.querySelectorAll("th[data-column]");
  for (const head of heads) {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    const key = row => row.cells[head.dataset.column].dataset.value;
    button.addEventListener("click", () => {
      const sign = head.ariaSort === "ascending" ? -1 : 1;
      heads.forEach(other => { other.ariaSort = null; });
      head.ariaSort = sign > 0 ? "ascending" : "descending";
      const order = (a, b) => (a === "") - (b === "") ||
        sign * (isNaN(a) || isNaN(b) ? a.localeCompare(b) : a - b);
      body.append(...[...body.rows].sort((a, b) => order(key(a), key(b))));
    });
  }
}
