//! `a b + c`, rounded once, also where no instruction does it.
//!
//! WebAssembly has none. What the compiler calls there instead computes in whole numbers, and would make a product of matrices a hundred
//! times slower. Here the same number comes of twenty sums and products, in vectors.

#![expect(
    clippy::inline_always,
    reason = "vector code is compiled once for every kind of processor, so it must be inlined into each"
)]

use pulp::{Scalar, Simd};

/// Whether the processor has no such instruction.
pub(super) const IS_SLOW: bool = cfg!(target_family = "wasm");

/// Factors below the first number or above the second might leave the range of numbers on the way.
const FACTORS: [f64; 2] = [1e-100, 1e100];

/// `a b + c`, rounded once.
#[inline(always)]
pub(crate) fn mul_add(a: f64, b: f64, c: f64) -> f64 {
    if IS_SLOW {
        by_parts(Scalar::new(), a, b, c)
    } else {
        a.mul_add(b, c)
    }
}

/// `a b + c` lane by lane, rounded once.
#[inline(always)]
pub(super) fn mul_add_lanes<S: Simd>(simd: S, a: S::f64s, b: S::f64s, c: S::f64s) -> S::f64s {
    if IS_SLOW {
        by_parts(simd, a, b, c)
    } else {
        simd.mul_add_f64s(a, b, c)
    }
}

/// The product and the sums as exact pairs of numbers (Dekker 1971; Knuth): what is left of them is rounded to odd, so that the last
/// sum rounds as if nothing had been rounded before (Boldo and Melquiond 2008).
#[inline(always)]
fn by_parts<S: Simd>(simd: S, a: S::f64s, b: S::f64s, c: S::f64s) -> S::f64s {
    let [smallest, largest] = FACTORS.map(|limit| simd.splat_f64s(limit));
    let zero = simd.splat_f64s(0.0);
    let is_moderate = |x: S::f64s| {
        let size = simd.abs_f64s(x);
        let inside = simd.and_m64s(
            simd.less_than_f64s(smallest, size),
            simd.less_than_f64s(size, largest),
        );
        simd.or_m64s(inside, simd.equal_f64s(x, zero))
    };
    let fits = simd.and_m64s(
        simd.and_m64s(is_moderate(a), is_moderate(b)),
        simd.less_than_f64s(simd.abs_f64s(c), largest),
    );
    if simd.first_true_m64s(simd.not_m64s(fits)) < S::F64_LANES {
        return one_by_one::<S>(a, b, c);
    }
    let product = simd.mul_f64s(a, b);
    let (middle, low) = sum(simd, c, error_of_product(simd, a, b, product));
    let (high, rest) = sum(simd, product, middle);
    let fused = simd.add_f64s(high, rounded_to_odd(simd, low, rest));
    // The pairs forget the sign of a zero.
    let is_zero = simd.equal_f64s(product, zero);
    simd.select_f64s(is_zero, simd.add_f64s(product, c), fused)
}

/// Numbers of any size, infinite or none.
#[cold]
fn one_by_one<S: Simd>(mut a: S::f64s, b: S::f64s, c: S::f64s) -> S::f64s {
    let lanes = pulp::bytemuck::cast_slice_mut::<_, f64>(std::slice::from_mut(&mut a));
    let [b, c] = [&b, &c].map(|x| pulp::bytemuck::cast_slice::<_, f64>(std::slice::from_ref(x)));
    for ((a, b), c) in lanes.iter_mut().zip(b).zip(c) {
        *a = a.mul_add(*b, *c);
    }
    a
}

/// `a b − product`, exactly.
#[inline(always)]
fn error_of_product<S: Simd>(simd: S, a: S::f64s, b: S::f64s, product: S::f64s) -> S::f64s {
    let times = |x, y| simd.mul_f64s(x, y);
    let ((a_high, a_low), (b_high, b_low)) = (halves(simd, a), halves(simd, b));
    let error = simd.sub_f64s(times(a_high, b_high), product);
    let error = simd.add_f64s(error, times(a_high, b_low));
    let error = simd.add_f64s(error, times(a_low, b_high));
    simd.add_f64s(error, times(a_low, b_low))
}

/// Two numbers of 26 bits whose sum is `x`.
#[inline(always)]
fn halves<S: Simd>(simd: S, x: S::f64s) -> (S::f64s, S::f64s) {
    let far = simd.mul_f64s(simd.splat_f64s(134_217_729.0), x); // 2²⁷ + 1
    let high = simd.sub_f64s(far, simd.sub_f64s(far, x));
    (high, simd.sub_f64s(x, high))
}

/// `a + b`, and exactly by how much it is larger before it is rounded.
#[inline(always)]
fn sum<S: Simd>(simd: S, a: S::f64s, b: S::f64s) -> (S::f64s, S::f64s) {
    let rounded = simd.add_f64s(a, b);
    let b_part = simd.sub_f64s(rounded, a);
    let a_part = simd.sub_f64s(rounded, b_part);
    let rest = simd.add_f64s(simd.sub_f64s(a, a_part), simd.sub_f64s(b, b_part));
    (rounded, rest)
}

/// `a + b`; where that is no number of 53 bits, the one beside it whose last bit is one.
#[inline(always)]
fn rounded_to_odd<S: Simd>(simd: S, a: S::f64s, b: S::f64s) -> S::f64s {
    let (zero, one) = (simd.splat_f64s(0.0), simd.splat_u64s(1));
    let (rounded, rest) = sum(simd, a, b);
    let bits = simd.transmute_u64s_f64s(rounded);
    let is_even = simd.equal_u64s(simd.and_u64s(bits, one), simd.splat_u64s(0));
    let is_inexact = simd.not_m64s(simd.equal_f64s(rest, zero));
    let is_inward = simd.xor_m64s(
        simd.less_than_f64s(zero, rest),
        simd.less_than_f64s(zero, rounded),
    );
    let neighbour = simd.select_u64s(
        is_inward,
        simd.sub_u64s(bits, one),
        simd.add_u64s(bits, one),
    );
    let odd = simd.select_u64s(simd.and_m64s(is_even, is_inexact), neighbour, bits);
    simd.transmute_f64s_u64s(odd)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probability::instruction_sets;
    use proptest::num::f64::{ANY, NORMAL};
    use proptest::prelude::*;

    /// The parts in the lanes of every instruction set.
    fn agrees(a: f64, b: f64, c: f64) -> Result<(), TestCaseError> {
        let expected = a.mul_add(b, c);
        for set in instruction_sets::of_this_processor() {
            let found = set.dispatch(Lanes(a, b, c));
            let same = found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan();
            prop_assert!(
                same,
                "{a:e} {b:e} {c:e}: {found:e}, not {expected:e} ({set:?})"
            );
        }
        Ok(())
    }

    struct Lanes(f64, f64, f64);

    impl pulp::WithSimd for Lanes {
        type Output = f64;

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> f64 {
            let [a, b, c] = [self.0, self.1, self.2].map(|x| simd.splat_f64s(x));
            let found = by_parts(simd, a, b, c);
            pulp::bytemuck::cast_slice::<_, f64>(std::slice::from_ref(&found))[0]
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn any_numbers_are_rounded_once(a in ANY, b in ANY, c in ANY) {
            agrees(a, b, c)?;
        }

        #[test]
        fn a_sum_that_is_nearly_nothing_is_rounded_once(
            a in -1e3..1e3_f64,
            b in -1e3..1e3_f64,
            parts in -4..4_i64,
            shift in 0..60,
        ) {
            // Around −ab by some units of any place of it.
            let near = f64::from_bits((-a * b).to_bits().wrapping_add_signed(parts));
            agrees(a, b, near)?;
            agrees(a, b, near * f64::powi(0.5, shift))?;
            agrees(a, b, -near * f64::powi(2.0, shift))?;
        }

        #[test]
        fn what_lies_beside_the_middle_of_two_numbers_is_rounded_once(
            a in 1..1_i64 << 27,
            b in 1..1_i64 << 27,
            c in NORMAL,
            place in 0..120,
        ) {
            let (a, b) = (a as f64, b as f64);
            // The product is far below the last place of the sum, and decides.
            agrees(a * f64::powi(2.0, place - 60), b, c.signum() * f64::powi(2.0, 53 + place % 7))?;
            agrees(a, b * f64::powi(2.0, place - 60), c.signum() * a * b)?;
        }
    }

    #[test]
    fn zeros_keep_their_signs() {
        for a in [0.0, -0.0, 1.5, -1.5] {
            for b in [0.0, -0.0, 2.0, -2.0] {
                for c in [0.0, -0.0, 3.0, -3.0] {
                    agrees(a, b, c).unwrap();
                }
            }
        }
    }
}
