// Differences with their intervals, one below the other.

import * as Plot from "@observablehq/plot";
import { csv, h } from "../dom";
import { list, plain } from "../format";
import { svgText } from "./export";
import { framed } from "./shell";

/** A difference of probabilities, as a share. */
export interface Bar {
  name: string;
  at: number;
  low: number;
  high: number;
}

/** Differences within this are left out. */
const LEAST = 0.0005;

export function forest(name: string, title: string, note: string, bars: Bar[]): HTMLElement | null {
  const kept = bars.filter((bar) => Math.max(Math.abs(bar.low), Math.abs(bar.high)) > LEAST);
  if (kept.length === 0) return null;
  const points = kept.map((bar) => ({ name: bar.name, at: 100 * bar.at, low: 100 * bar.low, high: 100 * bar.high }));
  const labels = { title, subtitle: "", x: "", y: "", note };
  const height = 44 + 22 * points.length;
  const make = (width: number) => {
    const side = Math.min(240, width * 0.46);
    const svg = Plot.plot({
      width, height, marginLeft: side, marginRight: 20,
      style: { background: "transparent", fontFamily: "inherit", overflow: "visible" },
      y: { domain: points.map((point) => point.name), label: null },
      marks: [
        Plot.gridX({ stroke: "var(--rule)", strokeOpacity: 1 }),
        Plot.ruleX([0], { stroke: "var(--ink)" }),
        Plot.ruleY(points, { x1: "low", x2: "high", y: "name", stroke: "var(--line-0)", strokeWidth: 3 }),
        Plot.dot(points, { x: "at", y: "name", fill: "var(--line-0)", r: 4.5, title: (d: (typeof points)[number]) => `${d.name}: ${plain(d.at)} pp (${plain(d.low)} to ${plain(d.high)})` }),
        Plot.axisX({ label: null, color: "var(--soft)", fontSize: 12, ticks: width < 520 ? 4 : 8, tickFormat: (x: number) => (x > 0 ? `+${Number(x.toPrecision(3))}` : String(Number(x.toPrecision(3))).replace("-", "−")) }),
        Plot.axisY({ label: null, tickSize: 0, color: "var(--ink)", fontSize: width < 520 ? 10.5 : 12, lineWidth: side / (width < 520 ? 11 : 12.5) }),
      ],
    }) as SVGSVGElement;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("aria-hidden", "true");
    return svg;
  };
  const stage = h("div", { class: "stage", role: "img", "aria-label": `${title}: ${list(points.map((point) => `${point.name} ${plain(point.at)} points`))}` });
  let seen = 0;
  new ResizeObserver(() => {
    if (stage.clientWidth > 0 && stage.clientWidth !== seen) stage.replaceChildren(make(Math.max(280, (seen = stage.clientWidth))));
  }).observe(stage);
  return framed(name, labels, {
    picture: stage,
    data: () => csv(["what", "difference_pp", "low", "high"], points.map((point) => [point.name, point.at, point.low, point.high])),
    svg: () => svgText(make(760), labels, []),
  });
}
