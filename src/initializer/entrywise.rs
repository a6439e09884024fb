//! Initializers that draw each entry by itself: in any precision, and any part of a kernel alone.

use rand::Rng;

use super::block::{Place, fill_place};
use super::kernel::{KernelMut, Size, in_its_precision};
use super::{Fans, FillError, Initializer, Layout};
use crate::probability::{BlockMut, StreamRng, Streams};

/// An initializer whose weights are independent and of one law, which depends on the fans alone.
///
/// Whoever implements this is an [`Initializer`] that fills kernels of every precision and layout, and
/// parts of them, on any number of threads, with the same weights.
///
/// ```
/// use unit_variance::initializer::{Entrywise, KernelMut, Size};
/// use unit_variance::probability::{BlockMut, StreamRng};
/// use unit_variance::{Fans, Initializer, Layout, Streams};
/// use rand::RngExt;
///
/// /// `w = ±1/√fan_in`, by a fair coin.
/// struct Coins;
///
/// impl Entrywise for Coins {
///     fn size(&self, fans: Fans) -> Size {
///         let size = fans.fan_in().recip().sqrt();
///         Size { std_dev: Some(size), largest: size }
///     }
///
///     fn fill_block(&self, fans: Fans, block: BlockMut<'_>, rng: &mut StreamRng) {
///         let size = fans.fan_in().recip().sqrt();
///         block.fill_with(|| if rng.random() { size } else { -size });
///     }
/// }
///
/// let mut weight = [0_f32; 32];
/// Coins.fill(KernelMut::of(&mut weight, &[2, 16]), Layout::OutIn, &mut Streams::new(1).stream("w"));
/// assert!(weight.iter().all(|w| w.abs() == 0.25));
/// ```
pub trait Entrywise {
    /// Whether the law depends on the fans. One that does not fills biases as well, which have none.
    fn needs_fans(&self) -> bool {
        true
    }

    /// How large the weights of a kernel with these fans are; a NaN is refused.
    fn size(&self, fans: Fans) -> Size;

    /// Fills a block of entries. A shorter block must get the beginning of a longer one.
    fn fill_block(&self, fans: Fans, block: BlockMut<'_>, rng: &mut StreamRng);

    /// Whether there are such weights at all.
    ///
    /// # Errors
    ///
    /// If a parameter is out of its range.
    fn check(&self) -> Result<(), FillError> {
        Ok(())
    }
}

impl<E: Entrywise + Sync> Initializer for E {
    fn try_fill(
        &self,
        kernel: KernelMut<'_>,
        layout: Layout,
        rng: &mut dyn Rng,
    ) -> Result<(), FillError> {
        let whole = kernel.shape().to_vec();
        let first = vec![0; whole.len()];
        self.try_fill_part(kernel, &first, &whole, layout, rng)
    }

    fn try_fill_part(
        &self,
        part: KernelMut<'_>,
        first: &[usize],
        whole: &[usize],
        layout: Layout,
        rng: &mut dyn Rng,
    ) -> Result<(), FillError> {
        self.check()?;
        let fans = match layout {
            Layout::Bias if !self.needs_fans() => Fans::new(1, 1), // nobody looks at them
            _ => layout.try_fans(whole)?,
        };
        let place = Place::of(part.shape(), first, whole, layout)?;
        part.require(self.size(fans))?;
        let streams = Streams::from_rng(rng);
        let draw = |block: BlockMut<'_>, rng: &mut StreamRng| self.fill_block(fans, block, rng);
        in_its_precision!(part, view => fill_place(view, &place, streams, &draw));
        Ok(())
    }
}
