// The book as a PDF: what only paper has, and whether the numbers in it are true.
import { lenient as test, expect } from "../book.js";
import { printBook } from "../paper/print.js";
import { open, pagesOf } from "../paper/sheets.js";

// What is written into the page before it is printed, its own policy forbids.
test.use({ bypassCSP: true });

/** The share of a sheet that no drawing, box or table leaves empty at its foot, unless a chapter ends there. */
const EMPTY = 1 / 3;

/** The texts of a page that are no spaces, each with where it stands. */
const texts = async (page) => {
  const { items } = await page.getTextContent();
  return items.filter((item) => item.str.trim()).map((item) => ({ text: item.str.trim(), x: item.transform[4], y: item.transform[5] }));
};

test("the book as a PDF has a cover, true page numbers in its contents, heads and links, and no sheet that is a third empty", async ({ page }) => {
  test.setTimeout(1_200_000);
  const { pdf, places, sheets, starts } = await printBook(page, { forReaders: false });
  const document = await open(pdf);
  const pages = await pagesOf(document);
  expect(pages.length).toBe(sheets.length);
  expect(pages.length).toBeGreaterThan(150);

  // Every sheet but the cover has its number at the head, beside a name.
  const headless = [];
  for (const [i, sheet] of pages.entries()) {
    const head = (await texts(sheet)).filter(({ y }) => y > sheet.view[3] - 56);
    if (i === 0 ? head.length > 0 : head.length < 2 || head.at(-1).text !== String(i + 1)) {
      headless.push(`${i + 1}: ${head.map(({ text }) => text).join(" ")}`);
    }
  }
  expect(headless).toEqual([]);

  // A line of the contents leads to the sheet whose number stands at its end.
  const first = Math.min(...[...starts].filter((sheet) => sheet > 2));
  let lines = 0;
  const untrue = [];
  for (const sheet of pages.slice(1, first - 1)) {
    const numbers = (await texts(sheet)).filter(({ text }) => /^\d+$/.test(text));
    const links = (await sheet.getAnnotations()).filter((annotation) => annotation.dest);
    for (const link of links) {
      const [left, below, right, above] = link.rect;
      const middle = sheet.view[2] / 2;
      const beside = numbers.find(({ x, y }) => x > right - 1 && x < (left < middle ? middle : sheet.view[2]) && y > below - 3 && y < above + 1);
      const there = places.get(decodeURIComponent(link.dest)).sheet;
      lines += 1;
      // Of a name in two lines, one has the number beside it.
      if (beside && Number(beside.text) !== there) {
        untrue.push(`${beside.text} for ${link.dest}, which is on ${there}`);
      }
    }
  }
  expect(untrue).toEqual([]);
  expect(lines).toBeGreaterThan(150);

  // So does a link of the text.
  const printed = await page.evaluate(() =>
    [...window.document.querySelectorAll("main [data-numbered] + .sheet-number")].map((number) => [
      decodeURIComponent(number.previousElementSibling.hash.slice(1)),
      number.textContent,
    ]),
  );
  expect(printed.length).toBeGreaterThan(300);
  expect(printed.filter(([target, text]) => text !== `\u00a0(p.\u00a0${places.get(target).sheet})`)).toEqual([]);
  const all = (await Promise.all(pages.map(texts))).flat().map(({ text }) => text).join(" ");
  expect(all.match(/\(p\.\s*\d+\)/g).length).toBeGreaterThan(0.9 * printed.length);

  const empty = sheets
    .map(({ share }, i) => ({ sheet: i + 1, share }))
    .filter(({ sheet, share }) => share > EMPTY && sheet > 1 && sheet < sheets.length && !starts.has(sheet + 1));
  expect(empty).toEqual([]);
});
