// The whole book on paper: every figure with its caption, every solution, every claim.
import { writeFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { address, expect, reports, test } from "../book.js";

// The reader of PDFs can also draw them, and complains where it finds nothing to draw with; here it only reads.
globalThis.DOMMatrix ??= class {};
globalThis.Path2D ??= class {};
const { default: pdfjs } = await import("pdfjs-dist/legacy/build/pdf.js");

/** Letters and digits only: lines and hyphens fall elsewhere on paper. */
const bare = (text) => text.normalize("NFKD").replace(/[^\p{L}\p{N}]+/gu, "").toLowerCase();

// Between the margins of the narrowest usual paper, A4: 166 mm.
const PAPER = { width: 627, height: 900 };

test("nothing in the printed book is wider than the paper", async ({ page }) => {
  await page.setViewportSize(PAPER);
  await page.emulateMedia({ media: "print" });
  await page.goto(address("print.html"));
  await page.evaluate(() => document.fonts.ready);
  const wider = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    const all = [...document.querySelectorAll("main *")].filter((element) => !element.closest("svg *") && element.checkVisibility());
    return all
      .filter((element) => element.getBoundingClientRect().right > room + 1)
      .map((element) => `${element.localName} ${element.className}: ${element.textContent.trim().slice(0, 60)}`);
  });
  expect(wider).toEqual([]);
});

/** What stands on every page of a PDF, in the order in which it was set, and in its last line. */
const texts = async (pdf) => {
  const document = await pdfjs.getDocument({ data: new Uint8Array(pdf), verbosity: 0 }).promise;
  const numbers = Array.from({ length: document.numPages }, (_, i) => i + 1);
  return Promise.all(
    numbers.map(async (number) => {
      const { items } = await (await document.getPage(number)).getTextContent();
      const text = (some) => bare(some.map((item) => item.str).join(""));
      const foot = items.findLast((item) => bare(item.str))?.transform[5];
      return { all: text(items), last: text(items.filter((item) => Math.abs(item.transform[5] - foot) < 3)) };
    }),
  );
};

test("on paper every caption, solution and claim is there, figures are whole, and headings have text below them", async ({ page }) => {
  await page.goto(address("print.html"));
  const { passages, drawings, headings } = await page.evaluate(() => {
    const words = (element) => {
      // Formulas are set glyph by glyph.
      const clone = element.cloneNode(true);
      clone.querySelectorAll("math, button, summary, pre, table, svg, details").forEach((child) => child.replaceWith(" ¦ "));
      return clone.textContent.split("¦").map((part) => part.trim()).filter((part) => part.length > 12).map((part) => part.slice(0, 60));
    };
    const all = (selector) => [...document.querySelectorAll(`main ${selector}`)];
    return {
      passages: all(":is(figcaption, .solution, .claim)").flatMap((element) => words(element).slice(0, 3)),
      // Piece by piece: what has a rim is set twice, as rim and as letters.
      drawings: all("svg.plot.on-page").map((svg) => [...svg.querySelectorAll("text, tspan")].flatMap((text) => [...text.childNodes].map((piece) => piece.data ?? ""))),
      headings: all(":is(h1, h2, h3, h4, .part, .exercise-head, .solution-head, .project-head, .claim-head, .listing > figcaption)").map((heading) => heading.textContent),
    };
  });
  expect(passages.length).toBeGreaterThan(50);
  expect(drawings.length).toBeGreaterThan(20);
  expect(headings.length).toBeGreaterThan(200);

  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  mkdirSync(reports, { recursive: true });
  writeFileSync(join(reports, "book.pdf"), pdf);
  const sheets = await texts(pdf);

  const book = sheets.map((sheet) => sheet.all).join("");
  const missing = passages.filter((words) => !book.includes(bare(words).slice(0, 30)));
  // Numbers of the axes are on every sheet; words are not.
  const whole = (labels) => sheets.some((sheet) => labels.map(bare).every((label) => !/\p{L}{4}/u.test(label) || sheet.all.includes(label)));
  const lost = drawings.filter((labels) => !whole(labels)).map((labels) => labels.join(" ¦ "));
  const ends = [...new Set(headings.map(bare))];
  const isLast = (heading, { all, last }) => last && all.endsWith(heading) && heading.endsWith(last);
  const alone = sheets.flatMap((sheet, i) => ends.filter((heading) => isLast(heading, sheet)).map((heading) => `page ${i + 1}: ${heading}`));
  expect({ missing, lost, alone }).toEqual({ missing: [], lost: [], alone: [] });
});
