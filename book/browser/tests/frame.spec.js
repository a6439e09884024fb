// What surrounds the text: landmarks, keys, contents, search, themes; with scripts and without.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { address, chapters, expect, lenient, site, test } from "../book.js";

const chapter = chapters.find((name) => name.startsWith("forward")) ?? chapters[2];

test("every page has one main heading, its landmarks, and a description and ids of its own", () => {
  const descriptions = new Set();
  const owners = new Map();
  for (const name of chapters) {
    const html = readFileSync(join(site, name), "utf8");
    const all = (pattern) => [...html.matchAll(pattern)].map((match) => match[1]);
    for (const landmark of ["h1", "main"]) {
      expect(all(new RegExp(`<(${landmark})[ >]`, "g")), name).toEqual([landmark]);
    }
    expect(all(/<nav([^>]*)>/g).filter((attributes) => !attributes.includes("aria-label=")), name).toEqual([]);
    const [policy] = all(/http-equiv="Content-Security-Policy" content="([^"]*)"/g);
    // A page with a lab may compile the module that computes it, and evaluates no text.
    const [allowed, workers] = html.includes(" data-lab=") ? ["'wasm-unsafe-eval' ", " worker-src blob:;"] : ["", ""];
    expect(policy, name).toMatch(new RegExp(`^default-src 'none'; script-src 'self' file: ${allowed}'sha256-[^']*';${workers} style-src 'self' file:;`));
    expect(policy.replace(allowed, ""), name).not.toContain("unsafe");
    const [description] = all(/<meta name="description" content="([^"]{20,})"/g);
    expect(description, name).toBeDefined();
    descriptions.add(description);
    const ids = all(/<[^>]*\sid="([^"]+)"/g);
    expect(ids.length, name).toBeGreaterThan(5);
    expect(new Set(ids).size, name).toBe(ids.length);
    // What another page may link to, and what is printed with it on one page.
    for (const id of ids.filter((id) => /^(fig|claim|exercise|solution|project|eq)-|-(title|desc)$/.test(id))) {
      expect(owners.get(id) ?? name, id).toBe(name);
      owners.set(id, name);
    }
  }
  expect(descriptions.size).toBe(chapters.length);
  expect(owners.size).toBeGreaterThan(chapters.length);
});

lenient("the page's policy keeps scripts from the network", async ({ page }) => {
  await page.goto(address(chapter));
  const refused = await page.evaluate(async () => {
    const heard = new Promise((resolve) => document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective)));
    const image = new Image();
    fetch("https://example.org/").catch(() => {});
    image.src = "https://example.org/a.png";
    return heard;
  });
  expect(refused).toMatch(/connect-src|img-src/);
});

test("the keyboard skips to the text, and sees where it is all the way through a chapter", async ({ page }) => {
  await page.goto(address(chapter));
  await page.keyboard.press("Tab");
  await expect(page.locator(":focus")).toHaveText("Skip to the text");
  await expect(page.locator(":focus")).toBeInViewport();
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement.tagName)).toBe("MAIN");

  const seen = [];
  for (;;) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === document.body) {
        return null;
      }
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      return {
        what: `${element.tagName} ${element.className?.baseVal ?? element.className} ${element.textContent.trim().slice(0, 40)}`,
        outlined: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
        inView: box.bottom > 0 && box.top < innerHeight,
        last: element.matches('.turn [rel="next"]'),
      };
    });
    expect(focus, `after ${seen.at(-1)}`).not.toBeNull();
    expect(focus).toMatchObject({ outlined: true, inView: true });
    seen.push(focus.what);
    if (focus.last) {
      break;
    }
    expect(seen.length).toBeLessThan(1000);
  }
  expect(seen.some((what) => what.startsWith("SUMMARY"))).toBe(true);
});

test("arrows turn the page", async ({ page }) => {
  await page.goto(address(chapter));
  await page.keyboard.press("ArrowRight");
  await page.waitForURL(address(chapters[chapters.indexOf(chapter) + 1]));
  await page.keyboard.press("ArrowLeft");
  await page.waitForURL(address(chapter));
});

test("search finds a claim by its id and a section by its words", async ({ page }) => {
  await page.goto(address(chapter));
  const id = await page.locator(".claim-id").first().textContent();
  await page.keyboard.press("/");
  await page.locator("#search-words").fill(id);
  const first = page.locator(".search-results a").first();
  await expect(first).toHaveAttribute("href", `${chapter}#claim-${id}`);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${address(chapter)}#claim-${id}`);
  await expect(page.locator(`[id="claim-${id}"]`)).toBeInViewport();

  const heading = await page.locator("main h2").first();
  const [anchor, words] = [await heading.getAttribute("id"), await heading.textContent()];
  await page.locator(".search-button").click();
  await page.locator("#search-words").fill(words);
  await expect(page.locator(`.search-results a[href="${chapter}#${anchor}"]`)).toBeVisible();
  await expect(page.locator(".search-count")).toHaveText(/place/);
  await page.keyboard.press("Escape");
  await expect(page.locator("dialog.search")).toBeHidden();

  await page.keyboard.press("s");
  await page.locator("#search-words").fill("zxqvjk");
  await expect(page.locator(".search-count")).toHaveText("No places.");
});

test("search knows names, beginnings and kinds", async ({ page }) => {
  await page.goto(address(chapter));
  await page.keyboard.press("/");
  const results = page.locator(".search-results li");
  const first = async (words, href, kind) => {
    await page.locator("#search-words").fill(words);
    const link = results.first().locator("a");
    await expect(link, words).toHaveAttribute("href", href);
    await expect(link.locator(".search-kind"), words).toHaveText(kind);
  };
  await first("he", "he.html", /^Chapter \d+$/);
  await first("Kaiming", "he.html", /^Chapter \d+$/);
  await first("glorot", "xavier.html", /^Chapter \d+$/);
  await first("dying relu", "activations.html#death", "Section");
  await first("dead", "activations.html#death", "Section");
  await first("exploding", "forward.html#depth", "Section");
  await first("he.normal", "he.html#claim-he.normal", /^Claim \d+\.\d+$/);

  // Words match at their beginnings, and a short one as a whole.
  await page.locator("#search-words").fill("he variance");
  await expect(results.first().locator("a")).toHaveAttribute("href", /^he\.html/);
  const marks = await results.locator("mark").allTextContents();
  expect(marks.length).toBeGreaterThan(5);
  expect(marks.filter((mark) => !/^(he|variances?)$/i.test(mark))).toEqual([]);

  // Each kind has its number.
  await page.locator("#search-words").fill("signal");
  const kinds = await page.locator(".search-kind").allTextContents();
  expect(kinds.filter((kind) => !/^((Claim|Figure|Exercise|Project|Solution) \d+\.\d+|Chapter( \d+)?|Section)$/.test(kind))).toEqual([]);
  // Formulas read as a person writes them.
  const text = (await results.allTextContents()).join("\n");
  expect(text).not.toMatch(/[\u2061-\u2064]|σ 2/);
});

test("the first click on the theme recolors text and figures, the second goes back to the system's, and the choice is remembered", async ({ page }) => {
  for (const [system, other] of [["light", "dark"], ["dark", "light"]]) {
    await page.emulateMedia({ colorScheme: system });
    await page.goto(address(chapter));
    const colors = () =>
      page.evaluate(() => ({
        paper: getComputedStyle(document.documentElement).backgroundColor,
        line: getComputedStyle(document.querySelector("svg.plot .line, svg.plot .dots")).stroke,
        text: getComputedStyle(document.querySelector("svg.plot text")).fill,
      }));
    const button = page.getByRole("button", { name: /^Theme/ });
    await expect(button).toHaveText("Theme");
    await expect(button).toHaveAccessibleName(`Theme: change to ${other}`);
    const before = await colors();
    await button.click();
    await expect(button).toHaveAccessibleName(`Theme: change to ${system}`);
    const after = await colors();
    for (const what of Object.keys(after)) {
      expect(after[what], what).not.toBe(before[what]);
    }
    await page.reload();
    expect(await colors()).toEqual(after);
    await button.click();
    expect(await colors()).toEqual(before);
    // Who went back follows the system.
    await page.emulateMedia({ colorScheme: other });
    expect(await colors()).toEqual(after);
  }
});

test("the sections stand in the right margin, mark the one that is read, and make room for what is wide", async ({ page }) => {
  for (const width of [1280, 1600]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(address(chapter));
    const beside = page.getByRole("navigation", { name: "On this page" });
    const links = beside.getByRole("link", { includeHidden: true });
    expect(await links.count()).toBe(await page.locator("main h2[id]").count());
    await expect(page.locator("#contents .sections")).toBeHidden();
    await page.evaluate(() => document.fonts.ready);
    // Wherever the page is scrolled to, the list lies upon nothing.
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    let [seen, steps] = [0, 0];
    for (let top = 0; top < height - 900; top += 700) {
      await page.evaluate((top) => new Promise((settled) => {
        scrollTo(0, top);
        requestAnimationFrame(() => requestAnimationFrame(settled));
      }), top);
      steps += 1;
      let hidden;
      const under = async () => {
        const found = await beside.locator("div").evaluate((list) => {
          if (getComputedStyle(list).visibility === "hidden") {
            return null;
          }
          const place = list.getBoundingClientRect();
          const parts = [...document.querySelectorAll("main :is(p, aside, svg, pre, table, math, figcaption)")];
          const lies = (box) => box.right > place.left && box.left < place.right && box.bottom > place.top && box.top < place.bottom;
          return parts.filter((part) => part.checkVisibility() && lies(part.getBoundingClientRect())).map((part) => part.outerHTML.slice(0, 80));
        });
        hidden = found === null;
        return found ?? [];
      };
      await expect.poll(under, { message: `at ${top}`, intervals: [50] }).toEqual([]);
      seen += hidden ? 0 : 1;
    }
    expect(seen / steps).toBeGreaterThan(width > 1500 ? 0.99 : 0.5);

    await page.evaluate(() => scrollTo(0, 0));
    const last = page.locator("main h2[id]").last();
    await last.evaluate((heading) => heading.scrollIntoView());
    await expect(beside.locator("[aria-current]")).toHaveText(await last.textContent());
  }
  await page.setViewportSize({ width: 1100, height: 900 });
  await expect(page.locator("#contents .sections")).toBeVisible();
  await expect(page.locator(".beside")).toBeHidden();
});

test("the title page tells where to begin, and has a line for every other chapter; headings have the numbers of their chapters", async ({ page }) => {
  await page.goto(address("index.html"));
  await expect(page.locator(".book-title")).toHaveText("Unit Variance");
  for (const door of ["Five minutes", "A bug", "A course"]) {
    await expect(page.locator(".doors").getByText(door)).toBeInViewport();
  }
  const lines = page.locator(".book-contents li");
  expect(await lines.locator("a").evaluateAll((links) => links.map((link) => link.getAttribute("href")))).toEqual(chapters.slice(1));
  for (const line of await lines.allTextContents()) {
    expect(line).toMatch(/[.?!]$/);
  }
  const he = page.locator('.book-contents li:has(> a[href="he.html"])');
  const number = await he.locator(".chapter-number").textContent();
  await he.locator("a").click();
  await expect(page.locator("h1 .chapter-number")).toHaveText(number);
  await expect(page).toHaveTitle(new RegExp(`^${number}\\. He`));
});

test("a phone's contents open, lead on, and close", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 700 });
  await page.goto(address(chapter));
  const contents = page.locator("#contents");
  await expect(contents).toBeHidden();
  await page.locator(".contents-button").click();
  await expect(contents).toBeVisible();
  await expect(contents.locator('[aria-current="page"]')).toBeInViewport();
  await page.keyboard.press("Escape");
  await expect(contents).toBeHidden();
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("folded parts unfold, and the contents lead on, on a desk and on a phone", async ({ page }) => {
    await page.goto(address(chapter));
    await page.locator(".claim-details summary").first().click();
    await expect(page.locator(".claim-details dl").first()).toBeVisible();
    await expect(page.locator(".search-button")).toBeHidden();
    const next = page.locator(`#contents a[href="${chapters[0]}"]`);
    await expect(next).toBeVisible();
    await page.setViewportSize({ width: 360, height: 700 });
    await expect(next).toBeHidden();
    await page.locator(".contents-button").click();
    await next.click();
    await expect(page.locator("main h1")).toBeVisible();
  });
});
