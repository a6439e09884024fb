//! The grid of numbers on which a draw was rounded: `f64`, `f32`, `f16` or `bf16`.

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "lowercase")
)]
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
    /// The bytes of a number.
    pub const fn bytes(self) -> usize {
        match self {
            Self::Bf16 | Self::F16 => 2,
            Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    /// Appends the numbers in these bytes, the lowest byte of each first, or with `big` the highest. Bytes at the end that are
    /// no whole number are left out.
    ///
    /// ```
    /// use unit_variance::diagnosis::Precision;
    ///
    /// let mut values = Vec::new();
    /// Precision::F16.decode(&[0x00, 0x3c, 0x01, 0x00], false, &mut values);
    /// assert_eq!(values, [1.0, 2_f64.powi(-24)]);
    /// ```
    pub fn decode(self, bytes: &[u8], big: bool, values: &mut Vec<f64>) {
        match self {
            Self::Bf16 => decode(
                bytes,
                big,
                |b| f64::from(f32::from_bits(u32::from(u16::from_le_bytes(b)) << 16)),
                values,
            ),
            Self::F16 => decode(bytes, big, |b| half(u16::from_le_bytes(b)), values),
            Self::F32 => decode(bytes, big, |b| f64::from(f32::from_le_bytes(b)), values),
            Self::F64 => decode(bytes, big, f64::from_le_bytes, values),
        }
    }

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

/// The number with these bits of half precision.
fn half(bits: u16) -> f64 {
    let sign = u64::from(bits >> 15) << 63;
    let rest = u64::from(bits & 0x7fff) << 42;
    // An exponent of all ones stands for what is no number; any other is 1008 too small, which is right for subnormals, too.
    let magnitude = if bits & 0x7c00 == 0x7c00 {
        f64::from_bits(rest | 0x7ff << 52)
    } else {
        f64::from_bits(rest) * f64::from_bits(2031 << 52)
    };
    f64::from_bits(magnitude.to_bits() | sign)
}

fn decode<const N: usize>(
    bytes: &[u8],
    big: bool,
    number: impl Fn([u8; N]) -> f64,
    values: &mut Vec<f64>,
) {
    let (whole, _) = bytes.as_chunks::<N>();
    if big {
        values.extend(whole.iter().map(|bytes| {
            let mut turned = *bytes;
            turned.reverse();
            number(turned)
        }));
    } else {
        values.extend(whole.iter().map(|bytes| number(*bytes)));
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
    fn every_number_of_half_precision_is_what_its_bits_say() {
        for bits in 0..=u16::MAX {
            let (exponent, mantissa) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
            let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
            let expected = match exponent {
                31 if mantissa == 0.0 => f64::INFINITY,
                31 => f64::NAN,
                0 => libm::ldexp(mantissa, -24),
                _ => libm::ldexp(1024.0 + mantissa, exponent - 25),
            };
            let found = half(bits);
            assert!(
                found == sign * expected || found.is_nan() && expected.is_nan(),
                "{bits:x}: {found}"
            );
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
