//! The runs behind the figures and the numbers of the book, a folder a chapter.
//!
//! An experiment is a struct of named values with a [`run`](Configuration::run): from its values, and
//! nothing else, follow the rows of one [`Table`]. A chapter gives names to runs, and draws figures of their tables.
//!
//! A chapter's folder uses its own files, `shared`, `drawing` and what stands beside this file, so that an edit in one
//! folder makes the tables of one chapter stale.

mod chapter;
pub mod drawing;
mod experiment;
mod figure;
pub mod lab;
pub mod number;
pub mod option;
mod run;
pub mod shared;
mod table;
#[cfg(test)]
mod tests;

pub mod activations;
pub mod backward;
pub mod choosing;
pub mod data_dependent;
pub mod deep_signal;
pub mod diagnose;
pub mod fans;
pub mod finite_width;
pub mod forward;
pub mod frameworks;
pub mod gains;
pub mod glossary;
pub mod gradient_check;
pub mod he;
pub mod introduction;
pub mod isometry;
pub mod laws;
pub mod lecun;
pub mod mean_field;
pub mod mnist;
pub mod residual;
pub mod symmetry;
pub mod ten_initializers;
pub mod testing;
pub mod vanishing_gradient;
pub mod variance;
pub mod width;
pub mod xavier;

pub use chapter::{Chapter, chapters_with_labs, experiments, figure, figures, run, runs};
pub use experiment::{Configuration, Experiment, Progress, without_options};
pub use figure::Figure;
pub use run::Run;
pub use table::{Cell, Table};

/// The chapters that compute, in the order of the book.
pub const CHAPTERS: &[Chapter] = &[
    introduction::CHAPTER,
    variance::CHAPTER,
    activations::CHAPTER,
    forward::CHAPTER,
    backward::CHAPTER,
    gradient_check::CHAPTER,
    symmetry::CHAPTER,
    lecun::CHAPTER,
    xavier::CHAPTER,
    he::CHAPTER,
    laws::CHAPTER,
    fans::CHAPTER,
    gains::CHAPTER,
    testing::CHAPTER,
    ten_initializers::CHAPTER,
    deep_signal::CHAPTER,
    vanishing_gradient::CHAPTER,
    mnist::CHAPTER,
    finite_width::CHAPTER,
    mean_field::CHAPTER,
    isometry::CHAPTER,
    residual::CHAPTER,
    data_dependent::CHAPTER,
    width::CHAPTER,
    choosing::CHAPTER,
    frameworks::CHAPTER,
    diagnose::CHAPTER,
    glossary::CHAPTER,
];
