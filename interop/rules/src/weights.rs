//! New weights of a kernel, in memory of their own.

use rand::Rng;
use unit_variance::initializer::{FillError, KernelMut, Weight};
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
    layout.try_fans(shape)?;
    let entries = shape
        .iter()
        .try_fold(1, |n: usize, &axis| n.checked_mul(axis));
    let mut weights = Vec::new();
    if let Some(entries) = entries {
        weights.try_reserve_exact(entries).map_err(|_| {
            FillError::Unfit(format!(
                "there is no memory for a kernel of shape {shape:?}"
            ))
        })?;
        weights.resize(entries, T::round(0.0));
    }
    // Of a shape that has more entries than can be counted, this is the error.
    let kernel = KernelMut::try_of(&mut weights, shape)?;
    initializer.try_fill(kernel, layout, rng)?;
    Ok(weights)
}

/// The weights of a new parameter of one axis: the kernel `(1, n)` from one input to `n` outputs, as a bias is the weights of an input that is
/// always 1.
///
/// # Errors
///
/// As [`weights`].
pub fn vector<T: Weight>(
    initializer: &dyn Initializer,
    n: usize,
    rng: &mut dyn Rng,
) -> Result<Vec<T>, FillError> {
    weights(initializer, &[1, n], Layout::InOut, rng)
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
        assert_eq!(
            error(&[usize::MAX, 1]).to_string(),
            format!(
                "there is no memory for a kernel of shape [{}, 1]",
                usize::MAX
            )
        );
        assert!(matches!(
            error(&[usize::MAX, 2]),
            FillError::Length { found: 0, .. }
        ));
    }
}
