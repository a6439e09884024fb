//! What the search of the book looks through: chapters, sections, claims, figures and exercises, each with
//! its number and its words. One script, which a page loads when a reader first asks.
//!
//! Drawings, listings, verdicts and the numbers of figures are left out, and formulas are written in a line.

mod math;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::rewrite::{Piece, attribute, name, pieces};
use super::{ChapterPage, write};
use crate::names::SYNONYMS;

/// The attribute that tells a page's script where the index is. Without it, as in a page that stock
/// mdBook prints, there is no search.
const ATTRIBUTE: &str = " data-search-index=\"\"";

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Chapter,
    Section,
    Claim,
    Figure,
    Exercise,
}

/// A place that a search can find.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Entry {
    /// The chapter, by its place in the list of chapters.
    chapter: usize,
    kind: Kind,
    /// The id in the page; empty for the page's top.
    anchor: String,
    /// "3.1"; empty where nothing is numbered.
    number: String,
    /// The heading, or the id of a claim.
    title: String,
    /// Words that find it, and are not printed.
    #[serde(skip_serializing_if = "String::is_empty")]
    words: String,
    text: String,
}

#[derive(Debug, Serialize)]
struct Index<'a> {
    chapters: &'a [ChapterPage],
    synonyms: BTreeMap<&'static str, &'static [&'static str]>,
    entries: Vec<Entry>,
}

/// Writes the index of the chapters, and tells the pages where it is.
pub(super) fn index(
    site: &Path,
    pages: &mut BTreeMap<String, String>,
    chapters: &[ChapterPage],
) -> Result<()> {
    let mut entries = Vec::new();
    for (number, chapter) in chapters.iter().enumerate() {
        if let Some(html) = pages.get(&chapter.page) {
            entries.extend(Reader::read(number, chapter, html));
        }
    }
    let index = Index {
        chapters,
        synonyms: SYNONYMS.iter().copied().collect(),
        entries,
    };
    let script = format!("window.searchIndex={};\n", serde_json::to_string(&index)?);
    let hash = Sha256::digest(&script);
    let hash = hash
        .iter()
        .take(4)
        .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let file = format!("searchindex-{hash}.js");
    write(site, &file, &script)?;
    for page in pages.values_mut() {
        *page = page.replacen(ATTRIBUTE, &format!(" data-search-index=\"{file}\""), 1);
    }
    Ok(())
}

/// An element that is open, and what becomes of the text in it.
#[derive(Debug)]
struct Open<'a> {
    name: &'a str,
    /// How many elements of this name are open from this one on.
    depth: usize,
    role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Its text is not searched.
    Skipped,
    /// Its text is that of an entry of its own.
    Entry(usize),
    /// Its text is the title of an entry.
    Title(usize),
    /// It is a formula, which begins at this place of the page.
    Formula(usize),
}

/// Reads a page.
struct Reader<'a> {
    html: &'a str,
    chapter: usize,
    words: &'a BTreeMap<String, String>,
    entries: Vec<Entry>,
    open: Vec<Open<'a>>,
    /// The chapter or the section that is being read.
    section: usize,
    /// Whether a word may not be joined to the next text.
    gap: bool,
}

/// Elements without an end.
const VOID: [&str; 8] = ["br", "col", "hr", "img", "input", "link", "meta", "wbr"];

/// Elements whose text is not searched.
const SKIPPED: [&str; 7] = ["button", "nav", "pre", "script", "style", "summary", "svg"];

/// Classes of elements whose text is not searched.
const SKIPPED_CLASSES: [&str; 9] = [
    "claim-details",
    "claim-evidence",
    "claim-head",
    "equation-number",
    "exercise-head",
    "figure-data",
    "figure-number",
    "ledger",
    "ledger-controls",
];

/// Elements that stand in a line of text: a word may go on beyond them.
const INLINE: [&str; 12] = [
    "a", "b", "code", "em", "i", "math", "s", "span", "strong", "sub", "sup", "wbr",
];

impl<'a> Reader<'a> {
    fn read(chapter: usize, page: &'a ChapterPage, html: &'a str) -> Vec<Entry> {
        let start = html.find("<main").unwrap_or(html.len());
        let end = html[start..]
            .find("</main>")
            .map_or(html.len(), |end| start + end);
        let mut reader = Reader {
            html: &html[start..end],
            chapter,
            words: &page.words,
            entries: Vec::new(),
            open: Vec::new(),
            section: 0,
            gap: false,
        };
        reader.add(Kind::Chapter, "", page.number.clone(), page.title.clone());
        for piece in pieces(&html[start..end]) {
            match piece {
                Piece::Tag(tag) => reader.tag(tag),
                Piece::Text(text) if !text.starts_with("<!--") => reader.text(&unescaped(text)),
                Piece::Text(_) => {}
            }
        }
        for entry in &mut reader.entries {
            for text in [&mut entry.title, &mut entry.text, &mut entry.words] {
                *text = ledger::one_line(text);
            }
        }
        reader.entries
    }

    fn add(&mut self, kind: Kind, anchor: &str, number: String, title: String) -> usize {
        self.entries.push(Entry {
            chapter: self.chapter,
            kind,
            anchor: anchor.to_owned(),
            number,
            title,
            words: self.words.get(anchor).cloned().unwrap_or_default(),
            text: String::new(),
        });
        self.entries.len() - 1
    }

    fn tag(&mut self, tag: &'a str) {
        let name = name(tag);
        if !INLINE.contains(&name.trim_start_matches('/')) {
            self.gap = true;
        }
        if VOID.contains(&name) || tag.ends_with("/>") {
            return;
        }
        if let Some(name) = name.strip_prefix('/') {
            self.close(name, tag);
            return;
        }
        if let Some(open) = self.open.last_mut().filter(|open| open.name == name) {
            open.depth += 1;
        }
        let shut = |open: &Open<'_>| matches!(open.role, Role::Skipped | Role::Formula(_));
        if self.open.last().is_some_and(shut) {
            return;
        }
        if let Some(role) = self.role(name, tag) {
            // The one above does not see the end of this one.
            if let Some(open) = self.open.last_mut().filter(|open| open.name == name) {
                open.depth -= 1;
            }
            self.open.push(Open {
                name,
                depth: 1,
                role,
            });
        }
    }

    /// What becomes of the text in this element, if it is not that of the element around it.
    fn role(&mut self, name: &str, tag: &'a str) -> Option<Role> {
        let classes = attribute(tag, "class").unwrap_or_default();
        let has = |class: &str| classes.split(' ').any(|other| other == class);
        let id = attribute(tag, "id").unwrap_or_default();
        if SKIPPED.contains(&name) || SKIPPED_CLASSES.iter().any(|class| has(class)) {
            return Some(Role::Skipped);
        }
        let at = tag.as_ptr().addr() - self.html.as_ptr().addr();
        let number = |before: &str| number_after(&self.html[at..], before);
        let entry = match name {
            "math" => return Some(Role::Formula(at)),
            // The words of a chapter's own heading find it, too.
            "h1" => return Some(Role::Title(0)),
            "h2" | "h3" => {
                let section = self.add(Kind::Section, id, String::new(), String::new());
                self.section = section;
                return Some(Role::Title(section));
            }
            "div" if has("claim") => {
                let title = id.strip_prefix("claim-").unwrap_or(id).to_owned();
                self.add(Kind::Claim, id, number("Claim "), title)
            }
            "div" if has("exercise") => {
                self.add(Kind::Exercise, id, number("Exercise "), String::new())
            }
            "figure" if has("figure") => {
                self.add(Kind::Figure, id, number("Figure&nbsp;"), String::new())
            }
            // It is searched with its exercise.
            "details" if has("solution") => {
                let kinds = self.entries.iter().map(|entry| entry.kind);
                kinds
                    .collect::<Vec<_>>()
                    .iter()
                    .rposition(|kind| *kind == Kind::Exercise)?
            }
            _ => return None,
        };
        Some(Role::Entry(entry))
    }

    fn close(&mut self, name: &str, tag: &str) {
        let Some(open) = self.open.last_mut().filter(|open| open.name == name) else {
            return;
        };
        open.depth -= 1;
        if open.depth > 0 {
            return;
        }
        let role = open.role;
        self.open.pop();
        if let Role::Formula(start) = role {
            let end = tag.as_ptr().addr() - self.html.as_ptr().addr();
            let formula = &self.html[start..end];
            if formula.contains("display=\"block\"") {
                self.gap = true;
            }
            self.text(&math::line(formula));
        }
    }

    fn text(&mut self, text: &str) {
        let role = self.open.last().map(|open| open.role);
        let (entry, is_title) = match role {
            Some(Role::Skipped | Role::Formula(_)) => return,
            Some(Role::Title(entry)) => (entry, true),
            Some(Role::Entry(entry)) => (entry, false),
            None => (self.section, false),
        };
        let Some(entry) = self.entries.get_mut(entry) else {
            return;
        };
        let to = match (is_title, entry.kind) {
            (true, Kind::Chapter) => &mut entry.words,
            (true, _) => &mut entry.title,
            (false, _) => &mut entry.text,
        };
        if std::mem::take(&mut self.gap) {
            to.push(' ');
        }
        to.push_str(text);
    }
}

/// The number that follows these words.
fn number_after(html: &str, before: &str) -> String {
    let rest = html.split_once(before).map_or("", |(_, rest)| rest);
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    rest[..end].trim_end_matches('.').to_owned()
}

/// Text without its entities.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('&') {
        out.push_str(before);
        let entity = from.split_once(';').filter(|(name, _)| name.len() < 10);
        let known = entity.and_then(|(name, after)| Some((character(name)?, after)));
        rest = if let Some((character, after)) = known {
            out.push(character);
            after
        } else {
            out.push('&');
            from
        };
    }
    out + rest
}

fn character(entity: &str) -> Option<char> {
    if let Some(number) = entity.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']);
        let code = hex.map_or_else(|| number.parse(), |hex| u32::from_str_radix(hex, 16));
        return char::from_u32(code.ok()?);
    }
    let known = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", '\u{a0}'),
    ];
    let found = known.iter().find(|(name, _)| *name == entity);
    found.map(|(_, character)| *character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(main: &str) -> Vec<Entry> {
        let page = ChapterPage {
            page: "he.html".into(),
            title: "He: two over fan-in".into(),
            number: "9".into(),
            words: BTreeMap::from([(String::new(), "kaiming".to_owned())]),
        };
        Reader::read(
            8,
            &page,
            &format!("<nav>Contents</nav><main id=\"text\">{main}</main>Foot"),
        )
    }

    #[test]
    fn each_place_has_its_kind_its_number_and_its_own_words() {
        let entries = read(
            "<h1 id=\"he\"><a class=\"header\" href=\"#he\">Two</a></h1><p>Top &amp; <em>t</em>ail.</p>\
             <h2 id=\"half\"><a href=\"#half\">A <em>half</em></a></h2><p>One</p><p>two<br>three.</p>\
             <div class=\"claim\" id=\"claim-he.a\">\n<p class=\"claim-head\">✓ <a class=\"claim-number\" href=\"#claim-he.a\">Claim 9.1</a> <code>he.a</code></p>\
             <p>A sentence.</p><div class=\"claim-evidence\"><div>0.9</div><svg><text>0</text></svg></div><p>More.</p></div>\
             <figure class=\"figure\" id=\"fig-a\"><svg><title>T</title></svg><figcaption><a class=\"figure-number\">Figure&nbsp;9.2.</a> A caption.</figcaption>\
             <details class=\"figure-data\"><summary>The numbers of figure 9.2</summary></details></figure>\
             <div class=\"exercise\" id=\"exercise-a\"><p class=\"exercise-head\"><a>Exercise 9.3</a></p><p>Why?</p></div>\
             <details class=\"solution\"><summary>Solution</summary><p>Because.</p><pre><code>let x;</code></pre></details><p>End.</p>",
        );
        let told: Vec<String> = entries
            .iter()
            .map(|entry| {
                let Entry {
                    kind,
                    anchor,
                    number,
                    title,
                    words,
                    text,
                    ..
                } = entry;
                format!("{kind:?} {number} #{anchor} {title} [{words}]: {text}")
            })
            .collect();
        assert_eq!(
            told,
            [
                "Chapter 9 # He: two over fan-in [kaiming Two]: Top & tail.",
                "Section  #half A half []: One two three. End.",
                "Claim 9.1 #claim-he.a he.a []: A sentence. More.",
                "Figure 9.2 #fig-a  []: A caption.",
                "Exercise 9.3 #exercise-a  []: Why? Because.",
            ]
        );
    }

    #[test]
    fn a_formula_is_written_in_a_line() {
        let entries = read(
            "<p>For <math><msup><mi>σ</mi><mn>2</mn></msup></math>-like <math display=\"block\"><mi>x</mi></math>y.</p>",
        );
        assert_eq!(entries[0].text, "For σ²-like xy.");
    }

    #[test]
    fn entities_are_characters() {
        assert_eq!(
            unescaped("a &lt; b &#42; &#x3c3;&unknown; & c"),
            "a < b * σ&unknown; & c"
        );
    }

    #[test]
    fn the_pages_know_where_the_index_is() {
        let site = tempfile::tempdir().unwrap();
        let chapters = [ChapterPage {
            page: "he.html".into(),
            title: "He".into(),
            number: "1".into(),
            words: BTreeMap::new(),
        }];
        let page = "<html data-search-index=\"\"><main><p>Text.</p></main>".to_owned();
        let mut pages = BTreeMap::from([("he.html".to_owned(), page)]);
        index(site.path(), &mut pages, &chapters).unwrap();
        let file = attribute(&pages["he.html"], "data-search-index").unwrap();
        let script = std::fs::read_to_string(site.path().join(file)).unwrap();
        assert!(
            script.starts_with("window.searchIndex={\"chapters\":[{"),
            "{script}"
        );
        assert!(script.contains("\"text\":\"Text.\""), "{script}");
    }
}
