//! Wide layers: the edge of the law, and gentle slopes.

use unit_variance::Activation;
use unit_variance::evidence::{Exactness, largest};
use unit_variance::probability::gaussian_expectation;
use unit_variance::theory::{WideSpectrum, slope_kurtosis};

use crate::harness::{Report, half_digits};

/// The smallest value of `x` over `0 < w < 1`, by golden section; `z = w/(1 − w)`.
fn least(law: WideSpectrum) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let x = |w: f64| law.inverse(w / (1.0 - w));
    let (mut a, mut b) = (0.0, 1.0);
    for _ in 0..70 {
        let (left, right) = (b - GOLDEN * (b - a), a + GOLDEN * (b - a));
        if x(left) < x(right) {
            b = right;
        } else {
            a = left;
        }
    }
    x(f64::midpoint(a, b))
}

#[test]
fn rotations_save_one_layer_of_the_largest_stretch() -> Report {
    claim!(
        "isometry.edge",
        r"The limit, as the width grows, of the law of the squared singular values of *$L$* layers of uniform
        rotations times $\sqrt2$ with ReLU units has the largest value *$L^L/(L-1)^{L-1}$*, for $L$ from $2$ to
        $50$. So has that of *$L-1$* layers of normal weights of variance $1/n$ without activation.",
        || {
            let farthest = |stated: &dyn Fn(u32) -> f64, linear: &dyn Fn(u32) -> WideSpectrum| {
                let off = |depth: u32| {
                    let (relu, linear) = (WideSpectrum::orthogonal_relu(depth), linear(depth));
                    let of = |law: WideSpectrum| {
                        // The series of the moments at twice the largest value, and the equation that it solves.
                        let x = 2.0 * law.edge();
                        let terms = (1..=80).map(|k| law.moment(k) * x.powi(-k.cast_signed()));
                        let solved = law.inverse(terms.sum()) / x - 1.0;
                        let edge = least(law) / stated(depth) - 1.0;
                        largest([solved.abs(), edge.abs()])
                    };
                    largest([of(relu), of(linear)])
                };
                largest((2..=50).map(off))
            };
            let stated = |depth: u32| {
                let l = f64::from(depth);
                libm::pow(l, l) / libm::pow(l - 1.0, l - 1.0)
            };
            let one_less = |depth: u32| WideSpectrum::linear(depth - 1);
            Exactness::of("largest relative error", 49)
                .within(1e-9)
                .over("$L$", "2 to 50, all")
                .holds_for("moments, equation and edge", farthest(&stated, &one_less))
                .foil("L linear layers", farthest(&stated, &WideSpectrum::linear))
                .attacks(&["$L-1$"])
                .foil(
                    "the edge of Gaussian ReLU layers",
                    farthest(&|depth| WideSpectrum::relu(depth).edge(), &one_less),
                )
                .attacks(&["$L^L/(L-1)^{L-1}$"])
                .judge()
        },
    )
}

#[test]
fn small_tanh_layers_have_nearly_equal_singular_values() -> Report {
    claim!(
        "isometry.tanh",
        r"A wide layer of rotations with tanh units whose pre-activations are normal with *mean zero* and variance
        $0.1$ has squared singular values of relative variance *$0.0397$*, with variance $0.01$ of *$0.00073$*; with
        *ReLU* units it is *one* at *every positive variance*.",
        || {
            let variances: Vec<f64> = (-12..=12)
                .map(|i| libm::pow(10.0, f64::from(i) / 4.0))
                .collect();
            let off = |small: &dyn Fn(f64) -> f64, relu: &dyn Fn(f64) -> f64| {
                let printed = [(0.1, "0.0397"), (0.01, "0.00073")];
                let printed = printed.map(|(q, said)| half_digits(small(q), said));
                let ones = variances.iter().map(|q| (relu(*q) - 1.0).abs() / 1e-12);
                largest(ones.chain(printed))
            };
            let excess = |phi: Activation| move |q: f64| slope_kurtosis(phi, q) - 1.0;
            let (tanh, relu) = (excess(Activation::Tanh), excess(Activation::Relu));
            let biased = |q: f64| {
                let moment = |power| {
                    let slope = |z: f64| Activation::Tanh.slope(z + 0.1).powi(power);
                    gaussian_expectation(slope, q, &[])
                };
                moment(4) / moment(2).powi(2) - 1.0
            };
            Exactness::of(
                "largest distance from the sentence, in half digits",
                variances.len() as u64 + 2,
            )
            .within(1.0)
            .proved_beyond("every positive variance", "25 variances from 0.001 to 1000")
            .holds_for("tanh and ReLU", off(&tanh, &relu))
            .finds("tanh at 0.1", tanh(0.1))
            .finds("at 0.01", tanh(0.01))
            .foil("pre-activations of mean 0.1", off(&biased, &relu))
            .attacks(&["mean zero"])
            .foil("erf for tanh", off(&excess(Activation::Erf), &relu))
            .attacks(&["$0.0397$", "$0.00073$"])
            .foil(
                "normal weights for rotations",
                off(&|q| slope_kurtosis(Activation::Tanh, q), &relu),
            )
            .attacks(&["$0.0397$", "$0.00073$"])
            .foil("GELU for ReLU", off(&tanh, &excess(Activation::Gelu)))
            .attacks(&["ReLU", "one"])
            .judge()
        },
    )
}
