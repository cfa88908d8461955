// Numbers and dates in words, as the printed page writes them: two significant digits.

import type { Format, Maybe } from "./contract";

const MINUS = "−";
const MONTHS = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
];

/** A number of at most so many significant digits, with thousands apart and no exponent. */
export function plain(value: number, digits = 2): string {
  if (value === 0) return "0";
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  const decimals = Math.max(0, digits - 1 - magnitude);
  const step = 10 ** (digits - 1 - magnitude);
  const rounded = magnitude >= digits - 1 ? Math.round(value * step) / step : value;
  const text = Math.abs(rounded).toLocaleString("en-US", {
    minimumFractionDigits: Math.min(decimals, 12),
    maximumFractionDigits: Math.min(decimals, 12),
  });
  return (value < 0 ? MINUS : "") + text;
}

/** Keeps a number and its unit on one line. */
const NARROW = "\u00a0";

const UNITS: [number, string][] = [[1e12, "tn"], [1e9, "bn"], [1e6, "m"], [1e3, "k"]];

/** Dollars: "$130 bn". */
export function money(dollars: number, digits = 2): string {
  const size = Math.abs(dollars);
  if (size < 0.5) return "$0";
  const found = UNITS.find(([unit]) => size >= 0.9995 * unit);
  const amount = found ? `${plain(size / found[0], digits)}${NARROW}${found[1]}` : plain(size, digits);
  return `${dollars < 0 ? MINUS : ""}$${amount}`;
}

/** A share: "15 %". */
export function percent(share: number, digits = 2): string {
  const value = 100 * share;
  if (value > 99 && value < 100) return `${plain(Math.min(value, 99.99), value > 99.9 ? 4 : 3)}${NARROW}%`;
  if (value !== 0 && Math.abs(value) < LEAST) return `${value < 0 ? ">\u2212" : "<"}${LEAST}${NARROW}%`;
  return `${plain(value, digits)}${NARROW}%`;
}

/** Percentages below this are not told apart. */
const LEAST = 0.001;

/** A value at a tick of an axis: no digits that say nothing. */
export function tick(value: number, format: Format): string {
  const trimmed = show(value, format, 4).replace(/(\.\d*?)0+(?=\D|$)/, "$1").replace(/\.(?=\D|$)/, "");
  return trimmed;
}

/** A value on an axis of this format. */
export function show(value: number, format: Format, digits = 2): string {
  if (format === "money") return money(value, digits);
  return format === "share" ? percent(value, digits) : plain(value, Math.max(digits, 3));
}

/** A value of a unit of the tables. */
export function inUnit(value: number, unit: string): string {
  if (unit.startsWith("USD")) return money(value) + (unit === "USD a year" || unit === "USD/year" ? " a year" : "");
  if (unit === "months" || unit === "month") return `${plain(value)}${NARROW}months`;
  return plain(value);
}

/** "2030-12" as "December 2030", "2026-06-30" as "30 June 2026"; anything else as it is. */
export function month(text: string): string {
  const found = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(text);
  if (!found) return text;
  return `${found[3] ? `${Number(found[3])}${NARROW}` : ""}${MONTHS[Number(found[2]) - 1]}${NARROW}${found[1]}`;
}

/** The month of a calendar year with a fraction. */
export function monthOf(year: number): string {
  const whole = Math.floor(year + 1e-9);
  return `${MONTHS[Math.min(11, Math.floor((year - whole) * 12 + 1e-6))]} ${whole}`;
}

/** The same as "2030-12". */
export function isoOf(year: number): string {
  const whole = Math.floor(year + 1e-9);
  return `${whole}-${String(Math.min(12, Math.floor((year - whole) * 12 + 1e-6) + 1)).padStart(2, "0")}`;
}

/** "2 to 5", written by a function for each end; a dash where one is missing. */
export function span(low: Maybe, high: Maybe, write: (value: number) => string): string {
  return low === null || high === null ? "–" : `${write(low)} to ${write(high)}`;
}

/** Whole numbers with thousands apart. */
export function thousands(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** A name of the tables as words: "funding_gap" is "funding gap". */
export function words(name: string): string {
  return name.replaceAll("_", " ");
}

/** "a", "a and b", "a, b and c". */
export function list(items: string[]): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;
}

/** With a capital. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Whole years between two, no more than so many, evenly apart: ticks of an axis of dates. */
export function years(from: number, to: number, most: number): number[] {
  const [first, last] = [Math.ceil(from - 1e-9), Math.floor(to + 1e-9)];
  const step = Math.max(1, Math.ceil((last - first + 1) / most));
  return Array.from({ length: Math.max(0, Math.floor((last - first) / step) + 1) }, (_, i) => first + i * step);
}
