//! The floating-point types that draws are kept in, and how a draw is rounded to one of them.

use super::BlockMut;

/// A floating-point type that draws are kept in: a draw is made in `f64`, and rounded once.
///
/// ```
/// use unit_variance::probability::Float;
///
/// assert_eq!(<f32 as Float>::round(0.1), 0.1_f32);
/// ```
pub trait Float: Copy + 'static {
    /// The number of this kind that is nearest to `draw`, of two equally near the even one.
    fn round(draw: f64) -> Self;

    /// A block of such numbers.
    fn block(numbers: &mut [Self]) -> BlockMut<'_>;
}

impl Float for f64 {
    #[inline]
    fn round(draw: f64) -> Self {
        draw
    }

    fn block(numbers: &mut [Self]) -> BlockMut<'_> {
        BlockMut::F64(numbers)
    }
}

impl Float for f32 {
    #[inline]
    fn round(draw: f64) -> Self {
        draw as Self
    }

    fn block(numbers: &mut [Self]) -> BlockMut<'_> {
        BlockMut::F32(numbers)
    }
}

#[cfg(feature = "half")]
impl Float for half::f16 {
    fn round(draw: f64) -> Self {
        Self::from_f32(to_odd(draw))
    }

    fn block(numbers: &mut [Self]) -> BlockMut<'_> {
        BlockMut::F16(numbers)
    }
}

#[cfg(feature = "half")]
impl Float for half::bf16 {
    fn round(draw: f64) -> Self {
        Self::from_f32(to_odd(draw))
    }

    fn block(numbers: &mut [Self]) -> BlockMut<'_> {
        BlockMut::Bf16(numbers)
    }
}

/// The `f32` next to `weight` whose last bit is odd, or `weight` itself: rounded once more, to no more than 22 bits, it gives what `weight`
/// rounded to these gives.[^boldo]
///
/// Conversions of `half` from `f64` go through the nearest `f32`, or drop bits, and miss the nearest number where the first
/// step ends half-way between two.
///
/// [^boldo]: S. Boldo, G. Melquiond (2008). *Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd*.
#[cfg(feature = "half")]
fn to_odd(weight: f64) -> f32 {
    let near = weight as f32;
    let bits = near.to_bits();
    if f64::from(near) == weight || bits & 1 == 1 || !near.is_finite() {
        return near;
    }
    // The weight lies between two floats, of which the other one is odd.
    f32::from_bits(if f64::from(near).abs() > weight.abs() {
        bits - 1
    } else {
        bits + 1
    })
}
