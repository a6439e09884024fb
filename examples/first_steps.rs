//! Looks at a classifier before, during and after its first steps, and says what is out of its range.
//!
//! `cargo run -q --example first_steps`

use ndarray::{Array2, ArrayView1, Axis};
use serde_json::{Value, json};
use unit_variance::initializer::Normal;
use unit_variance::network::{Optimizer, TrainingState};
use unit_variance::{
    Activation, Dense, Fan, Initializer, Law, Loss, Moments, Network, Streams, VarianceScaling,
};

const CLASSES: usize = 10;
const INPUTS: usize = 64;
const WIDTH: usize = 128;
const HIDDEN: usize = 5;
const BATCH: usize = 64;
/// Of gradient descent.
const RATE: f64 = 0.02;
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
fn classifier(scale: f64, streams: Streams) -> Network {
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
    let sum = |a: &ArrayView1<f64>, b: &ArrayView1<f64>| -> f64 {
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

fn equal_columns(x: &Array2<f64>) -> usize {
    let pairs = (0..x.ncols()).flat_map(|j| (0..j).map(move |i| (i, j)));
    pairs.filter(|(i, j)| x.column(*i) == x.column(*j)).count()
}

fn largest(numbers: impl Iterator<Item = f64>) -> f64 {
    numbers.fold(0.0, f64::max)
}

/// Which of the numbers is furthest from one, on a scale of ratios.
fn furthest_from_one(ratios: impl Iterator<Item = f64>) -> f64 {
    let distance = |ratio: &f64| libm::log(*ratio).abs();
    ratios
        .max_by(|a, b| distance(a).total_cmp(&distance(b)))
        .expect("there are layers")
}

const fn check(what: &'static str, value: f64, low: f64, high: f64) -> Check {
    Check {
        what,
        value,
        low,
        high,
    }
}

/// Steps 1 to 3: the weights, before any input.
fn weights(network: &Network) -> Vec<Check> {
    let hidden = || network.layers[..HIDDEN].iter();
    let moments = |layer: &Dense| layer.weight.iter().collect::<Moments>();
    let factors = hidden().map(|layer| {
        let terms = layer.weight.nrows() as f64;
        terms * moments(layer).variance() * layer.activation.second_moment()
    });
    let means = hidden().map(|layer| {
        let errors = (layer.weight.len() as f64).sqrt() / moments(layer).std_dev();
        moments(layer).mean().abs() * errors
    });
    let equal: usize = hidden().map(|layer| equal_columns(&layer.weight)).sum();
    // Adam moves every weight by its rate.
    let steps = network.layers.iter().map(|layer| ADAM / rms(&layer.weight));
    vec![
        check("n Var(w) E φ²", furthest_from_one(factors), 0.9, 1.1),
        check("pairs of equal units", equal as f64, 0.0, 0.0),
        check("mean, in standard errors", largest(means), 0.0, 4.0),
        check("Adam's first step over a weight", largest(steps), 0.0, 0.1),
    ]
}

/// Steps 4 to 7: one pass forward, one back.
fn first_pass(network: &Network, x: &Array2<f64>, loss: &Loss) -> (Vec<Check>, Value) {
    let trace = network.forward(x);
    let gradients = network.gradients(x, loss);
    let signals = || trace.layers[..HIDDEN].iter().map(|layer| &layer.activation);
    let by_layer: Vec<f64> = signals().map(rms).collect();
    let deltas = gradients.layers[..HIDDEN].iter();
    let backward: Vec<f64> = deltas.map(|layer| rms(&layer.delta)).collect();
    let share_off: Vec<f64> = signals().map(off).collect();
    let cosines: Vec<f64> = signals().map(cosine).collect();

    // ln C, and up to s² (1 − 1/C) / 2 more, give or take four standard errors of a batch.
    let logits: Moments = trace.output().iter().collect();
    let (classes, variance) = (CLASSES as f64, logits.second_moment());
    let error = 4.0 * (variance / BATCH as f64).sqrt();
    let excess = loss.value(trace.output()) - libm::log(classes);
    let most = variance * (1.0 - 1.0 / classes) / 2.0;

    // The band of nineteen networks in twenty, for one input, from the first hidden layer to the last.
    let ratio = (HIDDEN - 1) as f64 / WIDTH as f64;
    let (middle, reach) = (-2.5 * ratio, 2.0 * (5.0 * ratio).sqrt());
    let (low, high) = (libm::exp(middle - reach), libm::exp(middle + reach));
    let last = HIDDEN - 1;
    let signal = (by_layer[last] / by_layer[0]).powi(2);
    let gradient = (backward[0] / backward[last]).powi(2);
    let checks = vec![
        check("loss above ln C", excess, -error, most + error),
        check("variance of the logits", variance, 0.0, 2.0),
        check("mean square, last layer over first", signal, low, high),
        check("squared gradient, first over last", gradient, low, high),
        check("units that are off, first layer", share_off[0], 0.0, 0.01),
        check("cosine of two inputs, last layer", cosines[last], 0.0, 0.99),
    ];
    let lists =
        json!({ "rms": by_layer, "gradient_rms": backward, "off": share_off, "cosine": cosines });
    (checks, lists)
}

/// Steps 8 to 10: one step of gradient descent, and nine more.
fn descent(network: Network, x: &Array2<f64>, loss: &Loss) -> Vec<Check> {
    let value = |network: &Network| loss.value(network.forward(x).output());
    let sizes = |network: &Network| -> Vec<f64> {
        let trace = network.forward(x);
        trace
            .layers
            .iter()
            .map(|layer| rms(&layer.activation))
            .collect()
    };
    let descend = |state: TrainingState| {
        let gradients = state.network.gradients(x, loss);
        Optimizer::Sgd.step(state, &gradients, RATE)
    };
    let start = network.clone();
    let mut state = descend(TrainingState::new(network));
    let pairs = sizes(&start).into_iter().zip(sizes(&state.network));
    let change = furthest_from_one(pairs.map(|(before, after)| after / before));
    for _ in 0..9 {
        state = descend(state);
    }
    let layers = start.layers.iter().zip(&state.network.layers);
    let still = layers.filter(|(before, now)| before.weight == now.weight);
    vec![
        check("rms after one step, over before", change, 0.5, 2.0),
        check(
            "loss after ten steps, over before",
            value(&state.network) / value(&start),
            0.0,
            0.99,
        ),
        check("layers that have not moved", still.count() as f64, 0.0, 0.0),
    ]
}

/// What a network with hidden weights of variance `scale / n` shows in its first steps.
fn look(scale: f64) -> (Vec<Check>, Value) {
    let streams = Streams::new(11);
    let network = classifier(scale, streams);
    let x = Normal::new(0.0, 1.0).sample((BATCH, INPUTS), &mut streams.stream("inputs"));
    let labels = (0..BATCH).map(|row| row % CLASSES).collect();
    let loss = Loss::CrossEntropy { labels };
    let mut checks = weights(&network);
    let (of_pass, lists) = first_pass(&network, &x, &loss);
    checks.extend(of_pass);
    checks.extend(descent(network, &x, &loss));
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
