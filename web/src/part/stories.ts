// Three replayed paths as illustrated stories: the labs' cash over time, marked with the events that mattered most.

import * as Plot from "@observablehq/plot";
import { h, type Child } from "../dom";
import { capital, month, tick, years } from "../format";
import { ofSubject } from "../colours";
import type { Frame, Result } from "../data";

/** Events that are told in any case, and how many others, the largest by amount. */
const ALWAYS = ["market", "resolution", "entity_default"];
const MOST = 16;

interface Event {
  date: string;
  kind: string;
  subject: string;
  amount: number;
  what: string;
}

/** The stories; none where the run tells none. */
export function stories(result: Result): Child {
  const [told, months] = [result.frame("stories"), result.frame("story_months")];
  if (!told) return null;
  const story = told.words("story");
  const [date, kind, subject, what, chosen] = ["month", "kind", "subject", "what", "chosen"].map((name) => told.words(name));
  const amount = told.numbers("amount");
  return [...new Set(story)].map((name) => {
    const rows = story.flatMap((own, i) => (own === name ? [i] : []));
    const all = rows.filter((i) => what[i] !== "").map((i): Event => ({ date: date[i], kind: kind[i], subject: subject[i], amount: Math.abs(amount[i] ?? 0), what: what[i] }));
    const main = mainEvents(all);
    const [draw, path] = [told.words("draw")[rows[0]], told.words("path")[rows[0]]];
    return h(
      "article",
      { class: "story" },
      h("h3", {}, capital(name)),
      h("p", { class: "soft" }, `${chosen[rows[0]]} It is path ${path} of draw ${draw}: ouro replay ${result.document.record.file} --draw ${draw} --path ${path}`),
      months && cash(months, name, result.labs, main),
      all.length === 0 ? h("p", {}, "Nothing happens on this path.") : list(main, true),
      all.length > main.length && h("details", {}, h("summary", {}, `All ${all.length} events of this path`), list(all, false)),
    );
  });
}

/** What befell the market, a lab in distress or an entity, and the largest sums; in their order. */
function mainEvents(all: Event[]): Event[] {
  const always = all.filter((event) => ALWAYS.includes(event.kind)).slice(0, MOST);
  const others = all.filter((event) => !ALWAYS.includes(event.kind)).sort((a, b) => b.amount - a.amount);
  const kept = new Set([...always, ...others.slice(0, MOST - always.length)]);
  return all.filter((event) => kept.has(event));
}

function list(events: Event[], numbered: boolean): HTMLElement {
  return h(
    "ol",
    { class: "events" },
    events.map((event, i) =>
      h(
        "li",
        {},
        h("time", { datetime: event.date }, numbered ? h("span", { class: "mark" }, `${i + 1} `) : null, month(event.date)),
        " ",
        event.subject !== "market" && [h("span", { class: "dot", style: `background:${ofSubject(event.subject)}` }), h("span", { class: "subject" }, event.subject), " "],
        event.what,
      ),
    ),
  );
}

/** The middle of a month in years. */
function year(date: string): number {
  return Number(date.slice(0, 4)) + (Number(date.slice(5)) - 0.5) / 12;
}

function cash(months: Frame, name: string, labs: string[], events: Event[]): HTMLElement {
  const [story, lab, date, value] = [months.words("story"), months.words("lab"), months.words("month"), months.numbers("cash")];
  const points = story.flatMap((own, i) => (own === name && labs.includes(lab[i]) ? [{ lab: lab[i], x: year(date[i]), y: value[i] ?? Number.NaN }] : []));
  const at = new Map<string, string[]>();
  events.forEach((event, i) => at.set(event.date, [...(at.get(event.date) ?? []), String(i + 1)]));
  const marks = [...at].map(([date, numbers], i) => ({ x: year(date), text: numbers.length > 2 ? `${numbers[0]}–${numbers.at(-1)}` : numbers.join(","), row: i % 3 }));
  const make = (width: number) =>
    Plot.plot({
      width,
      height: 230,
      marginLeft: 58,
      marginTop: 46,
      style: { background: "transparent", fontFamily: "inherit", overflow: "visible" },
      marks: [
        Plot.gridY({ ticks: 4, stroke: "var(--rule)", strokeOpacity: 1 }),
        Plot.ruleX(marks, { x: "x", stroke: "var(--rule)" }),
        Plot.ruleY([0], { stroke: "var(--soft)" }),
        Plot.lineY(points, { x: "x", y: "y", z: "lab", stroke: (d: { lab: string }) => ofSubject(d.lab), strokeWidth: 2 }),
        ...[0, 1, 2].map((row) => Plot.text(marks.filter((mark) => mark.row === row), { x: "x", text: "text", frameAnchor: "top", dy: -12 - 12 * row, fill: "var(--soft)", fontSize: 11 })),
        Plot.axisX({ tickFormat: String, label: null, color: "var(--soft)", ticks: years(points[0]?.x ?? 0, points.at(-1)?.x ?? 0, width < 520 ? 4 : 10), fontSize: 12 }),
        Plot.axisY({ tickFormat: (y: number) => tick(y, "money"), label: null, color: "var(--soft)", ticks: 4, tickSize: 0, fontSize: 12 }),
      ],
    });
  const stage = h("div", { class: "stage", role: "img", "aria-label": `Cash of ${labs.join(", ")} on this path, with the events below by their numbers` });
  let last = 0;
  new ResizeObserver(() => {
    if (stage.clientWidth === last || stage.clientWidth === 0) return;
    last = stage.clientWidth;
    const svg = make(Math.max(280, last)) as SVGSVGElement;
    svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} 230`);
    svg.setAttribute("aria-hidden", "true");
    stage.replaceChildren(svg);
  }).observe(stage);
  const key = labs.map((of) => h("span", { class: "shade-key" }, h("span", { class: "swatch", style: `--own:${ofSubject(of)}` }), of));
  return h("figure", { class: "chart small" }, h("figcaption", { class: "title" }, "Cash at the end of the month; the numbers are those of the events below"), labs.length > 1 && h("div", { class: "legend" }, key), stage);
}
