// Pictures that leave the page: with title, note and origin, in the colours of the moment, without any other file.

import { resolved } from "../colours";
import { save } from "../dom";
import type { Labels } from "../contract";

const NS = "http://www.w3.org/2000/svg";
const FONT = "system-ui, sans-serif";

/** Words in lines of at most so many letters. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function text(content: string, x: number, y: number, size: number, weight: string, color: string): SVGTextElement {
  const element = document.createElementNS(NS, "text");
  const set = { x, y, "font-size": size, "font-weight": weight, "font-family": FONT, fill: color };
  for (const [name, value] of Object.entries(set)) element.setAttribute(name, String(value));
  element.textContent = content;
  return element;
}

/** A picture of a chart as a text of SVG. */
export function svgText(chart: SVGSVGElement, labels: Labels, key: { name: string; color: string }[], shade = ""): string {
  const box = chart.viewBox.baseVal;
  const [width, inner] = [box.width || chart.clientWidth, box.height || chart.clientHeight];
  const letters = Math.floor(width / 6.2);
  const told = [labels.note, shade && `Shade: ${shade}.`, labels.subtitle].filter(Boolean);
  const [title, notes] = [wrapped(labels.title, Math.floor(width / 9)), told.flatMap((one) => wrapped(one, letters))];
  const axes = [labels.y, labels.x && `across: ${labels.x}`].filter(Boolean).join(" · ");
  const top = 14 + 20 * title.length + (axes ? 18 : 0) + (key.length > 0 ? 20 : 0);
  const outer = document.createElementNS(NS, "svg");
  const height = top + inner + 14 * notes.length + 16;
  outer.setAttribute("xmlns", NS);
  outer.setAttribute("viewBox", `0 0 ${width} ${height}`);
  outer.setAttribute("width", String(width));
  outer.setAttribute("height", String(height));
  const ground = document.createElementNS(NS, "rect");
  for (const [name, value] of [["width", "100%"], ["height", "100%"], ["fill", "var(--paper)"]]) ground.setAttribute(name, value);
  outer.append(ground);
  title.forEach((line, at) => outer.append(text(line, 8, 22 + 20 * at, 16, "600", "var(--ink)")));
  if (axes) outer.append(text(axes, 8, 20 + 20 * title.length, 11.5, "400", "var(--soft)"));
  let x = 8;
  for (const { name, color } of key) {
    outer.append(text(`■ ${name}`, x, top - 4, 12, "400", color));
    x += 20 + 6.6 * name.length;
  }
  const copy = chart.cloneNode(true) as SVGSVGElement;
  copy.removeAttribute("style");
  copy.querySelectorAll("[data-screen]").forEach((element) => element.remove());
  copy.setAttribute("y", String(top));
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(inner));
  copy.setAttribute("font-family", FONT);
  outer.append(copy);
  notes.forEach((line, at) => outer.append(text(line, 8, top + inner + 14 * (at + 1), 11, "400", "var(--soft)")));
  return resolved(new XMLSerializer().serializeToString(outer)).replaceAll("currentColor", resolved("var(--ink)"));
}

/** The same in pixels, twice as fine. */
export async function savePng(svg: string, name: string): Promise<void> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [2 * image.width, 2 * image.height];
  const context = canvas.getContext("2d");
  if (!context) return;
  context.scale(2, 2);
  context.drawImage(image, 0, 0);
  canvas.toBlob((blob) => blob && save(`${name}.png`, "image/png", blob), "image/png");
}
