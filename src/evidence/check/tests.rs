//! Checks of the mean square of normal draws, whose law is known.

use super::*;
use crate::evidence::{ChiSquareMean, StandardNormal, SubGaussianRelu};
use rand_distr::{Distribution, StandardNormal as Gauss};

fn mean_square<'a>(n: u64) -> Check<'a, f64> {
    Check::of("mean square", n, move |scale: &f64, rng: &mut StreamRng| {
        let draw = |rng: &mut StreamRng| -> f64 { Gauss.sample(rng) };
        (0..n).map(|_| scale * draw(rng).powi(2)).sum::<f64>() / n as f64
    })
    .null(ChiSquareMean::new(n))
    .holds_for("variance 1", 1.0)
}

#[test]
fn a_true_sentence_passes_and_its_foil_is_caught() {
    let evidence = mean_square(130_000)
        .foil_scaled("5 % more", 1.05, 1.05)
        .judge(Streams::new(3));
    assert!(evidence.holds(), "{evidence:?}");
    assert!(evidence.foils[0].miss.is_some_and(|miss| miss < BETA));
    let (below, above) = evidence.resolution.expect("a scale has a resolution");
    assert!(0.95 < below && below < 1.0 && 1.0 < above && above < 1.05);
}

#[test]
fn an_exact_law_gives_tails_and_a_p_value_and_a_bound_gives_neither() {
    let n = 130_000;
    let law = ChiSquareMean::new(n);
    let exact = mean_square(n)
        .foil_scaled("half", 0.5, 0.5)
        .judge(Streams::new(3));
    let tails = (law.lower_tail(exact.value), law.upper_tail(exact.value));
    assert_eq!(exact.grade, Grade::Exact);
    assert_eq!(exact.tails, Some(tails));
    assert_eq!(exact.p_value, Some(law.p_value(exact.value)));
    let bound = mean_square(n)
        .null(SubGaussianRelu::new(n))
        .without_resolution()
        .foil_scaled("half", 0.5, 0.5)
        .judge(Streams::new(3));
    assert_eq!(bound.grade, Grade::Bound);
    assert_eq!((bound.p_value, bound.tails), (None, None));
}

#[test]
fn what_slips_through_and_what_is_resolved_are_scipys() {
    // chi2.sf(chi2.ppf(5e-10, n) / 0.5, n) with n = 617, the least number of weights for which it is below 1e-9
    let half = |n: u64| {
        let check = mean_square(n).without_resolution();
        check.foil_scaled("half", 0.5, 0.5).judge(Streams::new(3))
    };
    let miss = half(617).foils[0].miss.expect("its law is known");
    assert!((miss / 9.402_308_327e-10 - 1.0).abs() < 1e-6, "{miss:e}");
    assert!(std::panic::catch_unwind(|| half(616)).is_err());
    // Of 130,000 weights the factors for which as much slips through, to a ten-thousandth on the side that is caught.
    let (below, above) = half(130_000).resolution.expect("a scale has one");
    let (below, above) = (0.953_617_413 - below, above - 1.048_631_303);
    assert!(
        [below, above].iter().all(|off| (0.0..1.2e-4).contains(off)),
        "{below} {above}"
    );
}

#[test]
#[should_panic(expected = "resolve factors below")]
fn a_scale_check_that_cannot_see_five_percent_refuses_to_run() {
    let _ = mean_square(1_000)
        .foil_scaled("half", 0.5, 0.5)
        .judge(Streams::new(3));
}

#[test]
#[should_panic(expected = "the foil \"half\" slips through with probability")]
fn a_check_that_would_miss_its_foil_refuses_to_run() {
    let _ = mean_square(100)
        .without_resolution()
        .foil_scaled("half", 0.5, 0.5)
        .judge(Streams::new(3));
}

#[test]
fn a_foil_that_does_not_do_what_its_law_says_fails_the_check() {
    // Caught, but not for the factor that is stated.
    let evidence = mean_square(130_000)
        .foil_scaled("said to be half, and 3.7", 3.7, 0.5)
        .judge(Streams::new(3));
    assert!(evidence.foils[0].caught && !evidence.foils[0].as_predicted());
    assert!(!evidence.holds());
}

#[cfg(feature = "serde")]
#[test]
fn the_verdict_on_a_nan_can_be_written_and_read() {
    let evidence = mean_square(130_000)
        .holds_for("not a number", f64::NAN)
        .foil_scaled("half", 0.5, 0.5)
        .judge(Streams::new(3));
    assert!(!evidence.holds());
    let text = serde_json::to_string(&evidence).expect("evidence is plain data");
    let read: crate::evidence::Evidence =
        serde_json::from_str(&text).expect("what was written can be read");
    assert!(read.value.is_nan() && read.tails.is_none() && !read.holds());
}

#[test]
fn the_law_of_every_foil_has_its_share_of_the_budget() {
    let evidence = mean_square(130_000)
        .foil_scaled("half", 0.5, 0.5)
        .foil_executed_only("a third", 1.0 / 3.0, "for the test")
        .judge(Streams::new(3));
    let missed: f64 = evidence.foils.iter().filter_map(|foil| foil.miss).sum();
    assert!((evidence.failure_probability() / (2.0 * ALPHA + missed) - 1.0).abs() < 1e-12);
}

#[test]
#[should_panic(expected = "mean square: a check without a foil proves nothing")]
fn a_check_without_a_foil_refuses_to_run() {
    let _ = mean_square(130_000).judge(Streams::new(3));
}

#[test]
fn a_foil_of_unknown_law_is_executed() {
    let evidence = Check::of("one normal", 1, |shift: &f64, rng: &mut StreamRng| {
        let z: f64 = Gauss.sample(rng);
        z + shift
    })
    .null(StandardNormal)
    .holds_for("no shift", 0.0)
    .foil_executed_only("shifted by 100", 100.0, "for the test")
    .judge(Streams::new(3));
    assert!(evidence.holds());
    assert_eq!(evidence.foils[0].miss, None);
    assert_eq!(evidence.lawless_foils(), 1);
}

#[test]
fn a_check_in_the_making_shows_its_statistic_and_its_law() {
    let text = format!("{:?}", mean_square(10));
    assert!(
        text.starts_with("Check { statistic: \"mean square\", n: 10, null: Some(ChiSquareMean"),
        "{text}"
    );
}
