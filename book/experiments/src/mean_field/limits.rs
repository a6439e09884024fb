//! Which variances are followed.

use unit_variance::theory::{MeanField, NoFixedPoint};

/// Between these a quadrature in two dimensions takes its time and no more, and a difference keeps its digits.
const LEAST: f64 = 1e-12;
const MOST: f64 = 1e12;

/// Why one of these variances is not followed; 0 is.
pub(super) fn not_followed<'a>(mut variances: impl Iterator<Item = &'a f64>) -> Option<String> {
    let outside = |variance: &&f64| **variance != 0.0 && !(LEAST..=MOST).contains(*variance);
    let variance = variances.find(outside)?;
    Some(format!(
        "variances of 0 and from {LEAST:e} to {MOST:e} are followed, but this one is {variance:e}"
    ))
}

/// The variance at which these layers rest, or the first of several; 1 where each is kept. If there is none: why.
pub(super) fn resting(layers: MeanField) -> Result<f64, String> {
    match layers.resting_variances() {
        Ok(variances) => Ok(variances[0]),
        Err(NoFixedPoint::Kept) => Ok(1.0),
        Err(why) => Err(no_fixed_point(layers, why)),
    }
}

/// That these layers rest nowhere.
pub(super) fn no_fixed_point(layers: MeanField, why: NoFixedPoint) -> String {
    let MeanField {
        activation,
        weight,
        bias,
    } = layers;
    format!(
        "{activation} layers with weights of variance {weight} and biases of variance {bias} have no fixed point: {why}"
    )
}
