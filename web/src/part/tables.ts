// Tables: small ones to read, and large ones to filter, sort and search.

import { csv, fill, fresh, h, save, type Child } from "../dom";

/**
 * A small table; the first column names its rows. On a phone each row becomes a block with the heads at its cells, so the
 * roles that the display takes away are given by name.
 */
export function table(caption: Child, heads: string[], rows: Child[][], note?: Child): HTMLElement {
  const id = fresh("table");
  const cell = (content: Child, at: number) =>
    at === 0 ? h("th", { scope: "row", role: "rowheader" }, content) : h("td", { role: "cell", "data-head": heads[at] }, h("span", {}, content));
  const row = (cells: Child[]) => h("tr", { role: "row" }, cells.map(cell));
  return h(
    "div",
    { class: "table" },
    h("p", { class: "caption", id }, caption),
    h(
      "div",
      { class: "scroll", role: "region", tabindex: 0, "aria-labelledby": id },
      h(
        "table",
        { role: "table", "aria-labelledby": id },
        h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, heads.map((head) => h("th", { scope: "col", role: "columnheader" }, head)))),
        h("tbody", { role: "rowgroup" }, rows.map(row)),
      ),
    ),
    note ? h("p", { class: "note" }, note) : null,
  );
}

/** A column of a large table. */
export interface GridColumn {
  name: string;
  head: string;
  /** Numbers are sorted as such and set to the right. */
  numbers?: (number | null)[];
  words: string[];
  /** How a cell looks, if not as its words. */
  cell?: (row: number) => Child;
}

const STEP = 60;

/** Letters from which the words of a column are broken into lines. */
const LONG = 26;

/** A large table: search, a filter by the words of one column, sorting by each head. */
export function grid(name: string, caption: string, columns: GridColumn[], filter?: string): HTMLElement {
  const count = columns[0]?.words.length ?? 0;
  const haystack = Array.from({ length: count }, (_, row) => columns.map((column) => column.words[row]).join(" ").toLowerCase());
  let [search, only, sorted, rising, most] = ["", "", -1, true, STEP];
  const long = columns.map((column) => column.words.some((word) => word.length > LONG));
  const id = fresh("grid");
  const body = h("tbody");
  const status = h("p", { class: "status", "aria-live": "polite" });
  const more = h("button", { type: "button", class: "tool", click: () => ((most += 4 * STEP), render()) }, "Show more rows");
  const kept = (): number[] => {
    const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
    const by = columns.find((column) => column.name === filter);
    const rows = Array.from({ length: count }, (_, row) => row).filter(
      (row) => (!only || by?.words[row] === only) && wanted.every((word) => haystack[row].includes(word)),
    );
    if (sorted < 0) return rows;
    const { numbers, words } = columns[sorted];
    const sign = rising ? 1 : -1;
    return rows.sort((a, b) => {
      if (!numbers) return sign * words[a].localeCompare(words[b]);
      const [x, y] = [numbers[a], numbers[b]];
      if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
      return sign * (x - y);
    });
  };
  const render = () => {
    const rows = kept();
    fill(
      body,
      rows.slice(0, most).map((row) =>
        h("tr", {}, columns.map((column, at) => {
          const content = column.cell ? column.cell(row) : column.words[row];
          return at === 0 ? h("th", { scope: "row" }, content) : h("td", { class: column.numbers ? "number" : long[at] ? "long" : null }, content);
        })),
      ),
    );
    fill(status, `${rows.length.toLocaleString("en-US")} of ${count.toLocaleString("en-US")} rows${rows.length > most ? `, the first ${most} shown` : ""}`);
    more.hidden = rows.length <= most;
  };
  const heads = columns.map((column, at) => {
    const head = h("th", { scope: "col" });
    const button = h("button", { type: "button", class: "sort" }, column.head);
    button.addEventListener("click", () => {
      [rising, sorted] = [sorted === at ? !rising : true, at];
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", rising ? "ascending" : "descending");
      render();
    });
    head.append(button);
    return head;
  });
  const field = h("input", { type: "search", placeholder: "Search", "aria-label": `Search in ${caption}` });
  field.addEventListener("input", () => ((search = field.value), (most = STEP), render()));
  const by = columns.find((column) => column.name === filter);
  const choice = by && h("select", { "aria-label": `Only rows with this ${by.head}` }, h("option", { value: "" }, `every ${by.head}`), [...new Set(by.words)].map((word) => h("option", { value: word }, word || "(none)")));
  choice?.addEventListener("change", () => ((only = choice.value), (most = STEP), render()));
  const file = h("button", { type: "button", class: "tool", "aria-label": `${caption} as CSV`, click: () => save(`${name}.csv`, "text/csv", csv(columns.map((column) => column.name), kept().map((row) => columns.map((column) => column.numbers?.[row] ?? column.words[row])))) }, "CSV");
  render();
  return h(
    "div",
    { class: "grid" },
    h("p", { class: "caption", id }, caption),
    h("div", { class: "tools" }, field, choice ?? null, file, status),
    h("div", { class: "scroll", role: "region", tabindex: 0, "aria-labelledby": id }, h("table", { "aria-labelledby": id }, h("thead", {}, h("tr", {}, heads)), body)),
    more,
  );
}
