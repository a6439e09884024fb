//! Draws from the uniform law, a strip at a time.

#![expect(
    clippy::inline_always,
    reason = "vector code is compiled once for every kind of processor, so it must be inlined into each"
)]

use pulp::bytemuck;
use rand::Rng;

use super::block_mut::{BlockMut, in_their_precision};
use super::float::Float;
use super::lanes::{Lanes, symmetric_unit};
use super::strip::{Strip, for_each_strip};

/// Fills `target` with `factor` times draws from the uniform law on `(−1, 1)`, each finished by a function before it is rounded.
pub(crate) fn fill<R: Rng + ?Sized>(
    target: BlockMut<'_>,
    factor: f64,
    rng: &mut R,
    finish: impl Fn(f64) -> f64 + Copy,
) {
    struct Draws<'a, 's, T, F> {
        lanes: &'a mut Lanes,
        strip: Strip<'s, T>,
        factor: f64,
        finish: F,
    }

    impl<T: Float, F: Fn(f64) -> f64> pulp::WithSimd for Draws<'_, '_, T, F> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: pulp::Simd>(self, simd: S) {
            let Strip { draws, rounded } = self.strip;
            self.lanes.next(simd, bytemuck::cast_mut(draws));
            let draw = |word: f64| (self.finish)(self.factor * symmetric_unit(word.to_bits()));
            match rounded {
                None => draws.iter_mut().for_each(|entry| *entry = draw(*entry)),
                Some(rounded) => {
                    for (number, word) in rounded.iter_mut().zip(draws) {
                        *number = T::round(draw(*word));
                    }
                }
            }
        }
    }

    let arch = pulp::Arch::new();
    let mut lanes = Lanes::from_rng(rng);
    in_their_precision!(target, target => for_each_strip(target, |strip| {
        arch.dispatch(Draws { lanes: &mut lanes, strip, factor, finish });
    }));
}
