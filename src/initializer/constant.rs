//! One value everywhere, and no randomness.

use ndarray::ArrayViewMutD;
use rand::Rng;

use super::{Initializer, Layout};

/// `w = c` for every weight. Right for biases (`Constant(0.0)`), fatal for hidden weights.
///
/// ```
/// use unit_variance::{Constant, Fans, Initializer, Streams};
///
/// let weight = Constant(0.0).sample(Fans::new(2, 3), &mut Streams::new(0).stream("unused"));
/// assert!(weight.iter().all(|&w| w == 0.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Constant(pub f64);

impl Initializer for Constant {
    fn fill(&self, mut kernel: ArrayViewMutD<'_, f64>, _layout: Layout, _rng: &mut dyn Rng) {
        kernel.fill(self.0);
    }
}
