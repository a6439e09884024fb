//! The singular values of the gates of a recurrent kernel: cut out of one wide matrix with orthonormal rows, and drawn
//! one by one.

use clap::Args;
use ndarray::{Array2, s};
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::evidence::{largest, smallest};
use unit_variance::matrix::singular_values;
use unit_variance::{Initializer, Orthogonal, Streams};

/// The singular values of the gates of a recurrent kernel.
///
/// A kernel of shape `(h, 4h)` or `(h, 3h)` with orthonormal rows, as Keras draws it, and its gates, the blocks of
/// shape `(h, h)`; beside them gates that are drawn one by one, as Flax' linen draws them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Args)]
pub struct LstmGates {
    /// How many units the layer has
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "128")]
    pub units: usize,
    /// How many kernels are drawn
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "4")]
    pub draws: usize,
    /// The seed of the streams
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "0")]
    pub seed: u64,
}

impl Default for LstmGates {
    fn default() -> Self {
        without_options()
    }
}

impl LstmGates {
    /// The gates of a kernel: of one wide matrix, or each a matrix of its own.
    fn gates(&self, gates: usize, is_packed: bool, streams: Streams) -> Vec<Array2<f64>> {
        let h = self.units;
        let orthogonal = Orthogonal::new(1.0);
        if is_packed {
            let kernel = orthogonal.sample((h, gates * h), &mut streams.stream("kernel"));
            let gate = |g: usize| kernel.slice(s![.., g * h..(g + 1) * h]).to_owned();
            return (0..gates).map(gate).collect();
        }
        let gate = |g: usize| orthogonal.sample((h, h), &mut streams.stream(&format!("gate.{g}")));
        (0..gates).map(gate).collect()
    }
}

impl Configuration for LstmGates {
    const NAME: &'static str = "lstm-gates";

    fn numbers_in_memory(&self) -> f64 {
        12.0 * (self.units as f64).powi(2)
    }

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let kinds = [
            ("LSTM, one matrix (h, 4h)", 4, true),
            ("GRU, one matrix (h, 3h)", 3, true),
            ("LSTM, gate by gate", 4, false),
        ];
        let total = (kinds.len() * self.draws) as u64;
        let mut done = 0;
        let rows = kinds.map(|(name, gates, is_packed)| {
            let mut found = Vec::new();
            for draw in 0..self.draws {
                let streams = Streams::new(self.seed).family(&format!("{name}.{draw}"));
                for gate in self.gates(gates, is_packed, streams) {
                    found.extend(singular_values(&gate));
                }
                done += 1;
                progress(Progress { done, total });
            }
            let mean_square = found.iter().map(|x| x * x).sum::<f64>() / found.len() as f64;
            let (least, most) = (
                smallest(found.iter().copied()),
                largest(found.iter().copied()),
            );
            let numbers = [mean_square.sqrt(), least, most].map(Cell::from);
            std::iter::once(name.into()).chain(numbers).collect()
        });
        let columns = ["kernel", "rms", "smallest", "largest"];
        Table::of(self, &columns, rows.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_share_the_rows_of_one_matrix_or_have_their_own() {
        let gates = LstmGates {
            units: 24,
            draws: 2,
            seed: 5,
        };
        let table = gates.run(&mut |_| {});
        let [rms, least, most] = ["rms", "smallest", "largest"].map(|column| table.numbers(column));
        // The squares of a row of length one are shared out among four gates, or three; none can stretch.
        for (row, gates) in [(0, 4_f64), (1, 3.0)] {
            assert!((rms[row] - gates.sqrt().recip()).abs() < 1e-12, "{rms:?}");
            assert!(least[row] < rms[row] && rms[row] < most[row] && most[row] < 1.0);
        }
        for one in [rms[2], least[2], most[2]] {
            assert!((one - 1.0).abs() < 1e-12, "{one}");
        }
    }
}
