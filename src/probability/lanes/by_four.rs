//! The lanes in two registers of four, for AVX2.
//!
//! It has no instruction that rotates, for want of which the compiler would step one lane after the other, and keep most
//! of their state in memory.

use pulp::x86::V3;
use pulp::{cast, u64x4};

use super::{LANES, STRIP};

/// Steps all lanes until `words` is full.
#[inline(always)]
pub(super) fn fill(simd: V3, state: &mut [[u64; LANES]; 4], words: &mut [u64; STRIP]) {
    let mut registers: [[u64x4; 2]; 4] = cast(*state);
    let [s0, s1, s2, s3] = &mut registers;
    let (quarters, _) = words.as_chunks_mut::<4>();
    for row in quarters.as_chunks_mut::<2>().0 {
        for l in 0..2 {
            let sum = simd.wrapping_add_u64x4(s0[l], s3[l]);
            let word = simd.wrapping_add_u64x4(rotate_left::<23, 41>(simd, sum), s0[l]);
            row[l] = cast(word);
            let shifted = simd.shl_const_u64x4::<17>(s1[l]);
            s2[l] = simd.xor_u64x4(s2[l], s0[l]);
            s3[l] = simd.xor_u64x4(s3[l], s1[l]);
            s1[l] = simd.xor_u64x4(s1[l], s2[l]);
            s0[l] = simd.xor_u64x4(s0[l], s3[l]);
            s2[l] = simd.xor_u64x4(s2[l], shifted);
            s3[l] = rotate_left::<45, 19>(simd, s3[l]);
        }
    }
    *state = cast(registers);
}

/// Rotates by `LEFT` bits; `RIGHT` is what is missing to 64.
#[inline(always)]
fn rotate_left<const LEFT: i32, const RIGHT: i32>(simd: V3, words: u64x4) -> u64x4 {
    const { assert!(LEFT + RIGHT == 64) }
    simd.or_u64x4(
        simd.shl_const_u64x4::<LEFT>(words),
        simd.shr_const_u64x4::<RIGHT>(words),
    )
}
