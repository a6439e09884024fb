use super::*;
use crate::probability::{Law, Moments, Streams};
use approx::assert_relative_eq;
use rand_distr::Distribution;

fn scanned(values: &[f64], block: usize) -> Facts {
    let mut scan = Scan::new(&[values.len()], Precision::F64, false);
    for part in values.chunks(block) {
        scan.add(part);
    }
    scan.finish()
}

#[test]
fn moments_are_those_of_the_library() {
    let values: Vec<f64> = Law::Normal
        .sample_iter(Streams::new(1).stream("x"))
        .take(10_001)
        .map(|x| 3.0 + 0.5 * x)
        .collect();
    for block in [1, 7, 2048, 20_000] {
        let facts = scanned(&values, block);
        let moments: Moments = values.iter().collect();
        assert_relative_eq!(facts.mean, moments.mean(), max_relative = 1e-12);
        assert_relative_eq!(facts.std_dev, moments.std_dev(), max_relative = 1e-12);
        assert_relative_eq!(
            facts.second_moment,
            moments.second_moment(),
            max_relative = 1e-12
        );
        let fourth: Moments = values
            .iter()
            .map(|x| (x - moments.mean()).powi(2))
            .collect();
        let kurtosis = fourth.second_moment() / moments.variance().powi(2);
        assert_relative_eq!(facts.kurtosis, kurtosis, max_relative = 1e-10);
        assert_eq!(facts.positive + facts.negative + facts.zeros, facts.count);
    }
}

#[test]
fn what_is_no_number_is_counted_with_its_place_and_leaves_no_moment() {
    let facts = scanned(&[1.0, f64::NAN, -2.0, f64::INFINITY, f64::NAN], 2);
    assert_eq!((facts.nans, facts.infinities), ((2, Some(1)), (1, Some(3))));
    assert!(facts.mean.is_nan() && facts.second_moment.is_nan() && facts.std_dev.is_nan());
    assert_eq!(facts.minimum, -2.0);
}

#[test]
fn an_empty_tensor_has_no_moments() {
    let facts = Scan::new(&[0, 7], Precision::F32, false).finish();
    assert!(facts.count == 0 && facts.mean.is_nan() && facts.maximum.is_nan());
}

#[test]
fn a_constant_is_one() {
    let facts = scanned(&[0.1; 777], 100);
    assert!(facts.is_constant() && facts.mean == 0.1 && facts.std_dev == 0.0);
    assert!(facts.kurtosis.is_nan());
}

#[test]
#[should_panic(expected = "has 6 values, but 5 were given")]
fn a_tensor_that_is_not_finished_is_refused() {
    let mut scan = Scan::new(&[2, 3], Precision::F64, false);
    scan.add(&[0.0; 5]);
    let _ = scan.finish();
}
