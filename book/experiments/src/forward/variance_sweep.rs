//! Five weight variances through one deep network, and the straight lines that predict them.

use crate::shared::weights::of_variance;
use clap::Args;
use serde::Serialize;

use crate::shared::{Data, DeepSignal};
use crate::{Cell, Configuration, Experiment, Progress, Table, option, without_options};

/// The rms of the signal by layer under five weight variances, measured and predicted.
///
/// A ReLU layer multiplies the second moment by `fan_in Var(w) / 2`; the first layer has one input, the others as many as there are units. Columns
/// are called as the variance, `n` being the width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct VarianceSweep {
    /// The seed of NumPy's legacy stream.
    #[arg(long, allow_hyphen_values = true, value_parser = option::numpy_seed, default_value = "0")]
    pub seed: u32,
    /// The number of hidden layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "50")]
    pub depth: usize,
    /// The number of units in each of them.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "80")]
    pub width: usize,
}

/// What a variance is called, and what it is times the width; `None` where it is one.
const VARIANCES: [(&str, Option<f64>); 5] = [
    ("1", None),
    ("4/n", Some(4.0)),
    ("2/n", Some(2.0)),
    ("1/n", Some(1.0)),
    ("1/(2n)", Some(0.5)),
];

impl Default for VarianceSweep {
    fn default() -> Self {
        without_options()
    }
}

impl VarianceSweep {
    /// The rms by layer, and the rms that is predicted.
    fn signal(&self, variance: f64) -> [Vec<f64>; 2] {
        let network = DeepSignal {
            seed: self.seed,
            depth: self.depth,
            width: self.width,
            weights: of_variance(variance),
            data: Data::Fresh,
        };
        let rms = Experiment::run(&network, &mut |_| {}).numbers("rms");
        let factor = |fan_in: usize| (fan_in as f64 * variance / 2.0).sqrt();
        let first = rms[0] * factor(1);
        let later = std::iter::successors(Some(first), |rms| Some(rms * factor(self.width)));
        let predicted = std::iter::once(rms[0]).chain(later).take(rms.len());
        let predicted = predicted.collect();
        [rms, predicted]
    }
}

impl Configuration for VarianceSweep {
    const NAME: &'static str = "variance-sweep";

    fn numbers_in_memory(&self) -> f64 {
        option::weights(self.depth, self.width)
    }

    /// # Panics
    ///
    /// If depth or width is zero.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let mut columns = vec!["layer".to_owned()];
        let mut numbers = Vec::new();
        for (done, (name, over_width)) in (1..).zip(VARIANCES) {
            let variance = over_width.map_or(1.0, |c| c / self.width as f64);
            numbers.extend(self.signal(variance));
            columns.extend([name.to_owned(), format!("{name} predicted")]);
            progress(Progress {
                done,
                total: VARIANCES.len() as u64,
            });
        }
        let rows = (0..=self.depth).map(|layer| {
            let numbers = numbers.iter().map(|column| column[layer].into());
            std::iter::once(Cell::from(layer)).chain(numbers).collect()
        });
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        Table::of(self, &columns, rows.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn two_over_n_is_predicted_to_stay_where_the_first_layer_ends() {
        let table = Configuration::run(&VarianceSweep::default(), &mut |_| {});
        let predicted = table.numbers("2/n predicted");
        assert_relative_eq!(predicted[1], predicted[50], max_relative = 1e-13);
        // Variance 1 grows by √40 a layer.
        let largest = table.numbers("1 predicted");
        assert_relative_eq!(
            largest[50] / largest[49],
            40_f64.sqrt(),
            max_relative = 1e-13
        );
    }

    #[test]
    fn one_network_answers_to_all_variances_by_powers_of_their_ratio() {
        let table = Configuration::run(&VarianceSweep::default(), &mut |_| {});
        let layers: Vec<f64> = (0..=50).map(f64::from).collect();
        assert_eq!(table.numbers("layer"), layers);
        // The same draws, scaled: a layer multiplies the ratio by √2, drawn or predicted.
        for kind in ["", " predicted"] {
            let of = |name: &str| table.numbers(&format!("{name}{kind}"));
            for (larger, smaller) in [("4/n", "2/n"), ("2/n", "1/n"), ("1/n", "1/(2n)")] {
                for ((larger, smaller), layer) in of(larger).iter().zip(of(smaller)).zip(0..) {
                    let ratio = 2_f64.sqrt().powi(layer);
                    assert_relative_eq!(larger / smaller, ratio, max_relative = 1e-10);
                }
            }
        }
        // A network of finite width is not as predicted, but its first layers are near.
        let [drawn, predicted] = ["2/n", "2/n predicted"].map(|name| table.numbers(name));
        assert_eq!(drawn[0], predicted[0]);
        assert!(drawn[50] != predicted[50] && (drawn[2] / predicted[2] - 1.0).abs() < 0.5);
        assert_relative_eq!(predicted[1], predicted[7], max_relative = 1e-13);
    }
}
