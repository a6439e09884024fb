//! Which networks have a gradient after their first step, and through which outputs.

use rayon::prelude::*;

use super::{Epoch, Faults, TenInitializers};
use crate::{Cell, Experiment, Progress, Table};

/// The networks that have a gradient in the second epoch, over the runs from many seeds.
///
/// Columns: `seed`; `initializer`; `name`, the same in words; `outputs`, how many outputs are above zero
/// for an input of the second epoch; and `before`, at how many inputs of the first epoch such an output was
/// above zero, at most. A network without a gradient in the second epoch has no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TenSurvivors {
    /// The runs are from the seeds `0..seeds`.
    pub seeds: u32,
    /// The run, but for its seed and the number of its epochs.
    pub run: TenInitializers,
}

impl Default for TenSurvivors {
    fn default() -> Self {
        Self {
            seeds: 30,
            run: TenInitializers {
                faults: Faults::AS_WRITTEN,
                ..TenInitializers::default()
            },
        }
    }
}

impl TenSurvivors {
    fn of(&self, seed: u32) -> Vec<Vec<Cell>> {
        let run = TenInitializers {
            seed,
            epochs: 2,
            ..self.run
        };
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

impl Experiment for TenSurvivors {
    fn name(&self) -> &'static str {
        "ten-survivors"
    }

    fn parameters(&self) -> Vec<(String, Cell)> {
        let mut parameters = self.run.parameters();
        parameters.retain(|(name, _)| name != "seed" && name != "epochs");
        parameters.push(("seeds".into(), u64::from(self.seeds).into()));
        parameters
    }

    /// # Panics
    ///
    /// As [`TenInitializers`].
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let rows: Vec<Vec<Vec<Cell>>> = (0..self.seeds)
            .into_par_iter()
            .map(|seed| self.of(seed))
            .collect();
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
            run: TenInitializers {
                points: 50,
                width: 40,
                faults: Faults::NONE,
                ..TenInitializers::default()
            },
        };
        let table = few.run(&mut |_| {});
        let most = table.numbers("before");
        assert!(most.iter().all(|n| (0.0..=50.0).contains(n)), "{most:?}");

        let mut expected = Vec::new();
        for seed in 0..few.seeds {
            let run = TenInitializers {
                seed,
                epochs: 2,
                ..few.run
            };
            let layers = run.run(&mut |_| {});
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
