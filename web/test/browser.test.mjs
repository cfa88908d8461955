// The reports in headless Chromium with the network refused: node --test test/browser.test.mjs, with the pages in PAGES
// (a list of files with commas) and the browser in CHROMIUM. `web/test.sh` makes both.
//
// Each test is a sentence that says what holds.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pages = (process.env.PAGES ?? "").split(",").filter(Boolean);
const run = pages[0];
const SIZES = [1280, 800, 390];
/** Room on a sheet with the margins of the style, in CSS pixels. */
const SHEETS = { A4: { width: 688, height: 1001 }, Letter: { width: 710, height: 935 } };

let browser;

before(async () => {
  assert.ok(pages.length > 0, "PAGES names no page");
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
});
after(() => browser?.close());

/** A page that is open, with what it asked for and what went wrong in it. */
async function open(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, offline: true, acceptDownloads: true, ...options });
  const page = await context.newPage();
  const [asked, wrong] = [[], []];
  page.on("request", (request) => asked.push(request.url()));
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
  await page.goto(pathToFileURL(path.resolve(file)).href);
  await page.waitForSelector("main h2");
  await page.waitForTimeout(200);
  return { page, asked, wrong, close: () => context.close() };
}

for (const file of pages) {
  const name = path.basename(path.dirname(file)) + "/" + path.basename(file);
  describe(name, () => {
    test("it is one file under 2 MB that asks nothing of any network and has no error", async () => {
      assert.ok(fs.statSync(file).size < 2_000_000, `${fs.statSync(file).size} bytes`);
      const { page, asked, wrong, close } = await open(file);
      await page.mouse.wheel(0, 20000);
      await page.waitForTimeout(300);
      assert.deepEqual(asked.filter((url) => !url.startsWith("data:") && !url.startsWith("blob:")), [pathToFileURL(path.resolve(file)).href]);
      assert.deepEqual(wrong, []);
      await close();
    });

    test("nothing is wider than the screen, from a desk to a phone", async () => {
      for (const width of SIZES) {
        const { page, close } = await open(file, { viewport: { width, height: 900 } });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `${wide} pixels on ${width}`);
        await close();
      }
    });

    test("axe finds no serious fault, light and dark, on a desk and on a phone", async () => {
      for (const [width, colorScheme] of [[1280, "light"], [1280, "dark"], [390, "light"]]) {
        const { page, close } = await open(file, { viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
        await page.evaluate(axe);
        const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
        assert.ok(found.passes.length > 15, "axe has looked");
        const bad = found.violations.filter((one) => ["serious", "critical"].includes(one.impact));
        const told = bad.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.target + " " + node.failureSummary).join(" | ")}`);
        assert.deepEqual(told, [], `${width} ${colorScheme}`);
        await close();
      }
    });

    test("on paper, A4 and Letter, no chart is higher than a sheet", async () => {
      for (const [format, { width, height }] of Object.entries(SHEETS)) {
        const { page, close } = await open(file, { viewport: { width, height } });
        await page.emulateMedia({ media: "print" });
        await page.waitForTimeout(300);
        const charts = await page.$$eval(".chart", (all) => all.map((chart) => [chart.id, chart.getBoundingClientRect().height]));
        assert.deepEqual(charts.filter(([, high]) => high > height), [], format);
        const pdf = await page.pdf({ format });
        assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
        await close();
      }
    });

    test("the first screen says the answer and what it cannot say, as text", async () => {
      const { page, close } = await open(file);
      const box = async (selector) => (await page.locator(selector).first().boundingBox())?.y ?? Infinity;
      assert.ok((await box(".lead")) < 900 && (await box(".limits")) < 900);
      assert.match(await page.locator(".limits").innerText(), /What this cannot say/);
      await close();
    });
  });
}

describe("the report of a run", () => {
  test("a chart is read by keyboard: value, band and number of paths", async () => {
    const { page, close } = await open(run);
    const chart = page.locator("#liquidity figure.chart").first();
    await chart.locator(".stage").focus();
    await page.keyboard.press("End");
    const told = await chart.locator(".readout").innerText();
    assert.match(told, /\d{4}/);
    assert.match(told, /default: [<\d]/);
    assert.match(told, /band .* to /);
    assert.match(told, /Of [\d,]+ paths/);
    await page.keyboard.press("ArrowLeft");
    assert.notEqual(await chart.locator(".readout").innerText(), told);
    await close();
  });

  test("a chart is read by pointing at it, and zoomed by dragging; Escape shows all", async () => {
    const { page, close } = await open(run);
    const chart = page.locator("#liquidity figure.chart").first();
    const stage = chart.locator(".stage");
    await stage.scrollIntoViewIfNeeded();
    const box = await stage.boundingBox();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 80);
    assert.match(await chart.locator(".readout").innerText(), /default: /);
    const all = chart.getByRole("button", { name: "Show all" });
    assert.equal(await all.isVisible(), false);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, box.y + 80, { steps: 4 });
    await page.mouse.up();
    assert.equal(await all.isVisible(), true);
    await stage.focus();
    await page.keyboard.press("Escape");
    assert.equal(await all.isVisible(), false);
    await close();
  });

  test("the legend switches lines off and on", async () => {
    const { page, close } = await open(run);
    const chart = page.locator("#liquidity figure.chart").first();
    const paths = () => chart.locator("svg path[stroke-width='2'], svg g[stroke-width='2'] path").count();
    const key = chart.locator("button.key").first();
    const whole = await paths();
    await key.click();
    assert.equal(await key.getAttribute("aria-pressed"), "false");
    assert.equal(await paths(), whole - 1);
    await key.click();
    assert.equal(await paths(), whole);
    await close();
  });

  test("each chart gives its data as CSV and its picture as SVG and PNG", async () => {
    const { page, close } = await open(run);
    const chart = page.locator("#liquidity figure.chart").first();
    const file = async (name) => {
      const [download] = await Promise.all([page.waitForEvent("download"), chart.getByRole("button", { name: new RegExp(`as ${name}$`) }).click()]);
      return fs.readFileSync(await download.path());
    };
    const csv = (await file("CSV")).toString();
    assert.match(csv, /^line,month,value,low,high\n/);
    assert.ok(csv.split("\n").length > 20);
    const svg = (await file("SVG")).toString();
    assert.ok(svg.includes("<path") && !svg.includes("var("), "colours are numbers");
    const parsed = await page.evaluate((text) => new DOMParser().parseFromString(text, "image/svg+xml").querySelector("parsererror")?.textContent ?? "", svg);
    assert.equal(parsed, "");
    const png = await file("PNG");
    assert.equal(png.subarray(1, 4).toString(), "PNG");
    assert.ok(png.readUInt32BE(16) >= 1200, "twice as fine");
    await close();
  });

  test("the ring has a year on a slider and tells what came back", async () => {
    const { page, close } = await open(run);
    const ring = page.locator("#figure-ring");
    const told = await ring.locator("output").innerText();
    await ring.locator("input[type=range]").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    const later = await ring.locator("output").innerText();
    assert.notEqual(later, told);
    assert.match(later, /gave the labs \$/);
    await close();
  });

  test("the sources are searched, filtered and sorted", async () => {
    const { page, close } = await open(run);
    const grid = page.locator("#sources .grid");
    const rows = () => grid.locator("tbody tr").count();
    const whole = await rows();
    await grid.getByRole("searchbox").fill("cash");
    const found = await rows();
    assert.ok(found > 0 && found < whole, `${found} of ${whole}`);
    assert.ok((await grid.locator("tbody tr").allInnerTexts()).every((text) => text.toLowerCase().includes("cash")));
    await grid.getByRole("searchbox").fill("");
    const kind = await grid.locator("select option").nth(1).getAttribute("value");
    await grid.locator("select").selectOption(kind);
    assert.ok((await grid.locator("tbody tr td:nth-child(3)").allInnerTexts()).every((text) => text === kind));
    const keys = () => grid.locator("tbody th").allInnerTexts();
    await grid.getByRole("button", { name: "key" }).click();
    const rising = await keys();
    await grid.getByRole("button", { name: "key" }).click();
    assert.notDeepEqual(await keys(), rising);
    await close();
  });

  test("a definition is one click from its word", async () => {
    const { page, close } = await open(run);
    const word = page.locator(".reading .term").first();
    const note = page.locator(`#${await word.getAttribute("popovertarget")}`);
    assert.equal(await note.isVisible(), false);
    await word.click();
    assert.equal(await note.isVisible(), true);
    await close();
  });

  test("what the command line changed cannot be missed", async () => {
    const changed = pages.find((file) => file.includes("changed"));
    const { page, close } = await open(changed);
    const box = await page.locator(".warnings").boundingBox();
    assert.ok(box && box.y < 900);
    assert.match(await page.locator(".warnings").innerText(), /Not the scenario as it is written[\s\S]* instead of /);
    await close();
  });
});
