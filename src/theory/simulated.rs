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

mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "but 2 was expected")]
    fn another_mean_is_refused() {
        assert_mean([0.9, 1.0, 1.1], 2.0);
    }

    #[test]
    #[should_panic(expected = "say nothing about 0.25")]
    fn draws_that_differ_by_more_than_their_mean_say_nothing() {
        assert_mean([-1.0, 0.2, 1.0], 0.25);
    }

    #[test]
    fn the_mean_of_the_draws_is_let_through() {
        assert_mean([0.9, 1.0, 1.1], 1.01);
    }
}
