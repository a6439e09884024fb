//! The bell is what is drawn: its parts, its cells, its tail.

use super::bell::{RECTANGLES, bell, bisect};
use super::*;
use crate::probability::lanes::unit_interval;
use crate::probability::{Streams, gaussian_cdf, gaussian_upper_tail, instruction_sets};
use approx::assert_relative_eq;
use libm::{erf, erfc};
use statrs::distribution::{Binomial, DiscreteCDF};
use std::f64::consts::{FRAC_1_SQRT_2, FRAC_PI_2};

/// Asserts that `hits` of `n` is what a chance of `p` gives, at a false alarm of 1e-9.
fn assert_share(hits: u64, n: u64, p: f64, what: &str) {
    let law = Binomial::new(p, n).expect("a chance is between 0 and 1");
    let above = if hits == 0 { 1.0 } else { law.sf(hits - 1) };
    assert!(
        law.cdf(hits) > 5e-10 && above > 5e-10,
        "{what}: {hits} of {n}, expected {:.1}",
        p * n as f64
    );
}

fn draws(n: usize, cut: f64) -> Vec<f64> {
    let mut draws = vec![0.0; n];
    let mut rng = Streams::new(11).stream("draws");
    if cut.is_finite() {
        fill_within((&mut draws).into(), 1.0, cut, &mut rng);
    } else {
        fill((&mut draws).into(), 1.0, &mut rng, |z| z);
    }
    draws
}

/// Both bells, where they are cut, and the area under half of each.
fn bells() -> [(&'static Bell, f64, f64); 2] {
    let all = FRAC_PI_2.sqrt();
    let beyond_two = 2.0 * gaussian_upper_tail(2.0);
    [
        (&WHOLE, f64::INFINITY, all),
        (&CUT_AT_TWO, 2.0, all * (1.0 - beyond_two)),
    ]
}

#[test]
fn rectangles_slivers_and_tail_make_up_the_bell() {
    for (of, cut, all) in bells() {
        let area = all / LAYERS as f64;
        let (mut below, mut bottom) = (cut, 0.0);
        for k in 0..RECTANGLES {
            let (end, top) = (of.ends[k], of.tops[k]);
            assert_relative_eq!(end * (top - bottom), area, max_relative = 1e-11);
            // The corner is on the curve, or at the cut below it.
            assert!(end <= below && (top == bell(end) || end == cut && top < bell(cut)));
            (below, bottom) = (end, top);
        }
        assert_eq!((of.ends[RECTANGLES], of.tops[RECTANGLES]), (0.0, 1.0));
        assert_eq!(of.shares[RECTANGLES], 1 << 53);
        // What is left of the area is in the boxes and the tail.
        let boxes = (1..=RECTANGLES).map(|k| of.sliver(k).width * of.sliver(k).height);
        let left_over = all * (1.0 - RECTANGLES as f64 / LAYERS as f64);
        let tail = all - FRAC_PI_2.sqrt() * erf(of.ends[0] * FRAC_1_SQRT_2);
        let boxes: f64 = boxes.sum();
        assert!(boxes + tail > left_over && boxes < 2.0 * left_over);
    }
    // Another rectangle would not fit: the largest under what is left of the curve is smaller.
    let bottom = WHOLE.tops[RECTANGLES - 1];
    let largest = bisect(0.0, 1.0, |z| bell(z) * (1.0 - z * z) - bottom);
    assert!(largest * (bell(largest) - bottom) < FRAC_PI_2.sqrt() / LAYERS as f64);
    // More than a fifth of the cut bell is one large rectangle.
    let widest = CUT_AT_TWO.ends.iter().filter(|&&end| end == 2.0).count();
    assert_eq!(widest, 231);
}

#[test]
fn every_cell_gets_its_share() {
    let n = 4_000_000;
    for cut in [f64::INFINITY, 2.0] {
        let draws = draws(n, cut);
        // No rectangle gives 0, so an entry that is 0 was left open.
        assert!(draws.iter().all(|z| *z != 0.0 && z.abs() <= cut));
        let mass = 1.0 - 2.0 * gaussian_upper_tail(cut);
        let mut cells = [0_u64; 160];
        for z in &draws {
            cells[((z + 4.0) * 20.0).clamp(0.0, 159.0) as usize] += 1;
        }
        for (i, &hits) in cells.iter().enumerate().take(159).skip(1) {
            let (left, right) = (i as f64 / 20.0 - 4.0, (i + 1) as f64 / 20.0 - 4.0);
            if left < -cut || right > cut {
                continue;
            }
            let p = if left < 0.0 {
                gaussian_cdf(right) - gaussian_cdf(left)
            } else {
                gaussian_upper_tail(left) - gaussian_upper_tail(right)
            };
            assert_share(hits, n as u64, p / mass, &format!("{left} to {right}"));
        }
        for far in [1.999, 3.0, WHOLE.ends[0], 4.5, 5.0] {
            for side in [-1.0, 1.0] {
                let hits = draws.iter().filter(|&z| side * z > far).count() as u64;
                if far < cut {
                    let p = (gaussian_upper_tail(far) - gaussian_upper_tail(cut)) / mass;
                    assert_share(hits, n as u64, p, &format!("beyond {far}"));
                }
            }
        }
    }
}

#[test]
fn slivers_and_tail_have_their_own_shares() {
    for (of, cut, all) in bells() {
        // What the rectangles leave, alone: 1 draw in 341 of the whole, so its errors would hide there.
        let n = 400_000;
        let mut rng = Streams::new(12).stream("rest");
        let rest: Vec<f64> = (0..n).map(|_| of.sample_rest(&mut rng)).collect();
        let left_over = all * (1.0 - RECTANGLES as f64 / LAYERS as f64);
        // The area under the bell right of z, less that of the rectangles there.
        let right_of = |z: f64| {
            let mut bottom = 0.0;
            let mut rectangles = 0.0;
            for (&end, &top) in of.ends.iter().zip(&of.tops).take(RECTANGLES) {
                rectangles += (end - z).max(0.0) * (top - bottom);
                bottom = top;
            }
            let beyond_cut = FRAC_PI_2.sqrt() * erfc(cut * FRAC_1_SQRT_2);
            FRAC_PI_2.sqrt() * erfc(z * FRAC_1_SQRT_2) - beyond_cut - rectangles
        };
        let places = [
            0.05, 0.1, 0.3, 0.7, 1.0, 1.5, 1.9, 1.99, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5,
        ];
        for z in places.into_iter().filter(|&z| z < cut) {
            let p = right_of(z) / left_over;
            let hits = rest.iter().filter(|rest| rest.abs() > z).count() as u64;
            assert_share(hits, n, p, &format!("of the rest beyond {z}"));
        }
        assert!(rest.iter().all(|z| z.abs() <= cut));
        let positive = rest.iter().filter(|z| **z > 0.0).count() as u64;
        assert_share(positive, n, 0.5, "signs of the rest");
    }
}

#[test]
fn a_cut_conditions_the_law() {
    for cut in [1.0, 1.5, 2.0, 4.2] {
        let n = 1_000_000;
        let draws = draws(n, cut);
        assert!(draws.iter().all(|z| z.abs() <= cut));
        let mass = 1.0 - 2.0 * gaussian_upper_tail(cut);
        for z in [0.1, 0.5, 0.9, 0.99] {
            let p = (gaussian_upper_tail(z * cut) - gaussian_upper_tail(cut)) / mass;
            let hits = draws.iter().filter(|draw| **draw > z * cut).count() as u64;
            assert_share(hits, n as u64, p, &format!("cut {cut}, beyond {z} of it"));
        }
    }
}

#[test]
fn every_instruction_set_draws_the_same_bits() {
    let mut rng = Streams::new(13).stream("draws");
    let lanes = Lanes::from_rng(&mut rng);
    let draw = |arch: pulp::Arch| {
        let mut draws = Draws {
            bell: &WHOLE,
            factor: 0.3,
            arch,
            lanes: lanes.clone(),
            open: Places::default(),
        };
        let (mut strip, mut again, mut rounded) = ([0.0; STRIP], [0.0; STRIP], [0_f32; STRIP]);
        let mut rng = rng.clone();
        draws.fill(&mut Strip::of_f64(&mut strip), &mut rng, |z| z);
        let mut in_single = Strip {
            draws: &mut again,
            rounded: Some(&mut rounded),
        };
        draws.fill(&mut in_single, &mut rng, |z| 1.0 - z);
        assert_eq!(rounded, again.map(|z| z as f32));
        [strip, again].map(|draws| draws.map(f64::to_bits))
    };
    let alone = draw(pulp::Arch::Scalar);
    for set in instruction_sets::of_this_processor() {
        assert_eq!(draw(set), alone, "{set:?}");
    }
}

#[test]
fn every_draw_beyond_a_bound_is_found() {
    let mut strip: [f64; STRIP] = std::array::from_fn(|i| libm::sin(i as f64));
    strip[STRIP - 1] = -2.0;
    let bound = strip[7].abs();
    let expected: Vec<usize> = (0..STRIP).filter(|&i| strip[i].abs() > bound).collect();
    assert!(expected.len() > STRIP / 4 && expected.len() < STRIP);
    for set in instruction_sets::of_this_processor() {
        let mut beyond = Places::default();
        set.dispatch(Beyond {
            strip: &strip,
            bound,
            found: &mut beyond,
        });
        assert!(beyond.iter().eq(expected.iter().copied()), "{set:?}");
    }
}

#[test]
fn a_shorter_target_gets_the_beginning_of_a_longer_one() {
    for cut in [1.0, 2.0, f64::INFINITY] {
        let whole = draws(3 * STRIP, cut);
        for n in [0, 1, 7, STRIP - 1, STRIP, STRIP + 1, 2 * STRIP + 100] {
            assert_eq!(draws(n, cut), whole[..n], "{n} entries");
        }
    }
}

#[test]
fn a_symmetric_unit_is_odd_and_inside() {
    let (least, most) = (symmetric_unit(0), symmetric_unit(u64::MAX));
    assert_eq!((least, most), (f64::EPSILON - 1.0, 1.0 - f64::EPSILON));
    assert_eq!(symmetric_unit(1 << 63), f64::EPSILON);
    assert_eq!(symmetric_unit((1 << 63) - 1), -f64::EPSILON);
}

#[test]
fn the_lowest_bit_is_the_sign_of_the_rest() {
    let mut rng = Streams::new(14).stream("rest");
    let mut at_once = 0;
    for _ in 0..1000 {
        let mut ahead = rng.clone();
        let [word, ..]: [u64; 3] = std::array::from_fn(|_| ahead.next_u64());
        let z = WHOLE.sample_rest(&mut rng);
        // Three words make a proposal, in a sliver as in the tail. If no more were taken, it was the first.
        if rng == ahead {
            at_once += 1;
            assert_eq!(z < 0.0, word & 1 == 1, "{word} gives {z}");
        }
    }
    // About half of the proposals are taken.
    assert!(at_once > 200, "{at_once}");
}

#[test]
fn a_draw_at_the_bound_is_not_beyond_it() {
    // In units of the smallest float draws are whole numbers. Of those with |z| < 3/2 all from 1/2 on are at the bound, 1.
    let n = 100_000;
    let mut draws = vec![0.0_f64; n];
    let mut rng = Streams::new(15).stream("draws");
    fill_within((&mut draws).into(), 5e-324, 1.0, &mut rng);
    assert!(draws.iter().all(|z| z.abs() <= 5e-324));
    let hits = draws.iter().filter(|z| **z != 0.0).count() as u64;
    let upper = gaussian_upper_tail;
    let p = (upper(0.5) - upper(1.5)) / (0.5 - upper(1.5));
    assert_share(hits, n as u64, p, "at the bound");
}

#[test]
fn the_diagonal_of_a_sliver_decides_as_the_curve_does() {
    let mut rng = Streams::new(16).stream("slivers");
    for (of, ..) in bells() {
        for k in 1..=RECTANGLES {
            let sliver = of.sliver(k);
            if sliver.width == 0.0 {
                // Between two rectangles that end at the cut: nothing is drawn there.
                assert_eq!(of.shares[k], of.shares[k - 1]);
                continue;
            }
            for i in 0..300 {
                let (x, mut y) = (unit_interval(rng.next_u64()), unit_interval(rng.next_u64()));
                let bend = sliver.bend() / sliver.height;
                if i % 2 == 0 && bend.is_finite() {
                    // As near to the diagonal as the curve may be, above and below.
                    y = (1.0 - x + bend * (2.2 * y - 1.1)).clamp(0.0, 1.0 - f64::EPSILON);
                }
                let z = sliver.left + sliver.width * x;
                let is_below = sliver.bottom + sliver.height * y < bell(z);
                let found = sliver.under_curve(x, y);
                assert_eq!(found, is_below.then_some(z), "sliver {k}: {x}, {y}");
            }
        }
    }
}

#[test]
fn any_number_of_places_is_found_in_order() {
    let mut rng = Streams::new(17).stream("places");
    for share in [0.0, 0.003, 0.05, 0.5, 1.0] {
        let strip: [f64; STRIP] = std::array::from_fn(|_| unit_interval(rng.next_u64()));
        let holds = |entry: f64| entry < share;
        let expected = (0..STRIP).filter(|&i| holds(strip[i]));
        let (mut few, mut many) = (Places::default(), Places::default());
        few.find::<2>(&strip, holds);
        many.find::<8>(&strip, holds);
        assert!(
            few.iter().eq(expected.clone()) && many.iter().eq(expected),
            "{share}"
        );
    }
}
