// The sheets of a PDF: where each destination is, and how much of each sheet is empty at its foot.

// The reader of PDFs can also draw them, and complains where it finds nothing to draw with; here it only reads.
globalThis.DOMMatrix ??= class {};
globalThis.Path2D ??= class {};
const { default: pdfjs } = await import("pdfjs-dist/legacy/build/pdf.js");

/** A PDF, opened for reading. */
export const open = (pdf) => pdfjs.getDocument({ data: new Uint8Array(pdf), verbosity: 0 }).promise;

/** The millimeters of `@page` in the style sheet, in the PDF's points. */
const point = (millimeters) => (millimeters / 25.4) * 72;
const TOP = point(20);
const BOTTOM = point(22);

/** The pages of an opened PDF, each with its reference and its size. */
export const pagesOf = (document) =>
  Promise.all(Array.from({ length: document.numPages }, (_, i) => document.getPage(i + 1)));

/**
 * The sheet of every destination, from 1, with its height above the foot of the sheet; and of every sheet, how many points are empty between its last line and
 * its margin, and the share that they are of its height between the margins.
 */
export const read = async (pdf) => {
  const document = await open(pdf);
  const pages = await pagesOf(document);
  const numbers = new Map(pages.map((page, i) => [`${page.ref.num} ${page.ref.gen}`, i + 1]));
  const places = new Map();
  for (const [name, [reference, , , top]] of Object.entries(await document.getDestinations())) {
    places.set(decodeURIComponent(name), { sheet: numbers.get(`${reference.num} ${reference.gen}`), top });
  }
  const sheets = await Promise.all(pages.map(foot));
  await document.destroy();
  return { places, sheets };
};

/** How much of a page is empty at its foot. */
const foot = async (page) => {
  const [, , , height] = page.view;
  const { items } = await page.getTextContent();
  const lines = items.filter((item) => item.str.trim()).map((item) => item.transform[5]);
  const inside = lines.filter((y) => y > BOTTOM - 1 && y < height - TOP);
  const room = height - TOP - BOTTOM;
  const empty = inside.length ? Math.max(0, Math.min(...inside) - BOTTOM) : room;
  return { empty, share: empty / room };
};
