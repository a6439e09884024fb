//! The band in which networks lie, layer by layer.

use clap::Args;
use serde::Serialize;

use super::layer_list::LayerList;
use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};

/// Where the mean square of networks lies behind each of their layers, by the exact law.
///
/// Columns: `layer`; `place`, the layer over the depth; `low`, `lower_quartile`, `median`, `upper_quartile` and `high`, the
/// quantiles of probability 0.025, 0.25, 0.5, 0.75 and 0.975 of the mean square over that of the input, given that no layer is
/// dead. Layer 0 is the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Args)]
pub struct Bands {
    /// The layers in their order: kind (linear, relu, orthogonal-relu), width x count, separated by commas.
    #[arg(long, allow_hyphen_values = true, default_value = "relu:80x50")]
    pub layers: LayerList,
    /// At how many layers, at most and about equal distances, the band is computed.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "50")]
    pub places: usize,
}

impl Default for Bands {
    fn default() -> Self {
        without_options()
    }
}

/// The probabilities of the five quantiles.
const QUANTILES: [f64; 5] = [0.025, 0.25, 0.5, 0.75, 0.975];

impl Bands {
    /// The layers behind which the band is computed.
    fn depths(&self) -> Vec<u64> {
        let depth = self.layers.depth();
        let places = (self.places as u64).min(depth);
        (1..=places)
            .map(|i| (u128::from(i) * u128::from(depth) / u128::from(places)) as u64)
            .collect()
    }

    /// Layers with the quantiles of these probabilities behind them; layer 0 is the input.
    ///
    /// # Panics
    ///
    /// If there are no layers.
    pub(super) fn quantiles<const N: usize>(
        &self,
        probabilities: [f64; N],
    ) -> Vec<(u64, [f64; N])> {
        let behind = parallel::map(self.depths(), |layer| {
            let law = self.layers.first(layer).law();
            (layer, probabilities.map(|p| law.quantile(p)))
        });
        std::iter::once((0, [1.0; N])).chain(behind).collect()
    }
}

impl Configuration for Bands {
    const NAME: &'static str = "bands";

    fn refusal(&self) -> Option<String> {
        const MOST: usize = 10_000;
        (self.places > MOST).then(|| format!("at most {MOST} places are accepted"))
    }

    /// # Panics
    ///
    /// If there are no layers.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let whole = self.layers.depth() as f64;
        let row = |(layer, quantiles): (u64, [f64; 5])| -> Vec<Cell> {
            [Cell::from(layer), Cell::from(layer as f64 / whole)]
                .into_iter()
                .chain(quantiles.map(Cell::from))
                .collect()
        };
        let rows = self.quantiles(QUANTILES).into_iter().map(row).collect();
        progress(Progress { done: 1, total: 1 });
        Table::of(
            self,
            &[
                "layer",
                "place",
                "low",
                "lower_quartile",
                "median",
                "upper_quartile",
                "high",
            ],
            rows,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_begins_as_a_point_and_widens() {
        let bands = Bands {
            layers: "relu:8x3,linear:20x2".parse().unwrap(),
            places: 9,
        };
        let table = bands.run(&mut |_| {});
        assert_eq!(table.numbers("layer"), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        let [low, high] = ["low", "high"].map(|column| table.numbers(column));
        let width: Vec<f64> = low.iter().zip(high).map(|(low, high)| high / low).collect();
        assert!(width[0] == 1.0 && width.is_sorted(), "{width:?}");
    }

    #[test]
    fn the_places_end_with_the_last_layer() {
        let bands = Bands {
            layers: "relu:8x200".parse().unwrap(),
            places: 7,
        };
        assert_eq!(bands.depths(), [28, 57, 85, 114, 142, 171, 200]);
    }
}
