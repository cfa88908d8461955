// The report of a run, in the order of docs/model.md, section 11.

import { h, type Child } from "../dom";
import { inUnit, list, money, month, percent, plain, span, words } from "../format";
import type { Figure, Maybe } from "../contract";
import type { Banded, Estimate, Result } from "../data";
import { figureOf } from "./figures";
import { appendix, limits, reading, section, size, sources, warnings } from "./frame";
import { ring } from "./ring";
import { stories } from "./stories";
import { table } from "./tables";
import { term } from "./terms";

type Row = Child[];

/** A value of an estimate in words: shares as percentages. */
function write(of: Estimate, share: boolean): (value: number) => string {
  return share ? (value) => (value === 0 ? "0 %" : percent(value)) : (value) => inUnit(value, of.unit);
}

/** Mean with its interval: "15 % (14 % to 17 %)"; an event that was never seen is bounded. */
function withError(of: Estimate | null, share: boolean): string {
  if (!of || of.value === null) return "–";
  const told = write(of, share);
  if (share && of.value === 0) return of.high === null ? "not seen" : `fewer than ${percent(of.high)}`;
  return of.low === null || of.high === null ? told(of.value) : `${told(of.value)} (${told(of.low)} to ${told(of.high)})`;
}

function band(of: Banded | null, share: boolean): string {
  return of ? span(of.band[0], of.band[1], write(of.mean, share)) : "–";
}

/** Up to three dates: Decembers spread over the run, the last month always. */
function few(dates: string[], count = 3): string[] {
  const last = dates[dates.length - 1];
  const ends = dates.filter((date) => date.endsWith("-12") && date !== last);
  if (ends.length === 0) return last ? [last] : [];
  const kept = Array.from({ length: count - 1 }, (_, i) => ends[Math.floor(((i + 1) * ends.length) / count)]);
  return [...new Set([...kept, last])].sort();
}

/** The answer in one sentence, and the gap beside it. */
function answer(result: Result): HTMLElement {
  const by = result.horizon;
  const sentences = result.labs.map((lab) => {
    const failed = result.banded("default", lab, by);
    const gap = result.banded("funding_gap", lab, by);
    const interval = failed && failed.mean.value !== 0 && failed.mean.low !== null && failed.mean.high !== null ? ` (95 % Monte Carlo interval ${percent(failed.mean.low)} to ${percent(failed.mean.high)})` : "";
    const mean = !failed || failed.mean.value === null ? "not estimated" : failed.mean.value === 0 ? withError(failed.mean, true) : percent(failed.mean.value);
    const inBand = failed && failed.band[0] !== null && failed.band[1] !== null;
    const main = inBand
      ? [`the probability that ${lab} defaults by ${month(by)} lies between `, h("strong", {}, span(failed.band[0], failed.band[1], (value) => percent(value)).replace(" to ", " and ")), ` in nine of ten parameter draws, and is `, h("strong", {}, mean), ` on average over all paths${interval}.`]
      : [`the probability that ${lab} defaults by ${month(by)} is `, h("strong", {}, mean), `${interval}; ${result.document.record.draws > 1 ? "its band over the parameter draws is withheld" : "no parameter is uncertain, so there is no band"}.`];
    const beside = gap && gap.mean.value !== null ? h("p", { class: "beside" }, `Its funding gap by then, what rounds, an IPO and debt would have to bring, is `, h("strong", {}, money(gap.mean.value)), ` on average${gap.band[0] !== null && gap.band[1] !== null ? `, and ${money(gap.band[0])} to ${money(gap.band[1])} in nine of ten draws` : ""}.`) : null;
    return [h("p", { class: "answer" }, "If this scenario holds, ", main), beside];
  });
  const question = `How likely is a default of ${list(result.labs)}, and who bears the loss?`;
  return h("div", { class: "lead" }, h("p", { class: "question" }, question), sentences, losers(result));
}

/** Who loses most. */
function losers(result: Result): Child {
  const by = result.horizon;
  const rows = result.subjects("provider_loss").map((subject) => ({ subject, loss: result.find("provider_loss", subject, by, "mean")?.value ?? 0 }));
  const most = rows.filter((row) => row.loss > 0).sort((a, b) => b.loss - a.loss).slice(0, 3);
  if (most.length === 0) return null;
  return h("p", { class: "beside" }, `Most of the loss on contracts and debt falls on ${list(most.map((row) => `${row.subject} (${money(row.loss)} on average)`))}; the tails are far larger.`);
}

/** Rows of a table of estimates: what, then for each date band and mean. */
function rowsBy(result: Result, measures: [string, string, string][], dates: string[], share: boolean): Row[] {
  return measures.flatMap(([measure, subject, text]) => {
    const cells = dates.map((by) => result.banded(measure, subject, by));
    if (cells.every((cell) => cell === null)) return [];
    return [[term(measure, text), ...cells.map((cell) => both(cell, share))]];
  });
}

/** The band, and below it the mean with its interval. */
function both(of: Banded | null, share: boolean): Child {
  if (!of) return "–";
  const ends = band(of, share);
  return [h("span", { class: "ends" }, ends === "–" ? "no band" : ends), h("span", { class: "middle" }, withError(of.mean, share))];
}

function headsBy(dates: string[]): string[] {
  return dates.map((by) => `by ${month(by)}`);
}

const BOTH = "First line: the band over the parameter draws, withheld where Monte Carlo noise is most of the spread. Second line: the mean over all paths with its 95 % Monte Carlo interval.";

function gap(result: Result, lab: string): Child {
  const dates = few(result.dates("funding_gap", lab));
  const of = (by: string, statistic: string): Maybe => result.find("funding_gap", lab, by, statistic)?.value ?? null;
  const cell = (value: Maybe) => (value === null ? "–" : money(value));
  const rows = dates.map((by) => {
    const all = result.banded("funding_gap", lab, by);
    return [`by ${month(by)}`, band(all, false), withError(all?.mean ?? null, false), cell(of(by, "p50")), cell(of(by, "p95")), cell(of(by, "es95"))];
  });
  return [
    h("p", {}, "Operating outflow so far beyond opening cash and the investments, matching and warrants received, at its largest: what rounds, an IPO and debt would have to bring."),
    figureOf(result, "funding-gap", lab),
    table(["The ", term("funding_gap"), ` of ${lab}`], ["", "band of the mean", "mean (95 % interval)", "1 in 2 above", "1 in 20 above", "mean above that"], rows),
    figureOf(result, "tail-funding-gap", lab),
    figureOf(result, "cash", lab),
    figureOf(result, "revenue", lab),
  ];
}

function endurance(result: Result, lab: string): Child {
  const dates = result.dates("freeze_endurance", lab);
  const rows = dates.map((by, at) => {
    const all = result.banded("freeze_endurance", lab, by);
    const of = (statistic: string) => {
      const value = result.find("freeze_endurance", lab, by, statistic)?.value ?? null;
      return value === null ? "–" : value >= 120 ? "120 or more" : plain(value);
    };
    const ends = all ? span(all.band[0], all.band[1], (value) => plain(value)) : "–";
    const mean = all?.mean.value ?? null;
    return [at === 0 ? "at the start" : `after ${month(by)}`, of("p50"), of("p25"), of("p05"), ends, mean === null ? "–" : plain(mean, 2)];
  });
  return [
    h("p", {}, "Months, at most 120, in which cash stays at or above zero were the market closed from then on and business as it is; a lab in payment default has none."),
    table([term("freeze endurance", "Freeze endurance"), ` of ${lab}, months`], ["", "1 in 2 below", "1 in 4 below", "1 in 20 below", "band of the mean", "mean"], rows),
  ];
}

function ladder(result: Result, lab: string): Child {
  const steps: [string, string, string][] = [
    ["liquidity_event", lab, "liquidity event"],
    ["scale_back", lab, "scale-back"],
    ["renegotiation", lab, "renegotiation"],
    ["rescue", lab, "rescue"],
    ["distressed_exchange", lab, "distressed exchange"],
    ["payment_default", lab, "payment default"],
    ["default", lab, "default: exchange or payment"],
  ];
  const dates = few(result.dates("default", lab));
  return [
    h("p", {}, "A liquidity event is a month that ends with cash below zero after all funding. Scale-back and renegotiation are cuts, not defaults; in a rescue the sponsor pays. A distressed exchange and a payment default are defaults."),
    figureOf(result, "events", lab),
    table(`Liquidity of ${lab} and what follows: share of paths`, ["", ...headsBy(dates)], rowsBy(result, steps, dates, true), BOTH),
  ];
}

function burst(result: Result, lab: string): Child {
  const dates = few(result.dates("burst", ""));
  const rows = rowsBy(result, [["burst", "", "the market bursts"], ["default_given_burst", lab, "default, given a burst"], ["default_given_no_burst", lab, "default, given none"], ["default_given_liquidity_event", lab, "default, given a liquidity event"]], dates, true);
  const by = result.horizon;
  const hazard = (measure: string, statistic: string) => result.find(measure, lab, by, statistic);
  const [after, before, ratio] = [hazard("default_given_burst", "hazard"), hazard("default_given_no_burst", "hazard"), hazard("default_given_burst", "hazard_ratio")];
  const told = after?.value && before?.value && ratio?.value ? h("p", {}, `Hazard of a default: ${percent(after.value)} a year after a burst, ${percent(before.value)} before one: ${plain(ratio.value)} times${ratio.low !== null && ratio.high !== null ? ` (95 % interval ${plain(ratio.low)} to ${plain(ratio.high)})` : ""}.`) : null;
  return [
    h("p", {}, "A burst: the overvaluation of the funding market collapses and the market freezes. A burst counts here if it came before the default; a late burst has had less time to do harm."),
    table(`Burst of the market and default of ${lab}: share of paths`, ["", ...headsBy(dates)], rows, BOTH),
    told,
  ];
}

function bubble(result: Result, lab: string): Child {
  const by = result.horizon;
  const rows = rowsBy(result, [["overpaid", lab, "overpaid: worth less than was paid"], ["overvalued", lab, "overvalued for months on end"], ["run_up", "", "run-up: the market doubles in 24 months"], ["burst", "", "burst"], ["boom_and_bust", "", "boom and bust: a run-up, then a burst"], ["boom_and_bust_given_run_up", "", "boom and bust, given a run-up"]], [by], true);
  return [h("p", {}, "“Bubble” has no single definition; these were fixed before the run."), table(`Is it a bubble? Share of paths by ${month(by)}, ${lab}`, ["", ...headsBy([by])], rows, BOTH), figureOf(result, "value", lab)];
}

function circularity(result: Result): Child {
  const by = result.horizon;
  const cell = (measure: string, subject: string) => {
    const of = result.find(measure, subject, by, "mean");
    return of?.value === null || of === null ? "–" : of.value === 0 ? "0" : percent(of.value);
  };
  const range = (measure: string, subject: string) => {
    const [low, high] = [cell(`${measure}_lower`, subject), cell(`${measure}_upper`, subject)];
    return low === high ? low : `${low} to ${high}`;
  };
  const of = (measure: string, subject: string) => [range(measure, subject), cell(measure, subject)];
  const all = result.subjects("circular_share").map((subject) => [subject, ...of("circular_share", subject), ...of("circular_returned", subject)]);
  const rows = all.filter(([, ...cells]) => cells.some((text) => text !== "–" && text !== "0"));
  const finn = result.find("finn_index", "", by, "mean");
  return [
    h("p", {}, "Money that came from an entity’s own group and went back to it. Which dollar is which is a convention: the ranges hold for any rule, the single numbers trace pro rata."),
    finn && finn.value !== null && h("p", {}, term("finn_index", "Finn’s cycling index"), ` of all flows: ${plain(finn.value)}${finn.low !== null && finn.high !== null ? ` (95 % interval ${plain(finn.low)} to ${plain(finn.high)})` : ""}, the part of all money that returns to where it has been.`),
    ring(result),
    rows.length > 0 && table(`Circular money by ${month(by)}, means over all paths`, ["", "of what the labs paid it: any rule", "pro rata", "of what it gave the labs: any rule", "pro rata"], rows),
    result.labs.map((lab) => figureOf(result, "spend", lab)),
  ];
}

function losses(result: Result): Child {
  const by = result.horizon;
  const of = (subject: string, statistic: string) => {
    const found = result.find("provider_loss", subject, by, statistic);
    return found?.value === null || found === null ? "–" : money(found.value);
  };
  const rows = result.subjects("provider_loss").map((subject) => {
    const all = result.banded("provider_loss", subject, by);
    return [subject, band(all, false), withError(all?.mean ?? null, false), of(subject, "p95"), of(subject, "p99"), of(subject, "es95")];
  });
  return [
    h("p", {}, "Lost on contracts (capacity that cannot be let again), arrears and debt. Stakes lost come on top (measure basis_lost)."),
    result.document.figures.filter((figure) => figure.name === "provider-losses").map((figure) => figureOf(result, figure.name, "")),
    table([term("provider_loss", "Losses of providers"), ` by ${month(by)}`], ["", "band of the mean", "mean (95 % interval)", "1 in 20 above", "1 in 100 above", "mean above 1 in 20"], rows),
  ];
}

function entities(result: Result): Child {
  const by = result.horizon;
  const share = (of: Estimate | null) => withError(of, true);
  const rows = result.subjects("entity_default").flatMap((subject) => {
    const [all, alone, more] = ["entity_default", "entity_default_alone", "entity_default_increment"].map((measure) => result.find(measure, subject, by, "probability") ?? result.find(measure, subject, by, "mean"));
    if (!all || (all.value ?? 0) < 0.001) return [];
    const points = (value: number) => `${value > 0 ? "+" : ""}${plain(100 * value)} pp`;
    const added = more && more.value !== null ? `${points(more.value)}${more.low !== null && more.high !== null ? ` (${points(more.low)} to ${points(more.high)})` : ""}` : "–";
    return [[subject, band(result.banded("entity_default", subject, by), true), share(all), share(alone), added]];
  });
  return rows.length > 0 && [
    h("p", {}, "Alone: on common random numbers, had the exposures to the labs been exchanged at the start for more of the entity’s other assets. The difference is paired, so it is better known than either level. Entities that default in fewer than 1 in 1,000 paths are left out."),
    table([term("entity_default", "Defaults of entities"), ` by ${month(by)}`], ["", "band", "default (95 % interval)", "default alone", "what the exposures add"], rows),
  ];
}

function joint(result: Result): Child {
  const frame = result.frame("joint");
  if (!frame || frame.rows === 0) return null;
  const text = ["one", "other", "by", "statistic"].map((name) => frame.words(name));
  const numbers = ["value", "low", "high"].map((name) => frame.numbers(name));
  const last = text[2].reduce((date, by) => (by > date ? by : date), "");
  const pairs = new Map<string, Map<string, number>>();
  text[0].forEach((one, row) => {
    if (text[2][row] !== last) return;
    const pair = `${one} and ${text[1][row]}`;
    pairs.set(pair, (pairs.get(pair) ?? new Map()).set(text[3][row], row));
  });
  const lift = (rows: Map<string, number>, statistic: string) => numbers[0][rows.get(statistic) ?? -1] ?? null;
  const cell = (rows: Map<string, number>, statistic: string, write: (value: number) => string) => {
    const [value, low, high] = numbers.map((column) => column[rows.get(statistic) ?? -1] ?? null);
    if (value === null) return "–";
    return low === null || high === null ? write(value) : `${write(value)} (${write(low)} to ${write(high)})`;
  };
  const told = [...pairs].filter(([, rows]) => lift(rows, "lift_within") !== null);
  told.sort(([, a], [, b]) => (lift(b, "lift_within") ?? 0) - (lift(a, "lift_within") ?? 0));
  const rows = told.slice(0, 12).map(([pair, rows]) => [pair, cell(rows, "both", (value) => percent(value)), cell(rows, "lift_within", (value) => plain(value)), cell(rows, "lift_between", (value) => plain(value)), cell(rows, "lift", (value) => plain(value))]);
  if (rows.length === 0) return h("p", {}, "On too few paths do two default for a run of this size to tell whether they fail together; joint.csv says how many.");
  const note = `The ${rows.length === told.length ? told.length : `12 strongest of ${told.length}`} pairs with an estimate, of ${pairs.size}; with 95 % intervals. Every pair and date is in joint.csv.`;
  return [
    h("p", {}, "Lift: how much oftener both default than if the two were independent; 1 is independence. Within draws it is what chance joins once the parameters are known: a common burst, the same labs, losses that are passed on. Between draws: in some draws both are likelier."),
    table(`Joint defaults by ${month(last)}`, ["", "both default", "lift within draws", "lift of the draws", "lift in all"], rows, note),
  ];
}

function published(result: Result): Child {
  const frame = result.frame("benchmark");
  if (!frame || frame.rows === 0) return null;
  const [name, by, source, unit, kind] = ["name", "by", "source", "unit", "kind"].map((column) => frame.words(column));
  const [figure, value, low, high, percentile] = ["published", "value", "low", "high", "percentile"].map((column) => frame.numbers(column));
  const write = (row: number) => (number: number) => (unit[row].startsWith("USD") ? money(number) : unit[row] === "1" || unit[row] === "" ? percent(number) : `${plain(number)} ${unit[row]}`);
  const rows = name.map((text, row) => {
    const show = write(row);
    const ours = value[row] === null ? "–" : `${show(value[row] as number)}${low[row] !== null && high[row] !== null ? ` (${show(low[row] as number)} to ${show(high[row] as number)})` : ""}`;
    return [[text, source[row] ? h("span", { class: "soft" }, ` (${source[row]})`) : null], words(kind[row]), figure[row] === null ? "–" : show(figure[row] as number), ours, percentile[row] === null ? "–" : percent(percentile[row] as number), month(by[row])];
  });
  return [h("p", {}, "Estimates, plans, default probabilities implied by swaps, and bets, as published, beside this run. Swaps and bets hold a risk premium, which is part of their difference."), table("Published figures and this run", ["", "kind", "published", "this run: mean or probability (95 % interval)", "paths at or below it", "by"], rows)];
}

/** Figures that no section shows. */
function others(result: Result): Child {
  const named = ["cash", "revenue", "value", "events", "funding-gap", "spend", "tail-funding-gap"];
  const own = (figure: Figure) => named.some((name) => figure.name === name || result.labs.some((lab) => figure.name === `${name}-${lab}`)) || figure.name === "provider-losses";
  return result.document.figures.filter((figure) => !own(figure)).map((figure) => figureOf(result, figure.name, ""));
}

export function run(result: Result): { head: Child; sections: (HTMLElement | null)[]; appendix: Child[] } {
  const several = result.labs.length > 1;
  const each = (id: string, title: string, make: (result: Result, lab: string) => Child) =>
    result.labs.map((lab) => section(several ? `${id}-${lab}` : id, several ? `${title}: ${lab}` : title, make(result, lab)));
  const sections = [
    ...each("gap", "Funding gap", gap),
    ...each("endurance", "Freeze endurance", endurance),
    ...each("liquidity", "Liquidity and default", ladder),
    ...each("burst", "Burst of the market", burst),
    ...each("bubble", "Bubble", bubble),
    section("circularity", "The ring", circularity(result)),
    section("losses", "Losses of providers", losses(result)),
    section("entities", "Defaults of entities", entities(result)),
    section("joint", "Who fails together", joint(result)),
    section("tails", "Tails", others(result)),
    section("stories", "Three paths, told", stories(result)),
    section("published", "Published figures", published(result)),
    sources(result),
  ];
  const { record } = result.document;
  const head = [
    h("p", { class: "kicker" }, `${size(result)}${record.as_of ? ` · information as of ${month(record.as_of)}` : ""} · ${record.file}`),
    h("div", { class: "first" }, answer(result), limits(result)),
    warnings(result),
    reading(result),
  ];
  return { head, sections, appendix: appendix(result) };
}
