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
use pulp::bytemuck;
use rand::Rng;

use super::lanes::{Lanes, STRIP, for_each_strip, symmetric_unit, unit_interval};

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
    for_each_strip(target, |strip| {
        draws.fill(strip, factor, rng);
        let beyond = draws.arch.dispatch(Beyond { strip, bound });
        for (word, mut bits) in beyond.into_iter().enumerate() {
            while bits != 0 {
                let i = WORD * word + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                while strip[i].abs() > bound {
                    if next == STRIP {
                        redraws.fill(&mut spare, factor, rng);
                        next = 0;
                    }
                    strip[i] = spare[next];
                    next += 1;
                }
            }
        }
    });
}

/// How many bits a word has.
const WORD: usize = 64;

/// Finds the entries of a strip that are larger than `bound` in size.
struct Beyond<'a> {
    strip: &'a [f64; STRIP],
    bound: f64,
}

impl pulp::WithSimd for Beyond<'_> {
    /// A bit for each entry, the first one lowest.
    type Output = [u64; STRIP / WORD];

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) -> Self::Output {
        let (words, _) = self.strip.as_chunks::<WORD>();
        std::array::from_fn(|word| {
            let draws = words[word].iter().enumerate();
            draws.fold(0, |bits, (i, draw)| {
                bits | u64::from(draw.abs() > self.bound) << i
            })
        })
    }
}

/// Strip after strip of draws: the rectangles from the words of eight lanes, the rest one by one.
struct Strips {
    bell: &'static Bell,
    arch: pulp::Arch,
    lanes: Lanes,
    /// The entries of the strip at hand that no rectangle gives.
    open: [u16; STRIP],
}

impl Strips {
    fn from_rng<R: Rng + ?Sized>(rng: &mut R) -> Self {
        Self {
            bell: &BELL,
            arch: pulp::Arch::new(),
            lanes: Lanes::from_rng(rng),
            open: [0; STRIP],
        }
    }

    fn fill<R: Rng + ?Sized>(&mut self, strip: &mut [f64; STRIP], factor: f64, rng: &mut R) {
        let count = self.arch.dispatch(Rectangles {
            ends: &self.bell.ends,
            factor,
            lanes: &mut self.lanes,
            strip,
            open: &mut self.open,
        });
        for &i in &self.open[..count] {
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
    fn with_simd<S: pulp::Simd>(self, simd: S) -> usize {
        const GROUP: usize = 16;
        let words = self.lanes.next(simd);
        // Whole words would be read into a vector, and their layers taken out of it one by one: that is slower.
        let halves: &[[u16; 4]] = bytemuck::cast_slice(words);
        let (draws, _) = self.strip.as_chunks_mut::<4>();
        let (words, halves) = (words.as_chunks::<4>().0, halves.as_chunks::<4>().0);
        for ((draws, words), halves) in draws.iter_mut().zip(words).zip(halves) {
            let ends = halves.map(|halves| self.ends[layer(halves[LOWEST].into())]);
            *draws = std::array::from_fn(|i| self.factor * (symmetric_unit(words[i]) * ends[i]));
        }
        let mut count = 0;
        for (g, group) in words.as_flattened().chunks_exact(GROUP).enumerate() {
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

/// Where the lowest sixteen bits of a word are in memory.
const LOWEST: usize = if cfg!(target_endian = "little") { 0 } else { 3 };

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
mod tests;
