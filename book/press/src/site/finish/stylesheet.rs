//! All style sheets in one file: nothing else is between a reader and the first lines.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::rewrite;
use super::{read, write};

/// Puts the style sheets that the pages link, in their order, with `more` at their end, into one file.
pub(super) fn bundle(site: &Path, pages: &mut BTreeMap<String, String>, more: &str) -> Result<()> {
    let Some((first, page)) = pages.iter().max_by_key(|(_, page)| sheets(page).len()) else {
        return Ok(());
    };
    let root = root_of(first);
    let files: Vec<String> = sheets(page)
        .into_iter()
        .filter_map(|href| href.strip_prefix(&root).map(str::to_owned))
        .collect();
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

    for (path, page) in pages {
        let root = root_of(path);
        let mut linked = false;
        *page = rewrite::tags(page, |tag| {
            sheet(tag)?;
            let link = format!("<link rel=\"stylesheet\" href=\"{root}{name}\">");
            Some(if std::mem::replace(&mut linked, true) {
                String::new()
            } else {
                link
            })
        });
    }
    Ok(())
}

/// The addresses of a page's style sheets.
fn sheets(page: &str) -> Vec<&str> {
    rewrite::pieces(page)
        .filter_map(|piece| match piece {
            rewrite::Piece::Tag(tag) => sheet(tag),
            rewrite::Piece::Text(_) => None,
        })
        .collect()
}

fn sheet(tag: &str) -> Option<&str> {
    (rewrite::name(tag) == "link" && rewrite::attribute(tag, "rel") == Some("stylesheet"))
        .then(|| rewrite::attribute(tag, "href"))?
}

/// The way from a page back to the site's folder.
fn root_of(page: &str) -> String {
    "../".repeat(page.matches('/').count())
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
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, behind)| behind);
    }
    out.push_str(rest);
    out.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .fold(String::new(), |sheet, line| sheet + line + "\n")
}

fn digest(text: &str) -> String {
    let hash = Sha256::digest(text);
    hash.iter()
        .take(4)
        .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;
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
        let page = |root: &str| {
            format!(
                "<link rel=\"stylesheet\" href=\"{root}fonts/fonts.css\">\n<link rel=\"icon\" href=\"i.svg\">\n<link rel=\"stylesheet\" href=\"{root}a.css\">"
            )
        };
        let mut pages = BTreeMap::from([
            ("a.html".to_owned(), page("")),
            ("b/c.html".to_owned(), page("../")),
        ]);
        bundle(site.path(), &mut pages, ".more { }\n").unwrap();
        let name = sheets(&pages["a.html"])[0].to_owned();
        assert_eq!(sheets(&pages["a.html"]).len(), 1);
        assert_eq!(sheets(&pages["b/c.html"]), [format!("../{name}")]);
        assert_eq!(
            fs::read_to_string(site.path().join(name)).unwrap(),
            "@font-face {\nsrc: url(\"fonts/a.woff2\"), url('b.woff2'), url(data:x);\n}\na { color: red }\n.more { }\n"
        );
        assert!(!site.path().join("a.css").exists());
    }
}
