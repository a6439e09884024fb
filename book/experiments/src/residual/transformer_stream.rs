//! The first token's stream through transformers of real matrices, block by block.

use clap::Args;
use ndarray::Array2;
use serde::Serialize;

use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::initializer::Normal;
use unit_variance::matrix::product;
use unit_variance::network::Pointwise;
use unit_variance::probability::StreamRng;
use unit_variance::theory::PreNormTransformer;
use unit_variance::{Initializer, Layer, LayerNorm, Streams};

/// The mean square of a GPT-2's stream at its first token, drawn and expected.
///
/// Columns: `blocks` behind which one looks; `drawn`, the mean over transformers, and `expected`, with the factor `1/√(2N)` in the projections;
/// `drawn_unscaled` and `expected_unscaled` without it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Args)]
pub struct TransformerStream {
    /// The number of blocks.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "12")]
    pub layers: usize,
    /// The number of features.
    #[arg(long, allow_hyphen_values = true, value_parser = option::at_least_two, default_value = "768")]
    pub width: usize,
    /// The number of transformers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "2")]
    pub transformers: usize,
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

impl Default for TransformerStream {
    fn default() -> Self {
        without_options()
    }
}

fn mean_square(h: &Array2<f64>) -> f64 {
    h.iter().map(|h| h * h).sum::<f64>() / h.len() as f64
}

impl TransformerStream {
    fn gpt2(&self) -> PreNormTransformer {
        PreNormTransformer::gpt2(self.layers as u64, self.width as u64)
    }

    /// Mean squares of the stream, with the factor and without it: behind no block, the first, and so on.
    ///
    /// The same draws serve both, since a branch reads `LN(h)`. The first token sees itself alone, whatever its query and its
    /// keys are: these are not drawn.
    fn squares(&self, mut rng: StreamRng) -> [Vec<f64>; 2] {
        let gpt2 = self.gpt2();
        let (d, m) = (self.width, gpt2.hidden as usize);
        let standard = Normal::new(0.0, 1.0);
        let read = Normal::new(0.0, gpt2.weight_variance.sqrt());
        let norm = LayerNorm::new(d).with_epsilon(0.0);
        let gelu = Pointwise(gpt2.activation);
        let embedding = gpt2.embedding.sqrt() * standard.sample((1, d), &mut rng);
        let scales = [gpt2, gpt2.unscaled()].map(|of| of.projection_variance.sqrt());
        let mut streams = scales.map(|_| embedding.clone());
        let mut squares = scales.map(|_| vec![mean_square(&embedding)]);
        // ANCHOR: block
        for _ in 0..self.layers {
            let [value, output] = [&read, &standard].map(|law| law.sample((d, d), &mut rng));
            for (stream, scale) in streams.iter_mut().zip(scales) {
                let values = product(&norm.forward(stream).0, &value);
                stream.scaled_add(scale, &product(&values, &output));
            }
            let up = read.sample((d, m), &mut rng);
            let down = standard.sample((m, d), &mut rng);
            for ((stream, scale), squares) in streams.iter_mut().zip(scales).zip(&mut squares) {
                let units = gelu.forward(&product(&norm.forward(stream).0, &up)).0;
                stream.scaled_add(scale, &product(&units, &down));
                squares.push(mean_square(stream));
            }
        }
        // ANCHOR_END: block
        squares
    }
}

impl Configuration for TransformerStream {
    const NAME: &'static str = "transformer-stream";

    fn numbers_in_memory(&self) -> f64 {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        // A block's matrices, for each transformer at work.
        threads.min(self.transformers) as f64 * 10.0 * (self.width as f64).powi(2)
    }

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let streams = Streams::new(self.seed).family("transformers");
        let drawn: Vec<[Vec<f64>; 2]> = parallel::map(0..self.transformers as u64, |i| {
            self.squares(streams.block(i))
        });
        let gpt2 = self.gpt2();
        let rows = (0..=self.layers).map(|blocks| {
            let mean = |kind: usize| {
                let sum: f64 = drawn.iter().map(|squares| squares[kind][blocks]).sum();
                sum / self.transformers as f64
            };
            let expected = |of: PreNormTransformer| of.stream(blocks as u64);
            let numbers = [mean(0), expected(gpt2), mean(1), expected(gpt2.unscaled())];
            std::iter::once(Cell::from(blocks))
                .chain(numbers.map(Cell::from))
                .collect()
        });
        let columns = [
            "blocks",
            "drawn",
            "expected",
            "drawn_unscaled",
            "expected_unscaled",
        ];
        Table::of(self, &columns, rows.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_grow_as_expected_on_the_average_of_many() {
        let many = TransformerStream {
            layers: 3,
            width: 32,
            transformers: 400,
            ..TransformerStream::default()
        };
        let table = many.run(&mut |_| {});
        let of = |name: &str| table.numbers(name);
        let (drawn, expected) = (of("drawn"), of("expected"));
        let (plain, expected_plain) = (of("drawn_unscaled"), of("expected_unscaled"));
        // Of 400 streams of 32 features, a mean is known to about two percent.
        for i in 0..4 {
            assert!((drawn[i] / expected[i] - 1.0).abs() < 0.1);
            assert!((plain[i] / expected_plain[i] - 1.0).abs() < 0.1);
        }
        assert_eq!(drawn[0], plain[0]);
        let gain = |stream: &[f64]| stream[3] - stream[0];
        assert!((gain(&expected_plain) / gain(&expected) - 6.0).abs() < 1e-12);
    }
}
