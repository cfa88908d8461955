// Definitions where the word stands, and all of them at the end.

import { fresh, h } from "../dom";
import { capital, words } from "../format";
import type { ReportDocument } from "../contract";

/** Words that are no measures. */
const GENERAL: { [word: string]: string } = {
  band: "The range in which nine in ten parameter draws lie, with Monte Carlo noise removed. It shows epistemic uncertainty: what the unknown parameters do. More paths do not narrow it.",
  "Monte Carlo error": "The error of an estimate because the number of paths is finite: half of its 95 % interval, with parameter draws as replicates. More paths shrink it.",
  path: "One simulated future of the scenario, month by month. Not a forecast.",
  "parameter draw": "One set of values of the uncertain numbers, drawn from their distributions; many paths share it.",
  "freeze endurance": "Months, at most 120, in which cash stays at or above zero were the market for money closed from then on and business as it is.",
};

let measures: ReportDocument["measures"] = {};
const used: Map<string, string> = new Map();

/** Tells which measures there are. */
export function define(all: ReportDocument["measures"]): void {
  measures = all;
}

/** A word with its definition one click away. */
export function term(name: string, text = words(name)): Node {
  const meaning = GENERAL[name] ?? measures[name]?.meaning;
  if (!meaning) return document.createTextNode(text);
  used.set(words(name), meaning);
  const id = fresh("term");
  const note = h("span", { id, popover: "auto", class: "definition" }, h("strong", {}, capital(words(name))), ": ", meaning);
  return h("span", { class: "term-place" }, h("button", { type: "button", class: "term", popovertarget: id }, text), note);
}

/** All definitions that were used. */
export function glossary(): HTMLElement {
  const rows = [...used].sort(([a], [b]) => (a < b ? -1 : 1));
  return h("dl", { class: "glossary" }, rows.map(([name, meaning]) => [h("dt", {}, capital(name)), h("dd", {}, capital(meaning))]));
}
