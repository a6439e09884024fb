//! The constants of the field, computed once more.

mod constants;

pub use constants::Constants;

use crate::{Chapter, Run};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "glossary",
    experiments: &[Run::plain::<Constants>()],
    runs: &[Run::of("constants", || Box::new(Constants::default()))],
    figures: &[],
};
