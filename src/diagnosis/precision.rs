//! The grid of numbers on which a draw was rounded: `f64`, `f32`, `f16` or `bf16`.

use serde::Serialize;

/// The format whose numbers a tensor holds, which may be coarser than the one it is stored in.
///
/// A draw is rounded to the nearest number of its format, so a stored value is at least `e` if and only if the draw was at
/// least halfway between `e` and its predecessor ([`half_way_below`](Self::half_way_below)). That is how laws are tested
/// here on rounded numbers without an approximation.
///
/// ```
/// use unit_variance::diagnosis::Precision;
///
/// // The predecessor of 1.5 in bf16 is 1.4921875, that of 1 is 0.99609375.
/// assert_eq!(Precision::Bf16.half_way_below(1.5), 1.49609375);
/// assert_eq!(Precision::Bf16.half_way_below(1.0), 0.998046875);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Seven bits behind the leading one.
    Bf16,
    /// Ten bits, and no number finer than `2⁻²⁴`.
    F16,
    /// Twenty-three bits.
    F32,
    /// Fifty-two bits.
    F64,
}

impl Precision {
    /// The bits behind the leading one.
    pub const fn mantissa_bits(self) -> u32 {
        match self {
            Self::Bf16 => 7,
            Self::F16 => 10,
            Self::F32 => 23,
            Self::F64 => 52,
        }
    }

    /// The largest relative error of rounding, `2^−(bits + 1)`.
    pub fn unit(self) -> f64 {
        libm::ldexp(0.5, -self.mantissa_bits().cast_signed())
    }

    /// The distance of the smallest numbers.
    pub fn finest(self) -> f64 {
        match self {
            Self::F16 => libm::ldexp(1.0, -24),
            Self::Bf16 => libm::ldexp(1.0, -133),
            Self::F32 => libm::ldexp(1.0, -149),
            Self::F64 => f64::from_bits(1),
        }
    }

    /// The coarsest format, at most `stored`, that holds numbers with so many bits behind the leading one.
    pub(super) fn of_bits(bits: u32, stored: Self) -> Self {
        let all = [Self::Bf16, Self::F16, Self::F32, Self::F64];
        let fits = |format: &Self| format.mantissa_bits() >= bits && *format <= stored;
        // An f16 is no bf16: a tensor of halves is what it is stored as.
        match stored {
            Self::F16 | Self::Bf16 => stored,
            _ => all.into_iter().find(fits).unwrap_or(stored),
        }
    }

    /// The middle between `edge`, a positive number, and the next smaller one of the format; if `edge` is no number of the
    /// format, between the two around it.
    pub fn half_way_below(self, edge: f64) -> f64 {
        let (fraction, exponent) = libm::frexp(edge);
        let below = if fraction == 0.5 {
            exponent - 1
        } else {
            exponent
        };
        let spacing = libm::ldexp(0.5, below - self.mantissa_bits().cast_signed());
        let spacing = if spacing > self.finest() {
            spacing
        } else {
            self.finest()
        };
        (edge / spacing).ceil() * spacing - 0.5 * spacing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_between_two_numbers_is_rounded_at_their_middle() {
        // bf16 has steps of 1/128 from 1 on, of 1/256 below.
        assert_eq!(Precision::Bf16.half_way_below(1.001), 1.0 + 0.5 / 128.0);
        assert_eq!(Precision::Bf16.half_way_below(1.0), 1.0 - 0.5 / 256.0);
        // Small f16 have steps of 2^-24.
        let step = Precision::F16.finest();
        assert_eq!(Precision::F16.half_way_below(3.0 * step), 2.5 * step);
        assert_eq!(Precision::F16.half_way_below(2.7 * step), 2.5 * step);
    }

    #[test]
    fn the_middle_of_f32_is_that_of_its_neighbours() {
        for x in [1.0_f32, 1.25, 0.3, 7.5e-3] {
            let below = f32::from_bits(x.to_bits() - 1);
            let middle = f64::midpoint(f64::from(x), f64::from(below));
            assert_eq!(Precision::F32.half_way_below(f64::from(x)), middle);
        }
    }

    #[test]
    fn the_bits_that_are_used_tell_the_format() {
        assert_eq!(Precision::of_bits(6, Precision::F32), Precision::Bf16);
        assert_eq!(Precision::of_bits(10, Precision::F32), Precision::F16);
        assert_eq!(Precision::of_bits(11, Precision::F32), Precision::F32);
        assert_eq!(Precision::of_bits(5, Precision::F16), Precision::F16);
    }
}
