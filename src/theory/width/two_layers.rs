//! One step of gradient descent on a linear network of two layers, exactly, at every width. With `h = m₁ x U`,
//! `f = m₂ ⟨h, v⟩`, entries of `U` and `v` symmetric, of variance `s₁²` and `s₂²`, rates `e₁` and `e₂`, `M = m₁ m₂` and
//! `X = ‖x‖²`:
//!
//! ```text
//! K = M² (e₁ X ‖v‖² + e₂ ‖x U‖²) ,          E K = M² n X (e₁ s₂² + e₂ s₁²)
//! loss −y f:         E Δf = y E K
//! loss (f − y)²/2:   E Δf = y E K − 2 y e₁ e₂ M⁴ n s₁² s₂² X²
//! ```
//!
//! With `ε = −∂loss/∂f` the step is `ΔU = e₁ ε M xᵀ v`, `Δv = e₂ ε M x U`, so `Δf = ε K + e₁ e₂ ε² M² X f`, to all orders.
//! `f` is odd in `v` and `K` even, so `E f K = 0` and `E f = 0`, and for `ε = y − f` what is left is `−2 y E f²`, with
//! `E f² = M² n s₁² s₂² X`. No fourth moment comes in: any symmetric law has these means.
//!
//! With `s₁² = 1/d`: the standard parametrization has `E K = η X (1 + n/d)`, the neural-tangent one `2 η X/d`, the
//! maximal-update one `η X (1 + 1/d)`.

use super::exponents::{LayerRole, Parametrization, UpdateRule};

/// A linear network of two layers, of one output.
///
/// ```
/// use unit_variance::theory::{Parametrization, TwoLinearLayers};
///
/// let kernel = |of, width| TwoLinearLayers::new(of, width, 16, 0.125).kernel(16.0);
/// // One rate for all layers: twice the width, and the output nearly twice as far.
/// assert_eq!([64, 128].map(|n| kernel(Parametrization::Standard, n)), [10.0, 18.0]);
/// assert_eq!([64, 128].map(|n| kernel(Parametrization::MaximalUpdate, n)), [2.125; 2]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoLinearLayers {
    /// `n`: units.
    pub width: u64,
    /// `m₁²` and `m₂²`: squares of the layers' factors.
    pub square_multipliers: [f64; 2],
    /// `s₁²` and `s₂²`: variances of their parameters.
    pub variances: [f64; 2],
    /// `e₁` and `e₂`: their rates.
    pub rates: [f64; 2],
}

impl TwoLinearLayers {
    /// A network of `n` units for inputs of `d` numbers, with the rate `η`.
    ///
    /// # Panics
    ///
    /// If there are no units or inputs, or the rate is infinite or NaN.
    #[track_caller]
    pub fn new(parametrization: Parametrization, width: u64, inputs: u64, rate: f64) -> Self {
        assert!(rate.is_finite(), "a rate is finite, but this one is {rate}");
        let rule = UpdateRule::GradientDescent;
        let _ = parametrization.input_layer(inputs, width, rule);
        let [first, last] = [LayerRole::Input, LayerRole::Output]
            .map(|layer| parametrization.exponents(layer, rule));
        // Squares by their own exponents: no root is taken and squared again.
        let power = |exponent: f64| libm::pow(width as f64, -exponent);
        let mut network = Self {
            width,
            square_multipliers: [first, last].map(|of| power(2.0 * of.multiplier)),
            variances: [first, last].map(|of| power(2.0 * of.std_dev)),
            rates: [first, last].map(|of| rate * power(of.rate)),
        };
        let of_inputs = match parametrization {
            Parametrization::NeuralTangent => &mut network.square_multipliers,
            Parametrization::Standard | Parametrization::MaximalUpdate => &mut network.variances,
        };
        of_inputs[0] /= inputs as f64;
        network
    }

    /// `E K = M² n X (e₁ s₂² + e₂ s₁²)`, for an input of squared length `X`: by how much the output moves for an error of 1,
    /// to first order in the rates.
    ///
    /// # Panics
    ///
    /// If `X`, a variance or a square is negative, a number is infinite or NaN, or there are no units.
    #[track_caller]
    pub fn kernel(&self, input_square: f64) -> f64 {
        self.demand(input_square);
        let ([u, v], [e1, e2]) = (self.variances, self.rates);
        self.square() * self.width as f64 * input_square * (e1 * v + e2 * u)
    }

    /// `Var K = 2 M⁴ n X² (e₁² s₂⁴ + e₂² s₁⁴)`, of Gaussian parameters: for rates of one sign, relative to `(E K)²`,
    /// between `1/n` and `2/n`.
    ///
    /// # Panics
    ///
    /// As [`kernel`](Self::kernel).
    #[track_caller]
    pub fn kernel_variance(&self, input_square: f64) -> f64 {
        self.demand(input_square);
        let ([u, v], [e1, e2]) = (self.variances, self.rates);
        let size = self.square() * input_square;
        2.0 * size * size * self.width as f64 * ((e1 * v).powi(2) + (e2 * u).powi(2))
    }

    /// `E f² = M² n s₁² s₂² X`, before the step.
    ///
    /// # Panics
    ///
    /// As [`kernel`](Self::kernel).
    #[track_caller]
    pub fn output_variance(&self, input_square: f64) -> f64 {
        self.demand(input_square);
        let [u, v] = self.variances;
        self.square() * self.width as f64 * u * v * input_square
    }

    /// `E Δf = y E K` in a step on the loss `−y f`.
    ///
    /// # Panics
    ///
    /// If `y` is infinite or NaN, and as [`kernel`](Self::kernel).
    #[track_caller]
    pub fn linear_loss_change(&self, input_square: f64, target: f64) -> f64 {
        demand_target(target);
        target * self.kernel(input_square)
    }

    /// `E Δf = y E K − 2 y e₁ e₂ M⁴ n s₁² s₂² X²` in a step on the loss `(f − y)²/2`.
    ///
    /// # Panics
    ///
    /// As [`linear_loss_change`](Self::linear_loss_change).
    #[track_caller]
    pub fn squared_loss_change(&self, input_square: f64, target: f64) -> f64 {
        let [e1, e2] = self.rates;
        let pull =
            2.0 * e1 * e2 * self.square() * input_square * self.output_variance(input_square);
        self.linear_loss_change(input_square, target) - target * pull
    }

    /// `E Δh_i² = m₁² (e₁ y M X)² s₂²` in a step on the loss `−y f`: the square of what one unit learns.
    ///
    /// ```
    /// use unit_variance::theory::{Parametrization, TwoLinearLayers};
    ///
    /// // Only the maximal-update parametrization learns features at any width.
    /// let ratio = |of| {
    ///     let [narrow, wide] = [64, 1024].map(|n| TwoLinearLayers::new(of, n, 16, 0.125).feature_change(16.0, 1.0));
    ///     wide / narrow
    /// };
    /// assert_eq!(Parametrization::ALL.map(ratio), [1.0 / 16.0, 1.0 / 16.0, 1.0]);
    /// ```
    ///
    /// # Panics
    ///
    /// As [`linear_loss_change`](Self::linear_loss_change).
    #[track_caller]
    pub fn feature_change(&self, input_square: f64, target: f64) -> f64 {
        self.demand(input_square);
        demand_target(target);
        let way = self.rates[0] * target * input_square;
        self.square_multipliers[0] * way * way * self.square() * self.variances[1]
    }

    /// `2/E K`: how many times as large all rates may be until the error of one example, which a step multiplies by `1 − K`
    /// to first order, stops falling, for the mean kernel; that of a single network is off by about `√(2/n)`.
    ///
    /// For a network of rate 1 it is the largest stable rate: `2/(X (1 + n/d))` in the standard parametrization, and without
    /// `n` in the two others.
    ///
    /// # Panics
    ///
    /// If the kernel is not positive, and as [`kernel`](Self::kernel).
    #[track_caller]
    pub fn largest_stable_factor(&self, input_square: f64) -> f64 {
        let kernel = self.kernel(input_square);
        assert!(
            kernel > 0.0,
            "a network that learns has a positive kernel, but this one has {kernel}"
        );
        2.0 / kernel
    }

    /// `M²`.
    fn square(&self) -> f64 {
        self.square_multipliers[0] * self.square_multipliers[1]
    }

    #[track_caller]
    fn demand(&self, input_square: f64) {
        let Self {
            width,
            square_multipliers,
            variances,
            rates,
        } = self;
        let is_square = |x: &f64| *x >= 0.0 && x.is_finite();
        assert!(
            *width > 0
                && is_square(&input_square)
                && square_multipliers.iter().chain(variances).all(is_square)
                && rates.iter().all(|rate| rate.is_finite()),
            "a network of units, and finite numbers are needed, but for an input of squared length {input_square} this is {self:?}"
        );
    }
}

#[track_caller]
pub(super) fn demand_target(target: f64) {
    assert!(
        target.is_finite(),
        "a target is finite, but this one is {target}"
    );
}

#[cfg(test)]
mod tests;
