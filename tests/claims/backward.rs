//! The claims of the chapter on the backward pass.

use ndarray::{Array1, Array2, ArrayRef2};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use unit_variance::evidence::{Check, ChiSquareMean, Exactness, ReluMixture, Scaled};
use unit_variance::experiments::{DeepGradient, Experiment, Weights};
use unit_variance::network::gradient_check::Case;
use unit_variance::probability::StreamRng;
use unit_variance::{Activation, Fan, Fans, Gradients, Law, Loss, Network, Trace, VarianceScaling};

use crate::autograd::{Stored, stored_cases};
use crate::forward::{HALF_A_DIGIT, printed};
use crate::harness::{Report, draw_cases};

fn normal_row(len: usize, rng: &mut StreamRng) -> Array2<f64> {
    Array2::from_shape_simple_fn((1, len), || StandardNormal.sample(rng))
}

fn squared_length(row: &ArrayRef2<f64>) -> f64 {
    row.iter().map(|x| x * x).sum()
}

/// The gradient with respect to what enters layer `l`.
pub(crate) fn entering(gradients: &Gradients, l: usize) -> &Array2<f64> {
    if l == 0 {
        &gradients.input
    } else {
        &gradients.layers[l - 1].activation
    }
}

/// A ReLU network with a linear readout of one output.
pub(crate) fn with_readout(
    widths: &[usize],
    scheme: &VarianceScaling,
    rng: &mut dyn Rng,
) -> Network {
    let mut network = Network::init(widths, Activation::Relu, scheme, rng);
    network
        .layers
        .last_mut()
        .expect("a network has layers")
        .activation = Activation::Identity;
    network
}

/// The gradient of the single output itself.
pub(crate) fn gradient_of_output(network: &Network, trace: &Trace) -> Gradients {
    network.backward(trace, &Array2::ones((1, 1)))
}

#[test]
fn activations_times_their_gradient_are_the_output() -> Report {
    claim!(
        "backward.euler",
        r"In a ReLU network without biases and with a single output $f$, the activations and the
        gradient with respect to them satisfy $\langle h_\ell, u_\ell\rangle = f$ in every layer.",
        |streams| {
            const CASES: usize = 200;
            let shapes = draw_cases(
                &proptest::collection::vec(2_usize..13, 3..8),
                CASES,
                streams,
            );
            let he = VarianceScaling::he(Law::Normal);
            let farthest = |change: fn(&mut Network), backward: fn(&Network) -> Network| {
                let mut rng = streams.stream("networks");
                let mut largest = 0.0_f64;
                for widths in &shapes {
                    let mut widths = widths.clone();
                    *widths.last_mut().expect("not empty") = 1;
                    let mut network = with_readout(&widths, &he, &mut rng);
                    change(&mut network);
                    let trace = network.forward(&normal_row(widths[0], &mut rng));
                    let gradients = gradient_of_output(&backward(&network), &trace);
                    for l in 0..network.layers.len() {
                        let terms = trace.entering(l) * entering(&gradients, l);
                        let size: f64 = terms.iter().map(|t| t.abs()).sum();
                        let distance = (terms.sum() - trace.output()[[0, 0]]).abs();
                        if distance > 0.0 {
                            largest = largest.max(distance / size.max(1e-300));
                        }
                    }
                }
                largest
            };
            let unmasked = |network: &Network| {
                let mut network = network.clone();
                network
                    .layers
                    .iter_mut()
                    .for_each(|layer| layer.activation = Activation::Identity);
                network
            };
            Exactness::of(
                "largest distance, over the sum of the sizes of the terms",
                CASES as u64,
            )
            .sampled()
            .within(1e-12)
            .holds_for(
                "the library's backward pass",
                farthest(|_| {}, Network::clone),
            )
            .foil("the mask left out", farthest(|_| {}, unmasked))
            .foil(
                "biases of 0.1",
                farthest(
                    |network| {
                        network
                            .layers
                            .iter_mut()
                            .for_each(|layer| layer.bias.fill(0.1));
                    },
                    Network::clone,
                ),
            )
            .judge()
        },
    )
}

/// Narrow layers, where one dimension counts.
const NARROW: [usize; 5] = [9, 12, 10, 11, 2];

/// What is taken for the length of the gradient behind a matrix.
enum Part {
    /// The part orthogonal to what the forward pass sent through, with `n − 1` dimensions.
    Orthogonal,
    /// The part along it, in the first layer, with the one dimension that independence would leave.
    Along,
}

/// The squared length of the gradient behind each matrix, over `σ²‖δ‖²` and the number of
/// dimensions, pooled until `degrees` of them are seen. Networks with a dead layer are drawn again.
fn pooled_projection(
    part: &Part,
    scheme: &VarianceScaling,
    degrees: u64,
    rng: &mut StreamRng,
) -> f64 {
    let claimed = VarianceScaling::lecun(Law::Normal);
    let activations = [
        Activation::Tanh,
        Activation::Sigmoid,
        Activation::Relu,
        Activation::Gelu,
    ];
    let (mut squares, mut dimensions, mut drawn) = (0.0, 0, 0);
    'networks: while dimensions < degrees {
        let phi = activations[drawn % activations.len()];
        drawn += 1;
        let mut network = Network::init(&NARROW, phi, scheme, rng);
        for layer in &mut network.layers {
            layer.bias = Array1::from_shape_simple_fn(layer.bias.len(), || {
                0.3 * Distribution::<f64>::sample(&StandardNormal, rng)
            });
        }
        network.layers[3].activation = Activation::Identity;
        let trace = network.forward(&normal_row(NARROW[0], rng));
        // Squares let the gradient depend on the weights through the output, most of all.
        let loss = if drawn.is_multiple_of(3) {
            Loss::CrossEntropy {
                labels: vec![drawn % 2],
            }
        } else {
            Loss::SumOfSquares {
                targets: Array2::zeros((1, 2)),
            }
        };
        let gradients = network.backward(&trace, &loss.gradient(trace.output()));
        let mut of_network = (0.0, 0);
        for (l, layer) in network.layers.iter().enumerate() {
            let (h, u, delta) = (
                trace.entering(l),
                entering(&gradients, l),
                &gradients.layers[l].delta,
            );
            if squared_length(h) == 0.0 || squared_length(delta) == 0.0 {
                continue 'networks;
            }
            let fans = Fans::dense(layer.weight.dim());
            let size = claimed.variance(fans) * squared_length(delta);
            let along = (h * u).sum() / squared_length(h);
            let (square, dimension) = match part {
                Part::Orthogonal => (squared_length(&(u - along * h)), layer.weight.nrows() - 1),
                Part::Along if l > 0 => (0.0, 0),
                Part::Along => (along * along * squared_length(h), 1),
            };
            of_network = (
                of_network.0 + square / size,
                of_network.1 + dimension as u64,
            );
        }
        squares += of_network.0;
        dimensions += of_network.1;
    }
    squares / dimensions as f64
}

#[test]
fn what_the_forward_pass_has_not_seen_is_fresh() -> Report {
    claim!(
        "backward.projection",
        r"Given that no layer is dead: for independent normal weights of variance $\sigma^2$, with any
        activation, any biases and any loss, the part of $u_{\ell-1}$ orthogonal to $h_{\ell-1}$ has squared
        length $\sigma^2\|\delta_\ell\|^2$ times a chi-square variable with $n-1$ degrees of freedom,
        and the variables of different layers are independent.",
        |streams| {
            // A multiple of the 38 dimensions of one network.
            const DEGREES: u64 = 38 * 3_320;
            let lecun = VarianceScaling::lecun(Law::Normal);
            let half = VarianceScaling::new(0.5, Fan::In, Law::Normal);
            let measure = |(part, scheme): &(Part, VarianceScaling), rng: &mut StreamRng| {
                let degrees = if matches!(part, Part::Along) {
                    DEGREES / 6
                } else {
                    DEGREES
                };
                pooled_projection(part, scheme, degrees, rng)
            };
            Check::of(
                "squared length over σ²‖δ‖² and its dimensions",
                DEGREES,
                measure,
            )
            .null(ChiSquareMean::new(DEGREES))
            .holds_for("the orthogonal part, n − 1", (Part::Orthogonal, lecun))
            .foil_executed_only(
                "the removed direction, as if it were fresh",
                (Part::Along, lecun),
            )
            .foil_scaled(
                "weights of half the variance",
                (Part::Orthogonal, half),
                0.5,
            )
            .judge(streams)
        },
    )
}

/// The mean of `‖δ_l‖² / (σ²‖δ_{l+1}‖²)` over half the units of layer `l`, pooled over the hidden
/// layers of networks of this width.
fn pooled_backward_factor(
    networks: usize,
    scheme: &VarianceScaling,
    keep_mask: bool,
    rng: &mut StreamRng,
) -> f64 {
    let claimed = VarianceScaling::he(Law::Normal);
    let mut widths = [WIDTH; LAYERS + 2];
    widths[LAYERS + 1] = 1;
    let mut sum = 0.0;
    for _ in 0..networks {
        let network = with_readout(&widths, scheme, rng);
        let trace = network.forward(&normal_row(WIDTH, rng));
        let gradients = gradient_of_output(&network, &trace);
        for l in 0..LAYERS {
            let weight = &network.layers[l + 1].weight;
            let variance = claimed.variance(Fans::dense(weight.dim()));
            let layer = &gradients.layers[l];
            let numerator = if keep_mask {
                &layer.delta
            } else {
                &layer.activation
            };
            sum += squared_length(numerator)
                / (variance * squared_length(&gradients.layers[l + 1].delta));
        }
    }
    2.0 * sum / (networks * LAYERS * WIDTH) as f64
}

const WIDTH: usize = 64;
const LAYERS: usize = 40;

#[test]
fn lengths_of_gradients_are_those_of_coins() -> Report {
    claim!(
        "backward.relu",
        r"Given that no layer is dead: in a ReLU network without biases, with one output and independent
        normal weights, the squared lengths of $\delta_1, \ldots, \delta_L$ have jointly the law that they would
        have if every unit were switched on by the toss of a coin, independently of all weights.",
        |streams| {
            const NETWORKS: usize = 125;
            const UNITS: u64 = (NETWORKS * LAYERS * WIDTH) as u64;
            let he = VarianceScaling::he(Law::Normal);
            let all_units = ChiSquareMean::new(UNITS);
            let measure = |(scheme, keep_mask): &(VarianceScaling, bool), rng: &mut StreamRng| {
                pooled_backward_factor(NETWORKS, scheme, *keep_mask, rng)
            };
            Check::of(
                "squared length of δ, layer over layer, over its expectation",
                UNITS,
                measure,
            )
            .null(ReluMixture::new(UNITS))
            .holds_for("the library's backward pass", (he, true))
            .foil(
                "the mask left out",
                (he, false),
                Scaled::new(2.0, &all_units),
            )
            .foil_scaled(
                "LeCun: 1/n",
                (VarianceScaling::lecun(Law::Normal), true),
                0.5,
            )
            .judge(streams)
        },
    )
}

/// The largest distance between the printed standard deviations and ours.
fn distance_from_printed(config: DeepGradient, printed: &[f64]) -> f64 {
    let ours = config.run(&mut |_| {}).numbers("std");
    printed
        .iter()
        .zip(ours)
        .map(|(printed, ours)| (printed - ours).abs())
        .fold(0.0, f64::max)
}

#[test]
fn the_small_gradient_of_the_notebook_comes_out_again() -> Report {
    claim!(
        "backward.udl-small",
        r"In the network of five layers, the four standard deviations of the gradient that the notebook
        prints come out again to its last digit.",
        |_| {
            let ours = DeepGradient {
                depth: 5,
                width: 8,
                weights: Weights::Variance(1.0),
                ..DeepGradient::default()
            };
            let printed = printed("backward_5x8_sigma1");
            let with = |config| distance_from_printed(config, &printed);
            Exactness::of(
                "largest distance from a printed number",
                printed.len() as u64,
            )
            .within(HALF_A_DIGIT)
            .holds_for("seed 0", with(ours))
            .foil("seed 1", with(DeepGradient { seed: 1, ..ours }))
            .judge()
        },
    )
}

#[test]
fn the_deep_gradient_of_the_notebook_comes_out_again() -> Report {
    claim!(
        "backward.udl-deep",
        r"In the network of fifty layers with weights of variance $2/n_\text{out}$, all thirty-two
        standard deviations of the gradient that the solved notebook prints come out again to its
        last digit.",
        |_| {
            let ours = DeepGradient::default();
            let printed = printed("fanout_backward_50x80");
            let with = |config| distance_from_printed(config, &printed);
            Exactness::of(
                "largest distance from a printed number",
                printed.len() as u64,
            )
            .within(HALF_A_DIGIT)
            .holds_for("fan_out", with(ours))
            .foil(
                "fan_in for fan_out",
                with(DeepGradient {
                    weights: Weights::HeFanIn,
                    ..ours
                }),
            )
            .judge()
        },
    )
}

#[test]
fn gradients_are_those_of_autograd() -> Report {
    claim!(
        "backward.autograd",
        r"On stored networks with stored weights, losses and gradients agree with those of PyTorch's
        automatic differentiation to a relative error of $10^{-12}$.",
        |_| {
            let stored = stored_cases();
            let farthest = |gradients: fn(&Case) -> Gradients| {
                let mut largest = 0.0_f64;
                let mut compare = |ours: f64, theirs: f64| {
                    let allowed = (1e-12 * theirs.abs()).max(1e-15);
                    largest = largest.max((ours - theirs).abs() / allowed);
                };
                for Stored {
                    case,
                    value,
                    gradients: theirs,
                } in &stored
                {
                    let ours = gradients(case);
                    compare(case.value(), *value);
                    for coordinate in case.coordinates() {
                        compare(ours.at(coordinate), theirs.at(coordinate));
                    }
                }
                largest
            };
            Exactness::of("error, in units of what is allowed", stored.len() as u64)
                .within(1.0)
                .holds_for("the library's backward pass", farthest(Case::gradients))
                .foil(
                    "the average over the batch left out",
                    farthest(|case| {
                        let mut gradients = case.gradients();
                        let batch = case.input.nrows() as f64;
                        gradients
                            .layers
                            .iter_mut()
                            .for_each(|layer| layer.weight *= batch);
                        gradients
                    }),
                )
                .foil(
                    "gradients of the biases left out",
                    farthest(|case| {
                        let mut gradients = case.gradients();
                        gradients
                            .layers
                            .iter_mut()
                            .for_each(|layer| layer.bias.fill(0.0));
                        gradients
                    }),
                )
                .judge()
        },
    )
}
