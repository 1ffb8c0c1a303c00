/* A table that its reader sorts: a click on the head of a column, and again for the other way. */
"use strict";

/* columns: [{ head, of(row): what it is sorted by, show(row): its cell, left: of words }]; some rows at first, all of them on demand.
   Returns the element, and show(rows), which shows others in the same order. chosen(row): the row was clicked. */
function sortableTable(caption, columns, { shownAtFirst = 25, chosen } = {}) {
  const { wide, plural } = pieces;
  const none = (value) => value === null || value === undefined || value === "" || Number.isNaN(value);
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)));
  let rows = [], column = null, down = false, whole = false;

  const words = make("p", {}), body = make("tbody", {});
  const more = make("button", { type: "button" });
  const heads = columns.map((of, k) => {
    const button = make("button", { type: "button", class: "sort" }, of.head);
    const head = make("th", { scope: "col", class: of.left ? "left" : null }, button);
    button.addEventListener("click", () => {
      down = column === k && !down;
      column = k;
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      draw();
    });
    return head;
  });

  /* Rows without a value stay last either way; equal ones keep their order. */
  function sorted() {
    if (column === null) return rows;
    const of = columns[column].of;
    return [...rows].sort((a, b) => {
      const x = of(a), y = of(b);
      if (none(x) || none(y)) return none(x) - none(y);
      return down ? compare(y, x) : compare(x, y);
    });
  }

  function draw() {
    const shown = sorted().slice(0, whole ? rows.length : shownAtFirst);
    body.replaceChildren(...shown.map((row) => {
      const line = make("tr", {}, columns.map(({ show, left }, k) =>
        make(k ? "td" : "th", k ? { class: left ? "left" : null } : { scope: "row" }, ...[show(row)].flat())));
      if (chosen) line.addEventListener("click", () => chosen(row));
      return line;
    }));
    words.textContent = caption + ": " + plural(rows.length, "row") + (shown.length < rows.length ? ", the first " + shown.length + " shown" : "");
    more.textContent = "show all " + rows.length;
    more.hidden = shown.length === rows.length;
  }

  more.addEventListener("click", () => {
    whole = true;
    draw();
  });
  const element = make("div", { class: "table long sortable" + (chosen ? " choosable" : "") }, words,
    wide(make("table", { "aria-label": caption }, make("thead", {}, make("tr", {}, heads)), body)), make("p", { class: "controls" }, more));
  const show = (others) => {
    rows = others;
    draw();
  };
  return { element, show };
}
