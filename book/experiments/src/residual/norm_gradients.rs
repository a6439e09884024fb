//! The gradient's mean square along residual networks that normalize before a branch or behind the sum.

use clap::Args;
use ndarray::Array2;
use serde::Serialize;

use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::initializer::Normal;
use unit_variance::probability::StreamRng;
use unit_variance::theory::{DeepNorm, pre_norm_input_share};
use unit_variance::{
    Activation, Chain, Dense, Initializer, Law, Layer, LayerNorm, Residual, Streams,
    VarianceScaling,
};

/// The squared gradient along residual networks with `LayerNorm`, over that behind the last normalization, drawn and at infinite width.
///
/// A branch is a matrix, an activation and a second matrix, which keep a mean square of one; in DeepNorm both are multiplied by `β`. Columns:
/// `blocks` below the place where one looks; the means over networks `pre_relu`, `post_relu`, `post_tanh`, `post_softplus` and `deep_tanh`, for
/// `LayerNorm` before a branch, behind the sum, and DeepNorm; and for infinite width `expected_pre`, `expected_relu`, `expected_tanh`,
/// `expected_softplus` and `expected_deep`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Args)]
pub struct NormGradients {
    /// The number of features, and of units in a branch.
    #[arg(long, allow_hyphen_values = true, value_parser = option::at_least_two, default_value = "128")]
    pub width: usize,
    /// The number of blocks, of one branch each.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "32")]
    pub depth: usize,
    /// The number of networks of each kind.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "20")]
    pub networks: usize,
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

impl Default for NormGradients {
    fn default() -> Self {
        without_options()
    }
}

/// Where a network normalizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    Behind,
    Deep,
}

/// The kinds of networks: their columns, drawn and expected.
const KINDS: [(&str, &str, Place, Activation); 5] = [
    ("pre_relu", "expected_pre", Place::Before, Activation::Relu),
    (
        "post_relu",
        "expected_relu",
        Place::Behind,
        Activation::Relu,
    ),
    (
        "post_tanh",
        "expected_tanh",
        Place::Behind,
        Activation::Tanh,
    ),
    (
        "post_softplus",
        "expected_softplus",
        Place::Behind,
        Activation::Softplus,
    ),
    ("deep_tanh", "expected_deep", Place::Deep, Activation::Tanh),
];

fn square(x: &Array2<f64>) -> f64 {
    x.iter().map(|x| x * x).sum()
}

impl NormGradients {
    /// The factors of skip and weights: of DeepNorm, for as many layers of two sublayers as make the blocks.
    fn factors(&self, place: Place) -> DeepNorm {
        match place {
            Place::Deep => DeepNorm::single(self.depth.div_ceil(2) as u64),
            _ => DeepNorm {
                skip: 1.0,
                gain: 1.0,
            },
        }
    }

    /// The branch that keeps the mean square of what is normalized, but for `β²`.
    fn branch(&self, (activation, gain): (Activation, f64), rng: &mut StreamRng) -> Vec<Dense> {
        let lecun = VarianceScaling::lecun(Law::Normal);
        let square = (self.width, self.width);
        let up = gain * lecun.sample(square, rng);
        let own = activation.second_moment_at(1.0).sqrt().recip();
        let down = gain * own * lecun.sample(square, rng);
        vec![
            Dense::new(up, activation),
            Dense::new(down, Activation::Identity),
        ]
    }

    /// Squared gradients in front of each block and behind the last, over that behind the last normalization.
    fn squares(&self, place: Place, activation: Activation, mut rng: StreamRng) -> Vec<f64> {
        let norm = LayerNorm::new(self.width).with_epsilon(0.0);
        let standard = Normal::new(0.0, 1.0);
        let DeepNorm { skip, gain } = self.factors(place);
        let (mut h, _) = norm.forward(&standard.sample((1, self.width), &mut rng));
        let mut passes = Vec::new();
        for _ in 0..self.depth {
            let branch = self.branch((activation, gain), &mut rng).into_iter();
            let mut chain = Chain::default();
            if place == Place::Before {
                chain = chain.then(norm.clone());
            }
            let mut block = Residual::new(branch.fold(chain, Chain::then));
            block.skip = skip;
            let mut block = Chain::default().then(block);
            if place != Place::Before {
                block = block.then(norm.clone());
            }
            let (next, cache) = block.forward(&h);
            passes.push((block, cache));
            h = next;
        }
        let above = standard.sample((1, self.width), &mut rng);
        let whole = square(&above);
        let mut gradient = match place {
            Place::Before => norm.backward(&norm.forward(&h).1, &above).input,
            _ => above,
        };
        let mut squares = vec![square(&gradient) / whole];
        for (block, cache) in passes.iter().rev() {
            gradient = block.backward(cache, &gradient).input;
            squares.push(square(&gradient) / whole);
        }
        squares.reverse();
        squares
    }

    /// The same at infinite width, below which there are so many blocks.
    fn expected(&self, place: Place, activation: Activation, below: usize) -> f64 {
        if place == Place::Before {
            return pre_norm_input_share(1.0, below as u64);
        }
        let DeepNorm { skip, gain } = self.factors(place);
        // In front of the activation the variance is β² in place of one.
        let variance = gain * gain;
        let size = variance / (skip * skip * activation.second_moment_at(1.0));
        let forward = size * activation.second_moment_at(variance);
        let backward = size * variance * activation.slope_moment_at(variance);
        let factor = (1.0 + backward) / (1.0 + forward);
        libm::pow(factor, (self.depth - below) as f64)
    }
}

impl Configuration for NormGradients {
    const NAME: &'static str = "norm-gradients";

    fn numbers_in_memory(&self) -> f64 {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        2.0 * threads.min(self.networks) as f64 * option::weights(self.depth, self.width)
    }

    fn refusal(&self) -> Option<String> {
        let least = 3;
        (self.width < least).then(|| {
            "of two features a LayerNorm leaves two signs, and no gradient gets through: take 3 or more"
                .to_owned()
        })
    }

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let total = KINDS.len() as u64;
        let drawn = (1..)
            .zip(KINDS)
            .map(|(done, (name, _, place, activation))| {
                let streams = Streams::new(self.seed).family(name);
                let networks: Vec<Vec<f64>> = parallel::map(0..self.networks as u64, |i| {
                    self.squares(place, activation, streams.block(i))
                });
                progress(Progress { done, total });
                let mean = |below: usize| {
                    let sum: f64 = networks.iter().map(|squares| squares[below]).sum();
                    sum / self.networks as f64
                };
                (0..=self.depth).map(mean).collect::<Vec<f64>>()
            });
        let drawn: Vec<Vec<f64>> = drawn.collect();
        let rows = (0..=self.depth).map(|below| {
            let means = drawn.iter().map(|means| means[below]);
            let expected = KINDS
                .iter()
                .map(|(_, _, place, activation)| self.expected(*place, *activation, below));
            std::iter::once(Cell::from(below))
                .chain(means.map(Cell::from))
                .chain(expected.map(Cell::from))
                .collect()
        });
        let rows = rows.collect();
        let columns: Vec<&str> = std::iter::once("blocks")
            .chain(KINDS.iter().map(|kind| kind.0))
            .chain(KINDS.iter().map(|kind| kind.1))
            .collect();
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unit_variance::theory::PostNorm;

    #[test]
    fn wide_networks_pass_back_what_infinite_width_says() {
        let wide = NormGradients {
            width: 256,
            depth: 4,
            networks: 40,
            ..NormGradients::default()
        };
        let table = wide.run(&mut |_| {});
        for (drawn, expected, ..) in KINDS {
            let (drawn, expected) = (table.numbers(drawn), table.numbers(expected));
            for (drawn, expected) in drawn.iter().zip(expected) {
                // A network of four blocks strays by about √(8/256), forty of them by a sixth of that.
                assert!((drawn / expected - 1.0).abs() < 0.15, "{drawn} {expected}");
            }
        }
    }

    #[test]
    fn expectations_are_those_of_the_theory() {
        let table = NormGradients {
            width: 4,
            depth: 3,
            networks: 1,
            ..NormGradients::default()
        }
        .run(&mut |_| {});
        let tanh = PostNorm {
            activation: Activation::Tanh,
            branch_energy: 1.0,
        };
        let factor = tanh.gradient_factor();
        let of = |name: &str| table.numbers(name);
        assert!((of("expected_tanh")[0] / factor.powi(3) - 1.0).abs() < 1e-12);
        assert!(
            of("expected_relu")
                .iter()
                .all(|one| (one - 1.0).abs() < 1e-12)
        );
        assert_eq!(of("expected_pre"), [1.0, 0.5, 1.0 / 3.0, 0.25]);
        let deep = of("expected_deep")[0];
        assert!(1.0 < deep && deep < 1.0 + 0.1 * (factor.powi(3) - 1.0));
    }

    #[test]
    fn two_features_are_refused() {
        let narrow = NormGradients {
            width: 2,
            ..NormGradients::default()
        };
        assert!(narrow.refusal().is_some());
    }
}
