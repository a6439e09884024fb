//! The softmax of rows of logits: what a label costs, the gradient of that, and the guess.

use ndarray::{ArrayRef2, ArrayView1};
use num_dual::{DualNumCopy, DualStruct};

use super::elementwise::exponentiate;
use crate::activation::{exp, ln_1p};

/// `−ln p` of a label, with `p = e^y / Σ e^y` of its row: `(m − y) + ln(1 + Σ e^(y − m))`, where `m` is the
/// row's largest logit and the sum is over the others.
///
/// Nothing overflows, both parts are positive, and no digit is lost where `p` is nearly 1.
pub(super) fn cross_entropy<D: DualNumCopy<Primitive = f64>>(
    row: &ArrayView1<D>,
    label: usize,
) -> D {
    let (column, _) = largest(row.iter().map(DualStruct::re));
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
    use approx::assert_relative_eq;
    use ndarray::Array2;
    use num_dual::Dual64;

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
                    Dual64::new(logits[i], f64::from(i == j))
                });
                let dual = loss.on(&duals);
                assert_relative_eq!(dual.re, value, max_relative = 4e-16);
                assert_relative_eq!(dual.eps, expected, max_relative = 8e-16);
            }
        }
    }
}
