// Figures and the ledger answer a reader's hand, and stand on their own without it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { address, chapters, expect, site, test } from "../book.js";

test("a figure tells the value under the pointer, and its numbers stand beside it as CSV", async ({ page }) => {
  await page.goto(address("index.html"));
  const svg = page.locator("svg.plot.on-page").first();
  const point = await svg.evaluate((figure) => {
    const area = figure.querySelector(".area");
    const [, x, y] = area.querySelector(".marks .line").getAttribute("d").match(/M([-\d.]+) ([-\d.]+)/);
    const place = new DOMPoint(Number(x), Number(y)).matrixTransform(area.getScreenCTM());
    return { x: place.x, y: place.y };
  });
  await page.mouse.move(point.x + 2, point.y + 2);
  const reading = page.locator(".reading");
  await expect(reading).toBeVisible();
  await expect(reading).toHaveText(/layer 0: .*\d/);
  await page.mouse.move(5, 5);
  await expect(reading).toHaveCount(0);

  const file = await page.locator(".figure-file a").first().getAttribute("href");
  const [header, ...rows] = readFileSync(join(site, file), "utf8").trim().split("\n");
  expect(rows.length).toBeGreaterThan(10);
  expect(rows[0].split(",").length).toBe(header.split(",").length);
});

test("the ledger is sorted by a column and filtered by words and by grade", async ({ page }) => {
  const ledger = chapters.find((name) => name.startsWith("ledger"));
  await page.goto(address(ledger));
  const rows = page.locator(".ledger tbody tr:visible");
  const all = await rows.count();
  const last = page.locator(".ledger thead th").last();
  await last.getByRole("button").click();
  await expect(last).toHaveAttribute("aria-sort", "ascending");
  const values = await rows.evaluateAll((found) => found.map((row) => Number(row.cells[7]?.dataset.order ?? Infinity)));
  expect(values).toEqual([...values].sort((a, b) => a - b));

  const id = await page.locator(".ledger tbody tr code").first().textContent();
  await page.locator(".ledger-tools input").fill(id);
  expect(await rows.count()).toBeLessThan(all);
  await expect(rows.first()).toContainText(id);
  await page.locator(".ledger-tools input").fill("");
  await page.locator(".ledger-tools select").selectOption({ label: "enumerated" });
  const grades = await rows.evaluateAll((found) => [...new Set(found.map((row) => row.cells[1].textContent.trim()))]);
  expect(grades).toEqual(["✓ enumerated"]);
});

test("a reference shows what it leads to, where that is out of sight, and only there", async ({ page }) => {
  await page.goto(address(chapters.find((name) => name.startsWith("forward"))));
  const links = page.locator('main > p > .reference-link[href^="#eq-"]');
  const shown = page.locator(".preview");
  const distance = (link) =>
    link.evaluate((link) => Math.abs(document.getElementById(link.hash.slice(1)).getBoundingClientRect().top - link.getBoundingClientRect().top));
  const distances = await Promise.all((await links.all()).map(distance));
  const far = links.nth(distances.indexOf(Math.max(...distances)));
  expect(Math.max(...distances)).toBeGreaterThan(900);
  await far.hover();
  await expect(shown.locator("math")).toBeInViewport({ ratio: 1 });
  const formula = await far.evaluate((link) => document.getElementById(link.hash.slice(1)).querySelector("math").textContent);
  expect(await shown.textContent()).toBe(formula);
  await page.keyboard.press("Escape");
  await expect(shown).toHaveCount(0);

  // On a screen on which both can be seen, no copy is needed.
  await page.mouse.move(5, 5);
  await page.setViewportSize({ width: 1280, height: Math.ceil(2.5 * Math.max(...distances)) });
  await far.hover();
  await expect(shown).toHaveCount(0);
});
