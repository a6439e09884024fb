// Every page, at every width, in every theme: legible, whole, and photographed.
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { address, expect, onDisk, screenshots, test, themes, unfold, widths } from "../book.js";

/** What is wrong, in lines that a person can act upon. */
const lines = (violations) =>
  violations.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 5).map(({ target, failureSummary }) => `${id} (${help}): ${target.join(" ")}\n${failureSummary}`),
  );

/**
 * A judge of the whole page, or of its colors alone; no page has frames, so one pass sees all of it.
 * Inside of a drawing or a formula there is nothing to operate, and their colors are the palette's, whose contrast a
 * test of the theme computes; of the long tables behind the figures, the first rows speak for the rest.
 */
const judge = (page, colorsOnly) => {
  const axe = new AxeBuilder({ page }).setLegacyMode();
  for (const part of ["svg *", "math *", ".figure-data tbody tr:nth-child(n+4)"]) {
    axe.exclude(part);
  }
  return colorsOnly
    ? axe.withRules(["color-contrast", "link-in-text-block"])
    : axe.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]);
};

/** What sticks out of the page at the side, and by how much. */
const overflow = (page) =>
  page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    const scrolls = (box) => box && (!["visible", "clip"].includes(getComputedStyle(box).overflowX) || scrolls(box.parentElement));
    const guilty = [...document.querySelectorAll("main *")]
      .filter((element) => element.getBoundingClientRect().right > room + 1 && !scrolls(element.parentElement))
      .map((element) => `${element.tagName} ${element.getAttribute("class") ?? ""} ${element.textContent.trim().slice(0, 60)}`);
    return { wider: document.documentElement.scrollWidth - room, guilty: guilty.slice(0, 5) };
  });

// The whole book on one page repeats the chapters, which are judged one by one.
const isCopy = (page) => page === "print.html" || page === "index.html";

for (const name of onDisk) {
  test(`${name} is whole and legible`, async ({ page }) => {
    await page.goto(address(name));
    await page.evaluate(() => document.fonts.ready);

    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      for (const theme of isCopy(name) ? [] : themes) {
        await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
        const file = join(screenshots, `${name.replace(/\.html$/, "")}-${width}-${theme}.png`);
        await page.screenshot({ path: file, fullPage: true });
      }
    }
    // What is folded must be whole and legible, too.
    await unfold(page);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      expect(await overflow(page), `${width} pixels`).toEqual({ wider: 0, guilty: [] });
      for (const theme of isCopy(name) ? [] : themes) {
        await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
        const { violations } = await judge(page, theme !== themes[0] || width !== widths[0]).analyze();
        expect.soft(lines(violations), `${width} pixels, ${theme}`).toEqual([]);
      }
    }
  });
}
