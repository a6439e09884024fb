//! Every activation by value and slope, as curves.

use clap::Args;
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::activation::Activation;

/// Value and slope of every activation.
///
/// That is `φ(z)` and `φ'(z)`, for `z` from `−reach` to `reach`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct Activations {
    /// The largest argument.
    #[arg(long, allow_hyphen_values = true, value_parser = option::small_count, default_value = "4")]
    pub reach: u32,
    /// How many steps there are from one whole number to the next.
    #[arg(long, allow_hyphen_values = true, value_parser = option::small_count, default_value = "10")]
    pub steps: u32,
}

impl Default for Activations {
    fn default() -> Self {
        without_options()
    }
}

impl Configuration for Activations {
    const NAME: &'static str = "activations";

    fn numbers_in_memory(&self) -> f64 {
        // A row for each of the activations, and a row is larger than its four numbers.
        let rows = 2.0 * f64::from(self.reach) * f64::from(self.steps);
        20.0 * Activation::ALL.len() as f64 * rows
    }

    /// # Panics
    ///
    /// If there are no steps.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(
            self.steps > 0,
            "there must be at least one step, but there is none"
        );
        let end = i64::from(self.reach) * i64::from(self.steps);
        let mut rows = Vec::new();
        for (done, phi) in (1..).zip(Activation::ALL) {
            for i in -end..=end {
                let z = i as f64 / f64::from(self.steps);
                let numbers = [z, phi.value(z), phi.slope(z)].map(Cell::from);
                rows.push([Cell::from(phi.name().as_str())].into_iter().chain(numbers));
            }
            progress(Progress {
                done,
                total: Activation::ALL.len() as u64,
            });
        }
        let rows = rows.into_iter().map(Iterator::collect).collect();
        Table::of(self, &["activation", "z", "value", "slope"], rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eighteen_curves_begin_and_end_at_the_reach() {
        let table = Activations { reach: 2, steps: 3 }.run(&mut |_| {});
        let z = table.numbers("z");
        assert_eq!(z.len(), 18 * 13);
        assert_eq!((z[0], z[6], z[12], z[13]), (-2.0, 0.0, 2.0, -2.0));
        let (value, slope) = (table.numbers("value"), table.numbers("slope"));
        // The second is the ReLU.
        assert_eq!(value[13..26].iter().sum::<f64>(), 7.0);
        assert_eq!(slope[13..26].iter().sum::<f64>(), 6.0);
    }
}
