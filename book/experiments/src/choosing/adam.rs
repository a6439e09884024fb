//! Adam, for one weight: a step that divides the mean of the gradients by the root of the mean of their squares.

/// Adam's rates: `m ← β₁ m + (1 − β₁) g`, `v ← β₂ v + (1 − β₂) g²`, and a step of `−η m̂ / (√v̂ + ε)`.[^adam]
///
/// With the correction, `m̂ = m / (1 − β₁ᵗ)` and `v̂ = v / (1 − β₂ᵗ)` at step `t`; without it they are `m` and `v`.
///
/// ```
/// use experiments::choosing::Adam;
///
/// // Two gradients, a million times apart: two steps of one size.
/// let adam = Adam { epsilon: 0.0, ..Adam::default() };
/// let first = |gradient: f64| adam.steps(&[gradient])[0];
/// assert!((first(1e3) / first(1e-3) - 1.0).abs() < 1e-12);
/// assert!((first(1e3) + adam.rate).abs() < 1e-15);
/// ```
///
/// [^adam]: D. Kingma, J. Ba (2015). [*Adam: a method for stochastic optimization*](https://arxiv.org/abs/1412.6980).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adam {
    /// `η`.
    pub rate: f64,
    /// `β₁`, how much of the old mean of the gradients is kept.
    pub beta1: f64,
    /// `β₂`, how much of the old mean of their squares is kept.
    pub beta2: f64,
    /// `ε`.
    pub epsilon: f64,
    /// Whether the means are corrected for their start at zero.
    pub corrected: bool,
}

impl Default for Adam {
    /// The values of the paper.
    fn default() -> Self {
        Self {
            rate: 1e-3,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            corrected: true,
        }
    }
}

impl Adam {
    // ANCHOR: steps
    /// The steps that a weight takes on these gradients, one after the other.
    ///
    /// # Panics
    ///
    /// If a mean keeps a share that is not from 0 to below 1.
    #[track_caller]
    pub fn steps(self, gradients: &[f64]) -> Vec<f64> {
        for share in [self.beta1, self.beta2] {
            assert!(
                (0.0..1.0).contains(&share),
                "a mean keeps a share from 0 to below 1 of itself, not {share}"
            );
        }
        let (mut mean, mut square) = (0.0, 0.0);
        let (mut kept1, mut kept2) = (1.0, 1.0);
        let step = |gradient: &f64| {
            mean = self.beta1 * mean + (1.0 - self.beta1) * gradient;
            square = self.beta2 * square + (1.0 - self.beta2) * gradient * gradient;
            kept1 *= self.beta1;
            kept2 *= self.beta2;
            let (seen1, seen2) = if self.corrected {
                (1.0 - kept1, 1.0 - kept2)
            } else {
                (1.0, 1.0)
            };
            -self.rate * (mean / seen1) / ((square / seen2).sqrt() + self.epsilon)
        };
        gradients.iter().map(step).collect()
    }
    // ANCHOR_END: steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_gradient_makes_constant_steps() {
        let adam = Adam::default();
        for step in adam.steps(&[3.0; 50]) {
            assert!((step / adam.rate + 1.0).abs() < 1e-8, "{step}");
        }
    }

    #[test]
    #[should_panic(expected = "a share from 0 to below 1 of itself, not 1")]
    fn a_mean_that_never_forgets_is_refused() {
        let adam = Adam {
            beta2: 1.0,
            ..Adam::default()
        };
        let _ = adam.steps(&[1.0]);
    }
}
