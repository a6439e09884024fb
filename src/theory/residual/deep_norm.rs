//! DeepNorm: `h' = LN(α h + F(h))`, with Xavier's weights times `β` in the value, output and feed-forward matrices of `F`.
//!
//! ```text
//! one stack of N layers         α = (2N)^(1/4)            β = (8N)^(−1/4)               α β = 1/√2
//! encoder of N, decoder of M    α = 0.81 (N⁴ M)^(1/16)    β = 0.87 (N⁴ M)^(−1/16)       α β = 0.7047
//!   its decoder                 α = (3M)^(1/4)            β = (12M)^(−1/4)              α β = 1/√2
//! ```
//!
//! The authors bound what one step of training changes at the output by a sum over the sublayers, of `2 β²/α²` each to first
//! order: with `2N` sublayers `4N β²/α²`, which these `α` and `β` make 1; a decoder's `3M` make it `6M β²/α² = 1`.[^deepnet]
//!
//! [^deepnet]: H. Wang et al. (2022). [*`DeepNet`: Scaling Transformers to 1,000 Layers*](https://arxiv.org/abs/2203.00555). The encoder's
//!     constants as in [xformers](https://github.com/facebookresearch/xformers); torchscale divides by 1.15 where it multiplies by 0.87.

/// The factor `α` of the skip and the gain `β` of the branch's weights.
///
/// ```
/// use unit_variance::theory::DeepNorm;
///
/// let deep = DeepNorm::single(1000);
/// assert!((deep.skip * deep.gain - 0.5_f64.sqrt()).abs() < 1e-15);
/// // At first a block of a thousand layers is nearly the identity.
/// assert!(deep.branch_energy() < 3e-6);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeepNorm {
    /// `α`.
    pub skip: f64,
    /// `β`: a factor of the standard deviation, not of the variance.
    pub gain: f64,
}

impl DeepNorm {
    /// A stack of `N` layers, two sublayers each, that is not read by another one.
    ///
    /// # Panics
    ///
    /// If there are no layers.
    #[track_caller]
    pub fn single(layers: u64) -> Self {
        let fourth_root = fourth_root(layers);
        Self {
            skip: 2_f64.sqrt().sqrt() * fourth_root,
            gain: 1.0 / (8_f64.sqrt().sqrt() * fourth_root),
        }
    }

    /// The encoder of `N` layers, read by a decoder of `M`.
    ///
    /// # Panics
    ///
    /// If there are no layers.
    #[track_caller]
    pub fn encoder(encoder: u64, decoder: u64) -> Self {
        let power = fourth_root(encoder) * fourth_root(decoder).sqrt().sqrt();
        Self {
            skip: 0.81 * power,
            gain: 0.87 / power,
        }
    }

    /// The decoder of `M` layers, three sublayers each, that reads an encoder.
    ///
    /// # Panics
    ///
    /// If there are no layers.
    #[track_caller]
    pub fn decoder(layers: u64) -> Self {
        let fourth_root = fourth_root(layers);
        Self {
            skip: 3_f64.sqrt().sqrt() * fourth_root,
            gain: 1.0 / (12_f64.sqrt().sqrt() * fourth_root),
        }
    }

    /// `β⁴/α²`: the mean square of a branch for a skip of mean square 1, where a branch of two matrices without `β` keeps the
    /// mean square.
    ///
    /// # Panics
    ///
    /// If `α` is 0, or one of the two is infinite or NaN.
    #[track_caller]
    pub fn branch_energy(self) -> f64 {
        let Self { skip, gain } = self;
        assert!(
            skip != 0.0 && skip.is_finite() && gain.is_finite(),
            "a skip and a branch have finite factors, and that of the skip is not 0, but these are {skip} and {gain}"
        );
        (self.gain * self.gain / self.skip).powi(2)
    }
}

#[track_caller]
fn fourth_root(layers: u64) -> f64 {
    assert!(layers > 0, "a transformer of 0 layers has no scale");
    (layers as f64).sqrt().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn factors_are_those_of_the_reference() {
        for (layers, skip, gain, energy) in [
            (
                6,
                1.861_209_718_204_199_2,
                0.379_917_842_825_796_3,
                0.006_014_065_304_058_602,
            ),
            (
                24,
                2.632_148_025_904_985,
                0.268_642_482_955_885_5,
                0.000_751_758_163_007_325_2,
            ),
            (
                1000,
                6.687_403_049_764_22,
                0.105_737_126_344_056_41,
                2.795_084_971_874_737e-6,
            ),
        ] {
            let deep = DeepNorm::single(layers);
            assert_relative_eq!(deep.skip, skip, max_relative = 1e-14);
            assert_relative_eq!(deep.gain, gain, max_relative = 1e-14);
            assert_relative_eq!(deep.branch_energy(), energy, max_relative = 1e-14);
        }
        for (encoder, decoder, [skip, gain], [decoder_skip, decoder_gain]) in [
            (
                6,
                6,
                [1.417_938_140_685_522_7, 0.496_989_240_771_323_5],
                [2.059_767_143_907_118, 0.343_294_523_984_519_6],
            ),
            (
                18,
                18,
                [1.998_746_318_027_809, 0.352_571_005_957_042_8],
                [2.710_806_010_829_534_5, 0.260_847_430_012_214_55],
            ),
        ] {
            let deep = DeepNorm::encoder(encoder, decoder);
            assert_relative_eq!(deep.skip, skip, max_relative = 1e-14);
            assert_relative_eq!(deep.gain, gain, max_relative = 1e-14);
            let deep = DeepNorm::decoder(decoder);
            assert_relative_eq!(deep.skip, decoder_skip, max_relative = 1e-14);
            assert_relative_eq!(deep.gain, decoder_gain, max_relative = 1e-14);
        }
    }

    #[test]
    fn the_bound_of_a_step_does_not_know_the_depth() {
        for layers in [1, 12, 1000] {
            let (single, decoder) = (DeepNorm::single(layers), DeepNorm::decoder(layers));
            let bound = |deep: DeepNorm, sublayers: f64| {
                2.0 * sublayers * layers as f64 * (deep.gain / deep.skip).powi(2)
            };
            assert_relative_eq!(bound(single, 2.0), 1.0, max_relative = 1e-14);
            assert_relative_eq!(bound(decoder, 3.0), 1.0, max_relative = 1e-14);
        }
    }

    #[test]
    fn the_encoder_knows_both_depths() {
        // (N⁴ M)^(1/16), by the definition.
        let power = libm::pow(12_f64.powi(4) * 3.0, 0.062_5);
        assert_relative_eq!(
            DeepNorm::encoder(12, 3).skip,
            0.81 * power,
            max_relative = 1e-14
        );
    }

    #[test]
    #[should_panic(expected = "0 layers")]
    fn no_layers_are_refused() {
        let _ = DeepNorm::encoder(6, 0);
    }

    #[test]
    #[should_panic(expected = "but these are 0 and 0.5")]
    fn a_branch_beside_no_skip_has_no_relative_size() {
        let bare = DeepNorm {
            skip: 0.0,
            gain: 0.5,
        };
        let _ = bare.branch_energy();
    }
}
