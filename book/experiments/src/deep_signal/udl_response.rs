//! The notebook's He network, input by input, and the exact law of its responses.

use crate::shared::parallel;
use crate::shared::weights::he;
use clap::Args;
use ndarray::array;
use serde::Serialize;
use unit_variance::initializer::Fan;

use crate::shared::deep_signal::draw_layers;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::network::Signal;
use unit_variance::probability::{Moments, NumpyLegacy};
use unit_variance::theory::ReluProduct;

/// The answers of the notebook's He network to 1 and −1, between their exact quantiles.
///
/// The rms of every layer's answer to the inputs 1 and −1, between the exact quantiles of that rms over
/// all He networks of this shape.
///
/// Columns: `layer`; `low`, `median` and `high`, the quantiles of probability 0.025, 0.5 and 0.975;
/// `to_plus_one` and `to_minus_one`, the network's own rms; and `below_plus_one`, `below_minus_one`, the
/// probability of a smaller one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct UdlResponse {
    /// The seed of NumPy's legacy stream.
    #[arg(long, allow_hyphen_values = true, value_parser = option::numpy_seed, default_value = "0")]
    pub seed: u32,
    /// The number of hidden layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "50")]
    pub depth: usize,
    /// The number of units in each of them.
    #[arg(long, allow_hyphen_values = true, value_parser = units, default_value = "80")]
    pub width: usize,
}

/// The smallest layer whose law is computed, as in [`ReluProduct::new`].
pub(super) const LEAST_WIDTH: usize = 8;

/// A number of units whose law is computed: in narrower layers the law of those that are not dead says little.
pub(super) fn units(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(width) if width >= LEAST_WIDTH => Ok(width),
        _ => Err(format!("a whole number, {LEAST_WIDTH} or more")),
    }
}

/// The probabilities of the quantiles.
const QUANTILES: [f64; 3] = [0.025, 0.5, 0.975];

impl Default for UdlResponse {
    fn default() -> Self {
        without_options()
    }
}

impl UdlResponse {
    /// The rms of every layer's answer to 1, and to −1.
    fn responses(&self) -> [Vec<f64>; 2] {
        let mut numpy = NumpyLegacy::new(self.seed);
        let (hidden, _) = draw_layers(self.depth, self.width, he(Fan::In), &mut numpy);
        let trace = hidden.forward(&array![[1.0], [-1.0]]);
        [0, 1].map(|direction| {
            let rms = |signal: &Signal| {
                let row = signal.activation.row(direction);
                row.iter().collect::<Moments>().rms()
            };
            trace.layers.iter().map(rms).collect()
        })
    }
}

impl Configuration for UdlResponse {
    const NAME: &'static str = "udl-response";

    fn constants() -> Vec<(String, Cell)> {
        vec![("weights".into(), Cell::Text(he(Fan::In).to_string()))]
    }

    fn numbers_in_memory(&self) -> f64 {
        option::weights(self.depth, self.width)
    }

    /// # Panics
    ///
    /// If there are no layers, or fewer than 8 units in one.
    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        assert!(
            self.width >= LEAST_WIDTH,
            "a layer needs {LEAST_WIDTH} units or more, but has {}",
            self.width
        );
        let [plus, minus] = self.responses();
        let rows = parallel::map(1..=self.depth, |layer| {
            let depth = u32::try_from(layer).expect("a network has fewer than 2³² layers");
            let product = ReluProduct::new(self.width as u64, depth);
            let own = [plus[layer - 1], minus[layer - 1]];
            std::iter::once(Cell::from(layer))
                .chain(QUANTILES.map(|p| product.quantile(p).sqrt().into()))
                .chain(own.map(Cell::from))
                .chain(own.map(|rms| product.cdf(rms * rms).into()))
                .collect()
        });
        Table::of(
            self,
            &[
                "layer",
                "low",
                "median",
                "high",
                "to_plus_one",
                "to_minus_one",
                "below_plus_one",
                "below_minus_one",
            ],
            rows,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_between_two_quantiles_has_a_probability_between_theirs() {
        let table = UdlResponse {
            depth: 5,
            width: 10,
            ..UdlResponse::default()
        }
        .run(&mut |_| {});
        assert_eq!(table.numbers("layer"), [1.0, 2.0, 3.0, 4.0, 5.0]);
        for direction in ["plus", "minus"] {
            let own = table.numbers(&format!("to_{direction}_one"));
            let below = table.numbers(&format!("below_{direction}_one"));
            for (p, quantile) in QUANTILES.into_iter().zip(["low", "median", "high"]) {
                for ((own, below), quantile) in own.iter().zip(&below).zip(table.numbers(quantile))
                {
                    assert_eq!(*own < quantile, *below < p);
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "a layer needs 8 units or more, but has 7")]
    fn a_narrow_network_is_refused() {
        let _ = UdlResponse {
            width: 7,
            ..UdlResponse::default()
        }
        .run(&mut |_| {});
    }
}
