// A snippet and its twin in NumPy: a choice by mouse and by keyboard, with scripts and without, and both on paper.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { address, expect, site, test } from "../book.js";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../../twins");
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".py"))
  .map((file) => file.slice(0, -3));
const chapter = `${names.find((name) => name.startsWith("he")) ?? names[0]}.html`;

test("what is read, and copied, is what is run", async ({ page }) => {
  const shown = new Map();
  for (const html of readdirSync(site).filter((file) => file.endsWith(".html") && !["index.html", "print.html"].includes(file))) {
    const text = readFileSync(join(site, html), "utf8");
    if (text.includes('class="twins"')) {
      const twins = await page.evaluate((text) => {
        const parsed = new DOMParser().parseFromString(text, "text/html");
        return [...parsed.querySelectorAll(".twins")].map((twins) => [twins.querySelector("input").name, twins.querySelector(".numpy code").textContent]);
      }, text);
      for (const [name, code] of twins) {
        shown.set(name.replace("twin-", ""), code.trim());
      }
    }
  }
  expect([...shown.keys()].sort()).toEqual([...names].sort());
  expect(readFileSync(join(site, "print.html"), "utf8").split('class="twins"').length - 1, "on paper").toBe(names.length);
  for (const [name, code] of shown) {
    expect(code, name).toBe(readFileSync(join(folder, `${name}.py`), "utf8").trim());
  }
});

test("the keyboard chooses, all snippets follow, and the next page remembers", async ({ page }) => {
  await page.goto(address(chapter));
  const [rust, numpy] = [page.locator(".twin.rust").first(), page.locator(".twin.numpy").first()];
  await expect(rust).toBeVisible();
  await expect(numpy).toBeHidden();
  await page.getByRole("radio", { name: "Rust" }).first().focus();
  await page.keyboard.press("ArrowRight");
  await expect(page).toHaveURL(address(chapter));
  await expect(numpy).toBeVisible();
  await expect(rust).toBeHidden();
  await expect(page.getByRole("radio", { name: "NumPy" }).first()).toBeFocused();

  const next = `${names.find((name) => `${name}.html` !== chapter && name !== "introduction")}.html`;
  await page.goto(address(next));
  await expect(page.locator(".twin.numpy").first()).toBeVisible();
  await expect(page.locator(".twin.rust:visible")).toHaveCount(0);
});

test("without scripts a click chooses as well", async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(address(chapter));
  await page.getByRole("radio", { name: "NumPy" }).first().click();
  await expect(page.locator(".twin.numpy").first()).toBeVisible();
  await expect(page.locator(".twin.rust").first()).toBeHidden();
  await context.close();
});

test("on paper both are there, with their names", async ({ page }) => {
  await page.emulateMedia({ media: "print" });
  await page.goto(address(chapter));
  const count = await page.locator(".twins").count();
  expect(count).toBeGreaterThan(0);
  await expect(page.locator(".twin:visible")).toHaveCount(2 * count);
  await expect(page.locator(".twin-name:visible")).toHaveCount(2 * count);
  await expect(page.locator(".twins fieldset:visible")).toHaveCount(0);
});
