//! The claims of the chapter on checking gradients.

use experiments::gradient_check::{DifferenceError, wrong_gradients};
use experiments::{Experiment, Table};
use ndarray::{Array1, Array2};
use proptest::prelude::*;
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use unit_variance::evidence::{Exactness, largest, smallest};
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

/// Networks for the foils: each shows any of the mistakes with a probability of more than a third, so
/// all of them together miss one with a probability below 1e-9.
const NETWORKS_FOR_FOILS: usize = 60;

/// Seeds of this many networks.
fn seeds(networks: usize, streams: Streams) -> Vec<u64> {
    let mut rng = streams.stream("seeds");
    (0..networks).map(|_| rng.random()).collect()
}

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

/// The mistake that no continuous draw can show.
const ONLY_AT_ZERO: &str = "slope one at exactly zero";

/// The words of a sentence on backpropagation: of which loss and activation it speaks, where it compares, and
/// how closely.
#[derive(Debug, Clone, Copy)]
struct Words {
    mean: &'static str,
    squares: &'static str,
    activation: &'static str,
    coordinates: &'static str,
    closely: &'static str,
}

impl Words {
    /// The word that is false of this wrong gradient.
    fn of(self, mistake: &str) -> &'static str {
        match mistake {
            "no 1/N in the loss" => self.mean,
            "no factor 2 in the loss" | "no slope of the loss" => self.squares,
            "no slope of the activation"
            | "slope on the wrong side of zero"
            | "slope of the wrong layer" => self.activation,
            ONLY_AT_ZERO => "a slope of zero at zero",
            "gradient after the update" | "all too large by 1.00001" => self.closely,
            "dW transposed"
            | "dW from the layer's output"
            | "no db"
            | "db of one example only"
            | "dX without the transpose"
            | "dX without the last unit" => self.coordinates,
            mistake => panic!("which word is false of “{mistake}”?"),
        }
    }
}

/// What a check finds of a gradient over many cases.
fn over(cases: impl Iterator<Item = Case>, check: impl Fn(&Case) -> Comparison) -> Comparison {
    let mut total = Comparison::default();
    cases.for_each(|case| total.merge(check(&case)));
    total
}

#[test]
fn integer_networks_agree_exactly() -> Report {
    claim!(
        "gradient-check.integers",
        r"In *ReLU* networks with integer weights, biases, inputs and targets, *a slope of zero at zero*, and *a mean
        over a power of two* of *squares* for a loss, backpropagation equals dual numbers *exactly*, at *every
        coordinate*, as long as no number would reach $2^{53}$ with all numbers positive and the sum in place of
        the mean.",
        |streams| {
            let widths = prop::collection::vec(1..=8_usize, 2..=4).prop_map(|mut widths| {
                // A mean over a power of two is exact.
                *widths.last_mut().expect("not empty") = 2;
                widths
            });
            let strategy = (widths, 0..3_u32, any::<u64>());
            // Small integer networks are often dead, and two zeros prove nothing.
            let mut truth = Comparison::default();
            let (mut round, mut networks) = (0, 0);
            while truth.nonzero < 10_000 {
                let shapes = draw_cases(&strategy, 50, streams.family(&format!("round {round}")));
                networks += shapes.len();
                let cases = shapes.iter();
                truth.merge(over(
                    cases.map(|(widths, log, seed)| whole_case(widths, 1 << log, *seed)),
                    |case| exactly(case, &Case::gradients),
                ));
                round += 1;
            }
            let seeds = seeds(NETWORKS_FOR_FOILS, streams);
            let seen = |wrong: &dyn Fn(&Case) -> Gradients| {
                let cases = seeds.iter().map(|seed| whole_case(&FOR_FOILS, 4, *seed));
                over(cases, |case| exactly(case, wrong)).different as f64
            };
            let check = Exactness::of("coordinates that differ", networks as u64)
                .sampled()
                .within(0.0)
                .holds_for("backpropagation", truth.different as f64)
                .over(
                    "every coordinate",
                    "networks of one to three layers, with one to eight inputs and units in each, two outputs, one, two or four \
                     examples, and integers from −3 to 3, drawn until at least 10 000 derivatives are not zero",
                );
            let words = Words {
                mean: "a mean over a power of two",
                squares: "squares",
                activation: "ReLU",
                coordinates: "every coordinate",
                closely: "exactly",
            };
            wrong_gradients()
                .iter()
                .fold(check, |check, (what, wrong)| {
                    check.foil(what, seen(wrong)).attacks(&[words.of(what)])
                })
                .judge()
        },
    )
}

#[test]
fn backpropagation_is_the_gradient() -> Report {
    claim!(
        "gradient-check.dual",
        r"For *random* widths from 1 to 12, depths from 1 to 6 and batches from 1 to 5, *all eighteen activations*,
        *a mean of squares* and *a cross-entropy*, backpropagation agrees with dual numbers at *every weight and
        bias* to *within the rounding error* of the computation, as long as no number overflows or underflows.",
        |streams| {
            const NETWORKS: usize = 300;
            let shapes = draw_cases(&shapes(), NETWORKS, streams);
            let truth = over(shapes.iter().map(real_case), |case| {
                by_coordinate(case, &Case::gradients)
            });
            let seeds = seeds(NETWORKS_FOR_FOILS, streams);
            let excess = |wrong: &dyn Fn(&Case) -> Gradients| {
                let cases = seeds.iter().map(|seed| real_case_for_foils(*seed));
                over(cases, |case| by_coordinate(case, wrong)).excess
            };
            let check = Exactness::of(
                "largest difference, over the bound on rounding",
                NETWORKS as u64,
            )
            .sampled()
            .within(1.0)
            .holds_for("backpropagation", truth.excess)
            .over(
                "random",
                "300 networks, the sizes, the activation and the loss of each drawn at random, all coordinates of each",
            )
            .over(
                "all eighteen activations",
                "one of them drawn for each network, up to its last layer, which is linear",
            )
            .over(
                "a cross-entropy",
                "one of the two losses drawn for each network",
            );
            let words = Words {
                mean: "a mean of squares",
                squares: "a mean of squares",
                activation: "all eighteen activations",
                coordinates: "every weight and bias",
                closely: "within the rounding error",
            };
            wrong_gradients()
                .iter()
                .filter(|(what, _)| *what != ONLY_AT_ZERO)
                .fold(check, |check, (what, wrong)| {
                    check.foil(what, excess(wrong)).attacks(&[words.of(what)])
                })
                .judge()
        },
    )
}

#[test]
fn one_random_direction_sees_wrong_terms() -> Report {
    claim!(
        "gradient-check.direction",
        r"In one random direction for each of *four hundred* random networks, the derivative agrees with
        $\nabla\mathcal{L}\cdot v$ to *within the rounding error* of the computation. Over *twenty networks*, with
        one direction each, it disagrees in at least one for *every wrong backward pass* of the table below but
        the wrong slope at exactly zero.",
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
            // A network shows a mistake unless, say, its units are dead: more than half of them do.
            let cases: Vec<(Case, Direction)> = seeds(20, streams)
                .into_iter()
                .map(|seed| {
                    let case = real_case_for_foils(seed);
                    let direction = Direction::normal(&case, &mut rng);
                    (case, direction)
                })
                .collect();
            let excess = |wrong: &dyn Fn(&Case) -> Gradients| {
                let excesses = cases.iter().map(|(case, v)| along(case, v, wrong).excess);
                largest(excesses)
            };
            let check = Exactness::of("difference, over the bound on rounding", CASES as u64)
                .sampled()
                .within(1.0)
                .holds_for("backpropagation", truth.excess)
                .over(
                    "four hundred",
                    "widths from 1 to 12, depths from 1 to 6, batches from 1 to 5, one of eighteen activations and one of two \
                     losses, drawn at random for each",
                )
                .over(
                    "twenty networks",
                    "ReLU networks of widths 3, 4, 4 and 2, with four examples and a mean of squares",
                )
                .over(
                    "every wrong backward pass",
                    "fourteen of the fifteen in the table",
                );
            wrong_gradients()
                .iter()
                .filter(|(what, _)| *what != ONLY_AT_ZERO)
                .fold(check, |check, (what, wrong)| {
                    check
                        .foil(what, excess(wrong))
                        .attacks(&["within the rounding error"])
                })
                .judge()
        },
    )
}

#[test]
fn certified_differences_are_exact_at_any_step() -> Report {
    claim!(
        "gradient-check.kinks",
        r"In *twelve* random *ReLU* networks with a loss *of squares*, with a step of $0.1$, the central difference
        agrees with the gradient, to *$10^{-11}$* of the gradient's largest entry, at every coordinate whose *masks
        agree* at both ends of the step. Where the masks differ, it fails at some coordinate of at least one of
        the twelve.",
        |streams| {
            let seeds = seeds(12, streams);
            // With this activation and loss, and the gradient times this factor: the largest errors where the
            // masks agree, and where they differ.
            let worst = |phi: Activation, cross_entropy: bool, factor: f64| {
                let (mut certified, mut crossed) = (0.0_f64, 0.0_f64);
                for seed in &seeds {
                    let case = real_case(&(FOR_FOILS.to_vec(), 4, phi, cross_entropy, *seed));
                    let gradients = case.gradients();
                    let coordinates = case.coordinates();
                    let sizes = coordinates.iter().map(|c| gradients.at(*c).abs());
                    let size = largest(sizes);
                    for coordinate in coordinates {
                        let (slope, same_side) = central_difference(&case, coordinate, 0.1);
                        let error = (slope - factor * gradients.at(coordinate)).abs() / size;
                        if same_side {
                            certified = largest([certified, error]);
                        } else {
                            crossed = largest([crossed, error]);
                        }
                    }
                }
                (certified, crossed)
            };
            let (certified, crossed) = worst(Activation::Relu, false, 1.0);
            Exactness::of(
                "largest error, over the largest entry of the gradient",
                seeds.len() as u64,
            )
            .sampled()
            .within(1e-11)
            .holds_for("masks that agree", certified)
            .over(
                "twelve",
                "widths 3, 4, 4 and 2, with four examples and a mean of squares; all weights, biases and inputs of each",
            )
            .foil("masks that differ", crossed)
            .attacks(&["masks agree"])
            .foil("tanh", worst(Activation::Tanh, false, 1.0).0)
            .attacks(&["ReLU"])
            .foil("a cross-entropy", worst(Activation::Relu, true, 1.0).0)
            .attacks(&["of squares"])
            .foil(
                "a gradient too large by a billionth",
                worst(Activation::Relu, false, 1.0 + 1e-9).0,
            )
            .attacks(&["$10^{-11}$"])
            .judge()
        },
    )
}

#[test]
fn the_error_of_a_difference_has_two_slopes() -> Report {
    claim!(
        "gradient-check.slopes",
        r"In *twelve* random tanh networks, on logarithmic scales, the relative error of the *central* difference
        has slope *$2$* over steps from $0.001$ to $0.1$ and slope *$-1$* over steps from
        $10^{-12}$ to $10^{-7}$, each to within a twentieth, and the smallest error is below *$10^{-9}$*.",
        |streams| {
            let tables: Vec<Table> = seeds(12, streams)
                .into_par_iter()
                .map(|seed| DifferenceError { seed }.run(&mut |_| {}))
                .collect();
            let steps = tables[0].numbers("step");
            let slope = |errors: &[f64], from: f64, to: f64| {
                // Least squares through the points between the two steps.
                let inside = steps
                    .iter()
                    .zip(errors)
                    .filter(|(h, _)| (from..to).contains(*h));
                let points: Vec<(f64, f64)> = inside
                    .map(|(h, e)| (libm::log(*h), libm::log(*e)))
                    .collect();
                let n = points.len() as f64;
                let (mx, my) = (
                    points.iter().map(|p| p.0).sum::<f64>() / n,
                    points.iter().map(|p| p.1).sum::<f64>() / n,
                );
                let covariance: f64 = points.iter().map(|(x, y)| (x - mx) * (y - my)).sum();
                covariance / points.iter().map(|(x, _)| (x - mx).powi(2)).sum::<f64>()
            };
            // In units of what counts as the same slope, and as a small error.
            let departure_of = |errors: &[f64]| {
                // An error of exactly zero has no logarithm.
                let errors = errors.iter().copied();
                let errors: Vec<f64> = errors.map(|e| largest([e, f64::MIN_POSITIVE])).collect();
                let least = smallest(errors.iter().copied());
                let [falling, rising] = [
                    slope(&errors, 0.9e-3, 0.11),
                    slope(&errors, 0.9e-12, 1.1e-7),
                ];
                largest([
                    (falling - 2.0).abs() / 0.05,
                    (rising + 1.0).abs() / 0.05,
                    least / 1e-9,
                ])
            };
            let departure = |column: &str| {
                let errors = tables.iter().map(|table| table.numbers(column));
                largest(errors.map(|e| departure_of(&e)))
            };
            let errors_of =
                |error: fn(f64) -> f64| -> Vec<f64> { steps.iter().map(|h| error(*h)).collect() };
            Exactness::of(
                "departure from the sentence, in units of what is allowed",
                tables.len() as u64,
            )
            .sampled()
            .within(1.0)
            .holds_for("central differences", departure("central"))
            .over(
                "twelve",
                "widths 3, 6, 6 and 2, with four examples and a mean of squares; four steps to a decade",
            )
            .foil("one-sided differences", departure("forward"))
            .attacks(&["central", "$10^{-9}$"])
            .foil("an error of ε/h alone", departure_of(&errors_of(|h| f64::EPSILON / h)))
            .attacks(&["$2$"])
            .foil("an error of h² alone", departure_of(&errors_of(|h| h * h)))
            .attacks(&["$-1$"])
            .judge()
        },
    )
}
