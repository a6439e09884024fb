//! Ten initializers of a small ReLU net, compared: a notebook as it was written, and repaired.
//!
//! Three affine layers of 100 units, each followed by a ReLU, take 1000 standard normal inputs
//! through five epochs of gradient descent on the sum of their outputs. Mean and standard deviation
//! of the output of every layer in the forward pass, and of every gradient in the backward pass, are compared.
//!
//! As written, the notebook has seven faults, all of them kept under [`Faults::AS_WRITTEN`]:
//!
//! 1. The truncated normal, LeCun, Xavier and He "normal" weights compute a standard deviation each
//!    and then all use the one of the second initializer, 0.01: four names for one law.
//! 2. That law is cut at ±1 standard deviation and not corrected for the cut: its variance is 0.291
//!    of what is asked for.
//! 3. The uniform weights take the standard deviation for the bound (a third of the variance), and
//!    Xavier takes `1 / (n + m)` for `2 / (n + m)`.
//! 4. The ReLU masks the gradient it is given in place, so that the recorded gradient of an affine
//!    layer is that of the ReLU below it.
//! 5. From the second epoch on, the gradient of the output is the one that the first ReLU passed down in
//!    the epoch before. Once every gradient of an epoch is zero, all later ones are zero.
//! 6. From the second epoch on, the input is what entered the last ReLU in the epoch before.
//! 7. The gradient is summed over the 1000 inputs, so that the first step, at a rate of 0.01, takes
//!    most output units below zero for all inputs.
//!
//! Repaired: the library's own initializers, the truncated ones cut at ±2 standard deviations and
//! corrected; fresh inputs and a gradient of ones in every epoch; nothing masked in place; the step
//! takes the mean over the inputs. The loss remains the notebook's: the sum of outputs that are never
//! negative, and so least where every output is dead.

use std::str::FromStr;

use clap::{ArgAction, Args};
use ndarray::Array2;
use rand_distr::{Distribution, StandardNormal};
use serde::Serialize;

use super::{Fault, Faults, NotebookLaw, TEN_INITIALIZERS, expected_rule, faults};
use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::activation::Activation;
use unit_variance::initializer::{Constant, Initializer};
use unit_variance::network::{Dense, Gradients, Network, Optimizer, Trace, TrainingState};
use unit_variance::probability::{Moments, NumpyLegacy, Streams};

/// Ten initializers of a small ReLU net: moments of signals and gradients, by layer and epoch.
///
/// Columns: `initializer`, `epoch`, `layer` (0 to 5), `kind` (`affine` or `relu`), and for the
/// layer's output `forward_mean`, `forward_std`, `forward_rms`, for the gradient of the layer's input
/// `backward_mean`, `backward_std`, `backward_rms`. An epoch's weights are those before its step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct TenInitializers {
    /// Keep the notebook's faults, and its numbers: stale inputs, a stale output gradient, masks in place,
    /// one spread for four laws, summed gradients.
    #[arg(id = "version", long = "as-written", action = ArgAction::SetTrue, value_parser = Faults::from_str, default_value = faults::REPAIRED, default_missing_value = faults::AS_WRITTEN)]
    #[serde(rename = "version")]
    pub faults: Faults,
    /// The seed: of the streams, or of NumPy's legacy stream with the notebook's weights.
    #[arg(long, allow_hyphen_values = true, value_parser = option::numpy_seed, default_value = "0")]
    pub seed: u32,
    /// How many steps are taken, each after the signals were measured.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "5")]
    pub epochs: usize,
    /// The number of units in each layer.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "100")]
    pub width: usize,
    /// The number of inputs.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "1000")]
    pub points: usize,
}

const LAYERS: usize = 3;
const RATE: f64 = 0.01;

impl Default for TenInitializers {
    fn default() -> Self {
        without_options()
    }
}

impl TenInitializers {
    /// Hands every epoch of every initializer to `look`.
    ///
    /// # Panics
    ///
    /// If a size or the number of epochs is zero.
    #[track_caller]
    pub(super) fn watch(
        &self,
        progress: &mut dyn FnMut(Progress),
        mut look: impl FnMut(&'static str, usize, &Epoch),
    ) {
        assert!(
            self.epochs > 0 && self.width > 0 && self.points > 0,
            "epochs, width and points must be positive, but are {}, {} and {}",
            self.epochs,
            self.width,
            self.points
        );
        let mut numpy = NumpyLegacy::new(self.seed);
        for (done, name) in TEN_INITIALIZERS.into_iter().enumerate() {
            let numbers = if self.faults.has(Fault::Weights) {
                Numbers::Notebook(&mut numpy)
            } else {
                Numbers::Streams(Streams::new(u64::from(self.seed)).family(name))
            };
            self.train(name, numbers, |epoch, seen| look(name, epoch, seen));
            progress(Progress {
                done: done as u64 + 1,
                total: TEN_INITIALIZERS.len() as u64,
            });
        }
    }

    fn train(&self, name: &str, mut numbers: Numbers, mut look: impl FnMut(usize, &Epoch)) {
        let keeps = |fault| self.faults.has(fault);
        let (points, n) = (self.points, self.width);
        let rate = if keeps(Fault::SummedGradient) {
            RATE
        } else {
            RATE / points as f64
        };
        let mut state = TrainingState::new(numbers.network(name, n));
        let mut x = numbers.inputs(0, (points, n));
        let mut dy = Array2::ones((points, n));
        for epoch in 0..self.epochs {
            if epoch > 0 && !keeps(Fault::StaleInputs) {
                x = numbers.inputs(epoch, (points, n));
            }
            let trace = state.network.forward(&x);
            let gradients = state.network.backward(&trace, &dy);
            look(
                epoch,
                &Epoch::of(&trace, &gradients, keeps(Fault::MasksInPlace)),
            );
            state = Optimizer::Sgd.step(state, &gradients, rate);
            if keeps(Fault::StaleInputs) {
                x.assign(&trace.layers[LAYERS - 1].preactivation);
            }
            if keeps(Fault::StaleGradient) {
                dy.assign(&gradients.layers[0].delta);
            }
        }
    }
}

/// Where weights and inputs come from.
enum Numbers<'a> {
    /// From NumPy's legacy stream, in the notebook's order and by its laws.
    Notebook(&'a mut NumpyLegacy),
    /// From the library's initializers and streams.
    Streams(Streams),
}

impl Numbers<'_> {
    fn network(&mut self, name: &str, n: usize) -> Network {
        match self {
            Self::Notebook(numpy) => {
                let written = NotebookLaw::of(name, n);
                let mut layer = || {
                    let weight = Array2::from_shape_simple_fn((n, n), || written.draw(numpy));
                    Dense::new(weight, Activation::Relu)
                };
                Network {
                    layers: (0..LAYERS).map(|_| layer()).collect(),
                }
            }
            Self::Streams(streams) => {
                let init = |rule: &dyn Initializer| {
                    let mut rng = streams.stream("weights");
                    Network::init(&[n; LAYERS + 1], Activation::Relu, rule, &mut rng)
                };
                expected_rule(name, n).map_or_else(|| init(&Constant::ZERO), |rule| init(&rule))
            }
        }
    }

    fn inputs(&mut self, epoch: usize, shape: (usize, usize)) -> Array2<f64> {
        match self {
            Self::Notebook(numpy) => {
                Array2::from_shape_simple_fn(shape, || numpy.standard_normal())
            }
            Self::Streams(streams) => {
                let mut rng = streams.stream(&format!("epoch.{epoch}.inputs"));
                Array2::from_shape_simple_fn(shape, || StandardNormal.sample(&mut rng))
            }
        }
    }
}

/// What one net computed in one epoch, layer by layer in the notebook's sense: affine, ReLU, affine, …
pub(super) struct Epoch<'a> {
    /// What left each layer upwards.
    pub(super) forward: Vec<&'a Array2<f64>>,
    /// What left each layer downwards: the gradient of its input.
    pub(super) backward: Vec<&'a Array2<f64>>,
}

impl<'a> Epoch<'a> {
    fn of(trace: &'a Trace, gradients: &'a Gradients, masked_in_place: bool) -> Self {
        let mut seen = Self {
            forward: Vec::new(),
            backward: Vec::new(),
        };
        for (signal, gradient) in trace.layers.iter().zip(&gradients.layers) {
            seen.forward
                .extend([&signal.preactivation, &signal.activation]);
            // In place, the mask is written over what the affine layer above had recorded.
            let above = if masked_in_place {
                &gradient.delta
            } else {
                &gradient.activation
            };
            seen.backward.extend([&gradient.delta, above]);
        }
        // The gradient of the output is given, and that of the input comes out at the bottom.
        seen.backward.pop();
        seen.backward.insert(0, &gradients.input);
        seen
    }
}

impl Configuration for TenInitializers {
    const NAME: &'static str = "ten-initializers";

    fn numbers_in_memory(&self) -> f64 {
        // Six signals and six gradients of one epoch, and a row of the table for each.
        let signals = 12.0 * self.points as f64 * self.width as f64;
        signals + option::weights(6, self.width) + 600.0 * self.epochs as f64
    }

    /// # Panics
    ///
    /// If a size or the number of epochs is zero.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        let mut rows = Vec::new();
        self.watch(progress, |name, epoch, seen| {
            for (layer, signals) in seen.forward.iter().zip(&seen.backward).enumerate() {
                let kind = if layer % 2 == 0 { "affine" } else { "relu" };
                let mut row: Vec<Cell> = vec![name.into(), epoch.into(), layer.into(), kind.into()];
                for signal in [signals.0, signals.1] {
                    let moments: Moments = signal.iter().collect();
                    row.extend([moments.mean(), moments.std_dev(), moments.rms()].map(Cell::from));
                }
                rows.push(row);
            }
        });
        let columns = [
            "initializer",
            "epoch",
            "layer",
            "kind",
            "forward_mean",
            "forward_std",
            "forward_rms",
            "backward_mean",
            "backward_std",
            "backward_rms",
        ];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn reference() -> Value {
        serde_json::from_str(include_str!("../../../../tests/data/ten_initializers.json"))
            .expect("the reference is JSON")
    }

    fn column(table: &Table, initializer: &str, column: &str) -> Vec<f64> {
        let names = table.column("initializer");
        names
            .zip(table.numbers(column))
            .filter(|(name, _)| **name == Cell::from(initializer))
            .map(|(_, number)| number)
            .collect()
    }

    #[test]
    fn repaired_the_moments_are_those_of_an_independent_implementation() {
        // The reference has mean and spread over 20 seeds of its own; ours must be a draw like those. Its
        // distance, in spreads, over √(1 + 1/20) is t₁₉: beyond 12 for one of 180 numbers with probability 5e-8.
        let table = TenInitializers::default().run(&mut |_| {});
        let reference = reference();
        let tables = reference["corrected_mean"]["tables"]
            .as_object()
            .expect("tables");
        assert_eq!(tables.len(), 3);
        for (initializer, expected) in tables {
            for name in ["forward_std", "backward_std"] {
                let ours = column(&table, initializer, name);
                for (at, ours) in ours.into_iter().enumerate() {
                    let of = |key: &str| {
                        expected[name][key][at / 6][at % 6]
                            .as_f64()
                            .expect("a number")
                    };
                    assert!(
                        (ours - of("mean")).abs() < 12.0 * of("sd") + 1e-12,
                        "{initializer} {name} {at}: {ours}, {} ± {}",
                        of("mean"),
                        of("sd")
                    );
                }
            }
        }
    }

    #[test]
    fn gradients_are_masked_in_place_only_as_written() {
        let config = TenInitializers {
            epochs: 1,
            width: 10,
            points: 50,
            ..TenInitializers::default()
        };
        for faults in [
            Faults::NONE,
            Faults::AS_WRITTEN.without(Fault::MasksInPlace),
            Faults::AS_WRITTEN,
        ] {
            let table = TenInitializers { faults, ..config }.run(&mut |_| {});
            let std = column(&table, "he_uniform", "backward_std");
            let in_place = faults.has(Fault::MasksInPlace);
            assert_eq!(std[1] == std[2], in_place);
            assert_eq!(std[3] == std[4], in_place);
        }
    }

    #[test]
    #[should_panic(expected = "must be positive, but are 5, 0 and 1000")]
    fn a_net_without_units_is_refused() {
        let _ = TenInitializers {
            width: 0,
            ..TenInitializers::default()
        }
        .run(&mut |_| {});
    }
}
