//! `{{#bibliography}}`: the entries of `bibliography.bib`, and the names under which they are cited.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use biblatex::{
    Bibliography as Entries, Chunk, ChunksExt, DateValue, Entry, PermissiveType, Person, Spanned,
};

use super::math::{self, TexError};
use crate::fault::Fault;
use crate::html::literal;

/// The file of entries, beside the chapters.
pub(crate) const FILE: &str = "bibliography.bib";

/// What can be cited.
#[derive(Debug, Default)]
pub(crate) struct Bibliography {
    works: Vec<Work>,
}

/// An entry, ready for the page.
#[derive(Debug)]
struct Work {
    key: String,
    /// "He et al. 2015"
    short: String,
    /// The whole entry, as Markdown.
    full: String,
}

/// The anchor of an entry.
pub(crate) fn anchor(key: &str) -> String {
    format!("ref-{key}")
}

impl Bibliography {
    /// Reads `bibliography.bib` in the book's folder; without the file nothing can be cited.
    pub(crate) fn read(root: &Path, sources: &Path, faults: &mut impl Extend<Fault>) -> Self {
        let file = sources.join(FILE);
        let Ok(text) = fs::read_to_string(root.join(&file)) else {
            return Self::default();
        };
        let line = |offset: usize| 1 + text[..offset.min(text.len())].matches('\n').count();
        let entries = match Entries::parse(&text) {
            Ok(entries) => entries,
            Err(error) => {
                let fault = Fault::at(&file, line(error.span.start), error.kind.to_string());
                faults.extend([fault]);
                return Self::default();
            }
        };
        let mut works = Vec::new();
        for entry in entries.iter() {
            match work(entry) {
                Ok(work) => works.push(work),
                Err(field) => {
                    let at = text.find(&entry.key).map_or(1, line);
                    faults.extend([Fault::at(
                        &file,
                        at,
                        format!("the entry `{}` has no proper `{field}`", entry.key),
                    )]);
                }
            }
        }
        works.sort_by(|a, b| a.full.cmp(&b.full));
        Self { works }
    }

    /// "He et al. 2015", for this key.
    pub(crate) fn short(&self, key: &str) -> Option<&str> {
        let work = self.works.iter().find(|work| work.key == key)?;
        Some(&work.short)
    }

    /// The keys that can be cited.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.works.iter().map(|work| work.key.as_str())
    }

    /// All entries.
    pub(crate) fn print(&self) -> String {
        let mut out = String::from("<div class=\"references\">");
        for work in &self.works {
            let _ = write!(
                out,
                "\n\n<div class=\"reference\" id=\"{}\">\n\n{}\n\n</div>",
                anchor(&work.key),
                work.full
            );
        }
        out + "\n\n</div>"
    }
}

/// The entry for the page, or the field that it lacks.
fn work(entry: &Entry) -> Result<Work, &'static str> {
    let authors = entry.author().map_err(|_| "author")?;
    let title = entry.title().map_err(|_| "title")?;
    let year = year(entry).ok_or("year")?;
    let short = match authors.as_slice() {
        [] => return Err("author"),
        [one] => surname(one),
        [one, two] if !is_others(two) => format!("{} and {}", surname(one), surname(two)),
        [first, ..] => format!("{} et al.", surname(first)),
    };
    let field = |name: &'static str| {
        let text = entry.get(name).map(text).transpose();
        text.map_err(|_| name)
    };

    let is_question = title.format_verbatim().ends_with(['?', '!']);
    let stop = if is_question { "" } else { "." };
    let title = text(title).map_err(|_| "title")?;
    let mut full = format!("{} ({year}). *{title}*{stop}", names(&authors));
    let venue = [
        "venue",
        "journaltitle",
        "journal",
        "booktitle",
        "publisher",
        "school",
        "institution",
        "howpublished",
    ];
    let venue = venue.into_iter().find(|name| entry.get(name).is_some());
    if let Some(venue) = venue.map(field).transpose()?.flatten() {
        let _ = write!(full, " {venue}");
        if let Some(volume) = field("volume")? {
            let _ = write!(full, " {volume}");
            if let Some(number) = field("number")? {
                let _ = write!(full, "({number})");
            }
        }
        if let Ok(PermissiveType::Typed(pages)) = entry.pages() {
            let pages: Vec<String> = pages
                .iter()
                .map(|range| {
                    if range.start == range.end {
                        range.start.to_string()
                    } else {
                        format!("{}–{}", range.start, range.end)
                    }
                })
                .collect();
            let _ = write!(full, ", {}", pages.join(", "));
        }
        full += ".";
    }
    if let Ok(doi) = entry.doi() {
        let _ = write!(full, " [doi:{}](https://doi.org/{doi})", literal(&doi));
    } else if let Ok(eprint) = entry.eprint() {
        let _ = write!(
            full,
            " [arXiv:{}](https://arxiv.org/abs/{eprint})",
            literal(&eprint)
        );
    } else if let Ok(url) = entry.url() {
        let _ = write!(full, " {}", link(&url));
    }
    if let Some(note) = field("note")? {
        let _ = write!(full, " {note}");
    }
    Ok(Work {
        key: entry.key.clone(),
        short: format!("{short} {year}"),
        full,
    })
}

/// An address, by its identifier where it has one.
fn link(url: &str) -> String {
    let kinds = [
        ("https://arxiv.org/abs/", "arXiv"),
        ("https://doi.org/", "doi"),
    ];
    let known = kinds.iter().find_map(|(home, kind)| {
        let id = url.strip_prefix(home)?;
        Some(format!("[{kind}:{}]({url})", literal(id)))
    });
    known.unwrap_or_else(|| format!("<{url}>"))
}

/// A field for the page, its formulas set.
fn text(chunks: &[Spanned<Chunk>]) -> Result<String, TexError> {
    let chunk = |chunk: &Spanned<Chunk>| match &chunk.v {
        Chunk::Math(tex) => math::inline(tex),
        Chunk::Normal(text) | Chunk::Verbatim(text) => Ok(literal(text)),
    };
    chunks.iter().map(chunk).collect()
}

fn year(entry: &Entry) -> Option<i32> {
    let PermissiveType::Typed(date) = entry.date().ok()? else {
        return None;
    };
    let (DateValue::At(date)
    | DateValue::After(date)
    | DateValue::Before(date)
    | DateValue::Between(date, _)) = date.value;
    Some(date.year)
}

fn surname(person: &Person) -> String {
    let prefix = if person.prefix.is_empty() {
        String::new()
    } else {
        format!("{} ", person.prefix)
    };
    format!("{prefix}{}", person.name)
}

/// Whether this stands for the authors who are not named: `and others`.
fn is_others(person: &Person) -> bool {
    person.name == "others" && person.given_name.is_empty()
}

/// "He, K., Zhang, X. and Ren, S.", "He, K. et al."; an organization has no initials.
fn names(people: &[Person]) -> String {
    let (people, others) = match people {
        [named @ .., last] if is_others(last) => (named, " et al."),
        all => (all, ""),
    };
    let names: Vec<String> = people
        .iter()
        .map(|person| {
            if person.given_name.is_empty() {
                return literal(&surname(person));
            }
            let initials: Vec<String> = person
                .given_name
                .split([' ', '-'])
                .filter_map(|name| name.chars().next())
                .map(|initial| format!("{initial}."))
                .collect();
            literal(&format!("{}, {}", surname(person), initials.join(" ")))
        })
        .collect();
    match names.as_slice() {
        [most @ .., last] if !most.is_empty() && others.is_empty() => {
            format!("{} and {last}", most.join(", "))
        }
        names => names.join(", ") + others,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Faults;

    fn read(text: &str) -> (Bibliography, String) {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join(FILE), text).unwrap();
        let mut faults = Faults::default();
        let bibliography = Bibliography::read(root.path(), Path::new(""), &mut faults);
        (bibliography, faults.to_string())
    }

    #[test]
    fn an_entry_is_cited_by_name_and_printed_in_full() {
        let (bibliography, faults) = read(
            "@inproceedings{he2015,\n  author = {He, Kaiming and Zhang, Xiangyu and Ren, Shaoqing},\n  title = {Delving Deep into Rectifiers},\n  booktitle = {ICCV},\n  year = {2015},\n  pages = {1026--1034},\n  eprint = {1502.01852},\n  note = {On $2/n$.},\n}\n",
        );
        assert_eq!(faults, "");
        assert_eq!(bibliography.short("he2015"), Some("He et al. 2015"));
        assert_eq!(bibliography.short("glorot2010"), None);
        let page = bibliography.print();
        assert!(page.contains("id=\"ref-he2015\""), "{page}");
        assert!(page.contains("(2015). *Delving Deep into Rectifiers*. ICCV, 1026–1034. [arXiv:1502&#46;01852](https://arxiv.org/abs/1502.01852) On <math><mn>2"), "{page}");
    }

    #[test]
    fn an_entry_may_have_an_organization_others_a_venue_and_a_question() {
        let (bibliography, faults) = read(
            "@misc{notes, author = {Karpathy, Andrej and others}, title = {Notes}, venue = {Course}, year = {2016}, url = {https://arxiv.org/abs/1.2}}\n\
             @misc{issue, author = {{PyTorch}}, title = {Why?}, venue = {Issue 1667}, year = {2017}, url = {https://example.org/}}\n",
        );
        assert_eq!(faults, "");
        assert_eq!(bibliography.short("notes"), Some("Karpathy et al. 2016"));
        let page = bibliography.print();
        assert!(page.contains("Karpathy&#44; A&#46; et al. (2016). *Notes*. Course. [arXiv:1&#46;2](https://arxiv.org/abs/1.2)"), "{page}");
        assert!(
            page.contains("PyTorch (2017). *Why&#63;* Issue 1667. <https://example.org/>"),
            "{page}"
        );
    }

    #[test]
    fn a_broken_entry_is_named_with_its_line() {
        assert_eq!(
            read("\n@article{a, title = {A}, year = {2000}}\n").1,
            "bibliography.bib:2: the entry `a` has no proper `author`"
        );
        let (_, faults) =
            read("@article{a, author = {A}, title = {A}, year = {2000}, note = {$\\nosuch$}}\n");
        assert_eq!(
            faults,
            "bibliography.bib:1: the entry `a` has no proper `note`"
        );
        assert!(
            read("\n\n@article{a, title = {A}\n")
                .1
                .starts_with("bibliography.bib:4: ")
        );
    }
}
