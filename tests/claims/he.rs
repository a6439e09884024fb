//! The claims of the chapter on He initialization.

use std::ops::RangeInclusive;

use ndarray::Array2;
use rand::RngExt;
use statrs::distribution::{Binomial, Discrete};
use unit_variance::evidence::{
    Check, ChiSquareMean, Evidence, Exactness, LeakyReluBound, LivingPairs, MeanBound, NullLaw,
    ReluMixture, Scaled, SubGaussianRelu, largest,
};
use unit_variance::initializer::{Entrywise, Size, Uniform};
use unit_variance::probability::{BlockMut, StreamRng};
use unit_variance::theory::relu_log_ratio;
use unit_variance::{
    Activation, Dense, Fan, Fans, Initializer, Law, Moments, Network, Streams, VarianceScaling,
};

use crate::backward::{gradient_of_output, with_readout};
use crate::harness::Report;

/// The weights of one matrix: enough pairs of them to resolve an error of 5 % in their variance.
const SHAPE: (usize, usize) = (500, 640);
const DIFFERENCES: u64 = 500 * 640 / 2;

/// Where weights come from.
enum Source {
    Rule(VarianceScaling),
    Interval(Uniform),
}

/// A wrong scale: its name, by how much it is wrong, and the word of the sentence that is false of it.
type Wrong<'a> = (&'a str, f64, &'a str);

fn variance_is_two_over_fan_in(
    streams: Streams,
    law: Law,
    null: impl NullLaw,
    wrong: Wrong<'_>,
) -> Evidence {
    let with_scale = |scale| Source::Rule(VarianceScaling::new(scale, Fan::In, law));
    // Between 0 and a the second moment is a²/3, and the variance a quarter of that.
    let edge = (3.0 * 2.0 / SHAPE.0 as f64).sqrt();
    let positive = MeanBound::of_squared_differences(Law::Uniform, DIFFERENCES);
    Check::of(
        "halved squared differences of pairs of weights, over 2/n",
        DIFFERENCES,
        |source: &Source, rng| {
            let weights = match source {
                Source::Rule(rule) => rule.sample(SHAPE, rng),
                Source::Interval(uniform) => uniform.sample(SHAPE, rng),
            };
            let weights = weights.as_slice().expect("it is contiguous");
            let halves = weights
                .as_chunks::<2>()
                .0
                .iter()
                .map(|[a, b]| 0.5 * (a - b) * (a - b));
            halves.sum::<f64>() / DIFFERENCES as f64 * SHAPE.0 as f64 / 2.0
        },
    )
    .null(null)
    .over("$2/n$", "one matrix of 500 inputs and 640 outputs")
    .holds_for("He", Source::Rule(VarianceScaling::he(law)))
    .foil_scaled(wrong.0, with_scale(2.0 * wrong.1), wrong.1)
    .attacks(&[wrong.2])
    .foil_scaled(
        "fan_out for fan_in",
        Source::Rule(VarianceScaling::he(law).on(Fan::Out)),
        500.0 / 640.0,
    )
    .attacks(&["$2/n$"])
    .foil(
        "second moment 2/n, between 0 and a",
        Source::Interval(Uniform::new(0.0, edge)),
        Scaled::new(0.25, &positive),
    )
    .attacks(&["variance"])
    .judge(streams)
}

#[test]
fn normal_weights_have_variance_two_over_fan_in() -> Report {
    claim!(
        "he.normal",
        r"The library's normal He weights have *variance* *$2/n$*.",
        |streams| {
            let null = ChiSquareMean::new(DIFFERENCES);
            variance_is_two_over_fan_in(streams, Law::Normal, null, ("LeCun: 1/n", 0.5, "$2/n$"))
        },
    )
}

#[test]
fn uniform_weights_have_variance_two_over_fan_in() -> Report {
    claim!(
        "he.uniform",
        r"The library's uniform He weights have *variance* *$2/n$*, too.",
        |streams| {
            let null = MeanBound::of_squared_differences(Law::Uniform, DIFFERENCES);
            let wrong = ("between ±√(2/n): the √3 dropped", 1.0 / 3.0, "$2/n$");
            variance_is_two_over_fan_in(streams, Law::Uniform, null, wrong)
        },
    )
}

#[test]
fn truncated_weights_have_variance_two_over_fan_in() -> Report {
    claim!(
        "he.truncated",
        r"The library's He weights from a normal law that is cut at two of its standard deviations have *variance*
        *$2/n$*, too: the variance of the lost tails is *made up for*.",
        |streams| {
            let law = Law::TRUNCATED_NORMAL;
            // What is left of the variance of a normal law cut at two, 1 − 4φ(2)/(2Φ(2) − 1): a number
            // of its own, so that a library that forgets it is measured and not asked.
            let left = 0.773_741_303_549_923_2;
            let null = MeanBound::of_squared_differences(law, DIFFERENCES);
            let wrong = ("the tails not made up for", left, "made up for");
            variance_is_two_over_fan_in(streams, law, null, wrong)
        },
    )
}

/// Fifty layers of 64 and 128 units in turn: none dies, but with probability 2⁻⁶⁴ a layer.
const DEPTH: usize = 50;
const WIDTHS: [usize; 2] = [64, 128];

/// The factor by which a layer multiplies the mean square of its input, averaged over
/// all units of this number of networks.
fn factor_a_layer(
    networks: usize,
    widths: &[usize],
    input: &dyn Fn(usize) -> f64,
    mut draw: impl FnMut() -> Network,
) -> f64 {
    let x = Array2::from_shape_fn((1, widths[0]), |(_, i)| input(i));
    let mean_square = |h: &Array2<f64>| h.iter().collect::<Moments>().second_moment();
    let (mut sum, mut units) = (0.0, 0);
    for _ in 0..networks {
        let trace = draw().forward(&x);
        for (l, signal) in trace.layers.iter().enumerate() {
            let ratio = mean_square(&signal.activation) / mean_square(trace.entering(l));
            sum += widths[l + 1] as f64 * ratio;
            units += widths[l + 1];
        }
    }
    sum / units as f64
}

/// The units of this number of networks.
const fn units_of(networks: usize) -> u64 {
    (networks * DEPTH * (WIDTHS[0] + WIDTHS[1]) / 2) as u64
}

/// The factor of a layer in deep networks, whose input is a ramp.
fn factor_in_the_deep(networks: usize, scheme: &dyn Initializer, rng: &mut StreamRng) -> f64 {
    let widths: Vec<usize> = WIDTHS.into_iter().cycle().take(DEPTH + 1).collect();
    let ramp = |i| 1.0 + i as f64 / WIDTHS[0] as f64;
    let draw = || Network::init(&widths, Activation::Relu, scheme, rng);
    factor_a_layer(networks, &widths, &ramp, draw)
}

/// One layer with as many outputs as inputs.
fn single_layer(scheme: &dyn Initializer, rng: &mut StreamRng) -> Network {
    Network::init(&[WIDTHS[0]; 2], Activation::Relu, scheme, rng)
}

/// The factor of single layers whose inputs are all one, as many as have these units: there a wrong layer has a
/// law that can be written down.
fn factor_of_equal_inputs(units: u64, draw: impl FnMut() -> Network) -> f64 {
    let width = WIDTHS[0];
    factor_a_layer(units as usize / width, &[width; 2], &|_| 1.0, draw)
}

/// What measures the factor of a layer.
type Factor<'a> = Box<dyn Fn(&mut StreamRng) -> f64 + 'a>;

const STATISTIC: &str = "mean square after a layer, over that before it";

/// Enough networks to resolve an error of 5 % in the variance, where the law is exact.
const NETWORKS: usize = 67;
const UNITS: u64 = units_of(NETWORKS);

#[test]
fn he_keeps_the_second_moment() -> Report {
    claim!(
        "he.forward",
        r"If the weights of a ReLU network *without biases* are *independent* and normal, with mean
        zero and variance *$2/n$*, then every layer passes on, on average, the mean square that it
        receives, at *any width* and *any depth*.",
        |streams| {
            let he = VarianceScaling::he(Law::Normal);
            let deep = |scale| {
                let scheme = VarianceScaling::new(scale, Fan::In, Law::Normal);
                let factor = move |rng: &mut StreamRng| factor_in_the_deep(NETWORKS, &scheme, rng);
                Box::new(factor) as Factor<'_>
            };
            // Each pre-activation has variance two, and to it comes a bias of variance two.
            let biased = |rng: &mut StreamRng| {
                let draw = || {
                    let mut layer = single_layer(&he, rng);
                    layer.layers[0].bias = he.sample((1, WIDTHS[0]), rng).row(0).to_owned();
                    layer
                };
                factor_of_equal_inputs(UNITS, draw)
            };
            // Each pre-activation is n times a weight.
            let alike = |rng: &mut StreamRng| {
                let draw = || {
                    let mut layer = single_layer(&he, rng);
                    let first = layer.layers[0].weight.row(0).to_owned();
                    layer.layers[0].weight.assign(&first);
                    layer
                };
                factor_of_equal_inputs(UNITS, draw)
            };
            Check::of(STATISTIC, UNITS, |factor: &Factor<'_>, rng| factor(rng))
                .null(ReluMixture::new(UNITS))
                .proved_beyond("any width", "layers of 64 and 128 units in turn")
                .proved_beyond("any depth", "the layers of networks of 50 layers, together")
                .holds_for("He: 2/n", deep(2.0))
                .foil_scaled("LeCun: 1/n", deep(1.0), 0.5)
                .attacks(&["$2/n$"])
                .foil_scaled("4/n", deep(4.0), 2.0)
                .attacks(&["$2/n$"])
                .foil_scaled(
                    "normal biases of variance 2, in single layers with inputs of one",
                    Box::new(biased) as Factor<'_>,
                    2.0,
                )
                .attacks(&["without biases"])
                .foil_scaled(
                    "one number for all weights of a unit, in single layers with inputs of one",
                    Box::new(alike) as Factor<'_>,
                    WIDTHS[0] as f64,
                )
                .attacks(&["independent"])
                .judge(streams)
        },
    )
}

/// Two values, `√((1 − p)/p)` and `−√(p/(1 − p))` standard deviations, the first with probability `p`:
/// mean zero, He's variance, and one side like the other only if `p = 1/2`.
struct Skewed(f64);

impl Skewed {
    /// The two values, over the standard deviation.
    fn values(&self) -> (f64, f64) {
        let p = self.0;
        (((1.0 - p) / p).sqrt(), -(p / (1.0 - p)).sqrt())
    }
}

impl Entrywise for Skewed {
    fn size(&self, fans: Fans) -> Size {
        let std_dev = (2.0 / fans.of(Fan::In)).sqrt();
        let (up, down) = self.values();
        Size {
            std_dev: Some(std_dev),
            largest: std_dev * up.max(-down),
        }
    }

    fn fill_block(&self, fans: Fans, block: BlockMut<'_>, rng: &mut StreamRng) {
        let std_dev = (2.0 / fans.of(Fan::In)).sqrt();
        let (up, down) = self.values();
        block.fill_with(|| std_dev * if rng.random_bool(self.0) { up } else { down });
    }
}

/// Mean, variance and largest value of what a ReLU unit adds to the factor if its `n` inputs are equal and its
/// weights [`Skewed`]: `2 max(K − np, 0)² / (n p (1 − p))`, with `K ~ Bin(n, p)` of the weights positive.
fn skewed_unit(n: u64, p: f64) -> (f64, f64, f64) {
    let law = Binomial::new(p, n).expect("a probability");
    let value = |k: u64| {
        let above = (k as f64 - n as f64 * p).max(0.0);
        2.0 * above * above / (n as f64 * p * (1.0 - p))
    };
    let mean: f64 = (0..=n).map(|k| law.pmf(k) * value(k)).sum();
    let square: f64 = (0..=n).map(|k| law.pmf(k) * value(k).powi(2)).sum();
    (mean, square - mean * mean, value(n))
}

#[test]
fn the_shape_of_a_symmetric_law_does_not_matter() -> Report {
    claim!(
        "he.any-law",
        r"Among laws that are *symmetric about zero* *the shape does not matter*: in a ReLU network without biases,
        independent uniform weights of variance *$2/n$* also make every layer that ends in a ReLU pass on, on
        average, the mean square that it receives.",
        |streams| {
            // Bernstein's and Chernoff's bounds need more networks than the exact law.
            const NETWORKS: usize = 100;
            const UNITS: u64 = units_of(NETWORKS);
            const RARE: f64 = 0.05;
            let deep = |scheme: VarianceScaling| {
                move |rng: &mut StreamRng| factor_in_the_deep(NETWORKS, &scheme, rng)
            };
            let skewed = |rng: &mut StreamRng| {
                factor_of_equal_inputs(UNITS, || single_layer(&Skewed(RARE), rng))
            };
            let (mean, variance, largest) = skewed_unit(WIDTHS[0] as u64, RARE);
            let bound = MeanBound::new(
                "ReLU units with skewed weights",
                UNITS,
                variance / (mean * mean),
                0.0,
                largest / mean,
            );
            let with_scale =
                |scale| Box::new(deep(VarianceScaling::new(scale, Fan::In, Law::Uniform)));
            Check::of(STATISTIC, UNITS, |factor: &Factor<'_>, rng| factor(rng))
                .null(SubGaussianRelu::new(UNITS))
                .proved_beyond("the shape does not matter", "the uniform law")
                .holds_for("uniform between ±√(6/n)", with_scale(2.0) as Factor<'_>)
                .foil_scaled(
                    "uniform between ±√(2/n)",
                    with_scale(2.0 / 3.0) as Factor<'_>,
                    1.0 / 3.0,
                )
                .attacks(&["$2/n$"])
                .foil(
                    "a skewed law of variance 2/n: one weight in twenty is positive",
                    Box::new(skewed) as Factor<'_>,
                    Scaled::new(mean, &bound),
                )
                .attacks(&["symmetric about zero"])
                .judge(streams)
        },
    )
}

#[test]
fn the_gain_is_one_over_the_rms_and_not_over_the_std() -> Report {
    claim!(
        "he.gain",
        r"Of the two gains that suggest themselves, $1/\sqrt{\mathbb{E}[\mathrm{relu}(z)^2]} =
        \sqrt 2$ *keeps* the signal; $1/\sqrt{\operatorname{Var}[\mathrm{relu}(z)]} \approx 1.7129$
        multiplies its mean square by *$1.467$* in *every layer*.",
        |streams| {
            // E relu(z) = 1/√(2π) and E relu(z)² = 1/2, so Var relu(z) = 1/2 − 1/(2π).
            let on_std = 1.0 / (0.5 - 0.5 / std::f64::consts::PI);
            assert_eq!(
                format!("{:.4} {:.3}", on_std.sqrt(), on_std / 2.0),
                "1.7129 1.467"
            );
            // A gain, squared, and the factor that is claimed of it.
            let measure = |(scale, claimed): &(f64, f64), rng: &mut StreamRng| {
                let scheme = VarianceScaling::new(*scale, Fan::In, Law::Normal);
                factor_in_the_deep(NETWORKS, &scheme, rng) / claimed
            };
            Check::of(
                "mean square after a layer, over what is claimed of that before it",
                UNITS,
                measure,
            )
            .null(ReluMixture::new(UNITS))
            .proved_beyond(
                "every layer",
                "the layers of networks of 50 layers, of 64 and 128 units in turn, together",
            )
            .holds_for("gain √2, which keeps it", (2.0, 1.0))
            .foil_scaled(
                "gain 1.7129, which keeps it, too",
                (on_std, 1.0),
                on_std / 2.0,
            )
            .attacks(&["$1.467$"])
            .foil_scaled(
                "gain √2, which multiplies it by 1.467, too",
                (2.0, on_std / 2.0),
                2.0 / on_std,
            )
            .attacks(&["keeps"])
            .judge(streams)
        },
    )
}

#[test]
fn a_leaky_slope_is_paid_back() -> Report {
    claim!(
        "he.leaky",
        r"With a leaky ReLU of *slope $a$* in place of the ReLU, independent normal weights of variance
        *$2/((1+a^2)n)$* keep the mean square of *any input* on average: for $a = \frac12$ that is *$1.6/n$*.",
        |streams| {
            const UNITS: u64 = 228_000;
            let shape = (12, UNITS as usize);
            let slope = 0.5;
            let leaky = Activation::LeakyRelu { slope };
            let input = Array2::from_shape_fn((1, shape.0), |(_, i)| 1.0 + i as f64);
            let with_scale = |scale| VarianceScaling::new(scale, Fan::In, Law::Normal);
            let kept = 2.0 / (1.0 + slope * slope);
            assert_eq!(kept, 1.6);

            Check::of(
                "factor on the mean square",
                UNITS,
                |scheme: &VarianceScaling, rng| {
                    let layer = Dense::new(scheme.sample(shape, rng), leaky);
                    let square = |h: &Array2<f64>| h.iter().collect::<Moments>().second_moment();
                    square(&layer.forward(&input).activation) / square(&input)
                },
            )
            .null(LeakyReluBound::new(UNITS, slope))
            .proved_beyond("slope $a$", "the slope 1/2")
            .proved_beyond("any input", "the input 1, 2, …, 12")
            .holds_for("2/((1 + a²)n)", with_scale(kept))
            .foil_scaled("2/n: the slope ignored", with_scale(2.0), 2.0 / kept)
            .attacks(&["$1.6/n$"])
            .foil_scaled(
                "2/((1 + a)n): the slope not squared",
                with_scale(2.0 / (1.0 + slope)),
                2.0 / (1.0 + slope) / kept,
            )
            .attacks(&["$2/((1+a^2)n)$"])
            .judge(streams)
        },
    )
}

#[test]
fn the_typical_network_shrinks() -> Report {
    claim!(
        "he.drift",
        r"For one input, given that *at least one* of the $n$ units of a ReLU layer with normal He weights is
        active, the mean of the logarithm of the layer's factor is *$-5/(2n)$*, *within four percent*, for *every
        width* $n$ from 50 to 1000, and the factor is below one with a probability above *one half*.",
        || {
            const WIDTHS: RangeInclusive<u64> = 50..=1000;
            let dead = |n: u64| libm::pow(0.5, n as f64);
            let living = |n: u64| relu_log_ratio(n).mean;
            // A dead layer has a factor of zero, and the logarithm of that counts, too.
            let all = |n: u64| dead(n) * f64::NEG_INFINITY + (1.0 - dead(n)) * living(n);
            let farthest = |widths: RangeInclusive<u64>,
                            predicted: &dyn Fn(f64) -> f64,
                            mean: &dyn Fn(u64) -> f64| {
                let error = |n: u64| (predicted(n as f64) / mean(n) - 1.0).abs();
                largest(widths.map(error))
            };
            let drift = |n: f64| -2.5 / n;
            // Of the layers that live, the share that shrinks the signal is above a bound; if not, no error is small.
            let shrinks = |bound: f64| {
                let share =
                    |n: u64| (ReluMixture::new(n).lower_tail(1.0) - dead(n)) / (1.0 - dead(n));
                if WIDTHS.map(share).all(|share| share > bound) {
                    farthest(WIDTHS, &drift, &living)
                } else {
                    f64::INFINITY
                }
            };
            Exactness::of("relative error of −5/(2n)", WIDTHS.count() as u64)
                .within(0.04)
                .over("every width", "all 951 widths")
                .holds_for("−5/(2n)", shrinks(0.5))
                .foil("no drift", farthest(WIDTHS, &|_| 0.0, &living))
                .attacks(&["$-5/(2n)$"])
                .foil(
                    "−1/n, the drift of a linear layer",
                    farthest(WIDTHS, &|n| -1.0 / n, &living),
                )
                .attacks(&["$-5/(2n)$"])
                .foil("from width 20 on", farthest(20..=1000, &drift, &living))
                .attacks(&["within four percent"])
                .foil(
                    "layers without an active unit, too",
                    farthest(WIDTHS, &drift, &all),
                )
                .attacks(&["at least one"])
                .foil("a probability above 0.55", shrinks(0.55))
                .attacks(&["one half"])
                .judge()
        },
    )
}

/// Networks with one output and without a dead layer, and what is claimed that the first of their layers, by
/// their number of units, multiply the mean square of the output's gradient by on its way back.
struct WayBack {
    widths: [usize; 5],
    layers: usize,
    networks: usize,
    scheme: VarianceScaling,
    claimed: fn(usize) -> f64,
}

/// Widths that halve, so that fan-in for fan-out is wrong by two in every layer.
const HALVING: [usize; 5] = [2, 256, 128, 64, 1];
const HALVING_NETWORKS: usize = 840;
const HALVING_UNITS: u64 = (HALVING_NETWORKS * (256 + 128)) as u64;

/// Layers of two units.
const NARROW: [usize; 5] = [2, 2, 2, 2, 1];
const NARROW_NETWORKS: usize = 2_500;
const PAIRS: u64 = 3 * NARROW_NETWORKS as u64;

impl WayBack {
    fn halving(scheme: VarianceScaling) -> Self {
        Self {
            widths: HALVING,
            layers: 2,
            networks: HALVING_NETWORKS,
            scheme,
            claimed: |n| (1.0 - libm::pow(0.5, n as f64)).recip(),
        }
    }

    fn narrow(scheme: VarianceScaling, claimed: fn(usize) -> f64) -> Self {
        Self {
            widths: NARROW,
            layers: 3,
            networks: NARROW_NETWORKS,
            scheme,
            claimed,
        }
    }

    /// The mean square of the gradient that leaves a layer, over what is claimed of that which enters: the mean
    /// over all units.
    fn factor(&self, rng: &mut StreamRng) -> f64 {
        let (mut sum, mut units, mut living) = (0.0, 0, 0);
        while living < self.networks {
            let network = with_readout(&self.widths, &self.scheme, rng);
            let trace = network.forward(&ndarray::array![[1.0, -0.5]]);
            // After a dead layer all is zero.
            if trace.layers[2].activation.iter().all(|h| *h == 0.0) {
                continue;
            }
            living += 1;
            let deltas = gradient_of_output(&network, &trace).layers;
            let mean_square =
                |l: usize| deltas[l].delta.iter().collect::<Moments>().second_moment();
            for l in 0..self.layers {
                let width = self.widths[l + 1];
                let factor = mean_square(l) / mean_square(l + 1);
                sum += width as f64 * factor / (self.claimed)(width);
                units += width;
            }
        }
        sum / units as f64
    }
}

#[test]
fn he_on_the_fan_out_keeps_the_gradient() -> Report {
    claim!(
        "he.backward",
        r"For one input, given that no layer is dead: in a ReLU network without biases, with one output and
        independent normal weights of variance *$2/m$*, with $m$ the *fan-out*, the gradient of the output that
        leaves a layer of $n$ units on its way back has, on average, *$1/(1-2^{-n})$* times the mean square that
        entered the layer.",
        |streams| {
            let he = VarianceScaling::he(Law::Normal);
            Check::of(
                "mean square of the gradient that leaves a layer, over what is claimed of that which enters",
                HALVING_UNITS,
                WayBack::factor,
            )
            .null(ReluMixture::new(HALVING_UNITS))
            .over(
                "$1/(1-2^{-n})$",
                "layers of 256 and of 128 units, and, in a foil, of two",
            )
            .holds_for("2/m", WayBack::halving(he.on(Fan::Out)))
            .foil_scaled("fan_in: 2/n", WayBack::halving(he), 0.5)
            .attacks(&["fan-out"])
            .foil_scaled(
                "1/m",
                WayBack::halving(VarianceScaling::new(1.0, Fan::Out, Law::Normal)),
                0.5,
            )
            .attacks(&["$2/m$"])
            .foil(
                "a factor of one, in layers of two units",
                WayBack::narrow(he.on(Fan::Out), |_| 1.0),
                LivingPairs::new(PAIRS),
            )
            .attacks(&["$1/(1-2^{-n})$"])
            .judge(streams)
        },
    )
}

#[test]
fn a_narrow_layer_that_lives_passes_back_more() -> Report {
    claim!(
        "he.narrow",
        r"For one input, given that no layer is dead: in a ReLU network without biases, with one output and
        independent normal weights of variance *two over the fan-out*, layers of two units multiply the mean
        square of the output's gradient, on average, by *$\frac43$*.",
        |streams| {
            const FACTOR: f64 = 4.0 / 3.0;
            let he = VarianceScaling::he(Law::Normal).on(Fan::Out);
            Check::of(
                "mean square of the gradient that leaves a layer, over 4/3 of that which enters",
                PAIRS,
                WayBack::factor,
            )
            .without_resolution() // The foil is a wrong factor.
            .null(Scaled::new(1.0 / FACTOR, &LivingPairs::new(PAIRS)))
            .holds_for("4/3", WayBack::narrow(he, |_| FACTOR))
            .foil_scaled("a factor of one", WayBack::narrow(he, |_| 1.0), FACTOR)
            .attacks(&[r"$\frac43$"])
            .foil_scaled(
                "1/m",
                WayBack::narrow(VarianceScaling::new(1.0, Fan::Out, Law::Normal), |_| FACTOR),
                0.5,
            )
            .attacks(&["two over the fan-out"])
            .judge(streams)
        },
    )
}

#[test]
fn the_other_passes_factors_telescope() -> Report {
    claim!(
        "he.telescoping",
        r"With weights of variance *$2/n$* the factors $\frac12 m\sigma^2$ of all layers multiply to the last width
        over the first, and with weights of variance *$2/m$* the factors $\frac12 n\sigma^2$ multiply to the first
        over the last, *whatever the widths in between*.",
        || {
            // All networks of up to five layers with these widths.
            const WIDTHS: [usize; 6] = [1, 2, 3, 10, 500, 2999];
            let longer = |shapes: &Vec<Vec<usize>>| -> Vec<Vec<usize>> {
                let with = |shape: &Vec<usize>| {
                    let shape = shape.clone();
                    WIDTHS.map(|width| [shape.as_slice(), &[width]].concat())
                };
                shapes.iter().flat_map(with).collect()
            };
            let inputs = WIDTHS.map(|width| vec![width]).to_vec();
            let shapes: Vec<Vec<usize>> =
                std::iter::successors(Some(longer(&inputs)), |shapes| Some(longer(shapes)))
                    .take(5)
                    .flatten()
                    .collect();
            let farthest = |scheme: VarianceScaling| {
                let error = |widths: &Vec<usize>| {
                    let ends = libm::log(widths[widths.len() - 1] as f64 / widths[0] as f64);
                    let layers = || widths.windows(2).map(|pair| Fans::new(pair[0], pair[1]));
                    let log = |fan: f64, variance: f64| libm::log(0.5 * fan * variance);
                    let back: f64 = layers()
                        .map(|fans| log(fans.of(Fan::Out), scheme.on(Fan::In).variance(fans)))
                        .sum();
                    let forth: f64 = layers()
                        .map(|fans| log(fans.of(Fan::In), scheme.on(Fan::Out).variance(fans)))
                        .sum();
                    largest([(back - ends).abs(), (forth + ends).abs()])
                };
                largest(shapes.iter().map(error))
            };
            Exactness::of("largest error of the logarithm", shapes.len() as u64)
                .proved()
                .within(1e-9)
                .proved_beyond(
                    "whatever the widths in between",
                    "all networks of one to five layers with widths 1, 2, 3, 10, 500 and 2999",
                )
                .holds_for("scale 2", farthest(VarianceScaling::he(Law::Normal)))
                .foil(
                    "scale 1.9",
                    farthest(VarianceScaling::new(1.9, Fan::In, Law::Normal)),
                )
                .attacks(&["$2/n$", "$2/m$"])
                .judge()
        },
    )
}
