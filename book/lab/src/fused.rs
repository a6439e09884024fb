//! The product of two numbers plus a third, rounded once, where no instruction does it.
//!
//! WebAssembly has none, and the one of the compiler's own library computes in whole numbers: a matrix product takes thirty times as long.

/// The smallest and the largest factor, in size, for which no part of the computation leaves the range of numbers.
const FACTORS: (f64, f64) = (1e-100, 1e100);

/// `a b + c`, rounded once, as [`f64::mul_add`].
///
/// The product and the sums are exact pairs of numbers [Dekker 1971; Knuth]; what is left of them is rounded to odd, so that the last sum
/// rounds as if nothing had been rounded before [Boldo & Melquiond 2008].
pub(crate) fn mul_add(a: f64, b: f64, c: f64) -> f64 {
    let product = a * b;
    if product == 0.0 && (a == 0.0 || b == 0.0) {
        return product + c;
    }
    let is_moderate = |x: f64| x.abs() > FACTORS.0 && x.abs() < FACTORS.1;
    if !(is_moderate(a) && is_moderate(b) && c.abs() < FACTORS.1) {
        return libm::fma(a, b, c);
    }
    let (from_product, from_sum) = (error_of_product(a, b, product), c);
    let (middle, low) = sum(from_sum, from_product);
    let (high, rest) = sum(product, middle);
    high + rounded_to_odd(low, rest)
}

/// `a b − product`, exactly.
fn error_of_product(a: f64, b: f64, product: f64) -> f64 {
    let ([a_high, a_low], [b_high, b_low]) = (halves(a), halves(b));
    ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
}

/// Two numbers of 26 bits whose sum is `x`.
fn halves(x: f64) -> [f64; 2] {
    let far = 134_217_729.0 * x; // 2²⁷ + 1
    let high = far - (far - x);
    [high, x - high]
}

/// `a + b`, and exactly by how much it is larger once rounded.
fn sum(a: f64, b: f64) -> (f64, f64) {
    let rounded = a + b;
    let b_part = rounded - a;
    (rounded, (a - (rounded - b_part)) + (b - b_part))
}

/// `a + b`; where that is no number of 53 bits, the one beside it whose last bit is one.
fn rounded_to_odd(a: f64, b: f64) -> f64 {
    let (rounded, rest) = sum(a, b);
    let bits = rounded.to_bits();
    if rest == 0.0 || bits & 1 == 1 {
        rounded
    } else if (rest > 0.0) == (rounded > 0.0) {
        f64::from_bits(bits + 1)
    } else {
        f64::from_bits(bits - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::num::f64::{ANY, NORMAL};
    use proptest::prelude::*;

    fn agrees(a: f64, b: f64, c: f64) -> Result<(), TestCaseError> {
        let (found, expected) = (mul_add(a, b, c), a.mul_add(b, c));
        let same = found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan();
        prop_assert!(same, "{a:e} {b:e} {c:e}: {found:e}, not {expected:e}");
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn any_numbers_are_rounded_once(a in ANY, b in ANY, c in ANY) {
            agrees(a, b, c)?;
        }

        #[test]
        fn a_sum_that_is_nearly_nothing_is_rounded_once(a in -1e3..1e3_f64, b in -1e3..1e3_f64, parts in -4..4_i64, shift in 0..60) {
            // Around −ab by some units of any place of it.
            let near = f64::from_bits((-a * b).to_bits().wrapping_add_signed(parts));
            agrees(a, b, near)?;
            agrees(a, b, near * f64::powi(0.5, shift))?;
            agrees(a, b, -near * f64::powi(2.0, shift))?;
        }

        #[test]
        fn products_halfway_between_two_numbers_are_rounded_once(a in 1..1_i64 << 27, b in 1..1_i64 << 27, c in NORMAL, place in 0..120) {
            let (a, b) = (a as f64, b as f64);
            // The sum lies beside the middle between two numbers, by what is far below it.
            let far = f64::powi(2.0, place - 60);
            agrees(a * far, b, c.signum() * f64::powi(2.0, 53 + place % 7))?;
            agrees(a, b * far, c.signum() * a * b)?;
        }
    }
}
