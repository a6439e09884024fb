// The ledger's table, sorted by any column and filtered by words and by grade. Without this script it stands in the order of the book.
"use strict";
for (const table of document.querySelectorAll(".ledger table")) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const order = (row, column) => {
    const cell = row.cells[column];
    const number = cell?.dataset.order;
    return number === undefined ? cell?.textContent.trim() : Number(number);
  };
  const compare = (column) => (a, b) => {
    const [x, y] = [order(a, column), order(b, column)];
    if (typeof x === "number" && typeof y === "number") {
      return x - y;
    }
    // What has no number comes last.
    return typeof x === "number" ? -1 : typeof y === "number" ? 1 : String(x).localeCompare(String(y), "en", { numeric: true });
  };

  for (const [column, header] of [...table.tHead.rows[0].cells].entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => {
      const down = header.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) {
        other.removeAttribute("aria-sort");
      }
      header.setAttribute("aria-sort", down ? "descending" : "ascending");
      rows.sort(compare(column));
      body.append(...(down ? rows.toReversed() : rows));
    });
  }

  const grades = [...new Set(rows.map((row) => row.cells[1].textContent.trim()))].sort();
  const tools = document.createElement("form");
  tools.className = "ledger-tools";
  tools.setAttribute("role", "search");
  tools.setAttribute("aria-label", "Filter the ledger");
  const words = Object.assign(document.createElement("input"), { type: "search", autocomplete: "off" });
  const grade = document.createElement("select");
  grade.append(new Option("all", ""), ...grades.map((name) => new Option(name.replace(/^[✓✗] /, ""), name)));
  const label = (text, control) => {
    const element = document.createElement("label");
    element.append(`${text} `, control);
    return element;
  };
  const count = document.createElement("output");
  tools.append(label("Words", words), label("Grade", grade), count);
  const filter = () => {
    const asked = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      const fits = asked.every((word) => text.includes(word));
      row.hidden = !fits || (grade.value !== "" && row.cells[1].textContent.trim() !== grade.value);
    }
    const shown = rows.filter((row) => !row.hidden).length;
    count.textContent = shown === rows.length ? `${shown} claims` : `${shown} of ${rows.length} claims`;
  };
  tools.addEventListener("input", filter);
  tools.addEventListener("submit", (event) => event.preventDefault());
  filter();
  table.closest(".ledger").prepend(tools);
}
