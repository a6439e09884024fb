//! What a wide layer makes of two inputs.

use clap::Args;
use serde::Serialize;

use crate::{Configuration, Progress, Table, option, without_options};
use unit_variance::activation::Activation;

/// What a wide layer makes of two inputs: `E φ(x) φ(y)` and `E φ'(x) φ'(y)`
///
/// for Gaussian `x` and `y` of this variance and correlation, by closed forms or by a rule in polar coordinates that knows the kinks.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct PairMoments {
    /// Activations, with commas.
    #[arg(long, value_delimiter = ',', value_parser = option::activation, default_values_t = [Activation::Tanh])]
    #[serde(serialize_with = "option::joined")]
    pub activation: Vec<Activation>,
    /// Variances of the pre-activations, with commas.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = option::positive, default_value = "1.0")]
    #[serde(serialize_with = "option::joined")]
    pub variance: Vec<f64>,
    /// Correlations, with commas.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = option::correlation, default_value = "0.5")]
    #[serde(serialize_with = "option::joined")]
    pub correlation: Vec<f64>,
}

impl Default for PairMoments {
    fn default() -> Self {
        without_options()
    }
}

impl PairMoments {
    /// Activation, variance, correlation and both moments, for every combination.
    fn cases(&self) -> impl Iterator<Item = (Activation, f64, f64)> {
        self.activation.iter().flat_map(move |phi| {
            self.variance.iter().flat_map(move |q| {
                let correlations = self.correlation.iter();
                correlations.map(move |c| (*phi, *q, *c))
            })
        })
    }
}

/// Beyond this size a moment may leave the range of `f64`.
const LARGE: f64 = 1e100;

impl Configuration for PairMoments {
    const NAME: &'static str = "pair-moments";

    fn refusal(&self) -> Option<String> {
        let steep = |phi| matches!(phi, Activation::LeakyRelu { slope } if slope.abs() > LARGE);
        let mut suspects = self.cases().filter(|(phi, q, _)| *q > LARGE || steep(*phi));
        let (phi, q, c) = suspects.find(|(phi, q, c)| {
            let moments = [phi.pair_moment_at(*q, *c), phi.slope_pair_moment_at(*q, *c)];
            !moments.iter().all(|moment| moment.is_finite())
        })?;
        Some(format!(
            "the moments of {phi} at variance {q:e} and correlation {c} leave the range of 64-bit floats"
        ))
    }

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let total = self.cases().count() as u64;
        let rows = (1..).zip(self.cases()).map(|(done, (phi, q, c))| {
            let moments = [phi.pair_moment_at(q, c), phi.slope_pair_moment_at(q, c)];
            progress(Progress { done, total });
            vec![
                phi.name().as_str().into(),
                q.into(),
                c.into(),
                moments[0].into(),
                moments[1].into(),
            ]
        });
        let rows = rows.collect();
        let columns = [
            "activation",
            "variance",
            "correlation",
            "value_moment",
            "slope_moment",
        ];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::of_options;
    use approx::assert_relative_eq;

    #[test]
    fn there_is_a_row_for_every_combination() {
        let options = [
            "--activation",
            "tanh,gelu",
            "--variance",
            "1,4",
            "--correlation=-0.5,0.5",
        ];
        let table = of_options::<PairMoments>(&options).run(&mut |_| {});
        assert_eq!(table.rows.len(), 8);
        let value = table.numbers("value_moment");
        assert_relative_eq!(value[0], -value[1], max_relative = 1e-13);
        assert_relative_eq!(value[5], 0.227_294_915_021_99, max_relative = 1e-13);
    }

    #[test]
    fn what_no_float_holds_is_refused() {
        let squares =
            of_options::<PairMoments>(&["--activation", "relu_squared", "--variance", "1e200"]);
        let refusal = squares.refusal().expect("10^400 is too large");
        assert!(
            refusal.contains("relu_squared at variance 1e200"),
            "{refusal}"
        );
        let tanh = of_options::<PairMoments>(&["--variance", "1e200"]);
        assert_eq!(tanh.refusal(), None);
    }
}
