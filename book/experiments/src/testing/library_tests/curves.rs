//! How often six tests pass, by how wrong the variance is.

use clap::Args;
use serde::Serialize;

use super::{
    KERAS_DRAWS, KolmogorovTest, PYTORCH_ALPHA, PYTORCH_MATRICES, SampleVariance, book_normal,
    burn_normal, keras_variance_scaling, lux_kaiming_normal,
};
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::probability::Law;

/// How often six tests pass, by how wrong the variance is.
///
/// That is the probability that a test passes if the variance is `factor` times the right one, for
/// six tests of normal initializers; the factors are equal steps of the logarithm, and the default
/// has one half and two among them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct PassCurves {
    /// The largest factor by which the variance is wrong; the smallest is one over it.
    #[arg(long, allow_hyphen_values = true, value_parser = more_than_one, default_value = "4.0")]
    pub reach: f64,
    /// The number of steps from the smallest to the largest.
    #[arg(long, allow_hyphen_values = true, value_parser = option::small_count, default_value = "160")]
    pub steps: u32,
}

impl Default for PassCurves {
    fn default() -> Self {
        without_options()
    }
}

fn more_than_one(text: &str) -> Result<f64, &'static str> {
    let number = option::positive(text).ok();
    number
        .filter(|number| *number > 1.0)
        .ok_or("a finite number, more than 1")
}

impl Configuration for PassCurves {
    const NAME: &'static str = "pass-curves";

    /// # Panics
    ///
    /// If the reach is not more than 1, or there are no steps.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(
            self.reach > 1.0 && self.steps > 0,
            "the reach must be more than 1 and the steps positive, but they are {} and {}",
            self.reach,
            self.steps
        );
        let keras = SampleVariance::new(Law::TRUNCATED_NORMAL, KERAS_DRAWS);
        let pytorch = KolmogorovTest::new(PYTORCH_MATRICES[0], PYTORCH_ALPHA);
        let rows = (0..=self.steps).map(|i| {
            let exponent = 2.0 * f64::from(i) / f64::from(self.steps) - 1.0;
            let factor = libm::pow(self.reach, exponent);
            progress(Progress {
                done: u64::from(i),
                total: u64::from(self.steps),
            });
            let numbers = [
                factor,
                keras_variance_scaling(&keras, [factor.sqrt(); 2]),
                pytorch.passes_scaled_normal(factor.sqrt()),
                burn_normal(1_000, factor),
                burn_normal(10_000, factor),
                lux_kaiming_normal(factor),
                book_normal(factor),
            ];
            numbers.map(Cell::from).into()
        });
        let rows = rows.collect();
        Table::of(
            self,
            &[
                "factor",
                "keras",
                "pytorch",
                "burn_1000",
                "burn_10000",
                "lux",
                "book",
            ],
            rows,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_passes_what_is_right_and_some_pass_half() {
        let config = PassCurves {
            reach: 2.0,
            steps: 2,
        };
        let table = config.run(&mut |_| {});
        for column in ["keras", "pytorch", "burn_1000", "burn_10000", "lux", "book"] {
            assert!(table.numbers(column)[1] > 0.95, "{column}");
        }
        assert!(table.numbers("keras")[0] > 0.8);
        assert!(table.numbers("book")[0] < 1e-9);
    }
}
