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

test("a slide is a picture by itself: nothing is outside of it, no type is below 14 pixels, and no color is a variable", async ({ page }) => {
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
      // Whatever has letters of its own: a line of type, a formula in it, and exponents and indices, which are smaller everywhere.
      const lettered = (element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
      for (const element of [...document.querySelectorAll("text, tspan")].filter(lettered)) {
        const { a, b } = element.closest("text").getScreenCTM();
        const size = Math.hypot(a, b) * parseFloat(getComputedStyle(element).fontSize);
        const isShifted = element.getAttribute("font-size")?.endsWith("%");
        if (size < (isShifted ? 10 : 13.99)) {
          faults.push(`${size.toFixed(1)} pixels: ${element.textContent.slice(0, 40)}`);
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
      // Words that stand on one another: the frame's on those of the figure, or on their own.
      const boxes = [...document.querySelectorAll("text")].map((text) => ({ text, box: text.getBoundingClientRect(), inPlot: text.closest(".plot") }));
      for (const [i, one] of boxes.entries()) {
        for (const other of boxes.slice(i + 1)) {
          const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
          const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
          // Boxes of lines are higher than their letters.
          if (across > 1 && down > 4 && !(one.inPlot && other.inPlot)) {
            faults.push(`${one.text.textContent.slice(0, 30)} stands on ${other.text.textContent.slice(0, 30)}`);
          }
        }
      }
      const of = (selector) => document.querySelector(selector);
      if (!of(".plot") || !of(".slide-title")) {
        faults.push("a part is missing");
      }
      return faults;
    });
    faults.push(...found.map((fault) => `${name}: ${fault}`));
  }
  expect(faults).toEqual([]);
});
