//! The spread of a signal through tanh layers under LeCun's weights, drawn and for infinite width.

use ndarray::Array2;
use rand::Rng;
use unit_variance::activation::Activation;
use unit_variance::initializer::{Initializer, VarianceScaling};
use unit_variance::matrix::product;
use unit_variance::probability::{Law, Moments};
use unit_variance::theory::MeanField;

/// The standard deviation over units, the input first, by layer and gain: every gain multiplies the
/// same LeCun weights, which are drawn layer by layer.
pub(crate) fn std_devs(
    gains: &[f64],
    depth: usize,
    width: usize,
    rng: &mut dyn Rng,
) -> Vec<Vec<f64>> {
    let lecun = VarianceScaling::lecun(Law::Normal);
    // One row for each gain.
    let mut h = Array2::from_shape_fn(
        (gains.len(), width),
        |(_, unit)| {
            if unit % 2 == 0 { 1.0 } else { -1.0 }
        },
    );
    let spread = |h: &Array2<f64>| -> Vec<f64> {
        let rows = h.rows().into_iter();
        rows.map(|row| row.iter().collect::<Moments>().std_dev())
            .collect()
    };
    let mut by_layer = vec![spread(&h)];
    for _ in 0..depth {
        let mut z = product(&h, &lecun.sample((width, width), rng));
        for (mut row, gain) in z.rows_mut().into_iter().zip(gains) {
            row.mapv_inplace(|z| Activation::Tanh.value(gain * z));
        }
        h = z;
        by_layer.push(spread(&h));
    }
    by_layer
}

/// The same for infinite width.
pub(crate) fn infinite(gain: f64, depth: usize) -> Vec<f64> {
    // The pre-activations of a layer have gain² times the second moment behind the one before.
    let q = MeanField::with_gain(Activation::Tanh, gain).iterate(gain * gain);
    let behind = q.skip(1).map(|q| q.sqrt() / gain);
    std::iter::once(1.0).chain(behind).take(depth + 1).collect()
}
