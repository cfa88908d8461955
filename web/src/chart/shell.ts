// A chart in the page: title, legend that switches lines, reading by pointer and keyboard, zoom, and its data and picture
// one click away.

import { csv, fill, fresh, h, save } from "../dom";
import { isoOf, monthOf, show } from "../format";
import type { Labels } from "../contract";
import { draw, type Drawn } from "./draw";
import { savePng, svgText } from "./export";
import type { Line, LineFigure } from "./model";

const NS = "http://www.w3.org/2000/svg";

/** The frame of any chart: title, room for the picture, note, and buttons for its files. */
export function framed(
  name: string,
  labels: Labels,
  parts: { above?: Node[]; picture: Node; tools?: Node[]; data: () => string; svg: () => string },
): HTMLElement {
  const id = fresh("title");
  const file = (text: string, label: string, act: () => void) =>
    h("button", { type: "button", class: "tool", "aria-label": label, click: act }, text);
  return h(
    "figure",
    { class: "chart", id: `figure-${name}`, role: "group", "aria-labelledby": id },
    h("figcaption", { class: "title", id }, labels.title),
    parts.above ?? [],
    parts.picture,
    h(
      "div",
      { class: "tools" },
      parts.tools ?? [],
      file("CSV", `Data of “${labels.title}” as CSV`, () => save(`${name}.csv`, "text/csv", parts.data())),
      file("SVG", `Picture of “${labels.title}” as SVG`, () => save(`${name}.svg`, "image/svg+xml", parts.svg())),
      file("PNG", `Picture of “${labels.title}” as PNG`, () => void savePng(parts.svg(), name)),
    ),
    h("p", { class: "note" }, labels.note),
  );
}

/** The place of the value that is nearest to x; none for a line without values. */
function nearest(line: Line, x: number): number | null {
  let best: number | null = null;
  line.x.forEach((own, at) => {
    const value = line.y[at];
    if (value === null || value === undefined) return;
    if (best === null || Math.abs(own - x) < Math.abs(line.x[best] - x)) best = at;
  });
  return best;
}

function told(figure: LineFigure, line: Line, at: number): string {
  const value = show(line.y[at] ?? 0, figure.yFormat, 3);
  const ends = line.shades.flatMap((shade) => {
    const [low, high] = [shade.low[at], shade.high[at]];
    if (low === null || low === undefined || high === null || high === undefined) return [];
    return [`${shade.meaning} ${show(low, figure.yFormat, 3)} to ${show(high, figure.yFormat, 3)}`];
  });
  return ends.length > 0 ? `${value} (${ends.join("; ")})` : value;
}

/** The data of a figure as CSV. */
function data(figure: LineFigure): string {
  const heads = ["line", figure.dated ? "month" : "x", figure.common ? "value" : "probability", "low", "high", "inner_low", "inner_high"];
  const rows = figure.lines.flatMap((line) =>
    line.x.map((x, i) => {
      const ends = [0, 1].flatMap((at) => [line.shades[at]?.low[i] ?? null, line.shades[at]?.high[i] ?? null]);
      return [line.name, figure.dated ? isoOf(x) : x, line.y[i], ...ends];
    }),
  );
  const two = figure.lines.some((line) => line.shades.length > 1);
  return csv(two ? heads : heads.slice(0, 5), two ? rows : rows.map((row) => row.slice(0, 5)));
}

/** An interactive chart of lines; `paths` says from how many paths it is. */
export function lineChart(figure: LineFigure, paths: string): HTMLElement {
  const shown = new Set(figure.lines.map((line) => line.name));
  let zoom: [number, number] | null = null;
  let drawn: Drawn | null = null;
  let at: number | null = null;
  const readout = h("p", { class: "readout", "aria-live": "polite" });
  const stage = h("div", {
    class: "stage",
    tabindex: 0,
    role: "application",
    "aria-roledescription": "chart",
    "aria-label": `${figure.labels.title}. ${figure.labels.y || figure.labels.x}. Arrow keys read values, plus and minus zoom, Escape shows all.`,
  });
  const hint = () => `Point at the chart, or use the arrow keys, to read values; drag to zoom. ${paths}`;

  const steps = (): number[] => {
    const visible = figure.lines.filter((line) => shown.has(line.name));
    const all = [...new Set(visible.flatMap((line) => line.x.filter((_, i) => line.y[i] !== null)))].sort((a, b) => a - b);
    return zoom ? all.filter((x) => x >= zoom![0] && x <= zoom![1]) : all;
  };

  const mark = () => {
    drawn?.svg.querySelectorAll("[data-screen]").forEach((element) => element.remove());
    if (!drawn || at === null) return;
    const line = document.createElementNS(NS, "line");
    const x = drawn.x(at);
    const set = { x1: x, x2: x, y1: drawn.top, y2: drawn.bottom, stroke: "var(--soft)", "data-screen": "" };
    for (const [name, value] of Object.entries(set)) line.setAttribute(name, String(value));
    drawn.svg.append(line);
    for (const of of figure.lines.filter((line) => shown.has(line.name) && !(figure.stacked && !line.dashed))) {
      const place = nearest(of, at);
      if (place === null) continue;
      const dot = document.createElementNS(NS, "circle");
      const y = of.y[place] ?? 0;
      if (figure.yLog && y <= 0) continue;
      const put = { cx: drawn.x(of.x[place]), cy: drawn.y(y), r: 3.5, fill: of.color, stroke: "var(--paper)", "data-screen": "" };
      for (const [name, value] of Object.entries(put)) dot.setAttribute(name, String(value));
      drawn.svg.append(dot);
    }
  };

  const read = (x: number | null) => {
    at = x;
    mark();
    if (x === null) {
      fill(readout, hint());
      return;
    }
    const where = figure.dated ? monthOf(x) : `${show(x, figure.xFormat, 3)}`;
    const parts = figure.lines
      .filter((line) => shown.has(line.name))
      .map((line) => ({ line, place: nearest(line, x) }))
      .filter((part): part is { line: Line; place: number } => part.place !== null && (figure.common || x <= line_end(part.line)))
      .map(({ line, place }) => h("span", { class: "value" }, h("span", { class: "dot", style: `background:${line.color}` }), `${line.name}: ${told(figure, line, place)}`));
    fill(readout, h("strong", {}, where), " ", parts, ` ${paths}`);
  };
  const line_end = (line: Line) => Math.max(...line.x) * (1 + 1e-9);

  const render = () => {
    const width = Math.max(280, Math.round(stage.clientWidth || 720));
    drawn = draw(figure, shown, width, zoom);
    drawn.svg.setAttribute("aria-hidden", "true");
    fill(stage, drawn.svg);
    mark();
    reset.hidden = zoom === null;
  };

  const reset = h("button", { type: "button", class: "tool", hidden: true, click: () => zoomTo(null) }, "Show all");
  const zoomTo = (to: [number, number] | null) => {
    zoom = to;
    render();
    read(null);
  };
  const narrower = (factor: number) => {
    const all = figure.lines.flatMap((line) => line.x);
    const [first, last] = [Math.min(...all), Math.max(...all)];
    const [from, to] = zoom ?? [first, last];
    const middle = at ?? (from + to) / 2;
    const half = ((to - from) * factor) / 2;
    if (figure.xLog) return;
    const next: [number, number] = [Math.max(first, middle - half), Math.min(last, middle + half)];
    zoomTo(next[0] <= first && next[1] >= last ? null : next);
  };

  stage.addEventListener("keydown", (event) => {
    const all = steps();
    const move = { ArrowRight: 1, ArrowLeft: -1, PageDown: 12, PageUp: -12, Home: -1e9, End: 1e9 }[event.key];
    if (move !== undefined && all.length > 0) {
      const now = at === null ? (move > 0 ? -1 : all.length) : all.findIndex((x) => x >= at! - 1e-9);
      read(all[Math.max(0, Math.min(all.length - 1, now + move))]);
    } else if (event.key === "+" || event.key === "=") narrower(0.5);
    else if (event.key === "-") narrower(2);
    else if (event.key === "Escape") zoomTo(null);
    else return;
    event.preventDefault();
  });

  let pressed: number | null = null;
  const place = (event: PointerEvent): number => {
    const box = stage.getBoundingClientRect();
    const scale = (drawn?.svg.viewBox.baseVal.width ?? box.width) / box.width;
    return (event.clientX - box.left) * scale;
  };
  stage.addEventListener("pointermove", (event) => {
    if (!drawn) return;
    const pixel = Math.max(drawn.left, Math.min(drawn.right, place(event)));
    const all = steps();
    const x = drawn.xBack(pixel);
    const near = all.reduce((best, own) => (Math.abs(own - x) < Math.abs(best - x) ? own : best), all[0] ?? x);
    read(near);
    if (pressed !== null) brush(pressed, pixel);
  });
  const brush = (from: number, to: number) => {
    if (!drawn) return;
    const box = document.createElementNS(NS, "rect");
    const put = { x: Math.min(from, to), width: Math.abs(to - from), y: drawn.top, height: drawn.bottom - drawn.top, fill: "var(--soft)", "fill-opacity": 0.15, "data-screen": "" };
    for (const [name, value] of Object.entries(put)) box.setAttribute(name, String(value));
    drawn.svg.append(box);
  };
  stage.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0) pressed = place(event);
  });
  stage.addEventListener("pointerup", (event) => {
    if (pressed === null || !drawn) return;
    const ends = [pressed, place(event)].map((pixel) => Math.max(drawn!.left, Math.min(drawn!.right, pixel)));
    pressed = null;
    if (Math.abs(ends[1] - ends[0]) > 12) zoomTo([drawn.xBack(Math.min(...ends)), drawn.xBack(Math.max(...ends))]);
  });
  stage.addEventListener("pointerleave", () => {
    pressed = null;
    read(null);
  });
  stage.addEventListener("dblclick", () => zoomTo(null));

  const swatch = (line: Line) => h("span", { class: line.dashed ? "swatch dashed" : "swatch", style: `--own:${line.color}${line.faint ? ";opacity:0.5" : ""}` });
  const key = (line: Line) => {
    const button = h("button", { type: "button", class: "key", "aria-pressed": "true" }, swatch(line), line.name);
    button.addEventListener("click", () => {
      if (shown.has(line.name) && shown.size > 1) shown.delete(line.name);
      else shown.add(line.name);
      button.setAttribute("aria-pressed", String(shown.has(line.name)));
      render();
      read(null);
    });
    return button;
  };
  const single = figure.lines.length === 1;
  const shaded = figure.bandMeaning && figure.lines.some((line) => line.shades.length > 0);
  const legend = h(
    "div",
    { class: "legend" },
    single ? (figure.lines[0].name === "median" ? h("span", { class: "shade-key" }, swatch(figure.lines[0]), "median") : []) : figure.lines.map(key),
    shaded && h("span", { class: "shade-key" }, h("span", { class: "swatch shade", style: `--own:${figure.lines[0].color}` }), `shade: ${figure.bandMeaning}`),
  );

  const axes = h("p", { class: "axes" }, figure.labels.y, figure.labels.x && h("span", {}, ` · across: ${figure.labels.x}`));
  const svg = () => {
    const large = draw(figure, shown, 760, zoom);
    return svgText(large.svg, figure.labels, single ? [] : figure.lines.filter((line) => shown.has(line.name)).map(({ name, color }) => ({ name, color })), shaded ? figure.bandMeaning : "");
  };
  const element = framed(figure.name, figure.labels, { above: [legend, axes], picture: h("div", {}, stage, readout), tools: [reset], data: () => data(figure), svg });
  new ResizeObserver(() => {
    const now = Math.round(stage.clientWidth);
    if (now > 0 && now !== drawn?.svg.viewBox.baseVal.width) render();
  }).observe(stage);
  fill(readout, hint());
  return element;
}
