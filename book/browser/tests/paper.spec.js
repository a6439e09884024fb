// The book as a PDF, where `npm run pdf` has printed it: whether what only paper has is true.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lenient as test, expect, site } from "../book.js";
import { open, pagesOf, read } from "../paper/sheets.js";

const file = join(site, "unit-variance.pdf");

/** Of how many sheets one may be empty by more than a third at its foot, where no chapter ends. */
const ONE_OF = 100;

/** The texts of a page that are no spaces, each with where it stands. */
const texts = async (page) => {
  const { items } = await page.getTextContent();
  return items.filter((item) => item.str.trim()).map((item) => ({ text: item.str.trim(), x: item.transform[4], y: item.transform[5] }));
};

test("the PDF has true page numbers at its heads and in its contents, and few sheets with room for more", async () => {
  test.skip(!existsSync(file), "it is printed by `npm run pdf`");
  const pdf = readFileSync(file);
  const { places, sheets } = await read(pdf);
  const document = await open(pdf);
  const pages = await pagesOf(document);

  // Every sheet but the cover has its number at the head, beside a name.
  const headless = [];
  for (const [i, sheet] of pages.entries()) {
    const head = (await texts(sheet)).filter(({ y }) => y > sheet.view[3] - 56);
    if (i === 0 ? head.length > 0 : head.length < 2 || head.at(-1).text !== String(i + 1)) {
      headless.push(`${i + 1}: ${head.map(({ text }) => text).join(" ")}`);
    }
  }
  expect(headless).toEqual([]);

  // The chapters, by the outline; the contents are the first of it.
  const outline = await document.getOutline();
  const starts = await Promise.all(outline.map(async ({ dest }) => 1 + (await document.getPageIndex((typeof dest === "string" ? await document.getDestination(dest) : dest)[0]))));
  expect(starts.length).toBeGreaterThan(20);

  // A line of the contents leads to the sheet whose number stands at its end.
  let lines = 0;
  const untrue = [];
  for (const sheet of pages.slice(starts[0] - 1, starts[1] - 1)) {
    const numbers = (await texts(sheet)).filter(({ text }) => /^\d+$/.test(text));
    const middle = sheet.view[2] / 2;
    for (const link of (await sheet.getAnnotations()).filter((annotation) => annotation.dest)) {
      const [left, below, right, above] = link.rect;
      const beside = numbers.find(({ x, y }) => x > right - 1 && x < (left < middle ? middle : sheet.view[2]) && y > below - 3 && y < above + 1);
      const there = places.get(decodeURIComponent(link.dest)).sheet;
      // Of a name in two lines, one has the number beside it.
      lines += beside ? 1 : 0;
      if (beside && Number(beside.text) !== there) {
        untrue.push(`${beside.text} for ${link.dest}, which is on ${there}`);
      }
    }
  }
  expect(untrue).toEqual([]);
  expect(lines).toBeGreaterThan(100);

  const begins = new Set(starts);
  const empty = sheets
    .map(({ share }, i) => ({ sheet: i + 1, share }))
    .filter(({ sheet, share }) => share > 1 / 3 && sheet > 1 && sheet < sheets.length && !begins.has(sheet + 1));
  expect(empty.length, JSON.stringify(empty)).toBeLessThanOrEqual(sheets.length / ONE_OF);
});
