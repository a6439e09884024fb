//! `run deep-signal`.

use clap::{Args, ValueEnum};
use experiments::{Data, DeepGradient, DeepSignal, Experiment, Weights};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Which way the signal goes
    #[arg(long, value_enum, default_value = "forward")]
    pass: Pass,
    /// The seed of NumPy's legacy stream
    #[arg(long, allow_hyphen_values = true, value_parser = value::numpy_seed, default_value_t = DeepSignal::default().seed)]
    seed: u32,
    /// The number of hidden layers
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = DeepSignal::default().depth)]
    depth: usize,
    /// The number of units in each of them
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = DeepSignal::default().width)]
    width: usize,
    /// The variance of every weight, instead of an initializer; `2/n` is 2 over each matrix's own fan-in
    #[arg(long, allow_hyphen_values = true, value_parser = value::weight_variance, conflicts_with = "initializer")]
    weight_variance: Option<Weights>,
    /// What scales the weights [default: he-fan-in]
    #[arg(long, value_enum)]
    initializer: Option<InitializerName>,
    /// Draw the inputs right after the weights, or as the solved notebook does
    #[arg(long, value_enum, default_value = "fresh")]
    data: DataName,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Pass {
    /// The activations, from the input to the last hidden layer
    Forward,
    /// The gradient of the loss by the pre-activations
    Backward,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum InitializerName {
    /// Variance `2 / fan_in` of each matrix
    HeFanIn,
    /// Variance `2 / fan_out` of each matrix
    HeFanOut,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DataName {
    /// Drawn right after the weights
    Fresh,
    /// Drawn after a 5 x 8 network under the same seed, before the weights are drawn again
    Notebook,
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        let &Self {
            seed, depth, width, ..
        } = self;
        value::demand_memory(value::weights(depth, width))?;
        let weights = match (self.weight_variance, self.initializer) {
            (Some(weights), _) => weights,
            (None, Some(InitializerName::HeFanOut)) => Weights::HeFanOut,
            (None, Some(InitializerName::HeFanIn) | None) => Weights::HeFanIn,
        };
        let forward = |data| DeepSignal {
            seed,
            depth,
            width,
            weights,
            data,
        };
        match (self.pass, self.data) {
            (Pass::Forward, DataName::Fresh) => Ok(Box::new(forward(Data::Fresh))),
            (Pass::Forward, DataName::Notebook) => Ok(Box::new(forward(Data::Notebook))),
            (Pass::Backward, DataName::Fresh) => Ok(Box::new(DeepGradient {
                seed,
                depth,
                width,
                weights,
            })),
            (Pass::Backward, DataName::Notebook) => Err(Refusal::Options(
                "--data is `notebook`, but --pass backward takes one of: fresh (the notebook draws new inputs for it)".to_owned(),
            )),
        }
    }
}
