// Comparisons and twins: paired differences. Any other result: its printed page and its tables.

import { h, type Child } from "../dom";
import { capital, money, month, plain, words } from "../format";
import type { Frame, Result } from "../data";
import { forest } from "../chart/forest";
import { chart } from "./figures";
import { appendix, limits, reading, section, size, sources, warnings, whole } from "./frame";
import { isMain } from "./main_measures";
import { block } from "./printed";
import { table } from "./tables";
import { term } from "./terms";

interface Difference {
  variant: string;
  against: string;
  measure: string;
  subject: string;
  by: string;
  statistic: string;
  base: number | null;
  value: number | null;
  difference: number | null;
  low: number | null;
  high: number | null;
  holm: number | null;
  unit: string;
}

function differences(frame: Frame): Difference[] {
  const text = (name: string) => frame.words(name);
  const number = (name: string) => frame.numbers(name);
  const names = ["variant", "against", "measure", "subject", "by", "statistic", "unit"].map(text);
  const values = ["base", "value", "difference", "low", "high", "p_holm"].map(number);
  return names[0].map((_, i) => ({
    variant: names[0][i], against: names[1][i], measure: names[2][i], subject: names[3][i], by: names[4][i], statistic: names[5][i], unit: names[6][i],
    base: values[0][i], value: values[1][i], difference: values[2][i], low: values[3][i], high: values[4][i], holm: values[5][i],
  }));
}

const share = (of: Difference) => of.statistic === "probability";

function level(of: Difference, value: number | null): string {
  if (value === null) return "–";
  if (share(of)) return `${plain(100 * value, 3)}\u00a0%`;
  return of.unit.startsWith("USD") ? money(value) : plain(value, 3);
}

function change(of: Difference, value: number | null): string {
  if (value === null) return "–";
  const sign = value > 0 ? "+" : "";
  return sign + (share(of) ? `${plain(100 * value)}\u00a0pp` : of.unit.startsWith("USD") ? money(value) : plain(value));
}

const name = (of: Difference) => `${words(of.measure)}${of.subject ? ` ${of.subject}` : ""}${of.statistic === "probability" ? "" : `, ${of.statistic}`}`;
const pair = (of: Difference) => `${of.variant} less ${of.against}`;

/** The probabilities by the last date, drawn with their intervals. */
function drawn(all: Difference[], of: string): HTMLElement | null {
  const rows = all.filter((row) => pair(row) === of && isMain(row.measure) && share(row) && row.difference !== null && row.low !== null && row.high !== null);
  const last = rows.reduce((date, row) => (row.by > date ? row.by : date), "");
  const bars = rows.filter((row) => row.by === last).map((row) => ({ name: name(row), at: row.difference ?? 0, low: row.low ?? 0, high: row.high ?? 0 }));
  const note = "Differences of probabilities in percentage points, with paired 95 % intervals, on common random numbers. Differences that stay within 0.05 points are left out.";
  return forest(`differences-${of.replaceAll(" ", "-")}`, `${capital(of)}, by ${month(last)}`, note, bars);
}

function ofPair(all: Difference[], of: string): Child {
  const rows = all.filter((row) => pair(row) === of && isMain(row.measure) && ["probability", "mean"].includes(row.statistic));
  const last = rows.reduce((date, row) => (row.by > date ? row.by : date), "");
  const shown = rows.filter((row) => row.by === last && row.difference !== null && (row.difference !== 0 || row.base !== 0));
  const cell = (row: Difference) => [
    [term(row.measure, words(row.measure)), ` ${row.subject}${row.statistic === "mean" ? ", mean" : ""}`],
    level(row, row.base), level(row, row.value), `${change(row, row.difference)}${row.low !== null && row.high !== null ? ` (${change(row, row.low)} to ${change(row, row.high)})` : ""}`,
    row.holm === null ? "–" : row.holm < 0.001 ? "< 0.001" : plain(row.holm),
  ];
  const first = shown[0];
  return [drawn(all, of), first && table(`${capital(of)}, by ${month(last)}`, ["", first.against, first.variant, "difference (paired 95 % interval)", "p, adjusted"], shown.map(cell), "p-values are adjusted for the number of rows of the whole table (Holm).")];
}

/** The differences that matter in a sentence: the default of each lab. */
function answer(all: Difference[], kind: string, result: Result): Child {
  const pairs = [...new Set(all.map(pair))];
  const told = pairs.flatMap((of) => {
    const rows = all.filter((row) => pair(row) === of && row.measure === "default" && share(row));
    const last = rows.reduce((date, row) => (row.by > date ? row.by : date), "");
    return rows.filter((row) => row.by === last && row.difference !== null).map((row) => {
      const sure = row.low !== null && row.high !== null && (row.low > 0 || row.high < 0);
      const way = (row.difference ?? 0) > 0 ? "higher" : "lower";
      const interval = row.low !== null && row.high !== null ? ` (paired 95 % interval ${change(row, row.low)} to ${change(row, row.high)})` : "";
      return h("p", { class: "answer" }, `The probability that ${row.subject} defaults by ${month(row.by)} is `, sure ? h("strong", {}, `${change(row, row.difference).replace(/^[+−]/, "")} ${way}`) : h("strong", {}, "not distinguishable"), ` ${row.variant} ${sure ? "than" : "from"} ${row.against}: ${level(row, row.value)} against ${level(row, row.base)}${interval}.${sure && row.holm !== null && row.holm > 0.05 ? ` By itself; adjusted for all rows of the table, p is ${plain(row.holm)}.` : ""}`);
    });
  });
  const question = kind === "twins" ? "What does the circular money do?" : `What do the changes to “${result.document.record.name}” do?`;
  return h("div", { class: "lead" }, h("p", { class: "question" }, question), told.slice(0, 4), h("p", { class: "beside" }, "All runs have the same random numbers, so differences are far better known than levels. They hold if the scenario and the model hold."));
}

export function comparison(result: Result): { head: Child; sections: (HTMLElement | null)[]; appendix: Child[] } {
  const { kind, figures, page } = result.document;
  const frame = result.frame(kind);
  const all = frame ? differences(frame) : [];
  const pairs = [...new Set(all.map(pair))];
  const attribution = result.frame("attribution");
  const flips = result.frame("flips");
  const head = [
    h("p", { class: "kicker" }, `${result.document.record.name} · ${size(result)}, each run`),
    h("div", { class: "first" }, answer(all, kind, result), limits(result)),
    warnings(result),
  ];
  const sections = [
    ...pairs.map((of, at) => section(`pair-${at}`, capital(of), describe(page, of), ofPair(all, of))),
    section("figures", "Over time", figures.map((figure) => chart(result, figure))),
    section("attribution", "What explains it", attribution && attribution.rows > 0 && whole("attribution", "What each changed value explains", attribution, "changed")),
    section("all", "Every difference", frame && whole(kind, "Every difference with its paired interval", frame, "measure")),
    section("flips", "Paths that flip", flips && flips.rows > 0 && [h("p", {}, "On these paths an event happens in only one of two runs; ouro replay tells each."), whole("flips", "Paths that flip", flips, "measure")]),
    sources(result),
  ];
  return { head, sections, appendix: appendix(result) };
}

/** What the printed page says of a pair, if it says it in its title. */
function describe(page: string, of: string): Child {
  const line = page.split("\n").find((text) => text.startsWith(`${of}: `));
  return line ? h("p", {}, `${capital(line.slice(of.length + 2).trim())}.`) : null;
}

/** A result without charts of its own: the printed page, its figures and its tables. */
export function other(result: Result): { head: Child; sections: (HTMLElement | null)[]; appendix: Child[] } {
  const { kind, record, figures, tables, page } = result.document;
  const head = [h("p", { class: "kicker" }, `ouro ${kind} · ${record.name}`), h("div", { class: "first" }, h("div", { class: "lead" }, h("p", { class: "question" }, QUESTIONS[kind] ?? `What does ouro ${kind} say?`), h("p", { class: "beside" }, block(page, page.split("\n").find((line) => /^\S/.test(line)) ?? ""))), limits(result)), warnings(result), reading(result)];
  const names = Object.keys(tables).filter((name) => name !== "sources" && name !== "summary");
  const sections = [
    section("page", "The result", h("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": "The printed page" }, h("pre", {}, page))),
    section("figures", "Figures", figures.map((figure) => chart(result, figure))),
    ...names.map((name) => section(`table-${name}`, capital(words(name)), whole(name, capital(words(name)), result.frame(name) as Frame))),
    sources(result),
  ];
  return { head, sections, appendix: appendix(result).filter((part) => !(part instanceof HTMLElement && part.id === "printed")) };
}

const QUESTIONS: { [kind: string]: string } = {
  plan: "Can the plan be carried out as it is written?",
  replay: "What happens on this path?",
  benchmark: "How does the run compare with published figures?",
  prior: "Does the run lie where its author expected it before?",
  backtest: "Would the model have told apart the firms that failed?",
};
