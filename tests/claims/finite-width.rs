//! The claims of the chapter on finite width.

#[path = "finite-width/ratio.rs"]
mod ratio;
#[path = "finite-width/rotations.rs"]
mod rotations;
#[path = "finite-width/layer_list.rs"]
mod layer_list;
#[path = "finite-width/passes.rs"]
mod passes;
#[path = "finite-width/angle.rs"]
mod angle;
#[path = "finite-width/smooth.rs"]
mod smooth;
#[path = "finite-width/dead.rs"]
mod dead;

use statrs::distribution::{Binomial, Discrete};
use statrs::function::beta::beta_reg;
use unit_variance::evidence::{KolmogorovDistance, KolmogorovFoil};
use unit_variance::{Law, VarianceScaling};

/// Independent normal weights of variance `2/n`.
fn he() -> VarianceScaling {
    VarianceScaling::he(Law::Normal)
}

/// `⟨x²⟩` times the number of entries.
pub(crate) fn square<'a>(entries: impl IntoIterator<Item = &'a f64>) -> f64 {
    entries.into_iter().map(|x| x * x).sum()
}

/// The probability of each number of active units among `width`.
fn shares(width: u64) -> Vec<f64> {
    let active = Binomial::new(0.5, width).expect("a probability");
    (0..=width).map(|k| active.pmf(k)).collect()
}

/// `P(Beta(a/2, b/2) ≤ x)`; with no degree of freedom on one side, all is on the other.
fn beta_cdf(a: u64, b: u64, x: f64) -> f64 {
    match (a, b) {
        (0, _) => f64::from(x >= 0.0),
        (_, 0) => f64::from(x >= 1.0),
        _ => beta_reg(a as f64 / 2.0, b as f64 / 2.0, x.clamp(0.0, 1.0)),
    }
}

/// The place where the probability of lying below differs most between two laws: both probabilities there.
pub(crate) fn apart(
    claimed: impl Fn(f64) -> f64,
    actual: impl Fn(f64) -> f64,
    places: impl Iterator<Item = f64>,
) -> (f64, f64) {
    let gap = |(claimed, actual): &(f64, f64)| (claimed - actual).abs();
    let pairs = places.map(|x| (claimed(x), actual(x)));
    pairs
        .max_by(|one, other| gap(one).total_cmp(&gap(other)))
        .expect("there are places")
}

/// The place between 0 and 1 below which a probability is `u`, by bisection.
fn quantile(u: f64, below: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..50 {
        let middle = f64::midpoint(low, high);
        if below(middle) < u {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// A hundredth to ninety-nine hundredths, five to a hundredth.
fn grid() -> impl Iterator<Item = f64> {
    (5..495).map(|i| f64::from(i) / 500.0)
}

/// The law of a sample that is uniform if the sentence is true and known at one point if not.
pub(crate) fn foil_at(draws: u64, (claimed, actual): (f64, f64)) -> KolmogorovFoil {
    KolmogorovFoil::new(draws, claimed, actual)
}

/// The distance of such a sample from the uniform law.
pub(crate) fn from_uniform(mut sample: Vec<f64>) -> f64 {
    KolmogorovDistance::of(&mut sample, |u| u.clamp(0.0, 1.0))
}
