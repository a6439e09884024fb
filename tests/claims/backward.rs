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
use unit_variance::evidence::{Check, Exactness, KolmogorovDistance, KolmogorovFoil, largest};
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
        r"In a *ReLU* network *without biases* and with a single output $f$, the activations and *the
        gradient* $u_\ell$ *of $f$* with respect to them satisfy $h_\ell \cdot u_\ell = f$ in *every layer*.",
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
                    let mut farthest = 0.0_f64;
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
                            farthest = largest([farthest, distance / size]);
                        }
                    }
                    farthest
                };
            Exactness::of(
                "largest distance, over the sum of the sizes of all products along paths",
                CASES as u64,
            )
            .proved()
            .within(1e-12)
            .proved_beyond(
                "every layer",
                "the input and all hidden layers of 200 networks, of two to six layers, 2 to 12 units wide",
            )
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
            .attacks(&["the gradient"])
            .foil(
                "the gradient of f² in place of f",
                farthest(
                    |_| {},
                    |network, trace| network.backward(trace, &(2.0 * trace.output())),
                ),
            )
            .attacks(&["of $f$"])
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
            .attacks(&["without biases"])
            .foil(
                "tanh in place of the ReLU",
                farthest(
                    |network| {
                        let hidden = network.layers.len() - 1;
                        network.layers[..hidden]
                            .iter_mut()
                            .for_each(|layer| layer.activation = Activation::Tanh);
                    },
                    gradient_of_output,
                ),
            )
            .attacks(&["ReLU"])
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
        r"For *one input* other than zero, given that no layer is dead: with independent normal weights of mean
        zero and *variance $\sigma^2$*, *any activation*, *any biases* and *any loss* of the output for this input, the
        part of $u_{\ell-1}$ *orthogonal* to $h_{\ell-1}$ has squared length $\sigma^2\|\delta_\ell\|^2$ times
        a chi-square variable with *$n-1$* degrees of freedom, and the variables of different layers are
        *independent*.",
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
            .proved_beyond("any activation", "tanh, sigmoid, ReLU and GELU, in turn")
            .proved_beyond("any biases", "normal ones of standard deviation 0.3")
            .proved_beyond(
                "any loss",
                "a sum of squares with targets of zero, and a cross-entropy of two classes",
            )
            .proved_beyond(
                "independent",
                "the sum of the variables of four layers in each of 8,000 networks",
            )
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
            .attacks(&["$n-1$"])
            .foil(
                "weights of half the variance",
                (Projection::Orthogonal, half),
                KolmogorovFoil::new(NETWORKS, right.cdf(26.0), right.cdf(52.0)),
            )
            .attacks(&[r"variance $\sigma^2$"])
            .foil_executed_only(
                "the removed direction, as if it were fresh",
                (Projection::Along, lecun),
                "the part along h depends on the forward pass in a way that the text does not work out",
            )
            .attacks(&["orthogonal"])
            .foil_executed_only(
                "examples coupled by the loss",
                (Projection::OfCoupledExamples, lecun),
                "how a loss that couples its examples bends the law depends on the loss",
            )
            .attacks(&["one input"])
            .judge(streams)
        },
    )
}

/// How the gradients are made, and with which law of the coins they are compared.
#[derive(Debug, Clone, Copy)]
struct Coined {
    scheme: VarianceScaling,
    biased: bool,
    keep_mask: bool,
    none_dead: bool,
}

#[test]
fn lengths_of_gradients_are_those_of_coins() -> Report {
    claim!(
        "backward.relu",
        r"In a ReLU network *without biases*, with one output and independent normal weights of mean zero, the
        squared lengths of $\delta_1, \ldots, \delta_L$ for an input other than zero have, given that no layer
        is dead, *jointly* the law that they have in a network with weights of the *same laws* whose units are
        switched on by *fair coins*, one a unit, independently of each other and of all weights, given that the
        coins leave *no layer dead*.",
        |streams| {
            const NETWORKS: u64 = 4_000;
            let he = Coined {
                scheme: VarianceScaling::he(Law::Normal),
                biased: false,
                keep_mask: true,
                none_dead: true,
            };
            let measure = |how: &Coined, rng: &mut StreamRng| {
                let coins = Coins::new(how.none_dead);
                let mut sums = backward_factors(NETWORKS as usize, how, rng);
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
            .proved_beyond(
                "jointly",
                "the sum of the factors of ten layers of three and four units, in each of 4,000 networks",
            )
            .holds_for("the library's backward pass", he)
            .foil(
                "the mask left out",
                Coined {
                    keep_mask: false,
                    ..he
                },
                KolmogorovFoil::new(NETWORKS, right.cdf(26.0), all_units.cdf(26.0)),
            )
            .attacks(&["fair coins"])
            .foil(
                "biases that switch every unit on",
                Coined { biased: true, ..he },
                KolmogorovFoil::new(NETWORKS, right.cdf(26.0), all_units.cdf(26.0)),
            )
            .attacks(&["without biases"])
            .foil(
                "LeCun: 1/n",
                Coined {
                    scheme: VarianceScaling::lecun(Law::Normal),
                    ..he
                },
                KolmogorovFoil::new(NETWORKS, right.cdf(13.0), right.cdf(26.0)),
            )
            .attacks(&["same laws"])
            .foil(
                "as if no layer could be dead",
                Coined {
                    none_dead: false,
                    ..he
                },
                KolmogorovFoil::new(NETWORKS, Coins::new(false).cdf(16.5), right.cdf(16.5)),
            )
            .attacks(&["no layer dead"])
            .judge(streams)
        },
    )
}

/// The largest distance between the printed standard deviations and ours.
fn distance_from_printed(config: DeepGradient, printed: &[f64]) -> f64 {
    let ours = config.run(&mut |_| {}).numbers("std");
    let pairs = printed.iter().zip(ours);
    largest(pairs.map(|(printed, ours)| (printed - ours).abs()))
}

#[test]
fn the_small_gradient_of_the_notebook_comes_out_again() -> Report {
    claim!(
        "backward.udl-small",
        r"In the network of five layers, drawn with *seed 0*, the *four standard deviations* of the gradient
        that the notebook prints come out again to its last digit.",
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
            .over("four standard deviations", "all four that it prints")
            .holds_for("seed 0", with(ours))
            .foil("seed 1", with(DeepGradient { seed: 1, ..ours }))
            .attacks(&["seed 0"])
            .judge()
        },
    )
}

#[test]
fn the_deep_gradient_of_the_notebook_comes_out_again() -> Report {
    claim!(
        "backward.udl-deep",
        r"In the network of fifty layers with weights of variance *$2/n_\text{out}$*, *all thirty-two*
        standard deviations of the gradient that the solved notebook prints come out again to its last digit.",
        || {
            let ours = DeepGradient::default();
            let printed = printed("fanout_backward_50x80");
            let with = |config| distance_from_printed(config, &printed);
            Exactness::of(
                "largest distance from a printed number",
                printed.len() as u64,
            )
            .within(HALF_A_DIGIT)
            .over("all thirty-two", "every number that it prints")
            .holds_for("fan_out", with(ours))
            .foil(
                "fan_in for fan_out",
                with(DeepGradient {
                    weights: he(Fan::In),
                    ..ours
                }),
            )
            .attacks(&[r"$2/n_\text{out}$"])
            .judge()
        },
    )
}

/// The gradients of a case, those of its weights times a factor.
fn weights_times(factor: f64, case: &Case) -> Gradients {
    let mut gradients = case.gradients();
    let layers = gradients.layers.iter_mut();
    layers.for_each(|layer| layer.weight *= factor);
    gradients
}

#[test]
fn gradients_are_those_of_autograd() -> Report {
    claim!(
        "backward.autograd",
        r"On *stored networks* with stored weights, *losses* and *gradients* agree with those of PyTorch's
        automatic differentiation to a relative error of *$10^{-12}$*, or to $10^{-15}$ where that is more.",
        || {
            let stored = stored_cases();
            let farthest = |value: fn(&Case) -> f64, gradients: fn(&Case) -> Gradients| {
                let mut most = 0.0_f64;
                let mut compare = |ours: f64, theirs: f64| {
                    let allowed = (1e-12 * theirs.abs()).max(1e-15);
                    most = largest([most, (ours - theirs).abs() / allowed]);
                };
                for Stored {
                    case,
                    value: their_value,
                    gradients: theirs,
                } in &stored
                {
                    let ours = gradients(case);
                    compare(value(case), *their_value);
                    for coordinate in case.coordinates() {
                        compare(ours.at(coordinate), theirs.at(coordinate));
                    }
                }
                most
            };
            Exactness::of("error, in units of what is allowed", stored.len() as u64)
                .within(1.0)
                .over(
                    "stored networks",
                    "3-4-2 and 5-8-8-3, with ReLU, tanh and sigmoid, under a mean of squares and a cross-entropy",
                )
                .holds_for(
                    "the library's backward pass",
                    farthest(Case::value, Case::gradients),
                )
                .foil(
                    "the average over the batch left out of the losses",
                    farthest(
                        |case| case.value() * case.input.nrows() as f64,
                        Case::gradients,
                    ),
                )
                .attacks(&["losses"])
                .foil(
                    "the average over the batch left out",
                    farthest(Case::value, |case| {
                        weights_times(case.input.nrows() as f64, case)
                    }),
                )
                .attacks(&["gradients"])
                .foil(
                    "gradients of the biases left out",
                    farthest(Case::value, |case| {
                        let mut gradients = case.gradients();
                        gradients
                            .layers
                            .iter_mut()
                            .for_each(|layer| layer.bias.fill(0.0));
                        gradients
                    }),
                )
                .attacks(&["gradients"])
                .foil(
                    "gradients of the weights too large by one part in 10¹¹",
                    farthest(Case::value, |case| weights_times(1.0 + 1e-11, case)),
                )
                .attacks(&["$10^{-12}$"])
                .judge()
        },
    )
}
