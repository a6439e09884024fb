//! The ten initializers, as the notebook draws them and as they should be.

use ndarray::ArrayViewMutD;
use rand::Rng;

use crate::initializer::{Constant, Fan, Initializer, Layout, VarianceScaling};
use crate::probability::{Law, NumpyLegacy};

/// The names of the ten, in the notebook's order.
pub const TEN_INITIALIZERS: [&str; 10] = [
    "zero",
    "normal1",
    "normal2",
    "trunc_normal",
    "lecun_normal",
    "lecun_uniform",
    "xavier_normal",
    "xavier_uniform",
    "he_normal",
    "he_uniform",
];

/// The standard deviation of the notebook's `normal2`, and by mistake of four more.
const SMALL: f64 = 0.01;

/// The weights of one affine layer of the repaired comparison.
pub(super) fn repaired(name: &str) -> Box<dyn Initializer> {
    /// Weights of one variance, whatever the fans.
    struct Fixed(Law, f64);

    impl Initializer for Fixed {
        fn fill(&self, kernel: ArrayViewMutD<'_, f64>, layout: Layout, rng: &mut dyn Rng) {
            let fans = layout.fans(kernel.shape());
            let Self(law, std_dev) = *self;
            VarianceScaling::new(std_dev * std_dev * fans.fan_in as f64, Fan::In, law)
                .fill(kernel, layout, rng);
        }
    }

    let (truncated, uniform) = (Law::TRUNCATED_NORMAL, Law::Uniform);
    match name {
        "zero" => Box::new(Constant(0.0)),
        "normal1" => Box::new(Fixed(Law::Normal, 1.0)),
        "normal2" => Box::new(Fixed(Law::Normal, SMALL)),
        "trunc_normal" => Box::new(Fixed(truncated, SMALL)),
        "lecun_normal" => Box::new(VarianceScaling::lecun(truncated)),
        "lecun_uniform" => Box::new(VarianceScaling::lecun(uniform)),
        "xavier_normal" => Box::new(VarianceScaling::xavier(truncated)),
        "xavier_uniform" => Box::new(VarianceScaling::xavier(uniform)),
        "he_normal" => Box::new(VarianceScaling::he(truncated)),
        "he_uniform" => Box::new(VarianceScaling::he(uniform)),
        other => unreachable!("{other} is none of the ten initializers"),
    }
}

/// One weight as the notebook draws it, between `n` inputs and `n` outputs.
pub(super) fn as_written(name: &str, n: usize, numpy: &mut NumpyLegacy) -> f64 {
    let n = n as f64;
    let uniform = |variance: f64, numpy: &mut NumpyLegacy| {
        let bound = variance.sqrt();
        numpy.uniform(-bound, bound)
    };
    match name {
        "zero" => 0.0,
        "normal1" => numpy.standard_normal(),
        "normal2" => numpy.standard_normal() * SMALL,
        "lecun_uniform" => uniform(1.0 / n, numpy),
        "xavier_uniform" => uniform(1.0 / (n + n), numpy),
        "he_uniform" => uniform(2.0 / (n + n), numpy),
        _ => numpy.truncated_normal(1.0) * SMALL,
    }
}
