//! The strict build: mdBook renders, every warning is a fault, and only a book without faults replaces the last one.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use mdbook_driver::MDBook;
use mdbook_html::HtmlHandlebars;
use mdbook_renderer::{RenderContext, Renderer};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context as LayerContext, Layer, SubscriberExt};

use crate::TableCache;
use crate::address::with_slashes;
use crate::blocks::Kind;
use crate::book_index::chapters;
use crate::chapter::Chapter;
use crate::epub::{self, Edition};
use crate::fault::{Fault, Faults};
use crate::labs;
use crate::marks::figure;
use crate::preprocessor::{Press, Unverified};
use crate::scratch::Scratch;
use crate::search_words::SearchWords;
use crate::site::{self, ChapterPage, Place, SiteFault};
use crate::slide;

/// The picture of the book where others link to it.
const PICTURE: &str = "card.png";

/// What was printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The folder of the site.
    pub folder: PathBuf,
    /// The number of chapters.
    pub chapters: usize,
}

/// Prints the book of the project at `root` into the folder that its `book.toml` names.
///
/// The claims must have been [verified](crate::claims::verify) before.
///
/// # Errors
///
/// All [`Faults`] of the book, in which case the book that was printed before stays as it is; or
/// what keeps mdBook from working at all.
pub fn build(root: &Path, cache: &Arc<TableCache>) -> Result<Printed> {
    let warnings = Warnings::default();
    let logger = tracing_subscriber::registry().with(warnings.clone());
    tracing::subscriber::with_default(logger, || print(root, cache, &warnings))
}

fn print(root: &Path, cache: &Arc<TableCache>, warnings: &Warnings) -> Result<Printed> {
    let mut book = MDBook::load(root)?;
    let build_dir = book.config.build.build_dir.clone();
    let folder = root.join(&build_dir);
    let parent = folder
        .parent()
        .context("the book is printed into a folder of the project")?;
    let draft = Scratch::new(root, parent)?;
    let site = draft.path().join("book");
    let sources = draft.path().join("sources");
    copy_files(&root.join(&book.config.book.src), &sources)?;
    book.config.build.build_dir.clone_from(&site);
    book.with_preprocessor(Press {
        root: root.to_owned(),
        cache: Arc::clone(cache),
        unverified: Unverified::Fault,
    });
    book.with_renderer(Html { sources });

    let chapters = chapters(root, &book.config.book.src, &book.book);
    let mut faults = Faults::default();
    let search_words = SearchWords::read(root, &chapters).unwrap_or_else(|found| {
        faults.extend(found);
        SearchWords::default()
    });
    match book.build() {
        Ok(()) => {
            write_data(&site, &chapters, cache)?;
            if labs::is_fresh(root)? {
                labs::write_scripts(root, &site)?;
            }
            write_slides(&site, root, &book, &chapters, cache)?;
            let rules = site::finish(
                &site,
                &place(&book, &site),
                &pages_of(&chapters, &search_words),
            )?;
            let pages = site::check(&site)?;
            if pages.is_empty() {
                let edition = Edition::of(root, &book.config, &chapters, &site, &rules)?;
                let (file, wrong) = epub::write(&site, &edition)?;
                epub::link(&site, &edition, &file)?;
                let wrong = wrong.into_iter();
                faults.extend(wrong.map(|message| Fault::of(Path::new(&file), message)));
            }
            book.config.build.build_dir.clone_from(&build_dir);
            faults.extend(on_pages(&book, &chapters, pages));
        }
        Err(error) => faults.extend(error.downcast::<Faults>()?),
    }
    let mut warnings = warnings.take();
    if !faults.is_empty() {
        // mdBook logs a missing include without its place; the press has named it with its line.
        warnings.retain(|(target, _)| !target.ends_with("links"));
    }
    let warnings = warnings.into_iter().map(|(_, message)| message).collect();
    faults.extend(logged(&book, &chapters, warnings));
    let printed = faults.or(Printed {
        folder: folder.clone(),
        chapters: chapters.len(),
    })?;

    draft.replace(&folder, &site)?;
    Ok(printed)
}

/// Copies the files of the book's sources, and nothing that is none.
fn copy_files(from: &Path, to: &Path) -> Result<()> {
    for file in ledger::files(from, &[])? {
        let copy = to.join(file.strip_prefix(from).unwrap_or(&file));
        fs::create_dir_all(copy.parent().unwrap_or(to))
            .and_then(|()| fs::copy(&file, &copy))
            .with_context(|| format!("cannot copy {}", file.display()))?;
    }
    Ok(())
}

/// mdBook's renderer, which copies into the site whatever is beside the chapters, and stumbles over a link
/// that leads nowhere: here it copies from a folder without such.
#[derive(Debug)]
struct Html {
    sources: PathBuf,
}

impl Renderer for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn render(&self, context: &RenderContext) -> Result<()> {
        let mut context = context.clone();
        context.config.book.src.clone_from(&self.sources);
        HtmlHandlebars::new().render(&context)
    }
}

/// Writes the numbers of every figure beside the pages.
fn write_data(site: &Path, chapters: &[Chapter], cache: &TableCache) -> Result<()> {
    for block in chapters.iter().flat_map(|chapter| &chapter.blocks) {
        let Kind::Directive {
            name, arguments, ..
        } = &block.kind
        else {
            continue;
        };
        if name == "figure" {
            for (file, text) in figure::files(arguments, cache)? {
                site::write(site, file, text)?;
            }
        }
    }
    Ok(())
}

/// Writes the slides of the chapters beside the pages.
fn write_slides(
    site: &Path,
    root: &Path,
    book: &MDBook,
    chapters: &[Chapter],
    cache: &TableCache,
) -> Result<()> {
    let html = book.config.html_config().unwrap_or_default();
    let theme = html.theme.map(|theme| root.join(theme));
    let title = book.config.book.title.clone().unwrap_or_default();
    slide::write_all(site, root, theme.as_deref(), &title, chapters, cache)
}

/// The chapters' pages, as the site names them.
fn pages_of(chapters: &[Chapter], search_words: &SearchWords) -> Vec<ChapterPage> {
    chapters
        .iter()
        .map(|chapter| {
            let page = chapter.path.with_extension("html");
            ChapterPage {
                page: with_slashes(&page),
                title: chapter.title.clone(),
                number: chapter.number.clone().unwrap_or_default(),
                words: search_words.of_page(&chapter.path.with_extension("").to_string_lossy()),
            }
        })
        .collect()
}

/// Where the site will be, if `site-url` of `book.toml` is a whole address: `https://example.org/book/`.
fn place(book: &MDBook, site: &Path) -> Place {
    let html = book.config.html_config().unwrap_or_default();
    let address = html
        .site_url
        .filter(|address| address.contains("://"))
        .map(|address| address.trim_end_matches('/').to_owned() + "/");
    Place {
        address,
        title: book.config.book.title.clone().unwrap_or_default(),
        picture: site.join(PICTURE).exists().then(|| PICTURE.to_owned()),
    }
}

/// The faults of the site, each at the line of the chapter that it comes from.
fn on_pages(book: &MDBook, chapters: &[Chapter], faults: Vec<SiteFault>) -> Vec<Fault> {
    let copies = ["index.html", "print.html"].map(Path::new);
    let is_copy = |fault: &SiteFault| copies.contains(&fault.page.as_path());
    // The first page and the whole book on one page only repeat what is wrong elsewhere.
    let has_original = faults.iter().any(|fault| !is_copy(fault));
    let locate = |fault: SiteFault| {
        let mut chapters = chapters.iter();
        let made = |chapter: &&Chapter| chapter.path.with_extension("html") == fault.page;
        let Some(chapter) = chapters.find(made) else {
            return Fault::of(
                &book.config.build.build_dir.join(&fault.page),
                fault.message,
            );
        };
        let written = fault.target.replacen(".html", ".md", 1);
        let mut lines = chapter.source.lines();
        let line = lines.position(|line| line.contains(&written) || line.contains(&fault.target));
        Fault {
            file: chapter.file.clone(),
            line: line.map(|line| line + 1),
            message: fault.message,
        }
    };
    faults
        .into_iter()
        .filter(|fault| !has_original || !is_copy(fault))
        .map(locate)
        .collect()
}

/// What mdBook logged, as faults of the chapters that it speaks of.
fn logged(book: &MDBook, chapters: &[Chapter], warnings: Vec<String>) -> Vec<Fault> {
    let fault = |message: String| {
        let named = |chapter: &&Chapter| message.contains(&format!("`{}`", chapter.path.display()));
        let chapter = chapters.iter().find(named);
        let file = chapter.map_or(&book.config.book.src, |chapter| &chapter.file);
        Fault::of(file, ledger::one_line(&message))
    };
    warnings.into_iter().map(fault).collect()
}

/// What mdBook only logs.
#[derive(Debug, Clone, Default)]
struct Warnings(Arc<Mutex<Vec<(String, String)>>>);

impl Warnings {
    fn take(&self) -> Vec<(String, String)> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<S: Subscriber> Layer<S> for Warnings {
    fn on_event(&self, event: &Event<'_>, _: LayerContext<'_, S>) {
        struct Message(String);

        impl Visit for Message {
            fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
                if field.name() == "message" {
                    let _ = write!(self.0, "{value:?}");
                }
            }
        }

        let metadata = event.metadata();
        // The smaller the level, the worse.
        if *metadata.level() > Level::WARN {
            return;
        }
        let mut message = Message(String::new());
        event.record(&mut message);
        let mut warnings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        warnings.push((metadata.target().to_owned(), message.0));
    }
}
