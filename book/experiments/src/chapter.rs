//! What a chapter's folder holds: experiments, named runs of them, and figures of those.

use crate::lab::LABS;
use crate::shared;
use crate::{CHAPTERS, Figure, Run};

/// A chapter of the book, as far as it is computed.
///
/// `{{#table udl-5x8 …}}`, `{{#value udl-5x8.std.4 .3}}`, the figures and `cargo run -- run udl-5x8` all take
/// their numbers from the run of this name, so that a number that stands in two places comes from one run.
#[derive(Debug, Clone, Copy)]
pub struct Chapter {
    /// The name of its file.
    pub name: &'static str,
    /// Its experiments, as the terminal has them without options.
    pub experiments: &'static [Run],
    /// The experiments with the values that the book prints.
    pub runs: &'static [Run],
    /// The figures of these runs, or of another chapter's.
    pub figures: &'static [Figure],
}

/// All runs of the book, each with its chapter.
pub fn runs() -> impl Iterator<Item = (&'static Chapter, &'static Run)> {
    let runs = |chapter: &'static Chapter| chapter.runs.iter().map(move |run| (chapter, run));
    CHAPTERS.iter().flat_map(runs)
}

/// The run of this name, with its chapter.
pub fn run(name: &str) -> Option<(&'static Chapter, &'static Run)> {
    runs().find(|(_, run)| run.name == name)
}

/// All experiments, as the terminal has them without options: those of several chapters, and those of one.
pub fn experiments() -> impl Iterator<Item = &'static Run> {
    let of_chapters = CHAPTERS.iter().flat_map(|chapter| chapter.experiments);
    shared::EXPERIMENTS.iter().chain(of_chapters)
}

/// All figures, each with its chapter.
pub fn figures() -> impl Iterator<Item = (&'static Chapter, &'static Figure)> {
    let figures = |chapter: &'static Chapter| {
        let figures = chapter.figures.iter();
        figures.map(move |figure| (chapter, figure))
    };
    CHAPTERS.iter().flat_map(figures)
}

/// The figure of this name.
pub fn figure(name: &str) -> Option<&'static Figure> {
    figures()
        .map(|(_, figure)| figure)
        .find(|figure| figure.name == name)
}

/// The names of the chapters that have labs.
pub fn chapters_with_labs() -> impl Iterator<Item = &'static str> {
    let has_lab = |chapter: &&Chapter| {
        let mut figures = chapter.figures.iter();
        figures.any(|figure| LABS.iter().any(|module| module.lab(figure.name).is_some()))
    };
    CHAPTERS.iter().filter(has_lab).map(|chapter| chapter.name)
}
