// Blocks of the printed page, report.txt: a title at the margin, its lines indented.

/** Blocks by their titles. */
export function blocks(page: string): { title: string; lines: string[] }[] {
  const found: { title: string; lines: string[] }[] = [];
  for (const line of page.split("\n")) {
    if (/^\S/.test(line)) found.push({ title: line.trim(), lines: [] });
    else found.at(-1)?.lines.push(line.trim());
  }
  return found;
}

/** The text of the block of a title; empty if there is none. */
export function block(page: string, title: string): string {
  const found = blocks(page).find((one) => one.title === title);
  return found ? found.lines.join(" ").replace(/\s+/g, " ").trim() : "";
}

/** A sentence of the page that begins so; empty if there is none. */
export function sentence(page: string, start: string): string {
  const text = page.replace(/\s+/g, " ");
  const at = text.indexOf(start);
  if (at < 0) return "";
  const end = text.slice(at).search(/[.:] (?=[A-Z"])/);
  return end < 0 ? "" : text.slice(at, at + end + 1);
}
