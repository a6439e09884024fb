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

test("the printed book has every caption, every solution and every claim", async ({ page }) => {
  await page.goto(address("print.html"));
  const expected = await page.evaluate(() => {
    const words = (element) => {
      // Formulas are set glyph by glyph.
      const clone = element.cloneNode(true);
      clone.querySelectorAll("math, button, summary, pre, table, svg, details").forEach((child) => child.replaceWith(" ¦ "));
      return clone.textContent.split("¦").map((part) => part.trim()).filter((part) => part.length > 12).map((part) => part.slice(0, 60));
    };
    return [...document.querySelectorAll("figcaption, details.solution, .claim")].flatMap((element) => words(element).slice(0, 3));
  });
  expect(expected.length).toBeGreaterThan(50);

  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  mkdirSync(reports, { recursive: true });
  writeFileSync(join(reports, "book.pdf"), pdf);

  const document = await pdfjs.getDocument({ data: new Uint8Array(pdf), verbosity: 0 }).promise;
  let text = "";
  for (let number = 1; number <= document.numPages; number += 1) {
    const { items } = await (await document.getPage(number)).getTextContent();
    text += bare(items.map((item) => item.str).join(""));
  }
  const missing = expected.filter((words) => !text.includes(bare(words).slice(0, 30)));
  expect(missing).toEqual([]);
});
