//! Gradient descent of a linear unit on the digits, below and above the rate that their mean allows.

use std::sync::Arc;

use clap::Args;
use ndarray::{Array1, Axis};
use serde::Serialize;

use super::pixels::{Pixels, Quadratic, two_largest};
use crate::shared::data::{Mnist, write_digest};
use crate::{Cell, Configuration, Progress, Table, option};
use unit_variance::matrix::product;

/// Half the mean squared error of a linear unit that tells even digits from odd ones, step by step from zero weights.
///
/// Columns: `step`, and for the pixels as they are (`raw`) and with the mean of each subtracted (`centered`, the target's as well), the
/// loss at a rate by a share `margin` below the largest one and above it. Summary: the largest rates.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct DigitsDescent {
    /// The digits.
    #[arg(skip)]
    #[serde(serialize_with = "write_digest")]
    pub data: Arc<Mnist>,
    /// The number of steps.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "150")]
    pub steps: usize,
    /// By which share the rates lie below and above the largest one.
    #[arg(long, allow_hyphen_values = true, value_parser = option::share, default_value = "0.03")]
    pub margin: f64,
}

impl DigitsDescent {
    /// On these digits.
    pub fn new(data: Arc<Mnist>) -> Self {
        Self {
            data,
            steps: 150,
            margin: 0.03,
        }
    }
}

/// The loss before each step of this rate, and after the last.
pub fn descend(of: &Quadratic, rate: f64, steps: usize) -> Vec<f64> {
    let mut weights = Array1::<f64>::zeros(of.slope.len());
    let mut losses = Vec::with_capacity(steps + 1);
    for _ in 0..=steps {
        let row = weights.view().insert_axis(Axis(0));
        let applied = product(&row, &of.hessian).remove_axis(Axis(0));
        let pairs = weights.iter().zip(applied.iter().zip(&of.slope));
        let loss: f64 = pairs.map(|(w, (a, b))| w * (a - 2.0 * b)).sum();
        losses.push(0.5 * (loss + of.square));
        weights = weights - rate * (applied - &of.slope);
    }
    losses
}

impl Configuration for DigitsDescent {
    const NAME: &'static str = "digits-descent";

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let pixels = Pixels::of(self.data.train());
        let mut columns = vec!["step".to_owned()];
        let (mut losses, mut summary) = (Vec::new(), Vec::new());
        for (done, (name, of)) in
            (1..).zip([("raw", pixels.raw()), ("centered", pixels.centered())])
        {
            let [largest, _] = two_largest(&of.hessian);
            let limit = 2.0 / largest;
            summary.push((format!("{name}_largest_rate"), limit.into()));
            for (side, factor) in [("below", 1.0 - self.margin), ("above", 1.0 + self.margin)] {
                columns.push(format!("{name}_{side}"));
                losses.push(descend(&of, factor * limit, self.steps));
            }
            progress(Progress { done, total: 2 });
        }
        let row = |step: usize| -> Vec<Cell> {
            let cells = losses.iter().map(|of| of[step].into());
            std::iter::once(step.into()).chain(cells).collect()
        };
        let rows = (0..=self.steps).map(row).collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        Table::of(self, &columns, rows).with_summary(summary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::classifier::tests::small_data;
    use ndarray::array;

    #[test]
    fn one_weight_descends_as_by_hand() {
        // (2 w² − 2 w + 1)/2: from 0 by 0.5 (1 − 2w) to 1/2, where it stays.
        let of = Quadratic {
            hessian: array![[2.0]],
            slope: array![1.0],
            square: 1.0,
        };
        assert_eq!(descend(&of, 0.5, 2), [0.5, 0.25, 0.25]);
        // At the largest rate, 1, it goes from one side to the other for ever.
        assert_eq!(descend(&of, 1.0, 3), [0.5; 4]);
    }

    #[test]
    fn the_largest_rate_is_between_the_two() {
        let mut small = DigitsDescent::new(Arc::new(small_data()));
        small.steps = 300;
        let table = small.run(&mut |_| {});
        for name in ["raw", "centered"] {
            let [below, above] =
                ["below", "above"].map(|side| table.numbers(&format!("{name}_{side}")));
            assert!(below[300] < below[0], "{name}");
            assert!(above[300] > 100.0 * above[0], "{name}");
        }
    }
}
