//! The claims of the chapter on finite width.

use ndarray::Array2;
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};
use statrs::distribution::{Binomial, Discrete};
use statrs::function::beta::beta_reg;
use unit_variance::evidence::{
    BinomialShare, Check, Exactness, KolmogorovDistance, KolmogorovFoil, NullLaw, ReluMixture,
};
use unit_variance::matrix::product;
use unit_variance::probability::StreamRng;
use unit_variance::theory::{
    LayerKind, Layers, MeanField, ProductLaw, WeightShape, dead_probability,
};
use unit_variance::{
    Activation, Dense, Fan, Initializer, Law, Network, Orthogonal, VarianceScaling,
};

use crate::harness::Report;

/// Independent normal weights of variance `2/n`.
fn he() -> VarianceScaling {
    VarianceScaling::he(Law::Normal)
}

/// `⟨x²⟩` times the number of entries.
fn square<'a>(entries: impl IntoIterator<Item = &'a f64>) -> f64 {
    entries.into_iter().map(|x| x * x).sum()
}

/// The probability of each number of active units among `width`.
fn shares(width: u64) -> Vec<f64> {
    let active = Binomial::new(0.5, width).expect("a probability");
    (0..=width).map(|k| active.pmf(k)).collect()
}

/// `P(Beta(a/2, b/2) ≤ x)`; with no degree of freedom on one side, all is on the other.
fn beta_cdf(a: u64, b: u64, x: f64) -> f64 {
    match (a, b) {
        (0, _) => f64::from(x >= 0.0),
        (_, 0) => f64::from(x >= 1.0),
        _ => beta_reg(a as f64 / 2.0, b as f64 / 2.0, x.clamp(0.0, 1.0)),
    }
}

/// The place where the probability of lying below differs most between two laws: both probabilities there.
fn apart(
    claimed: impl Fn(f64) -> f64,
    actual: impl Fn(f64) -> f64,
    places: impl Iterator<Item = f64>,
) -> (f64, f64) {
    let gap = |(claimed, actual): &(f64, f64)| (claimed - actual).abs();
    let pairs = places.map(|x| (claimed(x), actual(x)));
    pairs
        .max_by(|one, other| gap(one).total_cmp(&gap(other)))
        .expect("there are places")
}

/// The place between 0 and 1 below which a probability is `u`, by bisection.
fn quantile(u: f64, below: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..50 {
        let middle = f64::midpoint(low, high);
        if below(middle) < u {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// A hundredth to ninety-nine hundredths, five to a hundredth.
fn grid() -> impl Iterator<Item = f64> {
    (5..495).map(|i| f64::from(i) / 500.0)
}

/// The law of a sample that is uniform if the sentence is true and known at one point if not.
fn foil_at(draws: u64, (claimed, actual): (f64, f64)) -> KolmogorovFoil {
    KolmogorovFoil::new(draws, claimed, actual)
}

/// The distance of such a sample from the uniform law.
fn from_uniform(mut sample: Vec<f64>) -> f64 {
    KolmogorovDistance::of(&mut sample, |u| u.clamp(0.0, 1.0))
}

/// How the squares of a layer of sixteen units come about.
enum Rotated {
    /// A square orthogonal matrix with this gain, and a ReLU.
    Gain(f64),
    /// Gaussian weights of variance 2/n, and a ReLU.
    Gaussian,
    /// A square orthogonal matrix of gain √2, and half of the units, chosen beforehand.
    Half,
}

#[test]
fn behind_rotations_three_of_the_five_remain() -> Report {
    claim!(
        "finite-width.two-and-three",
        r"A ReLU layer of *any number* $n$ of units behind $n$ inputs, with an *orthogonal* matrix of Haar's law times
        *$\sqrt2$* for its weights and no biases, multiplies the mean square of *any* input but zero by a factor of
        the law of $2\,\mathrm{Beta}(K/2, (n-K)/2)$, where *$K \sim \mathrm{Bin}(n, \frac12)$* counts the active
        units: zero for $K = 0$ and two for $K = n$.",
        |streams| {
            const UNITS: usize = 16;
            const LAYERS: u64 = 9000;
            let shares = shares(UNITS as u64);
            let (silent, full) = (shares[0], shares[UNITS]);
            let inner = |r: f64| -> f64 {
                let parts = shares.iter().zip(0..).skip(1).take(UNITS - 1);
                let below = parts.map(|(p, k)| p * beta_cdf(k, UNITS as u64 - k, r / 2.0));
                silent + below.sum::<f64>()
            };
            let ratios = || (1..2000).map(|i| f64::from(i) / 1000.0);
            let gaussian = ReluMixture::new(UNITS as u64);
            let with_gaussian = apart(inner, |r| gaussian.lower_tail(r), ratios());
            let with_half = apart(inner, |r| beta_cdf(8, 8, r / 2.0), ratios());
            let without_gain = apart(inner, |r| inner(2.0 * r), ratios());

            let input = Array2::ones((1, UNITS));
            let distance = |candidate: &Rotated, rng: &mut StreamRng| {
                let mut one = || {
                    let weight = match candidate {
                        Rotated::Gain(gain) => Orthogonal::new(*gain).sample((UNITS, UNITS), rng),
                        Rotated::Gaussian => he().sample((UNITS, UNITS), rng),
                        Rotated::Half => Orthogonal::new(2_f64.sqrt()).sample((UNITS, UNITS), rng),
                    };
                    let signal = Dense::new(weight, Activation::Relu).forward(&input);
                    let kept = match candidate {
                        Rotated::Half => square(signal.preactivation.iter().take(UNITS / 2)),
                        _ => square(&signal.activation),
                    };
                    let active = signal.preactivation.iter().filter(|z| **z > 0.0).count();
                    let ratio = kept / UNITS as f64;
                    // The law has two atoms, over which a coin spreads what falls on them.
                    let coin: f64 = rng.random();
                    match (candidate, active) {
                        (Rotated::Half | Rotated::Gaussian, _) => inner(ratio),
                        (_, 0) => coin * silent,
                        (_, UNITS) => 1.0 - coin * full,
                        _ => inner(ratio),
                    }
                };
                from_uniform((0..LAYERS).map(|_| one()).collect())
            };
            Check::of(
                "distance of the layers' factors from the law",
                LAYERS,
                distance,
            )
            .null(KolmogorovDistance::new(LAYERS))
            .holds_for(
                "square orthogonal weights, gain √2",
                Rotated::Gain(2_f64.sqrt()),
            )
            .proved_beyond("any number", "16 units")
            .proved_beyond("any", "an input of ones")
            .foil(
                "Gaussian weights",
                Rotated::Gaussian,
                foil_at(LAYERS, with_gaussian),
            )
            .attacks(&["orthogonal"])
            .foil("gain 1", Rotated::Gain(1.0), foil_at(LAYERS, without_gain))
            .attacks(&[r"$\sqrt2$"])
            .foil(
                "half of the units",
                Rotated::Half,
                foil_at(LAYERS, with_half),
            )
            .attacks(&[r"$K \sim \mathrm{Bin}(n, \frac12)$"])
            .judge(streams)
        },
    )
}

/// Layers of one kind.
fn equal(kind: LayerKind, width: u64, count: u32) -> ProductLaw {
    ProductLaw::of(&[Layers { kind, width, count }])
}

#[test]
fn depth_over_width_decides() -> Report {
    claim!(
        "finite-width.depth-over-width",
        r"Take *ReLU* networks with normal weights of variance $2/n$ for fan-in $n$ and without biases, of *$50$ layers of $80$* units and
        of *$200$ layers of $320$*, and an input other than zero. For *every* $x$, the probability that the mean square behind the
        last layer is at most $x$ times that of the input is the same for both, to *$0.01$*, given that no layer is dead.",
        || {
            // Half a hundredth of a unit of the logarithm from place to place, from e^-15 to e^9.
            let places: Vec<f64> = (0..=4800)
                .map(|i| libm::exp(-15.0 + f64::from(i) / 200.0))
                .collect();
            let below =
                |law: &ProductLaw| -> Vec<f64> { places.iter().map(|x| law.cdf(*x)).collect() };
            // Between two places both probabilities rise: they differ by no more than one at the right end and the other at the
            // left; and so before the first and behind the last.
            let farthest = |one: &ProductLaw, other: &ProductLaw| {
                let (one, other) = (below(one), below(other));
                let last = places.len() - 1;
                let ends = one[0].max(other[0]).max(1.0 - one[last].min(other[last]));
                (1..=last)
                    .map(|i| (one[i] - other[i - 1]).max(other[i] - one[i - 1]))
                    .fold(ends, f64::max)
            };
            let relu = |width, count| equal(LayerKind::Relu, width, count);
            let fifty = relu(80, 50);
            Exactness::of(
                "largest difference of two probabilities",
                places.len() as u64,
            )
            .within(0.01)
            .over(
                "every",
                "all, as both probabilities rise from each of 4,801 values of x to the next",
            )
            .holds_for(
                "50 layers of 80 and 200 of 320",
                farthest(&fifty, &relu(320, 200)),
            )
            .foil("200 layers of 80", farthest(&fifty, &relu(80, 200)))
            .attacks(&["$200$ layers of $320$"])
            .foil("20 layers of 32", farthest(&relu(32, 20), &relu(320, 200)))
            .attacks(&["$50$ layers of $80$", "$0.01$"])
            .foil(
                "no activation in the wide one",
                farthest(&fifty, &equal(LayerKind::Linear, 320, 200)),
            )
            .attacks(&["ReLU"])
            .judge()
        },
    )
}

/// How networks with a layer in their middle are drawn.
struct Drawn {
    /// The layers of 24 units before and behind it, and its own units.
    sides: usize,
    middle: usize,
    scheme: VarianceScaling,
    activation: Activation,
}

#[test]
fn real_networks_have_the_law_of_their_layers() -> Report {
    claim!(
        "finite-width.bottleneck",
        r"In *ReLU* networks with normal weights of variance *$2/n$* for *fan-in* $n$, without biases, of *four* layers of 24 units
        with a layer of *eight* units in the middle of them, the logarithm of the mean square behind the last layer over that of
        a given input other than zero has for its characteristic function the product of those of the logarithms of the five
        layers' factors, given that no layer is dead.",
        |streams| {
            const NETWORKS: u64 = 4000;
            const INPUTS: usize = 3;
            let of = |kind, groups: &[(u64, u32)]| {
                let layers = groups
                    .iter()
                    .map(|&(width, count)| Layers { kind, width, count });
                ProductLaw::of(&layers.collect::<Vec<_>>())
            };
            let relu = |groups| of(LayerKind::Relu, groups);
            let law = relu(&[(24, 4), (8, 1)]);
            let ratios = || (-160..80).map(|i| libm::exp(f64::from(i) / 20.0));
            let against = |actual: &dyn Fn(f64) -> f64| {
                foil_at(NETWORKS, apart(|x| law.cdf(x), actual, ratios()))
            };
            let larger = against(&|x| law.cdf(x / 1.1_f64.powi(5)));
            // The fans cancel along the network, but at its ends.
            let by_fan_out = against(&|x| law.cdf(x * 24.0 / INPUTS as f64));
            let [equal, deeper] = [&[(24, 5)][..], &[(24, 8), (8, 1)][..]].map(relu);
            let linear = of(LayerKind::Linear, &[(24, 4), (8, 1)]);
            let [equal, deeper, linear] =
                [equal, deeper, linear].map(|other| against(&|x| other.cdf(x)));

            let distance = |drawn: &Drawn, rng: &mut StreamRng| {
                let side = vec![24; drawn.sides];
                let sizes = [&[INPUTS], &side[..], &[drawn.middle], &side[..]].concat();
                let input = Array2::ones((1, INPUTS));
                // A dead network is drawn again.
                let mut one = || loop {
                    let network = Network::init(&sizes, drawn.activation, &drawn.scheme, rng);
                    let output = network.forward(&input).output().clone();
                    let ratio = square(&output) / output.len() as f64;
                    if ratio > 0.0 {
                        break law.cdf(ratio);
                    }
                };
                from_uniform((0..NETWORKS).map(|_| one()).collect())
            };
            let drawn = |sides, middle, scale, fan| Drawn {
                sides,
                middle,
                scheme: VarianceScaling::new(scale, fan, Law::Normal),
                activation: Activation::Relu,
            };
            Check::of(
                "distance of the networks' mean squares from the law",
                NETWORKS,
                distance,
            )
            .null(KolmogorovDistance::new(NETWORKS))
            .holds_for("as said", drawn(2, 8, 2.0, Fan::In))
            .foil("2.2/n", drawn(2, 8, 2.2, Fan::In), larger)
            .attacks(&["$2/n$"])
            .foil("2/n for fan-out n", drawn(2, 8, 2.0, Fan::Out), by_fan_out)
            .attacks(&["fan-in"])
            .foil(
                "24 units in the middle, too",
                drawn(2, 24, 2.0, Fan::In),
                equal,
            )
            .attacks(&["eight"])
            .foil("eight layers of 24", drawn(4, 8, 2.0, Fan::In), deeper)
            .attacks(&["four"])
            .foil(
                "no activation, and 1/n",
                Drawn {
                    activation: Activation::Identity,
                    ..drawn(2, 8, 1.0, Fan::In)
                },
                linear,
            )
            .attacks(&["ReLU"])
            .judge(streams)
        },
    )
}

/// What is put in the place of the two squares whose quotient is the factor of a squared sine.
#[derive(Clone, Copy)]
enum Sine {
    /// Of the difference, the part that is orthogonal to the answer.
    Orthogonal,
    /// All of the difference.
    Whole,
    /// The answer itself but for one of its entries.
    Answer,
}

#[test]
fn a_small_angle_loses_a_degree_of_freedom() -> Report {
    claim!(
        "finite-width.angle",
        r"Two inputs enter a ReLU layer with normal weights and without biases. As the angle between them goes to zero, the
        square of the sine of the angle is multiplied by a factor which, given that *$K$ units, two or more,* are active, has
        the law of *$\chi^2_{K-1} / \chi^2_K$* with *independent* numerator and denominator.",
        |streams| {
            const UNITS: usize = 8;
            const INPUTS: usize = 5;
            const LAYERS: u64 = 2000;
            // T = s / (1 + s) is Beta((K − 1)/2, K/2), and its own probability is uniform.
            let uniform = |t: f64, k: u64| beta_cdf(k - 1, k, t);
            let living: Vec<(u64, f64)> = {
                let shares = shares(UNITS as u64);
                let two_or_more: f64 = shares[2..].iter().sum();
                (2..)
                    .zip(shares[2..].iter().map(|p| p / two_or_more))
                    .collect()
            };
            let place = |u: f64, k: u64| quantile(u, |t| uniform(t, k));
            let mixed = |of: &dyn Fn(f64, u64) -> f64| {
                let actual = |u: f64| {
                    living
                        .iter()
                        .map(|(k, p)| p * of(place(u, *k), *k))
                        .sum::<f64>()
                };
                apart(|u| u, actual, grid().step_by(7))
            };
            let with_whole = mixed(&|t, k| beta_cdf(k, k, t));
            // s of the law Beta((K − 1)/2, 1/2), and s = t / (1 − t).
            let with_answer = mixed(&|t, k| beta_cdf(k - 1, 1, t / (1.0 - t)));

            let input = Array2::ones((1, INPUTS));
            let distance = |sine: &Sine, rng: &mut StreamRng| {
                let mut one = || loop {
                    let layer = Dense::new(he().sample((INPUTS, UNITS), rng), Activation::Relu);
                    let signal = layer.forward(&input);
                    let answer = &signal.activation;
                    let k = answer.iter().filter(|h| **h > 0.0).count() as u64;
                    if k < 2 {
                        continue;
                    }
                    // A direction orthogonal to the input, as long as it is, and what the active units make of it.
                    let mut direction =
                        Array2::from_shape_simple_fn((1, INPUTS), || StandardNormal.sample(rng));
                    direction -= direction.sum() / INPUTS as f64;
                    let length = (INPUTS as f64 / square(&direction)).sqrt();
                    let mut change = product(&direction, &layer.weight) * length;
                    change.zip_mut_with(answer, |change, h| *change *= f64::from(*h > 0.0));
                    let numerator = match sine {
                        Sine::Orthogonal => {
                            let along = (&change * answer).sum() / square(answer);
                            square(&(&change - &(answer * along)))
                        }
                        Sine::Whole => square(&change),
                        Sine::Answer => {
                            let first = answer.iter().find(|h| **h > 0.0).expect("one is active");
                            square(answer) - first * first
                        }
                    };
                    let s = numerator / square(answer);
                    break uniform(s / (1.0 + s), k);
                };
                from_uniform((0..LAYERS).map(|_| one()).collect())
            };
            Check::of("distance of the factors from the law", LAYERS, distance)
                .null(KolmogorovDistance::new(LAYERS))
                .holds_for("the derivative of the angle", Sine::Orthogonal)
                .proved_beyond("$K$ units, two or more,", "2 to 8 of 8 units")
                .foil(
                    "the part along the answer kept: K for K − 1",
                    Sine::Whole,
                    foil_at(LAYERS, with_whole),
                )
                .attacks(&[r"$\chi^2_{K-1} / \chi^2_K$"])
                .foil(
                    "the answer in the numerator, too",
                    Sine::Answer,
                    foil_at(LAYERS, with_answer),
                )
                .attacks(&["independent"])
                .judge(streams)
        },
    )
}

/// Where the backward pass has its mask, and its weights, from.
#[derive(Clone, Copy)]
enum Backward {
    /// From the network.
    Own,
    /// A mask of fresh coins.
    FreshMask,
    /// The forward pass's own squares.
    ForwardSquares,
}

#[test]
fn two_passes_share_a_mask() -> Report {
    claim!(
        "finite-width.one-mask",
        r"In a ReLU network with normal weights of variance $2/n$, one output and no biases, let $S$ be the
        squared length of the activations of a hidden layer over that of its inputs, and $S'$ the squared length
        of the gradient with respect to its pre-activations over that of the gradient with respect to the next
        layer's, each over the variance of the weights between. Given that no layer is dead, and with *the same
        $K$* units active in both passes, $S / (S + S')$ has the law of *$\mathrm{Beta}(K/2, K/2)$*, as if
        nothing else were shared.",
        |streams| {
            const NETWORKS: u64 = 10_600;
            const UNITS: usize = 8;
            let sizes = [5, UNITS, 6, 1];
            let share = |x: f64, k: u64| beta_cdf(k, k, x);
            let shares = shares(UNITS as u64);
            let alive = 1.0 - shares[0];
            let living: Vec<(u64, f64)> =
                (1..).zip(shares[1..].iter().map(|p| p / alive)).collect();
            let place = |u: f64, k: u64| quantile(u, |x| share(x, k));
            let fresh = {
                let actual = |u: f64| -> f64 {
                    let given = |(k, p): &(u64, f64)| {
                        let x = place(u, *k);
                        p * living
                            .iter()
                            .map(|(other, p)| p * beta_cdf(*k, *other, x))
                            .sum::<f64>()
                    };
                    living.iter().map(given).sum()
                };
                apart(|u| u, actual, grid().skip(400))
            };
            let distance = |backward: &Backward, rng: &mut StreamRng| {
                let mut one = || loop {
                    let mut network = Network::init(&sizes, Activation::Relu, &he(), rng);
                    network.layers[2].activation = Activation::Identity;
                    let trace = network.forward(&Array2::ones((1, sizes[0])));
                    let deltas = network.backward(&trace, &Array2::ones((1, 1))).layers;
                    let activation = &trace.layers[0].activation;
                    let k = activation.iter().filter(|h| **h > 0.0).count() as u64;
                    let next = square(&deltas[1].delta);
                    // A dead layer has no factor.
                    if k == 0 || next == 0.0 {
                        continue;
                    }
                    let forward = square(activation) / (sizes[0] as f64 * 2.0 / sizes[0] as f64);
                    let scale = next * 2.0 / UNITS as f64;
                    let gradient = match backward {
                        Backward::Own => square(&deltas[0].delta) / scale,
                        Backward::ForwardSquares => forward,
                        Backward::FreshMask => {
                            let before = product(&deltas[1].delta, &network.layers[1].weight.t());
                            // As in a layer that lives.
                            let mask: u8 = rng.random_range(1..=u8::MAX);
                            let kept = before
                                .iter()
                                .enumerate()
                                .filter(|(i, _)| mask >> i & 1 == 1);
                            square(kept.map(|(_, x)| x)) / scale
                        }
                    };
                    break share(forward / (forward + gradient), k);
                };
                from_uniform((0..NETWORKS).map(|_| one()).collect())
            };
            Check::of("distance of the shares from the law", NETWORKS, distance)
                .null(KolmogorovDistance::new(NETWORKS))
                .holds_for("both passes of one network", Backward::Own)
                .foil(
                    "a mask of fresh coins for the gradient",
                    Backward::FreshMask,
                    foil_at(NETWORKS, fresh),
                )
                .attacks(&["the same $K$"])
                .foil(
                    "the same squares in both",
                    Backward::ForwardSquares,
                    foil_at(NETWORKS, (0.499, 0.0)),
                )
                .attacks(&[r"$\mathrm{Beta}(K/2, K/2)$"])
                .judge(streams)
        },
    )
}

/// Networks that may be dead.
struct Mortal {
    depth: usize,
    width: usize,
    /// Random biases.
    biased: bool,
}

#[test]
fn narrow_networks_die_young() -> Report {
    claim!(
        "finite-width.dead",
        r"Of ReLU networks of *twenty* hidden layers of *four* units, *without biases*, *$72.5$ percent* answer a
        given input other than zero with zero, if the weights are independent with *any* one law that is
        symmetric about zero and has a density, or if those of the hidden layers are square orthogonal matrices
        of Haar's law.",
        |streams| {
            const NETWORKS: u64 = 600;
            let dead = dead_probability([4; 20]);
            assert_eq!(format!("{:.1}", 100.0 * dead), "72.5");
            let share = |mortal: &Mortal, rng: &mut StreamRng| {
                let laws =
                    [Law::Normal, Law::Uniform].map(|law| VarianceScaling::new(1.0, Fan::In, law));
                let rotation = Orthogonal::new(1.0);
                let input = Array2::ones((1, mortal.width));
                let mut is_dead = |i: u64| {
                    let weights: &dyn Initializer = match i % 3 {
                        2 => &rotation,
                        law => &laws[law as usize],
                    };
                    let mut signal = input.clone();
                    for _ in 0..mortal.depth {
                        let shape = (mortal.width, mortal.width);
                        let mut layer = Dense::new(weights.sample(shape, rng), Activation::Relu);
                        if mortal.biased {
                            layer.bias.mapv_inplace(|_| StandardNormal.sample(rng));
                        }
                        signal = layer.forward(&signal).activation;
                    }
                    signal.iter().all(|h| *h == 0.0)
                };
                (0..NETWORKS).filter(|i| is_dead(*i)).count() as f64 / NETWORKS as f64
            };
            let mortal = |depth, width, biased| Mortal {
                depth,
                width,
                biased,
            };
            let of = |probability| BinomialShare::new(NETWORKS, probability);
            Check::of("share of dead networks", NETWORKS, share)
                .null(of(dead))
                .holds_for(
                    "normal, uniform and orthogonal weights, by turns",
                    mortal(20, 4, false),
                )
                .proved_beyond("any", "the normal and the uniform law")
                .foil(
                    "five units",
                    mortal(20, 5, false),
                    of(dead_probability([5; 20])),
                )
                .attacks(&["four", "$72.5$ percent"])
                .foil(
                    "ten layers",
                    mortal(10, 4, false),
                    of(dead_probability([4; 10])),
                )
                .attacks(&["twenty"])
                .foil(
                    "normal biases: only the last layer counts",
                    mortal(20, 4, true),
                    of(1.0 / 16.0),
                )
                .attacks(&["without biases"])
                .judge(streams)
        },
    )
}

#[test]
fn equal_widths_wander_least() -> Report {
    claim!(
        "finite-width.equal-widths",
        r"Of *all* $39\,711$ ways to divide $64$ units among *four* hidden layers of a *ReLU* network, with normal weights of variance
        $2/n$ for fan-in $n$ and without biases, *sixteen each* gives the *smallest* second moment of the mean square behind the last
        layer, for a given input other than zero.",
        || {
            const UNITS: u32 = 64;
            // E r² = Π (1 + 5/n): how many divisions have one that is no larger than that of the candidate, itself aside.
            let exceptions = |candidate: [u32; 4], moment: &dyn Fn([u32; 4]) -> f64| {
                let least = moment(candidate);
                let mut ways = 0;
                let mut exceptions = 0_u32;
                for a in 1..UNITS {
                    for b in 1..UNITS - a {
                        for c in 1..UNITS - a - b {
                            let widths = [a, b, c, UNITS - a - b - c];
                            ways += 1;
                            exceptions += u32::from(widths != candidate && moment(widths) <= least);
                        }
                    }
                }
                assert_eq!(ways, 39_711);
                f64::from(exceptions)
            };
            let relu = |widths: [u32; 4]| {
                widths
                    .map(|n| 1.0 + 5.0 / f64::from(n))
                    .iter()
                    .product::<f64>()
            };
            let three = |[a, b, c, _]: [u32; 4]| {
                [a, b, c]
                    .map(|n| 1.0 + 5.0 / f64::from(n))
                    .iter()
                    .product::<f64>()
            };
            let rotated = |_: [u32; 4]| 1.0;
            Exactness::of(
                "other divisions with a second moment that is no larger",
                39_711,
            )
            .within(0.0)
            .over("all", "all 39,711")
            .holds_for("sixteen each", exceptions([16; 4], &relu))
            .foil(
                "an hourglass: 24, 8, 8, 24",
                exceptions([24, 8, 8, 24], &relu),
            )
            .attacks(&["sixteen each"])
            .foil(
                "the largest for the smallest",
                exceptions([16; 4], &|widths| -relu(widths)),
            )
            .attacks(&["smallest"])
            .foil("the last layer forgotten", exceptions([16; 4], &three))
            .attacks(&["four"])
            .foil(
                "orthogonal and without activation: always one",
                exceptions([16; 4], &rotated),
            )
            .attacks(&["ReLU"])
            .judge()
        },
    )
}

#[test]
fn a_rotated_tanh_network_strays_less() -> Report {
    claim!(
        "finite-width.tanh-calm",
        r"Draw a tanh network of twenty layers of 32 units with independent normal weights of variance $1/n$, and one with *orthogonal*
        matrices of Haar's law, without biases, and send an input of 32 ones through both. In *nine of ten* such pairs or more the
        mean square of the last layer's activations is nearer to that of infinite width, $0.0259$, in the *orthogonal* one.",
        |streams| {
            const PAIRS: u64 = 180;
            const WIDTH: usize = 32;
            let layers = MeanField::with_gain(Activation::Tanh, 1.0);
            let limit = layers.iterate(1.0).nth(20).expect("no end");
            assert_eq!(format!("{limit:.4}"), "0.0259");
            let (normal, rotation) = (VarianceScaling::lecun(Law::Normal), Orthogonal::new(1.0));
            let strays = |weights: &dyn Initializer, rng: &mut dyn Rng| {
                let mut signal = Array2::ones((1, WIDTH));
                for _ in 0..20 {
                    let layer = Dense::new(weights.sample((WIDTH, WIDTH), rng), Activation::Tanh);
                    signal = layer.forward(&signal).activation;
                }
                (square(&signal) / WIDTH as f64 - limit).abs()
            };
            let share = |is_rotated: &[bool; 2], rng: &mut StreamRng| {
                let mut stray = |rotated: bool| {
                    if rotated {
                        strays(&rotation, rng)
                    } else {
                        strays(&normal, rng)
                    }
                };
                let nearer = (0..PAIRS).filter(|_| stray(is_rotated[0]) < stray(is_rotated[1]));
                nearer.count() as f64 / PAIRS as f64
            };
            Check::of(
                "share of pairs in which the orthogonal one strays less",
                PAIRS,
                share,
            )
            .null(BinomialShare::at_least(PAIRS, 0.9))
            .holds_for("orthogonal beside normal weights", [true, false])
            .foil(
                "two orthogonal networks",
                [true, true],
                BinomialShare::new(PAIRS, 0.5),
            )
            .attacks(&["nine of ten"])
            .foil(
                "two networks of normal weights",
                [false, false],
                BinomialShare::new(PAIRS, 0.5),
            )
            .attacks(&["orthogonal"])
            .judge(streams)
        },
    )
}

#[test]
fn a_critical_tanh_network_wanders_by_two_thirds() -> Report {
    claim!(
        "finite-width.two-thirds",
        r"To first order in $1/n$, the variance over *tanh* networks of gain *$1$*, with normal weights and without biases, of
        the mean square of the activations in layer $\ell = 300$ is *$\frac23\,\ell/n$* times the square of its mean, within
        one percent, for an input of mean square one.",
        || {
            const DEPTH: usize = 300;
            let relative = |layers: MeanField, shape, start: f64| {
                let at = layers
                    .fluctuations(start, shape)
                    .nth(DEPTH)
                    .expect("no end");
                (at.spread / (at.q * at.q) / DEPTH as f64 * 1.5 - 1.0).abs()
            };
            let with = MeanField::with_gain;
            let tanh = with(Activation::Tanh, 1.0);
            let gaussian = WeightShape::Gaussian;
            Exactness::of(
                "relative error of two thirds of the depth over the width",
                1,
            )
            .within(0.01)
            .holds_for("tanh of gain 1", relative(tanh, gaussian, 1.0))
            .foil(
                "ReLU of gain √2: five",
                relative(with(Activation::Relu, 2_f64.sqrt()), gaussian, 1.0),
            )
            .attacks(&["tanh"])
            .foil(
                "gain 5/3: no growth",
                relative(with(Activation::Tanh, 5.0 / 3.0), gaussian, 1.0),
            )
            .attacks(&["$1$"])
            .foil(
                "orthogonal weights: it falls",
                relative(tanh, WeightShape::Orthogonal, 1.0),
            )
            .attacks(&[r"$\frac23\,\ell/n$"])
            .judge()
        },
    )
}
