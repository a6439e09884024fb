//! The exact law of the signal behind any list of layers.

use clap::Args;
use serde::Serialize;

use super::layer_list::LayerList;
use crate::{Cell, Configuration, Progress, Table, without_options};

/// The factor by which layers, one after another, multiply the mean square of one input: its exact law.
///
/// The layers as in `layer-law`. Columns: `layers`; `log_mean` and `log_std_dev` of the logarithm of the factor; `below_one`, the
/// probability that it is below one; `q025`, `median` and `q975`, its quantiles of probability 0.025, 0.5 and 0.975; all of them
/// given that no layer is dead; and `dead`, the probability that one is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Args)]
pub struct ProductLaw {
    /// The layers, in any order: kind (linear, relu, orthogonal-relu), width x count, separated by commas.
    #[arg(long, allow_hyphen_values = true, default_value = "relu:80x50")]
    pub layers: LayerList,
}

impl Default for ProductLaw {
    fn default() -> Self {
        without_options()
    }
}

/// The probabilities of the quantiles of a row.
pub(super) const QUANTILES: [f64; 3] = [0.025, 0.5, 0.975];

impl Configuration for ProductLaw {
    const NAME: &'static str = "product-law";

    /// # Panics
    ///
    /// If there are no layers.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let law = self.layers.law();
        // A law of one value alone has it on neither side, so the strict inequality is meant.
        let below_one = law.cdf(1.0_f64.next_down());
        let numbers = [law.log_mean(), law.log_std_dev(), below_one]
            .into_iter()
            .chain(QUANTILES.map(|p| law.quantile(p)))
            .chain([law.dead()]);
        let layers = Cell::from(self.layers.to_string().as_str());
        let row = std::iter::once(layers)
            .chain(numbers.map(Cell::from))
            .collect();
        progress(Progress { done: 1, total: 1 });
        Table::of(
            self,
            &[
                "layers",
                "log_mean",
                "log_std_dev",
                "below_one",
                "q025",
                "median",
                "q975",
                "dead",
            ],
            vec![row],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(layers: &str) -> Table {
        let layers = layers.parse().unwrap();
        ProductLaw { layers }.run(&mut |_| {})
    }

    #[test]
    fn the_order_of_the_layers_does_not_matter() {
        let [one, other] = ["relu:80x2,linear:5x1", "linear:5x1,relu:80x2"].map(run);
        for column in ["log_mean", "below_one", "q025", "median", "q975", "dead"] {
            let [one, other] = [&one, &other].map(|table| table.numbers(column)[0]);
            assert!((one / other - 1.0).abs() < 1e-12, "{column}");
        }
    }

    #[test]
    fn layers_may_be_listed_one_by_one() {
        let [one, other] = ["relu:3x2", "relu:3x1,relu:3x1"].map(run);
        assert!((one.numbers("median")[0] / other.numbers("median")[0] - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_certain_factor_has_no_spread() {
        let table = run("orthogonal-relu:1x2");
        for (column, value) in [
            ("log_std_dev", 0.0),
            ("below_one", 0.0),
            ("q025", 4.0),
            ("q975", 4.0),
        ] {
            assert!((table.numbers(column)[0] - value).abs() < 1e-13, "{column}");
        }
    }
}
