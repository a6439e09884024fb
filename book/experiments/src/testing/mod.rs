//! The tests of six libraries, and what they let pass.

mod figures;
pub mod library_tests;

pub use library_tests::{LibraryTests, PassCurves};

use crate::{Chapter, Run};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "testing",
    experiments: &[
        Run::plain::<LibraryTests>(),
        Run::plain::<PassCurves>().in_small("--steps 4"),
    ],
    runs: &[
        Run::of("library-tests", || Box::new(LibraryTests {})),
        Run::of("pass-curves", || Box::new(PassCurves::default())),
    ],
    figures: &[figures::FIGURE],
};
