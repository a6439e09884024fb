//! The first step of branches that end in zeros.

use ndarray::{Array2, array};
use rayon::prelude::*;
use unit_variance::evidence::{
    Check, Exactness, KolmogorovDistance, KolmogorovFoil, NullLaw, ReluMixture, largest,
};
use unit_variance::probability::StreamRng;
use unit_variance::theory::{ZeroStart, fixup_scale};
use unit_variance::{
    Activation, Chain, Dense, Initializer, Law, Layer, Residual, Streams, VarianceScaling,
};

use super::{branch, matrices, signs, square};
use crate::harness::Report;

/// `Σ_l ‖∂f/∂V_l‖² / (‖x‖² ‖v‖²)`, of the parameters at this place of each block, from behind.
fn speed(blocks: Vec<Residual>, from_behind: usize, x: &Array2<f64>, v: &Array2<f64>) -> f64 {
    let depth = blocks.len();
    let network = blocks.into_iter().fold(Chain::default(), Chain::then);
    let (_, cache) = network.forward(x);
    let gradients = network.backward(&cache, v).parameters;
    let each = gradients.len() / depth;
    let moved = gradients
        .chunks(each)
        .map(|block| square(&block[each - from_behind]));
    moved.sum::<f64>() / (square(x) * square(v))
}

const DEPTH: usize = 4;
const FEATURES: usize = 3;
const UNITS: usize = 5;

/// Blocks that end in zeros.
#[derive(Debug, Clone, Copy)]
struct Blocks {
    scale: f64,
    activation: Activation,
    /// Whether all blocks have one matrix.
    shared: bool,
}

impl Blocks {
    /// The speed over `c² m L / n`, which is its mean if the sentence is true.
    fn ratio(self, rng: &mut StreamRng) -> f64 {
        let he = VarianceScaling::he(Law::Normal);
        let mut first: Vec<Array2<f64>> = Vec::new();
        for l in 0..DEPTH {
            let matrix = if self.shared && l > 0 {
                first[0].clone()
            } else {
                self.scale * he.sample((FEATURES, UNITS), rng)
            };
            first.push(matrix);
        }
        let block = |first| {
            let zero = Array2::zeros((UNITS, FEATURES));
            Residual::new(branch(first, self.activation, zero))
        };
        let blocks = first.into_iter().map(block).collect();
        let (x, v) = (array![[1.0, -2.0, 0.5]], array![[0.5, 3.0, -1.0]]);
        let claimed = fixup_scale(DEPTH as u64, 2).powi(2) * (DEPTH * UNITS) as f64;
        speed(blocks, 2, &x, &v) * FEATURES as f64 / claimed
    }
}

#[test]
fn the_first_step_is_that_of_one_wide_layer() -> Report {
    claim!(
        "residual.fixup-law",
        r"*$L$* blocks $h + \mathrm{relu}(hU_\ell)V_\ell$ of $n$ features and $m$ units, without biases, start with
        $V_\ell = 0$ and *independent* normal entries of mean zero and variance *$2c^2/n$* in all the $U_\ell$. Let
        $f = h_L \cdot v$, with $x$ and $v$ other than zero, chosen before the weights are drawn. At the start the sum over the blocks
        of $\|\partial f/\partial V_\ell\|^2$, over $\|x\|^2\|v\|^2$, has the law of $\frac{2c^2}{n}\chi^2_K$ with
        *$K \sim \mathrm{Bin}(Lm, \frac12)$*, zero for $K = 0$.",
        |streams| {
            const NETWORKS: u64 = 6_000;
            let law = ReluMixture::new((DEPTH * UNITS) as u64);
            let distance = |blocks: &Blocks, rng: &mut StreamRng| {
                let streams = Streams::from_rng(rng);
                let draws = (0..NETWORKS).into_par_iter();
                let mut sample: Vec<f64> = draws
                    .map(|i| law.lower_tail(blocks.ratio(&mut streams.block(i))))
                    .collect();
                KolmogorovDistance::of(&mut sample, |u| u.clamp(0.0, 1.0))
            };
            // Where the claimed probability of lying below and another one differ most
            let foil = |other: &dyn Fn(f64) -> f64| {
                let places = (1..200).map(|i| 0.02 * f64::from(i));
                let pairs = places.map(|r| (law.lower_tail(r), other(r)));
                let farthest = pairs.max_by(|one, other| {
                    (one.0 - one.1).abs().total_cmp(&(other.0 - other.1).abs())
                });
                let (claimed, actual) = farthest.expect("there are places");
                KolmogorovFoil::new(NETWORKS, claimed, actual)
            };
            let as_said = Blocks {
                scale: fixup_scale(DEPTH as u64, 2),
                activation: Activation::Relu,
                shared: false,
            };
            let one_matrix = ReluMixture::new(UNITS as u64);
            let all_on = unit_variance::evidence::ChiSquareMean::new((DEPTH * UNITS) as u64);
            Check::of(
                "distance of the sums of squares from the law",
                NETWORKS,
                distance,
            )
            .null(KolmogorovDistance::new(NETWORKS))
            .holds_for("as said, with c = 1/√L", as_said)
            .proved_beyond("$L$", "four blocks")
            .foil(
                "the scale of branches of three layers",
                Blocks {
                    scale: fixup_scale(DEPTH as u64, 3),
                    ..as_said
                },
                foil(&|r| law.lower_tail(r / 2.0)),
            )
            .attacks(&["$2c^2/n$"])
            .foil(
                "one matrix in all blocks",
                Blocks {
                    shared: true,
                    ..as_said
                },
                foil(&|r| one_matrix.lower_tail(r)),
            )
            .attacks(&["independent"])
            .foil(
                "all units on",
                Blocks {
                    activation: Activation::Identity,
                    ..as_said
                },
                foil(&|r| all_on.lower_tail(r / 2.0)),
            )
            .attacks(&[r"$K \sim \mathrm{Bin}(Lm, \frac12)$"])
            .judge(streams)
        },
    )
}

/// The mean speed of `blocks` branches through layers of these widths, of which the first is the stream's, over all matrices of
/// signs. Blocks are added, so that the mean of a sum over them does not ask whether their matrices are independent of each other.
fn mean_speed(blocks: usize, scale: f64, widths: &[usize]) -> f64 {
    let n = widths[0];
    let (x, v) = (
        Array2::from_shape_fn((1, n), |(_, i)| 1.5 - 2.0 * i as f64),
        Array2::from_shape_fn((1, n), |(_, i)| 0.5 + i as f64),
    );
    let mut chains = vec![(1.0, Chain::default())];
    for pair in widths.windows(2) {
        let layers = matrices(&signs(), 2.0 / pair[0] as f64, (pair[0], pair[1]));
        let longer = chains.iter().flat_map(|(p, chain)| {
            layers.iter().map(move |(q, matrix)| {
                let layer = Dense::new(scale * matrix, Activation::Relu);
                (p * q, chain.clone().then(layer))
            })
        });
        chains = longer.collect();
    }
    let inputs_of_last = widths[widths.len() - 1];
    let terms = chains.into_iter().map(|(p, chain)| {
        let zero = Dense::new(Array2::zeros((inputs_of_last, n)), Activation::Identity);
        let block = Residual::new(chain.then(zero));
        p * speed(vec![block; blocks], 2, &x, &v)
    });
    terms.sum()
}

/// The same of ReZero, with `m` units.
fn mean_rezero(blocks: usize, n: usize, m: usize) -> f64 {
    let x = Array2::from_shape_fn((1, n), |(_, i)| 1.5 - 2.0 * i as f64);
    let v = Array2::from_shape_fn((1, n), |(_, i)| 0.5 + i as f64);
    let firsts = matrices(&signs(), 2.0 / n as f64, (n, m));
    let lasts = matrices(&signs(), 1.0 / m as f64, (m, n));
    let pairs = firsts
        .iter()
        .flat_map(|one| lasts.iter().map(move |other| (one, other)));
    let terms = pairs.map(|((p, first), (q, last))| {
        let branch = branch(first.clone(), Activation::Relu, last.clone());
        let blocks = vec![Residual::rezero(branch); blocks];
        p * q * speed(blocks, 5, &x, &v)
    });
    terms.sum()
}

#[test]
fn with_the_exponent_of_fixup_the_depth_drops_out() -> Report {
    claim!(
        "residual.fixup-exponent",
        r"A stream of $n$ features passes *$L$* branches of *$k \ge 2$* dense layers each, with ReLU between them and without biases. The last
        matrix $V_\ell$ of each branch, with $w$ inputs, is zero. The $k - 1$ matrices before it have
        entries that are all independent, symmetric about zero and of variance two over the fan-in, and each of these matrices is then multiplied by
        *$c = L^{-1/(2k-2)}$*. For $f = h_L \cdot v$ the expected sum of $\|\partial f/\partial V_\ell\|^2$ over the blocks at
        the start, over $\|x\|^2\|v\|^2$, is *$w/n$*. For ReZero's $\alpha_\ell = 0$ before branches
        $\mathrm{relu}(hU_\ell)V_\ell$ of $m$ units, with independent entries symmetric about zero and of variances $2/n$ and
        $1/m$, the expected sum of $(\partial f/\partial\alpha_\ell)^2$ over the blocks, over the same, is *$L/n$*. Here $x$ and $v$ are other than zero
        and chosen before the weights are drawn.",
        || {
            const WIDTHS: [&[usize]; 6] = [
                &[2, 3],
                &[1, 2],
                &[2, 2, 1],
                &[2, 1, 2],
                &[1, 2, 2],
                &[1, 2, 2, 1],
            ];
            const DEPTHS: [usize; 3] = [1, 2, 5];
            let cases = || {
                DEPTHS
                    .into_iter()
                    .flat_map(|l| WIDTHS.map(|widths| (l, widths)))
            };
            let off = |scale: &dyn Fn(u64, u32) -> f64, square: &dyn Fn(f64, f64) -> f64| {
                largest(cases().map(|(blocks, widths)| {
                    let scale = scale(blocks as u64, widths.len() as u32);
                    let (w, n) = (widths[widths.len() - 1] as f64, widths[0] as f64);
                    (mean_speed(blocks, scale, widths) / square(w, n) - 1.0).abs()
                }))
            };
            let rezero = |claimed: &dyn Fn(f64, f64) -> f64| {
                let shapes = [(1, 1), (1, 2), (2, 1), (2, 2)];
                let cases = DEPTHS
                    .into_iter()
                    .flat_map(|l| shapes.map(|shape| (l, shape)));
                largest(cases.map(|(blocks, (n, m))| {
                    (mean_rezero(blocks, n, m) / claimed(blocks as f64, n as f64) - 1.0).abs()
                }))
            };
            assert_eq!(ZeroStart::fixup(4, fixup_scale(4, 2), 2, &[3]).mean(), 1.5);
            let right = |w: f64, n: f64| w / n;
            let both = largest([off(&fixup_scale, &right), rezero(&|l, n| l / n)]);
            Exactness::of("largest relative error of an expectation", 18 + 12)
                .proved()
                .within(1e-12)
                .proved_beyond("$L$", "1, 2 and 5 blocks")
                .proved_beyond(r"$k \ge 2$", "2 to 4 layers")
                .holds_for("all networks of signs", both)
                .foil(
                    "the root of L, whatever the layers",
                    off(&|blocks, _| fixup_scale(blocks, 2), &right),
                )
                .attacks(&["$c = L^{-1/(2k-2)}$"])
                .foil(
                    "L^(−1/(2k)), counting the layers with the zero one",
                    off(&|blocks, layers| fixup_scale(blocks, layers + 1), &right),
                )
                .attacks(&["$c = L^{-1/(2k-2)}$"])
                .foil("one, at all widths", off(&fixup_scale, &|_, _| 1.0))
                .attacks(&["$w/n$"])
                .foil("no depth in ReZero", rezero(&|_, n| 1.0 / n))
                .attacks(&["$L/n$"])
                .judge()
        },
    )
}
