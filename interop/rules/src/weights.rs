//! New weights of a kernel, in memory of their own.

use rand::Rng;
use unit_variance::initializer::{FillError, KernelMut, LayoutError, Weight};
use unit_variance::{Initializer, Layout};

/// The weights of a new kernel of this shape, the last axis fastest: what [`Initializer::try_fill`] writes.
///
/// ```
/// use unit_variance::{Law, Layout, Streams, VarianceScaling};
///
/// let he = VarianceScaling::he(Law::Uniform);
/// let weight = unit_variance_rules::weights::<f32>(&he, &[256, 784], Layout::OutIn, &mut Streams::new(7).stream("w"))?;
/// assert_eq!(weight.len(), 256 * 784);
/// assert!(weight.iter().all(|w| w.abs() <= (6.0_f32 / 784.0).sqrt()));
/// # Ok::<(), unit_variance::initializer::FillError>(())
/// ```
///
/// # Errors
///
/// If the initializer cannot fill such a kernel, or there is no memory for it.
pub fn weights<T: Weight>(
    initializer: &dyn Initializer,
    shape: &[usize],
    layout: Layout,
    rng: &mut dyn Rng,
) -> Result<Vec<T>, FillError> {
    match layout.try_fans(shape) {
        Ok(_) | Err(LayoutError::NoFans(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let entries = shape
        .iter()
        .try_fold(1, |n: usize, &axis| n.checked_mul(axis));
    let mut weights = Vec::new();
    if let Some(entries) = entries {
        let reserved = weights.try_reserve_exact(entries);
        reserved.map_err(|_| FillError::Memory(shape.to_vec()))?;
        weights.resize(entries, T::round(0.0));
    }
    // Of a shape that has more entries than can be counted, this is the error.
    let kernel = KernelMut::try_of(&mut weights, shape)?;
    initializer.try_fill(kernel, layout, rng)?;
    Ok(weights)
}

#[cfg(test)]
mod tests {
    use unit_variance::{Constant, Streams};

    use super::*;

    #[test]
    fn a_shape_that_no_memory_holds_is_an_error() {
        let error = |shape: &[usize]| {
            let mut rng = Streams::new(0).stream("w");
            weights::<f32>(&Constant(0.0), shape, Layout::InOut, &mut rng).unwrap_err()
        };
        let most = [usize::MAX, 1];
        assert_eq!(error(&most), FillError::Memory(most.to_vec()));
        assert!(matches!(
            error(&[usize::MAX, 2]),
            FillError::Length { found: 0, .. }
        ));
    }

    #[test]
    fn what_does_not_look_at_the_axes_gets_none_that_do_not_fit_either() {
        let error = |shape: &[usize], layout: Layout| {
            let mut rng = Streams::new(0).stream("w");
            let error = weights::<f32>(&Constant(1.0), shape, layout, &mut rng).unwrap_err();
            error.to_string()
        };
        assert_eq!(
            error(&[2, 3, 4], Layout::InOut),
            "a dense kernel has two axes, but this one has shape [2, 3, 4]"
        );
        assert_eq!(
            error(&[2, 3], Layout::Bias),
            "a vector of biases has one axis, but this one has shape [2, 3]"
        );
        assert_eq!(
            error(&[0], Layout::Bias),
            "fans must be positive, but the kernel has shape [0]"
        );
    }
}
