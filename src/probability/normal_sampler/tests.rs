//! The bell is what is drawn: its parts, its cells, its tail.

use super::*;
use crate::probability::{Streams, gaussian_cdf, gaussian_upper_tail, instruction_sets};
use approx::assert_relative_eq;
use statrs::distribution::{Binomial, DiscreteCDF};

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
        fill_within(&mut draws, 1.0, cut, &mut rng);
    } else {
        fill(&mut draws, 1.0, &mut rng);
    }
    draws
}

#[test]
fn rectangles_slivers_and_tail_make_up_the_bell() {
    let area = FRAC_PI_2.sqrt() / LAYERS as f64;
    let mut bottom = 0.0;
    for &end in &BELL.ends[..RECTANGLES] {
        assert_relative_eq!(end * (bell(end) - bottom), area, max_relative = 1e-12);
        bottom = bell(end);
    }
    // Another rectangle would not fit: the largest under what is left of the curve is smaller.
    let largest = bisect(0.0, 1.0, |z| bell(z) * (1.0 - z * z) - bottom);
    assert!(largest * (bell(largest) - bottom) < area);
    assert_eq!(BELL.slivers.len(), RECTANGLES);
    assert_relative_eq!(BELL.shares[RECTANGLES], 1.0);
}

#[test]
fn every_cell_gets_its_share() {
    let n = 4_000_000;
    let draws = draws(n, f64::INFINITY);
    // No rectangle gives 0, so an entry that is 0 was left open.
    assert!(draws.iter().all(|z| *z != 0.0));
    let mut cells = [0_u64; 160];
    for z in &draws {
        cells[((z + 4.0) * 20.0).clamp(0.0, 159.0) as usize] += 1;
    }
    for (i, &hits) in cells.iter().enumerate().take(159).skip(1) {
        let (left, right) = (i as f64 / 20.0 - 4.0, (i + 1) as f64 / 20.0 - 4.0);
        let p = if left < 0.0 {
            gaussian_cdf(right) - gaussian_cdf(left)
        } else {
            gaussian_upper_tail(left) - gaussian_upper_tail(right)
        };
        assert_share(hits, n as u64, p, &format!("{left} to {right}"));
    }
    for far in [3.0, BELL.ends[0], 4.5, 5.0] {
        for side in [-1.0, 1.0] {
            let hits = draws.iter().filter(|&z| side * z > far).count() as u64;
            assert_share(
                hits,
                n as u64,
                gaussian_upper_tail(far),
                &format!("beyond {far}"),
            );
        }
    }
}

#[test]
fn slivers_and_tail_have_their_own_shares() {
    // What the rectangles leave, alone: 1 draw in 512 of the whole, so its errors would hide there.
    let n = 400_000;
    let mut rng = Streams::new(12).stream("rest");
    let rest: Vec<f64> = (0..n).map(|_| BELL.sample_rest(&mut rng)).collect();
    let all = FRAC_PI_2.sqrt();
    let left_over = all * (1.0 - RECTANGLES as f64 / LAYERS as f64);
    // The area under the bell right of z, less that of the rectangles there.
    let right_of = |z: f64| {
        let mut bottom = 0.0;
        let mut rectangles = 0.0;
        for &end in &BELL.ends[..RECTANGLES] {
            rectangles += (end - z).max(0.0) * (bell(end) - bottom);
            bottom = bell(end);
        }
        all * erfc(z * FRAC_1_SQRT_2) - rectangles
    };
    for z in [0.05, 0.1, 0.3, 0.7, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5] {
        let p = right_of(z) / left_over;
        let hits = rest.iter().filter(|rest| rest.abs() > z).count() as u64;
        assert_share(hits, n, p, &format!("of the rest beyond {z}"));
    }
    let positive = rest.iter().filter(|z| **z > 0.0).count() as u64;
    assert_share(positive, n, 0.5, "signs of the rest");
}

#[test]
fn a_cut_conditions_the_law() {
    for cut in [1.0, 2.0, 4.2] {
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
    let draw = |set: pulp::Arch| {
        let (mut lanes, mut strip, mut open) = (lanes.clone(), [0.0; STRIP], [0; STRIP]);
        let rectangles = Rectangles {
            ends: &BELL.ends,
            factor: 0.3,
            lanes: &mut lanes,
            strip: &mut strip,
            open: &mut open,
        };
        let count = set.dispatch(rectangles);
        (strip.map(f64::to_bits), open[..count].to_vec())
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
    for set in instruction_sets::of_this_processor() {
        let found = set.dispatch(Beyond {
            strip: &strip,
            bound,
        });
        for (i, draw) in strip.iter().enumerate() {
            let bit = found[i / WORD] >> (i % WORD) & 1;
            assert_eq!(bit == 1, draw.abs() > bound, "{set:?}: {i}: {draw}");
        }
    }
}

#[test]
fn a_shorter_target_gets_the_beginning_of_a_longer_one() {
    for cut in [1.0, f64::INFINITY] {
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
        let z = BELL.sample_rest(&mut rng);
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
    let mut draws = vec![0.0; n];
    let mut rng = Streams::new(15).stream("draws");
    fill_within(&mut draws, 5e-324, 1.0, &mut rng);
    assert!(draws.iter().all(|z| z.abs() <= 5e-324));
    let hits = draws.iter().filter(|z| **z != 0.0).count() as u64;
    let upper = gaussian_upper_tail;
    let p = (upper(0.5) - upper(1.5)) / (0.5 - upper(1.5));
    assert_share(hits, n as u64, p, "at the bound");
}
