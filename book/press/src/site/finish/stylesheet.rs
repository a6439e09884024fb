//! All style sheets in one file: nothing else is between a reader and the first lines.

use std::cell::{Cell, RefCell};
use std::path::Path;

use anyhow::{Context, Result};
use lol_html::element;

use super::{digest, read, write};
use crate::address::to_root;
use crate::css::without_comments;
use crate::site::rewrite::Handler;

const LINK: &str = "link[rel=\"stylesheet\"]";

/// Reads the addresses of a page's style sheets.
pub(super) fn read_sheets(sheets: &RefCell<Vec<String>>) -> Handler<'_> {
    element!(LINK, |link| {
        sheets.borrow_mut().extend(link.get_attribute("href"));
        Ok(())
    })
}

/// Puts the style sheets that a page links, in their order, with `more` at their end, into one file, and tells its name.
pub(super) fn bundle(site: &Path, page: &str, sheets: &[String], more: &str) -> Result<String> {
    let root = to_root(page);
    let files = sheets
        .iter()
        .filter_map(|href| href.strip_prefix(&root))
        .collect::<Vec<_>>();
    let mut bundle = String::new();
    for file in &files {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        bundle.push_str(&squeezed(&moved(&read(site, Path::new(file))?, folder)));
    }
    bundle.push_str(more);
    let name = format!("book-{}.css", digest(&bundle));
    write(site, &name, &bundle)?;
    for file in &files {
        std::fs::remove_file(site.join(file)).with_context(|| format!("cannot remove {file}"))?;
    }
    Ok(name)
}

/// Links the bundle from a page, and no other sheet.
pub(super) fn link_bundle<'h>(page: &str, bundle: &str) -> Handler<'h> {
    let address = to_root(page) + bundle;
    let is_linked = Cell::new(false);
    element!(LINK, move |link| {
        if is_linked.replace(true) {
            link.remove();
        } else {
            link.set_attribute("href", &address)?;
        }
        Ok(())
    })
}

/// A style sheet of a folder, as it is written in the site's own.
fn moved(css: &str, folder: &str) -> String {
    if folder.is_empty() {
        return css.to_owned();
    }
    let mut parts = css.split("url(");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (quote, address) = match part.chars().next() {
            Some(quote @ ('"' | '\'')) => (Some(quote), &part[1..]),
            _ => (None, part),
        };
        out.push_str("url(");
        out.extend(quote);
        let mut folder = folder;
        let mut address = address;
        while let Some(rest) = address.strip_prefix("../") {
            address = rest;
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
        let is_elsewhere = address.contains(':') && address.find(':') < address.find(')');
        if !is_elsewhere && !address.starts_with(['#', '/']) && !folder.is_empty() {
            out.push_str(folder);
            out.push('/');
        }
        out.push_str(address);
    }
    out
}

/// Without comments and indents.
fn squeezed(css: &str) -> String {
    without_comments(css)
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .fold(String::new(), |sheet, line| sheet + line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::rewrite;
    use std::fs;

    #[test]
    fn the_sheets_of_all_pages_become_one_and_its_fonts_are_still_found() {
        let site = tempfile::tempdir().unwrap();
        fs::create_dir_all(site.path().join("fonts")).unwrap();
        fs::write(
            site.path().join("fonts/fonts.css"),
            "/* Fonts. */\n@font-face {\n  src: url(\"a.woff2\"), url('../b.woff2'), url(data:x);\n}\n",
        )
        .unwrap();
        fs::write(site.path().join("a.css"), "a { color: red }").unwrap();
        let page = "<link rel=\"stylesheet\" href=\"../fonts/fonts.css\"><link rel=\"icon\" href=\"i.svg\"><link rel=\"stylesheet\" href=\"../a.css\">";
        let sheets = RefCell::default();
        rewrite::read(page, [read_sheets(&sheets)]).unwrap();
        let name = bundle(site.path(), "b/c.html", &sheets.into_inner(), ".more { }\n").unwrap();
        assert_eq!(
            rewrite::rewrite(page, [link_bundle("b/c.html", &name)]).unwrap(),
            format!(
                "<link rel=\"stylesheet\" href=\"../{name}\"><link rel=\"icon\" href=\"i.svg\">"
            )
        );
        assert_eq!(
            fs::read_to_string(site.path().join(name)).unwrap(),
            "@font-face {\nsrc: url(\"fonts/a.woff2\"), url('b.woff2'), url(data:x);\n}\na { color: red }\n.more { }\n"
        );
        assert!(!site.path().join("a.css").exists());
    }
}
