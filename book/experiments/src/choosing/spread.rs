//! How far a single He network starts from the average, by depth over width.

use clap::Args;
use serde::Serialize;
use unit_variance::theory::ReluProduct;

use crate::shared::parallel;
use crate::{Configuration, Progress, Table, option, without_options};

/// How far a He network's signal starts from that of its input, by the number of its layers.
///
/// The exact law of the mean square of one input after `layers` ReLU layers of `width` units without biases, with
/// normal weights of variance `2 / n`. Columns: `layers`; `ratio`, layers over width; `median`, the median of the
/// mean square over that of the input; `beyond_three`, the probability that the two differ by more than a factor of
/// three; `band`, the share of networks within `e^(±2√(5L/n))` of `e^(−5L/(2n))`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Args)]
pub struct ChoosingSpread {
    /// The number of units in each layer.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "200")]
    pub width: usize,
    /// The numbers of layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::small_count, value_delimiter = ',', default_value = "2,10,20,50,100")]
    #[serde(serialize_with = "option::joined")]
    pub layers: Vec<u32>,
}

impl Default for ChoosingSpread {
    fn default() -> Self {
        without_options()
    }
}

impl Configuration for ChoosingSpread {
    const NAME: &'static str = "choosing-spread";

    fn refusal(&self) -> Option<String> {
        (self.width < 8)
            .then(|| format!("a width of 8 or more is needed, but it is {}", self.width))
    }

    /// # Panics
    ///
    /// If there are fewer than eight units, or no layers.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let width = self.width as u64;
        let row = |layers: u32| {
            let law = ReluProduct::new(width, layers);
            let ratio = f64::from(layers) / self.width as f64;
            let beyond = law.cdf(1.0 / 3.0) + 1.0 - law.cdf(3.0);
            let (middle, reach) = (-2.5 * ratio, 2.0 * (5.0 * ratio).sqrt());
            let band = law.cdf(libm::exp(middle + reach)) - law.cdf(libm::exp(middle - reach));
            vec![
                u64::from(layers).into(),
                ratio.into(),
                law.quantile(0.5).into(),
                beyond.into(),
                band.into(),
            ]
        };
        let rows = parallel::map(&self.layers, |layers| row(*layers));
        progress(Progress { done: 1, total: 1 });
        let columns = ["layers", "ratio", "median", "beyond_three", "band"];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deeper_a_network_the_further_it_strays() {
        let table = ChoosingSpread::default().run(&mut |_| {});
        let beyond = table.numbers("beyond_three");
        assert!(beyond.is_sorted());
        let band = table.numbers("band");
        assert!(band.iter().all(|share| (0.94..0.96).contains(share)));
    }
}
