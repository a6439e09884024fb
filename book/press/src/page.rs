//! A chapter becomes a page: each block and each mark within its lines is replaced by what it stands for.

use std::path::Path;

use crate::address::link;
use crate::blocks::{Block, DIRECTIVES, Kind, TWIN};
use crate::book_index::BookIndex;
use crate::chapter::Chapter;
use crate::fault::{Fault, Faults, known_are};
use crate::includes::{self, READING};
use crate::labs;
use crate::marks::math::TexError;
use crate::marks::{
    citation, claim, compute, contents, exercise, figure, ledger, listing, margin, math, project,
    table, twin, value,
};
use crate::passage::{Mark, Passage};
use crate::slide;
use crate::verdicts::VerdictState;
use experiments::number::Script;

mod solutions;
mod together;

use together::keep_with_punctuation;

/// The chapter as Markdown that mdBook renders; what cannot be printed is noted.
pub(crate) fn print(chapter: &Chapter, index: &BookIndex<'_>, faults: &mut Faults) -> String {
    let mut page = Page {
        chapter,
        place: &chapter.path,
        index,
        faults,
        exercise: None,
    };
    let blocks: Vec<String> = chapter
        .blocks
        .iter()
        .map(|block| page.block(block))
        .collect();
    blocks.join("\n\n") + "\n" + &slide_link(chapter, index.strict)
}

/// Where the chapter is on one slide; `has_files` says whether there are files beside the pages.
fn slide_link(chapter: &Chapter, has_files: bool) -> String {
    let path = slide::path(chapter).filter(|_| has_files);
    path.map_or_else(String::new, |path| {
        let address = link(&chapter.path, &path);
        format!("\n<p class=\"slide-link\"><a href=\"{address}\">This chapter on one slide</a>, as SVG</p>\n")
    })
}

struct Page<'a, 'b> {
    /// The chapter that is read.
    chapter: &'a Chapter,
    /// The page on which it is printed: its own, or that of its solutions.
    place: &'a Path,
    index: &'a BookIndex<'b>,
    faults: &'a mut Faults,
    /// The latest exercise.
    exercise: Option<exercise::Head<'a>>,
}

impl<'a> Page<'a, '_> {
    fn block(&mut self, block: &'a Block) -> String {
        match &block.kind {
            Kind::Prose(passage) => self.text(passage),
            // It is printed elsewhere.
            Kind::Boxed { name, .. } if name == "SOLUTION" => self.way_to_solution(),
            Kind::Boxed { name, label, body } => {
                let text = self.text(body);
                self.boxed(name, label, &text)
            }
            Kind::Directive {
                name,
                arguments,
                caption,
            } => {
                let caption = self.text(caption);
                let printed = self.directive(block.line, name, arguments, &caption);
                self.or_fault(block.line, printed)
            }
        }
    }

    fn boxed(&mut self, name: &str, label: &'a str, text: &str) -> String {
        match name {
            "CLAIM" => {
                let number = self.number(&claim::anchor(label));
                let known = self.index.claims.iter().find(|claim| claim.id == label);
                // A claim that cannot be read is a fault already.
                let state = known.map_or(&VerdictState::Unknown("it cannot be read"), |claim| {
                    &claim.state
                });
                claim::print(label, &number, text, state, self.index.root)
            }
            "EXERCISE" => {
                // A head that cannot be read is a fault already, here and below.
                self.exercise = exercise::Head::read(label).ok();
                self.exercise.map_or(String::new(), |head| {
                    exercise::print(head, &self.number(&exercise::anchor(head.name)), text)
                })
            }
            "PROJECT" => project::Head::read(label).map_or(String::new(), |head| {
                project::print(head, &self.number(&project::anchor(head.name)), text)
            }),
            "NOTE-MARGIN" => margin::print(text),
            // A box that is not known is a fault already.
            _ => String::new(),
        }
    }

    /// In the place of a solution, the way to it.
    fn way_to_solution(&self) -> String {
        // An exercise without a page for its solution is a fault already.
        match (self.exercise, self.index.solutions.of(self.chapter)) {
            (Some(head), Ok(page)) => {
                let number = self.number(&exercise::anchor(head.name));
                exercise::print_way(head, &number, &link(self.place, page))
            }
            _ => String::new(),
        }
    }

    fn directive(
        &mut self,
        line: usize,
        name: &str,
        arguments: &str,
        caption: &str,
    ) -> Result<String, String> {
        let index = self.index;
        match name {
            "figure" => {
                let number = self.number(&figure::anchor(arguments));
                figure::print(arguments, &number, caption, index)
            }
            "table" => {
                let header = |markdown: &str| {
                    self.text(&Passage {
                        markdown: markdown.to_owned(),
                        start: line,
                    })
                };
                table::print(arguments, caption, index.cache, header)
            }
            "listing" => listing::print(arguments, index.root),
            TWIN => twin::print(arguments, caption, index.root),
            "ledger" => {
                let entries = index.entries(self.place);
                Ok(ledger::print(&entries, |sentence| self.text(sentence)))
            }
            "contents" => Ok(contents::print(self.place, &index.contents)),
            "bibliography" => Ok(index.bibliography.print()),
            "solutions" => self.solutions(arguments),
            "diagnosis" => Ok(labs::file_input(index.has_labs)),
            unknown => unreachable!("the blocks know only {DIRECTIVES:?}, not {unknown}"),
        }
    }

    /// The passage with its marks replaced.
    fn text(&mut self, passage: &Passage) -> String {
        let mut out = String::with_capacity(passage.markdown.len() * 2);
        let mut copied = 0;
        for (range, mark) in passage.marks() {
            out.push_str(&passage.markdown[copied..range.start]);
            copied = range.end;
            let line = passage.line(range.start);
            let is_formula = matches!(mark, Mark::InlineMath(_));
            let printed = self.mark(line, mark, &out);
            if is_formula {
                copied += keep_with_punctuation(&mut out, &printed, &passage.markdown[copied..]);
            } else {
                out.push_str(&printed);
            }
            // After a tag mdBook takes an apostrophe for an opening quote.
            if passage.markdown[copied..].starts_with('\'') {
                out.push('’');
                copied += 1;
            }
        }
        out.push_str(&passage.markdown[copied..]);
        out
    }

    /// What a mark stands for; `before` is the text up to it.
    fn mark(&mut self, line: usize, mark: Mark, before: &str) -> String {
        match mark {
            Mark::InlineMath(tex) => {
                let tex = self.numbers_in(line, &tex);
                let math = math::inline(&tex);
                self.or_tex_fault(line, &tex, math)
            }
            Mark::DisplayMath { tex, label } => {
                let tex = self.numbers_in(line, &tex);
                let number = label.as_deref().map(|label| self.number(label));
                let numbered = label.as_deref().zip(number.as_deref());
                let math = math::display(&tex, numbered);
                self.or_tex_fault(line, &tex, math)
            }
            Mark::Directive { name, arguments } => {
                let printed = match name.as_str() {
                    "value" => value::print(&arguments, Script::Html, self.index.cache),
                    "compute" => compute::print(&arguments, Script::Html),
                    "given" => compute::print_given(&arguments),
                    reading if READING.contains(&reading) => {
                        // mdBook leaves what it cannot include.
                        let (root, file) = (self.index.root, &self.chapter.file);
                        includes::resolve(root, file, &arguments).map(|()| String::new())
                    }
                    block if DIRECTIVES.contains(&block) => Err(format!(
                        "`{{{{#{name}}}}}` stands on a line of its own, not within a paragraph"
                    )),
                    _ => Err(format!(
                        "unknown mark `{{{{#{name}}}}}`; {}",
                        known_are(DIRECTIVES.into_iter().chain(["value", "compute", "given"]))
                    )),
                };
                self.or_fault(line, printed)
            }
            Mark::Citation(keys) => {
                let page = self.index.bibliography_page.as_deref();
                let page = page.map(|page| link(self.place, page));
                let printed = citation::print(&keys, &self.index.bibliography, page.as_deref());
                self.or_fault(line, printed)
            }
            Mark::Reference(destination) => {
                let printed = self.index.anchors.print(&destination, self.place, before);
                self.or_fault(line, printed)
            }
            Mark::Unclosed(open) => {
                let message = match open {
                    "$" => "a `$` without its partner; a dollar is written `\\$`".to_owned(),
                    "[@" => "`[@` has no `]` in its paragraph".to_owned(),
                    _ => format!("`{open}` has no `}}}}` in its paragraph"),
                };
                self.or_fault(line, Err(message))
            }
        }
    }

    /// A formula with the numbers of runs and of other formulas in it.
    fn numbers_in(&mut self, line: usize, tex: &str) -> String {
        let mut out = String::new();
        let mut rest = tex;
        while let Some((before, after)) = rest.split_once("{{#") {
            let Some((mark, behind)) = after.split_once("}}") else {
                break;
            };
            let (name, arguments) = mark.split_once(' ').unwrap_or((mark, ""));
            let printed = match name {
                "value" => value::print(arguments, Script::Tex, self.index.cache),
                "compute" => compute::print(arguments, Script::Tex),
                "given" => compute::print_given(arguments),
                _ => Err(format!(
                    "unknown mark `{{{{#{name}}}}}` in a formula; {}",
                    known_are(["value", "compute", "given"])
                )),
            };
            out.push_str(before);
            out.push_str(&self.or_fault(line, printed));
            rest = behind;
        }
        out + rest
    }

    fn number(&self, anchor: &str) -> String {
        self.index
            .anchors
            .number(anchor)
            .unwrap_or_default()
            .to_owned()
    }

    fn or_tex_fault(&mut self, line: usize, tex: &str, math: Result<String, TexError>) -> String {
        let place = match &math {
            Ok(_) => line,
            Err(error) => line + tex.get(..error.offset).unwrap_or("").matches('\n').count(),
        };
        self.or_fault(place, math.map_err(|error| error.message))
    }

    fn or_fault(&mut self, line: usize, printed: Result<String, String>) -> String {
        printed.unwrap_or_else(|message| {
            let line = self.chapter.source_line(line);
            self.faults
                .push(Fault::at(&self.chapter.file, line, message));
            String::new()
        })
    }
}

/// The chapter under test: nothing but what a reader may run, each line in its place.
pub(crate) fn snippets(chapter: &Chapter) -> String {
    let mut lines = Vec::new();
    for block in &chapter.blocks {
        let kept = match &block.kind {
            Kind::Prose(passage) => passage.markdown.clone(),
            Kind::Boxed { name, body, .. } if name != "CLAIM" => format!("\n{}", body.markdown),
            Kind::Directive { name, caption, .. } if name == TWIN => {
                format!("\n{}", caption.markdown)
            }
            Kind::Boxed { .. } | Kind::Directive { .. } => String::new(),
        };
        let mut kept: Vec<String> = kept.split('\n').map(str::to_owned).collect();
        kept.resize(block.lines, String::new());
        lines.extend(kept);
    }
    crate::marks::snippet::with_crates(&(lines.join("\n") + "\n"))
}
