// The whole book as a PDF: cover, contents, and page numbers in its links. Then the title page leads to it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import config from "./playwright.config.js";
import { chapters, site } from "./book.js";
import { printBook } from "./paper/print.js";

const browser = await chromium.launch(config.use.launchOptions);
// The pages' own policy forbids what is written into them here.
const context = await browser.newContext({ colorScheme: "light", bypassCSP: true });
const { pdf, sheets } = await printBook(await context.newPage(), { report: (text) => console.log(text) });
await browser.close();

const name = "unit-variance.pdf";
const file = join(site, name);
writeFileSync(file, pdf);
const link = `, <a href="${name}" download>PDF</a>`;
for (const page of new Set(["index.html", chapters[0]])) {
  const path = join(site, page);
  const html = readFileSync(path, "utf8").replace(link, "");
  writeFileSync(path, html.replace(/(<p class="editions">.*?)(<\/p>)/, `$1${link}$2`));
}
console.log(`Written: ${file}, ${sheets.length} pages`);
