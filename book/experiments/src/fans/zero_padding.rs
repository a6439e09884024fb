//! What zeros around the maps take from a signal, convolution by convolution.

use clap::Args;
use ndarray::Array2;
use serde::{Serialize, Serializer};

use crate::shared::parallel;
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::Activation;
use unit_variance::initializer::{Initializer, VarianceScaling, zero_padded_terms};
use unit_variance::matrix::product;
use unit_variance::probability::{Law, Moments, Streams};

/// What zeros around the maps take from a signal, convolution by convolution.
///
/// `q'_p = Σ_{p' seen by p} q_{p'} / k²`: what a convolution with a ReLU makes of the mean squares
/// `q_p` of the positions, if its weights have He's variance, `2 / (k² c)`, and what hangs over the
/// border is zero.
///
/// For each length of the (square) maps: the terms that a window sums on average; what one
/// layer keeps of a flat mean square; and what `depth` layers keep of it, on average by the formula,
/// and as the mean and the median of `networks` real ones.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct ZeroPadding {
    /// The lengths of the maps.
    #[arg(long, value_parser = option::count, num_args = 1.., value_delimiter = ' ', default_value = "7 14 28")]
    #[serde(serialize_with = "with_spaces")]
    pub positions: Vec<usize>,
    /// The length of the window, an odd number.
    #[arg(long, allow_hyphen_values = true, value_parser = odd, default_value = "3")]
    pub kernel: usize,
    /// The channels of each layer.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "64")]
    pub channels: usize,
    /// The number of layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "10")]
    pub depth: usize,
    /// The number of networks for each length.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "160")]
    pub networks: usize,
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

impl Default for ZeroPadding {
    fn default() -> Self {
        without_options()
    }
}

fn odd(text: &str) -> Result<usize, &'static str> {
    let number = text.parse().ok();
    number
        .filter(|number| number % 2 == 1)
        .ok_or("an odd number, 1 or more")
}

/// As the option takes them.
fn with_spaces<S: Serializer>(positions: &[usize], serializer: S) -> Result<S::Ok, S::Error> {
    let positions: Vec<String> = positions.iter().map(ToString::to_string).collect();
    serializer.serialize_str(&positions.join(" "))
}

impl ZeroPadding {
    /// What `depth` layers keep of a flat mean square, on average.
    ///
    /// ```
    /// use experiments::fans::ZeroPadding;
    ///
    /// let kept = ZeroPadding::default().expected(7);
    /// assert_eq!(format!("{:.3} {:.3}", kept, kept.powf(0.1)), "0.288 0.883");
    /// ```
    pub fn expected(&self, positions: usize) -> f64 {
        let reach = self.kernel / 2;
        let mut squares = vec![1.0; positions];
        for _ in 0..self.depth {
            squares = (0..positions)
                .map(|p| {
                    let window = p.saturating_sub(reach)..(p + reach + 1).min(positions);
                    squares[window].iter().sum::<f64>() / self.kernel as f64
                })
                .collect();
        }
        // Both axes do the same.
        squares.iter().copied().collect::<Moments>().mean().powi(2)
    }

    /// What the layers of one network keep of the mean square of an input of ones.
    fn measured(&self, positions: usize, streams: Streams) -> f64 {
        let taps = self.kernel * self.kernel;
        let mut h = Array2::ones((positions * positions, self.channels));
        for layer in 0..self.depth {
            let mut rng = streams.stream(&format!("layer.{layer}"));
            let shape = (taps * self.channels, self.channels);
            let weight = VarianceScaling::he(Law::Normal).sample(shape, &mut rng);
            h = product(&self.windows(positions, &h), &weight);
            h.mapv_inplace(|z| Activation::Relu.value(z));
        }
        h.iter().collect::<Moments>().second_moment()
    }

    /// For each position all that its window sees, tap by tap, zeros beyond the border.
    fn windows(&self, positions: usize, h: &Array2<f64>) -> Array2<f64> {
        let (kernel, channels) = (self.kernel, self.channels);
        let mut seen = Array2::zeros((positions * positions, kernel * kernel * channels));
        for (at, mut row) in seen.rows_mut().into_iter().enumerate() {
            let (i, j) = (at / positions, at % positions);
            for tap in 0..kernel * kernel {
                let (a, b) = (i + tap / kernel, j + tap % kernel);
                let inside = |x: usize| x.checked_sub(kernel / 2).filter(|&x| x < positions);
                if let (Some(a), Some(b)) = (inside(a), inside(b)) {
                    row.slice_mut(ndarray::s![tap * channels..(tap + 1) * channels])
                        .assign(&h.row(a * positions + b));
                }
            }
        }
        seen
    }
}

impl Configuration for ZeroPadding {
    const NAME: &'static str = "zero-padding";

    fn refusal(&self) -> Option<String> {
        let kernel = self.kernel;
        let small = self.positions.iter().find(|&&n| n < kernel / 2);
        small.map(|positions| {
            format!(
                "--kernel may be at most twice --positions and one, but is {kernel} on {positions}"
            )
        })
    }

    fn numbers_in_memory(&self) -> f64 {
        let channels = self.channels as f64;
        let window = (self.kernel as f64).powi(2) * channels;
        let one = |&positions: &usize| window * ((positions as f64).powi(2) + channels);
        let sizes = self.positions.iter().map(one);
        sizes.fold(self.networks as f64, f64::max)
    }

    /// # Panics
    ///
    /// If a number is zero, the window has an even length, or one of more than twice the maps'.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(
            self.kernel % 2 == 1 && self.channels > 0 && self.depth > 0 && self.networks > 0,
            "kernel must be odd, and channels, depth and networks positive, but they are {}, {}, {} and {}",
            self.kernel,
            self.channels,
            self.depth,
            self.networks
        );
        let streams = Streams::new(self.seed);
        let rows = (1..).zip(&self.positions).map(|(done, &positions)| {
            let terms = zero_padded_terms(self.kernel, positions).powi(2);
            let one = |network| {
                self.measured(positions, streams.family(&format!("{positions}.{network}")))
            };
            let mut kept: Vec<f64> = parallel::map(0..self.networks, one);
            kept.sort_by(f64::total_cmp);
            progress(Progress {
                done,
                total: self.positions.len() as u64,
            });
            let mean = kept.iter().copied().collect::<Moments>().mean();
            let (low, high) = (kept[(kept.len() - 1) / 2], kept[kept.len() / 2]);
            let numbers = [
                terms,
                terms / (self.kernel * self.kernel) as f64,
                self.expected(positions),
                mean,
                f64::midpoint(low, high),
            ];
            let first = Cell::from(positions);
            std::iter::once(first)
                .chain(numbers.map(Cell::from))
                .collect()
        });
        let rows = rows.collect();
        let columns = ["positions", "terms", "one", "expected", "mean", "median"];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_layer_keeps_the_share_of_the_terms() {
        let one = ZeroPadding {
            depth: 1,
            kernel: 5,
            ..ZeroPadding::default()
        };
        for positions in [2, 3, 7, 20] {
            let share = zero_padded_terms(5, positions).powi(2) / 25.0;
            assert!((one.expected(positions) - share).abs() < 1e-14);
        }
    }

    #[test]
    fn a_window_sees_its_neighbors_and_zeros() {
        let small = ZeroPadding {
            channels: 1,
            ..ZeroPadding::default()
        };
        let h = Array2::from_shape_fn((4, 1), |(i, _)| 1.0 + i as f64);
        let seen = small.windows(2, &h);
        assert_eq!(
            seen.row(0).to_vec(),
            [0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 0.0, 3.0, 4.0]
        );
    }
}
