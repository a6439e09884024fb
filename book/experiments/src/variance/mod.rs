//! The mean shifts, the second moment follows.

mod figures;
mod second_moment;

pub use second_moment::SecondMoment;

use crate::{Chapter, Run};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "variance",
    experiments: &[Run::plain::<SecondMoment>().in_small("--fan-in 5 --fan-out 7 --draws 3")],
    runs: &[Run::of("second-moment", || {
        Box::new(SecondMoment::default())
    })],
    figures: &[figures::FIGURE],
};
