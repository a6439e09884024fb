// Exercises, the pages with their solutions, and projects.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { address, chapters, expect, site, test } from "../book.js";

const chapter = chapters.find((name) => name.startsWith("forward")) ?? chapters[2];

test("an exercise says its level, and leads to its solution and back", async ({ page }) => {
  await page.goto(address(chapter));
  const exercise = page.locator(".exercise").first();
  const id = await exercise.getAttribute("id");
  await expect(exercise.locator(".level")).toHaveText(/^(warm-up|problem|study)$/);

  await page.locator(".to-solution a").first().click();
  await expect(page).toHaveURL(/solutions-.*\.html#solution-/);
  const solution = page.locator(":target");
  await expect(solution).toBeInViewport();
  await expect(solution.locator(".solution-head")).toContainText(/^Solution \d+\.\d+/);

  await solution.locator(".way-back").click();
  expect(page.url()).toBe(`${address(chapter)}#${id}`);
  await expect(page.locator(":target")).toBeInViewport();
});

test("without the pages of solutions a chapter gives none away, and every exercise has one there", () => {
  const [exercises, solutions] = [[], []];
  for (const name of chapters) {
    const html = readFileSync(join(site, name), "utf8");
    const ids = (kind) => [...html.matchAll(new RegExp(`<div[^>]* id="${kind}-([^"]+)"`, "g"))].map(([, id]) => id);
    const [asked, answered] = [ids("exercise"), ids("solution")];
    expect(asked.length && answered.length, name).toBe(0);
    exercises.push(...asked);
    solutions.push(...answered);
  }
  expect(exercises.length).toBeGreaterThan(100);
  expect(solutions).toEqual(exercises);
});

test("search finds exercises with their levels, solutions and projects", async ({ page }) => {
  await page.goto(address(chapter));
  const kinds = async (words, kind) => {
    await page.keyboard.press("/");
    await page.locator("#search-words").fill(words);
    const found = page.locator(`.search-${kind}`).first();
    await expect(found, words).toBeVisible();
    await page.keyboard.press("Escape");
    return found;
  };
  const exercise = await kinds("binary16", "exercise");
  await expect(exercise.locator(".search-level")).toHaveText("warm-up");
  await kinds("bfloat16", "solution");
  const project = await kinds("half precision", "project");
  await expect(project.locator("a")).toHaveText(/^Project \d+\.\d+ /);
});
