//! Training steps: gradient descent, momentum, Nesterov, as functions from values to values.

use ndarray::{Array, Array1, Array2, Dimension, Zip};

use super::elementwise::{each_pair_with, each_with};
use super::{Gradients, Network};

/// How a gradient becomes a step.
///
/// With gradient `g`, learning rate `η` and momentum `μ`, from parameters `w` and velocity `v`:
///
/// | | `v'` | `w'` |
/// |---|---|---|
/// | `Sgd` | `g` | `w − η v'` |
/// | `Momentum` | `μ v + g` | `w − η v'` |
/// | `Nesterov` | `μ v + g` | `w − η (μ v' + g)` |
///
/// as PyTorch's `SGD` does it: the rate multiplies the velocity, and is not part of it.[^sutskever]
///
/// [^sutskever]: I. Sutskever, J. Martens, G. Dahl, G. Hinton (2013). *On the importance of initialization and momentum in deep learning*. ICML.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Optimizer {
    /// Plain gradient descent.
    Sgd,
    /// Gradient descent with momentum, the heavy ball.
    Momentum {
        /// `μ`, from 0 to below 1.
        #[cfg_attr(
            feature = "serde",
            serde(deserialize_with = "crate::probability::number::below_one")
        )]
        momentum: f64,
    },
    /// Nesterov's accelerated gradient.
    Nesterov {
        /// `μ`, from 0 to below 1.
        #[cfg_attr(
            feature = "serde",
            serde(deserialize_with = "crate::probability::number::below_one")
        )]
        momentum: f64,
    },
}

/// A network in training: its parameters, and how fast they were moving.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingState {
    /// The network.
    pub network: Network,
    /// The velocity of weights and biases, layer by layer.
    pub velocity: Vec<(Array2<f64>, Array1<f64>)>,
}

impl TrainingState {
    /// A network at rest: every velocity is 0.
    pub fn new(network: Network) -> Self {
        let layers = network.layers.iter();
        let velocity = layers
            .map(|layer| {
                (
                    Array2::zeros(layer.weight.dim()),
                    Array1::zeros(layer.bias.dim()),
                )
            })
            .collect();
        Self { network, velocity }
    }
}

impl Optimizer {
    /// The state after one step against the gradients, with learning rate `rate`.
    ///
    /// ```
    /// use ndarray::array;
    /// use unit_variance::network::{Optimizer, TrainingState};
    /// use unit_variance::{Activation, Dense, Loss, Network};
    ///
    /// let layer = Dense::new(array![[3.0]], Activation::Identity);
    /// let mut state = TrainingState::new(Network { layers: vec![layer] });
    /// let (x, loss) = (array![[1.0]], Loss::SumOfSquares { targets: array![[0.0]] });
    /// for _ in 0..100 {
    ///     let gradients = state.network.gradients(&x, &loss);
    ///     state = Optimizer::Momentum { momentum: 0.5 }.step(state, &gradients, 0.1);
    /// }
    /// assert!(loss.value(state.network.forward(&x).output()) < 1e-12);
    /// ```
    ///
    /// # Panics
    ///
    /// If the rate is negative, infinite or NaN, the momentum is not from 0 to below 1, or the
    /// gradients have not the shapes of the parameters.
    #[must_use]
    #[track_caller]
    pub fn step(self, state: TrainingState, gradients: &Gradients, rate: f64) -> TrainingState {
        assert!(
            rate >= 0.0 && rate.is_finite(),
            "a learning rate must be finite and not negative, but is {rate}"
        );
        if let Self::Momentum { momentum } | Self::Nesterov { momentum } = self {
            assert!(
                (0.0..1.0).contains(&momentum),
                "a momentum must be at least 0 and below 1, but is {momentum}"
            );
        }
        let TrainingState {
            mut network,
            mut velocity,
        } = state;
        assert!(
            gradients.layers.len() == network.layers.len()
                && velocity.len() == network.layers.len(),
            "{} layers of gradients and {} of velocities do not fit a network of {}",
            gradients.layers.len(),
            velocity.len(),
            network.layers.len()
        );
        let layers = network.layers.iter_mut().zip(&mut velocity);
        for ((layer, (v_weight, v_bias)), gradient) in layers.zip(&gradients.layers) {
            self.advance(&mut layer.weight, v_weight, &gradient.weight, rate);
            self.advance(&mut layer.bias, v_bias, &gradient.bias, rate);
        }
        TrainingState { network, velocity }
    }

    /// One step of one array `w` with velocity `v`.
    #[track_caller]
    fn advance<D: Dimension>(
        self,
        w: &mut Array<f64, D>,
        v: &mut Array<f64, D>,
        g: &Array<f64, D>,
        rate: f64,
    ) {
        assert!(
            g.dim() == w.dim() && v.dim() == w.dim(),
            "a gradient of shape {:?} and a velocity of {:?} do not fit parameters of {:?}",
            g.shape(),
            v.shape(),
            w.shape()
        );
        Zip::from(w).and(v).and(g).for_each(|w, v, g| {
            (*w, *v) = self.updated(*w, *v, *g, rate, 0.0);
        });
    }

    /// `w'` and `v'` of one parameter, where `decay · w` is added to its gradient.
    fn updated(self, w: f64, v: f64, g: f64, rate: f64, decay: f64) -> (f64, f64) {
        let g = g + decay * w;
        match self {
            Self::Sgd => (w - rate * g, g),
            Self::Momentum { momentum } => {
                let v = momentum * v + g;
                (w - rate * v, v)
            }
            Self::Nesterov { momentum } => {
                let v = momentum * v + g;
                (w - rate * (g + momentum * v), v)
            }
        }
    }

    /// One step of many parameters, in one pass over memory; plain gradient descent leaves the velocities as they are.
    pub(super) fn descend(self, w: &mut [f64], v: &mut [f64], g: &[f64], rate: f64, decay: f64) {
        // Each loop is compiled for its own optimizer.
        match self {
            Self::Sgd => each_with(w, g, |w, g| Self::Sgd.updated(w, 0.0, g, rate, decay).0),
            Self::Momentum { momentum } => each_pair_with(w, v, g, |w, v, g| {
                Self::Momentum { momentum }.updated(w, v, g, rate, decay)
            }),
            Self::Nesterov { momentum } => each_pair_with(w, v, g, |w, v, g| {
                Self::Nesterov { momentum }.updated(w, v, g, rate, decay)
            }),
        }
    }
}

/// A learning rate that falls by a factor after every so many epochs.
///
/// ```
/// use unit_variance::network::StepSchedule;
///
/// let schedule = StepSchedule { initial: 0.1, factor: 0.5, every: 2 };
/// assert_eq!([0, 1, 2, 3, 4].map(|epoch| schedule.rate(epoch)), [0.1, 0.1, 0.05, 0.05, 0.025]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct StepSchedule {
    /// The rate of the first epochs.
    #[cfg_attr(
        feature = "serde",
        serde(deserialize_with = "crate::probability::number::not_negative")
    )]
    pub initial: f64,
    /// What it is multiplied by.
    pub factor: f64,
    /// After how many epochs.
    #[cfg_attr(feature = "serde", serde(deserialize_with = "at_least_one"))]
    pub every: u32,
}

/// Reads a number of epochs.
#[cfg(feature = "serde")]
fn at_least_one<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let number = <std::num::NonZeroU32 as serde::Deserialize>::deserialize(deserializer)?;
    Ok(number.get())
}

impl StepSchedule {
    /// `initial · factor^⌊epoch / every⌋`, the epochs counted from 0.
    ///
    /// # Panics
    ///
    /// If `every` is 0.
    #[track_caller]
    pub fn rate(self, epoch: u32) -> f64 {
        assert!(self.every > 0, "a rate cannot fall every 0 epochs");
        // The system's power would differ from another system's in the last bit.
        self.initial * libm::pow(self.factor, f64::from(epoch / self.every))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Activation;
    use crate::network::{Dense, Loss};
    use approx::assert_relative_eq;
    use ndarray::array;

    const MOMENTUM: Optimizer = Optimizer::Momentum { momentum: 0.5 };
    const NESTEROV: Optimizer = Optimizer::Nesterov { momentum: 0.5 };

    /// `y = w x` with `w = 1`, at rest.
    fn at_one() -> TrainingState {
        let layer = Dense::new(array![[1.0]], Activation::Identity);
        TrainingState::new(Network {
            layers: vec![layer],
        })
    }

    /// The weights after so many steps against a gradient that is always 1.
    fn down_a_ramp(optimizer: Optimizer, steps: usize) -> f64 {
        let ramp = Loss::Linear {
            cotangent: array![[1.0]],
        };
        let end = (0..steps).fold(at_one(), |state, _| {
            let gradients = state.network.gradients(&array![[1.0]], &ramp);
            optimizer.step(state, &gradients, 0.25)
        });
        end.network.layers[0].weight[[0, 0]]
    }

    #[test]
    fn three_steps_down_a_ramp_are_the_sums_by_hand() {
        // Velocities 1, 1.5, 1.75; Nesterov adds half of each to a step of 1.
        assert_relative_eq!(down_a_ramp(Optimizer::Sgd, 3), 1.0 - 0.25 * 3.0);
        assert_relative_eq!(down_a_ramp(MOMENTUM, 3), 1.0 - 0.25 * 4.25);
        assert_relative_eq!(down_a_ramp(NESTEROV, 3), 1.0 - 0.25 * (1.5 + 1.75 + 1.875));
    }

    #[test]
    fn without_momentum_all_three_are_gradient_descent() {
        let none = [
            Optimizer::Momentum { momentum: 0.0 },
            Optimizer::Nesterov { momentum: 0.0 },
        ];
        for optimizer in none {
            assert_relative_eq!(down_a_ramp(optimizer, 5), down_a_ramp(Optimizer::Sgd, 5));
        }
    }

    #[test]
    fn a_rate_of_zero_moves_nothing() {
        let state = at_one();
        let loss = Loss::SumOfSquares {
            targets: array![[0.0]],
        };
        let gradients = state.network.gradients(&array![[1.0]], &loss);
        for optimizer in [Optimizer::Sgd, MOMENTUM, NESTEROV] {
            let after = optimizer.step(state.clone(), &gradients, 0.0);
            assert_eq!(after.network, state.network);
        }
    }

    #[test]
    #[should_panic(expected = "a learning rate must be finite and not negative, but is NaN")]
    fn a_nan_rate_is_refused() {
        let state = at_one();
        let ramp = Loss::Linear {
            cotangent: array![[1.0]],
        };
        let gradients = state.network.gradients(&array![[1.0]], &ramp);
        let _ = Optimizer::Sgd.step(state, &gradients, f64::NAN);
    }

    #[test]
    #[should_panic(expected = "a momentum must be at least 0 and below 1, but is 1")]
    fn a_momentum_of_one_is_refused() {
        let _ = down_a_ramp(Optimizer::Nesterov { momentum: 1.0 }, 1);
    }

    #[test]
    #[should_panic(
        expected = "a gradient of shape [2, 1] and a velocity of [1, 1] do not fit parameters of [1, 1]"
    )]
    fn gradients_of_another_network_are_refused() {
        let wide = Dense::new(array![[1.0], [1.0]], Activation::Identity);
        let ramp = Loss::Linear {
            cotangent: array![[1.0]],
        };
        let gradients = Network { layers: vec![wide] }.gradients(&array![[1.0, 1.0]], &ramp);
        let _ = Optimizer::Sgd.step(at_one(), &gradients, 0.1);
    }
}
