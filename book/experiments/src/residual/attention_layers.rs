//! Layers of attention with and without a skip, at the start: what the two experiments on the collapse have in common.

use ndarray::{Array2, Axis};
use unit_variance::initializer::Normal;
use unit_variance::probability::StreamRng;
use unit_variance::{
    Attention, Chain, Initializer, Law, Layer, LayerNorm, Residual, RmsNorm, VarianceScaling,
};

/// What stands around a layer of attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    /// Nothing.
    Bare,
    /// An `RmsNorm` in front.
    Norm,
    /// A `LayerNorm` in front, and a skip around both.
    Skip,
    /// The same with a branch that is divided by the root of the number of layers.
    SharedSkip,
}

impl Around {
    pub(super) const ALL: [Self; 4] = [Self::Bare, Self::Norm, Self::Skip, Self::SharedSkip];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Norm => "norm",
            Self::Skip => "skip",
            Self::SharedSkip => "shared-skip",
        }
    }

    /// A layer of one head, of so many layers.
    fn layer(self, features: usize, depth: usize, rng: &mut StreamRng) -> Chain {
        let lecun = VarianceScaling::lecun(Law::Normal);
        let attention = Attention::init(features, 1, &lecun, rng);
        let chain = Chain::default();
        let skip = |attention| {
            let norm = LayerNorm::new(features).with_epsilon(0.0);
            Residual::new(Chain::default().then(norm).then(attention))
        };
        match self {
            Self::Bare => chain.then(attention),
            Self::Norm => {
                let norm = RmsNorm::new(features).with_epsilon(0.0);
                chain.then(norm).then(attention)
            }
            Self::Skip => chain.then(skip(attention)),
            Self::SharedSkip => {
                let share = (depth as f64).sqrt().recip();
                chain.then(skip(attention).scaled(share))
            }
        }
    }

    /// The tokens in front of the first layer, behind it, and so on.
    pub(super) fn signals(
        self,
        (tokens, features): (usize, usize),
        depth: usize,
        rng: &mut StreamRng,
    ) -> Vec<Array2<f64>> {
        let start = Normal::new(0.0, 1.0).sample((tokens, features), rng);
        let mut signals = vec![start];
        for _ in 0..depth {
            let layer = self.layer(features, depth, rng);
            let next = layer.forward(&signals[signals.len() - 1]).0;
            signals.push(next);
        }
        signals
    }
}

/// `‖X − 1 x̄‖ / ‖X‖`: the share of tokens' length by which they differ from their mean.
pub(super) fn difference(x: &Array2<f64>) -> f64 {
    let mean = x.sum_axis(Axis(0)) / x.nrows() as f64;
    let square = |x: &Array2<f64>| x.iter().map(|x| x * x).sum::<f64>();
    (square(&(x - &mean)) / square(x)).sqrt()
}

/// The cosine of the angle between two tokens.
pub(super) fn cosine(x: &Array2<f64>, i: usize, j: usize) -> f64 {
    let dot = |i: usize, j: usize| {
        x.row(i)
            .iter()
            .zip(x.row(j))
            .map(|(a, b)| a * b)
            .sum::<f64>()
    };
    dot(i, j) / (dot(i, i) * dot(j, j)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn equal_tokens_do_not_differ() {
        let equal = array![[1.0, 2.0], [1.0, 2.0]];
        assert_eq!(difference(&equal), 0.0);
        assert!((cosine(&equal, 0, 1) - 1.0).abs() < 1e-15);
        let opposite = array![[1.0, 2.0], [-1.0, -2.0]];
        assert_eq!(difference(&opposite), 1.0);
        assert!((cosine(&opposite, 0, 1) + 1.0).abs() < 1e-15);
    }
}
