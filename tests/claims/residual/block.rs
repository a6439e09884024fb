//! The law of one block, and of two.

use ndarray::{Array2, array};
use rand::RngExt;
use rand_distr::{ChiSquared, Distribution, StandardNormal};
use rayon::prelude::*;
use statrs::function::gamma::gamma;
use unit_variance::evidence::{Check, TwoSampleDistance, TwoSampleFoil, largest};
use unit_variance::probability::{StreamRng, gaussian_cdf, gaussian_density};
use unit_variance::{Activation, Fan, Initializer, Law, Layer, Residual, Streams, VarianceScaling};

use super::{branch, square};
use crate::harness::Report;

const FEATURES: usize = 3;
const UNITS: usize = 4;
const SCALE: f64 = 1.0;

/// The length of the hidden layer is integrated over so many steps, up to this end.
const STEPS: u32 = 1000;
const END: f64 = 10.0;

/// `P(R ≤ r)` of a block of three features, with this factor of its branch and these probabilities of `k` units.
fn below(r: f64, scale: f64, units: &[f64]) -> f64 {
    // The distance of s G from the unit vector −e, for a normal G of three entries
    let given = |s: f64| {
        let (near, far) = ((r.sqrt() - 1.0) / s, (r.sqrt() + 1.0) / s);
        let densities = gaussian_density(near) - gaussian_density(far);
        gaussian_cdf(near) + gaussian_cdf(far) - 1.0 - s * densities
    };
    let of_units = |k: usize| {
        if k == 0 {
            return f64::from(r >= 1.0);
        }
        let half = k as f64 / 2.0;
        let step = END / f64::from(STEPS);
        let terms = (0..STEPS).map(|i| {
            let root = (f64::from(i) + 0.5) * step;
            let density = 2.0 * libm::pow(0.5, half) / gamma(half)
                * libm::pow(root, k as f64 - 1.0)
                * libm::exp(-root * root / 2.0);
            let s = scale * root * (2.0 / (FEATURES * UNITS) as f64).sqrt();
            step * density * given(s)
        });
        terms.sum()
    };
    let parts = units.iter().enumerate();
    parts
        .filter(|(_, p)| **p > 0.0)
        .map(|(k, p)| p * of_units(k))
        .sum()
}

/// Two blocks, and how they are drawn.
#[derive(Clone, Copy)]
struct Pair {
    activation: Activation,
    /// The variance of the entries of `U`, times `n`.
    first: f64,
    /// Whether the second block is the first again.
    again: bool,
}

impl Pair {
    /// The factors of both blocks.
    fn factors(self, x: &Array2<f64>, rng: &mut StreamRng) -> [f64; 2] {
        let first = VarianceScaling::new(self.first, Fan::In, Law::Normal);
        let mut draw = || {
            let first = first.sample((FEATURES, UNITS), rng);
            let last = VarianceScaling::lecun(Law::Normal).sample((UNITS, FEATURES), rng);
            Residual::new(branch(first, self.activation, last)).scaled(SCALE)
        };
        let one = draw();
        let other = if self.again { one.clone() } else { draw() };
        let (middle, _) = one.forward(x);
        let (end, _) = other.forward(&middle);
        [square(&middle) / square(x), square(&end) / square(&middle)]
    }
}

/// A draw of the claimed law.
fn claimed(rng: &mut StreamRng) -> f64 {
    let active = (0..UNITS).filter(|_| rng.random::<bool>()).count();
    let chi_square = |degrees: usize, rng: &mut StreamRng| {
        ChiSquared::new(degrees as f64).map_or(0.0, |law| law.sample(rng))
    };
    let square = SCALE * SCALE * 2.0 * chi_square(active, rng) / (FEATURES * UNITS) as f64;
    let g: f64 = StandardNormal.sample(rng);
    (1.0 + square.sqrt() * g).powi(2) + square * chi_square(FEATURES - 1, rng)
}

#[test]
fn a_block_has_the_law_of_its_formula() -> Report {
    claim!(
        "residual.block-law",
        r"A stream of $n$ features passes blocks $h + a\,\mathrm{relu}(hU_\ell)V_\ell$ of $m$ units, without biases
        and with independent normal weights of mean zero, of variance $2/n$ in the $U_\ell$ and $1/m$ in the
        $V_\ell$. Each block multiplies $\|h\|^2$ by a factor with the law of
        *$(1 + sg)^2 + s^2\chi^2_{n-1}$*, where $s^2 = \frac{2a^2}{nm}\chi^2_K$, *$K \sim \mathrm{Bin}(m, \frac12)$*, the number
        $g$ is standard normal, $g$ and the two chi-squares are independent given $K$, and a chi-square
        without a degree of freedom is zero. The factors of all blocks are *independent*, for *any* input other
        than zero that is chosen before the weights are drawn.",
        |streams| {
            const NETWORKS: u64 = 30_000;
            let inputs = [array![[1.0, 0.0, 0.0]], array![[0.5, -2.0, 1.0]]];
            // Three functions of a draw: both factors and their product.
            let functions = |[one, other]: [f64; 2]| [one, other, one * other];
            let distance = |pair: &Pair, rng: &mut StreamRng| {
                let streams = Streams::from_rng(rng);
                let sample =
                    |name: &str, draw: &(dyn Fn(u64, &mut StreamRng) -> [f64; 2] + Sync)| {
                        let streams = streams.family(name);
                        let draws = (0..NETWORKS).into_par_iter();
                        let draws: Vec<[f64; 3]> = draws
                            .map(|i| functions(draw(i, &mut streams.block(i))))
                            .collect();
                        [0, 1, 2].map(|f| draws.iter().map(|draw| draw[f]).collect::<Vec<f64>>())
                    };
                let networks = sample("networks", &|i, rng| {
                    pair.factors(&inputs[usize::from(i % 2 == 1)], rng)
                });
                let formula = sample("formula", &|_, rng| [claimed(rng), claimed(rng)]);
                let pairs = networks.into_iter().zip(formula);
                largest(
                    pairs.map(|(mut one, mut other)| TwoSampleDistance::of(&mut one, &mut other)),
                )
            };
            let fair = [1.0, 4.0, 6.0, 4.0, 1.0].map(|count| count / 16.0);
            let all_on = [0.0, 0.0, 0.0, 0.0, 1.0];
            let foil = |scale: f64, units: &[f64]| {
                let places = (1..80).map(|i| 0.05 * f64::from(i));
                let pairs = places.map(|r| (below(r, SCALE, &fair), below(r, scale, units)));
                let farthest = pairs.max_by(|one, other| {
                    (one.0 - one.1).abs().total_cmp(&(other.0 - other.1).abs())
                });
                let (one, other) = farthest.expect("there are places");
                TwoSampleFoil::new(NETWORKS, one, other)
            };
            let as_said = Pair {
                activation: Activation::Relu,
                first: 2.0,
                again: false,
            };
            Check::of(
                "largest distance of the laws of two factors and their product, networks and formula",
                NETWORKS,
                distance,
            )
            .null(TwoSampleDistance::new(NETWORKS, 3))
            .holds_for("as said", as_said)
            .proved_beyond("any", "a single one beside two zeros, and another, by turns")
            .foil(
                "U of variance 1/n",
                Pair {
                    first: 1.0,
                    ..as_said
                },
                foil(SCALE / 2_f64.sqrt(), &fair),
            )
            .attacks(&[r"$(1 + sg)^2 + s^2\chi^2_{n-1}$"])
            .foil(
                "all units on",
                Pair {
                    activation: Activation::Identity,
                    ..as_said
                },
                foil(SCALE, &all_on),
            )
            .attacks(&[r"$K \sim \mathrm{Bin}(m, \frac12)$"])
            .foil_executed_only(
                "the same block twice",
                Pair {
                    again: true,
                    ..as_said
                },
                "what a block makes of its own output has no simple law",
            )
            .attacks(&["independent"])
            .judge(streams)
        },
    )
}
