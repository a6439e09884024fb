//! One step of gradient descent on a linear network of three layers, exactly, at every width: `h = m₁ x U`, `k = m₂ h W`, `f = m₃ ⟨k, v⟩`, on the loss
//! `−y f`. With `M = m₁ m₂ m₃`, `X = ‖x‖²`, variances `s²` and rates `e` of the layers, and symmetric entries,
//!
//! ```text
//! E Δf = y M² n² X (e₁ s₂² s₃² + e₂ s₁² s₃² + e₃ s₁² s₂²) + y³ M⁴ n² X² e₁ e₂ e₃ s₁² s₂² s₃² .
//! ```
//!
//! The step is `ΔU = e₁ y M xᵀ (W v)ᵀ`, `ΔW = e₂ y M (x U)ᵀ v`, `Δv = e₃ y M x U W`, and `Δf` is cubic in it. Terms of even order have an odd number of each
//! matrix, and mean 0. Of Gaussian entries, with `A = e₁ y M X` and `B = e₂ y M`,
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
        let layers =
            LayerRole::ALL.map(|role| parametrization.exponents(role, UpdateRule::GradientDescent));
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
        let ([u, w, v], [e1, e2, e3]) = (self.variances, self.rates);
        let units = self.width as f64 * self.width as f64;
        let linear = self.square() * units * input_square;
        let cubic = self.square().powi(2) * units * input_square * input_square;
        target * linear * (e1 * w * v + e2 * u * v + e3 * u * w)
            + target.powi(3) * cubic * (e1 * e2 * e3) * (u * w * v)
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
mod tests {
    use super::*;
    use crate::initializer::{Initializer, Normal};
    use crate::probability::Streams;
    use crate::theory::simulated::assert_mean;
    use approx::assert_relative_eq;
    use ndarray::{Array1, Array2};

    #[test]
    fn first_steps_are_those_of_the_reference() {
        use Parametrization::{MaximalUpdate, NeuralTangent, Standard};
        for (of, n, d, eta, [first, second, output, variance]) in [
            (
                Standard,
                16,
                16,
                0.125,
                [0.25, 1.301_269_531_25, 6.031_25, 1.0],
            ),
            (
                NeuralTangent,
                16,
                16,
                0.125,
                [
                    0.000_976_562_5,
                    0.005_065_985_023_975_372,
                    0.375_007_629_394_531_25,
                    1.0,
                ],
            ),
            (
                MaximalUpdate,
                16,
                16,
                0.125,
                [4.0, 8.771_972_656_25, 2.251_953_125, 0.0625],
            ),
            (
                Standard,
                1024,
                16,
                0.125,
                [0.003_906_25, 16.539_127_469_062_805, 258.031_25, 1.0],
            ),
            (
                MaximalUpdate,
                1024,
                16,
                0.125,
                [
                    4.0,
                    8.519_622_921_943_665,
                    2.250_030_517_578_125,
                    0.000_976_562_5,
                ],
            ),
            (
                Standard,
                64,
                784,
                0.01,
                [0.9604, 2.099_305_291_25, 9.120_784, 1.0],
            ),
            (
                NeuralTangent,
                64,
                784,
                0.01,
                [
                    1.562_5e-6,
                    7.885_742_226_839_066e-6,
                    0.030_000_000_244_140_625,
                    1.0,
                ],
            ),
            (
                MaximalUpdate,
                64,
                784,
                0.01,
                [61.4656, 124.048_602_166_25, 7.860_012_25, 0.015_625],
            ),
        ] {
            let network = ThreeLinearLayers::new(of, n, d, eta);
            let x = d as f64;
            assert_relative_eq!(network.first_change(x, 1.0), first, max_relative = 1e-13);
            assert_relative_eq!(network.second_change(x, 1.0), second, max_relative = 1e-13);
            assert_relative_eq!(network.output_change(x, 1.0), output, max_relative = 1e-13);
            assert_relative_eq!(network.output_variance(x), variance, max_relative = 1e-13);
        }
    }

    /// `k` and `f` of a network with these parameters and factors.
    fn pass(
        m: [f64; 3],
        x: &Array1<f64>,
        u: &Array2<f64>,
        w: &Array2<f64>,
        v: &Array1<f64>,
    ) -> (Array1<f64>, Array1<f64>, f64) {
        let times = |x: &Array1<f64>, w: &Array2<f64>, m: f64| -> Array1<f64> {
            let entry = |column: ndarray::ArrayView1<f64>| {
                m * column.iter().zip(x).map(|(w, x)| w * x).sum::<f64>()
            };
            w.columns().into_iter().map(entry).collect()
        };
        let h = times(x, u, m[0]);
        let k = times(&h, w, m[1]);
        let f = m[2] * k.iter().zip(v).map(|(k, v)| k * v).sum::<f64>();
        (h, k, f)
    }

    /// Changes of `h`, `k` and `f` in a step on `−y f`.
    fn step(
        of: &ThreeLinearLayers,
        x: &Array1<f64>,
        (u, w, v): (&Array2<f64>, &Array2<f64>, &Array1<f64>),
        target: f64,
    ) -> (Array1<f64>, Array1<f64>, f64) {
        let m = of.square_multipliers.map(f64::sqrt);
        let (h, k, f) = pass(m, x, u, w, v);
        // Backward through the layers, factor by factor.
        let above_k = v.mapv(|v| target * m[2] * v);
        let above_h: Array1<f64> = w
            .rows()
            .into_iter()
            .map(|row| m[1] * row.iter().zip(&above_k).map(|(w, d)| w * d).sum::<f64>())
            .collect();
        let outer = |left: &Array1<f64>, right: &Array1<f64>, size: f64| {
            Array2::from_shape_fn((left.len(), right.len()), |(i, j)| {
                size * left[i] * right[j]
            })
        };
        let new_u = u + outer(x, &above_h, of.rates[0] * m[0]);
        let new_w = w + outer(&h, &above_k, of.rates[1] * m[1]);
        let new_v = v + &k.mapv(|k| of.rates[2] * target * m[2] * k);
        let (new_h, new_k, new_f) = pass(m, x, &new_u, &new_w, &new_v);
        (new_h - h, new_k - k, new_f - f)
    }

    #[test]
    fn the_mean_is_that_over_all_networks_of_signs() {
        for (n, d, exact) in [
            (2_usize, 1_usize, 6459.0 / 32768.0),
            (2, 2, 3243.0 / 8192.0),
            (3, 1, 58131.0 / 131_072.0),
        ] {
            let of = ThreeLinearLayers {
                width: n as u64,
                square_multipliers: [1.0; 3],
                variances: [0.25, 0.0625, 0.015_625],
                rates: [0.5, 0.25, 2.0],
            };
            assert_eq!(of.output_change(d as f64, 1.5), exact);
            let count = n * d + n * n + n;
            let x = Array1::ones(d);
            let mut sum = 0.0;
            for bits in 0..1_u64 << count {
                let sign = |i: usize| if bits >> i & 1 == 0 { 1.0 } else { -1.0 };
                let u = Array2::from_shape_fn((d, n), |(i, j)| 0.5 * sign(i * n + j));
                let w = Array2::from_shape_fn((n, n), |(i, j)| 0.25 * sign(n * d + i * n + j));
                let v = Array1::from_shape_fn(n, |j| 0.125 * sign(n * d + n * n + j));
                sum += step(&of, &x, (&u, &w, &v), 1.5).2;
            }
            assert_eq!(sum / libm::exp2(count as f64), exact, "{n} {d}");
        }
    }

    #[test]
    fn features_of_drawn_networks_learn_this_much() {
        let mut rng = Streams::new(13).stream("networks");
        let x = Array1::from(vec![1.0, -0.5]);
        let of = ThreeLinearLayers {
            width: 3,
            square_multipliers: [1.5, 0.5, 2.0],
            variances: [0.5, 0.4, 0.6],
            rates: [0.3, 0.7, 0.4],
        };
        let [first, second, third] = of.variances.map(|v| Normal::new(0.0, v.sqrt()));
        let target = 0.8;
        let draws: Vec<[f64; 3]> = (0..60_000)
            .map(|_| {
                let u = first.sample((2, 3), &mut rng);
                let w = second.sample((3, 3), &mut rng);
                let v = third.sample((1, 3), &mut rng).row(0).to_owned();
                let (h, k, f) = step(&of, &x, (&u, &w, &v), target);
                let mean_square = |x: Array1<f64>| x.iter().map(|x| x * x).sum::<f64>() / 3.0;
                [mean_square(h), mean_square(k), f]
            })
            .collect();
        assert_mean(draws.iter().map(|d| d[0]), of.first_change(1.25, target));
        assert_mean(draws.iter().map(|d| d[1]), of.second_change(1.25, target));
        assert_mean(draws.iter().map(|d| d[2]), of.output_change(1.25, target));
    }

    #[test]
    #[should_panic(expected = "but here are 3, 0 and 1")]
    fn no_inputs_are_refused() {
        let _ = ThreeLinearLayers::new(Parametrization::Standard, 3, 0, 1.0);
    }

    #[test]
    #[should_panic(expected = "a target is finite, but this one is NaN")]
    fn a_target_that_is_no_number_is_refused() {
        let of = ThreeLinearLayers::new(Parametrization::Standard, 3, 2, 1.0);
        let _ = of.output_change(1.0, f64::NAN);
    }
}
