//! What a ReLU keeps of a symmetric signal: half of its second moment.

use clap::Args;
use serde::Serialize;
use unit_variance::probability::gaussian_density;

use crate::{Cell, Configuration, Progress, Table, option, without_options};

/// The standard normal density `φ(z)`, and the integrand `z² φ(z)` of its second moment, at places from −4 to 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct ReluHalf {
    /// The number of places between two whole numbers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "20")]
    pub steps: usize,
}

/// How far the places reach to both sides.
const REACH: u32 = 4;

impl Default for ReluHalf {
    fn default() -> Self {
        without_options()
    }
}

impl Configuration for ReluHalf {
    const NAME: &'static str = "relu-half";

    fn constants() -> Vec<(String, Cell)> {
        vec![("reach".into(), u64::from(REACH).into())]
    }

    fn numbers_in_memory(&self) -> f64 {
        6.0 * f64::from(REACH) * self.steps as f64
    }

    /// # Panics
    ///
    /// If there are no steps.
    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        assert!(self.steps > 0, "there are no places between two numbers");
        let steps = self.steps as f64;
        let last = REACH as usize * self.steps;
        let rows = (0..=2 * last).map(|i| {
            let z = (i as f64 - last as f64) / steps;
            let density = gaussian_density(z);
            [z, density, z * z * density].map(Cell::from).into()
        });
        Table::of(self, &["z", "density", "z² density"], rows.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn each_hump_has_the_area_one_half() {
        let table = ReluHalf::default().run(&mut |_| {});
        let integrand = table.numbers("z² density");
        let right: f64 = integrand[80..].iter().sum::<f64>() / 20.0;
        // What lies beyond four is 6e-4.
        assert_relative_eq!(right, 0.5, epsilon = 1e-3);
    }
}
