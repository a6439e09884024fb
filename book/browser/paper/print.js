// Prints the book until the page numbers in it are those of its sheets.
import { address } from "../book.js";
import { addFrontMatter, moveOwnSheets, nameSheets } from "./front.js";
import { gaps, mendGaps } from "./gaps.js";
import { addProbes, writeNumbers } from "./numbers.js";
import { read } from "./sheets.js";

/** A4, and what is left of it between the margins: 166 mm. */
const PAPER = { format: "A4", preferCSSPageSize: true, printBackground: true };
/** What a reader gets beyond sheets, which takes most of the time: an outline, and tags for those who listen. */
const FOR_READERS = { outline: true, tagged: true };

const BETWEEN_MARGINS = { width: 627, height: 964 };

/** All chapters are one page here, and a machine that does other work besides takes its time, in milliseconds. */
const PATIENCE = 900_000;

/** How often gaps are mended, and how often numbers are written, before they must have come to rest. */
const MENDED = 6;
const NUMBERED = 4;

/** The PDF with its sheets, and on which of them chapters begin; in half the time if it is not `forReaders`. */
export const printBook = async (page, { report = () => {}, forReaders = true } = {}) => {
  page.setDefaultTimeout(PATIENCE);
  await page.setViewportSize(BETWEEN_MARGINS);
  await page.emulateMedia({ media: "print" });
  // Paper needs no scripts, which would make buttons for every figure of the book.
  await page.route(/\.js$/, (route) => route.abort());
  await page.goto(address("print.html"));
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(addFrontMatter);
  await page.evaluate(moveOwnSheets);
  await page.evaluate(nameSheets);
  await page.evaluate(addProbes);

  const print = async (more) => {
    const pdf = await page.pdf({ ...PAPER, ...more });
    const found = await read(pdf);
    const places = [...found.places].map(([name, { sheet }]) => [name, sheet]);
    const headings = await page.evaluate(() => [...document.querySelectorAll("main h1")].map((heading) => heading.id));
    const starts = new Set(headings.flatMap((id) => found.places.get(id)?.sheet ?? []));
    return { pdf, ...found, starts, pairs: places };
  };

  let book = await print();
  for (let pass = 1; ; pass++) {
    const mended = pass > MENDED ? 0 : await page.evaluate(mendGaps, [gaps(book, book.starts), book.pairs]);
    const numbered = await page.evaluate(writeNumbers, book.pairs);
    report(`Printed ${book.sheets.length} pages; ${mended} gaps mended, ${numbered} page numbers written.`);
    if (mended === 0 && numbered === 0) {
      break;
    }
    if (pass === MENDED + NUMBERED) {
      throw new Error(`after ${pass} times, ${numbered} page numbers are still not those of their sheets`);
    }
    book = await print();
  }
  if (!forReaders) {
    return book;
  }
  book = await print(FOR_READERS);
  const untrue = await page.evaluate(writeNumbers, book.pairs);
  if (untrue > 0) {
    throw new Error(`${untrue} page numbers are not those of the sheets that were printed last`);
  }
  return book;
};
