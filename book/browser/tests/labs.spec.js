// The labs: at rest the printed figure, and moved, what the terminal prints with the same values.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
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

/** What is read, until it is as expected: every twentieth of a second, where Playwright would soon wait for whole ones. */
const soon = (read, message) => expect.poll(read, { message, intervals: [50] });

/** Takes away what stands beside a part of the page, which axe would look through, too; what the parts share is a matter of the whole page's test. */
const leaveAlone = (part) =>
  part.evaluate((part) => {
    for (let inner = part; inner.localName !== "main"; inner = inner.parentElement) {
      for (const other of [...inner.parentElement.children].filter((child) => child !== inner)) {
        other.remove();
      }
    }
  });

test("on one page the labs of two modules move", async ({ page }) => {
  await page.goto(address("print.html"));
  for (const module of [...new Set(labs.map(({ module }) => module))].slice(0, 2)) {
    const { name } = labs.find((lab) => lab.module === module);
    const figure = page.locator(`#fig-${name}`);
    const drawing = () => figure.locator(":scope > svg.plot").first().innerHTML();
    const printed = await drawing();
    await figure.locator(".lab input").first().press("End");
    await soon(drawing).not.toBe(printed);
    await expect(figure.locator(".lab-says")).toHaveText("");
  }
});

test("there are labs, and none takes more than 150 KB of a network", () => {
  expect(labs.length).toBeGreaterThan(12);
  for (const module of readdirSync(site).filter((file) => /^lab-.*\.js$/.test(file))) {
    expect(gzipSync(readFileSync(join(site, module))).length, module).toBeLessThan(150 * 1024);
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
      await soon(drawing).not.toBe(before);
      times.push(Date.now() - start);
      await expect(figure.locator(".lab-says")).toHaveText("");
      const commands = await figure.locator(":scope > .command code").allTextContents();
      const found = commands.map((command) => terminal(command).rows.map((row) => row.map(String)));
      const tables = () =>
        figure
          .locator(".figure-data table")
          .evaluateAll((all) => all.map((table) => [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent))));
      // A picture may come of every control that was moved: the last one is of all.
      await soon(tables, commands.join("; ")).toEqual(found);
    }
    report(name, { "ms until a lab has moved": Math.max(...times) });
    await expect(figure.locator(".figure-file:visible")).toHaveCount(0);
    const state = new URL(page.url()).hash;
    const moved = await drawing();

    // A link carries the state.
    const other = await page.context().newPage();
    await other.goto(address(name) + state);
    await soon(() => other.locator(`#fig-${lab} > svg.plot`).first().innerHTML()).toBe(moved);
    await other.close();

    await unfold(page);
    await leaveAlone(figure);
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate((id) => axe.run(`#${id}`, { preload: false, resultTypes: ["violations"] }), `fig-${lab}`);
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);

    await figure.getByRole("button", { name: "As printed" }).press("Enter");
    await soon(drawing).toBe(printed);
    await expect(sliders.first()).toBeFocused();
  });
}

/** A file of safetensors with matrices of this shape: the numbers of a uniform law, by a generator that needs no seed. */
const checkpoint = (matrices, shape) => {
  const size = shape[0] * shape[1];
  const values = Float32Array.from({ length: matrices * size }, (_, i) => 0.6 * (((i + 1) * 0.754877666) % 1) - 0.3);
  const entries = Array.from({ length: matrices }, (_, i) => [`${i}.weight`, { dtype: "F32", shape, data_offsets: [4 * i * size, 4 * (i + 1) * size] }]);
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.from(values.buffer)]);
};

test("a page says of a checkpoint what the terminal says, and refuses what is none", async ({ page }) => {
  const name = chapters.find((chapter) => readFileSync(join(site, chapter), "utf8").includes('class="lab file-lab"'));
  await page.goto(address(name));
  const lab = page.locator(".file-lab");
  const [input, says, told] = [lab.locator("input"), lab.locator(".lab-says"), lab.locator(".report")];
  await expect(told).toBeHidden();

  const buffer = checkpoint(2, [24, 16]);
  await input.setInputFiles({ name: "model.safetensors", mimeType: "application/octet-stream", buffer });
  await expect(says).toContainText("diagnosed here");
  const folder = mkdtempSync(join(tmpdir(), "labs-"));
  writeFileSync(join(folder, "model.safetensors"), buffer);
  const { stdout } = spawnSync(join(root, "target/debug/press"), ["diagnose", "model.safetensors"], { cwd: folder, encoding: "utf8" });
  rmSync(folder, { recursive: true });
  expect(stdout).toContain("1.weight");
  expect(await told.textContent()).toBe(stdout);

  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => axe.run(".file-lab", { preload: false, resultTypes: ["violations"] }));
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);

  // What is stopped says nothing later, and the page goes on with the next file.
  const long = { name: "long.safetensors", mimeType: "application/octet-stream", buffer: checkpoint(40, [400, 400]) };
  await input.setInputFiles(long);
  await lab.getByRole("button", { name: "Stop" }).press("Enter");
  await expect(says).toHaveText("Stopped.");
  await expect(input).toBeFocused();
  await input.setInputFiles(long);
  await input.setInputFiles({ name: "model.safetensors", mimeType: "application/octet-stream", buffer });
  await expect(says).toContainText(/model\.safetensors, .* diagnosed here/);
  expect(await told.textContent()).toBe(stdout);

  // The same file, cut off.
  await input.setInputFiles({ name: "cut.safetensors", mimeType: "application/octet-stream", buffer: buffer.subarray(0, 900) });
  await expect(says).toContainText("cut.safetensors: data: ");
  await expect(told).toBeHidden();
});
