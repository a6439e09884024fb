//! Dual numbers at machine precision, for every activation and loss.
//!
//! Forward and backward mode add up the same products of weights and slopes along the same paths,
//! in another order. A sum that is computed with at most `k` roundings on the way of every term is
//! off by at most `γ_k A`, where `γ_k = k u / (1 − k u)`, `u = 2⁻⁵³`, and `A` is the same sum of
//! absolute values.[^higham] So `A` is one more backward pass, on absolute values.
//!
//! [^higham]: N. Higham (2002). *Accuracy and Stability of Numerical Algorithms*, section 3.1.

use super::forward_mode::ForwardMode;
use super::{Case, Comparison, Direction};
use crate::matrix::product;
use crate::network::{Gradients, LayerGradient, Loss, Trace};
use ndarray::Axis;

/// Roundings in a slope, an activation or a term of a loss, on either side: a generous count.
const ELEMENTARY: usize = 32;

/// Compares every coordinate of `gradient` with dual numbers, within `γ_k A`.
///
/// # Panics
///
/// As [`Case::gradients`], and if the forward pass on dual numbers is not that of the network.
#[track_caller]
pub fn by_coordinate(case: &Case, gradient: &dyn Fn(&Case) -> Gradients) -> Comparison {
    let pass = ForwardMode::new(case);
    let gradients = gradient(case);
    let sizes = sizes(case, &pass.trace);
    let gamma = gamma(roundings(case));
    let mut report = Comparison::default();
    for coordinate in case.coordinates() {
        let reference = pass.along(&Direction::unit(case, coordinate)).loss.eps;
        report.add(
            gradients.at(coordinate),
            reference,
            gamma * sizes.at(coordinate),
        );
    }
    report
}

/// Compares `gradient · v` with one pass on dual numbers in the direction `v`, within
/// `γ_k A · |v|`: all coordinates at once, for the price of one.
///
/// # Panics
///
/// As [`by_coordinate`].
#[track_caller]
pub fn along(
    case: &Case,
    direction: &Direction,
    gradient: &dyn Fn(&Case) -> Gradients,
) -> Comparison {
    let pass = ForwardMode::new(case);
    let reference = pass.along(direction).loss.eps;
    let (ours, terms) = direction.dot(&gradient(case));
    let absolute = Direction {
        weights: direction.weights.iter().map(|v| v.mapv(f64::abs)).collect(),
        biases: direction.biases.iter().map(|v| v.mapv(f64::abs)).collect(),
        input: direction.input.mapv(f64::abs),
    };
    let (size, _) = absolute.dot(&sizes(case, &pass.trace));
    let mut report = Comparison::default();
    report.add(ours, reference, gamma(roundings(case) + terms) * size);
    report
}

/// `γ_k = k u / (1 − k u)`.
pub(super) fn gamma(k: usize) -> f64 {
    let ku = k as f64 * f64::EPSILON / 2.0;
    ku / (1.0 - ku)
}

/// A bound on the roundings on the way of any term, forward mode and backward together.
pub(super) fn roundings(case: &Case) -> usize {
    let batch = case.input.nrows();
    let layers = case.network.layers.iter().map(|layer| {
        let (fan_in, fan_out) = layer.weight.dim();
        fan_in + fan_out + 2 * ELEMENTARY
    });
    let outputs = case
        .network
        .layers
        .last()
        .map_or(0, |layer| layer.bias.len());
    layers.sum::<usize>() + batch + batch * outputs + ELEMENTARY
}

/// `A`: the backward pass on absolute values.
///
/// A slope counts as at least 1, since it is computed to a few units of rounding of 1, not of
/// itself (`1 − tanh²`), unless it is that of a straight piece. The gradient of a cross-entropy
/// counts as at least `1 / batch` for the same reason.
pub(super) fn sizes(case: &Case, trace: &Trace) -> Gradients {
    let least = match &case.loss {
        Loss::CrossEntropy { labels } => 1.0 / labels.len() as f64,
        _ => 0.0,
    };
    let output = case.loss.gradient(trace.output());
    let mut dh = output.mapv(|g| g.abs().max(least));
    let mut layers = Vec::with_capacity(trace.layers.len());
    for (l, layer) in case.network.layers.iter().enumerate().rev() {
        let signal = &trace.layers[l];
        let slopes = signal
            .preactivation
            .mapv(|z| layer.activation.slope(z).abs().max(1.0));
        let delta = &dh * &slopes;
        let below = product(&delta, &layer.weight.mapv(f64::abs).t());
        layers.push(LayerGradient {
            weight: product(&trace.entering(l).mapv(f64::abs).t(), &delta),
            bias: delta.sum_axis(Axis(0)),
            delta,
            activation: dh,
        });
        dh = below;
    }
    layers.reverse();
    Gradients { layers, input: dh }
}
