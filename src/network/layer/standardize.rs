//! Rows brought to mean square 1: `X̂ = (X − μ) / √(v + ε)`, and the gradient on its way back.
//!
//! With `μ = mean x` and `v = mean (x − μ)²` of each row it is the heart of [`LayerNorm`](super::LayerNorm) and, on the
//! columns, of [`BatchNorm`](super::BatchNorm); with `μ = 0` of [`RmsNorm`](super::RmsNorm). All means divide by the number of entries.

use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Axis};

use super::Number;
use crate::initializer::parameter_error::{ParameterError, require};
use crate::network::contract::{refuse_nan, same_shape};

/// What deviations are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// The mean of the row: `v` is its variance, the biased one.
    Mean,
    /// Zero: `v` is its mean square.
    Zero,
}

/// A standardized matrix.
#[derive(Debug, Clone)]
pub(super) struct Standardized<D> {
    /// `X̂`.
    pub(super) normalized: Array2<D>,
    /// `μ` of every row.
    pub(super) mean: Array1<D>,
    /// `v` of every row.
    pub(super) variance: Array1<D>,
    /// `1/√(v + ε)` of every row.
    pub(super) rate: Array1<D>,
    about: About,
}

/// Standardizes the rows of `x`, each called a `line`.
///
/// # Panics
///
/// If `ε` is negative, infinite or NaN, or `v + ε` is 0 or infinite for a row.
#[track_caller]
pub(super) fn standardize<D: Number>(
    x: &ArrayRef2<D>,
    about: About,
    epsilon: f64,
    line: &str,
) -> Standardized<D> {
    demand_epsilon(epsilon);
    let n = x.ncols() as f64;
    let mean: Array1<D> = x
        .rows()
        .into_iter()
        .map(|row| match about {
            // From the first entry, so that the deviations of a constant row are 0 and not its rounding.
            About::Mean => row[0] + row.iter().map(|x| *x - row[0]).sum::<D>() / n,
            About::Zero => D::from(0.0),
        })
        .collect();
    let mut normalized = x.to_owned();
    for (mut row, mean) in normalized.rows_mut().into_iter().zip(&mean) {
        row.mapv_inplace(|x| x - *mean);
    }
    let variance = normalized.map_axis(Axis(1), |row| row.iter().map(|x| *x * *x).sum::<D>() / n);
    let rate: Array1<D> = variance
        .iter()
        .enumerate()
        .map(|(i, variance)| {
            let size = variance.re() + epsilon;
            assert!(
                size != 0.0,
                "{line} {i} has variance 0 and epsilon is 0: it cannot be brought to variance 1"
            );
            assert!(
                size < f64::INFINITY || size.is_nan(),
                "{line} {i} has variance {}: the numbers have left the range of f64",
                variance.re()
            );
            (*variance + epsilon).sqrt().recip()
        })
        .collect();
    for (mut row, rate) in normalized.rows_mut().into_iter().zip(&rate) {
        row.mapv_inplace(|x| x * *rate);
    }
    Standardized {
        normalized,
        mean,
        variance,
        rate,
        about,
    }
}

impl Standardized<f64> {
    /// From `∂L/∂X̂` to `∂L/∂X = (∂L/∂X̂ − mean ∂L/∂X̂ − X̂ · mean(X̂ ⊙ ∂L/∂X̂)) / √(v + ε)`, row by row: mean and
    /// variance depend on every entry, and each takes a direction out of the gradient. About zero there is no mean to take out.
    pub(super) fn pull(&self, mut d_normalized: Array2<f64>) -> Array2<f64> {
        let rows = d_normalized.rows_mut().into_iter();
        let passes = self.normalized.rows().into_iter().zip(&self.rate);
        for (mut d, (normalized, rate)) in rows.zip(passes) {
            let n = d.len() as f64;
            let along = d.iter().zip(normalized).map(|(d, x)| d * x).sum::<f64>() / n;
            let mean = match self.about {
                About::Mean => d.sum() / n,
                About::Zero => 0.0,
            };
            d.zip_mut_with(&normalized, |d, x| *d = (*d - mean - x * along) * rate);
        }
        d_normalized
    }
}

/// The gradients `∂L/∂X`, `∂L/∂g` and `∂L/∂b` of `Y = X̂ ⊙ g + b`, with the rows of `X` standardized.
///
/// # Panics
///
/// If `∂L/∂Y` has another shape, or a gradient is NaN.
#[track_caller]
pub(super) fn pull_rows(
    kept: &Standardized<f64>,
    gain: &Array1<f64>,
    d_output: &ArrayRef2<f64>,
) -> (Array2<f64>, Array1<f64>, Array1<f64>) {
    let shape = kept.normalized.dim();
    same_shape("gradient", d_output.dim(), "the output", shape);
    let (d_normalized, d_gain, d_shift) = pull_affine(&kept.normalized, gain, d_output);
    let input = kept.pull(d_normalized);
    refuse_nan("the gradient of the input", &input, &[]);
    (input, d_gain, d_shift)
}

/// Panics unless `ε` can stand below a root beside a variance.
#[track_caller]
pub(super) fn demand_epsilon(epsilon: f64) {
    checked_epsilon(epsilon).unwrap_or_else(|error| panic!("{error}"));
}

/// `ε`, if it is finite and not negative.
pub(super) fn checked_epsilon(epsilon: f64) -> Result<f64, ParameterError> {
    let holds = epsilon >= 0.0 && epsilon.is_finite();
    require(holds, "an epsilon", "finite and not negative", epsilon)
}

/// `Y = X̂ ⊙ g + b`, the gain and the shift to every row.
pub(super) fn affine<D: Number>(
    mut normalized: Array2<D>,
    gain: &ArrayRef1<D>,
    shift: Option<&ArrayRef1<D>>,
) -> Array2<D> {
    for mut row in normalized.rows_mut() {
        row.zip_mut_with(gain, |x, g| *x *= *g);
        if let Some(shift) = shift {
            row.zip_mut_with(shift, |x, b| *x += *b);
        }
    }
    normalized
}

/// `∂L/∂X̂`, `∂L/∂g = Σ X̂ ⊙ ∂L/∂Y` and `∂L/∂b = Σ ∂L/∂Y`, the sums over the rows.
///
/// # Panics
///
/// If one of them is NaN.
#[track_caller]
pub(super) fn pull_affine(
    normalized: &ArrayRef2<f64>,
    gain: &Array1<f64>,
    d_output: &ArrayRef2<f64>,
) -> (Array2<f64>, Array1<f64>, Array1<f64>) {
    let above = ("gradient above", d_output);
    let d_normalized = d_output.to_owned() * gain;
    let gains = gain.view().insert_axis(Axis(0));
    refuse_nan(
        "the gradient of the normalized input",
        &d_normalized,
        &[above, ("gain", &gains)],
    );
    let d_gain = (d_output.to_owned() * normalized).sum_axis(Axis(0));
    let d_shift = d_output.sum_axis(Axis(0));
    for (what, sum) in [
        ("the gradient of the gain", &d_gain),
        ("the gradient of the shift", &d_shift),
    ] {
        refuse_nan(what, &sum.view().insert_axis(Axis(0)), &[above]);
    }
    (d_normalized, d_gain, d_shift)
}
