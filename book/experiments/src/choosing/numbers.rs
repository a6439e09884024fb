//! Single numbers of the chapter, each a short formula.

use clap::Args;
use serde::Serialize;
use unit_variance::initializer::TruncatedNormal;
use unit_variance::theory::MeanField;
use unit_variance::{Activation, Fans, Law, VarianceScaling};

use crate::{Cell, Configuration, Progress, Table, without_options};

/// Single numbers of the chapter on choosing, each by its formula.
///
/// Columns: `name`, `formula`, `value`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct ChoosingNumbers {}

impl Default for ChoosingNumbers {
    fn default() -> Self {
        without_options()
    }
}

/// The standard deviation that transformers draw with, since BERT and GPT-2.
const FIXED: f64 = 0.02;
/// The usual rate of Adam.
const RATE: f64 = 1e-3;
/// The prior of a detector's head: one box in a hundred is an object.
const PRIOR: f64 = 0.01;
/// What SIREN multiplies the arguments of its sines by.
const FREQUENCY: f64 = 30.0;

fn sigmoid(z: f64) -> f64 {
    Activation::Sigmoid.value(z)
}

/// `−p ln p − (1 − p) ln(1 − p)`.
fn entropy(p: f64) -> f64 {
    -p * libm::log(p) - (1.0 - p) * libm::log1p(-p)
}

/// The standard deviation at which the argument of a sine settles, if weights have variance `scale / n` and the argument is
/// multiplied by `frequency`.
fn settled_argument(frequency: f64, scale: f64) -> f64 {
    let gain = frequency * scale.sqrt();
    let field = MeanField::with_gain(Activation::Sine, gain);
    field.iterate(1.0).nth(100).expect("it goes on").sqrt()
}

fn numbers() -> Vec<(&'static str, &'static str, f64)> {
    let cut = |c: f64| TruncatedNormal::with_cut(0.0, 1.0, c).variance();
    let he = VarianceScaling::he(Law::Normal).std_dev(Fans::new(784, 1));
    let residual = FIXED / 24.0_f64.sqrt();
    vec![
        ("fixed-768", "0.02² · 768", FIXED * FIXED * 768.0),
        ("fixed-4096", "0.02² · 4096", FIXED * FIXED * 4096.0),
        ("fixed-width", "1 / 0.02²", (FIXED * FIXED).recip()),
        ("fixed-over-root", "0.02²", FIXED * FIXED),
        ("residual-sd", "0.02 / √24", residual),
        ("blocks-plain", "2^20", libm::pow(2.0, 20.0)),
        ("blocks-shared", "(1 + 1/20)^20", libm::pow(1.05, 20.0)),
        ("forget-gate", "σ(1)", sigmoid(1.0)),
        ("forget-half", "σ(0)^20", sigmoid(0.0).powi(20)),
        ("forget-one", "σ(1)^20", sigmoid(1.0).powi(20)),
        (
            "prior-bias",
            "ln(0.01 / 0.99)",
            libm::log(PRIOR / (1.0 - PRIOR)),
        ),
        ("prior-none", "ln 2", std::f64::consts::LN_2),
        ("prior-loss", "entropy of 0.01", entropy(PRIOR)),
        ("cut-one-sd", "√Var, cut at 1", cut(1.0).sqrt()),
        ("cut-two", "Var, cut at 2", cut(2.0)),
        ("cut-two-sd", "√Var, cut at 2", cut(2.0).sqrt()),
        ("adam-fixed", "0.001 / 0.02", RATE / FIXED),
        ("adam-he", "0.001 / √(2/784)", RATE / he),
        ("tied-sd", "√768", 768.0_f64.sqrt()),
        (
            "siren-he",
            "30 √(2 E sin²)",
            settled_argument(FREQUENCY, 2.0),
        ),
        (
            "siren-own",
            "√(2 E sin²)",
            settled_argument(FREQUENCY, 2.0 / (FREQUENCY * FREQUENCY)),
        ),
    ]
}

impl Configuration for ChoosingNumbers {
    const NAME: &'static str = "choosing-numbers";

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let rows = numbers()
            .into_iter()
            .map(|(name, formula, value)| vec![Cell::from(name), formula.into(), value.into()]);
        let rows = rows.collect();
        progress(Progress { done: 1, total: 1 });
        Table::of(self, &["name", "formula", "value"], rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unit_variance::initializer::Siren;

    #[test]
    fn sirens_own_weights_have_the_scale_that_is_assumed() {
        let own = Siren::Hidden { omega: FREQUENCY }.variance(Fans::new(256, 256));
        assert!((own * 256.0 * FREQUENCY * FREQUENCY - 2.0).abs() < 1e-12);
    }
}
