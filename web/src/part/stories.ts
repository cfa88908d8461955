// Three replayed paths as illustrated stories: cash over time, with what happens.

import * as Plot from "@observablehq/plot";
import { h, type Child } from "../dom";
import { capital, month, tick } from "../format";
import { ofSubject } from "../colours";
import type { Result } from "../data";

/** The stories; none where the run tells none. */
export function stories(result: Result): Child {
  const [told, months] = [result.frame("stories"), result.frame("story_months")];
  if (!told) return null;
  const story = told.words("story");
  const names = [...new Set(story)];
  return names.map((name) => {
    const rows = story.flatMap((own, i) => (own === name ? [i] : []));
    const first = rows[0];
    const address = `Draw ${told.words("draw")[first]}, path ${told.words("path")[first]}`;
    const events = rows.filter((i) => told.words("what")[i] !== "");
    return h(
      "article",
      { class: "story" },
      h("h3", {}, capital(name)),
      h("p", { class: "soft" }, `${told.words("chosen")[first]} ${address}.`),
      months && cash(months, name, result.labs),
      h("ol", { class: "events" }, events.map((i) => h("li", {}, h("time", { datetime: told.words("month")[i] }, month(told.words("month")[i])), " ", h("span", { class: "subject", style: `color:${ofSubject(told.words("subject")[i])}` }, told.words("subject")[i]), " ", told.words("what")[i]))),
    );
  });
}

function cash(months: NonNullable<ReturnType<Result["frame"]>>, name: string, labs: string[]): HTMLElement {
  const [story, lab, date, value] = [months.words("story"), months.words("lab"), months.words("month"), months.numbers("cash")];
  const points = story.flatMap((own, i) => (own === name && labs.includes(lab[i]) ? [{ lab: lab[i], x: Number(date[i].slice(0, 4)) + (Number(date[i].slice(5)) - 0.5) / 12, y: value[i] ?? Number.NaN }] : []));
  const make = (width: number) =>
    Plot.plot({
      width,
      height: 180,
      marginLeft: 58,
      style: { background: "transparent", fontFamily: "inherit" },
      marks: [
        Plot.ruleY([0], { stroke: "var(--soft)" }),
        Plot.gridY({ ticks: 4, stroke: "var(--rule)", strokeOpacity: 1 }),
        Plot.lineY(points, { x: "x", y: "y", z: "lab", stroke: (d: { lab: string }) => ofSubject(d.lab), strokeWidth: 2 }),
        Plot.axisX({ tickFormat: (x: number) => String(Math.round(x)), label: null, color: "var(--soft)", ticks: 6 }),
        Plot.axisY({ tickFormat: (y: number) => tick(y, "money"), label: null, color: "var(--soft)", ticks: 4, tickSize: 0 }),
      ],
    });
  const stage = h("div", { class: "stage", role: "img", "aria-label": `Cash of ${labs.join(", ")} on this path` });
  let last = 0;
  new ResizeObserver(() => {
    if (stage.clientWidth === last || stage.clientWidth === 0) return;
    last = stage.clientWidth;
    const svg = make(Math.max(280, last)) as SVGSVGElement;
    svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} 180`);
    stage.replaceChildren(svg);
  }).observe(stage);
  return h("figure", { class: "chart small" }, h("figcaption", { class: "title" }, "Cash at the end of the month"), stage);
}
