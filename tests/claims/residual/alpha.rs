//! The gradient of the factor by which ReZero multiplies a branch.

use ndarray::Array2;
use rayon::prelude::*;
use unit_variance::evidence::{Check, KolmogorovDistance, KolmogorovFoil};
use unit_variance::probability::{StreamRng, gaussian_cdf};
use unit_variance::{
    Activation, Chain, Dense, Initializer, Law, Layer, Residual, Streams, VarianceScaling,
};

use super::{branch, square};
use crate::harness::Report;

/// ReZero blocks whose `V` are drawn.
#[derive(Debug, Clone, Copy)]
struct Drawn {
    depth: usize,
    /// The variance of the entries of `V`, times `m`.
    variance: f64,
    /// Whether all blocks have one pair of matrices.
    shared: bool,
}

impl Drawn {
    /// The sum of `∂f/∂α` over their claimed standard deviations, over the root of their number.
    fn standardized(self, case: u64, rng: &mut StreamRng) -> f64 {
        let (n, m) = if case.is_multiple_of(2) {
            (3, 4)
        } else {
            (2, 1)
        };
        let x = Array2::from_shape_fn((1, n), |(_, i)| 1.0 + i as f64);
        let v = Array2::from_shape_fn((1, n), |(_, i)| 2.0 - 3.0 * i as f64);
        let scale = self.variance.sqrt();
        let mut matrices: Vec<(Array2<f64>, Array2<f64>)> = Vec::new();
        for l in 0..self.depth {
            if self.shared && l > 0 {
                matrices.push(matrices[0].clone());
                continue;
            }
            // These are given: whatever they are, but that a unit is on.
            let first = Array2::from_shape_fn((n, m), |(i, j)| {
                libm::cos((1 + i + 3 * j + 5 * l) as f64) + if j == 0 { 1.0 } else { 0.0 }
            });
            let last: Array2<f64> = VarianceScaling::lecun(Law::Normal).sample((m, n), rng);
            matrices.push((first, last * scale));
        }
        let lengths: Vec<f64> = matrices
            .iter()
            .map(|(first, _)| {
                let y = Dense::new(first.clone(), Activation::Relu)
                    .forward(&x)
                    .activation;
                (square(&y) * square(&v) / m as f64).sqrt()
            })
            .collect();
        let blocks = matrices
            .into_iter()
            .map(|(first, last)| Residual::rezero(branch(first, Activation::Relu, last)));
        let network = blocks.fold(Chain::default(), Chain::then);
        let (_, cache) = network.forward(&x);
        let gradients = network.backward(&cache, &v).parameters;
        let alphas = gradients.chunks(5).map(|block| block[0][[0]]);
        let sum: f64 = alphas.zip(lengths).map(|(g, length)| g / length).sum();
        sum / (self.depth as f64).sqrt()
    }
}

#[test]
fn the_gradient_of_alpha_is_normal() -> Report {
    claim!(
        "residual.alpha-gradient",
        r"Blocks $h + \alpha_\ell\,\mathrm{relu}(hU_\ell)V_\ell$ of $m$ units, without biases, start at $\alpha_\ell
        = 0$, with independent normal entries of mean zero and variance *$1/m$* in all the $V_\ell$. Let
        $f = h_L \cdot v$. Given $x$, $v$ and the $U_\ell$, *whatever* they are, fixed before the $V_\ell$ are drawn,
        the derivatives $\partial f/\partial\alpha_\ell$ at the start are *independent* and *normal*, with mean zero
        and variance *$\|y_\ell\|^2\|v\|^2/m$*, where $y_\ell = \mathrm{relu}(xU_\ell)$.",
        |streams| {
            const NETWORKS: u64 = 12_000;
            const DEPTH: usize = 3;
            let distance = |drawn: &Drawn, rng: &mut StreamRng| {
                let streams = Streams::from_rng(rng);
                let draws = (0..NETWORKS).into_par_iter();
                let mut sample: Vec<f64> = draws
                    .map(|i| gaussian_cdf(drawn.standardized(i, &mut streams.block(i))))
                    .collect();
                KolmogorovDistance::of(&mut sample, |u| u.clamp(0.0, 1.0))
            };
            let as_said = Drawn {
                depth: DEPTH,
                variance: 1.0,
                shared: false,
            };
            // A normal number so many times as large, at the place where it shows most
            let wider = |variance: f64| {
                let z = (variance * libm::log(variance) / (variance - 1.0)).sqrt();
                let foil = (gaussian_cdf(z), gaussian_cdf(z / variance.sqrt()));
                KolmogorovFoil::new(NETWORKS, foil.0, foil.1)
            };
            Check::of(
                "distance of the standardized sum of the derivatives from a normal law",
                NETWORKS,
                distance,
            )
            .null(KolmogorovDistance::new(NETWORKS))
            .holds_for("as said", as_said)
            .proved_beyond("whatever", "two sets of three matrices, by turns")
            .proved_beyond("normal", "a distance over all values")
            .foil(
                "one pair of matrices in all blocks",
                Drawn {
                    shared: true,
                    ..as_said
                },
                wider(DEPTH as f64),
            )
            .attacks(&["independent"])
            .foil(
                "V of variance 2/m",
                Drawn {
                    variance: 2.0,
                    ..as_said
                },
                wider(2.0),
            )
            .attacks(&["$1/m$", r"$\|y_\ell\|^2\|v\|^2/m$"])
            .judge(streams)
        },
    )
}
