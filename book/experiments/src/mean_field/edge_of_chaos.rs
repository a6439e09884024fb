//! The edge of chaos, by the variance that rests there or by the biases.

use clap::Args;
use serde::Serialize;

use super::limits::not_followed;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::activation::Activation;
use unit_variance::theory::EdgePoint;

/// The edge of chaos: weights and biases with which a variance rests and a squared gradient is kept
///
/// by the variance that rests there, or by the variance of the biases: then there is a row for every point with these biases.
/// Columns: `slope`, which is `dq'/dq`, and `attracts`, which says whether it is below one.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct EdgeOfChaos {
    /// Activations, with commas.
    #[arg(long, value_delimiter = ',', value_parser = option::activation, default_values_t = [Activation::Tanh])]
    #[serde(serialize_with = "option::joined")]
    pub activation: Vec<Activation>,
    /// The variances that rest there, with commas; those of the biases follow from them.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = option::positive, conflicts_with = "bias_variance")]
    #[serde(
        serialize_with = "option::joined",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub variance: Vec<f64>,
    /// The variances of the biases, with commas, if not those that rest are given [default: 0.05].
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = option::not_negative)]
    #[serde(
        serialize_with = "option::joined",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub bias_variance: Vec<f64>,
}

impl Default for EdgeOfChaos {
    fn default() -> Self {
        without_options()
    }
}

/// The variance of the biases, where nothing else is asked for.
const BIAS: f64 = 0.05;

impl EdgeOfChaos {
    /// All points, or why one of those that are asked for is none.
    fn points(&self) -> Result<Vec<EdgePoint>, String> {
        let mut points = Vec::new();
        let biases = match (&self.bias_variance[..], &self.variance[..]) {
            ([], []) => &[BIAS],
            (biases, _) => biases,
        };
        for phi in &self.activation {
            for q in &self.variance {
                let point = EdgePoint::at_variance(*phi, *q);
                let point = point.map_err(|none| {
                    format!("{phi} has no edge of chaos at the variance {q}: the biases would need the variance {}", none.bias)
                })?;
                let numbers = [point.layers.weight, point.layers.bias, point.stability];
                if !numbers.iter().all(|number| number.is_finite()) {
                    return Err(format!(
                        "the edge of {phi} at the variance {q:e} leaves the range of 64-bit floats"
                    ));
                }
                points.push(point);
            }
            for bias in biases {
                let found = EdgePoint::with_bias(*phi, *bias);
                if found.is_empty() {
                    return Err(none_with(*phi, *bias));
                }
                points.extend(found);
            }
        }
        Ok(points)
    }
}

/// Why there is no point with these biases.
fn none_with(phi: Activation, bias: f64) -> String {
    let at_one = EdgePoint::at_variance(phi, 1.0).ok();
    match at_one {
        Some(point) if point.layers.bias == 0.0 => format!(
            "for {phi} each variance is on the edge, at weight variance {} and bias variance 0: give --variance",
            point.layers.weight
        ),
        _ if bias == 0.0 => {
            format!("{phi} has no edge of chaos without biases, at which a variance above 0 rests")
        }
        _ => format!("{phi} has no edge of chaos with biases of variance {bias}"),
    }
}

impl Configuration for EdgeOfChaos {
    const NAME: &'static str = "edge-of-chaos";

    fn refusal(&self) -> Option<String> {
        let variances = self.variance.iter().chain(&self.bias_variance);
        not_followed(variances).or_else(|| self.points().err())
    }

    /// # Panics
    ///
    /// If one of the points does not exist.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let points = self.points().unwrap_or_else(|why| panic!("{why}"));
        progress(Progress { done: 1, total: 1 });
        let row = |point: EdgePoint| -> Vec<Cell> {
            vec![
                point.layers.activation.name().as_str().into(),
                point.variance.into(),
                point.layers.weight.into(),
                point.layers.bias.into(),
                point.stability.into(),
                Cell::Flag(point.attracts()),
            ]
        };
        let columns = [
            "activation",
            "variance",
            "weight_variance",
            "bias_variance",
            "slope",
            "attracts",
        ];
        Table::of(self, &columns, points.into_iter().map(row).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::of_options;
    use approx::assert_relative_eq;

    #[test]
    fn both_ways_lead_to_the_same_point() {
        let by_bias = EdgeOfChaos::default().run(&mut |_| {});
        assert_eq!(by_bias.rows.len(), 1);
        let variance = by_bias.numbers("variance")[0];
        let by_variance = EdgeOfChaos {
            variance: vec![variance],
            ..EdgeOfChaos::default()
        };
        let by_variance = by_variance.run(&mut |_| {});
        for column in ["weight_variance", "bias_variance", "slope"] {
            let [one, other] = [&by_bias, &by_variance].map(|table| table.numbers(column)[0]);
            assert_relative_eq!(one, other, max_relative = 1e-12);
        }
        assert_eq!(by_bias.rows[0][5], Cell::Flag(true));
    }

    #[test]
    fn a_point_that_does_not_exist_is_refused_in_one_line() {
        for (options, why) in [
            (
                ["--activation", "relu", "--bias-variance", "0.1"],
                "each variance is on the edge",
            ),
            (
                ["--activation", "softplus", "--variance", "1"],
                "no edge of chaos at the variance 1",
            ),
            (
                ["--activation", "softplus", "--bias-variance", "1"],
                "with biases of variance 1",
            ),
            (
                ["--activation", "tanh", "--bias-variance", "0"],
                "without biases",
            ),
        ] {
            let refusal = of_options::<EdgeOfChaos>(&options).refusal().expect("none");
            assert!(
                refusal.contains(why) && !refusal.contains('\n'),
                "{refusal}"
            );
        }
        let repels = of_options::<EdgeOfChaos>(&["--activation", "gelu", "--bias-variance", "0.1"]);
        assert_eq!(repels.run(&mut |_| {}).rows[0][5], Cell::Flag(false));
    }
}
