// What only paper has: a cover, a contents with page numbers, and the chapter's name at the head of each sheet.

/**
 * Puts the cover and the contents before the first chapter; runs in the page. The names of the chapters are those of the list at its left.
 */
export const addFrontMatter = () => {
  const make = (name, className, ...children) => {
    const element = document.createElement(name);
    element.className = className;
    element.append(...children);
    return element;
  };
  const main = document.querySelector("main");
  const chapters = [...main.querySelectorAll("h1")];

  const [title, sentence] = [...main.querySelector(".cover").childNodes].map((node) => node.textContent.trim());
  const drawing = main.querySelector("svg.plot.on-page").cloneNode(true);
  // It stands in the first chapter, too, and tells there what it shows.
  drawing.removeAttribute("role");
  drawing.setAttribute("aria-hidden", "true");
  for (const element of [drawing, ...drawing.querySelectorAll("[id], title, desc")]) {
    ["id", "aria-labelledby", "aria-describedby"].forEach((name) => element.removeAttribute(name));
  }
  const cover = make("section", "sheet-cover", make("p", "book-title", title), make("p", "", sentence), drawing);

  const line = (heading, name) => {
    const link = make("a", "", name);
    link.href = `#${heading.id}`;
    return make("li", heading.localName, link, make("span", "sheet-number"));
  };
  const sectionsOf = (chapter, next) =>
    [...main.querySelectorAll("h2[id]")].filter(
      (heading) =>
        chapter.compareDocumentPosition(heading) & Node.DOCUMENT_POSITION_FOLLOWING &&
        !(next && next.compareDocumentPosition(heading) & Node.DOCUMENT_POSITION_FOLLOWING),
    );
  const list = make("ol", "");
  let at = 0;
  for (const item of document.querySelectorAll("#contents li")) {
    const link = item.querySelector("a");
    if (!link) {
      list.append(make("li", "part-name", item.textContent.trim()));
      continue;
    }
    const chapter = chapters[at];
    list.append(line(chapter, link.textContent.trim()));
    for (const section of sectionsOf(chapter, chapters[at + 1])) {
      const words = section.cloneNode(true);
      const entry = line(section, "");
      entry.querySelector("a").append(...(words.querySelector("a.header") ?? words).childNodes);
      list.append(entry);
    }
    at += 1;
  }
  if (at !== chapters.length) {
    throw new Error(`the contents have ${at} chapters, and the page ${chapters.length}`);
  }
  const heading = make("h1", "", "Contents");
  heading.id = "sheet-contents";
  main.prepend(cover, make("nav", "sheet-contents", heading, list));
};

/**
 * Moves what stands on a sheet of its own to the end of its chapter, where it leaves no other sheet half empty; runs in the page.
 */
export const moveOwnSheets = () => {
  const breaks = [...document.querySelector("main").children].filter((block) => getComputedStyle(block).breakBefore === "page");
  const own = breaks.filter((block) => block.textContent.trim());
  const between = breaks.filter((block) => !own.includes(block));
  for (const sheet of own) {
    const end = between.find((block) => sheet.compareDocumentPosition(block) & Node.DOCUMENT_POSITION_FOLLOWING);
    if (end) {
      end.before(sheet);
    } else {
      sheet.parentElement.append(sheet);
    }
  }
};

/**
 * Names the page boxes of each chapter, and puts its name at their head; runs in the page. A cover has no head.
 */
export const nameSheets = () => {
  const main = document.querySelector("main");
  const quoted = (text) => JSON.stringify(text.replace(/\s+/g, " ").trim());
  // All is looked at before anything is changed: otherwise, the browser would style the book anew for every block.
  const blocks = [...main.children];
  const between = new Set(blocks.filter((block) => !block.textContent && getComputedStyle(block).breakBefore === "page"));
  const rules = [];
  let box = "";
  let chapters = 0;
  for (const block of blocks) {
    if (block.matches(".sheet-cover, .sheet-contents")) {
      block.style.page = block.className;
      continue;
    }
    if (between.has(block) || box === "") {
      chapters += 1;
      box = `chapter-${chapters}`;
      let first = block;
      while (first && !first.matches("h1")) {
        first = first.nextElementSibling;
      }
      rules.push([box, first.textContent]);
    }
    block.style.page = box;
  }
  const sheet = document.createElement("style");
  sheet.textContent = [["sheet-contents", "Contents"], ...rules]
    .map(([name, title]) => `@page ${name} { @top-left { content: ${quoted(title)}; } }`)
    .join("\n");
  document.head.append(sheet);
};
