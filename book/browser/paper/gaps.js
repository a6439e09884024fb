// Sheets that end early, because what comes next stays in one piece. Chromium floats nothing on paper, so the text moves.

/** The share of a sheet that may stay empty before something is done. */
const ALLOWED = 0.22;

/** The sheets that are too empty, each with the points that are left: a chapter may end where it will. */
export const gaps = ({ sheets }, starts) =>
  sheets
    .map(({ empty, share }, i) => ({ sheet: i + 1, empty, share }))
    .filter(({ sheet, share }) => share > ALLOWED && sheet < sheets.length && !starts.has(sheet + 1));

/**
 * Mends what follows each gap; runs in the page. A drawing that nearly fits becomes smaller; or the text after a figure moves before it, up to
 * the next figure, box or table; or what stays in one piece may break. Each is tried once, the first that applies. Returns the number of changes.
 */
export const mendGaps = ([gaps, places]) => {
  const sheetOf = new Map(places);
  const main = document.querySelector("main");
  const blocks = [...main.children].filter((block) => sheetOf.has(block.id) && block.getClientRects().length);
  const points = (element) => element.getBoundingClientRect().height * 0.75;
  const once = (element, remedy) => {
    if (element.dataset[remedy] !== undefined) {
      return false;
    }
    element.dataset[remedy] = "";
    return true;
  };

  const shrink = (figure, room) => {
    const svg = figure.querySelector("svg.plot.on-page");
    if (!svg) {
      return false;
    }
    const drawing = points(svg);
    const left = drawing - (points(figure) - room) - 12;
    if (left < 0.78 * drawing || left >= drawing || !once(figure, "shrunk")) {
      return false;
    }
    svg.style.maxHeight = `${left / 0.75}px`;
    return true;
  };
  const lower = (figure, room) => {
    const passed = [];
    let filled = 0;
    let next = figure.nextElementSibling;
    while (next?.matches("p, ul, ol, .equation, h2, h3, h4") && filled < room) {
      filled += points(next);
      passed.push(next);
      next = next.nextElementSibling;
    }
    // A heading, or a paragraph that announces what follows it, stays with it.
    while (passed.length && (passed.at(-1).matches("h2, h3, h4") || passed.at(-1).textContent.trim().endsWith(":"))) {
      passed.pop();
    }
    if (!passed.length || !once(figure, "lowered")) {
      return false;
    }
    passed.at(-1).after(figure);
    return true;
  };
  const loosen = (block) => {
    if (block.matches("figure.figure, h1, h2, h3, h4, p") || !once(block, "loosened")) {
      return false;
    }
    [block, ...block.querySelectorAll("figure, table, tbody, pre, code")].forEach((part) => (part.style.breakInside = "auto"));
    return true;
  };

  let changes = 0;
  for (const { sheet, empty } of gaps) {
    let block = blocks.find((block) => sheetOf.get(block.id) === sheet + 1);
    // Headings go with what follows them.
    let room = empty - 20;
    while (block?.matches("h2, h3, h4") && block.nextElementSibling) {
      room -= points(block) + 24;
      block = block.nextElementSibling;
    }
    if (block && (shrink(block, room) || (block.matches("figure.figure") && lower(block, room)) || loosen(block))) {
      changes += 1;
    }
  }
  return changes;
};
