//! The claims of the chapter on the notebook's two boxes.

use experiments::Experiment;
use experiments::deep_signal::{UdlResponse, UdlRules};
use experiments::shared::weights::{he, of_variance};
use ndarray::{Array1, Array2, array};
use rand_distr::{Distribution, StandardNormal};
use unit_variance::evidence::{
    BinomialShare, Check, Exactness, NullLaw, ReluMixture, largest, smallest,
};
use unit_variance::probability::StreamRng;
use unit_variance::theory::ReluProduct;
use unit_variance::{Activation, Dense, Fan, Law, Loss, Moments, Network, VarianceScaling};

use crate::harness::Report;

/// The notebook's deep network.
const DEPTH: u32 = 50;
const WIDTH: u64 = 80;

/// The factors that nineteen of twenty networks apply to the rms of one input.
fn band() -> (f64, f64) {
    let product = ReluProduct::new(WIDTH, DEPTH);
    let rms = |p| product.quantile(p).sqrt();
    (rms(0.025), rms(0.975))
}

/// So few units that fifty layers scatter widely.
const FEW: u64 = 8;

/// The probability that none of fifty layers of [`FEW`] units is dead.
fn few_are_alive() -> f64 {
    (1.0 - libm::exp2(-(FEW as f64))).powi(DEPTH.cast_signed())
}

#[test]
fn the_two_rules_make_one_network_in_other_units() -> Report {
    claim!(
        "deep-signal.one-network",
        r"Drawn from *the same numbers* with variances $2/n_\text{in}$ and $2/n_\text{out}$, the notebook's network
        has *the same outputs*, and *the same gradients* with respect to *every* weight between its hidden layers.
        With $2/n_\text{out}$ its activations are *smaller by $\sqrt{80}$*, and the gradients with respect to its
        hidden pre-activations *larger by $\sqrt{80}$*.",
        || {
            let unit = (WIDTH as f64).sqrt();
            // What each size should be, over what it is with 2 / fan_in.
            let expected = [1.0 / unit, 1.0, unit, 1.0];
            let by_fan_in = UdlRules::default().sizes(he(Fan::In));
            let farthest =
                |seed, weights| {
                    let rules = UdlRules {
                        seed,
                        ..UdlRules::default()
                    };
                    let sizes = rules.sizes(weights);
                    let ratios = sizes.iter().zip(by_fan_in).zip(expected);
                    largest(ratios.map(|((size, by_fan_in), expected)| {
                        (size / by_fan_in / expected - 1.0).abs()
                    }))
                };
            Exactness::of("largest relative error of a ratio of sizes", 4)
                .proved()
                .proved_beyond(
                    "every",
                    "the weights after the 25th hidden layer, by the rms of their gradient",
                )
                .within(1e-12)
                .holds_for("2/fan_out beside 2/fan_in", farthest(0, he(Fan::Out)))
                .foil("other numbers: seed 1", farthest(1, he(Fan::Out)))
                .attacks(&["the same numbers"])
                .foil(
                    "one variance for all matrices",
                    farthest(0, of_variance(2.0 / WIDTH as f64)),
                )
                .attacks(&["the same outputs", "the same gradients"])
                .foil("2/fan_in once more", farthest(0, he(Fan::In)))
                .attacks(&[r"smaller by $\sqrt{80}$", r"larger by $\sqrt{80}$"])
                .judge()
        },
    )
}

#[test]
fn the_gradients_of_a_hundred_inputs_are_multiples_of_two() -> Report {
    claim!(
        "deep-signal.two-gradients",
        r"In a *ReLU* network of one input $x$ and *without biases*, and with targets *of zero*, the gradient of
        the squared output with respect to *a pre-activation* is *$|x|$* times what it is for the input of size
        one that has the sign of $x$.",
        |streams| {
            const DRAWS: usize = 1000;
            let mut rng = streams.stream("network");
            let he = VarianceScaling::he(Law::Normal).on(Fan::Out);
            let draws: Vec<(Network, f64)> = (0..DRAWS)
                .map(|_| {
                    let widths = [1, 20, 20, 20, 1];
                    let mut network = Network::init(&widths, Activation::Relu, &he, &mut rng);
                    network.layers[3].activation = Activation::Identity;
                    (network, StandardNormal.sample(&mut rng))
                })
                .collect();

            let farthest = |change: fn(&mut Dense), target: f64, multiple: fn(f64) -> f64| {
                let mut farthest = 0.0_f64;
                for (network, x) in &draws {
                    let mut network = network.clone();
                    network.layers[..3].iter_mut().for_each(change);
                    let targets = Array2::from_elem((2, 1), target);
                    let loss = Loss::SumOfSquares { targets };
                    // An input, and the one of size one with its sign.
                    let gradients = network.gradients(&array![[*x], [x.signum()]], &loss);
                    for layer in &gradients.layers {
                        let (own, unit) = (layer.delta.row(0), layer.delta.row(1));
                        let error = &own - &(&unit * multiple(x.abs()));
                        let size = |v: &Array1<f64>| v.mapv(|x| x * x).sum().sqrt();
                        farthest =
                            largest([farthest, size(&error) / size(&own.to_owned()).max(1e-300)]);
                    }
                }
                farthest
            };
            let tanh = |layer: &mut Dense| layer.activation = Activation::Tanh;
            let biases = |layer: &mut Dense| layer.bias.fill(0.1);
            // An output that is nearly zero is a small difference of large numbers: it loses digits.
            Exactness::of("largest relative distance from a multiple", DRAWS as u64)
                .sampled()
                .over(
                    "a pre-activation",
                    "all, in 1000 networks of 1, 20, 20, 20 and 1 units, each with an input",
                )
                .within(1e-6)
                .holds_for("targets of zero", farthest(|_| {}, 0.0, |x| x))
                .foil("targets of one", farthest(|_| {}, 1.0, |x| x))
                .attacks(&["of zero"])
                .foil("tanh", farthest(tanh, 0.0, |x| x))
                .attacks(&["ReLU"])
                .foil("biases of 0.1", farthest(biases, 0.0, |x| x))
                .attacks(&["without biases"])
                .foil("x² times, as the loss", farthest(|_| {}, 0.0, |x| x * x))
                .attacks(&["$|x|$"])
                .judge()
        },
    )
}

/// What is measured of a network: its activation and width, and which layer the last one is compared with.
struct Sought {
    activation: Activation,
    width: u64,
    from: From,
}

/// Where a signal is when its way through the hidden layers begins.
enum From {
    FirstLayer,
    Input,
}

#[test]
fn a_network_is_level_a_little_above_two_over_n() -> Report {
    claim!(
        "deep-signal.level",
        r"The variance at which layer 50 answers a single input with the rms of *layer 1* lies, for *nineteen of
        twenty* *ReLU* networks of *$n = 80$* units a layer, with normal weights and without biases, between
        *$1.92/n$* and *$2.22/n$*, and for *half* of them above $2.06/n$.",
        |streams| {
            const NETWORKS: u64 = 68;
            // From layer 1 to layer 50 the mean square is multiplied by (s/2)^49 times 49 factors.
            let product = ReluProduct::new(WIDTH, DEPTH - 1);
            let level = |p| 2.0 * libm::pow(product.quantile(1.0 - p), -1.0 / f64::from(DEPTH - 1));
            let [low, median, high] = [0.025, 0.5, 0.975].map(level);
            assert_eq!(format!("{low:.2} {median:.2} {high:.2}"), "1.92 2.06 2.22");
            // From an input of one: (s/2)^50 times 50 factors, over 80, as the first matrix has one input.
            let from_input = {
                let product = ReluProduct::new(WIDTH, DEPTH);
                let below =
                    |s: f64| product.cdf(WIDTH as f64 * (2.0 / s).powi(DEPTH.cast_signed()));
                below(low) - below(high)
            };
            let of_few = {
                let product = ReluProduct::new(FEW, DEPTH - 1);
                let below = |s: f64| product.cdf((2.0 / s).powi(DEPTH.cast_signed() - 1));
                few_are_alive() * (below(low) - below(high))
            };
            let share = |sought: &Sought, rng: &mut StreamRng| {
                let mut widths = vec![sought.width as usize; DEPTH as usize + 1];
                widths[0] = 1;
                let he = VarianceScaling::he(Law::Normal);
                let within = (0..NETWORKS).filter(|_| {
                    let network = Network::init(&widths, sought.activation, &he, rng);
                    let trace = network.forward(&array![[1.0]]);
                    let rms = |l: usize| {
                        let row = trace.layers[l].activation.iter();
                        row.collect::<Moments>().rms()
                    };
                    let last = rms(DEPTH as usize - 1);
                    let (growth, matrices) = match sought.from {
                        From::FirstLayer => (last / rms(0), DEPTH - 1),
                        From::Input => (last / (sought.width as f64).sqrt(), DEPTH),
                    };
                    let level = 2.0 * libm::pow(growth, -2.0 / f64::from(matrices));
                    (low..=high).contains(&level)
                });
                within.count() as f64 / NETWORKS as f64
            };
            let sought = |activation, width, from| Sought {
                activation,
                width,
                from,
            };
            Check::of("share of the networks inside", NETWORKS, share)
                .null(BinomialShare::new(NETWORKS, 0.95))
                .holds_for("as said", sought(Activation::Relu, WIDTH, From::FirstLayer))
                .proved_beyond(
                    "half",
                    "the median of the law, computed; the networks were held to the band alone",
                )
                .foil(
                    "the input in place of layer 1",
                    sought(Activation::Relu, WIDTH, From::Input),
                    BinomialShare::new(NETWORKS, from_input),
                )
                .attacks(&["layer 1", "$2.22/n$"])
                .foil(
                    "no ReLU: level near 1/n",
                    sought(Activation::Identity, WIDTH, From::FirstLayer),
                    BinomialShare::new(NETWORKS, 1e-6),
                )
                .attacks(&["ReLU", "$1.92/n$"])
                .foil(
                    "eight units a layer",
                    sought(Activation::Relu, FEW, From::FirstLayer),
                    BinomialShare::new(NETWORKS, of_few),
                )
                .attacks(&["$n = 80$", "nineteen of twenty"])
                .judge(streams)
        },
    )
}

#[test]
fn the_answer_to_one_input_keeps_to_its_band() -> Report {
    claim!(
        "deep-signal.band",
        r"A *He* network of fifty layers of *eighty* units answers a single input, in *nineteen of twenty* draws,
        with an rms between *$0.075$* and *$2.60$* times that of the input.",
        |streams| {
            const NETWORKS: u64 = 24;
            let (low, high) = band();
            assert_eq!(format!("{low:.3} {high:.2}"), "0.075 2.60");
            let inside = |width, share: f64| {
                // By how much a wrong variance moves the mean square, and with it the band.
                let factor = share.powi(DEPTH.cast_signed());
                let product = ReluProduct::new(width, DEPTH);
                product.cdf(high * high / factor) - product.cdf(low * low / factor)
            };
            let scaled =
                |width: u64, scale| (width, VarianceScaling::new(scale, Fan::In, Law::Normal));
            Check::of(
                "share of the networks inside",
                NETWORKS,
                |(width, scheme): &(u64, VarianceScaling), rng| {
                    let mut widths = vec![*width as usize; DEPTH as usize + 1];
                    widths[0] = 1;
                    let within = (0..NETWORKS)
                        .filter(|_| {
                            let network = Network::init(&widths, Activation::Relu, scheme, rng);
                            let trace = network.forward(&array![[1.0]]);
                            let rms = trace.output().iter().collect::<Moments>().rms();
                            (low..=high).contains(&rms)
                        })
                        .count();
                    within as f64 / NETWORKS as f64
                },
            )
            .null(BinomialShare::new(NETWORKS, 0.95))
            .holds_for("2/n", scaled(WIDTH, 2.0))
            .foil(
                "1/n",
                scaled(WIDTH, 1.0),
                BinomialShare::new(NETWORKS, inside(WIDTH, 0.5)),
            )
            .attacks(&["He", "$0.075$"])
            .foil(
                "2.4/n",
                scaled(WIDTH, 2.4),
                BinomialShare::new(NETWORKS, inside(WIDTH, 1.2)),
            )
            .attacks(&["He", "$2.60$"])
            .foil(
                "eight units a layer",
                scaled(FEW, 2.0),
                BinomialShare::new(NETWORKS, few_are_alive() * inside(FEW, 1.0)),
            )
            .attacks(&["eighty", "nineteen of twenty"])
            .judge(streams)
        },
    )
}

#[test]
fn the_notebooks_network_is_an_ordinary_one() -> Report {
    claim!(
        "deep-signal.ordinary",
        r"In *every one* of its fifty layers, and for inputs of *both signs*, the solved notebook's network answers
        with an rms that lies in the *middle 95 percent* of the law.",
        || {
            let table = UdlResponse::default().run(&mut |_| {});
            // Of the probability on the nearer side, what is missing to 2.5 percent, with the mean
            // square of layer l multiplied by factor^l.
            let missing = |factor: f64| {
                let mut most = 0.0_f64;
                for column in ["to_plus_one", "to_minus_one"] {
                    for (rms, layer) in table.numbers(column).into_iter().zip(1..=DEPTH) {
                        let product = ReluProduct::new(WIDTH, layer);
                        let below = product.cdf(rms * rms * factor.powi(layer.cast_signed()));
                        most = largest([most, 0.025 - smallest([below, 1.0 - below])]);
                    }
                }
                most
            };
            Exactness::of("probability missing to 2.5 percent", 2 * u64::from(DEPTH))
                .over("every one", "all fifty")
                .over("both signs", "the inputs 1 and −1")
                .within(0.0)
                .holds_for("2/n", missing(1.0))
                .foil("1/n", missing(0.5))
                .attacks(&["middle 95 percent"])
                .foil("4/n", missing(2.0))
                .attacks(&["middle 95 percent"])
                .judge()
        },
    )
}

#[test]
fn one_network_does_not_show_an_error_of_five_percent() -> Report {
    claim!(
        "deep-signal.five-percent",
        r"With *$2.1/n$* in place of $2/n$, *a network* of *fifty* ReLU layers of eighty units, with normal weights
        and without biases, still answers a single input, in *seven of ten* draws, with an rms between $0.075$ and
        $2.60$ times that of the input.",
        || {
            let (low, high) = band();
            let one_network = |error: f64, depth: u32| {
                let product = ReluProduct::new(WIDTH, depth);
                let factor = error.powi(depth.cast_signed());
                product.cdf(high * high / factor) - product.cdf(low * low / factor)
            };
            // The mean of the factors of all layers of a hundred networks, in its own band of 95 percent.
            let pooled = {
                let mixture = ReluMixture::new(100 * u64::from(DEPTH) * WIDTH);
                let (low, high) = mixture.interval(0.05);
                mixture.lower_tail(high / 1.05) - mixture.lower_tail(low / 1.05)
            };
            let distance = |probability: f64| (probability - 0.7).abs();
            Exactness::of("distance of the probability from seven tenths", 1)
                .proved()
                .within(0.05)
                .holds_for("the end of one network", distance(one_network(1.05, DEPTH)))
                .finds("probability", one_network(1.05, DEPTH))
                .foil("the layers of a hundred networks", distance(pooled))
                .attacks(&["a network"])
                .foil("2/n itself", distance(one_network(1.0, DEPTH)))
                .attacks(&["$2.1/n$", "seven of ten"])
                .foil("ten layers", distance(one_network(1.05, 10)))
                .attacks(&["fifty", "seven of ten"])
                .judge()
        },
    )
}
