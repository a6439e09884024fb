//! LSUV: weights that are divided by the standard deviation that they make on a batch, layer by layer.

use clap::Args;
use ndarray::{Array2, ArrayRef2};
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::initializer::Normal;
use unit_variance::{Activation, Initializer, Moments, Network, Orthogonal, Streams};

/// The factors by which LSUV multiplies the rotations of a network, and the gains that are computed without data.
///
/// Columns: `activation`, `layer`, `factor` and `gain`: 1 for the first layer, which reads the standard normal inputs, and `1/√E φ²` of the
/// activation below for the others.
#[derive(Debug, Clone, PartialEq, Serialize, Args)]
pub struct Lsuv {
    /// Activations, with commas.
    #[arg(long, allow_hyphen_values = true, value_delimiter = ',', value_parser = option::activation, default_value = "relu,tanh,gelu")]
    #[serde(serialize_with = "option::joined")]
    pub activation: Vec<Activation>,
    /// The number of layers.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "4")]
    pub depth: usize,
    /// The number of units in each layer, and of inputs.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "128")]
    pub width: usize,
    /// The number of rows of the batch.
    #[arg(long, allow_hyphen_values = true, value_parser = option::at_least_two, default_value = "256")]
    pub batch: usize,
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
}

impl Default for Lsuv {
    fn default() -> Self {
        without_options()
    }
}

/// A layer that nothing can be learned from at its start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeadLayer {
    /// Which one, from 0.
    pub layer: usize,
    /// The variance of its pre-activations.
    pub variance: f64,
}

// ANCHOR: one_pass
/// Divides the weights of every layer by the standard deviation of its pre-activations on a batch, from the first layer on; gives
/// the factors.
///
/// # Errors
///
/// If a variance is not a positive finite number: that of the first such layer.
pub fn one_pass(network: &mut Network, x: &ArrayRef2<f64>) -> Result<Vec<f64>, DeadLayer> {
    let mut signal = x.to_owned();
    let mut factors = Vec::with_capacity(network.layers.len());
    for (i, layer) in network.layers.iter_mut().enumerate() {
        let z = layer.forward(&signal).preactivation;
        let variance = z.iter().collect::<Moments>().std_dev().powi(2);
        if !(variance > 0.0 && variance.is_finite()) {
            return Err(DeadLayer { layer: i, variance });
        }
        let factor = variance.sqrt().recip();
        layer.weight *= factor;
        factors.push(factor);
        // What the next layer reads is what the rescaled one puts out.
        signal = layer.forward(&signal).activation;
    }
    Ok(factors)
}
// ANCHOR_END: one_pass

impl Configuration for Lsuv {
    const NAME: &'static str = "lsuv";

    fn numbers_in_memory(&self) -> f64 {
        option::weights(self.depth, self.width) + 4.0 * (self.batch * self.width) as f64
    }

    /// # Panics
    ///
    /// If a layer is dead.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        let total = self.activation.len() as u64;
        for (done, phi) in (1..).zip(&self.activation) {
            let streams = Streams::new(self.seed).family(&phi.to_string());
            let widths = vec![self.width; self.depth + 1];
            let rotation = Orthogonal::new(1.0);
            let mut network =
                Network::init(&widths, *phi, &rotation, &mut streams.stream("weights"));
            let x: Array2<f64> = Normal::new(0.0, 1.0)
                .sample((self.batch, self.width), &mut streams.stream("inputs"));
            let factors = one_pass(&mut network, &x).unwrap_or_else(|dead| {
                panic!("layer {} has variance {}", dead.layer, dead.variance)
            });
            for (layer, factor) in (1_u64..).zip(factors) {
                let gain = if layer == 1 { 1.0 } else { phi.gain() };
                rows.push(vec![
                    phi.name().as_str().into(),
                    layer.into(),
                    factor.into(),
                    gain.into(),
                ]);
            }
            progress(Progress { done, total });
        }
        Table::of(self, &["activation", "layer", "factor", "gain"], rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;
    use unit_variance::Dense;

    #[test]
    fn factors_are_measured_gains() {
        let table = Lsuv::default().run(&mut |_| {});
        let [factors, gains] = ["factor", "gain"].map(|column| table.numbers(column));
        for (factor, gain) in factors.iter().zip(gains) {
            assert!((factor / gain - 1.0).abs() < 0.15, "{factor} for {gain}");
        }
    }

    #[test]
    fn two_layers_are_rescaled_by_hand() {
        let layer = |w: f64| Dense::new(array![[w]], Activation::Relu);
        let mut network = Network {
            layers: vec![layer(5.0), layer(-7.0)],
        };
        // ±5 becomes ±1; behind the ReLU 1 and 0, of standard deviation 1/2, times 7.
        let factors = one_pass(&mut network, &array![[1.0], [-1.0]]).expect("both vary");
        assert_eq!(factors, [0.2, 2.0 / 7.0]);
        // A last ReLU that is off is no matter, but one whose layer reads nothing is.
        network.layers[0].weight.fill(0.0);
        let dead = one_pass(&mut network, &array![[1.0], [-1.0]]).expect_err("nothing varies");
        assert_eq!((dead.layer, dead.variance), (0, 0.0));
    }
}
