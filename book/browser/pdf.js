// The whole book as a PDF: cover, contents, and page numbers in its links.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import config from "./playwright.config.js";
import { site } from "./book.js";
import { printBook } from "./paper/print.js";

const browser = await chromium.launch(config.use.launchOptions);
// The pages' own policy forbids what is written into them here.
const context = await browser.newContext({ colorScheme: "light", bypassCSP: true });
const { pdf, sheets } = await printBook(await context.newPage(), (text) => console.log(text));
await browser.close();

const file = join(site, "unit-variance.pdf");
writeFileSync(file, pdf);
console.log(`Written: ${file}, ${sheets.length} pages`);
