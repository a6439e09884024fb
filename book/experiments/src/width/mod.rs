//! How a network depends on its width: kernels, first steps, and what learns at which rate.

mod figures;
mod largest_rate;
mod network;
mod pooled;
mod training;
mod width_rates;

pub use largest_rate::{LargestRate, kernel, largest_eigenvalue};
pub use network::{Descent, Rule, ScaledLayer, ScaledNetwork, Shape};
pub use training::Error;
pub use width_rates::WidthRates;

use crate::{Chapter, Configuration, Run};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "width",
    experiments: &[
        Run::on_digits(LargestRate::NAME, |digits| Box::new(LargestRate::new(digits)))
            .in_small("--widths 4,8 --base 4 --images 5 --seeds 2"),
        Run::on_digits(WidthRates::NAME, |digits| Box::new(WidthRates::new(digits)))
            .in_small("--widths 4,8 --base 4 --rates 0.01,1 --steps 5 --batch 4 --seeds 2"),
    ],
    runs: &[
        Run::on_digits("largest-rate", |digits| Box::new(LargestRate::new(digits))),
        Run::on_digits("width-rates", |digits| Box::new(WidthRates::new(digits))),
    ],
    figures: figures::FIGURES,
};
