// What the frame of mdBook leaves to be wished. The book reads as well without this script.
(() => {
  // The book has two themes, light and dark, under two of the names that mdBook knows.
  for (const theme of ["rust", "coal", "ayu"]) {
    document.getElementById(`mdbook-theme-${theme}`)?.closest("li").remove();
  }
  const dark = document.getElementById("mdbook-theme-navy");
  if (dark) {
    dark.textContent = "Dark";
  }

  // The first stop of the keyboard skips the table of contents.
  const skip = document.querySelector(".skip-link");
  if (skip) {
    document.body.prepend(skip);
  }
  document.getElementById("mdbook-menu-bar")?.setAttribute("role", "banner");

  // The switch of the sidebar is a label, which no keyboard reaches; put a button in its place.
  const label = document.getElementById("mdbook-sidebar-toggle");
  const anchor = document.getElementById("mdbook-sidebar-toggle-anchor");
  if (label && anchor) {
    const button = document.createElement("button");
    for (const { name, value } of label.attributes) {
      if (name !== "for") {
        button.setAttribute(name, value);
      }
    }
    button.type = "button";
    button.append(...label.childNodes);
    button.addEventListener("click", () => anchor.click());
    anchor.addEventListener("change", () => button.setAttribute("aria-expanded", anchor.checked));
    label.replaceWith(button);
  }

  // What scrolls sideways can be reached, and scrolled, by the keyboard.
  const reach = () => {
    for (const box of document.querySelectorAll("main :is(pre > code, .table-wrapper, .table-scroll, .equation)")) {
      if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) {
        box.tabIndex = 0;
      }
    }
  };
  reach();
  document.addEventListener("toggle", reach, true);
  window.addEventListener("resize", reach);
})();
