//! One step of gradient descent on a linear network of two layers, exactly, at every width. With `h = m₁ x U`, `f = m₂ ⟨h, v⟩`, entries of `U` and `v`
//! symmetric, of variance `s₁²` and `s₂²`, rates `e₁` and `e₂`, `M = m₁ m₂` and `X = ‖x‖²`:
//!
//! ```text
//! K = M² (e₁ X ‖v‖² + e₂ ‖x U‖²) ,          E K = M² n X (e₁ s₂² + e₂ s₁²)
//! loss −y f:         E Δf = y E K
//! loss (f − y)²/2:   E Δf = y E K − 2 y e₁ e₂ M⁴ n s₁² s₂² X²
//! ```
//!
//! With `ε = −∂loss/∂f` the step is `ΔU = e₁ ε M xᵀ v`, `Δv = e₂ ε M x U`, so `Δf = ε K + e₁ e₂ ε² M² X f`, to all orders. `f` is odd in `v` and `K` even,
//! so `E f K = 0` and `E f = 0`, and for `ε = y − f` what is left is `−2 y E f²`, with `E f² = M² n s₁² s₂² X`. No fourth moment comes in: any symmetric
//! law has these means.
//!
//! With `s₁² = 1/d`: the standard parametrization has `E K = η X (1 + n/d)`, the neural-tangent one `2 η X/d`, the maximal-update one `η X (1 + 1/d)`.

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
        let [first, last] =
            [LayerRole::Input, LayerRole::Output].map(|role| parametrization.exponents(role, rule));
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

    /// `E K = M² n X (e₁ s₂² + e₂ s₁²)`, for an input of squared length `X`: by how much the output moves for an error of 1, to first order in the rates.
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

    /// `Var K = 2 M⁴ n X² (e₁² s₂⁴ + e₂² s₁⁴)`, of Gaussian parameters: relative to `(E K)²` between `1/n` and `2/n`.
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

    /// `2/E K`: how many times as large all rates may be until the error of one example, which a step multiplies by `1 − K` to first order, stops falling.
    ///
    /// For a network of rate 1 it is the largest stable rate: `2/(X (1 + n/d))` in the standard parametrization, and without `n` in the two others.
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
mod tests {
    use super::*;
    use crate::initializer::{Initializer, Normal};
    use crate::probability::Streams;
    use crate::theory::simulated::assert_mean;
    use approx::assert_relative_eq;

    #[test]
    fn first_steps_are_those_of_the_reference() {
        use Parametrization::{MaximalUpdate, NeuralTangent, Standard};
        for (of, n, d, eta, linear, squared) in [
            (Standard, 16, 16, 0.125, 4.0, 3.5),
            (NeuralTangent, 16, 16, 0.125, 0.25, 0.248_046_875),
            (MaximalUpdate, 16, 16, 0.125, 2.125, 2.093_75),
            (Standard, 1024, 16, 0.125, 130.0, 129.5),
            (NeuralTangent, 1024, 16, 0.125, 0.25, 0.249_969_482_421_875),
            (MaximalUpdate, 1024, 16, 0.125, 2.125, 2.124_511_718_75),
            (Standard, 64, 784, 0.01, 8.48, 8.3232),
            (NeuralTangent, 64, 784, 0.01, 0.02, 0.019_996_875),
            (MaximalUpdate, 64, 784, 0.01, 7.85, 7.847_55),
        ] {
            let network = TwoLinearLayers::new(of, n, d, eta);
            let x = d as f64;
            assert_relative_eq!(network.kernel(x), linear, max_relative = 1e-14);
            assert_relative_eq!(
                network.linear_loss_change(x, 1.0),
                linear,
                max_relative = 1e-14
            );
            assert_relative_eq!(
                network.squared_loss_change(x, 1.0),
                squared,
                max_relative = 1e-14
            );
        }
    }

    /// The change of the output in one step from these parameters, on `−y f` or on `(f − y)²/2`, and the changes of the units.
    fn step(
        of: &TwoLinearLayers,
        x: &[f64],
        (u, v): (&[Vec<f64>], &[f64]),
        target: f64,
        squared: bool,
    ) -> (f64, Vec<f64>) {
        let [m1, m2] = of.square_multipliers.map(f64::sqrt);
        let unit = |u: &Vec<f64>| m1 * x.iter().zip(u).map(|(x, u)| x * u).sum::<f64>();
        let output =
            |u: &[Vec<f64>], v: &[f64]| m2 * u.iter().zip(v).map(|(u, v)| unit(u) * v).sum::<f64>();
        let before = output(u, v);
        let error = if squared { target - before } else { target };
        let moved = |(u, v): (&Vec<f64>, &f64)| -> Vec<f64> {
            let each = |(u, x): (&f64, &f64)| u + of.rates[0] * error * m1 * m2 * x * v;
            u.iter().zip(x).map(each).collect()
        };
        let new_u: Vec<Vec<f64>> = u.iter().zip(v).map(moved).collect();
        let moved = |(u, v): (&Vec<f64>, &f64)| v + of.rates[1] * error * m2 * unit(u);
        let new_v: Vec<f64> = u.iter().zip(v).map(moved).collect();
        let units = u.iter().zip(&new_u).map(|(old, new)| unit(new) - unit(old));
        (output(&new_u, &new_v) - before, units.collect())
    }

    #[test]
    fn the_means_are_those_over_all_networks_of_signs() {
        let of = TwoLinearLayers {
            width: 3,
            square_multipliers: [4.0, 0.25],
            variances: [0.25, 0.0625],
            rates: [0.5, 2.0],
        };
        let (x, target) = ([1.0, -2.0], 1.5);
        for squared in [false, true] {
            let mut sum = 0.0;
            for bits in 0..1_u32 << 9 {
                let sign = |i: usize| 1.0 - 2.0 * f64::from(bits >> i & 1);
                let u: Vec<Vec<f64>> = (0..3)
                    .map(|j| vec![0.5 * sign(2 * j), 0.5 * sign(2 * j + 1)])
                    .collect();
                let v: Vec<f64> = (0..3).map(|j| 0.25 * sign(6 + j)).collect();
                sum += step(&of, &x, (&u, &v), target, squared).0;
            }
            let exact = if squared {
                of.squared_loss_change(5.0, target)
            } else {
                of.linear_loss_change(5.0, target)
            };
            assert_eq!(sum / 512.0, exact, "squared: {squared}");
        }
    }

    #[test]
    fn steps_of_drawn_networks_have_these_moments() {
        let mut rng = Streams::new(12).stream("networks");
        let (x, target) = ([0.5, 1.0, -1.0], 0.75);
        let square = 2.25;
        for parametrization in Parametrization::ALL {
            let of = TwoLinearLayers::new(parametrization, 4, 3, 0.5);
            let [u, v] = of.variances.map(|v| Normal::new(0.0, v.sqrt()));
            let draws: Vec<(f64, f64)> = (0..30_000)
                .map(|_| {
                    let u = u.sample((4, 3), &mut rng);
                    let u: Vec<Vec<f64>> = u.rows().into_iter().map(|r| r.to_vec()).collect();
                    let v = v.sample((1, 4), &mut rng).into_raw_vec_and_offset().0;
                    let (change, units) = step(&of, &x, (&u, &v), target, false);
                    (change, units.iter().map(|h| h * h).sum::<f64>() / 4.0)
                })
                .collect();
            assert_mean(
                draws.iter().map(|d| d.0),
                of.linear_loss_change(square, target),
            );
            assert_mean(draws.iter().map(|d| d.1), of.feature_change(square, target));
            // Δf = y K + e₁ e₂ y² M² X f, and K and f are not correlated.
            let own = of.rates[0] * of.rates[1] * target * target * of.square() * square;
            let mean = of.kernel(square);
            let second = target * target * (of.kernel_variance(square) + mean * mean)
                + own * own * of.output_variance(square);
            assert_mean(draws.iter().map(|d| d.0 * d.0), second);
        }
    }

    #[test]
    fn the_largest_stable_rate_falls_with_the_width_only_in_the_standard_parametrization() {
        let rate = |of, width| TwoLinearLayers::new(of, width, 49, 1.0).largest_stable_factor(49.0);
        let ratio = |of| rate(of, 4900) / rate(of, 49);
        let [standard, tangent, maximal] = Parametrization::ALL.map(ratio);
        assert_relative_eq!(standard, 2.0 / 101.0, max_relative = 1e-13);
        assert_relative_eq!(tangent, 1.0, max_relative = 1e-13);
        assert_relative_eq!(maximal, 1.0, max_relative = 1e-13);
    }

    #[test]
    #[should_panic(expected = "squared length -1 this is TwoLinearLayers { width: 4")]
    fn a_negative_square_is_refused() {
        let _ = TwoLinearLayers::new(Parametrization::Standard, 4, 4, 1.0).kernel(-1.0);
    }
}
