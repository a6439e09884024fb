//! Which regions of the plane the nets of the spiral give to which class.

use clap::Args;
use ndarray::{Array2, s};
use serde::Serialize;

use super::SpiralNets;
use super::learned::{Learned, learned};
use crate::{Configuration, Progress, Table, option, without_options};
use unit_variance::evidence::{largest, smallest};
use unit_variance::network::guesses;

/// The regions of the plane that the two nets of the spiral end with.
///
/// Which class each net of [`VanishingGradient`](super::VanishingGradient) gives to every point of a grid, in the end.
///
/// Columns: `x`, `y`, `sigmoid_class`, `relu_class`, row after row of the grid, which reaches 1
/// beyond the outermost points, as in the notebook.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Args)]
pub struct SpiralBoundaries {
    /// The nets that are asked.
    #[command(flatten)]
    #[serde(flatten)]
    pub nets: SpiralNets,
    /// The number of grid points on each side.
    #[arg(long, allow_hyphen_values = true, value_parser = option::at_least_two, default_value = "101")]
    pub resolution: usize,
}

impl Default for SpiralBoundaries {
    fn default() -> Self {
        without_options()
    }
}

impl Configuration for SpiralBoundaries {
    const NAME: &'static str = "spiral-boundaries";

    fn numbers_in_memory(&self) -> f64 {
        let signals = 2.0 * option::weights(1, self.resolution) * self.nets.width as f64;
        let grid = signals + option::weights(20, self.resolution);
        grid.max(self.nets.numbers_in_memory())
    }

    /// # Panics
    ///
    /// As [`VanishingGradient`](super::VanishingGradient); if the resolution is below 2.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let n = self.resolution;
        assert!(
            n >= 2,
            "a grid has at least 2 points on each side, but this one has {n}"
        );
        let Learned { spiral, networks } = learned(self.nets, progress);
        let sides = [0, 1].map(|axis| {
            let along = spiral.points.slice(s![.., axis]);
            let low = smallest(along.iter().copied()) - 1.0;
            let high = largest(along.iter().copied()) + 1.0;
            move |i: usize| low + (high - low) * i as f64 / (n - 1) as f64
        });
        let grid = Array2::from_shape_fn((n * n, 2), |(point, axis)| {
            sides[axis](if axis == 0 { point % n } else { point / n })
        });
        let [sigmoid, relu] = networks.map(|network| network.outputs(&grid));
        let rows = grid
            .rows()
            .into_iter()
            .zip(guesses(&sigmoid).zip(guesses(&relu)))
            .map(|(point, (sigmoid, relu))| {
                vec![
                    point[0].into(),
                    point[1].into(),
                    sigmoid.into(),
                    relu.into(),
                ]
            })
            .collect();
        Table::of(self, &["x", "y", "sigmoid_class", "relu_class"], rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_cover_the_grid_row_by_row() {
        let boundaries = SpiralBoundaries {
            nets: SpiralNets {
                steps: 1,
                ..SpiralNets::default()
            },
            resolution: 3,
        };
        let table = boundaries.run(&mut |_| {});
        let (x, y) = (table.numbers("x"), table.numbers("y"));
        assert_eq!(table.rows.len(), 9);
        assert!(x[0] < x[1] && y[0] == y[2] && y[2] < y[3] && x[0] == x[3]);
        assert!(table.numbers("relu_class").iter().all(|class| *class < 3.0));
    }
}
