//! The index of the whole book: the numbers, anchors and verdicts that must be known before any chapter is printed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ledger::{Calibration, StatedClaim};
use mdbook_preprocessor::book::{Book, BookItem};

use crate::TableCache;
use crate::address::link;
use crate::blocks::{Block, Kind};
use crate::chapter::Chapter;
use crate::fault::{Fault, Faults, known_are};
use crate::includes;
use crate::labs;
use crate::lint;
use crate::marks::{
    bibliography::Bibliography, claim, contents::Line, figure, ledger::Entry, reference::Anchors,
    snippet,
};
use crate::passage::{Mark, Passage};
use crate::solutions;
use crate::summary;
use crate::typed_numbers;
use crate::verdicts::{self, VerdictState, Verdicts, refutation};

mod exercises;

/// The boxes that a chapter may hold.
const BOXES: [&str; 5] = ["CLAIM", "EXERCISE", "SOLUTION", "PROJECT", "NOTE-MARGIN"];

/// What the marks of a chapter refer to.
#[derive(Debug)]
pub(crate) struct BookIndex<'a> {
    pub(crate) root: &'a Path,
    pub(crate) cache: &'a TableCache,
    pub(crate) chapters: &'a [Chapter],
    pub(crate) anchors: Anchors,
    /// The claims and what is known about them, by chapter's page and line.
    pub(crate) claims: Vec<Claim>,
    /// A line about each chapter, in the order of the book.
    pub(crate) contents: Vec<Line>,
    pub(crate) bibliography: Bibliography,
    pub(crate) bibliography_page: Option<PathBuf>,
    /// The pages that gather the solutions.
    pub(crate) solutions: solutions::Pages,
    /// Whether the module of the labs was built of the present sources.
    pub(crate) has_labs: bool,
    /// Whether this is the strict build, which writes files beside the pages.
    pub(crate) strict: bool,
    /// What the claims found under many seeds, if it was collected.
    calibration: Vec<Calibration>,
}

/// A claim of the book.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) id: String,
    pub(crate) page: PathBuf,
    pub(crate) chapter: String,
    pub(crate) sentence: Passage,
    pub(crate) state: VerdictState,
}

impl<'a> BookIndex<'a> {
    /// Reads the book: numbers what has a number, finds the verdicts, and notes every fault on the way.
    ///
    /// With `strict`, a claim without a fresh verdict is a fault.
    pub(crate) fn read(
        root: &'a Path,
        sources: &Path,
        cache: &'a TableCache,
        chapters: &'a [Chapter],
        strict: bool,
        faults: &mut Faults,
    ) -> Self {
        let bibliography = Bibliography::read(root, sources, faults);
        let (solutions, found) = solutions::Pages::find(chapters);
        faults.extend(found);
        let has_labs = labs::is_fresh(root).unwrap_or_else(|error| {
            faults.push(Fault::of(Path::new(labs::MODULES), format!("{error:#}")));
            false
        });
        let mut index = Self {
            root,
            cache,
            chapters,
            anchors: Anchors::default(),
            claims: Vec::new(),
            contents: chapters.iter().map(Line::of).collect(),
            bibliography,
            bibliography_page: None,
            solutions,
            has_labs,
            strict,
            calibration: Vec::new(),
        };
        faults.extend(summary::check(root, sources, chapters));
        let verdicts = Verdicts::of(root);
        for chapter in chapters {
            index.anchors.add_chapter(chapter);
            faults.extend(includes::check(root, &chapter.file, &chapter.source));
            faults.extend(lint::check(chapter));
            faults.extend(typed_numbers::check(chapter));
            let mut indexer = Indexer {
                index: &mut index,
                chapter,
                verdicts: &verdicts,
                strict,
                faults,
                counts: BTreeMap::new(),
            };
            for block in &chapter.blocks {
                indexer.block(block);
            }
            indexer.exercises_are_solved();
        }
        index.calibration = verdicts.calibration;
        index
    }

    /// The ledger's rows, as the page at `from` links to them.
    pub(crate) fn entries(&self, from: &Path) -> Vec<Entry> {
        self.claims
            .iter()
            .map(|claim| Entry {
                id: claim.id.clone(),
                number: self
                    .anchors
                    .number(&claim::anchor(&claim.id))
                    .unwrap_or_default()
                    .to_owned(),
                page: link(from, &claim.page),
                chapter: claim.chapter.clone(),
                sentence: claim.sentence.clone(),
                state: claim.state.clone(),
                ranks: match &claim.state {
                    VerdictState::Judged(record) => {
                        verdicts::ranks(record, &self.calibration).to_vec()
                    }
                    VerdictState::Unknown(_) => Vec::new(),
                },
            })
            .collect()
    }
}

/// Reads one chapter into the index.
struct Indexer<'a, 'b> {
    index: &'a mut BookIndex<'b>,
    chapter: &'a Chapter,
    verdicts: &'a Verdicts,
    strict: bool,
    faults: &'a mut Faults,
    counts: BTreeMap<&'static str, usize>,
}

impl Indexer<'_, '_> {
    fn block(&mut self, block: &Block) {
        let line = self.chapter.source_line(block.line);
        match &block.kind {
            Kind::Prose(passage) => self.passage(passage),
            Kind::Boxed { name, label, body } => {
                match name.as_str() {
                    "CLAIM" => self.claim(line, label, body),
                    "EXERCISE" => self.exercise(line, label),
                    "PROJECT" => self.project(line, label, body),
                    "SOLUTION" | "NOTE-MARGIN" => {}
                    unknown => {
                        let boxes = BOXES.map(|name| format!("[!{name}]"));
                        self.fault(
                            line,
                            format!("unknown box `[!{unknown}]`; {}", known_are(boxes)),
                        );
                    }
                }
                self.passage(body);
            }
            Kind::Directive {
                name,
                arguments,
                caption,
            } => {
                match name.as_str() {
                    "figure" => self.add(&figure::anchor(arguments), "figure", line),
                    "bibliography" => {
                        self.index.bibliography_page = Some(self.chapter.path.clone());
                    }
                    _ => {}
                }
                self.passage(caption);
            }
        }
    }

    fn claim(&mut self, line: usize, id: &str, body: &Passage) {
        // The ledger says what is a claim, and what is wrong with one.
        let claim = match ledger::claim(&self.chapter.file, line, id, &body.markdown) {
            Ok(claim) => Some(claim),
            Err(error) => {
                let place = format!("{}:{line}: ", self.chapter.file.display());
                let message = error.to_string();
                self.fault(line, message.strip_prefix(&place).unwrap_or(&message));
                None
            }
        };
        let Some(StatedClaim { id, sentence, .. }) = claim else {
            return;
        };
        let state = self.verdicts.about(&id, &sentence);
        match &state {
            VerdictState::Unknown(reason) if self.strict => {
                self.fault(line, format!("the claim `{id}` is not verified: {reason}"));
            }
            VerdictState::Judged(record) if !record.verdict.holds() => {
                self.fault(line, refutation(record));
            }
            _ => {}
        }
        self.add(&claim::anchor(&id), "claim", line);
        let (page, chapter) = (self.chapter.path.clone(), self.chapter.title.clone());
        self.index.claims.push(Claim {
            id,
            page,
            chapter,
            sentence: body.clone(),
            state,
        });
    }

    /// Numbers the equations, and looks for snippets that nobody runs.
    fn passage(&mut self, passage: &Passage) {
        let line = |offset| self.chapter.source_line(passage.line(offset));
        for offset in snippet::ignored(&passage.markdown) {
            let message = "an ignored snippet proves nothing; accepted are `no_run`, `should_panic` and `compile_fail`";
            self.faults
                .push(Fault::at(&self.chapter.file, line(offset), message));
        }
        let labels: Vec<(usize, String)> = passage
            .marks()
            .into_iter()
            .filter_map(|(range, mark)| match mark {
                Mark::DisplayMath { label, .. } => Some((line(range.start), label?)),
                _ => None,
            })
            .collect();
        for (line, label) in labels {
            self.add(&label, "equation", line);
        }
    }

    fn add(&mut self, id: &str, kind: &'static str, line: usize) {
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        let number = self.chapter.numbered(*count);
        if let Err(fault) = self.index.anchors.add(id, kind, number, self.chapter, line) {
            self.faults.push(fault);
        }
    }

    fn fault(&mut self, line: usize, message: impl Into<String>) {
        self.faults
            .push(Fault::at(&self.chapter.file, line, message));
    }
}

/// The chapters of a book that have pages, in order.
pub(crate) fn chapters(root: &Path, sources: &Path, book: &Book) -> Vec<Chapter> {
    let mut part = "";
    let mut chapters = Vec::new();
    for item in book.iter() {
        match item {
            BookItem::PartTitle(title) => part = title,
            BookItem::Separator => part = "",
            BookItem::Chapter(chapter) => {
                chapters.extend(Chapter::read(root, sources, part, chapter));
            }
        }
    }
    chapters
}
