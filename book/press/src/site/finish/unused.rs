//! What mdBook writes for a frame that this book does not use.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::address::with_slashes;

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

/// Removes the files of mdBook's frame that no page names, and the pages among them.
pub(super) fn remove_unused_assets(
    site: &Path,
    pages: &mut BTreeMap<String, String>,
) -> Result<()> {
    // Without a page, the files that only it names are unused, too.
    while remove_once(site, pages)? {}
    let styles = site.join("css");
    // What is not empty stays.
    let _ = fs::remove_dir(styles);
    Ok(())
}

fn remove_once(site: &Path, pages: &mut BTreeMap<String, String>) -> Result<bool> {
    let mut removed_page = false;
    for file in super::super::files(site)? {
        let name = with_slashes(&file);
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
            removed_page |= pages.remove(&name).is_some();
        }
    }
    Ok(removed_page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_no_page_names_is_removed() {
        let site = tempfile::tempdir().unwrap();
        fs::create_dir(site.path().join("css")).unwrap();
        for file in [
            "css/general-2c.css",
            "he.html",
            "highlight-1b.js",
            "toc.html",
            "token.html",
        ] {
            fs::write(site.path().join(file), "").unwrap();
        }
        let page = |text: &str| text.to_owned();
        let mut pages = BTreeMap::from([
            (
                "he.html".to_owned(),
                page("<script src=\"highlight-1b.js\"></script>"),
            ),
            (
                "toc.html".to_owned(),
                page("<link href=\"css/general-2c.css\">"),
            ),
        ]);
        remove_unused_assets(site.path(), &mut pages).unwrap();
        let left = super::super::super::files(site.path()).unwrap();
        let left: Vec<String> = left.iter().map(|file| file.display().to_string()).collect();
        assert_eq!(left, ["he.html", "highlight-1b.js", "token.html"]);
        assert_eq!(pages.len(), 1);
    }
}
