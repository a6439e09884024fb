//! A normalization behind the sum, `h' = LN(h + F(h))`, where the branch has `ρ` times the mean square of the skip:
//!
//! ```text
//! share of h in h' = 1/(1 + ρ) ,        squared gradient: (1 + ρ χ)/(1 + ρ) ,   χ = E φ'(Z)² / E φ(Z)² .
//! ```
//!
//! For wide layers: `‖h + F‖² = (1 + ρ) ‖h‖²`, and normalization divides by that, forward and backward. Backward, the branch
//! multiplies a squared gradient by `ρ χ` if it multiplies a squared signal of variance 1 by `ρ` through one layer of `φ`
//! between two Gaussian matrices; skip and branch add up, forward and backward, as
//! they are uncorrelated: the branch's last matrix has mean 0. In front of the branch instead,
//! `h' = h + F(LN(h))`, the stream grows, and shares fall as `1/(1 + L ρ)`.

use crate::activation::{Activation, Nonlinearity};

/// A wide post-norm block.
///
/// ```
/// use unit_variance::Activation;
/// use unit_variance::theory::{PostNorm, pre_norm_input_share};
///
/// let relu = PostNorm { activation: Activation::Relu, branch_energy: 1.0 };
/// // Behind ten blocks a thousandth of the mean square is the input's own, and the gradient is what it was.
/// assert!((1024.0 * relu.input_share(10) - 1.0).abs() < 1e-13);
/// assert_eq!(relu.gradient_factor(), 1.0);
/// assert_eq!(pre_norm_input_share(1.0, 10), 1.0 / 11.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PostNorm<A = Activation> {
    /// `φ`, between the two matrices of the branch.
    pub activation: A,
    /// `ρ`: the mean square of the branch for a skip of mean square 1.
    pub branch_energy: f64,
}

impl<A: Nonlinearity + Copy> PostNorm<A> {
    /// `(1 + ρ)^(−L)`: the share of the input in the mean square behind `L` blocks.
    ///
    /// # Panics
    ///
    /// If `ρ` is negative, infinite or NaN.
    #[track_caller]
    pub fn input_share(self, depth: u64) -> f64 {
        demand_energy(self.branch_energy);
        libm::exp2(-(depth as f64) * libm::log1p(self.branch_energy) / std::f64::consts::LN_2)
    }

    /// `(1 + ρ χ)/(1 + ρ)`: the factor of a squared gradient in a block.
    ///
    /// ```
    /// use unit_variance::Activation;
    /// use unit_variance::theory::PostNorm;
    ///
    /// let [tanh, sigmoid] = [Activation::Tanh, Activation::Sigmoid]
    ///     .map(|activation| PostNorm { activation, branch_energy: 1.0 }.gradient_factor());
    /// assert!((tanh - 1.0889).abs() < 1e-4 && sigmoid < 0.6);
    /// ```
    ///
    /// # Panics
    ///
    /// If `ρ` is negative, infinite or NaN, or the activation has no finite `χ`, as one that is 0.
    #[track_caller]
    pub fn gradient_factor(self) -> f64 {
        demand_energy(self.branch_energy);
        // A mean of 1 and χ, so that χ = 1 gives 1 to the last digit.
        let share = self.branch_energy / (1.0 + self.branch_energy);
        let factor = 1.0 + share * (self.activation.chi() - 1.0);
        assert!(
            factor.is_finite(),
            "an activation behind which a branch has a size has a finite factor, but this one has {factor}"
        );
        factor
    }
}

/// `1/(1 + L ρ)`: the share of the input in the mean square of a pre-norm stream behind `L` branches, each of which adds `ρ`
/// times its mean square.
///
/// # Panics
///
/// If `ρ` is negative, infinite or NaN.
#[track_caller]
pub fn pre_norm_input_share(branch_energy: f64, depth: u64) -> f64 {
    demand_energy(branch_energy);
    (1.0 + depth as f64 * branch_energy).recip()
}

#[track_caller]
fn demand_energy(branch_energy: f64) {
    assert!(
        branch_energy >= 0.0 && branch_energy.is_finite(),
        "the mean square of a branch must be finite and not negative, but is {branch_energy}"
    );
}

#[cfg(all(test, feature = "network"))]
mod tests {
    use super::*;
    use crate::initializer::{Initializer, VarianceScaling};
    use crate::network::{Chain, Dense, Layer, LayerNorm, Residual};
    use crate::probability::{Law, Moments, Streams};
    use approx::assert_relative_eq;

    #[test]
    fn factors_of_the_gradient_are_those_of_the_reference() {
        for (activation, factor) in [
            (Activation::Identity, 1.0),
            (Activation::ReluSquared, 1.166_666_666_666_666_7),
            (Activation::Gelu, 1.036_015_799_218_146),
            (Activation::Tanh, 1.088_903_616_152_089_8),
            (Activation::Softplus, 0.659_229_491_841_846_6),
            (Activation::Sine, 1.156_517_642_749_665_7),
        ] {
            let block = PostNorm {
                activation,
                branch_energy: 1.0,
            };
            assert_relative_eq!(block.gradient_factor(), factor, max_relative = 1e-13);
        }
    }

    #[test]
    fn wide_blocks_pass_back_this_much() {
        let mut rng = Streams::new(3).stream("post-norm");
        let n = 256;
        for (activation, energy) in [(Activation::Tanh, 4.0), (Activation::Softplus, 4.0)] {
            let mut passed = Moments::new();
            for _ in 0..150 {
                // LN leaves unit variance: weights of gain 1, then of the gain of φ.
                let lecun = VarianceScaling::lecun(Law::Normal);
                let up = lecun.sample((n, n), &mut rng);
                let down = activation.gain() * lecun.sample((n, n), &mut rng);
                let branch = Chain::default()
                    .then(Dense::new(up, activation))
                    .then(Dense::new(down, Activation::Identity));
                let block = Chain::default()
                    .then(Residual::new(branch).scaled(f64::sqrt(energy)))
                    .then(LayerNorm::new(n).with_epsilon(0.0));
                let (x, _) = LayerNorm::new(n).forward(&lecun.sample((1, n), &mut rng));
                let above = lecun.sample((1, n), &mut rng);
                let (_, cache) = block.forward(&x);
                let below = block.backward(&cache, &above).input;
                let [above, below] = [above, below].map(|g| g.iter().map(|g| g * g).sum::<f64>());
                passed.push(below / above);
            }
            let block = PostNorm {
                activation,
                branch_energy: energy,
            };
            // A network's factor has a spread of about √(4/n), and its mean is off by about 1/n.
            assert_relative_eq!(passed.mean(), block.gradient_factor(), max_relative = 0.06);
        }
    }

    #[test]
    fn shares_fall_by_a_factor_behind_the_sum_and_as_one_over_depth_before_it() {
        let block = PostNorm {
            activation: Activation::Gelu,
            branch_energy: 0.25,
        };
        assert_relative_eq!(block.input_share(3), 0.512, max_relative = 1e-14);
        assert_relative_eq!(pre_norm_input_share(0.25, 12), 0.25, max_relative = 1e-15);
        assert_eq!(block.input_share(0), 1.0);
        assert_eq!(block.input_share(1 << 40), 0.0);
    }

    #[test]
    #[should_panic(expected = "a finite factor, but this one has NaN")]
    fn an_activation_that_is_zero_is_refused() {
        let zero = crate::activation::OwnActivation::new(|_| 0.0, |_| 0.0);
        let block = PostNorm {
            activation: &zero,
            branch_energy: 1.0,
        };
        let _ = block.gradient_factor();
    }

    #[test]
    #[should_panic(expected = "but is NaN")]
    fn a_branch_without_a_size_is_refused() {
        let _ = pre_norm_input_share(f64::NAN, 3);
    }
}
