// How heavy a chapter is for a reader who comes for the first time, over the web, and how still it stands while it loads.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chapters, expect, reports, test } from "../book.js";
import { serve } from "../server.js";

const TRANSFERRED = 350 * 1024;
const NODES_PER_THOUSAND_WORDS = 1500;
const SHIFT = 0.01;

test("every chapter is light, and nothing moves while it loads", async ({ browser }) => {
  const server = await serve();
  const rows = [];
  for (const name of chapters) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const network = await context.newCDPSession(page);
    await network.send("Network.enable");
    let transferred = 0;
    network.on("Network.loadingFinished", ({ encodedDataLength }) => (transferred += encodedDataLength));
    await page.addInitScript(() => {
      window.shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          window.shift += entry.value;
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(`http://127.0.0.1:${server.address().port}/${name}`, { waitUntil: "networkidle" });
    const { shift, nodes, words, blocking } = await page.evaluate(() => ({
      shift: window.shift,
      nodes: document.querySelectorAll("*").length,
      words: document.querySelector("main").textContent.trim().split(/\s+/).length,
      blocking: performance.getEntriesByType("resource").filter((entry) => entry.renderBlockingStatus === "blocking").length,
    }));
    rows.push({ page: name, transferred, nodes, words, nodes_per_1000_words: Math.round((1000 * nodes) / words), shift, blocking });
    await context.close();
  }
  server.close();
  mkdirSync(reports, { recursive: true });
  const columns = Object.keys(rows[0]);
  writeFileSync(
    join(reports, "weights.csv"),
    [columns, ...rows.map((row) => columns.map((column) => row[column]))].map((cells) => cells.join(",")).join("\n") + "\n",
  );
  console.table(rows);
  for (const row of rows) {
    expect.soft(row.transferred, row.page).toBeLessThan(TRANSFERRED);
    // The bibliography and the like have few words, and their frame counts.
    expect.soft(row.nodes - 200, row.page).toBeLessThan((NODES_PER_THOUSAND_WORDS * row.words) / 1000);
    expect.soft(row.shift, row.page).toBeLessThan(SHIFT);
    expect.soft(row.blocking, row.page).toBe(1);
  }
});

test("a wrong address leads to a page that leads on", async ({ page }) => {
  const server = await serve();
  const base = `http://127.0.0.1:${server.address().port}`;
  await page.goto(`${base}/404.html`);
  await expect(page.locator("h1")).toBeVisible();
  await page.locator("#contents a").first().click();
  await expect(page.locator("h1")).toBeVisible();
  expect(page.url()).toBe(`${base}/${chapters[0]}`);
  server.close();
});
