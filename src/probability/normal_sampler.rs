//! Draws from the standard normal law, one at a time or a strip at a time.
//!
//! The area under the bell `f(z) = e^(−z²/2)`, `z ≥ 0`, is cut into `LAYERS` parts of equal size.
//! Nearly all of them are rectangles inside the bell, piled up from the axis: rectangle `k` ends
//! where it touches the curve, at `z = ends[k]`. So with ten random bits `k` and 52 further bits
//! `u` in `(−1, 1)`, the draw is `u · ends[k]`: one multiplication, nothing to compare. What the
//! rectangles leave of the bell, the slivers along the curve and the tail, is a fraction of a
//! percent, and is drawn by rejection.
//!
//! After C. D. McFarland (2016), [*A modified ziggurat algorithm for generating exponentially and
//! normally distributed pseudorandom numbers*](https://doi.org/10.1080/00949655.2015.1060234).
//! Exact up to the rounding of `f64`; every elementary function is libm's, in plain arithmetic,
//! so the draws have the same bits on every processor.

#![expect(
    clippy::inline_always,
    reason = "vector code is compiled once for every kind of processor, so it must be inlined into each"
)]

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_PI_2};
use std::sync::LazyLock;

use libm::{erfc, exp, log};
use rand::Rng;

use super::lanes::{Lanes, STRIP, symmetric_unit, unit_interval};

const LAYERS: usize = 1024;

/// How many of the layers are rectangles inside the bell; the rest of the layers share the slivers and the tail.
const RECTANGLES: usize = 1021;

static BELL: LazyLock<Bell> = LazyLock::new(Bell::new);

struct Bell {
    /// Where each rectangle ends; 0 for the layers that are none.
    ends: [f64; LAYERS],
    /// The slivers' boxes: between the end of a rectangle and that of the one below it, and the one at the top.
    slivers: Vec<Sliver>,
    /// The area of the tail and of the boxes up to and including each, over the area of all.
    shares: Vec<f64>,
    /// Where to begin the search among the shares for a number in `[j, j + 1) / LAYERS`.
    guide: [usize; LAYERS],
}

/// A box through which the bell's curve runs: `left..left + width` by `bottom..bottom + height`.
struct Sliver {
    left: f64,
    width: f64,
    bottom: f64,
    height: f64,
}

fn bell(z: f64) -> f64 {
    exp(-0.5 * z * z)
}

impl Bell {
    fn new() -> Self {
        let area = FRAC_PI_2.sqrt() / LAYERS as f64;
        let mut ends = [0.0; LAYERS];
        let mut slivers = Vec::with_capacity(RECTANGLES);
        let (mut below, mut bottom) = (8.0, 0.0);
        for (k, end) in ends[..RECTANGLES].iter_mut().enumerate() {
            // The widest rectangle on `bottom` with this area whose corner lies on the curve. Its
            // area falls from the widest to the point where `f(z)(1 − z²) = bottom`, left of 1.
            let largest = bisect(0.0, 1.0, |z| bell(z) * (1.0 - z * z) - bottom);
            *end = bisect(largest, below, |z| z * (bell(z) - bottom) - area);
            let top = bell(*end);
            if k > 0 {
                slivers.push(Sliver {
                    left: *end,
                    width: below - *end,
                    bottom,
                    height: top - bottom,
                });
            }
            (below, bottom) = (*end, top);
        }
        slivers.push(Sliver {
            left: 0.0,
            width: below,
            bottom,
            height: 1.0 - bottom,
        });
        let tail = FRAC_PI_2.sqrt() * erfc(ends[0] * FRAC_1_SQRT_2);
        let mut total = tail;
        let mut shares = vec![tail];
        for sliver in &slivers {
            total += sliver.width * sliver.height;
            shares.push(total);
        }
        for share in &mut shares {
            *share /= total;
        }
        let first_above = |x: f64| shares.partition_point(|&share| share <= x);
        Self {
            ends,
            guide: std::array::from_fn(|j| first_above(j as f64 / LAYERS as f64)),
            slivers,
            shares,
        }
    }

    /// A draw from what the rectangles leave of the bell, with a sign.
    fn sample_rest<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        loop {
            let word = rng.next_u64();
            let x = unit_interval(word);
            let mut region = self.guide[(x * LAYERS as f64) as usize];
            while self.shares[region] <= x {
                region += 1;
            }
            let sign = if word & 1 == 0 { 1.0 } else { -1.0 };
            if region == 0 {
                return sign * self.sample_tail(rng);
            }
            let sliver = &self.slivers[region - 1];
            let z = sliver.left + sliver.width * unit_interval(rng.next_u64());
            let height = sliver.bottom + sliver.height * unit_interval(rng.next_u64());
            if height < bell(z) {
                return sign * z;
            }
        }
    }

    /// A draw beyond the first rectangle, after G. Marsaglia (1964), *Generating a variable from the tail of the normal distribution*.
    fn sample_tail<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let start = self.ends[0];
        loop {
            let beyond = -log(1.0 - unit_interval(rng.next_u64())) / start;
            let exponential = -log(1.0 - unit_interval(rng.next_u64()));
            if 2.0 * exponential > beyond * beyond {
                return start + beyond;
            }
        }
    }
}

/// One draw.
pub(super) fn sample<R: Rng + ?Sized>(rng: &mut R) -> f64 {
    let word = rng.next_u64();
    if is_rectangle(word) {
        symmetric_unit(word) * BELL.ends[layer(word)]
    } else {
        BELL.sample_rest(rng)
    }
}

/// One draw, given that it is at most `cut` in size.
pub(super) fn sample_within<R: Rng + ?Sized>(cut: f64, rng: &mut R) -> f64 {
    loop {
        let z = sample(rng);
        if z.abs() <= cut {
            return z;
        }
    }
}

/// Fills `target` with `factor` times draws. A shorter target gets the beginning of a longer one.
pub(super) fn fill<R: Rng + ?Sized>(target: &mut [f64], factor: f64, rng: &mut R) {
    let mut draws = Strips::from_rng(rng);
    for_each_strip(target, |strip| draws.fill(strip, factor, rng));
}

/// Fills `target` with `factor` times draws of at most `cut` in size: what is larger is drawn
/// again, from strips of its own. A shorter target gets the beginning of a longer one.
pub(super) fn fill_within<R: Rng + ?Sized>(target: &mut [f64], factor: f64, cut: f64, rng: &mut R) {
    let (mut draws, mut redraws) = (Strips::from_rng(rng), Strips::from_rng(rng));
    let bound = factor * cut;
    let mut spare = [0.0; STRIP];
    let mut next = STRIP;
    let mut beyond = [0; STRIP];
    for_each_strip(target, |strip| {
        draws.fill(strip, factor, rng);
        let mut count = 0;
        for (i, draw) in strip.iter().enumerate() {
            beyond[count] = i;
            count += usize::from(draw.abs() > bound);
        }
        for &i in &beyond[..count] {
            while strip[i].abs() > bound {
                if next == STRIP {
                    redraws.fill(&mut spare, factor, rng);
                    next = 0;
                }
                strip[i] = spare[next];
                next += 1;
            }
        }
    });
}

/// Calls `fill` for one strip of `target` after the other, the last one cut to what is left.
fn for_each_strip(target: &mut [f64], mut fill: impl FnMut(&mut [f64; STRIP])) {
    let (strips, rest) = target.as_chunks_mut();
    strips.iter_mut().for_each(&mut fill);
    if !rest.is_empty() {
        let mut last = [0.0; STRIP];
        fill(&mut last);
        rest.copy_from_slice(&last[..rest.len()]);
    }
}

/// Strip after strip of draws: the rectangles from the words of eight lanes, the rest one by one.
struct Strips {
    bell: &'static Bell,
    arch: pulp::Arch,
    lanes: Lanes,
}

impl Strips {
    fn from_rng<R: Rng + ?Sized>(rng: &mut R) -> Self {
        Self {
            bell: &BELL,
            arch: pulp::Arch::new(),
            lanes: Lanes::from_rng(rng),
        }
    }

    fn fill<R: Rng + ?Sized>(&mut self, strip: &mut [f64; STRIP], factor: f64, rng: &mut R) {
        let mut open = [0; STRIP];
        let count = self.arch.dispatch(Rectangles {
            ends: &self.bell.ends,
            factor,
            lanes: &mut self.lanes,
            strip,
            open: &mut open,
        });
        for &i in &open[..count] {
            strip[usize::from(i)] = factor * self.bell.sample_rest(rng);
        }
    }
}

/// The part of [`Strips::fill`] that runs in vector registers.
struct Rectangles<'a> {
    ends: &'a [f64; LAYERS],
    factor: f64,
    lanes: &'a mut Lanes,
    strip: &'a mut [f64; STRIP],
    open: &'a mut [u16; STRIP],
}

impl pulp::WithSimd for Rectangles<'_> {
    /// How many entries are open: their layer is no rectangle.
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) -> usize {
        const GROUP: usize = 16;
        let mut words = [0; STRIP];
        self.lanes.fill(&mut words);
        for (draw, &word) in self.strip.iter_mut().zip(&words) {
            *draw = self.factor * (symmetric_unit(word) * self.ends[layer(word)]);
        }
        let mut count = 0;
        for (g, group) in words.chunks_exact(GROUP).enumerate() {
            if group
                .iter()
                .fold(false, |any, &word| any | !is_rectangle(word))
            {
                for (j, &word) in group.iter().enumerate() {
                    self.open[count] = (GROUP * g + j) as u16;
                    count += usize::from(!is_rectangle(word));
                }
            }
        }
        count
    }
}

#[inline(always)]
fn layer(word: u64) -> usize {
    word as usize % LAYERS
}

#[inline(always)]
fn is_rectangle(word: u64) -> bool {
    layer(word) < RECTANGLES
}

/// A zero between `left`, where `f` is positive, and `right`, where it is negative.
fn bisect(mut left: f64, mut right: f64, f: impl Fn(f64) -> f64) -> f64 {
    loop {
        let middle = f64::midpoint(left, right);
        if middle <= left || middle >= right {
            return left;
        }
        if f(middle) > 0.0 {
            left = middle;
        } else {
            right = middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probability::{Streams, gaussian_cdf, gaussian_upper_tail};
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
}
