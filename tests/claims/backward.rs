//! The claims of the chapter on the backward pass.

mod coins;
mod projections;

use experiments::Experiment;
use experiments::shared::DeepGradient;
use experiments::shared::weights::{he, of_variance};
use ndarray::{Array2, ArrayRef2};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use statrs::distribution::ContinuousCDF;
use unit_variance::evidence::{Check, Exactness, KolmogorovDistance, KolmogorovFoil};
use unit_variance::network::gradient_check::Case;
use unit_variance::probability::StreamRng;
use unit_variance::{Activation, Fan, Gradients, Law, Network, Trace, VarianceScaling};

use self::coins::{Coins, HIDDEN, backward_factors};
use self::projections::{ALL_DIRECTIONS, ORTHOGONAL, Projection, chi_square, projections};
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
        gradient $u_\ell$ of $f$ with respect to them satisfy $h_\ell \cdot u_\ell = f$ in every layer.",
        |streams| {
            const CASES: usize = 200;
            let shapes = draw_cases(
                &proptest::collection::vec(2_usize..13, 3..8),
                CASES,
                streams,
            );
            let he = VarianceScaling::he(Law::Normal);
            let farthest =
                |change: fn(&mut Network), backward: fn(&Network, &Trace) -> Gradients| {
                    let mut rng = streams.stream("networks");
                    let mut largest = 0.0_f64;
                    for widths in &shapes {
                        let mut widths = widths.clone();
                        *widths.last_mut().expect("not empty") = 1;
                        let mut network = with_readout(&widths, &he, &mut rng);
                        change(&mut network);
                        let input = normal_row(widths[0], &mut rng);
                        let trace = network.forward(&input);
                        let gradients = backward(&network, &trace);
                        // What all products along all paths add up to without their signs: rounding is off
                        // by less than 1e-12 of it.
                        let size = of_sizes(&network).forward(&input.abs()).output()[[0, 0]];
                        for l in 0..network.layers.len() {
                            let product = (trace.entering(l) * entering(&gradients, l)).sum();
                            let distance = (product - trace.output()[[0, 0]]).abs();
                            largest = largest.max(distance / size);
                        }
                    }
                    largest
                };
            Exactness::of(
                "largest distance, over the sum of the sizes of all products along paths",
                CASES as u64,
            )
            .sampled()
            .within(1e-12)
            .holds_for(
                "the library's backward pass",
                farthest(|_| {}, gradient_of_output),
            )
            .foil(
                "the mask left out",
                farthest(
                    |_| {},
                    |network, trace| gradient_of_output(&linear(network), trace),
                ),
            )
            .foil(
                "the gradient of f² in place of f",
                farthest(
                    |_| {},
                    |network, trace| network.backward(trace, &(2.0 * trace.output())),
                ),
            )
            .foil(
                "biases of 0.1",
                farthest(
                    |network| {
                        network
                            .layers
                            .iter_mut()
                            .for_each(|layer| layer.bias.fill(0.1));
                    },
                    gradient_of_output,
                ),
            )
            .judge()
        },
    )
}

/// The network without its activations.
fn linear(network: &Network) -> Network {
    let mut linear = network.clone();
    let layers = linear.layers.iter_mut();
    layers.for_each(|layer| layer.activation = Activation::Identity);
    linear
}

/// The linear network with the absolute values of all weights and biases.
fn of_sizes(network: &Network) -> Network {
    let mut sizes = linear(network);
    for layer in &mut sizes.layers {
        layer.weight.mapv_inplace(f64::abs);
        layer.bias.mapv_inplace(f64::abs);
    }
    sizes
}

#[test]
fn what_the_forward_pass_has_not_seen_is_fresh() -> Report {
    claim!(
        "backward.projection",
        r"For one input other than zero, given that no layer is dead: with independent normal weights of variance
        $\sigma^2$, any activation, any biases and any loss of the output for this input, the part of
        $u_{\ell-1}$ orthogonal to $h_{\ell-1}$ has squared length $\sigma^2\|\delta_\ell\|^2$ times a
        chi-square variable with $n-1$ degrees of freedom, and the variables of different layers are
        independent.",
        |streams| {
            // The sum of independent chi-square variables is one; of dependent ones it scatters otherwise.
            const NETWORKS: u64 = 8_000;
            let lecun = VarianceScaling::lecun(Law::Normal);
            let half = VarianceScaling::new(0.5, Fan::In, Law::Normal);
            let measure = |(what, scheme): &(Projection, VarianceScaling), rng: &mut StreamRng| {
                let law = chi_square(match what {
                    Projection::Along => 1.0,
                    Projection::WithAllDimensions => ALL_DIRECTIONS,
                    _ => ORTHOGONAL,
                });
                let mut sums = projections(*what, scheme, NETWORKS as usize, rng);
                KolmogorovDistance::of(&mut sums, |x| law.cdf(x))
            };
            let right = chi_square(ORTHOGONAL);
            Check::of(
                "distance of the sums over the layers from χ² with 38 degrees of freedom",
                NETWORKS,
                measure,
            )
            .null(KolmogorovDistance::new(NETWORKS))
            .holds_for(
                "the orthogonal part, n − 1",
                (Projection::Orthogonal, lecun),
            )
            .foil(
                "n degrees of freedom",
                (Projection::WithAllDimensions, lecun),
                KolmogorovFoil::new(
                    NETWORKS,
                    chi_square(ALL_DIRECTIONS).cdf(39.0),
                    right.cdf(39.0),
                ),
            )
            .foil(
                "weights of half the variance",
                (Projection::Orthogonal, half),
                KolmogorovFoil::new(NETWORKS, right.cdf(26.0), right.cdf(52.0)),
            )
            .foil_executed_only(
                "the removed direction, as if it were fresh",
                (Projection::Along, lecun),
            )
            .foil_executed_only(
                "examples coupled by the loss",
                (Projection::OfCoupledExamples, lecun),
            )
            .judge(streams)
        },
    )
}

/// How the gradients are made, and with which law of the coins they are compared.
#[derive(Debug, Clone, Copy)]
struct Coined {
    scheme: VarianceScaling,
    keep_mask: bool,
    none_dead: bool,
}

#[test]
fn lengths_of_gradients_are_those_of_coins() -> Report {
    claim!(
        "backward.relu",
        r"In a ReLU network without biases, with one output and independent normal weights, the squared
        lengths of $\delta_1, \ldots, \delta_L$ have, given that no layer is dead, jointly the law that they have in
        a network whose units are switched on by fair coins, independently of all weights, given
        that the coins leave no layer dead.",
        |streams| {
            const NETWORKS: u64 = 4_000;
            let he = Coined {
                scheme: VarianceScaling::he(Law::Normal),
                keep_mask: true,
                none_dead: true,
            };
            let measure = |how: &Coined, rng: &mut StreamRng| {
                let coins = Coins::new(how.none_dead);
                let networks = NETWORKS as usize;
                let mut sums = backward_factors(networks, &how.scheme, how.keep_mask, rng);
                KolmogorovDistance::of(&mut sums, |x| coins.cdf(x))
            };
            let right = Coins::new(true);
            let all_units = chi_square(HIDDEN.iter().sum::<usize>() as f64);
            Check::of(
                "distance of the sum of ten layers' factors from its law under coins",
                NETWORKS,
                measure,
            )
            .null(KolmogorovDistance::new(NETWORKS))
            .holds_for("the library's backward pass", he)
            .foil(
                "the mask left out",
                Coined {
                    keep_mask: false,
                    ..he
                },
                KolmogorovFoil::new(NETWORKS, right.cdf(26.0), all_units.cdf(26.0)),
            )
            .foil(
                "LeCun: 1/n",
                Coined {
                    scheme: VarianceScaling::lecun(Law::Normal),
                    ..he
                },
                KolmogorovFoil::new(NETWORKS, right.cdf(13.0), right.cdf(26.0)),
            )
            .foil(
                "as if no layer could be dead",
                Coined {
                    none_dead: false,
                    ..he
                },
                KolmogorovFoil::new(NETWORKS, Coins::new(false).cdf(16.5), right.cdf(16.5)),
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
        || {
            let ours = DeepGradient {
                depth: 5,
                width: 8,
                weights: of_variance(1.0),
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
        || {
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
                    weights: he(Fan::In),
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
        automatic differentiation to a relative error of $10^{-12}$, or to $10^{-15}$ where that is more.",
        || {
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
