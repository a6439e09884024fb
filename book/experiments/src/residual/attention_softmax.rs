//! How many tokens a token looks at, by the size of the logits.

use clap::Args;
use rand_distr::{Distribution, StandardNormal};
use serde::Serialize;

use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::Streams;
use unit_variance::probability::StreamRng;
use unit_variance::theory::{SoftmaxLaw, freezing_std_dev};

/// The softmax of independent normal logits: how many tokens matter, by their number and the standard deviation of the logits.
///
/// Columns: `tokens` and `std_dev` of the logits; `concentration`, the expected sum of the squares of the weights; `matter`, one over it; `entropy`, the
/// expected entropy of the weights, and `even`, that of equal ones; `drawn_concentration` and `drawn_entropy`, means over draws; `freezing`, the standard
/// deviation from which on one token takes a share that more tokens do not take away.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct AttentionSoftmax {
    /// The numbers of tokens, with commas.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, value_delimiter = ',', default_value = "16,128,1024")]
    #[serde(serialize_with = "option::joined")]
    pub tokens: Vec<usize>,
    /// The standard deviations of the logits, with commas.
    #[arg(long, allow_hyphen_values = true, value_parser = option::positive, value_delimiter = ',', default_value = "0.25,0.3072,0.5,0.75,1.0,1.5,2.0,3.0,4.0,5.5,8.0,11.0,16.0")]
    #[serde(serialize_with = "option::joined")]
    pub std_devs: Vec<f64>,
    /// How often the logits are drawn.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "400")]
    pub draws: usize,
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

impl Default for AttentionSoftmax {
    fn default() -> Self {
        without_options()
    }
}

/// The largest standard deviation for which `e` to the logits is not yet a step.
const LARGEST: f64 = 1e6;

/// `Σ a²` and `−Σ a ln a` of the softmax of drawn logits.
fn softmax(tokens: usize, std_dev: f64, rng: &mut StreamRng) -> [f64; 2] {
    let logits: Vec<f64> = (0..tokens)
        .map(|_| {
            let z: f64 = StandardNormal.sample(rng);
            std_dev * z
        })
        .collect();
    let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let [mut sum, mut squares, mut first] = [0.0; 3];
    for logit in logits {
        let below = logit - most;
        let e = libm::exp(below);
        sum += e;
        squares += e * e;
        first += e * below;
    }
    [squares / (sum * sum), libm::log(sum) - first / sum]
}

impl AttentionSoftmax {
    fn row(&self, tokens: usize, std_dev: f64) -> Vec<Cell> {
        let law = SoftmaxLaw::new(tokens as u64, std_dev);
        let streams = Streams::new(self.seed).family(&format!("{tokens} {std_dev}"));
        let drawn: Vec<[f64; 2]> = parallel::map(0..self.draws as u64, |i| {
            softmax(tokens, std_dev, &mut streams.block(i))
        });
        let mean = |i: usize| drawn.iter().map(|pair| pair[i]).sum::<f64>() / self.draws as f64;
        let numbers = [
            std_dev,
            law.concentration(),
            law.concentration().recip(),
            law.entropy(),
            libm::log(tokens as f64),
            mean(0),
            mean(1),
            freezing_std_dev(tokens as u64),
        ];
        std::iter::once(Cell::from(tokens))
            .chain(numbers.map(Cell::from))
            .collect()
    }
}

impl Configuration for AttentionSoftmax {
    const NAME: &'static str = "attention-softmax";

    fn numbers_in_memory(&self) -> f64 {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let most = self.tokens.iter().copied().max().unwrap_or(1);
        threads as f64 * most as f64 + 2.0 * self.draws as f64
    }

    fn refusal(&self) -> Option<String> {
        let most = self.std_devs.iter().copied().fold(0.0, f64::max);
        (most > LARGEST)
            .then(|| format!("a standard deviation of {most:e} is more than {LARGEST:e}"))
    }

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let total = (self.tokens.len() * self.std_devs.len()) as u64;
        let pairs = self
            .tokens
            .iter()
            .flat_map(|tokens| self.std_devs.iter().map(move |s| (*tokens, *s)));
        let rows = (1..).zip(pairs).map(|(done, (tokens, std_dev))| {
            progress(Progress { done, total });
            self.row(tokens, std_dev)
        });
        let rows = rows.collect();
        let columns = [
            "tokens",
            "std_dev",
            "concentration",
            "matter",
            "entropy",
            "even",
            "drawn_concentration",
            "drawn_entropy",
            "freezing",
        ];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_the_expected_means() {
        let some = AttentionSoftmax {
            tokens: vec![2, 40],
            std_devs: vec![0.5, 4.0],
            draws: 20_000,
            ..AttentionSoftmax::default()
        };
        let table = some.run(&mut |_| {});
        for (expected, drawn) in [
            ("concentration", "drawn_concentration"),
            ("entropy", "drawn_entropy"),
        ] {
            let (expected, drawn) = (table.numbers(expected), table.numbers(drawn));
            for (expected, drawn) in expected.iter().zip(drawn) {
                assert!((drawn / expected - 1.0).abs() < 0.05, "{drawn} {expected}");
            }
        }
    }

    #[test]
    fn a_single_token_looks_at_itself() {
        let one = AttentionSoftmax {
            tokens: vec![1],
            std_devs: vec![3.0],
            draws: 1,
            ..AttentionSoftmax::default()
        };
        let table = one.run(&mut |_| {});
        for (column, value) in [("matter", 1.0), ("entropy", 0.0), ("freezing", 0.0)] {
            assert_eq!(table.numbers(column), [value]);
        }
    }
}
