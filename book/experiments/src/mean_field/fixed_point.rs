//! Where wide layers rest, and their depth scales.

use clap::Args;
use serde::Serialize;

use super::limits::{no_fixed_point, not_followed};
use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::activation::Activation;
use unit_variance::theory::{FixedPoint, MeanField};

/// Where wide layers rest, and how many layers it takes: fixed points and depth scales
///
/// of the variance, of the squared gradient and of the correlation of two inputs. A row for every variance above 0 at which the layers
/// rest, in rising order: with biases the first one attracts.
///
/// Columns: `chi_1`, the factor of a squared gradient; `slope`, that of a deviation of the variance, below one where it attracts; `chi_c`,
/// that of a deviation of the correlation; `xi_…`, the layers until a deviation has shrunk to the `e`-th part, `−1 / ln` of the factor:
/// infinite, `inf`, where the factor is one, and negative where the deviation grows; `xi_gradient`, `1 / |ln chi_1|`.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct FixedPoints {
    /// Activations, with commas.
    #[arg(long, value_delimiter = ',', value_parser = option::activation, default_values_t = [Activation::Tanh])]
    #[serde(serialize_with = "option::joined")]
    pub activation: Vec<Activation>,
    /// Variances of the weights, over the fan-in, with commas.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = option::not_negative, default_value = "2.0")]
    #[serde(serialize_with = "option::joined")]
    pub weight_variance: Vec<f64>,
    /// Variances of the biases, with commas.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = option::not_negative, default_value = "0.05")]
    #[serde(serialize_with = "option::joined")]
    pub bias_variance: Vec<f64>,
}

impl Default for FixedPoints {
    fn default() -> Self {
        without_options()
    }
}

impl FixedPoints {
    fn layers(&self) -> Vec<MeanField> {
        let mut layers = Vec::new();
        for activation in &self.activation {
            for weight in &self.weight_variance {
                layers.extend(self.bias_variance.iter().map(|bias| MeanField {
                    activation: *activation,
                    weight: *weight,
                    bias: *bias,
                }));
            }
        }
        layers
    }
}

impl Configuration for FixedPoints {
    const NAME: &'static str = "fixed-point";

    fn refusal(&self) -> Option<String> {
        let both = || self.weight_variance.iter().chain(&self.bias_variance);
        if let Some(refused) = not_followed(both()) {
            return Some(refused);
        }
        self.layers().into_iter().find_map(|layers| {
            let why = layers.resting_variances().err()?;
            Some(no_fixed_point(layers, why))
        })
    }

    /// # Panics
    ///
    /// If one of the networks rests nowhere.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let layers = self.layers();
        let rows = parallel::map(layers, |layers| {
            let points = layers.fixed_points();
            let points = points.unwrap_or_else(|why| panic!("{layers:?}: {why}"));
            points.iter().map(row).collect::<Vec<_>>()
        });
        let rows = rows.into_iter().flatten().collect();
        progress(Progress { done: 1, total: 1 });
        let columns = [
            "activation",
            "weight_variance",
            "bias_variance",
            "variance",
            "chi_1",
            "slope",
            "xi_q",
            "correlation",
            "chi_c",
            "xi_c",
            "xi_gradient",
            "attracts",
        ];
        Table::of(self, &columns, rows)
    }
}

fn row(point: &FixedPoint) -> Vec<Cell> {
    let numbers = [
        point.layers.weight,
        point.layers.bias,
        point.variance,
        point.chi,
        point.stability,
        point.variance_scale(),
        point.correlation,
        point.chi_of_pair,
        point.correlation_scale(),
        point.gradient_scale(),
    ];
    let name = point.layers.activation.name().as_str().into();
    let attracts = Cell::Flag(point.attracts());
    std::iter::once(name)
        .chain(numbers.map(Cell::from))
        .chain([attracts])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::of_options;
    use approx::assert_relative_eq;

    #[test]
    fn one_network_is_one_row() {
        let table = FixedPoints::default().run(&mut |_| {});
        assert_eq!(table.rows.len(), 1);
        assert_relative_eq!(
            table.numbers("variance")[0],
            0.721_761_872_652_1,
            max_relative = 1e-12
        );
        assert_relative_eq!(
            table.numbers("xi_c")[0],
            25.213_414_789_1,
            max_relative = 1e-9
        );
        assert_relative_eq!(table.numbers("xi_gradient")[0], 21.475, epsilon = 1e-3);
    }

    #[test]
    fn several_fixed_points_are_several_rows() {
        let options = [
            "--activation",
            "gelu",
            "--weight-variance",
            "2.05",
            "--bias-variance",
            "0.1",
        ];
        let table = of_options::<FixedPoints>(&options).run(&mut |_| {});
        let attracts: Vec<String> = table.column("attracts").map(ToString::to_string).collect();
        assert_eq!(attracts, ["true", "false"]);
        assert!(table.numbers("xi_q")[1] < 0.0);
    }

    #[test]
    fn a_network_that_rests_nowhere_is_refused_in_one_line() {
        for (activation, weight, bias, why) in [
            ("relu", "2", "0", "each variance is kept"),
            ("relu", "2", "0.1", "grows without a bound"),
            ("gelu", "2.5", "0.1", "grows without a bound"),
            ("tanh", "1", "0", "falls to 0"),
            ("tanh", "1e200", "0", "from 1e-12 to 1e12 are followed"),
        ] {
            let options = [
                "--activation",
                activation,
                "--weight-variance",
                weight,
                "--bias-variance",
                bias,
            ];
            let refusal = of_options::<FixedPoints>(&options).refusal().expect("none");
            assert!(
                refusal.contains(why) && !refusal.contains('\n'),
                "{refusal}"
            );
        }
    }
}
