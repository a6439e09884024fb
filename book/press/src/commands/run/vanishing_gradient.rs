//! `run vanishing-gradient`, and the regions that its nets end with.

use clap::Args;
use experiments::Experiment;
use experiments::vanishing_gradient::{SpiralBoundaries, SpiralWeights, VanishingGradient};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct NetOptions {
    /// The seed of NumPy's legacy stream
    #[arg(long, allow_hyphen_values = true, value_parser = value::numpy_seed, default_value_t = VanishingGradient::default().seed)]
    seed: u32,
    /// How many steps of gradient descent both nets take
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = VanishingGradient::default().steps)]
    iterations: usize,
    /// The number of units in each of the two hidden layers
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = VanishingGradient::default().width)]
    width: usize,
    /// The number of points in each of the three arms of the spiral
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = VanishingGradient::default().points)]
    points: usize,
    /// The standard deviation of every weight at the start [default: 0.1]
    #[arg(long, allow_hyphen_values = true, value_parser = value::positive)]
    weight_std_dev: Option<f64>,
    /// The standard deviation times the square root of the number of inputs, instead: LeCun's is 1, He's 1.4142
    #[arg(long, allow_hyphen_values = true, value_parser = value::positive, conflicts_with = "weight_std_dev")]
    gain: Option<f64>,
}

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    nets: NetOptions,
    /// How many steps lie between two rows; the last step always has one
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = VanishingGradient::default().every)]
    every: usize,
    /// Divide the gradients of a matrix by rows plus columns, as the notebook does, and not by their number
    #[arg(long)]
    as_written: bool,
}

#[derive(Debug, Args)]
pub(super) struct BoundaryOptions {
    #[command(flatten)]
    nets: NetOptions,
    /// The number of grid points on each side
    #[arg(long, allow_hyphen_values = true, value_parser = value::at_least_two, default_value_t = SpiralBoundaries::default().resolution)]
    resolution: usize,
}

impl NetOptions {
    /// The run with as many rows as these options say.
    fn run(&self, every: usize, as_written: bool) -> Result<VanishingGradient, Refusal> {
        let signals = 12.0 * self.points as f64 * (2.0 * self.width as f64 + 3.0);
        let rows = self.iterations as f64 / every as f64;
        value::demand_memory(signals + value::weights(6, self.width) + 40.0 * rows)?;
        let weights = match (self.weight_std_dev, self.gain) {
            (None, None) => VanishingGradient::default().weights,
            (Some(std_dev), _) => SpiralWeights::StdDev(std_dev),
            (None, Some(gain)) => SpiralWeights::GainOverFanIn(gain),
        };
        Ok(VanishingGradient {
            seed: self.seed,
            steps: self.iterations,
            every,
            width: self.width,
            points: self.points,
            weights,
            as_written,
        })
    }
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        Ok(Box::new(self.nets.run(self.every, self.as_written)?))
    }
}

impl Configure for BoundaryOptions {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        let signals = 2.0 * value::weights(1, self.resolution) * self.nets.width as f64;
        value::demand_memory(signals + value::weights(20, self.resolution))?;
        Ok(Box::new(SpiralBoundaries {
            run: self.nets.run(self.nets.iterations, false)?,
            resolution: self.resolution,
        }))
    }
}
