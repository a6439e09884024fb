//! The points that the notebook's nets learn.

use clap::Args;
use serde::Serialize;
use unit_variance::probability::NumpyLegacy;

use crate::shared::data::Spiral;
use crate::{Configuration, Progress, Table, option, without_options};

/// The points of the notebook's spiral, arm after arm from the inside outwards.
///
/// `(r sin t, r cos t)` with a radius `r` that grows from 0 to 1 along each of three arms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct SpiralPoints {
    /// The seed of NumPy's legacy stream.
    #[arg(long, allow_hyphen_values = true, value_parser = option::numpy_seed, default_value = "0")]
    pub seed: u32,
    /// The number of points in each of the three classes.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "100")]
    pub points: usize,
}

impl Default for SpiralPoints {
    fn default() -> Self {
        without_options()
    }
}

impl Configuration for SpiralPoints {
    const NAME: &'static str = "spiral-points";

    fn numbers_in_memory(&self) -> f64 {
        12.0 * self.points as f64
    }

    fn refusal(&self) -> Option<String> {
        (self.points < 2).then(|| "an arm of the spiral has two points or more".to_owned())
    }

    /// # Panics
    ///
    /// If an arm has fewer than two points.
    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let spiral = Spiral::notebook(self.points, &mut NumpyLegacy::new(self.seed));
        let points = spiral.points.rows().into_iter().zip(&spiral.labels);
        let rows = points
            .map(|(point, arm)| vec![point[0].into(), point[1].into(), u64::from(*arm).into()])
            .collect();
        Table::of(self, &["x", "y", "arm"], rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_arm_has_its_points() {
        let table = SpiralPoints::default().run(&mut |_| {});
        for arm in 0..3 {
            let of_arm = table
                .numbers("arm")
                .into_iter()
                .filter(|of| *of == f64::from(arm));
            assert_eq!(of_arm.count(), 100);
        }
    }
}
