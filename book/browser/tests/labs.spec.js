// The labs: at rest the printed figure, and moved, what the terminal prints with the same values.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import axe from "axe-core";
import { address, chapters, expect, report, root, site, test, unfold } from "../book.js";

/** Every lab of the book: its page and its figure. */
const labs = chapters.flatMap((page) =>
  [...readFileSync(join(site, page), "utf8").matchAll(/<div class="lab" data-lab="([^"]+)" data-module="([^"]+)"/g)].map(([, name, module]) => ({ page, name, module })),
);

/** What the terminal prints of a command that stands on the page, as one object. */
const terminal = (command) => {
  const [, ...options] = command.split(" -- ")[1].split(" ");
  return JSON.parse(execFileSync(join(root, "target/debug/press"), ["run", ...options, "--format", "json"], { cwd: root, encoding: "utf8" }));
};

test("on one page the labs of all modules move", async ({ page }) => {
  await page.goto(address("print.html"));
  for (const module of new Set(labs.map(({ module }) => module))) {
    const { name } = labs.find((lab) => lab.module === module);
    const figure = page.locator(`#fig-${name}`);
    const drawing = () => figure.locator(":scope > svg.plot").first().innerHTML();
    const printed = await drawing();
    await figure.locator(".lab input").first().press("End");
    await expect.poll(drawing).not.toBe(printed);
    await expect(figure.locator(".lab-says")).toHaveText("");
  }
});

test("there are labs, and none takes more than 150 KB of a network", () => {
  expect(labs.length).toBeGreaterThan(6);
  for (const { name, module } of labs) {
    expect(gzipSync(readFileSync(join(site, module))).length, name).toBeLessThan(150 * 1024);
  }
});

for (const { page: name, name: lab } of labs) {
  test(`the lab ${lab} moves by keyboard, and shows what the terminal prints`, async ({ page }) => {
    await page.goto(address(name));
    const figure = page.locator(`#fig-${lab}`);
    const drawing = () => figure.locator(":scope > svg.plot").first().innerHTML();
    const printed = await drawing();
    const sliders = figure.locator(".lab input");
    const times = [];
    for (const key of ["End", "ArrowLeft", "ArrowLeft"]) {
      const before = await drawing();
      for (const slider of await sliders.all()) {
        await slider.press(key);
      }
      const start = Date.now();
      await expect.poll(drawing).not.toBe(before);
      times.push(Date.now() - start);
      await expect(figure.locator(".lab-says")).toHaveText("");
      const commands = await figure.locator(":scope > .command code").allTextContents();
      const found = commands.map((command) => terminal(command).rows.map((row) => row.map(String)));
      const tables = () =>
        figure
          .locator(".figure-data table")
          .evaluateAll((all) => all.map((table) => [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent))));
      // A picture may come of every control that was moved: the last one is of all.
      await expect.poll(tables, commands.join("; ")).toEqual(found);
    }
    report(name, { "ms until a lab has moved": Math.max(...times) });
    await expect(figure.locator(".figure-file:visible")).toHaveCount(0);
    const state = new URL(page.url()).hash;
    const moved = await drawing();

    // A link carries the state.
    const other = await page.context().newPage();
    await other.goto(address(name) + state);
    await expect.poll(() => other.locator(`#fig-${lab} > svg.plot`).first().innerHTML()).toBe(moved);
    await other.close();

    await unfold(page);
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate((id) => axe.run(`#${id}`, { preload: false, resultTypes: ["violations"] }), `fig-${lab}`);
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);

    await figure.getByRole("button", { name: "As printed" }).press("Enter");
    await expect.poll(drawing).toBe(printed);
    await expect(sliders.first()).toBeFocused();
  });
}
