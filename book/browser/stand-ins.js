// The fonts that stand in for the book's own until these arrive, so that no line moves then: at the end of
// `book/theme/fonts/fonts.css`. A stand-in of one size would have the right width on average only, and lines would end elsewhere;
// so every letter is set in the size at which it is as wide as the letter that takes its place.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "@playwright/test";
import config from "./playwright.config.js";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../theme/fonts");
const sheet = join(folder, "fonts.css");
const MARK = "/* Written by `npm run stand-ins --prefix book/browser`: measured, letter by letter. */\n";

/** Sizes of a stand-in, in percent: this far apart. */
const STEP = 2;

const serif = (style) => ["Times New Roman", "Liberation Serif", "Tinos"].map((name) => name + style);
const sans = ["Arial", "Liberation Sans", "Arimo", "Helvetica"];
const faces = [
  { family: "Text Stand-in", file: "stix-two-text-latin-400-normal.woff2", locals: serif("") },
  { family: "Text Stand-in", style: "italic", file: "stix-two-text-latin-400-italic.woff2", locals: serif(" Italic") },
  { family: "Text Stand-in", weight: 700, file: "stix-two-text-latin-700-normal.woff2", locals: serif(" Bold") },
  { family: "UI Stand-in", file: "inter.woff2", locals: sans },
];

/** Letters, digits and signs that a line of the book may have. */
const LETTERS = [...Array(95).keys()].map((i) => String.fromCharCode(32 + i)).concat([..."–—‘’“”…·×−é"]);

/** How wide each letter is in the font and in the stand-in, and how high the font's lines are, in parts of its size. */
const measure = (page, { file, locals }) =>
  page.evaluate(
    async ([data, locals, letters]) => {
      const [own, other] = [
        new FontFace("Own", `url(data:font/woff2;base64,${data})`),
        new FontFace("Other", locals.map((name) => `local("${name}")`).join(", ")),
      ];
      for (const face of [own, other]) {
        document.fonts.add(await face.load());
      }
      const pen = document.createElement("canvas").getContext("2d");
      const width = (family, letter) => {
        pen.font = `1000px ${family}`;
        return pen.measureText(letter).width;
      };
      const sizes = letters.map((letter) => [letter, (100 * width("Own", letter)) / width("Other", letter)]);
      pen.font = "1000px Own";
      const { fontBoundingBoxAscent, fontBoundingBoxDescent } = pen.measureText("x");
      const line = document.createElement("div");
      line.style.cssText = "font: 1000px/normal Own; width: max-content";
      line.textContent = "x";
      document.body.append(line);
      const gap = line.offsetHeight - fontBoundingBoxAscent - fontBoundingBoxDescent;
      line.remove();
      document.fonts.clear();
      return { sizes, heights: [fontBoundingBoxAscent, fontBoundingBoxDescent, Math.max(0, gap)].map((height) => height / 10) };
    },
    [readFileSync(join(folder, file)).toString("base64"), locals, LETTERS],
  );

const hex = (letter) => `U+${letter.codePointAt(0).toString(16).toUpperCase()}`;

/** One rule for each size that some letters have in common. */
const rules = ({ family, style, weight, locals }, { sizes, heights }) => {
  const groups = new Map();
  for (const [letter, size] of sizes) {
    const step = STEP * Math.round(size / STEP);
    groups.set(step, [...(groups.get(step) ?? []), letter]);
  }
  const [ascent, descent, gap] = heights;
  return [...groups.keys()].sort((a, b) => a - b).map((size) => {
    const part = (height) => `${((100 * height) / size).toFixed(1)}%`;
    return [
      "@font-face {",
      `  font-family: "${family}";`,
      ...(style ? [`  font-style: ${style};`] : []),
      ...(family.startsWith("UI") ? [] : [`  font-weight: ${weight ?? 400};`]),
      `  src: ${locals.map((name) => `local("${name}")`).join(", ")};`,
      `  unicode-range: ${groups.get(size).map(hex).join(", ")};`,
      `  size-adjust: ${size}%;`,
      `  ascent-override: ${part(ascent)};`,
      `  descent-override: ${part(descent)};`,
      `  line-gap-override: ${part(gap)};`,
      "}",
      "",
    ].join("\n");
  });
};

const browser = await chromium.launch(config.use.launchOptions);
const page = await browser.newPage();
await page.goto(pathToFileURL(sheet).href);
const written = [];
for (const face of faces) {
  written.push(...rules(face, await measure(page, face)));
}
await browser.close();
const [kept] = readFileSync(sheet, "utf8").split(MARK);
writeFileSync(sheet, `${kept}${MARK}${written.join("\n")}`);
console.log(`${written.length} stand-ins in ${sheet}`);
