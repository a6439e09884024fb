//! The claims of the chapter on checking gradients.

use ndarray::{Array1, Array2};
use proptest::prelude::*;
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use unit_variance::evidence::Exactness;
use unit_variance::experiments::{DifferenceError, Experiment, wrong_gradients};
use unit_variance::network::gradient_check::{
    Case, Comparison, Direction, along, by_coordinate, central_difference, exactly, integer_case,
};
use unit_variance::{Activation, Fan, Gradients, Law, Loss, Network, Streams, VarianceScaling};

use crate::harness::{Report, draw_cases};

/// What can be drawn: widths, batch, activation, loss, and a seed for the numbers.
type Shape = (Vec<usize>, usize, Activation, bool, u64);

fn shapes() -> impl Strategy<Value = Shape> {
    let widths = prop::collection::vec(1..=12_usize, 2..=7);
    (
        widths,
        1..=5_usize,
        prop::sample::select(Activation::ALL.to_vec()),
        any::<bool>(),
        any::<u64>(),
    )
}

/// Three layers whose second matrix is square, so that a forgotten transpose has a shape that fits.
const FOR_FOILS: [usize; 4] = [3, 4, 4, 2];
const NETWORKS_FOR_FOILS: u64 = 10;

fn real_case((widths, batch, phi, cross_entropy, seed): &Shape) -> Case {
    let mut rng = Streams::new(*seed).stream("case");
    let scheme = VarianceScaling::new(phi.gain().powi(2), Fan::In, Law::Normal);
    let mut network = Network::init(widths, *phi, &scheme, &mut rng);
    for layer in &mut network.layers {
        layer.bias = Array1::from_shape_simple_fn(layer.bias.len(), || rng.random::<f64>() - 0.5);
    }
    network
        .layers
        .last_mut()
        .expect("a network has layers")
        .activation = Activation::Identity;
    let outputs = widths[widths.len() - 1];
    let mut normal = |columns: usize| {
        Array2::from_shape_simple_fn((*batch, columns), || StandardNormal.sample(&mut rng))
    };
    let (input, targets) = (normal(widths[0]), normal(outputs));
    let loss = if *cross_entropy {
        Loss::CrossEntropy {
            labels: (0..*batch).map(|i| i % outputs).collect(),
        }
    } else {
        Loss::MeanOfSquares { targets }
    };
    Case {
        network,
        input,
        loss,
    }
}

fn real_case_for_foils(seed: u64) -> Case {
    real_case(&(FOR_FOILS.to_vec(), 4, Activation::Relu, false, seed))
}

/// A network of small integers, with a mean over a power of two.
fn whole_case(widths: &[usize], batch: usize, seed: u64) -> Case {
    let mut case = integer_case(widths, batch, 3, &mut Streams::new(seed).stream("integers"));
    if let Loss::SumOfSquares { targets } = case.loss {
        case.loss = Loss::MeanOfSquares { targets };
    }
    case
}

/// What a check finds of a gradient over many cases.
fn over(cases: impl Iterator<Item = Case>, check: impl Fn(&Case) -> Comparison) -> Comparison {
    let mut total = Comparison::default();
    cases.for_each(|case| total.merge(check(&case)));
    total
}

#[test]
fn integer_networks_agree_in_every_bit() -> Report {
    claim!(
        "gradient-check.integers",
        r"In ReLU networks with integer weights, biases, inputs and targets, backpropagation equals dual
        numbers bit for bit, at every coordinate.",
        |streams| {
            let widths = prop::collection::vec(1..=8_usize, 2..=4).prop_map(|mut widths| {
                // A mean over a power of two is exact.
                *widths.last_mut().expect("not empty") = 2;
                widths
            });
            let shapes = draw_cases(&(widths, 0..3_u32, any::<u64>()), 400, streams);
            let truth = over(
                shapes
                    .iter()
                    .map(|(widths, log, seed)| whole_case(widths, 1 << log, *seed)),
                |case| exactly(case, &Case::gradients),
            );
            assert!(
                truth.nonzero > 5_000,
                "only {} coordinates are not zero",
                truth.nonzero
            );
            let seen = |wrong: &dyn Fn(&Case) -> Gradients| {
                let cases = (0..NETWORKS_FOR_FOILS).map(|seed| whole_case(&FOR_FOILS, 4, seed));
                over(cases, |case| exactly(case, wrong)).different as f64
            };
            let check = Exactness::of("coordinates that differ", truth.nonzero)
                .sampled()
                .within(0.0)
                .holds_for("backpropagation", truth.different as f64);
            wrong_gradients()
                .iter()
                .fold(check, |check, (what, wrong)| check.foil(what, seen(wrong)))
                .judge()
        },
    )
}

/// The mistake that no continuous draw can show.
const ONLY_AT_ZERO: &str = "slope one at exactly zero";

#[test]
fn backpropagation_is_the_gradient() -> Report {
    claim!(
        "gradient-check.dual",
        r"For random widths from 1 to 12, depths from 1 to 6 and batches, all eighteen activations, and
        both losses, backpropagation agrees with dual numbers at every weight and bias to within the
        rounding error of the computation.",
        |streams| {
            let shapes = draw_cases(&shapes(), 300, streams);
            let truth = over(shapes.iter().map(real_case), |case| {
                by_coordinate(case, &Case::gradients)
            });
            let excess = |wrong: &dyn Fn(&Case) -> Gradients| {
                let cases = (0..NETWORKS_FOR_FOILS).map(real_case_for_foils);
                over(cases, |case| by_coordinate(case, wrong)).excess
            };
            let check = Exactness::of(
                "largest difference, over the bound on rounding",
                truth.nonzero,
            )
            .sampled()
            .within(1.0)
            .holds_for("backpropagation", truth.excess);
            wrong_gradients()
                .iter()
                .filter(|(what, _)| *what != ONLY_AT_ZERO)
                .fold(check, |check, (what, wrong)| {
                    check.foil(what, excess(wrong))
                })
                .judge()
        },
    )
}

#[test]
fn one_random_direction_sees_every_wrong_term() -> Report {
    claim!(
        "gradient-check.direction",
        r"One pass in a random direction sees every wrong term but a wrong slope at exactly zero: the
        derivative in that direction agrees with $\langle\nabla\mathcal{L}, v\rangle$ to within the rounding
        error of the computation, and for each of the other wrong backward passes below it does not.",
        |streams| {
            const CASES: usize = 400;
            let shapes = draw_cases(&shapes(), CASES, streams);
            let mut rng = streams.stream("directions");
            let mut truth = Comparison::default();
            for shape in &shapes {
                let case = real_case(shape);
                let direction = Direction::normal(&case, &mut rng);
                truth.merge(along(&case, &direction, &Case::gradients));
            }
            // A single pass on a single network.
            let case = real_case_for_foils(1);
            let direction = Direction::normal(&case, &mut rng);
            let check = Exactness::of("difference, over the bound on rounding", CASES as u64)
                .sampled()
                .within(1.0)
                .holds_for("backpropagation", truth.excess);
            wrong_gradients()
                .iter()
                .filter(|(what, _)| *what != ONLY_AT_ZERO)
                .fold(check, |check, (what, wrong)| {
                    check.foil(what, along(&case, &direction, wrong).excess)
                })
                .judge()
        },
    )
}

#[test]
fn certified_differences_are_exact_at_any_step() -> Report {
    claim!(
        "gradient-check.kinks",
        r"For a ReLU network and a squared loss, with a step of $0.1$, the central difference agrees with
        the gradient to $10^{-12}$ at every coordinate whose masks agree at both ends of the step, and
        fails at some coordinate where they do not.",
        |_| {
            let (mut certified, mut crossed) = (Vec::new(), Vec::new());
            for seed in 0..NETWORKS_FOR_FOILS {
                let case = real_case_for_foils(seed);
                let gradients = case.gradients();
                let coordinates = case.coordinates();
                let sizes = coordinates.iter().map(|c| gradients.at(*c).abs());
                let largest = sizes.fold(0.0, f64::max);
                for coordinate in coordinates {
                    let (slope, same_side) = central_difference(&case, coordinate, 0.1);
                    let error = (slope - gradients.at(coordinate)).abs() / largest;
                    if same_side {
                        certified.push(error);
                    } else {
                        crossed.push(error);
                    }
                }
            }
            let worst = |errors: &[f64]| errors.iter().copied().fold(0.0, f64::max);
            Exactness::of(
                "largest error, over the largest entry of the gradient",
                certified.len() as u64,
            )
            .within(1e-12)
            .holds_for("masks that agree", worst(&certified))
            .foil("masks that differ", worst(&crossed))
            .judge()
        },
    )
}

#[test]
fn the_error_of_a_difference_has_two_slopes() -> Report {
    claim!(
        "gradient-check.slopes",
        r"On a logarithmic scale the error of the central difference falls with slope $2$ for large
        steps and rises with slope $-1$ for small ones, and the smallest error is below $10^{-9}$.",
        |_| {
            let table = DifferenceError::default().run(&mut |_| {});
            let steps = table.numbers("step");
            let slope = |errors: &[f64], from: f64, to: f64| {
                // Least squares through the points between the two steps.
                let inside = steps
                    .iter()
                    .zip(errors)
                    .filter(|(h, e)| (from..to).contains(*h) && **e > 0.0);
                let points: Vec<(f64, f64)> = inside.map(|(h, e)| (h.ln(), e.ln())).collect();
                let n = points.len() as f64;
                let (mx, my) = (
                    points.iter().map(|p| p.0).sum::<f64>() / n,
                    points.iter().map(|p| p.1).sum::<f64>() / n,
                );
                let covariance: f64 = points.iter().map(|(x, y)| (x - mx) * (y - my)).sum();
                covariance / points.iter().map(|(x, _)| (x - mx).powi(2)).sum::<f64>()
            };
            // In units of what counts as the same slope, and as a small error.
            let departure = |column: &str| {
                let errors = table.numbers(column);
                let least = errors
                    .iter()
                    .copied()
                    .filter(|e| *e > 0.0)
                    .fold(f64::INFINITY, f64::min);
                let [falling, rising] = [slope(&errors, 1e-3, 0.2), slope(&errors, 1e-12, 1e-7)];
                [
                    (falling - 2.0).abs() / 0.1,
                    (rising + 1.0).abs() / 0.2,
                    least / 1e-9,
                ]
                .into_iter()
                .fold(0.0, f64::max)
            };
            Exactness::of(
                "departure from the sentence, in units of what is allowed",
                steps.len() as u64,
            )
            .within(1.0)
            .holds_for("central differences", departure("central"))
            .foil("one-sided differences", departure("forward"))
            .judge()
        },
    )
}
