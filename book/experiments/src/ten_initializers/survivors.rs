//! Which networks have a gradient after their first step, and through which outputs.

use std::str::FromStr;

use clap::{ArgAction, Args};
use serde::Serialize;

use super::ten_initializers::Epoch;
use super::{Faults, TenInitializers, faults};
use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};

/// Which of the notebook's networks have a gradient after their first step, over many seeds.
///
/// Columns: `seed`; `initializer`; `name`, the same in words; `outputs`, how many outputs are above zero
/// for an input of the second epoch; and `before`, at how many inputs of the first epoch such an output was
/// above zero, at most. A network without a gradient in the second epoch has no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct TenSurvivors {
    /// Repair the notebook's faults.
    #[arg(id = "version", long = "repaired", action = ArgAction::SetTrue, value_parser = Faults::from_str, default_value = faults::AS_WRITTEN, default_missing_value = faults::REPAIRED)]
    #[serde(rename = "version")]
    pub faults: Faults,
    /// The number of units in each layer.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value_t = TenInitializers::default().width)]
    pub width: usize,
    /// The number of inputs.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value_t = TenInitializers::default().points)]
    pub points: usize,
    /// How many runs are looked at, from the seed 0 on.
    #[arg(long, allow_hyphen_values = true, value_parser = option::small_count, default_value = "30")]
    pub seeds: u32,
}

impl Default for TenSurvivors {
    fn default() -> Self {
        without_options()
    }
}

impl TenSurvivors {
    fn run_of(&self, seed: u32) -> TenInitializers {
        TenInitializers {
            faults: self.faults,
            seed,
            epochs: 2,
            width: self.width,
            points: self.points,
        }
    }

    fn of(&self, seed: u32) -> Vec<Vec<Cell>> {
        let run = self.run_of(seed);
        let (mut before, mut rows) = (Vec::new(), Vec::new());
        run.watch(&mut |_| {}, |name, epoch, seen| {
            let active = active_inputs(seen);
            if epoch == 0 {
                before = active;
            } else if seen.backward.iter().any(|g| g.iter().any(|g| *g != 0.0)) {
                let pairs = before.iter().zip(&active);
                let alive = || pairs.clone().filter(|(_, now)| **now > 0);
                let most = alive().map(|(before, _)| *before).max().unwrap_or(0);
                rows.push(vec![
                    u64::from(seed).into(),
                    name.into(),
                    super::ten_in_words(name).into(),
                    alive().count().into(),
                    most.into(),
                ]);
            }
        });
        rows
    }
}

/// At how many inputs each output is above zero.
fn active_inputs(seen: &Epoch) -> Vec<usize> {
    let outputs = seen.forward[seen.forward.len() - 1];
    let count = |output: ndarray::ArrayView1<f64>| output.iter().filter(|h| **h > 0.0).count();
    outputs.columns().into_iter().map(count).collect()
}

impl Configuration for TenSurvivors {
    const NAME: &'static str = "ten-survivors";

    fn numbers_in_memory(&self) -> f64 {
        let at_a_time = parallel::threads().min(self.seeds as usize);
        at_a_time as f64 * self.run_of(0).numbers_in_memory()
    }

    /// # Panics
    ///
    /// As [`TenInitializers`].
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let rows: Vec<Vec<Vec<Cell>>> = parallel::map(0..self.seeds, |seed| self.of(seed));
        progress(Progress { done: 1, total: 1 });
        let columns = ["seed", "initializer", "name", "outputs", "before"];
        let rows: Vec<Vec<Cell>> = rows.into_iter().flatten().collect();
        let runs: std::collections::BTreeSet<String> =
            rows.iter().map(|row| row[0].to_string()).collect();
        let summary = vec![
            ("runs".into(), runs.len().into()),
            ("networks".into(), rows.len().into()),
        ];
        Table {
            summary,
            ..Table::of(self, &columns, rows)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_network_with_a_gradient_in_the_second_epoch_has_a_row() {
        let few = TenSurvivors {
            seeds: 2,
            points: 50,
            width: 40,
            faults: Faults::NONE,
        };
        let table = few.run(&mut |_| {});
        let most = table.numbers("before");
        assert!(most.iter().all(|n| (0.0..=50.0).contains(n)), "{most:?}");

        let mut expected = Vec::new();
        for seed in 0..few.seeds {
            let layers = few.run_of(seed).run(&mut |_| {});
            let gradients = layers.numbers("backward_rms");
            let with_gradient = layers
                .rows
                .iter()
                .zip(gradients)
                .filter(|(row, gradient)| row[1].to_string() == "1" && *gradient != 0.0);
            let mut names: Vec<(String, String)> = with_gradient
                .map(|(row, _)| (seed.to_string(), row[0].to_string()))
                .collect();
            names.dedup();
            expected.extend(names);
        }
        let found: Vec<(String, String)> = table
            .rows
            .iter()
            .map(|row| (row[0].to_string(), row[1].to_string()))
            .collect();
        assert_eq!(found, expected);
        assert!(!found.is_empty());
    }
}
