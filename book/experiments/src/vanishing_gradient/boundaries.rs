//! Which regions of the plane the nets of the spiral give to which class.

use ndarray::{Array2, s};
use serde::{Deserialize, Serialize};

use super::VanishingGradient;
use crate::shared::classifier::classes;
use crate::{Cell, Experiment, Progress, Table};

/// Which class each net of [`VanishingGradient`] gives to every point of a grid, in the end.
///
/// Columns: `x`, `y`, `sigmoid_class`, `relu_class`, row after row of the grid, which reaches 1
/// beyond the outermost points, as in the notebook.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SpiralBoundaries {
    /// The run whose nets are asked.
    pub run: VanishingGradient,
    /// The number of grid points on each side.
    pub resolution: usize,
}

impl Default for SpiralBoundaries {
    fn default() -> Self {
        Self {
            run: VanishingGradient::default(),
            resolution: 101,
        }
    }
}

impl Experiment for SpiralBoundaries {
    fn name(&self) -> &'static str {
        "spiral-boundaries"
    }

    fn parameters(&self) -> Vec<(String, Cell)> {
        let mut parameters = self.run.shared_parameters();
        parameters.push(("resolution".into(), self.resolution.into()));
        parameters
    }

    /// # Panics
    ///
    /// As [`VanishingGradient`]; if the resolution is below 2.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let n = self.resolution;
        assert!(
            n >= 2,
            "a grid has at least 2 points on each side, but this one has {n}"
        );
        let (spiral, nets) = self.run.train(progress);
        let sides = [0, 1].map(|axis| {
            let along = spiral.points.slice(s![.., axis]);
            let low = along.iter().copied().fold(f64::INFINITY, f64::min) - 1.0;
            let high = along.iter().copied().fold(f64::NEG_INFINITY, f64::max) + 1.0;
            move |i: usize| low + (high - low) * i as f64 / (n - 1) as f64
        });
        let grid = Array2::from_shape_fn((n * n, 2), |(point, axis)| {
            sides[axis](if axis == 0 { point % n } else { point / n })
        });
        let [sigmoid, relu] = nets.map(|net| net.network().outputs(&grid));
        let rows = grid
            .rows()
            .into_iter()
            .zip(classes(&sigmoid).zip(classes(&relu)))
            .map(|(point, (sigmoid, relu))| {
                vec![
                    point[0].into(),
                    point[1].into(),
                    u64::from(sigmoid).into(),
                    u64::from(relu).into(),
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
            run: VanishingGradient {
                steps: 1,
                ..VanishingGradient::default()
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
