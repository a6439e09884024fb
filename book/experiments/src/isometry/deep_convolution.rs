//! Thousands of convolutions in a row, as matrices: what their kernels do to every signal on a small map.

use clap::Args;
use ndarray::{Array2, ArrayD, IxDyn};
use rand::Rng;
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::initializer::DeltaOrthogonal;
use unit_variance::matrix::{GradedProduct, product, singular_values};
use unit_variance::{
    Convolution, Initializer, KernelOrder, Law, Orthogonal, Streams, VarianceScaling,
};

/// The singular values of many convolutions in a row, by the initializer of their kernels.
///
/// Kernels of width three, on a line of eight places with four channels, or a square of four by four with two. Columns: `initializer`,
/// `dimensions`, `depth`; `largest`, `median` and `smallest` singular value of the product.
/// Delta-orthogonal kernels go on where the smallest values of the others have left the range of floats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Args)]
pub struct DeepConvolution {
    /// The numbers of delta-orthogonal layers, upwards, with commas; the other kernels stop at a hundred.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, value_delimiter = ',', default_value = "1,10,100,10000")]
    #[serde(serialize_with = "option::joined")]
    pub depths: Vec<usize>,
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

/// What lies beyond the border of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Padding {
    /// The other end.
    Circular,
    /// Zeros.
    Zeros,
}

/// A small map of positions and channels, on which a convolution is a matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map {
    /// The length of each side.
    pub sides: Vec<usize>,
    /// The number of channels.
    pub channels: usize,
    /// What lies beyond the border.
    pub padding: Padding,
}

/// The length of a kernel's sides.
const TAPS: usize = 3;

impl Map {
    /// A line of eight places with four channels, or a square of sixteen with two.
    ///
    /// # Panics
    ///
    /// If there are not one or two dimensions.
    pub fn small(dimensions: usize, padding: Padding) -> Self {
        let (sides, channels) = match dimensions {
            1 => (vec![8], 4),
            2 => (vec![4, 4], 2),
            _ => panic!("a small map has one dimension or two, but not {dimensions}"),
        };
        Self {
            sides,
            channels,
            padding,
        }
    }

    /// How many numbers a signal has.
    pub fn size(&self) -> usize {
        self.sides.iter().product::<usize>() * self.channels
    }

    /// The kernel of a layer, with its axes of space first.
    pub fn kernel(&self, initializer: &dyn Initializer, rng: &mut dyn Rng) -> ArrayD<f64> {
        let mut shape = vec![TAPS; self.sides.len()];
        shape.extend([self.channels; 2]);
        let mut kernel = ArrayD::zeros(IxDyn(&shape));
        let layout = Convolution::new(KernelOrder::SpaceInOut).into();
        initializer.fill((&mut kernel).into(), layout, rng);
        kernel
    }

    /// The convolution as a matrix, from signals to signals.
    pub fn matrix(&self, kernel: &ArrayD<f64>) -> Array2<f64> {
        let mut matrix = Array2::zeros((self.size(), self.size()));
        let places: usize = self.sides.iter().product();
        for (at, weight) in kernel.indexed_iter() {
            if *weight == 0.0 {
                continue;
            }
            let taps = self.sides.len();
            let (input, output) = (at[taps], at[taps + 1]);
            for place in 0..places {
                if let Some(from) = self.neighbor(place, |axis| at[axis]) {
                    matrix[[from * self.channels + input, place * self.channels + output]] +=
                        weight;
                }
            }
        }
        matrix
    }

    /// The place from which a tap reads for an output at `place`.
    fn neighbor(&self, mut place: usize, tap: impl Fn(usize) -> usize) -> Option<usize> {
        let (mut from, mut stride) = (0, 1);
        for (axis, side) in self.sides.iter().enumerate().rev() {
            let shifted = place % side + tap(axis);
            place /= side;
            // The tap in the middle reads where it writes.
            let read = match self.padding {
                Padding::Circular => (shifted + side - TAPS / 2) % side,
                Padding::Zeros => shifted.checked_sub(TAPS / 2).filter(|read| read < side)?,
            };
            from += read * stride;
            stride *= side;
        }
        Some(from)
    }

    /// The product of so many layers with kernels from `draw`, as one matrix.
    pub fn product(&self, depth: usize, mut draw: impl FnMut() -> ArrayD<f64>) -> Array2<f64> {
        (0..depth).fold(Array2::eye(self.size()), |sofar, _| {
            product(&sofar, &self.matrix(&draw()))
        })
    }
}

/// Where the others stop.
const MOST: usize = 100;

impl Default for DeepConvolution {
    fn default() -> Self {
        without_options()
    }
}

impl DeepConvolution {
    /// The singular values at each of the depths.
    fn spectra(&self, name: &str, map: &Map) -> Vec<Vec<f64>> {
        let mut rng = Streams::new(self.seed).stream(&format!("{name} {map:?}"));
        let initializer: Box<dyn Initializer> = match name {
            DELTA => Box::new(DeltaOrthogonal::new(1.0)),
            ORTHOGONAL => Box::new(Orthogonal::new(1.0)),
            _ => Box::new(VarianceScaling::lecun(Law::Normal)),
        };
        let mut spectra = Vec::new();
        if name == DELTA {
            let (mut sofar, mut depth) = (Array2::eye(map.size()), 0);
            for &until in &self.depths {
                let layers = map.product(until - depth, || map.kernel(&*initializer, &mut rng));
                (sofar, depth) = (product(&sofar, &layers), until);
                spectra.push(singular_values(&sofar));
            }
            return spectra;
        }
        let mut graded = GradedProduct::new(map.size());
        for depth in 1..=MOST {
            graded.push(&map.matrix(&map.kernel(&*initializer, &mut rng)));
            if self.depths.contains(&depth) {
                spectra.push(graded.singular_values());
            }
        }
        spectra
    }
}

const DELTA: &str = "delta-orthogonal";
const ORTHOGONAL: &str = "orthogonal";
const GAUSSIAN: &str = "lecun";

impl Configuration for DeepConvolution {
    const NAME: &'static str = "deep-convolution";

    fn refusal(&self) -> Option<String> {
        let upwards = self.depths.windows(2).all(|pair| pair[0] < pair[1]);
        (!upwards).then(|| "the numbers of layers go upwards".to_owned())
    }

    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        let mut done = 0;
        for name in [GAUSSIAN, ORTHOGONAL, DELTA] {
            for dimensions in [1, 2] {
                let map = Map::small(dimensions, Padding::Circular);
                let spectra = self.spectra(name, &map);
                for (depth, values) in self.depths.iter().zip(spectra) {
                    rows.push(vec![
                        name.into(),
                        dimensions.into(),
                        (*depth).into(),
                        values[0].into(),
                        values[values.len() / 2].into(),
                        values[values.len() - 1].into(),
                    ]);
                }
                done += 1;
                progress(Progress { done, total: 6 });
            }
        }
        let columns = [
            "initializer",
            "dimensions",
            "depth",
            "largest",
            "median",
            "smallest",
        ];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix_does_what_a_convolution_does() {
        // A kernel that reads the place to the right, on a line.
        let map = Map {
            sides: vec![4],
            channels: 1,
            padding: Padding::Zeros,
        };
        let mut kernel = ArrayD::zeros(IxDyn(&[3, 1, 1]));
        kernel[[2, 0, 0]] = 1.0;
        let signal = ndarray::array![[1.0, 2.0, 3.0, 4.0]];
        let shifted = product(&signal, &map.matrix(&kernel));
        assert_eq!(shifted, ndarray::array![[2.0, 3.0, 4.0, 0.0]]);
        let ring = Map {
            padding: Padding::Circular,
            ..map
        };
        let shifted = product(&signal, &ring.matrix(&kernel));
        assert_eq!(shifted, ndarray::array![[2.0, 3.0, 4.0, 1.0]]);
    }

    #[test]
    fn on_a_square_the_axes_are_not_exchanged() {
        let map = Map {
            sides: vec![2, 3],
            channels: 1,
            padding: Padding::Zeros,
        };
        let mut kernel = ArrayD::zeros(IxDyn(&[3, 3, 1, 1]));
        kernel[[1, 2, 0, 0]] = 1.0;
        let signal = ndarray::array![[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]];
        let shifted = product(&signal, &map.matrix(&kernel));
        assert_eq!(shifted, ndarray::array![[2.0, 3.0, 0.0, 5.0, 6.0, 0.0]]);
    }
}
