// Search: the index and its engine are loaded when a reader first asks, as scripts, since a page from disk may load nothing else.
"use strict";
{
  const dialog = document.querySelector("dialog.search");
  const input = dialog.querySelector("input");
  const count = dialog.querySelector(".search-count");
  const results = dialog.querySelector(".search-results");

  const load = (file) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = page.root + file;
      script.addEventListener("load", resolve);
      script.addEventListener("error", reject);
      document.head.append(script);
    });

  let loading;
  const index = () => {
    window.search ??= {};
    loading ??= Promise.all([load(page.searchEngine), load(page.searchIndex)]).then(() => ({
      ...window.search,
      index: elasticlunr.Index.load(window.search.index),
    }));
    return loading;
  };

  // The words around the first match, with the matches marked.
  const teaser = (body, words) => {
    const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const match = new RegExp(`(${escaped.join("|")})`, "gi");
    const at = Math.max(0, body.search(match));
    const start = at < 60 ? 0 : body.indexOf(" ", at - 60) + 1;
    const text = body.slice(start, start + 220).replace(/\s\S*$/, "");
    const line = document.createElement("p");
    line.append(start > 0 ? "… " : "");
    for (const [i, part] of text.split(match).entries()) {
      if (i % 2) {
        const mark = document.createElement("mark");
        mark.textContent = part;
        line.append(mark);
      } else {
        line.append(part);
      }
    }
    line.append(" …");
    return line;
  };

  const entry = (href, trail, line) => {
    const link = document.createElement("a");
    link.href = page.root + href;
    link.textContent = trail;
    const item = document.createElement("li");
    item.append(link, line);
    return item;
  };

  const search = async () => {
    const asked = input.value.trim();
    if (!asked) {
      count.textContent = "";
      results.replaceChildren();
      return;
    }
    const { index: engine, doc_urls, search_options } = await index();
    if (asked !== input.value.trim()) {
      return;
    }
    const words = asked.split(/\s+/);
    const found = engine.search(asked, { ...search_options, expand: true });
    // A claim has its anchor from its id, and stands in the section that says what became of it.
    const claim = (doc) =>
      words.length === 1 && asked.includes(".") && doc.body.includes(` ${asked} `) && /\bClaim \d/.test(doc.body)
        ? `#claim-${asked}`
        : undefined;
    const items = found.slice(0, 30).map(({ ref, doc }) => {
      const [path] = doc_urls[ref].split("#");
      const anchor = path.startsWith("ledger") ? undefined : claim(doc);
      const trail = doc.breadcrumbs.replace(/ » /g, " › ");
      return { exact: Boolean(anchor), item: entry(anchor ? path + anchor : doc_urls[ref], trail, teaser(doc.body, words)) };
    });
    items.sort((a, b) => b.exact - a.exact);
    results.replaceChildren(...items.map(({ item }) => item));
    count.textContent = found.length === 1 ? "One place." : `${found.length || "No"} places.`;
  };

  const open = () => {
    dialog.showModal();
    input.select();
    index();
  };
  document.querySelector(".search-button").addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    const writes = event.target.closest?.("input, select, textarea");
    if (!writes && !event.ctrlKey && !event.metaKey && !event.altKey && ["/", "s"].includes(event.key)) {
      event.preventDefault();
      open();
    }
  });
  input.addEventListener("input", search);
  dialog.querySelector("button").addEventListener("click", () => dialog.close());
  // Enter goes to the first place.
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    results.querySelector("a")?.click();
  });
  // From the words to the places, and from one to the next.
  dialog.addEventListener("keydown", (event) => {
    // In a field for searches, Escape would only empty it.
    if (event.key === "Escape") {
      dialog.close();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const stops = [input, ...results.querySelectorAll("a")];
      stops[stops.indexOf(document.activeElement) + step]?.focus();
      event.preventDefault();
    }
  });
  results.addEventListener("click", (event) => event.target.closest("a") && dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}
