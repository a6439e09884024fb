//! The forward pass on dual numbers `x + ε ẋ`, `ε² = 0`: value and derivative in one direction.

use ndarray::{Array, Array2, ArrayRef, Dimension, Zip};

use super::{Case, Direction};
use crate::activation::Dual;
use crate::matrix::product;
use crate::network::Trace;
use crate::network::layer::Number;

/// A case with its trace, ready for passes in many directions.
pub(super) struct ForwardMode<'a> {
    case: &'a Case,
    pub(super) trace: Trace,
    /// How far a real part may be from the trace, by layer: before and after the activation.
    slack: Vec<[Array2<f64>; 2]>,
}

/// What one pass found.
pub(super) struct Pass {
    /// `L + ε L̇`.
    pub(super) loss: Dual,
    /// The largest number that occurred, as value or derivative.
    pub(super) largest: f64,
}

impl<'a> ForwardMode<'a> {
    pub(super) fn new(case: &'a Case) -> Self {
        let trace = case.network.forward(&case.input);
        let slack = case.network.layers.iter().enumerate().map(|(l, layer)| {
            let entering = trace.entering(l).mapv(f64::abs);
            let sizes =
                product(&entering, &layer.weight.mapv(f64::abs)) + layer.bias.mapv(f64::abs);
            let roundings = layer.weight.nrows() as f64 + 2.0;
            let images = &trace.layers[l].activation;
            [
                sizes * (2.0 * roundings * f64::EPSILON),
                images.mapv(|h| 16.0 * f64::EPSILON * h.abs().max(1.0)),
            ]
        });
        let slack = slack.collect();
        Self { case, trace, slack }
    }

    /// Demands real parts that equal the trace.
    pub(super) fn exact(case: &'a Case) -> Self {
        let mut pass = Self::new(case);
        for slack in pass.slack.iter_mut().flatten() {
            slack.fill(0.0);
        }
        pass
    }

    /// The pass in one direction.
    ///
    /// After every step the real parts must agree with the trace, but for rounding, and are then
    /// taken from it: so both sides take their slopes at the very same points.
    ///
    /// # Panics
    ///
    /// If they do not agree.
    #[track_caller]
    pub(super) fn along(&self, direction: &Direction) -> Pass {
        let mut h = dual(&self.case.input, &direction.input);
        let mut largest = 0.0;
        for (l, layer) in self.case.network.layers.iter().enumerate() {
            let weight = dual(&layer.weight, &direction.weights[l]);
            let bias = dual(&layer.bias, &direction.biases[l]);
            let signal = &self.trace.layers[l];
            let [before, after] = &self.slack[l];

            let mut z = Dual::times(&h, &weight) + &bias;
            pin(&mut z, &signal.preactivation, before, &mut largest);
            h = z.mapv(|z| layer.activation.on(z));
            pin(&mut h, &signal.activation, after, &mut largest);
        }
        let loss = self.case.loss.on(&h);
        Pass {
            loss,
            largest: largest.max(loss.re.abs()).max(loss.eps.abs()),
        }
    }
}

/// `x + ε ẋ`.
fn dual<D: Dimension>(x: &ArrayRef<f64, D>, step: &ArrayRef<f64, D>) -> Array<Dual, D> {
    Zip::from(x)
        .and(step)
        .map_collect(|x, step| Dual::new(*x, *step))
}

/// Takes the real parts from the trace, once they are found to agree with it.
#[track_caller]
fn pin(duals: &mut Array2<Dual>, trace: &Array2<f64>, slack: &Array2<f64>, largest: &mut f64) {
    Zip::from(duals)
        .and(trace)
        .and(slack)
        .for_each(|dual, traced, slack| {
            assert!(
                (dual.re - traced).abs() <= *slack,
                "on dual numbers the forward pass gives {} where the network gives {traced}",
                dual.re
            );
            dual.re = *traced;
            *largest = largest.max(dual.re.abs()).max(dual.eps.abs());
        });
}
