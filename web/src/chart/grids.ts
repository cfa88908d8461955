// Heat maps and tornadoes.

import * as Plot from "@observablehq/plot";
import type { Heat, Tornado } from "../contract";
import { csv, h } from "../dom";
import { show, tick } from "../format";
import { framed } from "./shell";
import { svgText } from "./export";

/** Redraws a picture at the width of its place. */
function responsive(make: (width: number) => SVGSVGElement, label: string): HTMLElement {
  const stage = h("div", { class: "stage", role: "img", "aria-label": label });
  let last = 0;
  new ResizeObserver(() => {
    const width = Math.max(280, Math.round(stage.clientWidth));
    if (width !== last && stage.clientWidth > 0) stage.replaceChildren(make((last = width)));
  }).observe(stage);
  return stage;
}

function sized(plot: Element): SVGSVGElement {
  const svg = plot as SVGSVGElement;
  svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`);
  svg.setAttribute("aria-hidden", "true");
  return svg;
}

const STYLE = { background: "transparent", fontFamily: "inherit", overflow: "visible" };

/** Edges of the cells around values. */
function edges(values: number[]): number[] {
  if (values.length === 1) return [values[0] - 0.5, values[0] + 0.5];
  const middle = values.slice(1).map((value, i) => (value + values[i]) / 2);
  return [2 * values[0] - middle[0], ...middle, 2 * values[values.length - 1] - middle[middle.length - 1]];
}

export function heatMap(figure: Heat): HTMLElement {
  const [xs, ys] = [figure.x as number[], figure.y as number[]];
  const [ex, ey] = [edges(xs), edges(ys)];
  const cells = ys.flatMap((y, j) =>
    xs.map((x, i) => ({ x, y, z: figure.z[j][i] ?? Number.NaN, x1: ex[i], x2: ex[i + 1], y1: ey[j], y2: ey[j + 1] })),
  );
  const most = Math.max(...cells.map((cell) => cell.z).filter(Number.isFinite));
  const make = (width: number) => {
    const lines = (all: number[][][], options: Plot.LineOptions) =>
      all.map((line) => Plot.line(line, { x: (p: number[]) => p[0], y: (p: number[]) => p[1], ...options }));
    return sized(
      Plot.plot({
        width,
        height: Math.round(Math.min(440, Math.max(260, width * 0.6))),
        marginLeft: 62,
        marginBottom: 40,
        style: STYLE,
        x: { domain: [ex[0], ex[ex.length - 1]] },
        y: { domain: [ey[0], ey[ey.length - 1]] },
        marks: [
          Plot.rect(cells, { x1: "x1", x2: "x2", y1: "y1", y2: "y2", fill: "var(--line-0)", fillOpacity: (cell: { z: number }) => (Number.isFinite(cell.z) ? 0.08 + (0.8 * Math.max(0, cell.z)) / (most || 1) : 0), inset: 0.5 }),
          Plot.text(cells, { x: "x", y: "y", text: (cell: { z: number }) => (Number.isFinite(cell.z) ? show(cell.z, figure.z_format) : "–"), fill: "var(--ink)", stroke: "var(--paper)", strokeWidth: 3, fontSize: width < 520 ? 9 : 11 }),
          ...lines(figure.contour, { stroke: "var(--line-1)", strokeWidth: 2.5 }),
          ...lines(figure.edges, { stroke: "var(--line-1)", strokeDasharray: "4 3" }),
          Plot.axisX({ tickFormat: (value: number) => tick(value, figure.x_format), label: null, ticks: width < 520 ? 4 : 7, color: "var(--soft)", fontSize: 12 }),
          Plot.axisY({ tickFormat: (value: number) => tick(value, figure.y_format), label: null, ticks: 6, color: "var(--soft)", fontSize: 12 }),
        ],
      }),
    );
  };
  const note = figure.contour_meaning ? [h("p", { class: "axes" }, `Line: ${figure.contour_meaning}`)] : [];
  return framed(figure.name, figure.labels, {
    above: [h("p", { class: "axes" }, `${figure.labels.y} · across: ${figure.labels.x}`), ...note],
    picture: responsive(make, figure.labels.title),
    data: () => csv(["x", "y", "value"], cells.map((cell) => [cell.x, cell.y, cell.z])),
    svg: () => svgText(make(760), figure.labels, []),
  });
}

export function tornado(figure: Tornado): HTMLElement {
  const bars = figure.bars.flatMap((bar) => [
    { name: bar.name, from: figure.base, to: bar.at_least, side: "least" },
    { name: bar.name, from: figure.base, to: bar.at_most, side: "largest" },
  ]);
  const color = (bar: { side: string }) => (bar.side === "least" ? "var(--line-0)" : "var(--line-1)");
  const make = (width: number) =>
    sized(
      Plot.plot({
        width,
        height: 50 + 34 * figure.bars.length,
        marginLeft: Math.min(260, width * 0.42),
        style: STYLE,
        y: { domain: figure.bars.map((bar) => bar.name) },
        x: { zero: false },
        marks: [
          Plot.barX(bars, { x1: "from", x2: "to", y: "name", fill: color, inset: 3 }),
          Plot.ruleX([figure.base], { stroke: "var(--ink)" }),
          Plot.axisX({ tickFormat: (value: number) => tick(value, figure.x_format), label: null, color: "var(--soft)", fontSize: 12, ticks: width < 520 ? 3 : 6 }),
          Plot.axisY({ label: null, tickSize: 0, color: "var(--ink)", fontSize: 12, lineWidth: Math.min(260, width * 0.42) / 8 }),
        ],
      }),
    );
  const key = [["var(--line-0)", "at the least value"], ["var(--line-1)", "at the largest value"]];
  return framed(figure.name, figure.labels, {
    above: [h("div", { class: "legend" }, key.map(([own, text]) => h("span", { class: "shade-key" }, h("span", { class: "swatch", style: `--own:${own}` }), text)))],
    picture: responsive(make, figure.labels.title),
    data: () => csv(["changed", "at_least", "at_most", "base"], figure.bars.map((bar) => [bar.name, bar.at_least, bar.at_most, figure.base])),
    svg: () => svgText(make(760), figure.labels, key.map(([color, name]) => ({ color, name }))),
  });
}
