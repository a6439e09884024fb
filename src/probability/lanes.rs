//! Eight generators side by side, so that a processor with wide registers steps them together.

#![expect(
    clippy::inline_always,
    reason = "vector code is compiled once for every kind of processor, so it must be inlined into each"
)]

use rand::Rng;

/// How many words are made at a time.
pub(super) const STRIP: usize = 512;

const LANES: usize = 8;

/// Eight xoshiro256++ generators[^xoshiro] whose words interleave: word `i` is from lane `i mod 8`.
///
/// Whole-number arithmetic, written so that the compiler turns every line into vector
/// instructions of whatever width there is. The words do not depend on that width.
///
/// [^xoshiro]: D. Blackman, S. Vigna (2021). [*Scrambled linear pseudorandom number generators*](https://doi.org/10.1145/3460772). ACM TOMS 47.
#[derive(Debug, Clone)]
pub(super) struct Lanes {
    state: [[u64; LANES]; 4],
}

impl Lanes {
    /// Lanes whose states are words of `rng`, mixed: a state that is linear in another generator's
    /// output would tie the two together.
    pub(super) fn from_rng<R: Rng + ?Sized>(rng: &mut R) -> Self {
        Self {
            state: std::array::from_fn(|_| std::array::from_fn(|_| mix(rng.next_u64()))),
        }
    }

    /// The next `STRIP` words.
    #[inline(always)]
    pub(super) fn fill(&mut self, words: &mut [u64; STRIP]) {
        let [mut s0, mut s1, mut s2, mut s3] = self.state;
        for row in words.chunks_exact_mut(LANES) {
            for l in 0..LANES {
                let sum = s0[l].wrapping_add(s3[l]);
                row[l] = sum.rotate_left(23).wrapping_add(s0[l]);
                let shifted = s1[l] << 17;
                s2[l] ^= s0[l];
                s3[l] ^= s1[l];
                s1[l] ^= s2[l];
                s0[l] ^= s3[l];
                s2[l] ^= shifted;
                s3[l] = s3[l].rotate_left(45);
            }
        }
        self.state = [s0, s1, s2, s3];
    }
}

/// Fills `target` with `factor` times draws from the uniform law on `(−1, 1)`.
pub(crate) fn fill_uniform<R: Rng + ?Sized>(target: &mut [f64], factor: f64, rng: &mut R) {
    struct Strip<'a>(&'a mut Lanes, &'a mut [f64; STRIP], f64);

    impl pulp::WithSimd for Strip<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: pulp::Simd>(self, _: S) {
            let Self(lanes, draws, factor) = self;
            let mut words = [0; STRIP];
            lanes.fill(&mut words);
            for (draw, word) in draws.iter_mut().zip(words) {
                *draw = factor * symmetric_unit(word);
            }
        }
    }

    let arch = pulp::Arch::new();
    let mut lanes = Lanes::from_rng(rng);
    let (strips, rest) = target.as_chunks_mut();
    for strip in strips {
        arch.dispatch(Strip(&mut lanes, strip, factor));
    }
    let mut last = [0.0; STRIP];
    arch.dispatch(Strip(&mut lanes, &mut last, factor));
    rest.copy_from_slice(&last[..rest.len()]);
}

/// An odd multiple of `2⁻⁵²` in `(−1, 1)`, from the upper 52 bits: symmetric, and never 0.
#[inline(always)]
pub(super) fn symmetric_unit(word: u64) -> f64 {
    const TWO: u64 = 2.0_f64.to_bits();
    (f64::from_bits(word >> 12 | TWO) - 3.0) + f64::EPSILON
}

/// A multiple of `2⁻⁵³` in `[0, 1)`, from the upper 53 bits.
#[inline(always)]
pub(super) fn unit_interval(word: u64) -> f64 {
    (word >> 11) as f64 * (0.5 * f64::EPSILON)
}

/// The finalizer of `SplitMix64`: a bijection in which every input bit reaches every output bit.
fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_xoshiro::Xoshiro256PlusPlus;

    #[test]
    fn every_lane_is_the_generator_of_the_crate() {
        let mut lanes = Lanes::from_rng(&mut Xoshiro256PlusPlus::seed_from_u64(1));
        let mut alone: [Xoshiro256PlusPlus; LANES] = std::array::from_fn(|l| {
            let mut seed = [0; 32];
            for (bytes, words) in seed.chunks_exact_mut(8).zip(&lanes.state) {
                bytes.copy_from_slice(&words[l].to_le_bytes());
            }
            Xoshiro256PlusPlus::from_seed(seed)
        });
        let mut words = [0; STRIP];
        for _ in 0..3 {
            lanes.fill(&mut words);
            for (i, word) in words.iter().enumerate() {
                assert_eq!(*word, alone[i % LANES].next_u64());
            }
        }
    }
}
