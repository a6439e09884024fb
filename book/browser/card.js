// Two pictures from the printed book: the card that stands for it where others link to it, with its title, its sentence and its first
// figure; and the page that the README shows.
import { chromium } from "@playwright/test";
import config from "./playwright.config.js";
import { address, card, picture } from "./book.js";

const browser = await chromium.launch(config.use.launchOptions);
// The page's own policy forbids the style sheet that arranges the picture.
const context = await browser.newContext({ viewport: { width: 1200, height: 630 }, colorScheme: "light", bypassCSP: true });
const page = await context.newPage();
await page.goto(address("index.html"));
await page.evaluate(() => {
  const figure = document.querySelector("svg.plot.on-page");
  const title = document.createElement("h1");
  title.textContent = document.querySelector(".bar-title").textContent;
  const sentence = document.createElement("p");
  sentence.textContent = document.querySelector(".cover").lastChild.textContent.trim();
  const sheet = document.createElement("main");
  sheet.className = "card";
  sheet.append(title, sentence, figure);
  document.body.replaceChildren(sheet);
});
await page.addStyleTag({
  content: `
    body { padding: 0; }
    .card { box-sizing: border-box; width: 1200px; height: 630px; padding: 44px 64px; background: var(--paper); }
    .card h1 { margin: 0; font: 700 64px/1.1 var(--text); }
    .card p { margin: 10px 0 26px; font: italic 400 27px/1.35 var(--text); color: var(--soft); }
    .card p::first-letter { text-transform: uppercase; }
    .card svg { display: block; width: auto; height: 400px; max-width: 100%; margin-inline: auto; }
  `,
});
await page.evaluate(() => document.fonts.ready);
await page.screenshot({ path: card });

await page.setViewportSize({ width: 1280, height: 1500 });
await page.goto(address("he.html"));
await page.evaluate(() => document.fonts.ready);
await page.screenshot({ path: picture });
await browser.close();
console.log(`Written: ${card}\nWritten: ${picture}`);
