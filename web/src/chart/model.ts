// Figures of lines over an axis: fans, lines, curves of exceedance, areas and relations in one form.

import type { Band, Curve, Exceedance, Fan, Figure, Format, Labels, Lines, Maybe, Relation, StackedArea } from "../contract";
import { ofLayer, ofLine } from "../colours";

/** A shade between two ends. */
export interface Shade {
  low: Maybe[];
  high: Maybe[];
  /** What lies in it, for the reader: "9 in 10 paths". */
  meaning: string;
  opacity: number;
}

/** A line with its shades. */
export interface Line {
  name: string;
  color: string;
  x: number[];
  y: Maybe[];
  shades: Shade[];
  /** Plans, targets and published figures are dashed. */
  dashed: boolean;
  /** A second layer of one subject is fainter than the first. */
  faint?: boolean;
}

/** A figure of lines. */
export interface LineFigure {
  name: string;
  labels: Labels;
  /** Whether x is a date. */
  dated: boolean;
  xFormat: Format;
  yFormat: Format;
  xLog: boolean;
  yLog: boolean;
  lines: Line[];
  /** Whether the lines that are not dashed are layers of a sum. */
  stacked: boolean;
  /** Published figures: a place on x and what it is. */
  rules: { x: number; label: string }[];
  bandMeaning: string;
  /** The mode of reading: at one x for all lines, or each line by itself. */
  common: boolean;
}

const numbers = (values: Maybe[]): number[] => values.map((value) => value ?? Number.NaN);

function shade(band: Band | null, meaning: string): Shade[] {
  return band ? [{ low: band.low, high: band.high, meaning, opacity: 0.17 }] : [];
}

function dashed(x: number[]): (curve: Curve) => Line {
  return (curve) => ({ name: curve.name, color: "var(--ink)", x, y: curve.y, shades: [], dashed: true });
}

const BASE = { dated: true, xFormat: "number" as Format, xLog: false, yLog: false, stacked: false, rules: [], common: true };

function fan(of: Fan): LineFigure {
  const x = numbers(of.months);
  const shades: Shade[] = [
    { low: of.p05, high: of.p95, meaning: "9 in 10 paths", opacity: 0.16 },
    { low: of.p25, high: of.p75, meaning: "half of the paths", opacity: 0.24 },
  ];
  const median: Line = { name: "median", color: "var(--line-0)", x, y: of.p50, shades, dashed: false };
  const lines = [median, ...of.references.map(dashed(x))];
  return { ...BASE, name: of.name, labels: of.labels, yFormat: of.y_format, lines, bandMeaning: "90 % and 50 % of the paths" };
}

function lines(of: Lines): LineFigure {
  const x = numbers(of.months);
  const line = (series: Lines["series"][number], at: number): Line => ({
    name: series.name,
    color: ofLine(series.name, at + of.first_color),
    x,
    y: series.y,
    shades: shade(series.band, "band"),
    dashed: false,
  });
  return { ...BASE, name: of.name, labels: of.labels, yFormat: of.y_format, lines: of.series.map(line), bandMeaning: of.band_meaning };
}

function exceedance(of: Exceedance): LineFigure {
  const line = (curve: Exceedance["curves"][number], at: number): Line => ({
    name: curve.name,
    color: ofLine(curve.name, at),
    x: numbers(curve.x),
    y: curve.p,
    shades: shade(curve.band, "band"),
    dashed: false,
  });
  return {
    ...BASE,
    name: of.name,
    labels: of.labels,
    dated: false,
    xFormat: of.x_format,
    yFormat: "share",
    xLog: of.x_scale === "log",
    yLog: of.y_scale === "log",
    lines: of.curves.map(line),
    rules: of.benchmarks,
    bandMeaning: of.band_meaning,
    common: false,
  };
}

function stacked(of: StackedArea): LineFigure {
  const x = numbers(of.months);
  const seen = new Set<string>();
  const layer = (curve: Curve, at: number): Line => {
    const subject = curve.name.split(",")[0];
    const faint = seen.has(subject);
    seen.add(subject);
    return { name: curve.name, color: ofLayer(subject, at), x, y: curve.y, shades: [], dashed: false, faint };
  };
  const all = [...of.layers.map(layer), ...of.references.map(dashed(x))];
  return { ...BASE, name: of.name, labels: of.labels, yFormat: of.y_format, lines: all, stacked: true, bandMeaning: "" };
}

function relation(of: Relation): LineFigure {
  const x = numbers(of.x);
  const line = (series: Relation["series"][number], at: number): Line => ({
    name: series.name,
    color: ofLine(series.name, at),
    x,
    y: series.y,
    shades: shade(series.band, "band"),
    dashed: false,
  });
  return {
    ...BASE,
    name: of.name,
    labels: of.labels,
    dated: false,
    xFormat: of.x_format,
    xLog: of.x_scale === "log",
    yFormat: of.y_format,
    lines: of.series.map(line),
    bandMeaning: of.band_meaning,
  };
}

/** A figure of lines; none where it is of another kind. */
export function asLines(figure: Figure): LineFigure | null {
  switch (figure.kind) {
    case "fan":
      return fan(figure);
    case "lines":
      return lines(figure);
    case "exceedance":
      return exceedance(figure);
    case "stacked_area":
      return stacked(figure);
    case "relation":
      return relation(figure);
    default:
      return null;
  }
}
