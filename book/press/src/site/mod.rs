//! The printed site: every link leads somewhere, nothing is loaded from elsewhere, no mark is left over.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::address::{folder_of, joined};
use page::{Link, Page, css_targets};

pub(crate) use finish::words_of;
pub use finish::{ChapterPage, Place, finish};

mod finish;
mod page;
pub(crate) mod rewrite;

/// Something wrong with a page of the site.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SiteFault {
    /// The page, relative to the site.
    pub page: PathBuf,
    /// What is wrong.
    pub message: String,
    /// The address or the text that it is about, as it stands in the page.
    pub target: String,
}

/// Checks all pages and style sheets of the site in a folder.
///
/// # Errors
///
/// If a file of it cannot be read, or a page is ambiguous HTML.
pub fn check(site: &Path) -> Result<Vec<SiteFault>> {
    let files = files(site)?;
    let read = |file: &Path| ledger::read(&site.join(file));
    let has = |file: &Path, extension: &str| file.extension().is_some_and(|e| e == extension);

    let mut pages = BTreeMap::new();
    for file in files.iter().filter(|file| has(file, "html")) {
        let page = Page::read(&read(file)?)
            .with_context(|| format!("cannot read the page {}", file.display()))?;
        pages.insert(file.clone(), page);
    }
    let mut faults = Vec::new();
    for (file, page) in &pages {
        faults.extend(page.faults.iter().map(|(message, target)| SiteFault {
            page: file.clone(),
            message: message.clone(),
            target: target.clone(),
        }));
        for link in &page.links {
            if let Err(message) = resolve(file, page, link, &pages, &files) {
                faults.push(SiteFault {
                    page: file.clone(),
                    message,
                    target: link.target.clone(),
                });
            }
        }
    }
    for file in files.iter().filter(|file| has(file, "css")) {
        for target in css_targets(&read(file)?) {
            let message = if is_remote(&target) {
                format!(
                    "loads `{target}` from elsewhere; a page loads nothing but files of the book"
                )
            } else if target.starts_with(['#'])
                || target.starts_with("data:")
                || files.contains(&file_at(folder_of(file), path_of(&target)))
            {
                continue;
            } else {
                format!("`{target}` is not there")
            };
            faults.push(SiteFault {
                page: file.clone(),
                message,
                target,
            });
        }
    }
    Ok(faults)
}

/// Looks for what a link leads to.
fn resolve(
    file: &Path,
    page: &Page,
    link: &Link,
    pages: &BTreeMap<PathBuf, Page>,
    files: &BTreeSet<PathBuf>,
) -> Result<(), String> {
    let Link {
        what,
        target,
        loads,
    } = link;
    if is_remote(target) {
        return if *loads {
            Err(format!(
                "loads `{target}` from elsewhere; a page loads nothing but files of the book"
            ))
        } else {
            Ok(())
        };
    }
    if target.starts_with("data:") || target.starts_with("mailto:") {
        return Ok(());
    }
    let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
    let path = path_of(path);
    let base = if page.has_base {
        Path::new("")
    } else {
        folder_of(file)
    };
    let mut place = if path.is_empty() {
        file.to_owned()
    } else {
        file_at(base, path)
    };
    if path.ends_with('/') || place.as_os_str().is_empty() {
        place.push("index.html");
    }
    if !files.contains(&place) {
        return Err(format!(
            "the {what} `{target}` leads nowhere: there is no {}",
            place.display()
        ));
    }
    let fragment = decoded(fragment);
    match pages.get(&place) {
        Some(other) if !fragment.is_empty() && !other.ids.contains(&fragment) => Err(format!(
            "the {what} `{target}` leads nowhere: nothing in {} has the id `{fragment}`",
            place.display()
        )),
        _ => Ok(()),
    }
}

/// Whether the address is on another machine.
fn is_remote(target: &str) -> bool {
    let scheme = target
        .split_once(':')
        .map(|(scheme, _)| scheme)
        .filter(|scheme| {
            scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        });
    target.starts_with("//") || scheme.is_some_and(|scheme| !["data", "mailto"].contains(&scheme))
}

/// An address without its query, decoded.
fn path_of(target: &str) -> &str {
    target.split(['?', '#']).next().unwrap_or_default()
}

/// `%20` and its like, read.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail
            .get(..2)
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let (b'%', Some(byte)) = (*first, hex) {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The file at an address as a page writes it, from a folder of the site.
pub(crate) fn file_at(folder: &Path, address: &str) -> PathBuf {
    joined(folder, &decoded(address))
}

/// Writes a file of the site, and its folder, if there is none.
pub(crate) fn write(site: &Path, file: impl AsRef<Path>, contents: impl AsRef<[u8]>) -> Result<()> {
    let path = site.join(file);
    fs::create_dir_all(folder_of(&path))
        .and_then(|()| fs::write(&path, contents))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// The files of the site, relative to its folder.
fn files(site: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut files = BTreeSet::new();
    collect(site, Path::new(""), &mut files)?;
    Ok(files)
}

fn collect(site: &Path, folder: &Path, files: &mut BTreeSet<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(site.join(folder))
        .with_context(|| format!("cannot read {}", site.join(folder).display()))?;
    for entry in entries {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(site, &path, files)?;
        } else {
            files.insert(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The faults of a site with one page `index.html`, beside `other.html` with the id `there`.
    fn faults(body: &str) -> Vec<String> {
        let site = tempfile::tempdir().unwrap();
        fs::write(
            site.path().join("index.html"),
            format!("<!DOCTYPE html><html><body>{body}</body></html>"),
        )
        .unwrap();
        fs::write(
            site.path().join("other.html"),
            "<p id=\"there\"></p><p id=\"σ\"></p>",
        )
        .unwrap();
        fs::write(site.path().join("a.png"), "").unwrap();
        check(site.path())
            .unwrap()
            .into_iter()
            .map(|fault| fault.message)
            .collect()
    }

    #[test]
    fn what_leads_somewhere_and_loads_from_the_book_is_fine() {
        let body = r##"<a id="a" href="other.html#there"></a><a href="#a"></a><a href="other.html#%CF%83"></a><a href="./"></a>
            <a href="https://arxiv.org/abs/1502.01852">paper</a><img src="a.png" alt="A"><img src="data:image/gif;base64,R0" alt="B">
            <code>{{#value}} $$</code><svg><g clip-path="url(#a)"></g></svg><data value="4">4</data>"##;
        assert_eq!(faults(body), Vec::<String>::new());
    }

    #[test]
    fn each_dead_link_names_its_target() {
        let expected = [
            (
                r#"<a href="nowhere.html">x</a>"#,
                "the link `nowhere.html` leads nowhere: there is no nowhere.html",
            ),
            (
                r#"<a href="other.html#nowhere">x</a>"#,
                "the link `other.html#nowhere` leads nowhere: nothing in other.html has the id `nowhere`",
            ),
            (
                r##"<a href="#nowhere">x</a>"##,
                "the link `#nowhere` leads nowhere: nothing in index.html has the id `nowhere`",
            ),
            (
                r#"<img src="b.png" alt="B">"#,
                "the image `b.png` leads nowhere: there is no b.png",
            ),
            (
                r#"<main><svg aria-labelledby="t"></svg></main>"#,
                "the reference `#t` leads nowhere: nothing in index.html has the id `t`",
            ),
            (
                r#"<svg><g clip-path="url(#c)"></g></svg>"#,
                "the resource `#c` leads nowhere: nothing in index.html has the id `c`",
            ),
        ];
        for (body, message) in expected {
            assert_eq!(faults(body), [message]);
        }
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere() {
        for body in [
            r#"<img src="https://example.org/a.png" alt="A">"#,
            r#"<script src="//example.org/a.js"></script>"#,
            r#"<link href="http://example.org/a.css" rel="stylesheet">"#,
            r#"<iframe src="https://example.org"></iframe>"#,
            r"<style>@import 'https://example.org/a.css';</style>",
            r#"<p style="background: url('https://example.org/a.png')"></p>"#,
        ] {
            let found = faults(body);
            assert!(
                matches!(found.as_slice(), [one] if one.contains("from elsewhere")),
                "{body}: {found:?}"
            );
        }
    }

    #[test]
    fn marks_ids_and_images_are_looked_at() {
        assert_eq!(
            faults("<p>See {{#figure x}}.</p>"),
            ["the mark `{{#` is left over: See {{#figure x}}."]
        );
        assert_eq!(
            faults(r#"<p id="a"></p><p id="a"></p>"#),
            ["the id `a` is given twice"]
        );
        assert_eq!(
            faults(r#"<img src="a.png">"#),
            ["the image `a.png` has no text that stands for it"]
        );
    }
}
