// The slides: one a chapter with a figure, well-formed, legible, and with nothing beyond the canvas.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chapters, expect, site, test } from "../book.js";

const folder = join(site, "slides");
const slides = readdirSync(folder).sort();

test("every numbered chapter with a figure leads to its slide, and every slide has a chapter", () => {
  const linked = chapters.flatMap((name) => {
    const html = readFileSync(join(site, name), "utf8");
    return [...html.matchAll(/href="slides\/([^"]+)"/g)].map((match) => match[1]);
  });
  expect(linked.sort()).toEqual(slides);
  expect(slides.length).toBeGreaterThan(20);
});

test("a slide is a picture by itself: nothing is outside of it, no type is below 8 pixels, and no color is a variable", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  const faults = [];
  for (const name of slides) {
    const text = readFileSync(join(folder, name), "utf8");
    expect(text, name).not.toMatch(/var\(|light-dark|url\((?!#)|foreignObject/);
    await page.goto(pathToFileURL(join(folder, name)).href);
    const found = await page.evaluate(() => {
      if (document.documentElement.localName !== "svg" || document.querySelector("parsererror")) {
        return ["it is no well-formed SVG"];
      }
      const faults = [];
      const drawn = [...document.querySelectorAll("text, path, line, rect, circle")];
      for (const element of drawn) {
        const { left, top, right, bottom } = element.getBoundingClientRect();
        if (left < -0.5 || top < -0.5 || right > 1280.5 || bottom > 720.5) {
          faults.push(`outside: ${element.localName} ${element.getAttribute("class")} ${element.textContent.slice(0, 40)}`);
        }
      }
      for (const text of document.querySelectorAll("text")) {
        const { a } = text.getScreenCTM();
        const size = a * parseFloat(getComputedStyle(text).fontSize);
        if (size < 8) {
          faults.push(`${size.toFixed(1)} pixels: ${text.textContent.slice(0, 40)}`);
        }
      }
      const color = (series) => {
        const line = document.querySelector(`path.line.${series}`);
        return line && getComputedStyle(line).stroke;
      };
      const [first, second] = ["s1", "s2"].map(color);
      if (first === "none" || (first && first === second)) {
        faults.push(`two series are drawn in ${first} and ${second}`);
      }
      const of = (selector) => document.querySelector(selector)?.getBoundingClientRect();
      const [claim, id, foot] = [of(".slide-sentence"), of(".slide-id"), of(".slide-foot")];
      if (claim && !(claim.bottom < id.top && id.bottom < foot.top)) {
        faults.push("the claim does not fit");
      }
      if (!of(".plot") || !of(".slide-title")) {
        faults.push("a part is missing");
      }
      return faults;
    });
    faults.push(...found.map((fault) => `${name}: ${fault}`));
  }
  expect(faults).toEqual([]);
});
