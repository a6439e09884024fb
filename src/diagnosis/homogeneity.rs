//! Whether all rows, or all columns, can have one variance: after training they have not, long before entries look odd.

use super::law_set::Allowed;
use super::mean_square::mean_square_interval;
use super::slices::Slice;

/// Whether there is one `σ` in the set that every slice allows, each tested at `alpha` over the number of slices.
pub(super) fn is_homogeneous(
    allowed: &Allowed,
    slices: &[Slice],
    length: u64,
    unit: f64,
    alpha: f64,
) -> bool {
    if slices.len() < 2 || length < 2 {
        return true;
    }
    let (low, high) = mean_square_interval(allowed.law, length, alpha / slices.len() as f64);
    let squares = || slices.iter().map(|slice| slice.squares / length as f64);
    let largest = squares().fold(0.0, f64::max);
    let smallest = squares().fold(f64::INFINITY, f64::min);
    // Σx²/(Nσ²) from low to high, for the largest and the smallest of them.
    let least = (largest / high).sqrt() * (1.0 - 2.0 * unit);
    let most = (smallest / low).sqrt() * (1.0 + 2.0 * unit);
    least.max(allowed.std_dev.0) <= most.min(allowed.std_dev.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::{Facts, Precision, allowed_laws};
    use crate::{Initializer, Law, Streams, VarianceScaling};

    #[test]
    fn rows_of_one_variance_are_and_a_row_that_is_thrice_as_long_is_not() {
        for law in [Law::Normal, Law::Uniform] {
            let he = VarianceScaling::he(law);
            let mut weight = he.sample((64, 200), &mut Streams::new(8).stream("w"));
            let facts = Facts::of(weight.view().into_dyn(), Precision::F64);
            let allowed = allowed_laws(&facts, 1e-6)
                .into_iter()
                .find(|a| a.law == law)
                .expect("it is true");
            assert!(is_homogeneous(&allowed, &facts.rows, 200, 0.0, 1e-6));
            assert!(is_homogeneous(&allowed, &facts.columns, 64, 0.0, 1e-6));
            weight.row_mut(9).mapv_inplace(|w| 3.0 * w);
            let facts = Facts::of(weight.view().into_dyn(), Precision::F64);
            assert!(!is_homogeneous(&allowed, &facts.rows, 200, 0.0, 1e-6));
        }
    }
}
