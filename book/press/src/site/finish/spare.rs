//! What mdBook writes for a frame that this book does not use.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// How the files begin that mdBook writes for its own frame, before the digest in their names.
const FRAME: [&str; 11] = [
    "ayu-highlight",
    "clipboard",
    "css/chrome",
    "css/general",
    "css/print",
    "css/variables",
    "highlight",
    "mark",
    "searcher",
    "toc",
    "tomorrow-night",
];

/// Removes the files of mdBook's frame that no page names.
pub(super) fn remove(site: &Path, pages: &BTreeMap<String, String>) -> Result<()> {
    for file in super::super::files(site)? {
        let name = file.to_string_lossy().replace('\\', "/");
        let of_frame = FRAME.iter().any(|start| {
            name.strip_prefix(start)
                .is_some_and(|rest| rest.starts_with(['-', '.']))
        });
        let named = || {
            pages
                .iter()
                .any(|(page, text)| *page != name && text.contains(&name))
        };
        if of_frame && !named() {
            fs::remove_file(site.join(&file)).with_context(|| format!("cannot remove {name}"))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_no_page_names_is_removed() {
        let site = tempfile::tempdir().unwrap();
        for file in [
            "toc-0a.js",
            "toc.html",
            "highlight-1b.js",
            "token.html",
            "he.html",
        ] {
            fs::write(site.path().join(file), "").unwrap();
        }
        let page = "<script src=\"highlight-1b.js\"></script>".to_owned();
        remove(site.path(), &BTreeMap::from([("he.html".to_owned(), page)])).unwrap();
        let left = super::super::super::files(site.path()).unwrap();
        let left: Vec<String> = left.iter().map(|file| file.display().to_string()).collect();
        assert_eq!(left, ["he.html", "highlight-1b.js", "token.html"]);
    }
}
