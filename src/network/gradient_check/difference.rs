//! Central differences, for a reader who trusts nothing but the loss itself.
//!
//! `(L(w + h) − L(w − h)) / 2h` is off by `h²/6 · L'''` and by the rounding of `L` over `h`. For a
//! net of straight pieces (ReLU) and squared errors the first is 0, if no pre-activation crosses a
//! kink in between; then a large `h` is best.

use super::{Case, Comparison, Coordinate};
use crate::network::Gradients;
use crate::network::layer::pieces_of_all;

/// What [`by_differences`] found.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Differences {
    /// The coordinates whose certificate says that no kink was crossed.
    pub certified: Comparison,
    /// The coordinates without a certificate, whose difference may be wrong.
    pub crossed: u64,
}

/// `(L(w + h) − L(w − h)) / 2h` for one number `w` of the case, and whether it is certified:
/// whether every pre-activation is on the same side of every kink at both ends.
///
/// For piecewise linear activations the certificate is a proof that no kink lies in between: up to
/// the first kink a pre-activation is affine in `w`, layer by layer, and an affine function that is
/// on one side at both ends does not leave it.
///
/// ```
/// use ndarray::array;
/// use unit_variance::network::gradient_check::{Case, Coordinate, central_difference};
/// use unit_variance::{Activation, Dense, Loss, Network};
///
/// let layer = Dense::new(array![[1.0]], Activation::Relu);
/// let loss = Loss::SumOfSquares { targets: array![[0.0]] };
/// let case = Case { network: Network { layers: vec![layer] }, input: array![[1.0]], loss };
/// let weight = Coordinate::Weight { layer: 0, row: 0, column: 0 };
/// assert_eq!(central_difference(&case, weight, 0.5), (2.0, true)); // the slope of w²
/// assert!(!central_difference(&case, weight, 1.5).1); // w − h is negative
/// ```
///
/// # Panics
///
/// As [`Case::value`], or if the step is not a positive finite number, or so small that `w ± h` is `w`.
#[track_caller]
pub fn central_difference(case: &Case, coordinate: Coordinate, step: f64) -> (f64, bool) {
    assert!(
        step > 0.0 && step.is_finite(),
        "a step must be a positive finite number, but is {step:e}"
    );
    let end = |step: f64| {
        let mut moved = case.clone();
        let w = moved.at_mut(coordinate);
        *w += step;
        let w = *w;
        let trace = moved.network.forward(&moved.input);
        let value = moved.loss.value(trace.output());
        (w, value, pieces_of_all(&moved.network, &trace))
    };
    let (above, value_above, pieces_above) = end(step);
    let (below, value_below, pieces_below) = end(-step);
    assert!(above > below, "a step of {step:e} does not move {above}");
    let slope = (value_above - value_below) / (above - below);
    (slope, pieces_above == pieces_below)
}

/// Compares every certified coordinate of `gradient` with its central difference, within
/// `tolerance` times the largest entry of the gradient.
///
/// # Panics
///
/// As [`central_difference`], or if the tolerance is negative or NaN.
#[track_caller]
pub fn by_differences(
    case: &Case,
    step: f64,
    tolerance: f64,
    gradient: &dyn Fn(&Case) -> Gradients,
) -> Differences {
    assert!(
        tolerance >= 0.0,
        "a tolerance must not be negative, but is {tolerance:e}"
    );
    let gradients = gradient(case);
    let coordinates = case.coordinates();
    let largest = coordinates
        .iter()
        .fold(0.0_f64, |largest, c| largest.max(gradients.at(*c).abs()));
    let mut report = Differences::default();
    for coordinate in coordinates {
        let (slope, certified) = central_difference(case, coordinate, step);
        if certified {
            report
                .certified
                .add(gradients.at(coordinate), slope, tolerance * largest);
        } else {
            report.crossed += 1;
        }
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Activation;
    use crate::initializer::VarianceScaling;
    use crate::network::{Loss, Network};
    use crate::probability::{Law, Streams};
    use ndarray::{Array2, array};
    use rand_distr::{Distribution, StandardNormal};

    fn case(activation: Activation) -> Case {
        let streams = Streams::new(4);
        let he = VarianceScaling::he(Law::Normal);
        let mut rng = streams.stream("batch");
        let mut normal = |columns| {
            Array2::from_shape_simple_fn((3, columns), || StandardNormal.sample(&mut rng))
        };
        let (input, targets) = (normal(4), normal(2));
        let mut network = Network::init(
            &[4, 9, 7, 2],
            activation,
            &he,
            &mut streams.stream("weights"),
        );
        network.layers[2].activation = Activation::Identity;
        Case {
            network,
            input,
            loss: Loss::MeanOfSquares { targets },
        }
    }

    #[test]
    fn between_kinks_a_large_step_has_no_error_but_rounding() {
        let large = by_differences(&case(Activation::Relu), 0.1, 1e-13, &Case::gradients);
        assert!(large.certified.passes(), "{large:?}");
        assert!(
            large.crossed > 0 && large.certified.nonzero > 50,
            "{large:?}"
        );
    }

    #[test]
    fn a_smooth_network_passes_at_the_best_step() {
        for activation in [Activation::Tanh, Activation::Gelu, Activation::Mish] {
            let report = by_differences(&case(activation), 1e-5, 1e-8, &Case::gradients);
            assert!(report.certified.passes(), "{activation}: {report:?}");
            assert_eq!(report.crossed, 0);
        }
    }

    #[test]
    fn a_wrong_gradient_is_caught() {
        // (x w + b)², at x = w = 1 and b = 0, far from the kink.
        let layer = crate::network::Dense::new(array![[1.0]], Activation::Relu);
        let case = Case {
            network: Network {
                layers: vec![layer],
            },
            input: array![[1.0]],
            loss: Loss::SumOfSquares {
                targets: array![[0.0]],
            },
        };
        let report = by_differences(&case, 0.1, 1e-8, &|case| {
            let mut gradients = case.gradients();
            gradients.layers[0].bias *= 1.001;
            gradients
        });
        assert_eq!((report.crossed, report.certified.different), (0, 1));
    }

    #[test]
    fn a_hard_tanh_has_three_pieces() {
        let mut network = Network { layers: vec![] };
        network.layers.push(crate::network::Dense::new(
            array![[1.0]],
            Activation::HardTanh,
        ));
        let case = |x: f64| Case {
            network: network.clone(),
            input: array![[x]],
            loss: Loss::Linear {
                cotangent: array![[1.0]],
            },
        };
        let input = Coordinate::Input { row: 0, column: 0 };
        for (x, slope, certified) in [(-3.0, 0.0, true), (0.0, 1.0, true), (1.0, 0.5, false)] {
            assert_eq!(
                central_difference(&case(x), input, 0.5),
                (slope, certified),
                "{x}"
            );
        }
    }

    #[test]
    fn a_step_that_is_no_length_is_refused() {
        for step in [-1.0, 0.0, f64::NAN, f64::INFINITY] {
            let refused = std::panic::catch_unwind(|| {
                by_differences(&case(Activation::Relu), step, 1e-3, &Case::gradients)
            });
            assert!(refused.is_err(), "{step}");
        }
    }

    #[test]
    #[should_panic(expected = "a step must be a positive finite number, but is -1e0")]
    fn a_negative_step_is_refused_with_its_value() {
        let _ = by_differences(&case(Activation::Relu), -1.0, 1e-3, &Case::gradients);
    }

    #[test]
    #[should_panic(expected = "a tolerance must not be negative, but is -1e0")]
    fn a_negative_tolerance_is_refused_with_its_value() {
        // No excess over it would be above 1, however wrong the gradient.
        let _ = by_differences(&case(Activation::Relu), 1e-3, -1.0, &|case| {
            let mut gradients = case.gradients();
            gradients.layers[0].weight += 7.0;
            gradients
        });
    }

    #[test]
    #[should_panic(expected = "a step of 1e-40 does not move")]
    fn a_step_that_moves_nothing_is_refused() {
        let _ = by_differences(&case(Activation::Tanh), 1e-40, 1.0, &Case::gradients);
    }
}
