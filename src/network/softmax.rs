//! The softmax of rows of logits and its gradient, what a label costs, the gradient of that, and the guess.

use ndarray::{Array2, ArrayRef2, ArrayView1};

use super::contract::{refuse_nan, same_shape};
use super::elementwise::exponentiate;
use crate::activation::{Scalar, exp, ln_1p};

/// The softmax `p = e^z / Σ e^z` of every row of logits. A logit of `−∞` has probability 0.
///
/// ```
/// use ndarray::array;
/// use unit_variance::network::softmax;
///
/// let logits = array![[0.0, 0.0], [-1e4, 1e4], [f64::NEG_INFINITY, 3.0]];
/// assert_eq!(softmax(&logits), array![[0.5, 0.5], [0.0, 1.0], [0.0, 1.0]]);
/// ```
///
/// # Panics
///
/// If there is no logit, one is NaN or `+∞`, or all of a row are `−∞`.
#[track_caller]
pub fn softmax(logits: &ArrayRef2<f64>) -> Array2<f64> {
    softmax_on(logits)
}

/// The gradient `∂L/∂z = p ⊙ (∂L/∂p − Σ p ∂L/∂p)` of the logits, the sum over each row, from the probabilities
/// `p` that [`softmax`] returned and `∂L/∂p`.
///
/// ```
/// use ndarray::array;
/// use unit_variance::network::{softmax, softmax_backward};
///
/// let p = softmax(&array![[0.0, 0.0]]);
/// assert_eq!(softmax_backward(&p, &array![[4.0, 0.0]]), array![[1.0, -1.0]]);
/// ```
///
/// # Panics
///
/// If the shapes differ, or the gradient is NaN.
#[track_caller]
pub fn softmax_backward(p: &ArrayRef2<f64>, d_p: &ArrayRef2<f64>) -> Array2<f64> {
    same_shape("gradient", d_p.dim(), "the softmax", p.dim());
    let mut d_logits = d_p.to_owned();
    for (mut d, p) in d_logits.rows_mut().into_iter().zip(p.rows()) {
        let mean: f64 = d.iter().zip(p).map(|(d, p)| d * p).sum();
        d.zip_mut_with(&p, |d, p| *d = p * (*d - mean));
    }
    let from = [("softmax", p), ("gradient above", d_p)];
    refuse_nan("the gradient of the logits", &d_logits, &from);
    d_logits
}

/// [`softmax`] of floats or dual numbers.
#[track_caller]
pub(super) fn softmax_on<D: Scalar>(logits: &ArrayRef2<D>) -> Array2<D> {
    assert!(
        !logits.is_empty(),
        "there is no softmax of no logits: the shape is {:?}",
        logits.dim()
    );
    let mut p = logits.to_owned();
    for (i, mut row) in p.rows_mut().into_iter().enumerate() {
        for z in row.iter().map(|y| y.re()) {
            assert!(
                z.is_finite() || z == f64::NEG_INFINITY,
                "row {i} has the logit {z}, which has no softmax"
            );
        }
        let (_, largest) = largest(row.iter().map(|y| y.re()));
        assert!(
            largest > f64::NEG_INFINITY,
            "all logits of row {i} are -inf: its softmax is not defined"
        );
        row.mapv_inplace(|z| exp(z - largest));
        let sum: D = row.iter().copied().sum();
        row.mapv_inplace(|e| e / sum);
    }
    p
}

/// `−ln p` of a label, with `p = e^y / Σ e^y` of its row: `(m − y) + ln(1 + Σ e^(y − m))`, where `m` is the
/// row's largest logit and the sum is over the others.
///
/// Nothing overflows, both parts are positive, and no digit is lost where `p` is nearly 1.
pub(super) fn cross_entropy<D: Scalar>(row: &ArrayView1<D>, label: usize) -> D {
    let (column, _) = largest(row.iter().map(|y| y.re()));
    let others = row.iter().enumerate().filter(|(j, _)| *j != column);
    let sum: D = others.map(|(_, y)| exp(*y - row[column])).sum();
    (row[column] - row[label]) + ln_1p(sum)
}

/// Replaces logits, `classes` to a row, by the gradient of the mean of their rows' cross-entropies:
/// `(p − 1[label]) / batch`.
pub(super) fn softmax_gradient(
    logits: &mut [f64],
    classes: usize,
    labels: impl ExactSizeIterator<Item = usize>,
) {
    for row in logits.chunks_exact_mut(classes) {
        let (_, largest) = largest(row.iter().copied());
        for y in row {
            *y -= largest;
        }
    }
    exponentiate(logits);
    let batch = labels.len() as f64;
    for (row, label) in logits.chunks_exact_mut(classes).zip(labels) {
        let sum = batch * row.iter().sum::<f64>();
        for e in &mut *row {
            *e /= sum;
        }
        // p − 1, as minus the others: a sure answer leaves them, and no digit of p.
        row[label] = 0.0;
        row[label] = -row.iter().sum::<f64>();
    }
}

/// The column of the largest output of every row of `(batch, outputs)`: the first of equals, and never a NaN
/// beside a number.
///
/// ```
/// use ndarray::array;
/// use unit_variance::network::guesses;
///
/// let outputs = array![[0.1, 0.9], [0.7, 0.3], [0.5, 0.5]];
/// assert_eq!(guesses(&outputs).collect::<Vec<_>>(), [1, 0, 0]);
/// ```
pub fn guesses(outputs: &ArrayRef2<f64>) -> impl Iterator<Item = usize> {
    let rows = outputs.rows().into_iter();
    rows.map(|row| largest(row.iter().copied()).0)
}

/// Where the first of the largest numbers stands, and the number.
fn largest(row: impl Iterator<Item = f64>) -> (usize, f64) {
    let start = (0, f64::NEG_INFINITY);
    row.enumerate().fold(
        start,
        |best, (column, y)| if y > best.1 { (column, y) } else { best },
    )
}

#[cfg(test)]
mod tests {
    use crate::activation::Dual;
    use approx::assert_relative_eq;
    use ndarray::Array2;

    use crate::network::Loss;

    /// `−ln p`, and `∂/∂y` of it, of the first of several logits, to twenty digits (mpmath).
    const SURE: [(&[f64], f64, &[f64]); 5] = [
        (
            &[40.0, 0.0],
            4.248_354_255_291_589e-18,
            &[-4.248_354_255_291_589e-18, 4.248_354_255_291_589e-18],
        ),
        (
            &[36.0, 0.0],
            2.319_522_830_243_569e-16,
            &[-2.319_522_830_243_568_6e-16, 2.319_522_830_243_568_6e-16],
        ),
        (
            &[30.0, 0.0],
            9.357_622_968_839_737e-14,
            &[-9.357_622_968_839_299e-14, 9.357_622_968_839_299e-14],
        ),
        (
            &[3.0, -700.0, 1.0],
            0.126_928_011_042_972_5,
            &[
                -0.119_202_922_022_117_56,
                4.323_695_364_859_792_6e-306,
                0.119_202_922_022_117_56,
            ],
        ),
        (
            &[-50.0, 2.0, 2.0, -1.0],
            52.717_735_918_666_705,
            &[
                -1.0,
                0.487_855_551_160_368_4,
                0.487_855_551_160_368_4,
                0.024_288_897_679_263_21,
            ],
        ),
    ];

    #[test]
    fn a_sure_answer_has_all_its_digits_by_either_way() {
        for (logits, value, gradient) in SURE {
            let row = Array2::from_shape_vec((1, logits.len()), logits.to_vec()).expect("a row");
            let loss = Loss::CrossEntropy { labels: vec![0] };
            assert_relative_eq!(loss.value(&row), value, max_relative = 4e-16);
            let ours = loss.gradient(&row);
            for (j, expected) in gradient.iter().enumerate() {
                assert_relative_eq!(ours[[0, j]], expected, max_relative = 8e-16);
                // Dual numbers take the derivative of the value's formula.
                let duals = Array2::from_shape_fn((1, logits.len()), |(_, i)| {
                    Dual::new(logits[i], f64::from(i == j))
                });
                let dual = loss.on(&duals);
                assert_relative_eq!(dual.re, value, max_relative = 4e-16);
                assert_relative_eq!(dual.eps, expected, max_relative = 8e-16);
            }
        }
    }
}
