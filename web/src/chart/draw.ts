// Draws a figure of lines with Observable Plot.

import * as Plot from "@observablehq/plot";
import { isoOf, tick, years } from "../format";
import type { LineFigure, Line } from "./model";

export interface Drawn {
  svg: SVGSVGElement;
  /** Pixels of a value, and the value of a pixel. */
  x: (value: number) => number;
  y: (value: number) => number;
  xBack: (pixel: number) => number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

type Point = { x: number; y: number; low: number; high: number; name: string };

const LEAST = 1e-12;

function points(line: Line, figure: LineFigure, low?: (number | null)[], high?: (number | null)[]): Point[] {
  const seen = (value: number, log: boolean) => !log || value > LEAST;
  const number = (value: number | null | undefined, log: boolean) => (value === null || value === undefined || !seen(value, log) ? Number.NaN : value);
  return line.x
    .map((x, i) => ({
      x,
      y: number(line.y[i], figure.yLog),
      low: low ? (figure.yLog ? Math.max(low[i] ?? Number.NaN, LEAST) : number(low[i], false)) : Number.NaN,
      high: high ? number(high[i], figure.yLog) : Number.NaN,
      name: line.name,
    }))
    .filter((point) => seen(point.x, figure.xLog));
}

/** The ends of x, and those of y within them. */
function extent(figure: LineFigure, lines: Line[], zoom: [number, number] | null) {
  const xs = lines.flatMap((line) => line.x).concat(figure.rules.map((rule) => rule.x));
  const shown = xs.filter((x) => Number.isFinite(x) && (!figure.xLog || x > LEAST));
  const whole: [number, number] = [Math.min(...shown), Math.max(...shown)];
  const [from, to] = zoom ?? whole;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const sums = new Map<number, number>();
  for (const line of lines) {
    line.x.forEach((x, i) => {
      if (x < from || x > to) return;
      const own = line.y[i];
      if (figure.stacked && !line.dashed && own !== null) sums.set(x, (sums.get(x) ?? 0) + own);
      const values = [own, ...line.shades.flatMap((shade) => [figure.yLog ? null : shade.low[i], shade.high[i]])];
      for (const value of values) {
        if (value === null || value === undefined || (figure.yLog && value <= LEAST)) continue;
        [low, high] = [Math.min(low, value), Math.max(high, value)];
      }
    });
  }
  for (const sum of sums.values()) high = Math.max(high, sum);
  if (!Number.isFinite(low)) [low, high] = [0, 1];
  if (!figure.yLog) [low, high] = [Math.min(low, 0), high > low ? high * 1.04 : low + 1];
  return { x: [from, to] as [number, number], y: [low, high] as [number, number] };
}

/** A drawing of these lines, so wide. */
export function draw(figure: LineFigure, shown: Set<string>, width: number, zoom: [number, number] | null): Drawn {
  const lines = figure.lines.filter((line) => shown.has(line.name));
  const domain = extent(figure, lines, zoom);
  const narrow = width < 520;
  const height = Math.round(Math.min(400, Math.max(250, width * 0.5)));
  const margins = { marginLeft: 58, marginRight: figure.dated ? 16 : 30, marginTop: figure.rules.length > 0 ? (narrow ? 44 : 30) : 12, marginBottom: 40 };
  const dates = years(domain.x[0], domain.x[1], narrow ? 4 : 10);
  const monthly = figure.dated && dates.length < 2;
  const across = figure.dated && !monthly ? { ticks: dates } : { tickSpacing: narrow ? 70 : 100 };
  const wordsX = (value: number) => (monthly ? isoOf(value) : figure.dated ? String(value) : tick(value, figure.xFormat));
  const powers = Array.from({ length: 40 }, (_, i) => 10 ** (i - 20)).filter((power) => power >= domain.y[0] && power <= domain.y[1]);
  const levels = figure.yLog ? { ticks: powers } : { ticks: 5 };
  const marks: Plot.Markish[] = [Plot.gridY({ stroke: "var(--rule)", strokeOpacity: 1, ...levels } as Plot.GridYOptions)];
  if (figure.stacked) {
    const layers = lines.filter((line) => !line.dashed);
    const own = new Map(layers.map((line) => [line.name, line]));
    const all = layers.flatMap((line) => points(line, figure));
    marks.push(Plot.areaY(all, Plot.stackY({ x: "x", y: "y", z: "name", order: layers.map((l) => l.name), fill: (d: Point) => own.get(d.name)?.color, fillOpacity: (d: Point) => (own.get(d.name)?.faint ? 0.4 : 0.75), clip: true } as Plot.StackOptions & Plot.AreaYOptions)));
  }
  for (const line of lines) {
    for (const shade of line.shades) {
      marks.push(Plot.areaY(points(line, figure, shade.low, shade.high), { x: "x", y1: "low", y2: "high", fill: line.color, fillOpacity: shade.opacity, clip: true }));
    }
  }
  for (const line of lines) {
    if (figure.stacked && !line.dashed) continue;
    marks.push(Plot.lineY(points(line, figure), { x: "x", y: "y", stroke: line.color, strokeWidth: line.dashed ? 1.4 : 2, strokeDasharray: line.dashed ? "5 4" : undefined, clip: true }));
  }
  const rules = figure.rules.filter((rule) => rule.x >= domain.x[0] && rule.x <= domain.x[1]);
  if (rules.length > 0) {
    marks.push(Plot.ruleX(rules, { x: "x", stroke: "var(--ink)", strokeDasharray: "5 4" }));
    const room = width - margins.marginLeft - margins.marginRight;
    for (const rule of rules) {
      const before = ((rule.x - domain.x[0]) / (domain.x[1] - domain.x[0])) * room;
      const end = before > room / 2;
      marks.push(Plot.text([rule], { x: "x", text: "label", frameAnchor: "top", lineAnchor: "bottom", dy: -6, textAnchor: end ? "end" : "start", lineWidth: (end ? before : room - before) / 11.5, fill: "var(--ink)", fontSize: 11.5 }));
    }
  }
  marks.push(Plot.ruleY([figure.yLog ? domain.y[0] : 0], { stroke: "var(--soft)" }));
  marks.push(Plot.axisY({ ...levels, tickFormat: (value: number) => tick(value, figure.yFormat), label: null, tickSize: 0, color: "var(--soft)", fontSize: 12 } as Plot.AxisYOptions));
  marks.push(Plot.axisX({ ...across, tickFormat: wordsX, label: null, color: "var(--soft)", fontSize: 12 } as Plot.AxisXOptions));
  const plot = Plot.plot({
    width,
    height,
    ...margins,
    style: { background: "transparent", overflow: "visible", fontFamily: "inherit" },
    x: { domain: domain.x, type: figure.xLog ? "log" : "linear" },
    y: { domain: domain.y, type: figure.yLog ? "log" : "linear" },
    marks,
  }) as SVGSVGElement & { scale: (name: string) => { apply: (v: number) => number; invert: (p: number) => number } };
  const [x, y] = [plot.scale("x"), plot.scale("y")];
  plot.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const { marginLeft: left, marginTop: top } = margins;
  return {
    svg: plot,
    x: (value) => x.apply(value),
    y: (value) => y.apply(value),
    xBack: (pixel) => x.invert(pixel),
    left,
    right: width - margins.marginRight,
    top,
    bottom: height - margins.marginBottom,
  };
}
