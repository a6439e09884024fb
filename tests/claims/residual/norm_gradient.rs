//! The gradient through a normalization, whatever stands behind the matrix that reads it.

use ndarray::Array2;
use statrs::distribution::{ChiSquared, ContinuousCDF};
use unit_variance::evidence::{Check, KolmogorovDistance};
use unit_variance::initializer::Normal;
use unit_variance::matrix::product;
use unit_variance::network::Pointwise;
use unit_variance::probability::StreamRng;
use unit_variance::{
    Activation, Chain, Dense, Initializer, Law, Layer, LayerNorm, Loss, RmsNorm, VarianceScaling,
};

use crate::finite_width::{apart, foil_at, from_uniform, square};
use crate::harness::Report;

/// The numbers of features, and of what reads them.
const FEATURES: [usize; 3] = [3, 5, 8];
const OUTPUTS: usize = 4;

const DRAWS: u64 = 6_000;

/// `s`
const STD_DEV: f64 = 0.7;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Reads {
    /// As the sentence says.
    Layer,
    /// Through an `RmsNorm`.
    Rms,
    /// Through a `LayerNorm` whose backward pass takes the mean for a constant.
    ConstantMean,
    /// The transpose of the matrix reads its output.
    Tied,
    /// The input is chosen so that it is the gradient, normalized.
    ChosenAfter,
}

/// A row, less its mean.
fn centered(x: &Array2<f64>) -> Array2<f64> {
    x - x.sum() / x.len() as f64
}

impl Reads {
    /// `‖g‖² ‖P h‖²/(d s² ‖δ‖²)`
    fn ratio(self, d: usize, i: u64, rng: &mut StreamRng) -> f64 {
        let mut h = Normal::new(1.0, 2.0).sample((1, d), rng);
        let weight = Normal::new(0.0, STD_DEV).sample((d, OUTPUTS), rng);
        // What follows: an activation and a layer, into a sum of squares or a cross-entropy; or one fixed direction.
        let activation = [Activation::Tanh, Activation::Relu, Activation::Gelu][(i % 3) as usize];
        let lecun = VarianceScaling::lecun(Law::Normal);
        let above = Chain::default()
            .then(Pointwise(activation))
            .then(Dense::new(
                lecun.sample((OUTPUTS, 3), rng),
                Activation::Identity,
            ));
        let delta = |x: &Array2<f64>| {
            let (y, cache) = above.forward(&product(x, &weight));
            let loss = if i.is_multiple_of(2) {
                Loss::CrossEntropy { labels: vec![0] }
            } else {
                let targets = Array2::from_elem((1, 3), 3.0);
                Loss::SumOfSquares { targets }
            };
            above.backward(&cache, &loss.gradient(&y)).input
        };
        if self == Self::ChosenAfter {
            // A direction of the loss that is fixed: then the gradient below the matrix is, too.
            let fixed = Array2::ones((1, OUTPUTS));
            h = centered(&product(&fixed, &weight.t()));
            return self.of(&h, &weight, &fixed);
        }
        let layer = LayerNorm::new(d).with_epsilon(0.0);
        let rms = RmsNorm::new(d).with_epsilon(0.0);
        let (x, _) = match self {
            Self::Rms => rms.forward(&h),
            _ => layer.forward(&h),
        };
        let d_z = if self == Self::Tied {
            // A direction of the tied output that is orthogonal to x and to a row of ones.
            let z = centered(&Normal::new(0.0, 1.0).sample((1, d), rng));
            let along = (&z * &x).sum() / square(&x);
            product(&(z - along * &x), &weight)
        } else {
            delta(&x)
        };
        self.of(&h, &weight, &d_z)
    }

    fn of(self, h: &Array2<f64>, weight: &Array2<f64>, d_z: &Array2<f64>) -> f64 {
        let d = h.ncols();
        let d_x = product(d_z, &weight.t());
        let size = match self {
            Self::Rms => square(h),
            _ => square(&centered(h)),
        };
        let g = match self {
            Self::Rms => {
                let norm = RmsNorm::new(d).with_epsilon(0.0);
                let (_, cache) = norm.forward(h);
                norm.backward(&cache, &d_x).input
            }
            Self::ConstantMean => {
                // The same as an RmsNorm of what has no mean.
                let norm = RmsNorm::new(d).with_epsilon(0.0);
                let (_, cache) = norm.forward(&centered(h));
                norm.backward(&cache, &d_x).input
            }
            _ => {
                let norm = LayerNorm::new(d).with_epsilon(0.0);
                let (_, cache) = norm.forward(h);
                norm.backward(&cache, &d_x).input
            }
        };
        square(&g) * size / (d as f64 * STD_DEV * STD_DEV * square(d_z))
    }
}

fn chi_square(degrees: usize) -> ChiSquared {
    ChiSquared::new(degrees as f64).expect("there are degrees of freedom")
}

#[test]
fn normalization_removes_the_direction_that_the_forward_pass_has_seen() -> Report {
    claim!(
        "residual.norm-gradient",
        r"Let a layer $z = xW$ read one input $h$ of $d \ge 3$ features, not all equal and fixed *before the weights
        are drawn*, through a *LayerNorm* of gain one, shift zero and $\varepsilon = 0$, $x = \mathrm{LN}(h)$. Let
        $W$ have independent normal entries of mean zero and variance $s^2 > 0$, and let the loss be *any*
        differentiable one that depends on $W$ *through $z$ alone* and on things that, taken together, are
        independent of $W$. Let $\delta$ be its gradient at $z$ and $g$ what the LayerNorm passes on to $h$. Where
        $\delta$ is not zero, $\|g\|^2\,\|Ph\|^2/(d\,s^2\|\delta\|^2)$ has the chi-square law with *$d - 2$* degrees
        of freedom; $Ph$ is $h$ less its mean.",
        |streams| {
            let measured = |reads: &Reads, rng: &mut StreamRng| {
                let mut sample = Vec::with_capacity(DRAWS as usize);
                let mut i = 0;
                while sample.len() < DRAWS as usize {
                    let d = FEATURES[(i / 6 % 3) as usize];
                    let ratio = reads.ratio(d, i, rng);
                    i += 1;
                    // A loss that does not look at any active unit has no gradient.
                    if !ratio.is_nan() {
                        sample.push(chi_square(d - 2).cdf(ratio));
                    }
                }
                from_uniform(sample)
            };
            let with_degrees = |degrees: fn(usize) -> usize| {
                let actual = |u: f64| {
                    let of =
                        |d: usize| chi_square(degrees(d)).cdf(chi_square(d - 2).inverse_cdf(u));
                    FEATURES.map(of).iter().sum::<f64>() / 3.0
                };
                let places = (1..50).map(|i| f64::from(i) / 50.0);
                foil_at(DRAWS, apart(|u| u, actual, places))
            };
            Check::of(
                "distance of the probabilities of smaller values from the uniform law",
                DRAWS,
                measured,
            )
            .null_of_n(KolmogorovDistance::new)
            .holds_for("LayerNorm", Reads::Layer)
            .proved_beyond(
                "any",
                "tanh, ReLU and GELU, into sums of squares and cross-entropies",
            )
            .foil("RMSNorm", Reads::Rms, with_degrees(|d| d - 1))
            .attacks(&["LayerNorm", "$d - 2$"])
            .foil(
                "a backward pass that takes the mean for a constant",
                Reads::ConstantMean,
                with_degrees(|d| d - 1),
            )
            .attacks(&["$d - 2$"])
            .foil(
                "an output that the transpose of the matrix makes",
                Reads::Tied,
                with_degrees(|d| d - 3 + OUTPUTS),
            )
            .attacks(&["through $z$ alone", "any"])
            .foil(
                "an input chosen afterwards",
                Reads::ChosenAfter,
                foil_at(DRAWS, (1e-9, 1.0)),
            )
            .attacks(&["before the weights are drawn"])
            .judge(streams)
        },
    )
}
