// How heavy a chapter is for a reader who comes for the first time, over the web, and how still it stands while it loads.
import { chapters, expect, report, test as base } from "../book.js";
import { serve } from "../server.js";

const TRANSFERRED = 350 * 1024;
const NODES_PER_THOUSAND_WORDS = 1500;
// A fifth of what web vitals call good. What is left are formulas, for whose font there is no stand-in that all systems have.
const SHIFT = 0.02;

const test = base.extend({
  /** The address of a web server that has the book. */
  home: [
    async ({}, use) => {
      const server = await serve();
      await use(`http://127.0.0.1:${server.address().port}`);
      server.close();
    },
    { scope: "worker" },
  ],
});

for (const name of chapters) {
  test(`${name} is light, and nothing moves while it loads`, async ({ page, home }) => {
    const network = await page.context().newCDPSession(page);
    await network.send("Network.enable");
    let transferred = 0;
    network.on("Network.loadingFinished", ({ encodedDataLength }) => (transferred += encodedDataLength));
    await page.addInitScript(() => {
      window.shift = 0;
      window.moved = [];
      new PerformanceObserver((list) => {
        for (const { value, startTime, sources } of list.getEntries()) {
          window.shift += value;
          for (const { node, previousRect, currentRect } of sources) {
            const box = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(" ");
            const text = node?.textContent.trim().slice(0, 40);
            window.moved.push(`${Math.round(startTime)} ms: ${node?.nodeName} "${text}" from ${box(previousRect)} to ${box(currentRect)}`);
          }
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(`${home}/${name}`, { waitUntil: "load" });
    // A slow machine may ask for its fonts only after a pause.
    await page.evaluate(() => document.fonts.ready);
    await page.waitForLoadState("networkidle");
    const { shift, moved, nodes, words, blocking } = await page.evaluate(() => ({
      shift: window.shift,
      moved: window.moved,
      nodes: document.querySelectorAll("*").length,
      words: document.querySelector("main").textContent.trim().split(/\s+/).length,
      blocking: performance.getEntriesByType("resource").filter((entry) => entry.renderBlockingStatus === "blocking").length,
    }));
    const density = Math.round((1000 * nodes) / words);
    report(name, { KB: Math.round(transferred / 1024), nodes, words, "nodes per 1000 words": density, shift: shift.toFixed(3) });
    expect(transferred).toBeGreaterThan(0);
    expect.soft(transferred).toBeLessThan(TRANSFERRED);
    expect.soft(density).toBeLessThan(NODES_PER_THOUSAND_WORDS);
    expect.soft(shift, moved.join("\n")).toBeLessThan(SHIFT);
    expect.soft(blocking).toBe(1);
  });
}

test("a wrong address leads to a page that leads on", async ({ page, home }) => {
  await page.goto(`${home}/404.html`);
  await expect(page.locator("h1")).toBeVisible();
  await page.locator("#contents a").first().click();
  await expect(page.locator("h1")).toBeVisible();
  expect(page.url()).toBe(`${home}/${chapters[0]}`);
});
