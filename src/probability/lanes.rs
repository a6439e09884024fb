//! Eight generators side by side, so that a processor with wide registers steps them together.

#![expect(
    clippy::inline_always,
    reason = "vector code is compiled once for every kind of processor, so it must be inlined into each"
)]

#[cfg(target_arch = "x86_64")]
mod by_four;

use pulp::Simd;
use rand::Rng;

use super::strip::STRIP;

const LANES: usize = 8;

/// Eight xoshiro256++ generators[^xoshiro] whose words interleave: word `i` is from lane `i mod 8`.
///
/// Whole-number arithmetic: the words do not depend on the width of the registers.
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

    /// Fills `words` with the next ones.
    #[inline(always)]
    pub(super) fn next<S: Simd>(&mut self, simd: S, words: &mut [u64; STRIP]) {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = (&simd as &dyn std::any::Any).downcast_ref() {
            return by_four::fill(*avx2, &mut self.state, words);
        }
        let _ = simd;
        self.fill(words);
    }

    /// Written so that the compiler makes one vector of a row where the processor has an instruction that rotates its entries.
    #[inline(always)]
    fn fill(&mut self, words: &mut [u64; STRIP]) {
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
    use crate::probability::instruction_sets;
    use rand::SeedableRng;
    use rand_xoshiro::Xoshiro256PlusPlus;

    struct Next<'a>(&'a mut Lanes);

    impl pulp::WithSimd for Next<'_> {
        type Output = [u64; STRIP];

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> [u64; STRIP] {
            let mut words = [0; STRIP];
            self.0.next(simd, &mut words);
            words
        }
    }

    #[test]
    fn every_lane_is_the_generator_of_the_crate_with_any_registers() {
        let lanes = Lanes::from_rng(&mut Xoshiro256PlusPlus::seed_from_u64(1));
        let alone: [Xoshiro256PlusPlus; LANES] = std::array::from_fn(|l| {
            let mut seed = [0; 32];
            for (bytes, words) in seed.chunks_exact_mut(8).zip(&lanes.state) {
                bytes.copy_from_slice(&words[l].to_le_bytes());
            }
            Xoshiro256PlusPlus::from_seed(seed)
        });
        for set in instruction_sets::of_this_processor() {
            let (mut lanes, mut alone) = (lanes.clone(), alone.clone());
            for _ in 0..3 {
                let words = set.dispatch(Next(&mut lanes));
                for (i, word) in words.iter().enumerate() {
                    assert_eq!(*word, alone[i % LANES].next_u64(), "{set:?}: {i}");
                }
            }
        }
    }
}
