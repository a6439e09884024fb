//! `W = gain · I`: every input reaches its own output, and no randomness.

use rand::Rng;

use super::kernel::{KernelMut, Size};
use super::linear_map::fill_maps;
use super::parameter_error::{ParameterError, finite};
use super::{FillError, Initializer, Layout};

/// `w_ij = gain` where `i = j`, else 0; on a convolution at the kernel's center alone (Dirac).[^dirac]
///
/// The layer passes its input on unchanged, times the gain, as far as there are outputs for it. A
/// kernel in groups does so within each group. The center of an even kernel is right of its middle.
///
/// ```
/// use ndarray::{Array4, array};
/// use unit_variance::{Convolution, Identity, Initializer, KernelOrder, Streams};
///
/// let mut rng = Streams::new(0).stream("unused");
/// let weight = Identity::new(1.0).sample((2, 3), &mut rng);
/// assert_eq!(weight, array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]);
///
/// let mut kernel = Array4::<f64>::zeros((4, 2, 3, 3));
/// let grouped = Convolution::new(KernelOrder::OutInSpace).groups(2);
/// Identity::new(1.0).fill((&mut kernel).into(), grouped.into(), &mut rng);
/// assert_eq!((kernel[[3, 1, 1, 1]], kernel.sum()), (1.0, 4.0));
/// ```
///
/// [^dirac]: S. Zagoruyko, N. Komodakis (2017). [*DiracNets*](https://arxiv.org/abs/1706.00388).
#[doc(alias = "dirac")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Identity {
    gain: f64,
}

impl Identity {
    /// `W = gain · I`.
    ///
    /// # Panics
    ///
    /// If the gain is not finite.
    #[track_caller]
    pub fn new(gain: f64) -> Self {
        Self::try_new(gain).unwrap_or_else(|error| panic!("{error}"))
    }

    /// `W = gain · I`, for a gain that somebody gave.
    ///
    /// # Errors
    ///
    /// If the gain is not finite.
    pub fn try_new(gain: f64) -> Result<Self, ParameterError> {
        let gain = finite("a gain", gain)?;
        Ok(Self { gain })
    }
}

impl Initializer for Identity {
    fn try_fill(
        &self,
        kernel: KernelMut<'_>,
        layout: Layout,
        _rng: &mut dyn Rng,
    ) -> Result<(), FillError> {
        fill_maps(kernel, layout, Size::of_gain(self.gain.abs()), |_, map| {
            map.set_center(|input, output| if input == output { self.gain } else { 0.0 });
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probability::Streams;

    #[test]
    fn a_packed_kernel_is_several_identities() {
        let mut kernel = ndarray::Array2::<f64>::zeros((2, 6));
        let packed = Layout::PackedInOut { parts: 3 };
        let mut rng = Streams::new(0).stream("unused");
        Identity::new(2.0).fill((&mut kernel).into(), packed, &mut rng);
        let row = [2.0, 0.0, 2.0, 0.0, 2.0, 0.0];
        assert_eq!(kernel.row(0).to_vec(), row);
    }

    #[test]
    fn inputs_without_an_output_end() {
        let mut rng = Streams::new(0).stream("unused");
        let weight = Identity::new(1.0).sample((5, 2), &mut rng);
        assert_eq!(weight.sum(), 2.0);
    }

    #[test]
    #[should_panic(expected = "a gain must be finite, but is NaN")]
    fn a_nan_gain_is_refused() {
        let _ = Identity::new(f64::NAN);
    }
}
