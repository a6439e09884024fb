//! `run mnist`, the same digits by deeper nets, `run mnist-depth`, and the digits themselves, `run mnist-pixels`.

use std::sync::Arc;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use experiments::data::Mnist;
use experiments::{Experiment, MnistConfiguration, MnistDepth, MnistInitializers, MnistPixels};
use press::digits;

use super::{Configure, Refusal, value};
use crate::root;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// An initialization and the activation of the hidden layer; several with commas [default: all]
    #[arg(long, value_delimiter = ',', value_parser = configurations())]
    configuration: Vec<MnistConfiguration>,
    /// The first seed of the streams
    #[arg(long, allow_hyphen_values = true, value_parser = value::seed, default_value_t = 0)]
    seed: u64,
    /// How many seeds from there on
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = MnistInitializers::SEEDS)]
    seeds: usize,
    /// How many batches of 100 images each net learns from; 600 are an epoch
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = MnistInitializers::ITERATIONS)]
    iterations: usize,
    /// How many iterations lie between two rows; the last iteration always has one
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = MnistInitializers::EVERY)]
    every: usize,
}

#[derive(Debug, Args)]
pub(super) struct DepthOptions {
    /// Numbers of layers, the readout among them, with commas
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = value::count, default_values_t = MnistDepth::LAYERS)]
    layers: Vec<usize>,
    /// The first seed of the streams
    #[arg(long, allow_hyphen_values = true, value_parser = value::seed, default_value_t = 0)]
    seed: u64,
    /// How many seeds from there on
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = MnistDepth::SEEDS)]
    seeds: usize,
    /// How many batches of 100 images each net learns from; 600 are an epoch
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = MnistDepth::ITERATIONS)]
    iterations: usize,
    /// The learning rate of the first epoch
    #[arg(long, allow_hyphen_values = true, value_parser = value::positive, default_value_t = MnistDepth::RATE)]
    rate: f64,
    /// The number of units in each hidden layer
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, default_value_t = MnistDepth::WIDTH)]
    width: usize,
}

#[derive(Debug, Args)]
pub(super) struct PixelOptions {}

impl Configure for PixelOptions {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        Ok(Box::new(MnistPixels { data: data()? }))
    }
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        let configurations = if self.configuration.is_empty() {
            MnistConfiguration::ALL.to_vec()
        } else {
            self.configuration.clone()
        };
        let nets = self.seeds as f64 * configurations.len() as f64;
        let records = 40.0 * self.iterations as f64 / self.every as f64;
        // Weights, gradients and velocities, and the order of the images.
        value::demand_memory(nets * (4e5 + records))?;
        Ok(Box::new(MnistInitializers {
            data: data()?,
            configurations,
            seed: self.seed,
            seeds: self.seeds,
            iterations: self.iterations,
            every: self.every,
        }))
    }
}

impl Configure for DepthOptions {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        let hidden: f64 = self.layers.iter().map(|layers| *layers as f64).sum();
        let weights = value::weights(1, self.width) * hidden + 1000.0 * self.width as f64;
        // Two activations under four initializers: weights, gradients and velocities.
        value::demand_memory(8.0 * self.seeds as f64 * 4.0 * weights)?;
        Ok(Box::new(MnistDepth {
            layers: self.layers.clone(),
            seed: self.seed,
            seeds: self.seeds,
            iterations: self.iterations,
            rate: self.rate,
            width: self.width,
            ..MnistDepth::new(data()?)
        }))
    }
}

fn data() -> Result<Arc<Mnist>, Refusal> {
    let digits = root::find().and_then(|root| digits::read(&root));
    digits.map(Arc::new).map_err(Refusal::Data)
}

fn configurations() -> impl TypedValueParser<Value = MnistConfiguration> {
    PossibleValuesParser::new(MnistConfiguration::ALL.map(MnistConfiguration::name))
        .map(|name| MnistConfiguration::named(&name).expect("a listed name"))
}
