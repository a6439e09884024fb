//! Draws from the standard normal law, one at a time or a strip at a time.
//!
//! The area under the bell `f(z) = e^(−z²/2)`, `z ≥ 0`, is divided into `LAYERS` parts of equal size.
//! Nearly all of them are rectangles inside the bell, piled up from the axis: rectangle `k` ends
//! where it touches the curve, at `z = ends[k]`. So with ten random bits `k` and 52 further bits
//! `u` in `(−1, 1)`, the draw is `u · ends[k]`: one multiplication, nothing to compare. What the
//! rectangles leave of the bell, the slivers along the curve and the tail, is a fraction of a
//! percent, and is drawn by rejection.
//!
//! Of a bell that is cut, the lowest rectangles end at the cut, and there is no tail.
//!
//! After C. D. McFarland (2016), [*A modified ziggurat algorithm for generating exponentially and
//! normally distributed pseudorandom numbers*](https://doi.org/10.1080/00949655.2015.1060234).
//! Every probability is the law's to within 10⁻¹³: the draws of a rectangle lie on a grid, 2⁻⁵¹ of its end apart, and the
//! shares of the slivers are rounded. Every elementary function is libm's, in plain arithmetic, so the draws have the same bits
//! on every processor.

#![expect(
    clippy::inline_always,
    reason = "vector code is compiled once for every kind of processor, so it must be inlined into each"
)]

mod bell;
mod places;

use std::hint::black_box;

use pulp::bytemuck;
use rand::Rng;

use self::bell::{Bell, CUT_AT_TWO, LAYERS, WHOLE, is_rectangle, layer};
use self::places::Places;
use super::block_mut::{BlockMut, in_their_precision};
use super::float::Float;
use super::lanes::{Lanes, symmetric_unit};
use super::strip::{STRIP, Strip, for_each_strip};

/// One draw.
pub(super) fn sample<R: Rng + ?Sized>(rng: &mut R) -> f64 {
    sample_of(&WHOLE, rng)
}

fn sample_of<R: Rng + ?Sized>(bell: &Bell, rng: &mut R) -> f64 {
    let word = rng.next_u64();
    if is_rectangle(word) {
        symmetric_unit(word) * bell.ends[layer(word)]
    } else {
        bell.sample_rest(rng)
    }
}

/// One draw, given that it is at most `cut` in size.
pub(super) fn sample_within<R: Rng + ?Sized>(cut: f64, rng: &mut R) -> f64 {
    if cut == 2.0 {
        return sample_of(&CUT_AT_TWO, rng);
    }
    loop {
        let z = sample(rng);
        if z.abs() <= cut {
            return z;
        }
    }
}

/// Fills `target` with `factor` times draws, each finished by a function before it is rounded. A shorter target gets the
/// beginning of a longer one.
pub(crate) fn fill<R: Rng + ?Sized>(
    target: BlockMut<'_>,
    factor: f64,
    rng: &mut R,
    finish: impl Fn(f64) -> f64 + Copy,
) {
    fill_from(&WHOLE, target, factor, rng, finish);
}

fn fill_from<R: Rng + ?Sized>(
    bell: &'static Bell,
    target: BlockMut<'_>,
    factor: f64,
    rng: &mut R,
    finish: impl Fn(f64) -> f64 + Copy,
) {
    let mut draws = Draws::new(bell, factor, rng);
    in_their_precision!(target, target => for_each_strip(target, |mut strip| {
        draws.fill(&mut strip, rng, finish);
    }));
}

/// Fills `target` with `factor` times draws of at most `cut` in size. Two has a bell of its own; at another cut, what is larger
/// is drawn again, from strips of its own. A shorter target gets the beginning of a longer one.
pub(super) fn fill_within<R: Rng + ?Sized>(
    target: BlockMut<'_>,
    factor: f64,
    cut: f64,
    rng: &mut R,
) {
    if cut == 2.0 {
        return fill_from(&CUT_AT_TWO, target, factor, rng, |draw| draw);
    }
    let mut draws = Draws::new(&WHOLE, factor, rng);
    let mut redraws = Draws::new(&WHOLE, factor, rng);
    let bound = factor * cut;
    let mut beyond = Places::default();
    let mut spare = [0.0_f64; STRIP];
    let mut next = STRIP;
    in_their_precision!(target, target => for_each_strip(target, |mut strip| {
        draws.fill(&mut strip, rng, |draw| draw);
        draws.arch.dispatch(Beyond {
            strip: strip.draws,
            bound,
            found: &mut beyond,
        });
        for place in beyond.iter() {
            strip.set(place, loop {
                if next == STRIP {
                    redraws.fill(&mut Strip::of_f64(&mut spare), rng, |draw| draw);
                    next = 0;
                }
                next += 1;
                if spare[next - 1].abs() <= bound {
                    break spare[next - 1];
                }
            });
        }
    }));
}

/// Finds the entries of a strip that are larger than `bound` in size.
struct Beyond<'a> {
    strip: &'a [f64; STRIP],
    bound: f64,
    found: &'a mut Places,
}

impl pulp::WithSimd for Beyond<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        // Where the law is cut at 1.5, a group of 64 has about nine of them.
        let is_beyond = |draw: f64| draw.abs() > self.bound;
        self.found.find::<8>(self.strip, is_beyond);
    }
}

/// Strip after strip of draws: the rectangles from the words of eight lanes, the rest one by one.
struct Draws {
    bell: &'static Bell,
    factor: f64,
    arch: pulp::Arch,
    lanes: Lanes,
    /// The entries of the strip at hand that no rectangle gives.
    open: Places,
}

impl Draws {
    fn new<R: Rng + ?Sized>(bell: &'static Bell, factor: f64, rng: &mut R) -> Self {
        Self {
            bell,
            factor,
            arch: pulp::Arch::new(),
            lanes: Lanes::from_rng(rng),
            open: Places::default(),
        }
    }

    fn fill<T: Float, R: Rng + ?Sized>(
        &mut self,
        strip: &mut Strip<'_, T>,
        rng: &mut R,
        finish: impl Fn(f64) -> f64 + Copy,
    ) {
        self.arch.dispatch(Words {
            lanes: &mut self.lanes,
            strip: strip.draws,
            open: &mut self.open,
        });
        without_gather(self.arch).dispatch(Rectangles {
            ends: &self.bell.ends,
            factor: self.factor,
            strip,
            finish,
        });
        for place in self.open.iter() {
            strip.set(place, finish(self.factor * self.bell.sample_rest(rng)));
        }
    }
}

/// Fills a strip with words, as the bits of numbers, and finds those whose layer is no rectangle.
struct Words<'a> {
    lanes: &'a mut Lanes,
    strip: &'a mut [f64; STRIP],
    open: &'a mut Places,
}

impl pulp::WithSimd for Words<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, simd: S) {
        self.lanes.next(simd, bytemuck::cast_mut(self.strip));
        // A group of 64 has hardly ever more than two of them.
        let is_open = |word: f64| !is_rectangle(word.to_bits());
        self.open.find::<2>(self.strip, is_open);
    }
}

/// Makes draws of a strip of words, where their layer is a rectangle.
struct Rectangles<'a, 's, T, F> {
    ends: &'a [f64; LAYERS],
    factor: f64,
    strip: &'a mut Strip<'s, T>,
    finish: F,
}

impl<T: Float, F: Fn(f64) -> f64> pulp::WithSimd for Rectangles<'_, '_, T, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        let eights = self.strip.draws.as_chunks_mut().0.iter_mut();
        let draws = eights.map(|eight| {
            *eight = rectangles(eight, self.ends, self.factor).map(&self.finish);
            *eight
        });
        match &mut self.strip.rounded {
            None => draws.for_each(drop),
            Some(rounded) => {
                for (rounded, draws) in rounded.as_chunks_mut().0.iter_mut().zip(draws) {
                    *rounded = draws.map(T::round);
                }
            }
        }
    }
}

/// `factor · u · end` for eight words.
#[inline(always)]
fn rectangles(words: &[f64; 8], ends: &[f64; LAYERS], factor: f64) -> [f64; 8] {
    // The compiler would read whole words into a vector, and take their layers out of it one by one, which is slower: so
    // it is not told that these are the same words.
    let halves: &[[u16; 4]; 8] = bytemuck::cast_ref(black_box(words));
    let ends = halves.map(|halves| ends[layer(halves[LOWEST].into())]);
    std::array::from_fn(|i| factor * (symmetric_unit(words[i].to_bits()) * ends[i]))
}

/// An instruction set without the instruction of AVX-512 that reads several places of a table at once: the compiler would take that, and
/// single reads are faster.
fn without_gather(arch: pulp::Arch) -> pulp::Arch {
    #[cfg(target_arch = "x86_64")]
    if !matches!(arch, pulp::Arch::Scalar)
        && let Some(avx2) = pulp::x86::V3::try_new()
    {
        return pulp::Arch::V3(avx2);
    }
    arch
}

/// Where the lowest sixteen bits of a word are in memory.
const LOWEST: usize = if cfg!(target_endian = "little") { 0 } else { 3 };

#[cfg(test)]
mod tests;
