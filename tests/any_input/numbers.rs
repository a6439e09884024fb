//! Numbers as somebody might give them: most of them fit, and the others are the worst there are.

use proptest::prelude::*;

/// The ends of the range of a float, and of those of the other precisions.
pub(super) const EXTREMES: [f64; 24] = [
    0.0,
    -0.0,
    -1.0,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    5e-324,
    1e-310,
    f64::MIN_POSITIVE,
    1e-200,
    1e-160,
    1e-45,
    1e-39,
    6e-8,
    f64::EPSILON,
    0.999_999_999,
    65_504.0,
    3.4e38,
    1e154,
    1e200,
    -1e200,
    1e308,
    f64::MAX,
    f64::MIN,
];

/// A positive number of ordinary size.
pub(super) fn ordinary() -> impl Strategy<Value = f64> + Clone {
    (-3.0..3.0_f64).prop_map(libm::exp10)
}

/// Any number.
pub(super) fn any_number() -> BoxedStrategy<f64> {
    prop_oneof![
        6 => ordinary(),
        1 => proptest::sample::select(EXTREMES.to_vec()),
        1 => proptest::num::f64::ANY,
    ]
    .boxed()
}

/// A number of axes' entries, groups, parts or connections.
pub(super) fn any_count() -> BoxedStrategy<usize> {
    prop_oneof![
        12 => 1..5_usize,
        1 => proptest::sample::select(vec![0, 7, 1 << 31, 1 << 32, 1 << 63, usize::MAX / 2, usize::MAX]),
    ]
    .boxed()
}
