//! A rescaling that looks behind the activation.

use clap::Args;
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::Activation;
use unit_variance::theory::rescale_after_activation;

/// Where standard normal pre-activations are after some divisions by the standard deviation behind their activation.
///
/// Columns: `activation`, `passes`, `scale` and `variance`, that behind the activation. Summary: the first pass within 2 percent of 1, if
/// there is one among the first thousand.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct LsuvAfter {
    /// The activation.
    #[arg(long, allow_hyphen_values = true, value_parser = option::activation, default_value = "tanh")]
    #[serde(serialize_with = "option::shown")]
    pub activation: Activation,
    /// Numbers of passes, with commas, up to a thousand.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = passes, default_value = "0,1,2,7,21,50,93")]
    #[serde(serialize_with = "option::joined")]
    pub passes: Vec<usize>,
}

const MOST: usize = 1_000;

fn passes(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(passes) if passes <= MOST => Ok(passes),
        _ => Err(format!("a whole number from 0 to {MOST}")),
    }
}

impl Default for LsuvAfter {
    fn default() -> Self {
        without_options()
    }
}

impl Configuration for LsuvAfter {
    const NAME: &'static str = "lsuv-after";

    fn refusal(&self) -> Option<String> {
        let last = self.passes.iter().copied().max().unwrap_or(0);
        let found = rescale_after_activation(self.activation)
            .take(last + 1)
            .count();
        (found <= last).then(|| {
            let phi = self.activation;
            format!("after {found} passes the scale behind {phi} leaves the range of 64-bit floats")
        })
    }

    /// # Panics
    ///
    /// If the scale leaves the range of `f64`.
    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let walk: Vec<_> = rescale_after_activation(self.activation)
            .take(MOST + 1)
            .collect();
        let row = |pass: &usize| -> Vec<Cell> {
            let at = walk[*pass];
            vec![
                self.activation.name().as_str().into(),
                (*pass).into(),
                at.scale.into(),
                at.variance.into(),
            ]
        };
        let rows = self.passes.iter().map(row).collect();
        let arrived = walk.iter().position(|at| (at.variance - 1.0).abs() <= 0.02);
        let summary = arrived.map(|pass| ("arrived".to_owned(), pass.into()));
        let table = Table::of(self, &["activation", "passes", "scale", "variance"], rows);
        table.with_summary(summary.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relu_arrives_at_once_and_a_tanh_walks() {
        let of = |activation, passes| LsuvAfter { activation, passes }.run(&mut |_| {});
        let relu = of(Activation::Relu, vec![0, 1, 5]);
        assert_eq!(relu.total("arrived"), 1.0);
        let exact = (2.0 / (1.0 - std::f64::consts::FRAC_1_PI)).sqrt();
        for scale in &relu.numbers("scale")[1..] {
            assert!((scale - exact).abs() < 1e-12);
        }
        let tanh = of(Activation::Tanh, vec![92, 93]);
        assert_eq!(tanh.total("arrived"), 93.0);
        let [before, after] = tanh.numbers("scale")[..] else {
            panic!("two passes")
        };
        assert!((after - before - 0.399).abs() < 0.01);
    }

    #[test]
    fn a_scale_without_bound_is_refused() {
        assert!(passes("1001").is_err() && passes("-1").is_err());
        let sigmoid = LsuvAfter {
            activation: Activation::Sigmoid,
            passes: vec![1_000],
        };
        assert!(
            sigmoid
                .refusal()
                .is_some_and(|why| why.contains("leaves the range"))
        );
    }
}
