//! For tests: is the mean of draws what a formula says?

use crate::probability::Moments;

/// Panics unless the mean of the draws is within seven of its standard errors of what is expected.
#[track_caller]
pub(super) fn assert_mean(draws: impl IntoIterator<Item = f64>, expected: f64) {
    let draws: Vec<f64> = draws.into_iter().collect();
    let moments: Moments = draws.iter().collect();
    let error = moments.std_dev() / (draws.len() as f64).sqrt();
    assert!(
        error > 0.0 && error < 0.1 * expected.abs().max(moments.mean().abs()),
        "{} draws with a standard error of {error} say nothing about {expected}",
        draws.len()
    );
    assert!(
        (moments.mean() - expected).abs() <= 7.0 * error,
        "the mean {} of {} draws has a standard error of {error}, but {expected} was expected",
        moments.mean(),
        draws.len()
    );
}
