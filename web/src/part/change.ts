// What changed between two runs: inputs with their sources, headlines with the error of their differences.

import { h, type Child } from "../dom";
import { list, money, month, percent, plain, thousands, words } from "../format";
import type { Record } from "../contract";
import type { Frame, Result } from "../data";
import { forest, type Bar } from "../chart/forest";
import { appendix, section, whole } from "./frame";
import { isMain } from "./main_measures";
import { table } from "./tables";
import { term } from "./terms";

interface Headline {
  measure: string;
  subject: string;
  by: string;
  statistic: string;
  before: number;
  value: number;
  difference: number;
  low: number | null;
  high: number | null;
  unit: string;
  method: string;
}

function headlines(frame: Frame): Headline[] {
  const [measure, subject, by, statistic, unit, method] = ["measure", "subject", "by", "statistic", "unit", "method"].map((name) => frame.words(name));
  const [before, value, difference, low, high] = ["before", "value", "difference", "low", "high"].map((name) => frame.numbers(name));
  return measure.map((_, i) => ({
    measure: measure[i], subject: subject[i], by: by[i], statistic: statistic[i], unit: unit[i], method: method[i],
    before: before[i] ?? 0, value: value[i] ?? 0, difference: difference[i] ?? 0, low: low[i], high: high[i],
  }));
}

const share = (of: Headline) => of.statistic === "probability";

function level(of: Headline, value: number): string {
  if (share(of)) return percent(value, 3);
  return of.unit.startsWith("USD") ? money(value, 3) : plain(value, 3);
}

function change(of: Headline, value: number): string {
  const sign = value > 0 ? "+" : "";
  return sign + (share(of) ? `${plain(100 * value)}\u00a0pp` : of.unit.startsWith("USD") ? money(value) : plain(value));
}

function interval(of: Headline): string {
  return of.low === null || of.high === null ? "" : ` (${change(of, of.low)} to ${change(of, of.high)})`;
}

/** The runs by names that tell them apart. */
function names(before: Record, after: Record): [string, string] {
  if (before.name !== after.name) return [before.name, after.name];
  if (before.digest === after.digest) return ["first run", "second run"];
  return [before, after].map((run) => `${run.name} (${run.digest.slice(0, 8)})`) as [string, string];
}

/** What must be known of the two before their differences are read. */
function cautions(before: Record, after: Record): HTMLElement | null {
  const told: Child[] = [];
  for (const [which, run] of [["first", before], ["second", after]] as const) {
    if (run.overridden.length > 0) told.push(h("li", {}, `The ${which} run is not its scenario as written: `, h("code", {}, run.overridden.join("; "))));
    if (run.stop === "interrupted") told.push(h("li", {}, `The ${which} run was interrupted.`));
    if (run.residual === null || Object.values(run.failures).some((count) => count > 0)) told.push(h("li", {}, `Some numbers of the ${which} run are not finite: do not quote it.`));
  }
  if (before.version !== after.version) told.push(h("li", {}, `They were made by different versions of the program, ${before.version} and ${after.version}: part of a difference may be the program's.`));
  if (before.name === after.name) told.push(h("li", {}, `Both scenarios are called “${after.name}”; their digests tell them apart: ${before.digest.slice(0, 8)} and ${after.digest.slice(0, 8)}.`));
  if (before.start && after.start && before.start !== after.start) told.push(h("li", {}, `They begin in different months, ${month(before.start)} and ${month(after.start)}. Estimates are compared by the same calendar month; “cumulative” and “so far” count from different starts.`));
  const shared = before.seed === after.seed && before.draws === after.draws;
  if (!shared) told.push(h("li", {}, "Seed or number of draws differ, so the errors are those of independent runs: much wider than those of ouro compare."));
  if (told.length === 0) return null;
  return h("aside", { class: "warnings", "aria-label": "Warnings" }, h("h2", {}, "Before you quote this"), h("ul", {}, told));
}

function answer(all: Headline[], names: [string, string]): Child {
  const failed = all.filter((row) => row.measure === "default" && share(row));
  const last = failed.reduce((date, row) => (row.by > date ? row.by : date), "");
  const told = failed.filter((row) => row.by === last).map((row) => {
    const sure = row.low !== null && row.high !== null && (row.low > 0 || row.high < 0);
    const way = row.difference > 0 ? "up" : "down";
    const moved = sure ? [" is ", h("strong", {}, `${way} ${change(row, row.difference).replace(/^[+−]/, "")}`)] : [" is ", h("strong", {}, "not distinguishably different")];
    return h("p", { class: "answer" }, `From “${names[0]}” to “${names[1]}” the probability that ${row.subject} defaults by ${month(row.by)}`, moved, `: ${level(row, row.before)} before, ${level(row, row.value)} after${row.low === null ? "" : `; 95 % interval of the difference${interval(row)}`}.`);
  });
  return told.length > 0 ? told : h("p", { class: "answer" }, "The two runs share no date at which both say how likely a default is.");
}

function records(before: Record, after: Record): HTMLElement {
  const rows: [string, (run: Record) => string][] = [
    ["scenario", (run) => run.name],
    ["file", (run) => run.file],
    ["first month", (run) => (run.start ? month(run.start) : "–")],
    ["information as of", (run) => (run.as_of ? month(run.as_of) : "–")],
    ["size", (run) => `${thousands(run.paths)} paths, ${thousands(run.draws)} draws`],
    ["seed", (run) => run.seed],
    ["numbers with a source", (run) => percent(run.provenance.sourced)],
    ["digest", (run) => run.digest],
    ["version", (run) => run.version],
  ];
  return table("The two runs", ["", "first", "second"], rows.map(([name, of]) => [name, of(before), of(after)]));
}

const name = (of: Headline) => `${words(of.measure)}${of.subject ? ` ${of.subject}` : ""}`;

export function changes(result: Result): { head: Child; sections: (HTMLElement | null)[]; appendix: Child[] } {
  const { record: after, before } = result.document;
  if (!before) throw new Error("This report of a change lacks the record of the first run.");
  const [inputs, frame] = [result.frame("inputs"), result.frame("headlines")];
  const all = frame ? headlines(frame) : [];
  const called = names(before, after);
  const dates = [...new Set(all.map((row) => row.by))].filter((by) => by.endsWith("-12")).sort();
  const last = dates.at(-1) ?? "";
  const main = all.filter((row) => row.by === last && isMain(row.measure) && ["probability", "mean"].includes(row.statistic) && (row.before !== 0 || row.value !== 0));
  const bars: Bar[] = main.filter((row) => share(row) && row.low !== null && row.high !== null).map((row) => ({ name: name(row), at: row.difference, low: row.low ?? 0, high: row.high ?? 0 }));
  const kinds = inputs ? inputs.words("change") : [];
  const count = (kind: string, text: string) => {
    const found = kinds.filter((one) => one === kind).length;
    return found > 0 ? [`${found} ${text}`] : [];
  };
  const counted = list([...count("value", "changed in value"), ...count("source", "only in source"), ...count("added", "added"), ...count("removed", "removed")]);
  const paired = all.some((row) => row.method.startsWith("paired"));
  const how = paired
    ? "Both runs have the same seed and draws: where the draws carry an estimate, its error is paired, with the draws as replicates; else it is that of independent runs. ouro compare on the two scenarios pairs path by path."
    : "The errors are those of independent runs.";
  const head = [
    h("p", { class: "kicker" }, `${called[0]} → ${called[1]}`),
    h("div", { class: "first" }, h("div", { class: "lead" }, h("p", { class: "question" }, "What changed between the two runs?"), answer(all, called), h("p", { class: "beside" }, kinds.length > 0 ? `Of the numbers of the scenarios, ${counted}.` : "No number of the scenarios differs.")), cannot()),
    cautions(before, after),
    h("p", { class: "reading" }, how),
  ];
  const rows = main.map((row) => [[term(row.measure, words(row.measure)), ` ${row.subject}${share(row) ? "" : ", mean"}`], level(row, row.before), level(row, row.value), `${change(row, row.difference)}${interval(row)}`, row.method.startsWith("paired") ? "paired" : row.low === null ? "none" : "unpaired"]);
  const sections = [
    section("runs", "The two runs", records(before, after)),
    section("inputs", "Inputs that differ", inputs && inputs.rows > 0 ? whole("inputs", "Numbers of the scenarios that differ, with their sources", inputs, "change") : h("p", {}, "None: both scenarios have the same numbers with the same sources.")),
    section("headlines", "How the headlines moved", forest(`differences-${last}`, `Second less first, by ${month(last)}`, "Differences of probabilities in percentage points with 95 % intervals. Differences that stay within 0.05 points are left out.", bars), rows.length > 0 && table(`By ${month(last)}`, ["", "first", "second", "difference (95 % interval)", "error"], rows)),
    section("all", "Every estimate of both", frame && whole("headlines", "Every estimate that both runs have by the same month", frame, "measure")),
  ];
  return { head, sections, appendix: appendix(result).filter((part) => part instanceof HTMLElement && part.id === "definitions") };
}

function cannot(): HTMLElement {
  return h("aside", { class: "limits", "aria-labelledby": "limits-title" }, h("h2", { id: "limits-title" }, "What this cannot say"), h("ul", {}, h("li", {}, "Which input moved a headline: many change at once. ouro compare attributes a difference to the values that changed."), h("li", {}, "Whether either scenario is right: the intervals are Monte Carlo errors, not the uncertainty of the inputs."), h("li", {}, "Figures about named companies are outputs of scenarios: not forecasts, ratings or advice.")));
}
