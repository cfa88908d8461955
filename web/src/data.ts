// The document of the page, with typed access to its tables.

import type { Maybe, ReportDocument, Table } from "./contract";

const CONTRACT = 1;

/** A table by its columns; a column that is missing has no words and no numbers. */
export class Frame {
  readonly rows: number;
  readonly names: string[];
  private readonly columns: Map<string, { words: string[]; numbers: Maybe[] }> = new Map();

  constructor(private readonly table: Table) {
    this.rows = table.rows;
    this.names = table.columns.map((column) => column.name);
  }

  /** Whether there is such a column. */
  has(name: string): boolean {
    return this.names.includes(name);
  }

  /** A column as words. */
  words(name: string): string[] {
    return this.column(name).words;
  }

  /** A column as numbers. */
  numbers(name: string): Maybe[] {
    return this.column(name).numbers;
  }

  private column(name: string): { words: string[]; numbers: Maybe[] } {
    const known = this.columns.get(name);
    if (known) return known;
    const column = this.table.columns.find((other) => other.name === name);
    let made: { words: string[]; numbers: Maybe[] };
    if (!column) made = { words: Array(this.rows).fill(""), numbers: Array(this.rows).fill(null) };
    else if ("numbers" in column) {
      made = { words: column.numbers.map((value) => (value === null ? "" : String(value))), numbers: column.numbers };
    } else {
      const words = column.rows.map((place) => column.words[place]);
      made = { words, numbers: words.map((word) => (word === "" || Number.isNaN(Number(word)) ? null : Number(word))) };
    }
    this.columns.set(name, made);
    return made;
  }
}

/** An estimate of the summary. */
export interface Estimate {
  measure: string;
  subject: string;
  by: string;
  statistic: string;
  value: Maybe;
  low: Maybe;
  high: Maybe;
  unit: string;
  method: string;
}

/** What is measured of whom by when. */
export interface Banded {
  mean: Estimate;
  band: [Maybe, Maybe];
}

/** A result with its estimates in reach. */
export class Result {
  readonly estimates: Estimate[];
  private readonly places: Map<string, Estimate> = new Map();

  constructor(readonly document: ReportDocument) {
    const frame = this.frame("summary");
    this.estimates = frame ? estimates(frame) : [];
    for (const of of this.estimates) this.places.set(key(of.measure, of.subject, of.by, of.statistic), of);
  }

  /** A table, if it is in the page. */
  frame(name: string): Frame | null {
    const table = this.document.tables[name];
    return table ? new Frame(table) : null;
  }

  /** An estimate, if there is one. */
  find(measure: string, subject: string, by: string, statistic: string): Estimate | null {
    return this.places.get(key(measure, subject, by, statistic)) ?? null;
  }

  /** Mean or probability with its band over the draws. */
  banded(measure: string, subject: string, by: string): Banded | null {
    const mean = this.find(measure, subject, by, "probability") ?? this.find(measure, subject, by, "mean");
    if (!mean) return null;
    const end = (statistic: string) => this.find(measure, subject, by, statistic)?.value ?? null;
    return { mean, band: [end("band_p05"), end("band_p95")] };
  }

  /** Subjects of a measure, in their order. */
  subjects(measure: string): string[] {
    return [...new Set(this.estimates.filter((of) => of.measure === measure).map((of) => of.subject))];
  }

  /** Dates of a measure of a subject. */
  dates(measure: string, subject: string): string[] {
    const own = this.estimates.filter((of) => of.measure === measure && of.subject === subject);
    return [...new Set(own.map((of) => of.by))].sort();
  }

  /** The labs. */
  get labs(): string[] {
    return this.subjects("default");
  }

  /** The last month. */
  get horizon(): string {
    return this.estimates.reduce((last, of) => (of.by > last ? of.by : last), "");
  }
}

function key(...parts: string[]): string {
  return parts.join("|");
}

function estimates(frame: Frame): Estimate[] {
  const words = (name: string) => frame.words(name);
  const [measure, subject, by, statistic] = ["measure", "subject", "by", "statistic"].map(words);
  const [unit, method] = ["unit", "method"].map(words);
  const [value, low, high] = ["value", "low", "high"].map((name) => frame.numbers(name));
  return measure.map((_, i) => ({
    measure: measure[i],
    subject: subject[i],
    by: by[i],
    statistic: statistic[i],
    value: value[i],
    low: low[i],
    high: high[i],
    unit: unit[i],
    method: method[i],
  }));
}

/** Reads the document in the page; an error in words if it is of another contract. */
export function load(): ReportDocument {
  const text = document.getElementById("document")?.textContent ?? "";
  if (!text.trim()) throw new Error("This page holds no result: it is the empty template of ouro.");
  const read = JSON.parse(text) as ReportDocument;
  if (read.contract !== CONTRACT) {
    throw new Error(
      `This page reads documents of version ${CONTRACT}, and holds one of version ${String(read.contract)}: ` +
        "rebuild it with `ouro report DIR`.",
    );
  }
  return read;
}
