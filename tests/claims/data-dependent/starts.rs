//! Starts that look at a batch.

use experiments::data_dependent::one_pass;
use ndarray::{Array1, Array2, Axis};
use unit_variance::evidence::{Exactness, largest};
use unit_variance::theory::rescale_after_activation;
use unit_variance::{Activation, Dense, Moments, Network, Streams};

use super::gaussian;
use crate::harness::{Report, half_digits};

const CASES: u64 = 54;
const ROWS: usize = 20;

/// The shape and the activation of a case.
fn shape(case: u64) -> (Vec<usize>, Activation) {
    let depth = 1 + case as usize % 5;
    let widths = (0..=depth)
        .map(|l| 3 + (case as usize + 2 * l) % 6)
        .collect();
    (widths, Activation::ALL[case as usize % 18])
}

/// How LSUV goes through a network.
#[derive(Clone, Copy, PartialEq)]
enum Lsuv {
    Stated,
    /// It looks behind the activation.
    Behind,
    /// It divides by the variance.
    ByVariance,
    /// All layers are measured before the first is divided.
    AtOnce,
    /// The last layer is left.
    AllButLast,
    /// It does nothing.
    None,
}

impl Lsuv {
    /// The largest distance from one of a layer's variance on the batch, or on another one.
    fn farthest(self, bias: f64, other: bool) -> f64 {
        let of_case = |case: u64| {
            let streams = Streams::new(case);
            let (widths, phi) = shape(case);
            let mut rng = streams.stream("weights");
            let layers = widths.windows(2).map(|pair| {
                let mut layer = Dense::new(gaussian((pair[0], pair[1]), &mut rng), phi);
                layer.bias = Array1::from_iter(bias * gaussian((1, pair[1]), &mut rng));
                layer
            });
            let mut network = Network {
                layers: layers.collect(),
            };
            let x = gaussian((ROWS, widths[0]), &mut streams.stream("batch"));
            self.pass(&mut network, &x);
            let judged = if other {
                gaussian((ROWS, widths[0]), &mut streams.stream("another batch"))
            } else {
                x
            };
            let layers = network.forward(&judged).layers;
            largest(layers.iter().map(|layer| {
                let moments: Moments = layer.preactivation.iter().collect();
                (moments.std_dev().powi(2) - 1.0).abs()
            }))
        };
        largest((0..CASES).map(of_case))
    }

    fn pass(self, network: &mut Network, x: &Array2<f64>) {
        if self == Self::Stated {
            one_pass(network, x).expect("no layer is dead");
            return;
        }
        let before = network.forward(x).layers;
        let mut signal = x.clone();
        let last = network.layers.len() - 1;
        for (l, layer) in network.layers.iter_mut().enumerate() {
            let now = layer.forward(&signal);
            let seen = match self {
                Self::Behind => &now.activation,
                Self::AtOnce => &before[l].preactivation,
                _ => &now.preactivation,
            };
            let deviation = seen.iter().collect::<Moments>().std_dev();
            let keeps = self == Self::None || (self == Self::AllButLast && l == last);
            layer.weight /= match self {
                _ if keeps => 1.0,
                Self::ByVariance => deviation * deviation,
                _ => deviation,
            };
            signal = layer.forward(&signal).activation;
        }
    }
}

#[test]
fn one_pass_of_lsuv_is_enough() -> Report {
    claim!(
        "data-dependent.lsuv",
        r"Go through a chain of layers $\varphi(xW)$ *without biases*, each with weights of its own, from the first to the last, and
        divide the weights of each by the *standard deviation* of its *pre-activations*, over all its units and all rows
        of one batch together, with the layers before *already divided*. Where no deviation is zero or not finite, *one* pass
        makes the variance one in *all* layers on *this batch*, *whatever the activation*, up to rounding.",
        || {
            let plain = |lsuv: Lsuv| lsuv.farthest(0.0, false);
            Exactness::of("largest distance of a variance from one", CASES)
                .proved()
                .within(1e-12)
                .proved_beyond(
                    "whatever the activation",
                    "18 of them, in 54 networks of one to five layers",
                )
                .holds_for("one pass", plain(Lsuv::Stated))
                .foil("biases", Lsuv::Stated.farthest(1.0, false))
                .attacks(&["without biases"])
                .foil("divided by the variance", plain(Lsuv::ByVariance))
                .attacks(&["standard deviation"])
                .foil("measured behind the activation", plain(Lsuv::Behind))
                .attacks(&["pre-activations"])
                .foil("measured before any layer is divided", plain(Lsuv::AtOnce))
                .attacks(&["already divided"])
                .foil("no pass", plain(Lsuv::None))
                .attacks(&["one"])
                .foil("the last layer left as it was", plain(Lsuv::AllButLast))
                .attacks(&["all"])
                .foil("another batch", Lsuv::Stated.farthest(0.0, true))
                .attacks(&["this batch"])
                .judge()
        },
    )
}

#[test]
fn behind_a_tanh_it_walks() -> Report {
    claim!(
        "data-dependent.lsuv-tanh",
        r"Let pre-activations be standard normal, and divide their scale by the exact standard deviation of their *tanh*, again
        and again. After *$21$* divisions the variance of the tanh is *$0.9248$*, at a scale of *$10.57$*. It comes within *two
        percent* of one after *$93$*, at a scale of *$40.1$*.",
        || {
            let farthest = |phi: Activation, passes: usize, within: f64, late: usize| {
                let walk: Vec<_> = rescale_after_activation(phi).take(400).collect();
                let arrived = walk
                    .iter()
                    .position(|at| (at.variance - 1.0).abs() <= within);
                let wrong = f64::from(arrived != Some(late));
                largest([
                    half_digits(walk[passes].variance, "0.9248"),
                    half_digits(walk[passes].scale, "10.57"),
                    half_digits(walk[late].scale, "40.1"),
                    2.0 * wrong,
                ])
            };
            let tanh = Activation::Tanh;
            Exactness::of("largest error, in half digits", 4)
                .within(1.0)
                .holds_for("tanh", farthest(tanh, 21, 0.02, 93))
                .foil("erf", farthest(Activation::Erf, 21, 0.02, 93))
                .attacks(&["tanh", "$0.9248$", "$10.57$"])
                .foil("twenty", farthest(tanh, 20, 0.02, 93))
                .attacks(&["$21$"])
                .foil("three percent", farthest(tanh, 21, 0.03, 93))
                .attacks(&["two percent"])
                .foil("one more", farthest(tanh, 21, 0.02, 94))
                .attacks(&["$93$", "$40.1$"])
                .judge()
        },
    )
}

/// `y = g (x · v)/‖v‖ + b`.
#[derive(Clone)]
struct WeightNorm {
    direction: Array2<f64>,
    gain: Array1<f64>,
    bias: Array1<f64>,
}

/// How its start is made.
#[derive(Clone, Copy, PartialEq)]
enum Start {
    Stated,
    Unbiased,
    /// The bias is left at zero.
    NoBias,
    /// The next layer reads what this one put out before its start.
    OldOutput,
}

impl WeightNorm {
    fn new(direction: Array2<f64>) -> Self {
        let units = direction.ncols();
        Self {
            direction,
            gain: Array1::ones(units),
            bias: Array1::zeros(units),
        }
    }

    fn forward(&self, x: &Array2<f64>) -> Array2<f64> {
        let lengths = self
            .direction
            .mapv(|v| v * v)
            .sum_axis(Axis(0))
            .mapv(f64::sqrt);
        let t = unit_variance::matrix::product(x, &self.direction) / lengths;
        t * &self.gain + &self.bias
    }

    fn start(&mut self, x: &Array2<f64>, how: Start) {
        let t = self.forward(x);
        let rows = t.nrows() as f64;
        let mean = t.sum_axis(Axis(0)) / rows;
        let square = (&t - &mean).mapv(|t| t * t).sum_axis(Axis(0));
        let over = if how == Start::Unbiased {
            rows - 1.0
        } else {
            rows
        };
        self.gain = square.mapv(|square| (square / over).sqrt().recip());
        if how != Start::NoBias {
            self.bias = -mean * &self.gain;
        }
    }
}

/// The largest distance of a unit's mean from zero, or of its variance from one.
fn weight_norm(how: Start, other: bool) -> f64 {
    let of_case = |case: u64| {
        let streams = Streams::new(case);
        let (widths, phi) = shape(case);
        let mut rng = streams.stream("weights");
        let directions = widths
            .windows(2)
            .map(|pair| gaussian((pair[0], pair[1]), &mut rng));
        let mut layers: Vec<WeightNorm> = directions.map(WeightNorm::new).collect();
        let batch = |name: &str| gaussian((ROWS, widths[0]), &mut streams.stream(name));
        let mut x = batch("batch");
        for layer in &mut layers {
            let old = layer.forward(&x);
            layer.start(&x, how);
            let y = if how == Start::OldOutput {
                old
            } else {
                layer.forward(&x)
            };
            x = y.mapv(|y| phi.value(y));
        }
        let mut x = batch(if other { "another batch" } else { "batch" });
        let mut distances = Vec::new();
        for layer in &layers {
            let y = layer.forward(&x);
            for unit in y.columns() {
                let moments: Moments = unit.iter().collect();
                distances.extend([
                    moments.mean().abs(),
                    (moments.std_dev().powi(2) - 1.0).abs(),
                ]);
            }
            x = y.mapv(|y| phi.value(y));
        }
        largest(distances)
    };
    largest((0..CASES).map(of_case))
}

#[test]
fn a_start_by_a_batch_standardizes_it() -> Report {
    claim!(
        "data-dependent.weight-norm",
        r"Each unit of a chain of layers computes $y = g\,(x\cdot v)/\|v\| + b$, followed by an activation. Layer by layer, from
        the first, put $g = 1/s$ and *$b = -\bar t/s$*, with the mean $\bar t$ and the *biased* standard deviation $s$ of
        $t = (x \cdot v)/\|v\|$ over one batch, where $x$ is what the layers before put out *after their own start*. Where no $s$ is
        zero up to rounding, each unit of each layer has a $y$ of mean *zero* and variance *one* on *this batch*, *whatever
        the activation*, up to rounding.",
        || {
            Exactness::of(
                "largest distance of a mean from zero or a variance from one",
                CASES,
            )
            .proved()
            .within(1e-9)
            .proved_beyond(
                "whatever the activation",
                "18 of them, in 54 networks of one to five layers",
            )
            .holds_for("as stated", weight_norm(Start::Stated, false))
            .foil("divided by B − 1", weight_norm(Start::Unbiased, false))
            .attacks(&["biased", "one"])
            .foil("biases left at zero", weight_norm(Start::NoBias, false))
            .attacks(&[r"$b = -\bar t/s$", "zero"])
            .foil(
                "the output from before the start",
                weight_norm(Start::OldOutput, false),
            )
            .attacks(&["after their own start"])
            .foil("another batch", weight_norm(Start::Stated, true))
            .attacks(&["this batch"])
            .judge()
        },
    )
}
