// Page numbers in links. Chromium does not know on which sheet a link's target falls before it has printed; so the book is printed, the sheets are read, and
// the numbers are written into the links.

/**
 * Makes a destination of every block, and of every link that leads somewhere in the book; runs in the page. Chromium gives a PDF the destinations of
 * links, so a list of links that nobody sees names them.
 */
export const addProbes = () => {
  const main = document.querySelector("main");
  const probes = document.createElement("nav");
  probes.hidden = true;
  const probe = (element, kind, i) => {
    element.id ||= `sheet-${kind}-${i}`;
    const link = document.createElement("a");
    link.href = `#${element.id}`;
    probes.append(link);
  };
  [...main.children].forEach((block, i) => probe(block, "block", i));

  // What is near its link by nature needs no number: a heading's own link, a figure's, a footnote. Works that are cited stand in the alphabet at the end.
  const near = ".header, .citation, .equation-number, sup a, .footnote-definition a, .sheet-contents a, svg a";
  const links = [...main.querySelectorAll('a[href^="#"]')].filter((link) => {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    return target && !link.matches(near) && !target.contains(link);
  });
  links.forEach((link, i) => {
    probe(link, "link", i);
    link.dataset.numbered = "";
  });
  document.body.append(probes);
};

/**
 * Writes the numbers of the sheets into contents and links; runs in the page. What stands on the link's own sheet needs none; but a number that was
 * written once stays, so that the layout comes to rest. Of several links to one place in a paragraph, the first has the number. Returns how
 * many numbers are new or other than they were.
 */
export const writeNumbers = (places) => {
  const sheetOf = new Map(places);
  const targetOf = (link) => decodeURIComponent(link.hash.slice(1));
  let changes = 0;
  const write = (number, text) => {
    if (number.textContent !== text) {
      number.textContent = text;
      changes += 1;
    }
  };
  for (const number of document.querySelectorAll(".sheet-contents .sheet-number")) {
    write(number, String(sheetOf.get(targetOf(number.previousElementSibling))));
  }
  const seen = new Map();
  for (const link of document.querySelectorAll("main [data-numbered]")) {
    const target = targetOf(link);
    const [here, there] = [sheetOf.get(link.id), sheetOf.get(target)];
    const block = link.closest("p, li, td, th, figcaption, dd, dt") ?? link.parentElement;
    const before = seen.get(block) ?? new Set();
    seen.set(block, before);
    if (here === undefined || there === undefined || before.has(target)) {
      continue;
    }
    before.add(target);
    let number = link.nextElementSibling;
    if (!number?.matches(".sheet-number")) {
      if (here === there) {
        continue;
      }
      number = document.createElement("span");
      number.className = "sheet-number";
      link.after(number);
    }
    write(number, `\u00a0(p.\u00a0${there})`);
  }
  return changes;
};
