//! Looks at a classifier before, during and after its first steps, and says what is out of its range.
//!
//! `cargo run -q --example first_steps`

use ndarray::{Array2, ArrayView2, Axis};
use serde_json::{Value, json};
use unit_variance::initializer::Normal;
use unit_variance::network::{Optimizer, TrainingState};
use unit_variance::{
    Activation, Fan, Initializer, Law, Loss, Moments, Network, Streams, VarianceScaling,
};

const CLASSES: usize = 10;
const INPUTS: usize = 64;
const WIDTH: usize = 128;
const HIDDEN: usize = 5;
const BATCH: usize = 64;
/// Of gradient descent.
const RATE: f64 = 0.05;
/// Of Adam, whose first step moves every weight by as much.
const ADAM: f64 = 1e-3;

/// A number, and between which limits it should be.
struct Check {
    what: &'static str,
    value: f64,
    low: f64,
    high: f64,
}

impl Check {
    fn holds(&self) -> bool {
        (self.low..=self.high).contains(&self.value)
    }

    fn line(&self) -> Value {
        json!({ "what": self.what, "value": self.value, "from": self.low, "to": self.high, "holds": self.holds() })
    }
}

/// Five ReLU layers of this scale, and a head of LeCun's.
fn classifier(scale: f64, streams: &Streams) -> Network {
    let hidden = VarianceScaling::new(scale, Fan::In, Law::Normal);
    let widths = [&[INPUTS][..], &[WIDTH; HIDDEN]].concat();
    let mut network = Network::init(
        &widths,
        Activation::Relu,
        &hidden,
        &mut streams.stream("hidden"),
    );
    let lecun = VarianceScaling::lecun(Law::Normal);
    let head = Network::init(
        &[WIDTH, CLASSES],
        Activation::Identity,
        &lecun,
        &mut streams.stream("head"),
    );
    network.layers.extend(head.layers);
    network
}

fn rms(x: &Array2<f64>) -> f64 {
    x.iter().collect::<Moments>().rms()
}

/// The cosine of the first two rows.
fn cosine(x: &Array2<f64>) -> f64 {
    let (a, b) = (x.row(0), x.row(1));
    let sum = |a: &ndarray::ArrayView1<f64>, b: &ndarray::ArrayView1<f64>| -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    };
    sum(&a, &b) / (sum(&a, &a) * sum(&b, &b)).sqrt()
}

/// The share of columns without an entry above zero: units that are off at all inputs.
fn off(x: &Array2<f64>) -> f64 {
    let units = x.axis_iter(Axis(1));
    let off = units.filter(|unit| unit.iter().all(|h| *h <= 0.0)).count();
    off as f64 / x.ncols() as f64
}

fn equal_columns(x: ArrayView2<f64>) -> usize {
    let pairs = (0..x.ncols()).flat_map(|j| (0..j).map(move |i| (i, j)));
    pairs.filter(|(i, j)| x.column(*i) == x.column(*j)).count()
}

/// Which of the numbers is furthest from one, on a scale of ratios.
fn furthest_from_one(ratios: impl Iterator<Item = f64>) -> f64 {
    let distance = |ratio: &f64| libm::log(*ratio).abs();
    ratios
        .max_by(|a, b| distance(a).total_cmp(&distance(b)))
        .expect("there are layers")
}

/// What a network with hidden weights of variance `scale / n` shows in its first steps.
fn look(scale: f64) -> (Vec<Check>, Value) {
    let streams = Streams::new(11);
    let network = classifier(scale, &streams);
    let x = Normal::new(0.0, 1.0).sample((BATCH, INPUTS), &mut streams.stream("inputs"));
    let labels: Vec<usize> = (0..BATCH).map(|row| row % CLASSES).collect();
    let loss = Loss::CrossEntropy { labels };
    let mut checks = Vec::new();
    let mut check = |what, value, low, high| {
        checks.push(Check {
            what,
            value,
            low,
            high,
        })
    };

    // 1 to 3: the weights, before any input.
    let hidden = || network.layers[..HIDDEN].iter();
    let factors = hidden().map(|layer| {
        let moments: Moments = layer.weight.iter().collect();
        layer.weight.nrows() as f64 * moments.variance() * layer.activation.second_moment()
    });
    check("n Var(w) E φ²", furthest_from_one(factors), 0.9, 1.1);
    let equal = hidden().map(|layer| equal_columns(layer.weight.view()));
    check(
        "pairs of equal units",
        equal.sum::<usize>() as f64,
        0.0,
        0.0,
    );
    let means = hidden().map(|layer| {
        let moments: Moments = layer.weight.iter().collect();
        moments.mean().abs() / moments.std_dev() * (layer.weight.len() as f64).sqrt()
    });
    check(
        "mean of the weights, in standard errors",
        means.fold(0.0, f64::max),
        0.0,
        4.0,
    );

    // 4: ln C, and up to s² (1 − 1/C) / 2 more, give or take four standard errors of a batch.
    let trace = network.forward(&x);
    let classes = CLASSES as f64;
    let logits: Moments = trace.output().iter().collect();
    let variance = logits.second_moment();
    let error = 4.0 * (variance / BATCH as f64).sqrt();
    let excess = loss.value(trace.output()) - libm::log(classes);
    let most = variance * (1.0 - 1.0 / classes) / 2.0;
    check("loss above ln C", excess, -error, most + error);
    check("variance of the logits", variance, 0.0, 2.0);

    // 5 and 6: from the first hidden layer to the last.
    let signals = &trace.layers[..HIDDEN];
    let by_layer: Vec<f64> = signals.iter().map(|layer| rms(&layer.activation)).collect();
    let gradients = network.gradients(&x, &loss);
    let backward: Vec<f64> = gradients.layers[..HIDDEN]
        .iter()
        .map(|layer| rms(&layer.delta))
        .collect();
    let ratio = (HIDDEN - 1) as f64 / WIDTH as f64;
    let (middle, reach) = (-2.5 * ratio, 2.0 * (5.0 * ratio).sqrt());
    let band = (libm::exp(middle - reach), libm::exp(middle + reach));
    let signal = (by_layer[HIDDEN - 1] / by_layer[0]).powi(2);
    check("mean square, last layer over first", signal, band.0, band.1);
    let gradient = (backward[0] / backward[HIDDEN - 1]).powi(2);
    check(
        "squared gradient, first layer over last",
        gradient,
        band.0,
        band.1,
    );

    // 7: whether the batch is still many inputs.
    let share_off: Vec<f64> = signals.iter().map(|layer| off(&layer.activation)).collect();
    check(
        "share of units that are off, first layer",
        share_off[0],
        0.0,
        0.01,
    );
    let cosines: Vec<f64> = signals
        .iter()
        .map(|layer| cosine(&layer.activation))
        .collect();
    check(
        "cosine of two inputs, last layer",
        cosines[HIDDEN - 1],
        0.0,
        0.99,
    );

    // 8: what the first step of Adam would be, beside a weight.
    let steps = network.layers.iter().map(|layer| ADAM / rms(&layer.weight));
    check(
        "Adam's first step over a weight",
        steps.fold(0.0, f64::max),
        0.0,
        0.1,
    );

    // 9 and 10: one step, and nine more.
    let start = network.clone();
    let mut state = TrainingState::new(network);
    let descend = |state: TrainingState| {
        let gradients = state.network.gradients(&x, &loss);
        Optimizer::Sgd.step(state, &gradients, RATE)
    };
    state = descend(state);
    let after = state.network.forward(&x);
    let changes = by_layer
        .iter()
        .zip(&after.layers)
        .map(|(before, layer)| rms(&layer.activation) / before);
    check(
        "rms of a layer after one step, over before",
        furthest_from_one(changes),
        0.5,
        2.0,
    );
    for _ in 0..9 {
        state = descend(state);
    }
    let end = loss.value(state.network.forward(&x).output()) - libm::log(classes);
    check(
        "loss after ten steps, over that before",
        (end + libm::log(classes)) / (excess + libm::log(classes)),
        0.0,
        0.99,
    );
    let layers = start.layers.iter().zip(&state.network.layers);
    let still = layers
        .filter(|(before, now)| before.weight == now.weight)
        .count();
    check("layers that have not moved", still as f64, 0.0, 0.0);

    let lists =
        json!({ "rms": by_layer, "gradient_rms": backward, "off": share_off, "cosine": cosines });
    (checks, lists)
}

fn main() {
    let (checks, lists) = look(2.0);
    let lines: Vec<Value> = checks.iter().map(Check::line).collect();
    println!("{}", json!({ "checks": lines, "by_layer": lists }));
    assert!(checks.iter().all(Check::holds));
}

#[test]
fn a_he_network_is_in_range() {
    main();
}

#[test]
fn a_wrong_variance_is_seen_before_the_first_step() {
    for scale in [1.0, 4.0] {
        let (checks, _) = look(scale);
        let failed: Vec<&str> = checks
            .iter()
            .filter(|check| !check.holds())
            .map(|check| check.what)
            .collect();
        assert!(failed.contains(&"n Var(w) E φ²"), "{failed:?}");
        assert!(
            failed.contains(&"mean square, last layer over first"),
            "{failed:?}"
        );
    }
}
