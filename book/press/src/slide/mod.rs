//! A chapter on one slide: its title, its first figure and its first claim with the verdict, as an SVG of 1280 × 720 pixels
//! that needs no other file.
//!
//! It is read from the last row: no line of type is smaller than 14 pixels. And nothing in it needs a browser: formulas are written in
//! a line, colors are those of the light theme, and the rules of style use neither variables nor functions.

mod claim;
mod drawing;
mod layout;
mod lines;
mod sentence;
mod style;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use ledger::StatedClaim;

use crate::TableCache;
use crate::blocks::Kind;
use crate::chapter::Chapter;
use crate::marks;
use crate::site;
use crate::verdicts::{VerdictState, Verdicts};
use claim::Claim;
use layout::Slide;
use style::Style;

/// The slide of a chapter's page, as the site names it; `None` for a chapter without a number or a figure.
pub(crate) fn path(chapter: &Chapter) -> Option<PathBuf> {
    let has_slide = chapter.number.is_some() && first_figure(chapter).is_some();
    has_slide.then(|| Path::new("slides").join(chapter.path.with_extension("svg")))
}

/// Writes the slides of the chapters into the site. `book` is the title of the book; the colors are read from `theme`.
pub(crate) fn write_all(
    site: &Path,
    root: &Path,
    theme: Option<&Path>,
    book: &str,
    chapters: &[Chapter],
    cache: &TableCache,
) -> Result<()> {
    let style = Style::of(theme)?;
    let verdicts = Verdicts::of(root);
    for chapter in chapters {
        let (Some(path), Some(figure)) = (path(chapter), first_figure(chapter)) else {
            continue;
        };
        let known = experiments::figure(figure).with_context(|| format!("no figure `{figure}`"))?;
        let slide = Slide {
            number: chapter.number.as_deref().unwrap_or_default(),
            title: &chapter.title,
            claim: first_claim(chapter, &verdicts)?,
            book,
            page: chapter.path.with_extension("html"),
        };
        let drawing = slide
            .draw(&cache.picture(known)?, &style)
            .with_context(|| format!("there is no slide of {}", chapter.file.display()))?;
        site::write(site, path, drawing)?;
    }
    Ok(())
}

/// The name of the figure that the chapter begins with.
fn first_figure(chapter: &Chapter) -> Option<&str> {
    chapter.blocks.iter().find_map(|block| match &block.kind {
        Kind::Directive {
            name, arguments, ..
        } if name == "figure" => Some(arguments.as_str()),
        _ => None,
    })
}

/// The first claim of the chapter that a test has judged.
fn first_claim(chapter: &Chapter, verdicts: &Verdicts) -> Result<Option<Claim>> {
    let claims = chapter.blocks.iter().filter_map(|block| match &block.kind {
        Kind::Boxed { name, label, body } if name == "CLAIM" => Some((block.line, label, body)),
        _ => None,
    });
    for ((line, label, body), n) in claims.zip(1..) {
        let line = chapter.source_line(line);
        let stated = ledger::claim(&chapter.file, line, label, &body.markdown)
            .map_err(|error| anyhow!("{error}"))?;
        let StatedClaim { id, sentence, .. } = stated;
        if let VerdictState::Judged(record) = verdicts.about(&id, &sentence) {
            let verdict = sentence::marked(&marks::claim::verdict_line(&record.verdict));
            return Ok(Some(Claim {
                number: chapter.numbered(n),
                sentence: sentence::in_words(&body.markdown)?,
                verdict,
                id,
            }));
        }
    }
    Ok(None)
}
