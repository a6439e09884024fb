// Every page, at every width, in every theme: legible, whole, and photographed.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { address, chapters, expect, onDisk, report, screenshots, test, themes, unfold, widths } from "../book.js";

/** Everything that axe can say about a page; the part of it that depends on the room there is, and the part that depends on colors. */
const ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const ROOM = ["scrollable-region-focusable", "target-size"];
const COLORS = ["color-contrast", "link-in-text-block"];

/** What axe finds wrong by some rules, but for others, in lines that a person can act upon. */
const judge = (page, runOnly, without = []) =>
  page.evaluate(async ({ runOnly, without }) => {
    const rules = Object.fromEntries(without.map((rule) => [rule, { enabled: false }]));
    // Without its own look at the style sheets, which would be a request.
    const { violations } = await axe.run(document, { runOnly, rules, preload: false, resultTypes: ["violations"] });
    // A formula is text, though axe does not hear it: the head of a column may be one.
    const isFormula = ({ id }, { target }) => id === "empty-table-header" && document.querySelector(`${target} > math`);
    return violations.flatMap((violation) =>
      violation.nodes
        .filter((node) => !isFormula(violation, node))
        .map(({ target, failureSummary }) => `${violation.id} (${violation.help}): ${target.join(" ")}\n${failureSummary}`),
    );
  }, { runOnly, without });

/**
 * Leaves of a drawing its name and its description, of a formula and of a block of code their first words, and of the long tables
 * behind the figures the first rows. Inside of a drawing there is nothing to operate, and its colors are the palette's, whose contrast a
 * test of the theme computes; the words of a formula have one color, and those of code the few that the first block of the page shows in
 * full. But axe would take minutes to see that.
 */
const thin = (page) =>
  page.evaluate(() => {
    const spare = [
      "svg :not(title, desc)",
      ".figure-data tbody tr:nth-child(n + 4)",
      "math > :nth-child(n + 2)",
      "math > :first-child > :nth-child(n + 2)",
    ];
    for (const part of document.querySelectorAll(spare.join(", "))) {
      part.remove();
    }
    for (const code of [...document.querySelectorAll("pre > code")].slice(1)) {
      code.replaceChildren(...[...code.childNodes].slice(0, 12));
    }
  });

/**
 * Leaves at least three of each kind of element: of the same tags, classes, styles and columns all the way from the body. They have the same
 * colors, and axe would take minutes to see that of a thousand paragraphs. From the last element to the first, so that a parent goes after
 * what is in it.
 */
const sample = (page) =>
  page.evaluate(() => {
    const kinds = new Map();
    const look = (element) => ["class", "style", "aria-current"].map((name) => element.getAttribute(name) ?? "").join(" ");
    const kind = (element) =>
      element === document.body ? "" : `${kind(element.parentElement)} > ${element.tagName} ${element.cellIndex ?? ""} ${look(element)}`;
    const isRepeated = (element) => {
      const name = kind(element);
      const before = kinds.get(name) ?? 0;
      kinds.set(name, before + 1);
      return before >= 3;
    };
    const spare = [...document.querySelectorAll("body *:not(script)")].filter(isRepeated);
    for (const element of spare.reverse()) {
      if (element.childElementCount === 0) {
        element.remove();
      }
    }
  });

/** Takes away the shades at the ends of what scrolls: axe does not judge text before a gradient, so it would judge no table and no long code. */
const flatten = (page) =>
  page.evaluate(() => {
    const flat = new CSSStyleSheet();
    flat.replaceSync("*, ::before, ::after { background-image: none !important }");
    document.adoptedStyleSheets.push(flat);
  });

/** By how much the page is wider than its window. */
const excess = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** What sticks out of the page at the side. */
const overflow = (page) =>
  page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    const scrolls = (box) => box && (!["visible", "clip"].includes(getComputedStyle(box).overflowX) || scrolls(box.parentElement));
    return [...document.querySelectorAll("main *")]
      .filter((element) => element.getBoundingClientRect().right > room + 1 && !scrolls(element.parentElement))
      .map((element) => `${element.tagName} ${element.getAttribute("class") ?? ""} ${element.textContent.trim().slice(0, 60)}`)
      .slice(0, 5);
  });

/** The page from its head to its foot, compressed in haste: a chapter is ten thousand pixels long. */
const photograph = async (page, name) => {
  const browser = await page.context().newCDPSession(page);
  const { cssContentSize } = await browser.send("Page.getLayoutMetrics");
  const { data } = await browser.send("Page.captureScreenshot", {
    optimizeForSpeed: true,
    captureBeyondViewport: true,
    clip: { ...cssContentSize, scale: 1 },
  });
  await browser.detach();
  mkdirSync(screenshots, { recursive: true });
  writeFileSync(join(screenshots, `${name}.png`), data, "base64");
};

/** What a reader can read of the page, but for the buttons and fields that only scripts can serve. */
const words = async (page) => {
  const text = async (part) => (await part.innerText()).replace(/^Copy$/gm, "").replace(/\s*SVG\s*PNG/g, "").replace(/\s+/g, " ").trim();
  let all = await text(page.locator("main"));
  for (const tools of await page.locator(".ledger-tools, .lab").all()) {
    all = all.replace(`${await text(tools)} `, "");
  }
  return all;
};

// The whole book on one page repeats the chapters, which are judged one by one; so does the first page.
const isCopy = (page) => page === "print.html" || page === "index.html";

for (const name of onDisk) {
  test(`${name} is whole and legible`, async ({ page, browser }) => {
    const looks = widths.flatMap((width) => themes.map((theme) => ({ width, theme })));
    const at = async ({ width, theme }) => {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      // The page hears of its new size before it draws the next frame.
      await page.evaluate(() => new Promise(requestAnimationFrame));
    };
    await page.goto(address(name));
    await page.evaluate(() => document.fonts.ready);
    if (!isCopy(name)) {
      const plain = await browser.newPage({ javaScriptEnabled: false });
      // With its style sheets: capital letters that a style sheet makes are part of what is read.
      await plain.goto(address(name));
      expect(await words(plain), "without scripts").toBe(await words(page));
      await plain.close();
    }
    // For a person who asks to look: a picture of a long page takes seconds.
    for (const look of isCopy(name) || !process.env.PHOTOGRAPHS ? [] : looks) {
      await at(look);
      await photograph(page, `${name.replace(/\.html$/, "")}-${look.width}-${look.theme}`);
    }

    // What is folded must be whole and legible, too.
    await unfold(page);
    if (isCopy(name)) {
      await at({ width: Math.min(...widths), theme: themes[0] });
      expect(await excess(page)).toBe(0);
      return;
    }
    for (const width of widths) {
      await at({ width, theme: themes[0] });
      expect({ wider: await excess(page), guilty: await overflow(page) }, `${width} pixels`).toEqual({ wider: 0, guilty: [] });
    }
    await thin(page);
    await page.evaluate(axe.source);
    const accept = async (look, rules, without) => {
      await at(look);
      const what = `axe, ${without ? "whole" : "colors"}, ${look.width} ${look.theme}`;
      const found = await judge(page, rules, without);
      report(name, { [what]: found.length });
      expect.soft(found, what).toEqual([]);
    };
    // A phone shows the button of the contents besides, the same on all pages, and of some tables other parts.
    const hasOther = name === chapters[0] || (await page.locator(".ledger, .of-words").count()) > 0;
    for (const width of widths) {
      await accept({ width, theme: themes[0] }, width === 1280 || hasOther ? ALL : ROOM, COLORS);
    }
    await sample(page);
    await flatten(page);
    // What is narrow and dark has the colors of what is wide and dark.
    const isSpare = ({ width, theme }) => width === widths[0] && theme !== themes[0] && name !== chapters[0];
    for (const look of looks.filter((look) => !isSpare(look))) {
      await accept(look, COLORS);
    }
  });
}
