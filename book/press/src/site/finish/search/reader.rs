//! The places of a chapter that a search can find, read from its page.
//!
//! Drawings, listings, verdicts and the numbers of figures are left out, and formulas are written in a line.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use lol_html::html_content::Element;
use lol_html::{element, end_tag};

use super::formula::{Formula, Writing};
use super::{ChapterPage, Entry, Kind};
use crate::html::unescaped;
use crate::site::rewrite::{Handler, on_text};

/// Elements whose text is not searched.
const SKIPPED: [&str; 8] = [
    "button", "fieldset", "nav", "pre", "script", "style", "summary", "svg",
];

/// Classes of elements whose text is not searched.
const SKIPPED_CLASSES: [&str; 11] = [
    "claim-details",
    "claim-evidence",
    "claim-head",
    "equation-number",
    "figure-data",
    "ledger",
    "ledger-controls",
    "lab",
    "slide-link",
    "to-solution",
    "twin-name",
];

/// Classes of elements that say the number of an entry.
const NUMBERS: [&str; 5] = [
    "claim-number",
    "exercise-head",
    "figure-number",
    "project-head",
    "solution-head",
];

/// Elements that stand in a line of text: a word may go on beyond them.
const INLINE: [&str; 12] = [
    "a", "b", "code", "em", "i", "math", "s", "span", "strong", "sub", "sup", "wbr",
];

/// Reads a page.
#[derive(Debug)]
pub(in crate::site::finish) struct Reader(Rc<RefCell<State>>);

impl Reader {
    /// For the page of this chapter, which has this place in the list of chapters.
    pub(in crate::site::finish) fn new(place: usize, chapter: &ChapterPage) -> Self {
        Self::writing(Writing::Searched, place, chapter)
    }

    /// The same, with formulas that are written for this.
    pub(super) fn writing(writing: Writing, place: usize, chapter: &ChapterPage) -> Self {
        let mut state = State {
            chapter: place,
            words: chapter.words.clone(),
            entries: Vec::new(),
            open: Vec::new(),
            section: 0,
            gap: false,
            formula: Formula::new(writing),
        };
        let (number, title) = (chapter.number.clone(), chapter.title.clone());
        state.add(Kind::Chapter, "", number, title);
        Self(Rc::new(RefCell::new(state)))
    }

    pub(in crate::site::finish) fn handlers<'h>(&self) -> [Handler<'h>; 2] {
        let elements = Rc::clone(&self.0);
        let texts = Rc::clone(&self.0);
        [
            element!("main, main *", move |element| {
                elements.borrow_mut().open(element);
                if element.can_have_content() {
                    let state = Rc::clone(&elements);
                    element.on_end_tag(end_tag!(move |_| {
                        state.borrow_mut().close();
                        Ok(())
                    }))?;
                }
                Ok(())
            }),
            on_text("main", move |text| {
                texts.borrow_mut().text(&unescaped(text));
            }),
        ]
    }

    /// What was read, in the order of the page.
    pub(in crate::site::finish) fn entries(self) -> Vec<Entry> {
        let mut entries = std::mem::take(&mut self.0.borrow_mut().entries);
        for entry in &mut entries {
            for text in [&mut entry.title, &mut entry.text, &mut entry.words] {
                *text = ledger::one_line(text);
            }
        }
        entries
    }
}

#[derive(Debug)]
struct State {
    chapter: usize,
    /// The words of the chapter that are not printed, by the id of the section.
    words: BTreeMap<String, String>,
    entries: Vec<Entry>,
    /// The elements that are open, the outermost first.
    open: Vec<Open>,
    /// The chapter or the section that is being read.
    section: usize,
    /// Whether a word may not be joined to the next text.
    gap: bool,
    /// The formula that is being read.
    formula: Formula,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    is_inline: bool,
    role: Role,
}

/// What becomes of the text in an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It belongs to the section.
    Section,
    /// It is not searched.
    Skipped,
    /// It belongs to an entry of its own.
    Entry(usize),
    /// It is the title of an entry.
    Title(usize),
    /// It is the number of an entry, after its kind: "Claim 3.1".
    Number(usize),
    /// It says how much an exercise asks for.
    Level(usize),
    /// It is part of a formula.
    Formula,
}

impl State {
    fn add(&mut self, kind: Kind, anchor: &str, number: String, title: String) -> usize {
        self.entries.push(Entry {
            chapter: self.chapter,
            kind,
            anchor: anchor.to_owned(),
            number,
            level: String::new(),
            title,
            words: self.words.get(anchor).cloned().unwrap_or_default(),
            text: String::new(),
        });
        self.entries.len() - 1
    }

    fn open(&mut self, element: &Element<'_, '_>) {
        let name = element.tag_name();
        let is_inline = INLINE.contains(&name.as_str());
        self.gap |= !is_inline;
        let role = match self.role() {
            Role::Formula => Role::Formula,
            around => self.role_in(around, &name, element).unwrap_or(around),
        };
        if role == Role::Formula {
            self.formula.open(name);
        }
        self.open.push(Open { is_inline, role });
        if !element.can_have_content() {
            self.close();
        }
    }

    fn close(&mut self) {
        let Some(Open { is_inline, role }) = self.open.pop() else {
            return;
        };
        self.gap |= !is_inline;
        if role == Role::Formula
            && let Some(line) = self.formula.close()
        {
            self.text(&line);
        }
    }

    /// What becomes of the text that comes next.
    fn role(&self) -> Role {
        self.open.last().map_or(Role::Section, |open| open.role)
    }

    /// What becomes of the text in this element, if it is not that of the element around it.
    fn role_in(&mut self, around: Role, name: &str, element: &Element<'_, '_>) -> Option<Role> {
        let classes = element.get_attribute("class").unwrap_or_default();
        let has = |class: &str| classes.split(' ').any(|other| other == class);
        let id = element.get_attribute("id").unwrap_or_default();
        let last = self.entries.len() - 1;
        if NUMBERS.iter().any(|class| has(class)) {
            return Some(Role::Number(last));
        }
        if has("level") {
            return Some(Role::Level(last));
        }
        if around == Role::Skipped
            || SKIPPED.contains(&name)
            || SKIPPED_CLASSES.iter().any(|class| has(class))
        {
            return Some(Role::Skipped);
        }
        let none = String::new;
        let entry = match name {
            "math" => return Some(Role::Formula),
            // The words of a chapter's own heading find it, too.
            "h1" => return Some(Role::Title(0)),
            "h2" | "h3" => {
                self.section = self.add(Kind::Section, &id, none(), none());
                return Some(Role::Title(self.section));
            }
            "div" if has("claim") => {
                let title = id.strip_prefix("claim-").unwrap_or(&id).to_owned();
                self.add(Kind::Claim, &id, none(), title)
            }
            "div" if has("exercise") => self.add(Kind::Exercise, &id, none(), none()),
            "div" if has("solution") => self.add(Kind::Solution, &id, none(), none()),
            "div" if has("project") => self.add(Kind::Project, &id, none(), none()),
            "p" if has("project-title") => return Some(Role::Title(last)),
            "figure" if has("figure") => self.add(Kind::Figure, &id, none(), none()),
            _ => return None,
        };
        Some(Role::Entry(entry))
    }

    fn text(&mut self, text: &str) {
        let (entry, is_title) = match self.role() {
            Role::Skipped => return,
            Role::Formula => return self.formula.text(text),
            Role::Number(entry) => {
                let known = &mut self.entries[entry].number;
                if known.is_empty() {
                    *known = number(text);
                }
                return;
            }
            Role::Level(entry) => return self.entries[entry].level.push_str(text),
            Role::Section => (self.section, false),
            Role::Title(entry) => (entry, true),
            Role::Entry(entry) => (entry, false),
        };
        let entry = &mut self.entries[entry];
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

/// "3.1" of "Figure 3.1."
fn number(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    text.trim_matches(|c| !is_part(c))
        .trim_end_matches('.')
        .to_owned()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::site::rewrite;

    /// What is found in this text of a chapter.
    pub(in super::super) fn read(main: &str) -> Vec<Entry> {
        let chapter = ChapterPage {
            title: "He: two over fan-in".into(),
            number: "9".into(),
            words: BTreeMap::from([(String::new(), "kaiming".to_owned())]),
            ..ChapterPage::named("he.html")
        };
        let reader = Reader::new(8, &chapter);
        let html = format!("<nav>Contents</nav><main id=\"text\">{main}</main>Foot");
        rewrite::read(&html, reader.handlers()).unwrap();
        reader.entries()
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
             <div class=\"exercise\" id=\"exercise-a\"><p class=\"exercise-head\"><a>Exercise 9.3</a> <span class=\"level\">warm-up</span></p><p>Why?</p></div>\
             <p class=\"to-solution\"><a>Solution of exercise 9.3</a></p>\
             <div class=\"project\" id=\"project-a\"><p class=\"project-head\"><a>Project 9.1</a></p><p class=\"project-title\">A test</p><p>What?</p></div>\
             <div class=\"solution\" id=\"solution-a\"><p class=\"solution-head\"><a>Solution 9.3</a> <span class=\"level\">warm-up</span> <a>to exercise 9.3</a></p>\
             <p>Because.</p><pre><code>let x;</code></pre></div><p>End.</p>",
        );
        let told: Vec<String> = entries
            .iter()
            .map(|entry| {
                let Entry {
                    kind,
                    anchor,
                    number,
                    level,
                    title,
                    words,
                    text,
                    ..
                } = entry;
                format!("{kind:?} {number}{level} #{anchor} {title} [{words}]: {text}")
            })
            .collect();
        assert_eq!(
            told,
            [
                "Chapter 9 # He: two over fan-in [kaiming Two]: Top & tail.",
                "Section  #half A half []: One two three. End.",
                "Claim 9.1 #claim-he.a he.a []: A sentence. More.",
                "Figure 9.2 #fig-a  []: A caption.",
                "Exercise 9.3warm-up #exercise-a  []: Why?",
                "Project 9.1 #project-a A test []: What?",
                "Solution 9.3warm-up #solution-a  []: Because.",
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
}
