//! The largest eigenvalues of the digits' second moments, and the rates that they allow.

use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use super::pixels::{Pixels, two_largest};
use crate::shared::data::{Mnist, write_digest};
use crate::{Cell, Configuration, Progress, Table};

/// The two largest eigenvalues of `E x xᵀ` over the digits' pixels, and twice the inverse of the larger one.
///
/// Columns: `inputs` (`raw`, pixels from 0 to 1; `centered`, the mean of each pixel subtracted; `standardized`, one mean subtracted from
/// all, and divided by one standard deviation), `largest`, `second`, and `largest_rate`: below it gradient descent on half the mean squared
/// error of a linear unit converges.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct DigitsSpectrum {
    /// The digits.
    #[arg(skip)]
    #[serde(serialize_with = "write_digest")]
    pub data: Arc<Mnist>,
}

impl Configuration for DigitsSpectrum {
    const NAME: &'static str = "digits-spectrum";

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let pixels = Pixels::of(self.data.train());
        let rows = [
            ("raw", pixels.raw().hessian),
            ("centered", pixels.centered().hessian),
            ("standardized", pixels.standardized()),
        ];
        let rows = rows.map(|(inputs, hessian)| -> Vec<Cell> {
            let [largest, second] = two_largest(&hessian);
            let rate = 2.0 / largest;
            vec![inputs.into(), largest.into(), second.into(), rate.into()]
        });
        let columns = ["inputs", "largest", "second", "largest_rate"];
        Table::of(self, &columns, rows.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::classifier::tests::small_data;

    #[test]
    fn the_mean_adds_to_the_largest_eigenvalue_and_the_others_interlace() {
        let data = Arc::new(small_data());
        let table = DigitsSpectrum { data }.run(&mut |_| {});
        let [largest, second, rate] =
            ["largest", "second", "largest_rate"].map(|column| table.numbers(column));
        assert!(largest[0] > largest[1] && largest[1] >= second[0] && second[0] >= second[1]);
        assert_eq!(rate[0], 2.0 / largest[0]);
    }
}
