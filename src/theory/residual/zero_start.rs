//! The first step of a network whose residual branches start at zero: the output moves by `Δf = −η g ‖v‖² ‖x‖² s`, to first
//! order in the rate `η`.
//!
//! The last thing in each of `L` branches is zero, so every stream is the input `x` of `n` numbers, and the output is
//! `f = ⟨v, x⟩`. With `g = ∂loss/∂f`, of the branches only what is zero moves, and every block adds its own part; the
//! readout `v` and biases have parts of their own, which are left out here:
//!
//! ```text
//! Fixup: the last matrix V_l, of y_l = relu(relu(x U_1) ⋯)     s = Σ_l ‖y_l‖² / ‖x‖²
//! SkipInit and ReZero: the factor α_l of a branch F_l          s = Σ_l ⟨v, F_l(x)⟩² / (‖v‖² ‖x‖²)
//! ```
//!
//! since `∂f/∂V_l` is `y_lᵀ v`, and `∂f/∂α_l` is `⟨v, F_l(x)⟩`. A He layer multiplies a squared length by `(2/fan_in) S`,
//! `S ~ χ²_K`, `K ~ Bin(units, 1/2)`, whose mean is `units/fan_in`, and whose mean square is `1 + 5/units` times the square
//! of that.

/// The law of `s = −Δf / (η g ‖v‖² ‖x‖²)` over networks whose branches start at zero: the speed of the output `f = ⟨v, x⟩` in a first
/// step of rate `η` on a loss of slope `g`, to first order in the rate.
///
/// ```
/// use unit_variance::theory::{ZeroStart, fixup_scale};
///
/// // With Fixup's scale the output of 4 and of 400 blocks moves at one speed …
/// let at = |blocks| ZeroStart::fixup(blocks, fixup_scale(blocks, 2), 64, &[64]).mean();
/// assert!((at(4) - 1.0).abs() < 1e-15 && (at(400) - 1.0).abs() < 1e-15);
/// // … and that of ReZero at a speed that grows with their number.
/// assert_eq!(ZeroStart::rezero(128, 64, 64).mean(), 2.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ZeroStart {
    mean: f64,
    /// `Var s / (E s)²`.
    relative_variance: f64,
}

impl ZeroStart {
    /// `L` branches of `m` layers each, of which the last one is zero and has inputs from ReLU layers of the `inner` widths,
    /// `m − 1` of them, that have He's weights times `c`, the scale; each of the streams has `n` features.
    ///
    /// With one inner layer of `w` units, `s` is `c² (2/n)` times the sum of the squares of `L w` ReLU units: the streams are
    /// all the same, and the matrices independent.
    ///
    /// # Panics
    ///
    /// If there are no blocks, no features, no inner layer or one without units, or the scale is negative, infinite or NaN.
    #[track_caller]
    pub fn fixup(blocks: u64, scale: f64, width: u64, inner: &[u64]) -> Self {
        assert!(
            scale >= 0.0 && scale.is_finite(),
            "a scale of weights must be finite and not negative, but is {scale}"
        );
        assert!(
            blocks > 0 && width > 0 && !inner.is_empty() && inner.iter().all(|units| *units > 0),
            "blocks, features, and inner layers of units are needed, but here are {blocks}, {width} and {inner:?}"
        );
        let last = inner[inner.len() - 1] as f64;
        let scales = libm::pow(scale, 2.0 * inner.len() as f64);
        // Π (1 + 5/units) − 1, with the digits of wide layers
        let spread: f64 = inner
            .iter()
            .map(|units| libm::log1p(5.0 / *units as f64))
            .sum();
        Self {
            mean: blocks as f64 * scales * last / width as f64,
            relative_variance: libm::expm1(spread) / blocks as f64,
        }
    }

    /// `L` branches `α_l relu(x U_l) V_l` with `α_l = 0`, He's `U_l` from `n` features to `m` units, and `V_l` of variance
    /// `1/m`: mean `L/n`.
    ///
    /// Given the ReLU units, `⟨v, F_l(x)⟩` is Gaussian, so that its square has a kurtosis of 3 besides that of the units.
    ///
    /// # Panics
    ///
    /// If there are no blocks, features or units.
    #[track_caller]
    pub fn rezero(blocks: u64, width: u64, inner: u64) -> Self {
        assert!(
            blocks > 0 && width > 0 && inner > 0,
            "blocks, features and units are needed, but here are {blocks}, {width} and {inner}"
        );
        let square = 3.0 * (1.0 + 5.0 / inner as f64);
        Self {
            mean: blocks as f64 / width as f64,
            relative_variance: (square - 1.0) / blocks as f64,
        }
    }

    /// `E s`.
    pub fn mean(self) -> f64 {
        self.mean
    }

    /// `Var s`.
    pub fn variance(self) -> f64 {
        self.relative_variance * self.mean * self.mean
    }
}

/// `c = L^(−1/(2m − 2))`: the scale of the `m − 1` layers before the zero one, in each of `L` branches, for which the first
/// step does not depend on `L`.[^fixup]
///
/// Of `s = Σ_l ‖y_l‖²/‖x‖²` each of the `L` terms has `m − 1` factors of `c²`, so `L c^(2m−2)` must be 1.
///
/// ```
/// use unit_variance::theory::fixup_scale;
///
/// assert_eq!(fixup_scale(16, 3), 0.5);
/// ```
///
/// # Panics
///
/// If there are no blocks, or less than two layers in each.
///
/// [^fixup]: H. Zhang, Y. Dauphin, T. Ma (2019). [*Fixup Initialization: Residual Learning Without Normalization*](https://arxiv.org/abs/1901.09321). ICLR.
#[track_caller]
pub fn fixup_scale(blocks: u64, layers: u32) -> f64 {
    assert!(
        blocks > 0 && layers >= 2,
        "blocks are needed, and a layer before the zero one, but there are {blocks} of {layers} layers"
    );
    libm::pow(blocks as f64, -0.5 / (f64::from(layers) - 1.0))
}

/// `0.67 N^(−1/4)`: T-Fixup's scale of the value, output and feed-forward matrices in an encoder of `N` layers.[^tfixup]
///
/// # Panics
///
/// If there are no layers.
///
/// [^tfixup]: X. Huang, F. Perez, J. Ba, M. Volkovs (2020). *Improving Transformer Optimization Through Better Initialization*. ICML.
#[track_caller]
pub fn t_fixup_encoder_scale(layers: u64) -> f64 {
    0.67 * fourth_root_of_inverse(layers)
}

/// `(9N)^(−1/4)`: T-Fixup's scale of the value, output and feed-forward matrices in a decoder of `N` layers.
///
/// ```
/// use unit_variance::theory::{t_fixup_decoder_scale, t_fixup_encoder_scale};
///
/// assert_eq!(t_fixup_encoder_scale(16), 0.335);
/// // A decoder's layer has three sublayers and not two, and (9N)^(−1/4) is 0.577 N^(−1/4).
/// assert!(t_fixup_decoder_scale(16) < t_fixup_encoder_scale(16));
/// ```
///
/// # Panics
///
/// If there are no layers.
#[track_caller]
pub fn t_fixup_decoder_scale(layers: u64) -> f64 {
    fourth_root_of_inverse(layers) / 3_f64.sqrt()
}

#[track_caller]
fn fourth_root_of_inverse(layers: u64) -> f64 {
    assert!(layers > 0, "a transformer of 0 layers has no scale");
    (layers as f64).sqrt().sqrt().recip()
}

#[cfg(all(test, feature = "network"))]
mod tests {
    use super::*;
    use crate::activation::Activation;
    use crate::initializer::{Constant, Initializer, VarianceScaling};
    use crate::network::{Chain, Dense, Layer, Residual};
    use crate::probability::{Law, Streams};
    use crate::theory::simulated::assert_mean;
    use approx::assert_relative_eq;
    use ndarray::{Array2, array};

    #[test]
    fn scales_are_those_of_the_reference() {
        for (blocks, layers, scale) in [
            (27, 2, 0.192_450_089_729_875_26),
            (54, 2, 0.136_082_763_487_954_34),
            (8, 4, 0.707_106_781_186_547_5),
            (1, 7, 1.0),
        ] {
            assert_relative_eq!(fixup_scale(blocks, layers), scale, max_relative = 1e-15);
        }
        for (layers, encoder, decoder) in [
            (6, 0.428_091_879_845_002_6, 0.368_893_973_233_440_5),
            (1000, 0.119_144_720_472_607_83, 0.102_669_009_608_034_1),
        ] {
            assert_relative_eq!(t_fixup_encoder_scale(layers), encoder, max_relative = 1e-14);
            assert_relative_eq!(t_fixup_decoder_scale(layers), decoder, max_relative = 1e-14);
        }
    }

    #[test]
    fn with_the_scale_of_fixup_the_mean_does_not_know_the_number_of_blocks() {
        for layers in 2..6 {
            for blocks in [1, 7, 300] {
                let inner = vec![32; layers as usize - 1];
                let start = ZeroStart::fixup(blocks, fixup_scale(blocks, layers), 32, &inner);
                assert_relative_eq!(start.mean(), 1.0, max_relative = 1e-14);
            }
        }
    }

    /// `‖gradient of the last parameter of every block‖² / (‖v‖² ‖x‖²)`, summed, by the library's backward pass.
    fn speed(blocks: &[Residual], learned: bool) -> f64 {
        let (x, v) = (array![[1.0, -2.0, 2.0]], array![[0.5, 0.5, -1.0]]);
        let mut network = Chain::default();
        for block in blocks {
            network = network.then(block.clone());
        }
        let (y, cache) = network.forward(&x);
        assert_eq!(y, x);
        let gradients = network.backward(&cache, &v).parameters;
        let square = |g: &ndarray::ArrayD<f64>| g.iter().map(|g| g * g).sum::<f64>();
        // The bias of the last layer moves the output as that of any linear network; it has no part in `s`.
        let counted = gradients.iter().filter(|g| learned || g.ndim() == 2);
        let moved: f64 = counted.map(square).sum();
        let each = gradients.len() / blocks.len();
        let own = usize::from(!learned) * (each - 2);
        let last: f64 = gradients
            .chunks(each)
            .map(|block| square(&block[own]))
            .sum();
        assert_eq!(moved, last); // nothing else moves
        last / (1.5 * 9.0)
    }

    #[test]
    fn the_first_step_of_networks_has_these_moments() {
        let streams = Streams::new(11);
        let (n, inner, blocks, scale) = (3, [4, 6], 2, 0.8);
        let mut rng = streams.stream("fixup");
        let he = VarianceScaling::he(Law::Normal);
        let fixup = |_| {
            let block = |_| {
                let first = scale * he.sample((n, inner[0]), &mut rng);
                let second = scale * he.sample((inner[0], inner[1]), &mut rng);
                let zero = Constant::ZERO.sample((inner[1], n), &mut rng);
                let branch = Chain::default()
                    .then(Dense::new(first, Activation::Relu))
                    .then(Dense::new(second, Activation::Relu))
                    .then(Dense::new(zero, Activation::Identity));
                Residual::new(branch)
            };
            speed(&(0..blocks).map(block).collect::<Vec<_>>(), false)
        };
        let speeds: Vec<f64> = (0..40_000).map(fixup).collect();
        let start = ZeroStart::fixup(blocks, scale, n as u64, &[4, 6]);
        assert_mean(speeds.iter().copied(), start.mean());
        let second = start.variance() + start.mean() * start.mean();
        assert_mean(speeds.iter().map(|s| s * s), second);

        let mut rng = streams.stream("rezero");
        let rezero = |_| {
            let block = |_| {
                let first: Array2<f64> = he.sample((n, 4), &mut rng);
                let last = VarianceScaling::lecun(Law::Normal).sample((4, n), &mut rng);
                let branch = Chain::default()
                    .then(Dense::new(first, Activation::Relu))
                    .then(Dense::new(last, Activation::Identity));
                Residual::rezero(branch)
            };
            speed(&(0..blocks).map(block).collect::<Vec<_>>(), true)
        };
        let speeds: Vec<f64> = (0..80_000).map(rezero).collect();
        let start = ZeroStart::rezero(blocks, n as u64, 4);
        assert_mean(speeds.iter().copied(), start.mean());
        let second = start.variance() + start.mean() * start.mean();
        assert_mean(speeds.iter().map(|s| s * s), second);
    }

    #[test]
    fn wide_layers_keep_a_small_variance() {
        for units in [10_000_000_000, 1_000_000_000_000_000, 1 << 60] {
            let start = ZeroStart::fixup(1, 1.0, units, &[units]);
            let exact = 5.0 / units as f64;
            assert_relative_eq!(start.variance(), exact, max_relative = 1e-14);
        }
    }

    #[test]
    #[should_panic(expected = "but there are 4 of 1 layers")]
    fn a_branch_of_the_zero_layer_alone_is_refused() {
        let _ = fixup_scale(4, 1);
    }

    #[test]
    #[should_panic(expected = "but here are 4, 8 and [3, 0]")]
    fn an_inner_layer_without_units_is_refused() {
        let _ = ZeroStart::fixup(4, 1.0, 8, &[3, 0]);
    }

    #[test]
    fn a_single_unit_of_rezero_has_the_moments_of_two_normal_numbers() {
        // s = 2 relu(z)² v²: E s = 1 and E s² = 4 · 3/2 · 3
        let start = ZeroStart::rezero(1, 1, 1);
        assert_eq!((start.mean(), start.variance()), (1.0, 17.0));
    }
}
