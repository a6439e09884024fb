//! The claims of the chapter on gains.

use ndarray::Array2;
use unit_variance::evidence::{Check, Exactness, MeanBound, Scaled, largest};
use unit_variance::probability::gaussian_expectation;
use unit_variance::theory::MeanField;
use unit_variance::{Activation, Dense, Fan, Fans, Initializer, Law, Moments, VarianceScaling};

use crate::harness::{Report, half_digits};

/// `E φ(z)`, `E φ(z)²` and `E φ'(z)²` of every activation, and of a second leaky slope, to twenty digits.
fn twenty_digits() -> Vec<(Activation, [f64; 3])> {
    let table: serde_json::Value =
        serde_json::from_str(include_str!("../data/gaussian_moments.json"))
            .expect("the moments are JSON");
    let table = table["values"]
        .as_object()
        .expect("one entry an activation");
    let row = |(name, moments): (&String, &serde_json::Value)| {
        let digits = |key: &str| -> f64 {
            let digits = moments[key].as_str().expect("digits");
            digits.parse().expect("a number")
        };
        let activation = name.parse().expect("an activation");
        (activation, ["E_f", "E_f2", "E_df2"].map(digits))
    };
    table.iter().map(row).collect()
}

/// Nodes and weights of the Gauss–Hermite rule with this number of nodes, for the standard normal law.
fn gauss_hermite(nodes: usize) -> Vec<(f64, f64)> {
    // The roots lie further apart than the steps of this grid, and none on it.
    const STEP: f64 = 0.013;
    // The orthonormal Hermite polynomials of degree `nodes` and `nodes − 1`.
    let last_two = |x: f64| {
        let (mut before, mut value) = (0.0, 1.0);
        for k in 0..nodes {
            let k = k as f64;
            (before, value) = (value, (x * value - k.sqrt() * before) / (k + 1.0).sqrt());
        }
        (value, before)
    };
    let grid = (0..).map(|i| -12.0 + STEP * f64::from(i));
    grid.take_while(|x| *x < 12.0)
        .filter(|&x| last_two(x).0 * last_two(x + STEP).0 < 0.0)
        .map(|x| {
            let (mut low, mut high) = (x, x + STEP);
            for _ in 0..60 {
                let middle = f64::midpoint(low, high);
                if last_two(low).0 * last_two(middle).0 <= 0.0 {
                    high = middle;
                } else {
                    low = middle;
                }
            }
            (low, (nodes as f64 * last_two(low).1.powi(2)).recip())
        })
        .collect()
}

#[test]
fn moments_agree_with_twenty_digits() -> Report {
    claim!(
        "gains.table",
        r"For *all eighteen activations* and a standard normal $z$, the library's $\mathbb{E}[\varphi(z)]$,
        *$\mathbb{E}[\varphi(z)^2]$* and $\mathbb{E}[\varphi'(z)^2]$ agree with values computed to twenty digits, to an
        error of *$10^{-12}$*.",
        || {
            let table = twenty_digits();
            let farthest = |ours: &dyn Fn(Activation) -> [f64; 3]| {
                let errors = |(phi, theirs): &(Activation, [f64; 3])| {
                    let ours = ours(*phi);
                    largest((0..3).map(|i| (ours[i] - theirs[i]).abs()))
                };
                largest(table.iter().map(errors))
            };
            let library = |phi: Activation| [phi.mean(), phi.second_moment(), phi.slope_moment()];
            let rule = gauss_hermite(20);
            assert_eq!(rule.len(), 20);
            let hermite = |phi: Activation| {
                let sum = |f: &dyn Fn(f64) -> f64| rule.iter().map(|(x, w)| w * f(*x)).sum();
                [
                    sum(&|x| phi.value(x)),
                    sum(&|x| phi.value(x).powi(2)),
                    sum(&|x| phi.slope(x).powi(2)),
                ]
            };
            Exactness::of("largest error", 3 * table.len() as u64)
                .within(1e-12)
                .over(
                    "all eighteen activations",
                    "all eighteen and a second slope of the leaky ReLU, three moments of each",
                )
                .holds_for("the library", farthest(&library))
                .foil("Gauss–Hermite with twenty nodes", farthest(&hermite))
                .attacks(&["$10^{-12}$"])
                .foil(
                    "the variance for the second moment",
                    farthest(&|phi| {
                        let [mean, second, slope] = library(phi);
                        [mean, second - mean * mean, slope]
                    }),
                )
                .attacks(&[r"$\mathbb{E}[\varphi(z)^2]$"])
                .foil(
                    "the approximate GELU for the GELU",
                    farthest(&|phi| match phi {
                        Activation::Gelu => library(Activation::GeluTanh),
                        phi => library(phi),
                    }),
                )
                .attacks(&["all eighteen activations"])
                .judge()
        },
    )
}

#[test]
fn the_computed_gain_of_tanh_keeps_the_signal() -> Report {
    claim!(
        "gains.tanh",
        r"A tanh layer whose pre-activations are independent standard normal numbers, followed by weights of variance
        *$1.5925^2/n$*, makes pre-activations of second moment *one*.",
        |streams| {
            const UNITS: u64 = 60_000;
            let shape = (16, UNITS as usize);
            let fans = Fans::dense(shape);
            let tanh = Activation::Tanh;
            assert_eq!(format!("{:.4}", tanh.gain()), "1.5925");

            // From a signal of mean square E tanh(z)² a layer with gain g makes pre-activations of
            // variance q = g² E tanh(z)². The mean of their tanh² has a known bound.
            let input = Array2::from_elem((1, shape.0), tanh.second_moment().sqrt());
            let bound = |q: f64| {
                let second = tanh.second_moment_at(q);
                let fourth = gaussian_expectation(|x| tanh.value(x).powi(4), q, &[]);
                let variance = fourth / (second * second) - 1.0;
                MeanBound::new("squared tanh units", UNITS, variance, 0.0, second.recip())
            };
            let wrong = |gain: f64| {
                let q = (gain / tanh.gain()).powi(2);
                (gain * gain * tanh.second_moment_at(q), bound(q))
            };
            let (torch, none) = (wrong(5.0 / 3.0), wrong(1.0));
            let with_gain = |gain| VarianceScaling::with_gain(gain, Fan::In, Law::Normal);

            Check::of(
                "second moment of the next pre-activations",
                UNITS,
                |scheme: &VarianceScaling, rng| {
                    let layer = Dense::new(scheme.sample(shape, rng), tanh);
                    let leaving: Moments = layer.forward(&input).activation.iter().collect();
                    leaving.second_moment() * fans.of(Fan::In) * scheme.variance(fans)
                },
            )
            .null(bound(1.0))
            .holds_for(
                "the computed gain",
                VarianceScaling::for_activation(tanh, Law::Normal),
            )
            .foil(
                "gain 5/3",
                with_gain(5.0 / 3.0),
                Scaled::new(torch.0, &torch.1),
            )
            .attacks(&["$1.5925^2/n$"])
            .foil("gain 1", with_gain(1.0), Scaled::new(none.0, &none.1))
            .attacks(&["one"])
            .judge(streams)
        },
    )
}

#[test]
fn slopes_are_no_smaller_than_spreads() -> Report {
    claim!(
        "gains.poincare",
        r"For *each* of the eighteen activations but the identity and a normal $x$ of *any of $31$ variances* $q$, ten
        to a decade from $0.1$ to $100$, *$q\,\mathbb{E}[\varphi'(x)^2]$* is larger than
        *$\operatorname{Var}[\varphi(x)]$*; for the identity the two are *equal*.",
        || {
            let variances: Vec<f64> = (-10..=20)
                .map(|i| libm::pow(10.0, f64::from(i) / 10.0))
                .collect();
            let exceptions = |slopes: fn(Activation, f64) -> f64,
                              spread: fn(Activation, f64) -> f64| {
                let pairs = Activation::ALL
                    .iter()
                    .flat_map(|&phi| variances.iter().map(move |&q| (phi, q)));
                let excepted = |(phi, q): &(Activation, f64)| {
                    let ratio = slopes(*phi, *q) / spread(*phi, *q);
                    if *phi == Activation::Identity {
                        (ratio - 1.0).abs() > 1e-14
                    } else {
                        ratio <= 1.0 + 1e-14
                    }
                };
                pairs.filter(excepted).count() as f64
            };
            let slopes = |phi: Activation, q| q * phi.slope_moment_at(q);
            let variance = |phi: Activation, q| phi.second_moment_at(q) - phi.mean_at(q).powi(2);
            Exactness::of("exceptions", (18 * variances.len()) as u64)
                .proved()
                .within(0.0)
                .over("each", "all eighteen")
                .over("any of $31$ variances", "all 31, with each activation")
                .holds_for(
                    "q times the slope moment, and the variance",
                    exceptions(slopes, variance),
                )
                .foil(
                    "the second moment for the variance",
                    exceptions(slopes, |phi, q| phi.second_moment_at(q)),
                )
                .attacks(&[r"$\operatorname{Var}[\varphi(x)]$"])
                .foil(
                    "the q left out",
                    exceptions(|phi, q| phi.slope_moment_at(q), variance),
                )
                .attacks(&[r"$q\,\mathbb{E}[\varphi'(x)^2]$", "equal"])
                .judge()
        },
    )
}

/// What ten layers do to a deviation from variance one.
#[derive(Clone, Copy, PartialEq)]
enum Deviation {
    Smaller,
    Kept,
    Larger,
}

#[test]
fn a_gain_need_not_hold_what_it_keeps() -> Report {
    claim!(
        "gains.stability",
        r"Start an infinitely wide network, with the gain of its activation, *one percent away* from variance one.
        Ten layers make the deviation *smaller* for ELU, SELU, softplus, softsign, hard tanh, tanh, LeCun's tanh,
        sigmoid, erf and sine; they *leave it as it is* for identity, ReLU and leaky ReLU; and they make it
        *larger* for squared ReLU, GELU and its approximation, SiLU and Mish.",
        || {
            use Activation::{
                Elu, Erf, Gelu, GeluTanh, HardTanh, Identity, LeakyRelu, LecunTanh, Mish, Relu,
                ReluSquared, Selu, Sigmoid, Silu, Sine, Softplus, Softsign, Tanh,
            };
            let as_stated = |phi: Activation| match phi {
                Elu | Selu | Softplus | Softsign | HardTanh | Tanh | LecunTanh | Sigmoid | Erf
                | Sine => Deviation::Smaller,
                Identity | Relu | LeakyRelu { .. } => Deviation::Kept,
                ReluSquared | Gelu | GeluTanh | Silu | Mish => Deviation::Larger,
            };
            let found = |phi: Activation, start: f64| {
                let layers = MeanField::with_gain(phi, phi.gain());
                let end = layers.iterate(start).nth(10).expect("no end");
                match (end - 1.0) / (start - 1.0) {
                    ratio if (ratio - 1.0).abs() < 1e-9 => Deviation::Kept,
                    ratio if ratio.abs() < 1.0 => Deviation::Smaller,
                    _ => Deviation::Larger,
                }
            };
            let exceptions = |expected: &dyn Fn(Activation) -> Deviation| {
                let starts = |phi: &Activation| [(*phi, 0.99), (*phi, 1.01)];
                let excepted =
                    |(phi, start): &(Activation, f64)| found(*phi, *start) != expected(*phi);
                let cases = Activation::ALL.iter().flat_map(starts);
                cases.filter(excepted).count() as f64
            };
            Exactness::of("exceptions", 36)
                .within(0.0)
                .over("one percent away", "variances of 0.99 and of 1.01")
                .holds_for("as stated", exceptions(&as_stated))
                .foil(
                    "variance one always attracts",
                    exceptions(&|_| Deviation::Smaller),
                )
                .attacks(&["leave it as it is", "larger"])
                .foil(
                    "it attracts where χ is at most one",
                    exceptions(&|phi| match phi.chi() {
                        chi if chi > 1.0 + 1e-9 => Deviation::Larger,
                        chi if chi < 1.0 - 1e-9 => Deviation::Smaller,
                        _ => Deviation::Kept,
                    }),
                )
                .attacks(&["smaller"])
                .judge()
        },
    )
}

/// Where layers settle from each of these second moments, as long as it takes.
const STARTS: [f64; 4] = [1e-2, 0.3, 1.0, 30.0];

/// The rms after the activation where the layers settle and `factor`, what a layer multiplies the squared gradient
/// by there, beside their printed forms: the largest distance over all starts, in half digits.
fn settled_off(layers: MeanField, factor: fn(MeanField, f64) -> f64, [rms, chi]: [&str; 2]) -> f64 {
    let off = |start: &f64| {
        let q = layers.iterate(*start).nth(600).expect("no end");
        let after = layers.activation.second_moment_at(q).sqrt();
        largest([half_digits(after, rms), half_digits(factor(layers, q), chi)])
    };
    largest(STARTS.iter().map(off))
}

/// The rms of the activations where these layers settle, and the factor of the squared gradient there.
fn settled(layers: MeanField) -> (f64, f64) {
    let q = layers.iterate(1.0).nth(600).expect("no end");
    (layers.activation.second_moment_at(q).sqrt(), layers.chi(q))
}

/// The factor of the squared gradient at variance one, wherever the layers settle.
fn chi_at_one(layers: MeanField, _: f64) -> f64 {
    layers.chi(1.0)
}

#[test]
fn five_thirds_settles_at_two_thirds() -> Report {
    claim!(
        "gains.five-thirds",
        r"With gain *$5/3$* an infinitely wide tanh network *settles* where its activations have standard
        deviation *$0.6513$*, and there each layer multiplies the squared gradient by *$1.2098$*.",
        || {
            let tanh = |gain| MeanField::with_gain(Activation::Tanh, gain);
            let off_by = |layers, factor| settled_off(layers, factor, ["0.6513", "1.2098"]);
            let off = |gain| off_by(tanh(gain), MeanField::chi);
            Exactness::of(
                "largest distance from the sentence, in half digits",
                STARTS.len() as u64,
            )
            .within(1.0)
            .proved_beyond("settles", "600 layers from each of 0.01, 0.3, 1 and 30")
            .holds_for("gain 5/3", off(5.0 / 3.0))
            .finds("standard deviation", settled(tanh(5.0 / 3.0)).0)
            .finds("factor", settled(tanh(5.0 / 3.0)).1)
            .foil("gain 1.5925", off(Activation::Tanh.gain()))
            .attacks(&["$0.6513$"])
            .foil("gain 3/4", off(0.75))
            .attacks(&["$5/3$"])
            .foil("5/3 taken for a scale", off((5.0_f64 / 3.0).sqrt()))
            .attacks(&["$5/3$"])
            .foil(
                "the gradient's factor at variance one",
                off_by(tanh(5.0 / 3.0), chi_at_one),
            )
            .attacks(&["$1.2098$"])
            .judge()
        },
    )
}

#[test]
fn a_larger_gain_costs_a_larger_gradient() -> Report {
    claim!(
        "gains.tanh-chi",
        r"Where an infinitely wide tanh network *settles*, $\chi$ is *above one* for *every gain* from $1.05$ to $3$ in
        steps of $0.05$, and *the larger the gain, the larger* is $\chi$.",
        || {
            let gains: Vec<f64> = (105..=300)
                .step_by(5)
                .map(|g| f64::from(g) / 100.0)
                .collect();
            let exceptions = |chi: &dyn Fn(MeanField) -> f64| {
                let chi: Vec<f64> = gains
                    .iter()
                    .map(|gain| chi(MeanField::with_gain(Activation::Tanh, *gain)))
                    .collect();
                let falls = chi.windows(2).filter(|pair| pair[1] <= pair[0]).count();
                let shrinks = chi.iter().filter(|chi| **chi <= 1.0).count();
                (falls + shrinks) as f64
            };
            let settled =
                |layers: MeanField| layers.chi(layers.fixed_point().expect("a gain above one"));
            // The largest gain takes the place of the smallest.
            let mirrored = |layers: MeanField| {
                let gain = 4.05 - layers.weight.sqrt();
                settled(MeanField::with_gain(Activation::Tanh, gain))
            };
            Exactness::of(
                "gains whose χ is not larger than that of the one before, or not above one",
                gains.len() as u64,
            )
            .within(0.0)
            .over("every gain", "all 40 gains")
            .holds_for("where the network settles", exceptions(&settled))
            .foil("at variance one", exceptions(&|layers| layers.chi(1.0)))
            .attacks(&["settles", "above one"])
            .foil("the gains in the opposite order", exceptions(&mirrored))
            .attacks(&["the larger the gain, the larger"])
            .judge()
        },
    )
}

#[test]
fn three_quarters_gives_up_unit_variance_for_a_stable_gradient() -> Report {
    claim!(
        "gains.selu",
        r"SELU maps a standard normal variable to one of *mean $0$ and second moment $1$*, to $10^{-12}$. PyTorch's gain
        of *$3/4$* makes an infinitely wide SELU network *settle* where its activations have an rms of *$0.2024$*, and
        there each layer multiplies the squared gradient by *$1.0037$*.",
        || {
            let off_by = |phi: Activation, gain, factor| {
                let moments = largest([phi.mean().abs(), (phi.second_moment() - 1.0).abs()]);
                let layers = MeanField::with_gain(phi, gain);
                largest([
                    settled_off(layers, factor, ["0.2024", "1.0037"]),
                    moments / 1e-12,
                ])
            };
            let off = |phi, gain| off_by(phi, gain, MeanField::chi);
            // From every start, and once without one.
            let cases = STARTS.len() as u64 + 1;
            Exactness::of("largest distance from the sentence, in half digits", cases)
                .within(1.0)
                .over("settle", "600 layers from each of 0.01, 0.3, 1 and 30")
                .holds_for("SELU, gain 3/4", off(Activation::Selu, 0.75))
                .finds(
                    "rms",
                    settled(MeanField::with_gain(Activation::Selu, 0.75)).0,
                )
                .finds(
                    "factor",
                    settled(MeanField::with_gain(Activation::Selu, 0.75)).1,
                )
                .foil("SELU, gain 1", off(Activation::Selu, 1.0))
                .attacks(&["$0.2024$"])
                .foil(
                    "SELU, 3/4 taken for a scale",
                    off(Activation::Selu, 0.75_f64.sqrt()),
                )
                .attacks(&["$3/4$"])
                .foil("ELU, gain 3/4", off(Activation::Elu, 0.75))
                .attacks(&["mean $0$ and second moment $1$"])
                .foil(
                    "the gradient's factor at variance one",
                    off_by(Activation::Selu, 0.75, chi_at_one),
                )
                .attacks(&["$1.0037$"])
                .judge()
        },
    )
}
