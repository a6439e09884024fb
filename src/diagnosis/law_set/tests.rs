use super::*;
use crate::diagnosis::Precision;
use crate::evidence::{BinomialShare, NullLaw};
use crate::probability::Streams;
use ndarray::Array1;

/// The facts of so many draws, as they lie in this format.
fn facts(law: Law, count: usize, name: &str, precision: Precision) -> Facts {
    let mut draws = vec![0.0; count];
    law.fill_block(0.3, &mut draws, &mut Streams::new(5).stream(name));
    let draws: Array1<f64> = match precision {
        Precision::F64 => draws.into(),
        Precision::F32 => draws.iter().map(|x| f64::from(*x as f32)).collect(),
        // To the nearest number of eight bits, ties aside, which a draw does not meet.
        Precision::Bf16 => {
            let rounded = |x: &f64| f64::from_bits((x.to_bits() + (1 << 44)) & !((1 << 45) - 1));
            draws.iter().map(rounded).collect()
        }
        Precision::F16 => draws
            .iter()
            .map(|x| f64::from_bits((x.to_bits() + (1 << 41)) & !((1 << 42) - 1)))
            .collect(),
    };
    Facts::of(draws.view().into_dyn(), precision)
}

fn holds(allowed: &[Allowed], law: Law) -> bool {
    allowed
        .iter()
        .any(|found| found.law == law && found.std_dev.0 <= 0.3 && 0.3 <= found.std_dev.1)
}

#[test]
fn the_true_law_is_missed_no_oftener_than_is_said() {
    let trials = 60;
    for precision in [Precision::F64, Precision::Bf16, Precision::F16] {
        for law in LAWS {
            let counts: &[_] = match precision {
                Precision::F64 => &[10, 100, 1000],
                _ => &[100],
            };
            for &count in counts {
                let missed = (0..trials).filter(|i| {
                    let facts = facts(law, count, &format!("{i}"), precision);
                    !holds(&allowed_laws(&facts, 0.05), law)
                });
                let share = missed.count() as f64 / trials as f64;
                let (_, most) = BinomialShare::at_most(trials, 0.05).interval(1e-9);
                assert!(share <= most, "{law:?}, {count}, {precision:?}: {share}");
            }
        }
    }
}

#[test]
fn laws_are_told_apart_when_there_is_enough_to_see() {
    for (law, other, enough) in [
        (Law::Normal, Law::Uniform, 400),
        (Law::Uniform, Law::Normal, 2_000),
        (Law::Normal, Law::TRUNCATED_NORMAL, 2_000),
        (Law::TRUNCATED_NORMAL, Law::Normal, 4_000),
    ] {
        let has = |count, of| {
            let allowed = allowed_laws(&facts(law, count, "power", Precision::F32), 1e-7);
            allowed.iter().any(|found| found.law == of)
        };
        assert!(
            !has(enough, other) && has(enough, law),
            "{law:?} and {other:?}"
        );
        assert!(
            has(10, other),
            "ten draws of {law:?} are no proof against {other:?}"
        );
    }
}

#[test]
fn a_bound_is_known_far_better_than_a_deviation() {
    let width = |law| {
        let allowed = allowed_laws(&facts(law, 4_000, "width", Precision::F64), 1e-7);
        let found = allowed
            .iter()
            .find(|found| found.law == law)
            .expect("it is the law");
        found.std_dev.1 / found.std_dev.0
    };
    assert!(width(Law::Uniform) < 1.01 && width(Law::Normal) > 1.1);
}

#[test]
fn tails_that_are_too_long_or_zeros_that_are_too_many_leave_no_law() {
    let stream = || Streams::new(5).stream("tails");
    let mut cubes = vec![0.0_f64; 3_000];
    Law::Normal.fill_block(1.0, &mut cubes, &mut stream());
    for x in &mut cubes {
        *x = x.powi(3);
    }
    let mut sparse = vec![0.0; 3_000];
    Law::Normal.fill_block(1.0, &mut sparse[..1_500], &mut stream());
    for values in [cubes, sparse] {
        let facts = Facts::of(Array1::from(values).view().into_dyn(), Precision::F64);
        assert!(allowed_laws(&facts, 1e-9).is_empty());
    }
}

#[test]
fn a_mean_that_is_not_zero_leaves_no_law() {
    let mut values = vec![0.0; 1_000];
    Law::Uniform.fill_block(1.0, &mut values, &mut Streams::new(5).stream("mean"));
    for x in &mut values {
        *x += 3_f64.sqrt();
    }
    let facts = Facts::of(Array1::from(values).view().into_dyn(), Precision::F64);
    assert!(allowed_laws(&facts, 1e-9).is_empty());
}

#[test]
#[should_panic(expected = "must be from 1e-290 to below 1, but is 0e0")]
fn a_probability_of_zero_is_refused() {
    let _ = allowed_laws(&facts(Law::Normal, 10, "x", Precision::F64), 0.0);
}
