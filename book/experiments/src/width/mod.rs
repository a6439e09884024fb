//! How a network depends on its width: kernels, first steps, and what learns at which rate.

mod coordinates;
mod figures;
mod first_step;
mod first_steps;
mod forms;
mod largest_rate;
mod network;
mod parametrizations;
mod pooled;
mod training;
mod width_rates;

use std::sync::Arc;

pub use coordinates::CoordinateCheck;
pub use first_step::FirstStep;
pub use first_steps::FirstSteps;
pub use forms::{EquivalentForms, difference, trained_forms};
pub use largest_rate::{LargestRate, kernel, largest_eigenvalue};
pub use network::{Descent, Rule, ScaledLayer, ScaledNetwork, Shape};
pub use parametrizations::Parametrizations;
pub use training::Error;
pub use width_rates::WidthRates;

use crate::shared::data::Mnist;
use crate::{Chapter, Configuration, Run};
use unit_variance::theory::Parametrization;

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "width",
    experiments: &[
        Run::on_digits(LargestRate::NAME, |digits| {
            Box::new(LargestRate::new(digits))
        })
        .in_small("--widths 4,8 --base 4 --images 5 --seeds 2"),
        Run::plain::<Parametrizations>(),
        Run::plain::<EquivalentForms>().in_small("--widths 4,8 --steps 3"),
        Run::plain::<FirstStep>(),
        Run::plain::<FirstSteps>(),
        Run::on_digits(CoordinateCheck::NAME, |digits| {
            Box::new(CoordinateCheck::new(digits))
        })
        .in_small("--widths 4,8 --base 4 --batch 4 --seeds 2"),
        Run::on_digits(WidthRates::NAME, |digits| Box::new(WidthRates::new(digits)))
            .in_small("--widths 4,8 --base 4 --rates 0.01,1 --steps 5 --batch 4 --seeds 2"),
    ],
    runs: &[
        Run::on_digits("largest-rate", |digits| Box::new(LargestRate::new(digits))),
        Run::of("parametrizations", || Box::new(Parametrizations::default())),
        Run::of("equivalent-forms", || Box::new(EquivalentForms::default())),
        Run::of("first-step", || Box::new(FirstStep::default())),
        Run::of("first-steps", || Box::new(FirstSteps::default())),
        Run::on_digits("coordinate-check", |digits| {
            Box::new(CoordinateCheck::new(digits))
        }),
        Run::on_digits("coordinate-check-adam", |digits| {
            Box::new(adam_check(digits))
        }),
        Run::on_digits("width-rates", |digits| Box::new(WidthRates::new(digits))),
        Run::on_digits("width-rates-cross-entropy", |digits| {
            Box::new(cross_entropy(digits))
        }),
        Run::on_digits("width-rates-adam", |digits| Box::new(adam_rates(digits))),
    ],
    figures: figures::FIGURES,
};

/// The coordinate check under Adam.
fn adam_check(digits: Arc<Mnist>) -> CoordinateCheck {
    CoordinateCheck {
        optimizer: Descent::Adam,
        rate: 1.0 / 256.0,
        seeds: 2,
        ..CoordinateCheck::new(digits)
    }
}

/// Rates around the best for the cross-entropy.
fn cross_entropy(digits: Arc<Mnist>) -> WidthRates {
    WidthRates {
        error: Error::CrossEntropy,
        widths: vec![32, 128, 512],
        rates: powers(-2, 1),
        ..WidthRates::new(digits)
    }
}

/// Rates around the best for Adam.
fn adam_rates(digits: Arc<Mnist>) -> WidthRates {
    WidthRates {
        error: Error::CrossEntropy,
        optimizer: Descent::Adam,
        widths: vec![32, 128, 256],
        rates: powers(-9, -4),
        ..WidthRates::new(digits)
    }
}

/// The powers of two from one to another.
fn powers(from: i32, to: i32) -> Vec<f64> {
    (from..=to).map(|k| 2_f64.powi(k)).collect()
}

/// A parametrization by its name, as options take it.
fn parametrization(text: &str) -> Result<Parametrization, &'static str> {
    let parametrization = text.parse();
    parametrization.map_err(|_| "one of: standard, neural-tangent, maximal-update")
}
