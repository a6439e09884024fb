// The printed book: its pages, as the folder lists them, and how one is opened.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { test as base, expect } from "@playwright/test";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

export const site = process.env.BOOK ?? join(root, "target/book");
export const screenshots = join(root, "target/screenshots");
export const card = join(root, "book/src/card.png");
export const picture = join(root, "book/screenshot.png");
export const reports = join(root, "target/browser");

/** Every page of the site, `404.html` and `print.html` included. */
export const pages = readdirSync(site, { recursive: true })
  .filter((file) => file.endsWith(".html"))
  .sort();

/** The pages that the table of contents leads to. */
export const chapters = [...contents().matchAll(/<a href="([^"#]+)"/g)].map(([, page]) => page);

/** The widths at which a page must be whole, and the themes that we ship. */
export const widths = [360, 1280];
export const themes = ["light", "dark"];

/** A page's address on disk. */
export const address = (page) => pathToFileURL(join(site, page)).href;

/** The pages that are opened from disk: what a web server shows for a wrong address is of no use there. */
export const onDisk = pages.filter((page) => page !== "404.html");

function contents() {
  const index = readFileSync(join(site, "index.html"), "utf8");
  return index.match(/<nav id="contents"[\s\S]*?<\/nav>/)[0];
}

/** The kind of annotation that `report.js` collects. */
export const REPORT = "report";

/** Puts numbers into a page's row of the table that the suite leaves. */
export const report = (page, values) =>
  base.info().annotations.push({ type: REPORT, description: JSON.stringify({ page, ...values }) });

/** A browser tab that fails the test if anything leaves the page, or the console complains. */
export const test = base.extend({
  page: async ({ page }, use) => {
    const faults = [];
    await page.route(/^(?!file:|data:|blob:|http:\/\/127\.0\.0\.1:)/, (route) => {
      faults.push(`a request left the page: ${route.request().url()}`);
      return route.abort();
    });
    page.on("websocket", (socket) => faults.push(`a socket was opened: ${socket.url()}`));
    page.on("requestfailed", (request) => {
      // Whoever turns the page does not wait for its fonts.
      if (request.failure()?.errorText !== "net::ERR_ABORTED") {
        faults.push(`not loaded: ${request.url()} (${request.failure()?.errorText})`);
      }
    });
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) {
        faults.push(`the console says: ${message.text()}`);
      }
    });
    page.on("pageerror", (error) => faults.push(`a script failed: ${error.message}`));
    await use(page);
    expect(faults).toEqual([]);
  },
});

/** A tab of its own, whose faults are the test's to expect. */
export const lenient = base;

export { expect };

/** Whatever is folded, unfolded. */
export const unfold = (page) =>
  page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) {
      details.open = true;
    }
  });
