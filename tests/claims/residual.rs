//! The claims of the chapter on residual networks.

mod alpha;
mod attention;
mod block;
mod bound;
mod collapse;
mod fixup;
mod norm_gradient;
mod post_norm;
mod pre_norm;
mod softmax;
mod stack;
mod zero;

use ndarray::Array2;
use unit_variance::{Activation, Chain, Dense};

/// `⟨x²⟩` times the number of entries.
fn square<'a>(entries: impl IntoIterator<Item = &'a f64>) -> f64 {
    entries.into_iter().map(|x| x * x).sum()
}

/// A law of a few values: their probabilities, and the values.
type Few = Vec<(f64, f64)>;

/// Plus or minus one.
fn signs() -> Few {
    vec![(0.5, 1.0), (0.5, -1.0)]
}

/// 0 and ±√3: of a standard normal number it has the first five moments.
fn three_points() -> Few {
    let root = 3_f64.sqrt();
    vec![(2.0 / 3.0, 0.0), (1.0 / 6.0, root), (1.0 / 6.0, -root)]
}

/// Every matrix of independent entries of a law, times the root of a variance, with its probability.
fn matrices(law: &Few, variance: f64, shape: (usize, usize)) -> Vec<(f64, Array2<f64>)> {
    let count = law.len().pow((shape.0 * shape.1) as u32);
    let of = |code: usize| {
        let (mut probability, mut rest) = (1.0, code);
        let matrix = Array2::from_shape_simple_fn(shape, || {
            let (p, value) = law[rest % law.len()];
            rest /= law.len();
            probability *= p;
            variance.sqrt() * value
        });
        (probability, matrix)
    };
    (0..count).map(of).collect()
}

/// `φ(h U) V`.
fn branch(first: Array2<f64>, activation: Activation, last: Array2<f64>) -> Chain {
    Chain::default()
        .then(Dense::new(first, activation))
        .then(Dense::new(last, Activation::Identity))
}
