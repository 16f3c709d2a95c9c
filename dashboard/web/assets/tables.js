// Tables are sorted and filtered where they stand: by a button in each header, and by a field above long ones.
(function () {
  "use strict";
  const FEW = 4, MANY = 15; // rows from which on a table can be sorted, and beyond which it has a field
  const chosen = new Map(); // title of a table -> what the reader chose; a table written anew has it again

  const cells = function (row, place) {
    const cell = row.cells[place];
    if (cell.dataset.value === undefined) return cell.textContent.trim();
    const number = Number(cell.dataset.value);
    return cell.dataset.value === "" ? null : Number.isNaN(number) ? cell.dataset.value : number;
  };
  const compare = function (one, other) {
    if (typeof one === "number" && typeof other === "number") return one - other;
    return String(one).localeCompare(String(other), "en", { numeric: true });
  };
  // What is missing stands last, whichever way; without a direction the rows are as they came.
  const sort = function (table, place, direction) {
    const rows = table.came.slice();
    if (direction) rows.sort(function (a, b) {
      const one = cells(a, place), other = cells(b, place);
      if (one === null || other === null) return (one === null) - (other === null);
      return compare(one, other) * (direction === "ascending" ? 1 : -1);
    });
    table.tBodies[0].append.apply(table.tBodies[0], rows);
    Array.from(table.tHead.rows[0].cells).forEach(function (header, i) {
      if (direction && i === place) header.setAttribute("aria-sort", direction); else header.removeAttribute("aria-sort");
    });
  };
  const next = { "": "ascending", ascending: "descending", descending: "" };

  const filter = function (table, text, status) {
    const wanted = text.trim().toLowerCase();
    let shown = 0;
    table.came.forEach(function (row) {
      row.hidden = !row.textContent.toLowerCase().includes(wanted);
      shown += !row.hidden;
    });
    status.textContent = wanted ? shown + " of " + table.came.length + " rows" : "";
  };
  const field = function (table, choice, name) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    const status = document.createElement("span");
    label.className = "filter";
    input.type = "search";
    input.value = choice.text || "";
    status.setAttribute("role", "status");
    label.append("Filter ", input, " ", status);
    input.setAttribute("aria-label", "Filter: " + name);
    input.addEventListener("input", function () { choice.text = input.value; filter(table, choice.text, status); });
    const frame = table.closest(".scroll") || table;
    frame.before(label);
    if (choice.text) filter(table, choice.text, status);
  };

  const prepare = function (table) {
    if (table.came || !table.tHead || table.tBodies[0].rows.length < FEW) return;
    table.came = Array.from(table.tBodies[0].rows);
    const heads = Array.from(table.tHead.rows[0].cells), name = table.id || table.caption.textContent;
    if (!chosen.has(name)) chosen.set(name, {});
    const choice = chosen.get(name);
    const names = heads.map(function (header) { // without what a term opens
      return Array.from(header.childNodes).map(function (part) {
        return part.className === "meaning" ? "" : part.textContent;
      }).join("").trim();
    });
    heads.forEach(function (header, place) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.setAttribute("aria-label", "Sort by " + names[place]);
      header.append(button);
      header.addEventListener("click", function (event) {
        if (event.target.closest(".term, .meaning")) return;
        choice.direction = choice.column === names[place] ? next[choice.direction] : next[""];
        choice.column = names[place];
        sort(table, place, choice.direction);
      });
    });
    if (choice.direction && names.includes(choice.column)) sort(table, names.indexOf(choice.column), choice.direction);
    if (table.came.length > MANY) field(table, choice, table.caption.textContent);
  };

  document.addEventListener("written", function (event) { event.target.querySelectorAll("table.table").forEach(prepare); });
})();
