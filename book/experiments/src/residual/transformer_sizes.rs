//! The stream of a pre-norm transformer at its first token, for several sizes.

use clap::Args;
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::theory::PreNormTransformer;

/// The expected mean square of a GPT-2's stream at its first token, before training.
///
/// Columns: `layers` and `width` of a size; `variance` of the pre-activations, `σ²d`, and `moment`, `E φ²` of what becomes of them;
/// `attention` and `feed_forward`, what a branch of each kind adds, `block`, both together, and `embedding`, with which the stream begins; `stream` behind the last
/// block, with the factor `1/√(2N)` in the projections, and `unscaled`, without it; `ratio`, the root of their ratio; `share` and `unscaled_share` of the embedding in these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Args)]
pub struct TransformerSizes {
    /// The numbers of blocks of the sizes, with commas.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, value_delimiter = ',', default_value = "12,24,36,48")]
    #[serde(serialize_with = "option::joined")]
    pub layers: Vec<usize>,
    /// The numbers of features of the same sizes, with commas.
    #[arg(long, allow_hyphen_values = true, value_parser = option::at_least_two, value_delimiter = ',', default_value = "768,1024,1280,1600")]
    #[serde(serialize_with = "option::joined")]
    pub widths: Vec<usize>,
}

impl Default for TransformerSizes {
    fn default() -> Self {
        without_options()
    }
}

impl TransformerSizes {
    fn row(layers: usize, width: usize) -> Vec<Cell> {
        let gpt2 = PreNormTransformer::gpt2(layers as u64, width as u64);
        let plain = gpt2.unscaled();
        let q = gpt2.pre_activation_variance();
        let (attention, feed_forward) = (gpt2.attention_gain(1.0), gpt2.feed_forward_gain());
        let (stream, unscaled) = (gpt2.stream(gpt2.layers), plain.stream(plain.layers));
        let numbers = [
            q,
            gpt2.activation.second_moment_at(q),
            attention,
            feed_forward,
            attention + feed_forward,
            gpt2.embedding,
            stream,
            unscaled,
            (unscaled / stream).sqrt(),
            gpt2.embedding_share(),
            plain.embedding_share(),
        ];
        [layers, width]
            .map(Cell::from)
            .into_iter()
            .chain(numbers.map(Cell::from))
            .collect()
    }
}

impl Configuration for TransformerSizes {
    const NAME: &'static str = "transformer-sizes";

    fn refusal(&self) -> Option<String> {
        let (layers, widths) = (self.layers.len(), self.widths.len());
        if layers != widths {
            return Some(format!(
                "each size has a number of blocks and one of features, but here are {layers} and {widths}"
            ));
        }
        // Four units to a feature must be a count.
        let most = self.widths.iter().copied().max().unwrap_or(1);
        (most as u64 > 1 << 40).then(|| format!("{most} features are more than 1099511627776"))
    }

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let sizes = self.layers.iter().zip(&self.widths);
        let rows = sizes.map(|(layers, width)| Self::row(*layers, *width));
        let columns = [
            "layers",
            "width",
            "variance",
            "moment",
            "attention",
            "feed_forward",
            "block",
            "embedding",
            "stream",
            "unscaled",
            "ratio",
            "share",
            "unscaled_share",
        ];
        Table::of(self, &columns, rows.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_its_embedding_and_what_the_branches_add() {
        let table = TransformerSizes::default().run(&mut |_| {});
        let of = |name: &str| table.numbers(name);
        for i in 0..4 {
            let added = of("attention")[i] + of("feed_forward")[i];
            assert_eq!(of("block")[i], added);
            let (layers, embedding) = (of("layers")[i], of("embedding")[i]);
            assert!((of("stream")[i] / (embedding + layers * added) - 1.0).abs() < 1e-14);
            // Twice as many branches as blocks
            let unscaled = embedding + 2.0 * layers * layers * added;
            assert!((of("unscaled")[i] / unscaled - 1.0).abs() < 1e-14);
            assert!((of("ratio")[i].powi(2) * of("stream")[i] / unscaled - 1.0).abs() < 1e-14);
            assert!((of("share")[i] * of("stream")[i] / embedding - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn a_size_without_a_width_is_refused() {
        let odd = TransformerSizes {
            widths: vec![768],
            ..TransformerSizes::default()
        };
        let words = odd.refusal().expect("it is refused");
        assert!(words.ends_with("but here are 4 and 1"), "{words}");
    }
}
