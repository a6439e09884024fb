// How the printed book is opened: in the Chromium of the system, from disk, two pages at a time.
import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const chromium = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
  .filter(Boolean)
  .find((path) => existsSync(path));
if (!chromium) {
  throw new Error("no Chromium was found: install it, or name it with CHROMIUM=/path/to/chromium");
}

export default defineConfig({
  testDir: "tests",
  outputDir: "../../target/browser",
  fullyParallel: true,
  forbidOnly: true,
  workers: 2,
  timeout: 180_000,
  reporter: [["list"], ["./report.js"]],
  // A machine that does other work besides is slow, not wrong.
  expect: { timeout: 20_000 },
  use: {
    browserName: "chromium",
    locale: "en-US",
    viewport: { width: 1280, height: 900 },
    launchOptions: { executablePath: chromium, args: ["--disable-quic", "--no-first-run"], chromiumSandbox: false },
  },
});
