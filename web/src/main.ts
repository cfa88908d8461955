// The page: reads its document and shows it.

import "./style.css";
import { fill, h, type Child } from "./dom";
import { Result, load } from "./data";
import { subjects } from "./colours";
import { define } from "./part/terms";
import { run } from "./part/run";
import { changes } from "./part/change";
import { comparison, other } from "./part/comparison";

function theme(): HTMLElement {
  const root = document.documentElement;
  const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const button = h("button", { type: "button", class: "tool theme" });
  const say = () => fill(button, dark() ? "Light" : "Dark");
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    say();
  });
  say();
  return button;
}

function contents(sections: HTMLElement[]): HTMLElement {
  const title = (of: HTMLElement) => of.querySelector("h2")?.textContent ?? "";
  return h("nav", { class: "contents", "aria-label": "Contents" }, h("ol", {}, sections.map((of) => h("li", {}, h("a", { href: `#${of.id}` }, title(of))))));
}

/** The pages of results that have one of their own. */
const MAKERS: { [kind: string]: typeof run } = { run, compare: comparison, twins: comparison, change: changes };

function show(): Child {
  const report = load();
  const result = new Result(report);
  const firms = ["entity_default", "provider_loss", "circular_share"].flatMap((measure) => result.subjects(measure));
  subjects([...result.labs, ...firms]);
  define(report.measures);
  const make = MAKERS[report.kind] ?? other;
  const { head, sections, appendix } = make(result);
  const all = [...sections, ...appendix].filter((part): part is HTMLElement => part instanceof HTMLElement);
  return [
    h("a", { class: "skip", href: "#main" }, "Skip to the results"),
    h("header", {}, h("div", { class: "bar" }, h("span", { class: "mark" }, "Ouroborisk"), theme()), h("h1", {}, report.record.name)),
    h("main", { id: "main" }, h("div", { class: "head" }, head), h("div", { class: "body" }, contents(all), h("div", { class: "sections" }, all))),
    h("footer", {}, `ouroborisk ${report.record.version} · digest ${report.record.digest} · seed ${report.record.seed}`),
  ];
}

const root = document.getElementById("report");
if (root) {
  try {
    fill(root, show());
  } catch (error) {
    fill(root, h("main", {}, h("h1", {}, "This report cannot be shown"), h("p", {}, error instanceof Error ? error.message : String(error))));
  }
}
