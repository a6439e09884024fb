//! The angles between tokens behind layers of attention.

use clap::Args;
use serde::Serialize;

use super::attention_layers::{Around, cosine};
use crate::{Configuration, Progress, Table, option, without_options};
use unit_variance::Streams;

/// The cosines of the angles between tokens behind layers of attention, without a skip and with one.
///
/// One network of each kind. Columns: `around`, that is `bare` or `skip`; `layer`; `row` and `column`, two tokens, and their `cosine`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Args)]
pub struct AttentionCosines {
    /// The number of tokens.
    #[arg(long, allow_hyphen_values = true, value_parser = option::at_least_two, default_value = "8")]
    pub tokens: usize,
    /// The number of features.
    #[arg(long, allow_hyphen_values = true, value_parser = option::at_least_two, default_value = "64")]
    pub features: usize,
    /// The layers behind which one looks, upwards, with commas.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, value_delimiter = ',', default_value = "1,2,3,6")]
    #[serde(serialize_with = "option::joined")]
    pub layers: Vec<usize>,
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

impl Default for AttentionCosines {
    fn default() -> Self {
        without_options()
    }
}

/// The two kinds of layers.
const KINDS: [Around; 2] = [Around::Bare, Around::Skip];

impl Configuration for AttentionCosines {
    const NAME: &'static str = "attention-cosines";

    fn numbers_in_memory(&self) -> f64 {
        let deepest = self.layers.iter().copied().max().unwrap_or(1);
        let (tokens, features) = (self.tokens as f64, self.features as f64);
        let cells = 10.0 * self.layers.len() as f64 * tokens * tokens;
        (deepest + 1) as f64 * tokens * features + 4.0 * features * features + cells
    }

    fn refusal(&self) -> Option<String> {
        let upwards = self.layers.windows(2).all(|pair| pair[0] < pair[1]);
        (!upwards).then(|| "the numbers of layers go upwards".to_owned())
    }

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let deepest = self.layers.iter().copied().max().unwrap_or(1);
        let mut rows = Vec::new();
        for around in KINDS {
            let mut rng = Streams::new(self.seed).stream(around.name());
            let signals = around.signals((self.tokens, self.features), deepest, &mut rng);
            for layer in &self.layers {
                for row in 0..self.tokens {
                    for column in 0..self.tokens {
                        rows.push(vec![
                            around.name().into(),
                            (*layer).into(),
                            (row + 1).into(),
                            (column + 1).into(),
                            cosine(&signals[*layer], row, column).into(),
                        ]);
                    }
                }
            }
        }
        let columns = ["around", "layer", "row", "column", "cosine"];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cosines_are_symmetric_and_one_with_oneself() {
        let small = AttentionCosines {
            tokens: 3,
            features: 8,
            layers: vec![1, 5],
            ..AttentionCosines::default()
        };
        let table = small.run(&mut |_| {});
        assert_eq!(table.rows.len(), 2 * 2 * 9);
        let cosines = table.numbers("cosine");
        for matrix in cosines.chunks(9) {
            for i in 0..3 {
                assert!((matrix[4 * i] - 1.0).abs() < 1e-12);
                for j in 0..3 {
                    assert!((matrix[3 * i + j] - matrix[3 * j + i]).abs() < 1e-15);
                }
            }
        }
        // Five bare layers leave one direction.
        assert!(cosines[9..18].iter().all(|cosine| *cosine > 0.999_999));
    }
}
