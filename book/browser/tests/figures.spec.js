// Figures and the ledger answer a reader's hand, and stand on their own without it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { address, chapters, expect, site, test } from "../book.js";

test("a figure tells the value under the pointer, and its numbers stand beside it as CSV", async ({ page }) => {
  await page.goto(address("index.html"));
  const svg = page.locator("svg.plot.on-page").first();
  await svg.scrollIntoViewIfNeeded();
  const point = await svg.evaluate((figure) => {
    const area = figure.querySelector(".area");
    const [, x, y] = area.querySelector(".marks .line").getAttribute("d").match(/M([-\d.]+) ([-\d.]+)/);
    const place = new DOMPoint(Number(x), Number(y)).matrixTransform(area.getScreenCTM());
    return { x: place.x, y: place.y };
  });
  await page.mouse.move(point.x + 2, point.y + 2);
  const reading = page.locator(".reading");
  await expect(reading).toBeVisible();
  await expect(reading).toHaveText(/(vanishes|survives|explodes) · layer 0: .*\d/);
  await page.mouse.move(5, 5);
  await expect(reading).toHaveCount(0);

  const file = await page.locator(".figure-file a").first().getAttribute("href");
  const [header, ...rows] = readFileSync(join(site, file), "utf8").trim().split("\n");
  expect(rows.length).toBeGreaterThan(10);
  expect(rows[0].split(",").length).toBe(header.split(",").length);
});

test("a figure can be taken away as it is seen: as SVG with its colors, and as PNG", async ({ page }) => {
  await page.goto(address("index.html"));
  const figure = page.locator("figure.figure").first();
  const take = async (kind) => {
    const [download] = await Promise.all([page.waitForEvent("download"), figure.getByRole("button", { name: `Figure 1 as ${kind}` }).click()]);
    expect(download.suggestedFilename()).toBe(`fifty-layers.${kind.toLowerCase()}`);
    return readFileSync(await download.path());
  };
  const svg = (await take("SVG")).toString();
  expect(svg).not.toMatch(/class=|var\(|light-dark|currentColor/);
  expect(/<metadata>.*?<\/metadata>/.exec(svg)[0]).toMatch(/<metadata>Figure 1 of Unit Variance · cargo run -- run .+ · .*MIT/);
  const { line, text } = await figure.locator("svg.on-page").evaluate((drawing) => ({
    line: getComputedStyle(drawing.querySelector(".line.s1")).stroke,
    text: getComputedStyle(drawing.querySelector(".label.s1")).fill,
  }));
  expect(svg).toContain(`stroke="${line}"`);
  expect(svg).toContain(`fill="${text}"`);
  const parsed = await page.evaluate((svg) => new DOMParser().parseFromString(svg, "image/svg+xml").documentElement.localName, svg);
  expect(parsed).toBe("svg");

  const png = await take("PNG");
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect(png.readUInt32BE(16)).toBeGreaterThan(1500);
  // It holds the words of the drawing, too: the color of a label is in it, right of the frame.
  const colored = await page.evaluate(
    async ([data, color]) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.width, image.height];
      const context = canvas.getContext("2d");
      context.drawImage(image, 0, 0);
      const { data: pixels } = context.getImageData(image.width * 0.92, 0, image.width * 0.08, image.height);
      let count = 0;
      for (let i = 0; i < pixels.length; i += 4) {
        count += color.every((value, c) => Math.abs(value - pixels[i + c]) < 8);
      }
      return count;
    },
    [png.toString("base64"), text.match(/\d+/g).map(Number)],
  );
  expect(colored).toBeGreaterThan(100);
});

test("on a phone the ledger is a card a claim, and a long formula goes on in the next line", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(address(chapters.find((name) => name.startsWith("ledger"))));
  const card = page.locator(".ledger tbody tr").first();
  await expect(card).toContainText(/twelve networks/);
  await expect(card.locator('[data-column="Accepted"]')).toBeVisible();
  const { scroll, client } = await page.locator(".ledger .table-wrapper").evaluate((box) => ({ scroll: box.scrollWidth, client: box.clientWidth }));
  expect(scroll).toBeLessThanOrEqual(client);

  await page.goto(address("he.html"));
  const formula = page.locator("#eq-he-both");
  const pieces = await formula.locator("math").evaluateAll((all) => all.map((piece) => piece.getBoundingClientRect().bottom));
  expect(Math.max(...pieces) - Math.min(...pieces)).toBeGreaterThan(20);
  const over = await formula.locator(".pieces").evaluate((box) => box.scrollWidth - box.clientWidth);
  expect(over).toBeLessThanOrEqual(1);
  await page.setViewportSize({ width: 1280, height: 740 });
  expect(await formula.evaluate((box) => box.getBoundingClientRect().height)).toBeLessThan(120);
});

test("the ledger is sorted by a column and filtered by words and by grade", async ({ page }) => {
  const ledger = chapters.find((name) => name.startsWith("ledger"));
  await page.goto(address(ledger));
  const rows = page.locator(".ledger tbody tr:visible");
  const all = await rows.count();
  const last = page.locator(".ledger thead th").last();
  await last.getByRole("button").click();
  await expect(last).toHaveAttribute("aria-sort", "ascending");
  const values = await rows.evaluateAll((found) => found.map((row) => Number(row.cells[5]?.dataset.order ?? Infinity)));
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
  await expect(shown.locator("math").first()).toBeInViewport({ ratio: 1 });
  const formula = await far.evaluate((link) => document.getElementById(link.hash.slice(1)).querySelector(".pieces, math").textContent);
  expect(await shown.textContent()).toBe(formula);
  await page.keyboard.press("Escape");
  await expect(shown).toHaveCount(0);

  // On a screen on which both can be seen, no copy is needed.
  await page.mouse.move(5, 5);
  await page.setViewportSize({ width: 1280, height: Math.ceil(2.5 * Math.max(...distances)) });
  await far.hover();
  await expect(shown).toHaveCount(0);
});
