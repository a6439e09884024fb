//! A block of numbers to be filled, in whatever precision it is kept.

use super::float::Float;

/// A block of numbers to be filled with draws: `f64`, `f32`, and with the feature `half` also `f16` and `bf16`.
///
/// [`fill_with`](BlockMut::fill_with) and [`Law::fill_block`](crate::Law::fill_block) make numbers of `f64`, and round each of them once: so filled, a block of every
/// precision holds the same draws.
///
/// ```
/// use unit_variance::probability::BlockMut;
///
/// let mut thirds = [0_f32; 4];
/// BlockMut::from(&mut thirds).fill_with(|| 1.0 / 3.0);
/// assert_eq!(thirds, [1.0 / 3.0; 4]);
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum BlockMut<'a> {
    /// Double precision.
    F64(&'a mut [f64]),
    /// Single precision.
    F32(&'a mut [f32]),
    /// Half precision.
    #[cfg(feature = "half")]
    F16(&'a mut [half::f16]),
    /// Half of a single: eight bits of exponent, eight of precision.
    #[cfg(feature = "half")]
    Bf16(&'a mut [half::bf16]),
}

impl<'a, T: Float> From<&'a mut [T]> for BlockMut<'a> {
    fn from(numbers: &'a mut [T]) -> Self {
        T::block(numbers)
    }
}

impl<'a, T: Float, const N: usize> From<&'a mut [T; N]> for BlockMut<'a> {
    fn from(numbers: &'a mut [T; N]) -> Self {
        T::block(numbers)
    }
}

impl<'a, T: Float> From<&'a mut Vec<T>> for BlockMut<'a> {
    fn from(numbers: &'a mut Vec<T>) -> Self {
        T::block(numbers)
    }
}

/// Does the same with the numbers of whatever precision.
macro_rules! in_their_precision {
    ($block:expr, $numbers:ident => $body:expr) => {
        match $block {
            $crate::probability::BlockMut::F64($numbers) => $body,
            $crate::probability::BlockMut::F32($numbers) => $body,
            #[cfg(feature = "half")]
            $crate::probability::BlockMut::F16($numbers) => $body,
            #[cfg(feature = "half")]
            $crate::probability::BlockMut::Bf16($numbers) => $body,
        }
    };
}
pub(super) use in_their_precision;

impl BlockMut<'_> {
    /// How many numbers there are.
    pub fn len(&self) -> usize {
        in_their_precision!(self, numbers => numbers.len())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills the block with what a function returns, in order, each number rounded once.
    pub fn fill_with(self, mut draw: impl FnMut() -> f64) {
        fn fill<T: Float>(numbers: &mut [T], mut draw: impl FnMut() -> f64) {
            numbers.fill_with(|| T::round(draw()));
        }
        in_their_precision!(self, numbers => fill(numbers, &mut draw));
    }
}
