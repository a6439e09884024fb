// The frame of a page: theme, contents, keys. The book reads as well without this script.
"use strict";

// What is written into the page for the scripts.
const page = document.documentElement.dataset;

// ── The theme: the system's, until the reader wants the other one ──────────────────────────────────────
{
  const button = document.querySelector(".theme-button");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const themes = () => (system.matches ? ["dark", "light"] : ["light", "dark"]);
  const shown = () => page.theme || themes()[0];
  const other = () => themes().find((theme) => theme !== shown());
  const show = () => {
    button.setAttribute("aria-label", `Theme: change to ${other()}`);
    button.title = `Change to the ${other()} theme`;
  };
  button.addEventListener("click", () => {
    // Who wants what the system has follows the system again.
    page.theme = other() === themes()[0] ? "" : other();
    try {
      localStorage.setItem("theme", page.theme);
    } catch {
      // Some browsers keep nothing for pages from disk: the choice holds for this page.
    }
    show();
  });
  system.addEventListener("change", show);
  show();
}

// ── The sections of the page, in its right margin where there is one ─────────────────────────────────────
{
  const sections = document.querySelector(".contents .sections");
  if (sections) {
    const beside = document.createElement("nav");
    beside.className = "beside";
    beside.setAttribute("aria-label", "On this page");
    const list = document.createElement("div");
    list.append(sections.cloneNode(true));
    beside.append(list);
    document.querySelector(".content").prepend(beside);

    // They make room for notes and for wide figures, as long as one of these passes.
    const passing = new Set();
    let watch;
    const observe = () => {
      watch?.disconnect();
      passing.clear();
      const place = list.getBoundingClientRect();
      const around = [place.top, 0, innerHeight - place.bottom, place.left].map((side) => `${-Math.max(0, Math.floor(side))}px`);
      watch = new IntersectionObserver(
        (changes) => {
          for (const { target, isIntersecting } of changes) {
            passing[isIntersecting ? "add" : "delete"](target);
          }
          beside.classList.toggle("away", passing.size > 0);
        },
        { rootMargin: around.join(" ") },
      );
      for (const part of document.querySelectorAll("main > *, main :is(aside, pre, .table-wrapper, .table-scroll, .equation)")) {
        watch.observe(part);
      }
    };
    // Its place on the screen is the same wherever the page is scrolled to, once the fonts are there.
    document.fonts.ready.then(observe);
    addEventListener("resize", observe);
  }
}

// ── The contents: the section that is being read, marked ────────────────────────────────────────────
{
  const chapter = document.querySelector('.contents [aria-current="page"]');
  const links = new Map();
  for (const link of document.querySelectorAll(".sections a")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    links.set(heading, [...(links.get(heading) ?? []), link]);
  }
  const mark = () => {
    const passed = [...links.keys()].filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
    for (const [heading, ofHeading] of links) {
      for (const link of ofHeading) {
        if (heading === passed.at(-1)) {
          link.setAttribute("aria-current", "location");
        } else {
          link.removeAttribute("aria-current");
        }
      }
    }
  };
  const watch = new IntersectionObserver(mark, { rootMargin: "0px 0px -66%" });
  for (const heading of links.keys()) {
    watch.observe(heading);
  }
  // A list that is longer than the screen opens at the chapter. Not by `scrollIntoView`: where that leads, the keyboard may go on.
  const contents = document.getElementById("contents");
  if (chapter) {
    const below = chapter.getBoundingClientRect().bottom - contents.getBoundingClientRect().bottom;
    contents.scrollTop += Math.max(below, 0);
  }

  // On a phone, the contents close behind a reader who has chosen.
  contents.addEventListener("click", (event) => {
    if (event.target.closest("a") && contents.matches(":popover-open")) {
      contents.hidePopover();
    }
  });
}

// ── Code: a button that copies it ───────────────────────────────────────────────────────────────────
for (const code of document.querySelectorAll("main pre > code")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
  code.parentElement.append(button);
}

// ── Twins: every snippet in the language that the reader has last chosen ─────────────────────────────────
{
  const choices = [...document.querySelectorAll(".twins input")];
  const choose = (language) => {
    for (const choice of choices) {
      choice.checked = choice.value === language;
    }
  };
  try {
    const before = localStorage.getItem("twin");
    if (choices.some((choice) => choice.value === before)) {
      choose(before);
    }
  } catch {
    // Nothing is kept for pages from disk: the page begins with Rust.
  }
  for (const choice of choices) {
    choice.addEventListener("change", () => {
      const place = choice.getBoundingClientRect().top;
      choose(choice.value);
      // What is above has another height now; the reader stays where the choice was made.
      scrollBy({ top: choice.getBoundingClientRect().top - place, behavior: "instant" });
      try {
        localStorage.setItem("twin", choice.value);
      } catch {
        // It holds for this page.
      }
    });
  }
}

// ── References: what they lead to, beside the pointer, so that nobody has to leave the line ────────────────
{
  let preview, opener, height;
  const close = () => {
    preview?.remove();
    preview = undefined;
  };
  const copyOf = (target) => {
    const copy = target.cloneNode(true);
    for (const part of copy.querySelectorAll("details, figcaption ~ *, .strip, .claim-evidence, .equation-number, .copy")) {
      part.remove();
    }
    for (const part of [copy, ...copy.querySelectorAll("[id]")]) {
      part.removeAttribute("id");
    }
    return copy;
  };
  const open = (link) => {
    close();
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const place = target?.getBoundingClientRect();
    // What can be seen needs no copy.
    if (!place || (place.top >= 0 && place.bottom <= innerHeight)) {
      return;
    }
    preview = document.createElement("div");
    preview.className = "preview";
    // A copy for the eye: those who hear the page follow the link.
    preview.inert = true;
    preview.append(copyOf(target));
    document.querySelector("main").append(preview);
    const [line, size] = [link.getBoundingClientRect(), preview.getBoundingClientRect()];
    const left = Math.min(Math.max(16, line.left - 32), document.documentElement.clientWidth - size.width - 16);
    const above = line.top - size.height - 8;
    [opener, height] = [link, line.top];
    preview.style.left = `${Math.max(16, left)}px`;
    preview.style.top = `${above > 60 ? above : line.bottom + 8}px`;
  };
  for (const link of document.querySelectorAll('main .reference-link:is([href^="#eq-"], [href^="#fig-"], [href^="#claim-"])')) {
    link.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && open(link));
    link.addEventListener("focus", () => link.matches(":focus-visible") && open(link));
    link.addEventListener("pointerleave", close);
    link.addEventListener("blur", close);
    link.addEventListener("click", close);
  }
  const isAway = () => preview && Math.abs(opener.getBoundingClientRect().top - height) > 4;
  addEventListener("scroll", () => isAway() && close(), { passive: true });
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());
}

// ── Keys ──────────────────────────────────────────────────────────────────────────────────────────
document.addEventListener("keydown", (event) => {
  const busy = event.target.closest?.("input, select, textarea, dialog, [tabindex='0'], summary");
  if (busy || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) {
    return;
  }
  const turn = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  document.querySelector(`.turn [rel="${turn}"]`)?.click();
});

// What scrolls can be reached, and scrolled, by the keyboard, and says what it is.
{
  const names = new Map([
    ["pre > code", "Code"],
    [".table-wrapper", "Table"],
    [".table-scroll", "Table"],
    [".equation", "Formula"],
    ["math[display='block']", "Formula"],
    [".pieces", "Formula"],
    [".together.long", "Formula"],
  ]);
  const reach = () => {
    for (const [kind, name] of names) {
      for (const box of document.querySelectorAll(`main ${kind}`)) {
        const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
        if (scrolls && !box.hasAttribute("tabindex")) {
          box.tabIndex = 0;
          // A formula is read as what it is, and needs no other name.
          if (box.localName !== "math") {
            box.setAttribute("role", "group");
            box.setAttribute("aria-label", `${name}, scrolls`);
          }
        }
      }
    }
  };
  reach();
  document.addEventListener("toggle", reach, true);
  document.addEventListener("change", reach);
  document.addEventListener("drawn", reach);
  addEventListener("resize", reach);
  document.fonts?.ready.then(reach);
}
