// The ring: who pays whom by year, as a Sankey diagram from those who give money to the labs, through the labs, to those
// whom they pay; and what came back to those who stand on both sides.

import { sankey, sankeyJustify, sankeyLinkHorizontal, type SankeyGraph, type SankeyLink, type SankeyNode } from "d3-sankey";
import { csv, fill, fresh, h } from "../dom";
import { capital, money, month, percent } from "../format";
import { ofSubject } from "../colours";
import type { Result, Frame } from "../data";
import { framed } from "../chart/shell";
import { svgText } from "../chart/export";
import { table } from "./tables";

const NS = "http://www.w3.org/2000/svg";
const OUTSIDERS = ["customers", "outside", "debt"];
const TOLD: { [name: string]: string } = { outside: "others", debt: "lenders" };

interface Cell {
  from: string;
  to: string;
  kind: string;
  by: string;
  value: number;
  low: number | null;
  high: number | null;
}

/** The cells of one view: the mean over all paths, or one path. */
interface View {
  name: string;
  about: string;
  cells: Cell[];
}

type Node = SankeyNode<{ id: string; name: string; side: "in" | "lab" | "out" }, { of: Cell }>;
type Link = SankeyLink<{ id: string; name: string; side: "in" | "lab" | "out" }, { of: Cell }>;

function cells(frame: Frame, value: string, keep: (row: number) => boolean): Cell[] {
  const [from, to, kind, by] = ["from", "to", "kind", "by"].map((name) => frame.words(name));
  const [values, low, high] = [value, "low", "high"].map((name) => frame.numbers(name));
  return from.flatMap((_, i) =>
    keep(i) && values[i] !== null ? [{ from: from[i], to: to[i], kind: kind[i], by: by[i], value: values[i] as number, low: low[i], high: high[i] }] : [],
  );
}

function views(result: Result): View[] {
  const flows = result.frame("flows");
  const all: View[] = [];
  if (flows) all.push({ name: "mean", about: "mean over all paths", cells: cells(flows, "mean", () => true) });
  const ring = result.frame("ring");
  if (ring) {
    const story = ring.words("story");
    for (const name of new Set(story)) all.push({ name, about: name, cells: cells(ring, "value", (row) => story[row] === name) });
  }
  return all;
}

const shown = (name: string) => TOLD[name] ?? name;

/** Money that passes in a year, without what is too little to see. */
function graph(view: View, by: string, labs: string[]): SankeyGraph<Node, Link> {
  const paid = view.cells.filter((cell) => cell.kind === "pays" && cell.by === by && cell.value > 0);
  const most = paid.reduce((sum, cell) => sum + cell.value, 0);
  const kept = paid.filter((cell) => cell.value > most / 800);
  const nodes = new Map<string, Node>();
  const node = (name: string, side: "in" | "lab" | "out") => {
    const id = side === "lab" ? name : `${side}:${name}`;
    if (!nodes.has(id)) nodes.set(id, { id, name, side } as Node);
    return id;
  };
  const links: Link[] = [];
  for (const of of kept) {
    const [fromLab, toLab] = [labs.includes(of.from), labs.includes(of.to)];
    if (fromLab && toLab) continue;
    if (!fromLab && !toLab && OUTSIDERS.includes(of.to)) continue;
    const source = fromLab ? node(of.from, "lab") : node(of.from, toLab ? "in" : "out");
    const target = toLab ? node(of.to, "lab") : node(of.to, "out");
    const back = links.some((link) => link.source === target && link.target === source);
    if (source !== target && !back) links.push({ source, target, value: of.value, of } as unknown as Link);
  }
  return { nodes: [...nodes.values()], links };
}

function element(tag: string, attributes: { [name: string]: string | number }, text?: string): SVGElement {
  const made = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  if (text !== undefined) made.textContent = text;
  return made;
}

function picture(view: View, by: string, labs: string[], width: number): SVGSVGElement {
  const { nodes, links } = graph(view, by, labs);
  const narrow = width < 520;
  const height = narrow ? 560 : 470;
  const side = narrow ? 76 : 150;
  const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, width, height }) as SVGSVGElement;
  if (links.length === 0) {
    svg.append(element("text", { x: 10, y: 40, fill: "var(--soft)" }, "No money passes in this year."));
    return svg;
  }
  const layout = sankey<{ id: string; name: string; side: "in" | "lab" | "out" }, { of: Cell }>()
    .nodeId((node) => node.id)
    .nodeAlign(sankeyJustify)
    .nodeWidth(11)
    .nodePadding(narrow ? 30 : 19)
    .nodeSort((a, b) => (b.value ?? 0) - (a.value ?? 0))
    .extent([[side, 42], [width - side, height - 14]]);
  const laid = layout({ nodes, links });
  const path = sankeyLinkHorizontal();
  const heads: [number, string, string][] = [[side, "money for the labs", "start"], [width - side, "money from the labs", "end"]];
  for (const [x, text, anchor] of heads) svg.append(element("text", { x: anchor === "start" ? Math.max(4, x - side + 4) : width - 4, y: 14, fill: "var(--soft)", "font-size": 12, "text-anchor": anchor }, text));
  for (const link of laid.links) {
    const [from, to] = [link.source as Node, link.target as Node];
    const subject = labs.includes(from.name) ? to.name : from.name;
    const drawn = element("path", { d: path(link as never) ?? "", fill: "none", stroke: ofSubject(subject), "stroke-opacity": 0.42, "stroke-width": Math.max(1, link.width ?? 1) });
    drawn.append(element("title", {}, `${shown(from.name)} pays ${shown(to.name)} ${money(link.of.value)}`));
    svg.append(drawn);
  }
  for (const node of laid.nodes) {
    const [x0, x1, y0, y1] = [node.x0 ?? 0, node.x1 ?? 0, node.y0 ?? 0, node.y1 ?? 0];
    svg.append(element("rect", { x: x0, y: y0, width: x1 - x0, height: Math.max(1, y1 - y0), fill: ofSubject(node.name) }));
    const [left, middle] = [node.side === "in", node.side === "lab"];
    const two = narrow && !middle;
    const [x, y] = [left ? x0 - 6 : middle ? (x0 + x1) / 2 : x1 + 6, middle ? y0 - 7 : (y0 + y1) / 2 + (two ? -2 : 4)];
    const look = { fill: "var(--ink)", stroke: "var(--paper)", "stroke-width": 3, "stroke-linejoin": "round", "paint-order": "stroke" };
    const label = element("text", { x, y, ...look, "font-size": narrow ? 11 : 12.5, "text-anchor": left ? "end" : middle ? "middle" : "start", "font-weight": middle ? 600 : 400 });
    label.append(document.createTextNode(`${shown(node.name)} `), element("tspan", two ? { x, dy: 12, fill: "var(--soft)" } : { fill: "var(--soft)" }, money(node.value ?? 0)));
    svg.append(label);
  }
  return svg;
}

/** What each giver gave the labs and got from them in the year. */
function returned(view: View, by: string, labs: string[]): HTMLElement {
  const paid = view.cells.filter((cell) => cell.kind === "pays" && cell.by === by);
  const sum = (keep: (cell: Cell) => boolean) => paid.filter(keep).reduce((all, cell) => all + cell.value, 0);
  const firms = [...new Set(paid.flatMap((cell) => [cell.from, cell.to]))].filter((name) => !labs.includes(name) && !OUTSIDERS.includes(name));
  const rows = firms.map((name) => {
    const [gave, got] = [sum((cell) => cell.from === name && labs.includes(cell.to)), sum((cell) => cell.to === name && labs.includes(cell.from))];
    const stake = view.cells.find((cell) => cell.kind === "owns" && cell.by === by && cell.from === name)?.value;
    return { name, gave, got, stake: stake ?? 0 };
  });
  const kept = rows.filter((row) => row.gave + row.got + row.stake > 1e6).sort((a, b) => b.gave - a.gave || b.got - a.got);
  const dot = (name: string) => [h("span", { class: "dot", style: `background:${ofSubject(name)}` }), name];
  return table(
    `Entities on both sides, ${yearOf(by)}: what they gave the labs, and what the labs paid them`,
    ["entity", "gave the labs", "was paid by the labs", "stake at the end"],
    kept.map((row) => [dot(row.name), row.gave > 0 ? money(row.gave) : "–", row.got > 0 ? money(row.got) : "–", row.stake > 0 ? money(row.stake) : "–"]),
  );
}

function yearOf(by: string): string {
  return by.endsWith("-12") ? by.slice(0, 4) : `${by.slice(0, 4)} to ${month(by)}`;
}

/** The ring with its slider; none where no file says who pays whom. */
export function ring(result: Result): HTMLElement[] | null {
  const all = views(result);
  if (all.length === 0) return null;
  const labs = result.labs;
  const years = [...new Set(all.flatMap((view) => view.cells.filter((cell) => cell.kind === "pays").map((cell) => cell.by)))].sort();
  let [view, at] = [all[0], Math.min(1, years.length - 1)];
  const stage = h("div", { class: "stage ring", role: "img" });
  const below = h("div");
  const told = h("output", { class: "readout" });
  const slider = h("input", { type: "range", min: 0, max: years.length - 1, step: 1, value: at, id: fresh("year") });
  const choice = h("select", { "aria-label": "Which paths" }, all.map((one, i) => h("option", { value: i }, capital(one.about))));
  const title = () => `Who pays whom, ${yearOf(years[at])}: ${view.about}`;
  const { name, digest, seed, paths, draws } = result.document.record;
  const origin = `${name} (${digest.slice(0, 8)}) · seed ${seed} · ${paths.toLocaleString("en-US")} paths of ${draws} draws`;
  const labels = () => ({ title: title(), subtitle: origin, x: "", y: "", note: NOTE });
  const render = () => {
    const width = Math.max(300, Math.round(stage.clientWidth || 720));
    stage.replaceChildren(picture(view, years[at], labs, width));
    const paid = view.cells.filter((cell) => cell.kind === "pays" && cell.by === years[at]);
    const firms = new Set(paid.filter((cell) => labs.includes(cell.to) && !OUTSIDERS.includes(cell.from)).map((cell) => cell.from));
    const gave = paid.filter((cell) => firms.has(cell.from) && labs.includes(cell.to)).reduce((sum, cell) => sum + cell.value, 0);
    const got = paid.filter((cell) => firms.has(cell.to) && labs.includes(cell.from)).reduce((sum, cell) => sum + cell.value, 0);
    const back = gave > 0 && got > 0 ? ` The same entities were paid ${money(got)} by the labs, ${gave <= got ? plainTimes(got / gave) : `${percent(got / gave)} of what they gave`}.` : "";
    fill(told, `${yearOf(years[at])}: entities gave the labs ${money(gave)}.${back}`);
    stage.setAttribute("aria-label", `${title()}. ${told.textContent}`);
    slider.setAttribute("aria-valuetext", yearOf(years[at]));
    fill(below, returned(view, years[at], labs));
  };
  slider.addEventListener("input", () => ((at = Number(slider.value)), render()));
  choice.addEventListener("change", () => ((view = all[Number(choice.value)]), render()));
  const controls = h("div", { class: "controls" }, h("label", { for: slider.id }, "Year"), slider, all.length > 1 ? choice : null);
  const data = () => csv(["from", "to", "kind", "by", "value", "low", "high"], view.cells.map((cell) => [cell.from, cell.to, cell.kind, cell.by, cell.value, cell.low, cell.high]));
  const svg = () => svgText(picture(view, years[at], labs, 760), labels(), []);
  let last = 0;
  new ResizeObserver(() => {
    if (stage.clientWidth > 0 && stage.clientWidth !== last) ((last = stage.clientWidth), render());
  }).observe(stage);
  render();
  const figure = framed("ring", { ...labels(), title: "The ring: who pays whom, by year" }, { above: [controls, told], picture: stage, data, svg });
  return [figure, below];
}

const NOTE =
  "Left: who gives the labs money, for shares, loans or services. Right: whom the labs pay. An entity on both sides has one colour: that is the ring. Flows below about a thousandth of all are left out of the picture, not of the data. The last year may be shorter.";

function plainTimes(ratio: number): string {
  return `${ratio >= 10 ? Math.round(ratio) : ratio.toFixed(1)} times as much`;
}
