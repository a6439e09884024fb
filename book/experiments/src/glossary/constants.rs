//! Numbers by which rules of initialization are known, from the formulas behind them.

use clap::Args;
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, without_options};
use unit_variance::evidence::{ALPHA, BETA, ChiSquareMean, NullLaw, Scaled};
use unit_variance::theory::{MeanField, variance_map};
use unit_variance::{Activation, Law, VarianceScaling};

/// The numbers by which rules of initialization are known, each from its formula.
#[derive(Debug, Clone, Serialize, Args)]
pub struct Constants {}

impl Default for Constants {
    fn default() -> Self {
        without_options()
    }
}

impl Configuration for Constants {
    const NAME: &'static str = "constants";

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let rows = constants().into_iter();
        let rows = rows.map(|(name, value)| vec![Cell::Text(name.to_owned()), Cell::Number(value)]);
        Table::of(self, &["constant", "value"], rows.collect())
    }
}

fn constants() -> Vec<(&'static str, f64)> {
    let gain = |phi: Activation| phi.gain();
    let cut = Law::TRUNCATED_NORMAL.bound();
    vec![
        ("relu-gain", gain(Activation::Relu)),
        ("tanh-gain", gain(Activation::Tanh)),
        ("gelu-gain", gain(Activation::Gelu)),
        ("silu-gain", gain(Activation::Silu)),
        ("mish-gain", gain(Activation::Mish)),
        ("elu-gain", gain(Activation::Elu)),
        ("softsign-gain", gain(Activation::Softsign)),
        ("tanh-torch-rms", settled(Activation::Tanh, 5.0 / 3.0)),
        ("selu-torch-rms", settled(Activation::Selu, 0.75)),
        ("uniform-bound", Law::Uniform.bound()),
        ("truncated-bound", cut),
        // ±2 standard deviations before the cut are `cut` of them after it.
        ("truncated-std", 2.0 / cut),
        ("truncated-variance", 4.0 / (cut * cut)),
        ("torch-scale", VarianceScaling::pytorch_linear().scale()),
        ("weights-half", weights_to_tell(0.5) as f64),
        ("weights-five-percent", weights_to_tell(1.05) as f64),
    ]
}

/// The rms of the activations of an infinitely wide network of this gain, after many layers.
fn settled(activation: Activation, gain: f64) -> f64 {
    let rest = MeanField::with_gain(activation, gain).fixed_point();
    variance_map(activation, rest.expect("such networks settle")).sqrt()
}

/// The least number of normal weights that tell a variance from this factor of it.
fn weights_to_tell(factor: f64) -> u64 {
    let tells = |n: u64| {
        let null = ChiSquareMean::new(n);
        let (low, high) = null.interval(ALPHA);
        let wrong = Scaled::new(factor, &null);
        wrong.lower_tail(high).min(wrong.upper_tail(low)) <= BETA
    };
    let mut high = 2;
    while !tells(high) {
        high *= 2;
    }
    let mut low = high / 2;
    while high - low > 1 {
        let middle = low.midpoint(high);
        if tells(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_those_of_their_names() {
        let of = |name: &str| {
            let all = constants();
            all.iter()
                .find(|one| one.0 == name)
                .expect("it is listed")
                .1
        };
        for (name, value) in [
            ("relu-gain", 2_f64.sqrt()),
            ("uniform-bound", 3_f64.sqrt()),
            ("torch-scale", 1.0 / 3.0),
            // 1/√E tanh(z)², and v = 1 − 4 φ(2) / (2Φ(2) − 1) and its root, by mpmath.
            ("tanh-gain", 1.592_537_419_722_83),
            ("truncated-std", 0.879_625_661_034_239_7),
            ("truncated-variance", 0.773_741_303_549_923),
            ("truncated-bound", 2.0 / 0.879_625_661_034_239_7),
            ("weights-half", 617.0),
            ("weights-five-percent", 123_142.0),
        ] {
            assert!(
                (of(name) / value - 1.0).abs() < 1e-9,
                "{name}: {}",
                of(name)
            );
        }
        // Where layers settle, one more changes nothing.
        for (name, phi, gain) in [
            ("tanh-torch-rms", Activation::Tanh, 5.0 / 3.0),
            ("selu-torch-rms", Activation::Selu, 0.75),
        ] {
            let rms = of(name);
            let next = phi.second_moment_at((gain * rms).powi(2)).sqrt();
            assert!(
                (next / rms - 1.0).abs() < 1e-9,
                "{name}: {rms}, then {next}"
            );
        }
    }
}
