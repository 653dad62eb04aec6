
"use strict";
document.documentElement.classList.add("js");
(function () {
  const by = (id) => document.getElementById(id);
  const table = by("table");
  const copy = by("copy");
  if (copy) {
    copy.addEventListener("click", () => {
      const command = by("command");
      const range = document.createRange();
      range.selectNodeContents(command);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      const done = () => { copy.textContent = "Copied"; setTimeout(() => { copy.textContent = "Copy"; }, 1500); };
      if (navigator.clipboard) { navigator.clipboard.writeText(command.textContent).then(done, () => {}); }
    });
  }
  if (!table) { return; }

  // What a row is sorted and found by is read from the page once.
  const rows = Array.from(table.tBodies, (body, place) => {
    const cells = body.rows[0].cells;
    const toggle = body.querySelector(".open");
    toggle.setAttribute("aria-expanded", "false");
    return {
      body, toggle, place, text: null,
      kind: body.dataset.kind, name: cells[1].textContent.toLowerCase(), what: cells[2].textContent.toLowerCase(),
      id: Number(cells[3].textContent) || 0, account: cells[4].textContent,
    };
  });
  let order = rows.slice();

  const open = (row, show) => {
    row.toggle.setAttribute("aria-expanded", String(show));
    row.body.rows[1].classList.toggle("shown", show);
  };
  const rowOf = new Map(rows.map((row) => [row.body, row]));
  table.addEventListener("click", (event) => {
    const head = event.target.closest("tr.head");
    if (!head || String(getSelection())) { return; }
    const row = rowOf.get(head.parentNode);
    open(row, row.toggle.getAttribute("aria-expanded") !== "true");
  });

  const find = by("find"), kind = by("kind"), field = by("field"), lost = by("lost");
  const filter = () => {
    const wanted = find.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const data = row.body.dataset;
      if (wanted && row.text === null) { row.text = row.body.textContent.toLowerCase(); }
      const fits = (!kind.value || data.kind === kind.value) &&
        (!field.value || (" " + data.fields + " ").includes(" " + field.value + " ")) &&
        (!lost.value || (lost.value === "any" ? data.lost !== "" : data.lost === lost.value)) &&
        (!wanted || row.text.includes(wanted));
      row.body.hidden = !fits;
      if (fits) { shown++; }
    }
    by("shown").textContent = shown === rows.length ? String(shown) : shown + " of " + rows.length;
    by("nothing").hidden = shown > 0;
  };
  let waiting = 0;
  find.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 80); });
  for (const choice of [kind, field, lost]) { choice.addEventListener("change", filter); }
  const reset = () => { find.value = kind.value = field.value = lost.value = ""; filter(); };
  by("reset").addEventListener("click", reset);
  for (const bar of document.querySelectorAll("[data-field]")) {
    bar.addEventListener("click", () => { reset(); field.value = bar.dataset.field; filter(); });
  }
  for (const tile of document.querySelectorAll("[data-show]")) {
    tile.addEventListener("click", () => {
      reset();
      if (tile.dataset.show === "lost") { lost.value = "any"; } else { kind.value = tile.dataset.show; }
      filter();
    });
  }

  const headings = Array.from(table.tHead.querySelectorAll("[data-sort]"));
  for (const heading of headings) {
    heading.addEventListener("click", () => {
      const column = heading.parentNode;
      const down = column.getAttribute("aria-sort") === "ascending";
      for (const other of headings) { other.parentNode.removeAttribute("aria-sort"); }
      column.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = heading.dataset.sort, sign = down ? -1 : 1;
      order = rows.slice().sort((a, b) => {
        const x = a[key], y = b[key];
        return (x < y ? -sign : x > y ? sign : 0) || a.place - b.place;
      });
      const all = document.createDocumentFragment();
      for (const row of order) { all.append(row.body); }
      table.append(all);
    });
  }

  // By keyboard: / goes to the search, arrows go from row to row.
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
      event.preventDefault();
      find.focus();
      return;
    }
    const toggle = event.target.closest(".open");
    if (!toggle || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) { return; }
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    let at = order.findIndex((row) => row.toggle === toggle) + step;
    while (order[at] && order[at].body.hidden) { at += step; }
    if (order[at]) { order[at].toggle.focus(); }
  });
})();
