//! The mdBook preprocessor: turns the marks of all chapters into pages, or says what is wrong with them.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;

use anyhow::Result;
use mdbook_preprocessor::book::{Book, BookItem};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::book_index::{self, BookIndex};
use crate::fault::Faults;
use crate::{TableCache, page};

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
    pub cache: Arc<TableCache>,
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
        let chapters = book_index::chapters(&self.root, sources, &book);
        let strict = self.unverified == Unverified::Fault;
        let index = BookIndex::read(
            &self.root,
            sources,
            &self.cache,
            &chapters,
            strict,
            &mut faults,
        );
        let printed = side_by_side(&chapters, |chapter| {
            let mut faults = Faults::default();
            (page::print(chapter, &index, &mut faults), faults)
        });
        let mut pages = Vec::new();
        for (page, found) in printed {
            pages.push(page);
            faults.extend(found);
        }
        replace(&mut book.items, &mut pages.into_iter());
        faults.or(book)
    }

    /// The book with nothing but its snippets, ready for rustdoc.
    pub fn snippets(&self, sources: &Path, mut book: Book) -> Book {
        let chapters = book_index::chapters(&self.root, sources, &book);
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

/// `work` done to each item, as many at a time as there are processors.
///
/// The threads are not rayon's: a page may wait for an experiment that another one has begun, and
/// a worker that waits could be the one that the experiment needs.
fn side_by_side<T: Sync, R: Send + Sync>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done: Vec<OnceLock<R>> = items.iter().map(|_| OnceLock::new()).collect();
    let worker = || {
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let Some((item, done)) = items.get(i).zip(done.get(i)) else {
                return;
            };
            assert!(done.set(work(item)).is_ok(), "every item has one turn");
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(worker);
        }
    });
    let results = done.into_iter().map(OnceLock::into_inner);
    results
        .map(|done| done.expect("every item had its turn"))
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_side_by_side_comes_back_in_order() {
        let items: Vec<u64> = (0..50).collect();
        let doubled = side_by_side(&items, |item| 2 * item);
        assert_eq!(
            doubled,
            items.iter().map(|item| 2 * item).collect::<Vec<_>>()
        );
    }
}
