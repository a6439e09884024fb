// What the tests report of each page, as one table: in the terminal, and in `target/browser/pages.md`.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chapters, REPORT, reports } from "./book.js";

/** The first columns; the others stand behind them in their order. */
const FIRST = ["words", "nodes", "nodes per 1000 words", "KB", "shift"];

export default class Report {
  #pages = new Map(chapters.map((page) => [page, {}]));

  onTestEnd(_, { annotations }) {
    for (const { type, description } of annotations) {
      if (type === REPORT) {
        const { page, ...values } = JSON.parse(description);
        this.#pages.set(page, { ...this.#pages.get(page), ...values });
      }
    }
  }

  onEnd() {
    const reported = new Set([...this.#pages.values()].flatMap(Object.keys));
    if (reported.size === 0) {
      return;
    }
    const columns = [...FIRST.filter((column) => reported.delete(column)), ...[...reported].sort()];
    const row = (cells) => `| ${cells.join(" | ")} |`;
    const judged = [...this.#pages].filter(([, values]) => Object.keys(values).length > 0);
    const rows = judged.map(([page, values]) => row([page, ...columns.map((column) => values[column] ?? "")]));
    const table = [row(["page", ...columns]), row(["---", ...columns.map(() => "---:")]), ...rows].join("\n");
    mkdirSync(reports, { recursive: true });
    writeFileSync(join(reports, "pages.md"), `${table}\n`);
    console.log(`\n${table}`);
  }
}
