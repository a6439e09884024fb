//! The mdBook preprocessor: turns the marks of all chapters into pages, or says what is wrong with them.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use mdbook_preprocessor::book::{Book, BookItem};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::edition::{self, Edition};
use crate::fault::Faults;
use crate::{Lab, page};

/// The name in `book.toml`.
pub const NAME: &str = "press";

/// The renderer as which mdBook runs the snippets.
const TEST: &str = "test";

/// What becomes of a claim that no fresh record verifies. A claim that fails is always a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unverified {
    /// It says so on the page.
    Shown,
    /// The book is not printed.
    Fault,
}

/// Prints chapters.
#[derive(Debug, Clone)]
pub struct Press {
    /// The project.
    pub root: PathBuf,
    /// Where the numbers come from.
    pub lab: Arc<Lab>,
    /// What becomes of claims that are not verified.
    pub unverified: Unverified,
}

impl Press {
    /// The book with every mark replaced. `sources` is its folder, relative to the project.
    ///
    /// # Errors
    ///
    /// All faults of the whole book.
    pub fn print(&self, sources: &Path, mut book: Book) -> Result<Book, Faults> {
        let mut faults = Faults::default();
        let chapters = edition::chapters(&self.root, sources, &book);
        let strict = self.unverified == Unverified::Fault;
        let edition = Edition::read(
            &self.root,
            sources,
            &self.lab,
            &chapters,
            strict,
            &mut faults,
        );
        let pages: Vec<String> = chapters
            .iter()
            .map(|chapter| page::print(chapter, &edition, &mut faults))
            .collect();
        replace(&mut book.items, &mut pages.into_iter());
        faults.or(book)
    }

    /// The book with nothing but its snippets, ready for rustdoc.
    pub fn snippets(&self, sources: &Path, mut book: Book) -> Book {
        let chapters = edition::chapters(&self.root, sources, &book);
        replace(&mut book.items, &mut chapters.iter().map(page::snippets));
        book
    }
}

impl Preprocessor for Press {
    fn name(&self) -> &str {
        NAME
    }

    fn run(&self, context: &PreprocessorContext, book: Book) -> Result<Book> {
        let sources = &context.config.book.src;
        if context.renderer == TEST {
            Ok(self.snippets(sources, book))
        } else {
            Ok(self.print(sources, book)?)
        }
    }

    fn supports_renderer(&self, renderer: &str) -> Result<bool> {
        Ok(supports(renderer))
    }
}

/// Whether pages can be made for this renderer of mdBook.
pub fn supports(renderer: &str) -> bool {
    ["html", TEST].contains(&renderer)
}

/// mdBook's side of `preprocess`: reads a book, writes it printed.
///
/// # Errors
///
/// If the input is not mdBook's, or the book has faults.
pub fn preprocess(press: &Press, input: impl Read, output: impl Write) -> Result<()> {
    let (context, book) = mdbook_preprocessor::parse_input(input)?;
    serde_json::to_writer(output, &press.run(&context, book)?)?;
    Ok(())
}

/// Puts the pages in the places of the chapters, in the order of the book.
fn replace(items: &mut [BookItem], pages: &mut impl Iterator<Item = String>) {
    for item in items {
        if let BookItem::Chapter(chapter) = item {
            if !chapter.is_draft_chapter() {
                chapter.content = pages.next().expect("there is a page for every chapter");
            }
            replace(&mut chapter.sub_items, pages);
        }
    }
}
