// What the tests report of each page, as one table: in the terminal, and in `target/browser/pages.md`.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chapters, REPORT, reports } from "./book.js";

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
    const columns = [...new Set([...this.#pages.values()].flatMap(Object.keys))].sort();
    if (columns.length === 0) {
      return;
    }
    const row = (cells) => `| ${cells.join(" | ")} |`;
    const rows = [...this.#pages].map(([page, values]) => row([page, ...columns.map((column) => values[column] ?? "")]));
    const table = [row(["page", ...columns]), row(["---", ...columns.map(() => "---:")]), ...rows].join("\n");
    mkdirSync(reports, { recursive: true });
    writeFileSync(join(reports, "pages.md"), `${table}\n`);
    console.log(`\n${table}`);
  }
}
