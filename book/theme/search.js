// Search: the index is loaded when a reader first asks, as a script, since a page from disk may load nothing else.
"use strict";
{
  const dialog = document.querySelector("dialog.search");
  const input = dialog.querySelector("input");
  const count = dialog.querySelector(".search-count");
  const results = dialog.querySelector(".search-results");
  const buttons = document.querySelectorAll(".search-button");

  let loading;
  const index = () => {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = page.root + page.searchIndex;
      script.addEventListener("load", () => resolve(read(window.searchIndex)));
      script.addEventListener("error", reject);
      document.head.append(script);
    });
    return loading;
  };

  // Each entry with its chapter, the section around it, and its words in small letters.
  const read = ({ chapters, synonyms, entries }) => {
    let section;
    for (const entry of entries) {
      entry.chapter = chapters[entry.chapter];
      if (entry.kind === "chapter" || entry.kind === "section") {
        section = entry;
      }
      entry.section = section;
      entry.small = {
        title: entry.title.toLowerCase(),
        words: (entry.words ?? "").toLowerCase(),
        text: entry.text.toLowerCase(),
        chapter: entry.kind === "chapter" ? "" : entry.chapter.title.toLowerCase(),
      };
    }
    return { synonyms: new Map(Object.entries(synonyms)), entries };
  };

  const isLetter = (text, at) => /[\p{L}\p{N}]/u.test(text[at] ?? " ");

  const endsWord = (text, at) => !isLetter(text, at) || (text[at] === "s" && !isLetter(text, at + 1));

  // Where the word begins a word of the text, from a place on; if it is to be whole, it or its plural.
  const find = (text, word, whole, from = 0) => {
    for (let at = text.indexOf(word, from); at >= 0; at = text.indexOf(word, at + 1)) {
      if (!isLetter(text, at - 1) && (!whole || endsWord(text, at + word.length))) {
        return at;
      }
    }
    return -1;
  };

  // What a word may stand as, and how much that counts: itself, without its ending, and as its synonyms.
  const forms = (word, synonyms) => {
    const stem = word.replace(/(ings?|ed|es|s|e)$/, "");
    const all = [{ word, weight: 1 }];
    if (stem !== word && stem.length > 3) {
      all.push({ word: stem, weight: 0.8 });
    }
    // A synonym is known by the first letters of its word.
    for (const [known, others] of synonyms) {
      if (known === word || (word.length > 4 && known.startsWith(word))) {
        all.push(...others.map((other) => ({ word: other, weight: 0.9 })));
      }
    }
    return all;
  };

  // How much a word counts by where it stands: [the whole word, its beginning].
  const places = { title: [40, 24], words: [30, 20], text: [6, 4], chapter: [12, 8] };

  // Of a word of one or two letters the text must have the whole, so that "he" is not found in "here".
  const mustBeWhole = (word) => word.length < 3;

  const weigh = (entry, alternatives) => {
    let [most, isOwn] = [0, false];
    for (const { word, weight } of alternatives) {
      for (const [place, [whole, beginning]] of Object.entries(places)) {
        const text = entry.small[place];
        const at = find(text, word, true);
        let points = at >= 0 ? whole : 0;
        if (!points && !(place === "text" && mustBeWhole(word)) && find(text, word, false) >= 0) {
          points = beginning;
        }
        if (points && place === "title") {
          // A chapter called "He: ..." is about He. The id of a claim says less, unless it is the whole id.
          points = entry.kind === "claim" ? points / 2 : points + (at === 0 ? 20 : 0);
          points += text === word ? 60 : 0;
        }
        isOwn ||= points > 0 && place !== "chapter";
        most = Math.max(most, points * weight);
      }
    }
    return [most, isOwn];
  };

  const kinds = { chapter: 1.5, section: 1, claim: 0.9, figure: 0.8, exercise: 0.7, project: 0.7, solution: 0.6 };

  // How well an entry answers, 0 if it does not: every word must be found, and one of them in the entry itself.
  const score = (entry, asked, words) => {
    let [sum, isOwn] = [0, false];
    for (const alternatives of words) {
      const [points, own] = weigh(entry, alternatives);
      if (!points) {
        return 0;
      }
      sum += points;
      isOwn ||= own;
    }
    if (words.length > 1 && (find(entry.small.text, asked, false) >= 0 || find(entry.small.title, asked, false) >= 0)) {
      sum += 15;
    }
    // The pages around the numbered chapters list what stands elsewhere.
    return isOwn ? sum * kinds[entry.kind] * (entry.chapter.number ? 1 : 0.5) : 0;
  };

  // Where the words stand in a text: [from, to], whole words.
  const matches = (text, words) => {
    const small = text.toLowerCase();
    const found = [];
    for (const [i, alternatives] of words.entries()) {
      for (const { word } of alternatives) {
        const whole = mustBeWhole(word);
        for (let at = find(small, word, whole); at >= 0; at = find(small, word, whole, at + 1)) {
          let end = at + word.length;
          while (isLetter(small, end)) {
            end += 1;
          }
          found.push({ at, end, i });
        }
      }
    }
    return found.sort((a, b) => a.at - b.at || b.end - a.end);
  };

  const marked = (text, words) => {
    const parts = [];
    let from = 0;
    for (const { at, end } of matches(text, words)) {
      if (at >= from) {
        const mark = document.createElement("mark");
        mark.textContent = text.slice(at, end);
        parts.push(text.slice(from, at), mark);
        from = end;
      }
    }
    return [...parts, text.slice(from)];
  };

  const LENGTH = 200;

  // The stretch of a text that has most of the words.
  const stretch = (text, words) => {
    const found = matches(text, words);
    let [best, most] = [0, 0];
    for (const { at } of found) {
      const near = found.filter((other) => other.at >= at && other.end < at + LENGTH - 60);
      const different = new Set(near.map(({ i }) => i)).size;
      if (different > most) {
        [best, most] = [at, different];
      }
    }
    const start = best < 60 ? 0 : text.indexOf(" ", best - 60) + 1;
    const rest = text.slice(start);
    const part = rest.length > LENGTH ? rest.slice(0, LENGTH).replace(/\s\S*$/, "") + " …" : rest;
    return start > 0 ? `… ${part}` : part;
  };

  const names = {
    chapter: "Chapter",
    section: "Section",
    claim: "Claim",
    figure: "Figure",
    exercise: "Exercise",
    project: "Project",
    solution: "Solution",
  };

  const element = (name, className, ...content) => {
    const made = document.createElement(name);
    made.className = className;
    made.append(...content);
    return made;
  };

  const item = (entry, words) => {
    const { kind, number, level, title, chapter, section } = entry;
    const link = document.createElement("a");
    link.href = page.root + chapter.page + (entry.anchor && `#${entry.anchor}`);
    link.append(element("span", "search-kind", number ? `${names[kind]} ${number}` : names[kind]), " ");
    if (level) {
      link.append(element("span", "search-level", level), " ");
    }
    link.append(...(kind === "claim" ? [element("code", "", ...marked(title, words))] : marked(title, words)));
    const made = element("li", `search-${kind}`, link);
    // Where it stands: the chapter, and the section of what is in one.
    if (kind !== "chapter") {
      const name = chapter.number ? `${chapter.number}. ${chapter.title}` : chapter.title;
      const within = kind !== "section" && section.kind === "section" ? ` › ${section.title}` : "";
      made.append(element("span", "search-trail", name + within));
    }
    if (entry.text) {
      made.append(element("p", "", ...marked(stretch(entry.text, words), words)));
    }
    return made;
  };

  const search = async () => {
    const wanted = input.value;
    const asked = wanted.trim().toLowerCase().replace(/\s+/g, " ");
    if (!asked) {
      count.textContent = "";
      results.replaceChildren();
      return;
    }
    const { entries, synonyms } = await index();
    // Another letter has come while the index did.
    if (wanted !== input.value) {
      return;
    }
    const words = asked.split(" ").map((word) => forms(word, synonyms));
    const found = [];
    for (const entry of entries) {
      const points = score(entry, asked, words);
      if (points > 0) {
        found.push({ entry, points });
      }
    }
    // What is equally good keeps the order of the book.
    found.sort((a, b) => b.points - a.points);
    results.replaceChildren(...found.slice(0, 30).map(({ entry }) => item(entry, words)));
    count.textContent = found.length === 1 ? "One place." : `${found.length || "No"} places.`;
  };

  const open = () => {
    dialog.showModal();
    input.select();
    index();
  };
  // Stock mdBook prints pages without our index.
  if (page.searchIndex) {
    for (const button of buttons) {
      button.addEventListener("click", open);
    }
    document.addEventListener("keydown", (event) => {
      // The field of a dialog that has just been closed has the focus for another moment.
      const writes = event.target.closest?.("input, select, textarea")?.checkVisibility();
      if (!writes && !event.ctrlKey && !event.metaKey && !event.altKey && ["/", "s"].includes(event.key)) {
        event.preventDefault();
        open();
      }
    });
  } else {
    for (const button of buttons) {
      button.hidden = true;
    }
  }
  input.addEventListener("input", search);
  dialog.querySelector("button").addEventListener("click", () => dialog.close());
  // Enter goes to the first place.
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    results.querySelector("a")?.click();
  });
  // From the words to the places, and from one to the next.
  dialog.addEventListener("keydown", (event) => {
    // In a field for searches, Escape would empty it: the words stay for the next time.
    if (event.key === "Escape") {
      event.preventDefault();
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
