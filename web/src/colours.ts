// One colour per subject, the same in every chart and table; colours are variables of the style, so that they follow
// light and dark. Okabe and Ito (2008), with four more for firms.

const LINES = 6;
const SUBJECTS = 10;

const places: Map<string, number> = new Map();

/** Gives labs and entities their colours, in their order. */
export function subjects(names: string[]): void {
  for (const name of names) if (!places.has(name)) places.set(name, places.size % SUBJECTS);
}

/** The colour of a subject; grey for outsiders. */
export function ofSubject(name: string): string {
  const place = places.get(name);
  return place === undefined ? "var(--soft)" : `var(--subject-${place})`;
}

/** The colour of a layer of a subject; where nobody knows it, that of its place. */
export function ofLayer(subject: string, place: number): string {
  return places.has(subject) ? ofSubject(subject) : `var(--subject-${place % SUBJECTS})`;
}

/** The colour of the line at a place; that of the subject where the line is one. */
export function ofLine(name: string, place: number): string {
  return places.has(name) ? ofSubject(name) : `var(--line-${place % LINES})`;
}

/** Colours in numbers, for pictures that leave the page. */
export function resolved(text: string): string {
  const style = getComputedStyle(document.documentElement);
  return text.replace(/var\((--[\w-]+)\)/g, (_, name: string) => style.getPropertyValue(name).trim() || "#444");
}
