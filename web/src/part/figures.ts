// A figure of the result as a chart.

import type { Figure } from "../contract";
import type { Result } from "../data";
import { thousands } from "../format";
import { heatMap, tornado } from "../chart/grids";
import { asLines } from "../chart/model";
import { lineChart } from "../chart/shell";

/** From how many paths a figure is; quantiles by month are from fewer, as its note says. */
function paths(result: Result, figure: Figure): string {
  if (/first [\d,]+ paths/.test(figure.labels.note)) return "";
  const { paths, draws } = result.document.record;
  return paths > 1 ? `Of ${thousands(paths)} paths${draws > 1 ? ` in ${thousands(draws)} draws` : ""}.` : "";
}

/** A figure as a chart. */
export function chart(result: Result, figure: Figure): HTMLElement | null {
  if (figure.kind === "heat") return heatMap(figure);
  if (figure.kind === "tornado") return tornado(figure);
  const lines = asLines(figure);
  return lines && lineChart(lines, paths(result, figure));
}

/** The figure of a name, with that of the lab where there are several; none if there is no such figure. */
export function figureOf(result: Result, name: string, lab: string): HTMLElement | null {
  const found = result.document.figures.find((figure) => figure.name === `${name}-${lab}`) ?? result.document.figures.find((figure) => figure.name === name);
  return found ? chart(result, found) : null;
}
