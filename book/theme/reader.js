// The book has two themes, light and dark, under two of the names that mdBook knows.
(() => {
  for (const theme of ["rust", "coal", "ayu"]) {
    document.getElementById(`mdbook-theme-${theme}`)?.closest("li").remove();
  }
  const dark = document.getElementById("mdbook-theme-navy");
  if (dark) {
    dark.textContent = "Dark";
  }
})();
