//! `W = gain · I`: every input reaches its own output, and no randomness.

use ndarray::ArrayViewMutD;
use rand::Rng;

use super::{Initializer, Layout};

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
/// let mut kernel = Array4::zeros((4, 2, 3, 3));
/// let grouped = Convolution::new(KernelOrder::OutInSpace).groups(2);
/// Identity::new(1.0).fill(kernel.view_mut().into_dyn(), grouped.into(), &mut rng);
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
        assert!(gain.is_finite(), "a gain must be finite, but is {gain}");
        Self { gain }
    }
}

impl Initializer for Identity {
    fn fill(&self, kernel: ArrayViewMutD<'_, f64>, layout: Layout, _rng: &mut dyn Rng) {
        for mut map in layout.maps(kernel) {
            let center = map.center();
            map.set(|input, tap, output| {
                if input == output && tap == center {
                    self.gain
                } else {
                    0.0
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probability::Streams;

    #[test]
    fn a_packed_kernel_is_several_identities() {
        let mut kernel = ndarray::Array2::zeros((2, 6));
        let packed = Layout::PackedInOut { parts: 3 };
        let mut rng = Streams::new(0).stream("unused");
        Identity::new(2.0).fill(kernel.view_mut().into_dyn(), packed, &mut rng);
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
