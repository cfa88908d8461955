// What stands around every report: question and answer, warnings, limits, the record, sources, all estimates.

import { h, type Child } from "../dom";
import { capital, list, month, percent, thousands, words, inUnit } from "../format";
import type { Frame, Result } from "../data";
import { block, sentence } from "./printed";
import { grid, type GridColumn } from "./tables";
import { glossary, term } from "./terms";

/** A section with a heading; nothing where it has no content. */
export function section(id: string, title: string, ...content: Child[]): HTMLElement | null {
  const kept = content.flat(8).filter((child) => child !== null && child !== undefined && child !== false);
  if (kept.length === 0) return null;
  return h("section", { id, "aria-labelledby": `${id}-title` }, h("h2", { id: `${id}-title` }, title), kept);
}

/** How the run is called in a sentence. */
export function size(result: Result): string {
  const { paths, draws } = result.document.record;
  if (paths <= 1) return "one path";
  return draws > 1 ? `${thousands(paths)} paths in ${thousands(draws)} parameter draws` : `${thousands(paths)} paths of one set of parameters`;
}

/** What must not be missed: overrides, interruption, numbers that are none, too few paths. */
export function warnings(result: Result): HTMLElement | null {
  const { record, page } = result.document;
  const told: Child[] = [];
  if (record.overridden.length > 0) {
    told.push(h("li", {}, h("strong", {}, "Not the scenario as it is written. "), "Changed on the command line: ", h("ul", {}, record.overridden.map((change) => h("li", {}, h("code", {}, change))))));
  }
  if (record.stop === "interrupted") told.push(h("li", {}, h("strong", {}, "Interrupted. "), "Some paths or draws are missing; run it to the end before quoting it."));
  const failures = Object.entries(record.failures).filter(([, count]) => count > 0);
  if (failures.length > 0 || record.residual === null) {
    const which = failures.map(([name, count]) => `${words(name)} (${thousands(count)})`);
    told.push(h("li", {}, h("strong", {}, "Some numbers are not finite. "), `The scenario drives values beyond what can be computed${which.length > 0 ? `: ${list(which)}` : ""}. Do not quote this result.`));
  }
  const isRun = result.document.kind === "run";
  if (isRun && record.draws > 1 && record.paths / record.draws < 100) {
    told.push(h("li", {}, `Only ${Math.floor(record.paths / record.draws)} paths per draw: bands of rare events are withheld or wide. With 100 or more the draws can be told apart.`));
  }
  if (isRun && record.draws > 1 && record.draws < 100) told.push(h("li", {}, `Only ${record.draws} draws: the bands are imprecise. 200 or more are usual.`));
  if (isRun && record.draws === 1) told.push(h("li", {}, "No parameter is uncertain in this run, so there is no band, and uncertainty is understated."));
  const verdict = sentence(page, "More than half of the published figures");
  if (verdict) told.push(h("li", {}, verdict));
  if (isRun && result.document.figures.length === 0) told.push(h("li", {}, "No charts: the run was made with --no-figures. The tables are whole."));
  const unsourced = record.provenance.unsourced;
  if (unsourced > 0) told.push(h("li", {}, `${percent(unsourced)} of the numbers of the scenario have neither source nor reason.`));
  if (told.length === 0) return null;
  return h("aside", { class: "warnings", "aria-label": "Warnings" }, h("h2", {}, "Before you quote this"), h("ul", {}, told));
}

/** What this cannot say. */
export function limits(result: Result): HTMLElement {
  const { record, page } = result.document;
  const beliefs = record.provenance.assumed + record.provenance.prior + record.provenance.unsourced;
  const written = block(page, "Limits");
  return h(
    "aside",
    { class: "limits", "aria-labelledby": "limits-title" },
    h("h2", { id: "limits-title" }, "What this cannot say"),
    h(
      "ul",
      {},
      h("li", {}, "Whether the model is right. Bands and intervals cover chance and the stated uncertainty of the inputs, nothing else."),
      h("li", {}, `Whether its inputs are right: ${percent(beliefs)} of the numbers are priors or assumptions, with their reasons under `, h("a", { href: "#sources" }, "Sources"), "."),
      record.as_of && h("li", {}, `Anything that became known after ${month(record.as_of)}.`),
      h("li", {}, written || "Figures about named companies are outputs of a scenario: not forecasts, ratings or advice."),
    ),
  );
}

/** How to read band, mean and error. */
export function reading(result: Result): HTMLElement | null {
  if (result.document.record.draws <= 1) return null;
  return h(
    "p",
    { class: "reading" },
    h("strong", {}, "How to read. "),
    "First the ", term("band"), ": nine in ten ", term("parameter draw", "parameter draws"), " lie in it. Then the mean over all ", term("path", "paths"), " and its ", term("Monte Carlo error"),
    ". The band is the result; more paths shrink only the error. Trust differences between two runs of such a model more than levels.",
  );
}

/** The share of numbers with a source, and each of them. */
export function sources(result: Result): HTMLElement | null {
  const frame = result.frame("sources");
  const { provenance } = result.document.record;
  const kinds: [keyof typeof provenance, string][] = [["sourced", "name a source"], ["prior", "are priors"], ["assumed", "are assumed"], ["unsourced", "are unsourced"]];
  const kept = kinds.filter(([kind]) => provenance[kind] > 0);
  const meter = h(
    "div",
    { class: "meter", role: "img", "aria-label": `Of the numbers, ${list(kept.map(([kind, text]) => `${percent(provenance[kind])} ${text}`))}.` },
    kept.map(([kind]) => h("span", { class: `share ${kind}`, style: `flex-grow:${provenance[kind]}` })),
  );
  const key = h("p", { class: "legend" }, kept.map(([kind, text]) => h("span", { class: "shade-key" }, h("span", { class: `swatch block ${kind}` }), `${percent(provenance[kind])} ${text}`)));
  if (kept.length === 0 && !frame) return null;
  return section("sources", "Sources", kept.length > 0 && [h("p", {}, "How much of the scenario is documented: each number names a source, or says why it is believed or assumed."), meter, key], frame && sourceGrid(frame));
}

function sourceGrid(frame: Frame): HTMLElement {
  const [title, publisher, date, url, reason, note] = ["title", "publisher", "date", "url", "reason", "note"].map((name) => frame.words(name));
  const said = title.map((_, i) => [title[i], publisher[i], date[i], reason[i], note[i]].filter(Boolean).join(", "));
  const cell = (row: number): Child => {
    const words = [publisher[row], date[row]].filter(Boolean).join(", ");
    const linked = /^https?:\/\//.test(url[row]);
    const named = title[row] && (linked ? h("a", { href: url[row], rel: "noreferrer noopener" }, title[row]) : title[row]);
    return [named, words && (named ? `, ${words}` : words), reason[row], note[row] && h("span", { class: "soft" }, ` (${note[row]})`)];
  };
  const unit = frame.words("unit");
  const value = frame.words("value").map((words, i) => (unit[i] && !words.includes(unit[i]) ? `${words} ${unit[i]}` : words));
  const columns: GridColumn[] = [
    { name: "key", head: "key", words: frame.words("key"), cell: (row) => h("code", {}, frame.words("key")[row]) },
    { name: "value", head: "value", words: value },
    { name: "kind", head: "kind", words: frame.words("kind") },
    { name: "source", head: "source or reason", words: said, cell },
  ];
  return grid("sources", "Every number of the scenario, with its source or reason", columns, "kind");
}

/** Any table as a grid. */
export function whole(name: string, caption: string, frame: Frame, filter?: string): HTMLElement {
  const columns = frame.names.map((column): GridColumn => {
    const [numbers, text] = [frame.numbers(column), frame.words(column)];
    const isNumber = numbers.some((value) => value !== null) && numbers.every((value, i) => value !== null || text[i] === "");
    const units = frame.has("unit") ? frame.words("unit") : [];
    const dollars = (row: number) => /^(value|low|high|base|difference|mean|amount|p\d\d)$/.test(column) && (units[row] ?? "").startsWith("USD");
    return {
      name: column,
      head: words(column),
      words: text,
      numbers: isNumber ? numbers : undefined,
      cell: isNumber
        ? (row) => (numbers[row] === null ? "" : dollars(row) ? inUnit(numbers[row] as number, units[row]) : short(numbers[row] as number))
        : undefined,
    };
  });
  return grid(name, caption, columns, filter);
}

function short(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value).replace("-", "−");
  return Number(value.toPrecision(4)).toString().replace("-", "−");
}

/** All estimates, the printed page, definitions, and how to repeat it. */
export function appendix(result: Result): Child[] {
  const { record, page, left_out, kind } = result.document;
  const summary = result.frame("summary");
  const repeat = kind === "run" ? `ouro run ${record.file} --paths ${record.paths} --draws ${record.draws} --seed ${record.seed}` : `ouro ${kind} ${record.file} --seed ${record.seed}`;
  return [
    summary && section("estimates", "All estimates", h("p", {}, "Every row of summary.csv with its 95 % Monte Carlo interval; empty where the sample supports no estimate, and the method says why. Values are shown with four digits; the CSV has all."), whole("summary", "Every estimate of the run", summary, "measure")),
    section("definitions", "Definitions", glossary()),
    page && section("printed", "The printed page", h("details", {}, h("summary", {}, "report.txt, as the command printed it"), h("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": "The printed page" }, h("pre", {}, page)))),
    section(
      "record",
      "How to repeat it",
      h("p", {}, "The same scenario, seed, size and version give the same numbers to the last bit, on any number of threads."),
      h("pre", { class: "command" }, repeat),
      h(
        "dl",
        { class: "record" },
        [
          ["Scenario", `${record.name} (${record.file})`],
          ["Digest", `${record.digest}; identity ${record.identity}`],
          ["Size", `${size(result)}, seed ${record.seed}`],
          ["Version", `ouroborisk ${record.version}`],
          ["Money is conserved", record.residual === null ? "no: some accounts are not finite" : `largest residual of any account on any path: ${record.residual === 0 ? "0" : record.residual.toExponential(1)} of turnover`],
        ].map(([name, text]) => [h("dt", {}, name), h("dd", {}, text)]),
      ),
      record.overridden.length > 0 && h("p", {}, "The command needs the changes above too, each as --set."),
      left_out.length > 0 && h("p", {}, `Too large for this page, but in the folder: ${list(left_out)}.`),
      h("p", { class: "soft" }, "This file holds all it shows and asks nothing of any network. ", capital("links to sources lead out only when they are followed.")),
    ),
  ];
}
