//! One step of gradient descent on a linear network of three layers, exactly, at every width: `h = m₁ x U`, `k = m₂ h W`,
//! `f = m₃ ⟨k, v⟩`, on the loss `−y f`. With `M = m₁ m₂ m₃`, `X = ‖x‖²`, variances `s²` and rates `e` of the layers, and
//! symmetric entries,
//!
//! ```text
//! E Δf = y M² n² X (e₁ s₂² s₃² + e₂ s₁² s₃² + e₃ s₁² s₂²) + y³ M⁴ n² X² e₁ e₂ e₃ s₁² s₂² s₃² .
//! ```
//!
//! The step is `ΔU = e₁ y M xᵀ (W v)ᵀ`, `ΔW = e₂ y M (x U)ᵀ v`, `Δv = e₃ y M x U W`, and `Δf` is cubic in it. Terms of even
//! order have an odd number of each matrix, and mean 0. Of Gaussian entries, with `A = e₁ y M X` and `B = e₂ y M`,
//!
//! ```text
//! E Δh_i² = m₁² A² n s₂² s₃² ,
//! E Δk_j² = m₁² m₂² [A² n(2n + 1) s₂⁴ s₃² + B² n(n + 2) s₁⁴ X² s₃² + A² B² n(n + 2) s₁² s₂² s₃⁴ X + 2 A B n² s₁² s₂² s₃² X] ,
//! ```
//!
//! as `Δk = m₁ m₂ (A Wᵀ W v + B ‖x U‖² v + A B ⟨x U W, v⟩ v)`, and `E (Wᵀ W)² = n(2n + 1) s₂⁴ I`.

use super::exponents::{LayerRole, Parametrization, UpdateRule};
use super::two_layers::demand_target;

/// A linear network of three layers, of one output.
///
/// ```
/// use unit_variance::theory::{Parametrization, ThreeLinearLayers};
///
/// let step = |of| [64, 4096].map(|n| ThreeLinearLayers::new(of, n, 16, 0.125));
/// let [narrow, wide] = step(Parametrization::Standard);
/// // The output of the standard parametrization blows up, though its first layer learns nothing …
/// assert!(wide.output_change(16.0, 1.0) > 50.0 * narrow.output_change(16.0, 1.0));
/// assert!(wide.first_change(16.0, 1.0) < narrow.first_change(16.0, 1.0) / 50.0);
/// // … and all three are the same at any width in the maximal-update one.
/// let [narrow, wide] = step(Parametrization::MaximalUpdate);
/// assert!((wide.output_change(16.0, 1.0) / narrow.output_change(16.0, 1.0) - 1.0).abs() < 1e-3);
/// assert_eq!(wide.first_change(16.0, 1.0), narrow.first_change(16.0, 1.0));
/// assert!((wide.second_change(16.0, 1.0) / narrow.second_change(16.0, 1.0) - 1.0).abs() < 0.01);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ThreeLinearLayers {
    /// `n`: units of both hidden layers.
    pub width: u64,
    /// `m₁²`, `m₂²` and `m₃²`: squares of the layers' factors.
    pub square_multipliers: [f64; 3],
    /// `s₁²`, `s₂²` and `s₃²`: variances of their parameters.
    pub variances: [f64; 3],
    /// `e₁`, `e₂` and `e₃`: their rates.
    pub rates: [f64; 3],
}

impl ThreeLinearLayers {
    /// A network of `n` units in each hidden layer for inputs of `d` numbers, with the rate `η`.
    ///
    /// # Panics
    ///
    /// If there are no units or inputs, or the rate is infinite or NaN.
    #[track_caller]
    pub fn new(parametrization: Parametrization, width: u64, inputs: u64, rate: f64) -> Self {
        assert!(
            width > 0 && inputs > 0 && rate.is_finite(),
            "units, inputs and a finite rate are needed, but here are {width}, {inputs} and {rate}"
        );
        let layers = LayerRole::ALL
            .map(|layer| parametrization.exponents(layer, UpdateRule::GradientDescent));
        let power = |exponent: f64| libm::pow(width as f64, -exponent);
        let mut network = Self {
            width,
            square_multipliers: layers.map(|of| power(2.0 * of.multiplier)),
            variances: layers.map(|of| power(2.0 * of.std_dev)),
            rates: layers.map(|of| rate * power(of.rate)),
        };
        let of_inputs = match parametrization {
            Parametrization::NeuralTangent => &mut network.square_multipliers,
            Parametrization::Standard | Parametrization::MaximalUpdate => &mut network.variances,
        };
        of_inputs[0] /= inputs as f64;
        network
    }

    /// `E Δf`, for an input of squared length `X` and a target `y`.
    ///
    /// # Panics
    ///
    /// If `X`, a variance or a square is negative, a number is infinite or NaN, or there are no units.
    #[track_caller]
    pub fn output_change(&self, input_square: f64, target: f64) -> f64 {
        self.demand(input_square, target);
        let [u, w, v] = self.variances;
        // A target's own cube may leave the range.
        let [e1, e2, e3] = self.rates.map(|rate| rate * target);
        let units = self.width as f64 * self.width as f64;
        let linear = self.square() * units * input_square;
        let cubic = self.square().powi(2) * units * input_square * input_square;
        linear * (e1 * w * v + e2 * u * v + e3 * u * w) + cubic * (e1 * e2 * e3) * (u * w * v)
    }

    /// `E Δh_i²`: the square of what a unit of the first hidden layer learns.
    ///
    /// # Panics
    ///
    /// As [`output_change`](Self::output_change).
    #[track_caller]
    pub fn first_change(&self, input_square: f64, target: f64) -> f64 {
        self.demand(input_square, target);
        let [_, w, v] = self.variances;
        let way = self.rates[0] * target * input_square;
        self.square_multipliers[0] * self.square() * way * way * self.width as f64 * w * v
    }

    /// `E Δk_j²`, of Gaussian entries: the square of what a unit of the second hidden layer learns.
    ///
    /// # Panics
    ///
    /// As [`output_change`](Self::output_change).
    #[track_caller]
    pub fn second_change(&self, input_square: f64, target: f64) -> f64 {
        self.demand(input_square, target);
        let ([u, w, v], n, x) = (self.variances, self.width as f64, input_square);
        // A/M and B/M: the factor comes in as its square.
        let (a, b) = (self.rates[0] * target * x, self.rates[1] * target);
        let square = self.square();
        let by_first = a * a * n * (2.0 * n + 1.0) * w * w * v;
        let by_second = b * b * n * (n + 2.0) * u * u * x * x * v;
        let by_both = square * (a * b).powi(2) * n * (n + 2.0) * u * w * v * v * x;
        let together = 2.0 * a * b * n * n * u * w * v * x;
        let size = self.square_multipliers[0] * self.square_multipliers[1] * square;
        size * (by_first + by_second + by_both + together)
    }

    /// `E f² = M² n² s₁² s₂² s₃² X`, before the step.
    ///
    /// # Panics
    ///
    /// If `X`, a variance or a square is negative, a number is infinite or NaN, or there are no units.
    #[track_caller]
    pub fn output_variance(&self, input_square: f64) -> f64 {
        self.demand(input_square, 0.0);
        let units = self.width as f64 * self.width as f64;
        self.square() * units * self.variances.iter().product::<f64>() * input_square
    }

    /// `M²`.
    fn square(&self) -> f64 {
        self.square_multipliers.iter().product()
    }

    #[track_caller]
    fn demand(&self, input_square: f64, target: f64) {
        demand_target(target);
        let is_square = |x: &f64| *x >= 0.0 && x.is_finite();
        let squares = self.square_multipliers.iter().chain(&self.variances);
        assert!(
            self.width > 0
                && is_square(&input_square)
                && squares.copied().all(|x| is_square(&x))
                && self.rates.iter().all(|rate| rate.is_finite()),
            "a network of units, and finite numbers are needed, but for an input of squared length {input_square} this is {self:?}"
        );
    }
}

#[cfg(test)]
mod tests;
