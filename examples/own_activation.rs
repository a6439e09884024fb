//! Takes an activation of one's own, from its formula and its kinks, into gains, a recursion and a network.
//!
//! `cargo run -q --example own_activation`

use ndarray::Array2;
use unit_variance::activation::{Nonlinearity, OwnActivation};
use unit_variance::network::Pointwise;
use unit_variance::theory::MeanField;
use unit_variance::{
    Activation, Chain, Dense, Fan, Initializer, Law, Moments, Streams, VarianceScaling,
};

/// The hard swish of mobile networks, `z · min(max(z + 3, 0), 6) / 6`, with its slope and where it bends.
fn hard_swish() -> OwnActivation {
    let value = |z: f64| z * (z + 3.0).clamp(0.0, 6.0) / 6.0;
    let slope = |z: f64| match z {
        z if z <= -3.0 => 0.0,
        z if z >= 3.0 => 1.0,
        z => (2.0 * z + 3.0) / 6.0,
    };
    OwnActivation::new(value, slope).with_kinks([-3.0, 3.0])
}

/// Layers of this width and gain, each from a stream of its own.
fn network(width: usize, depth: usize, gain: f64) -> Chain {
    let streams = Streams::new(5);
    let rule = VarianceScaling::with_gain(gain, Fan::In, Law::Normal);
    (0..depth).fold(Chain::default(), |chain, layer| {
        let mut rng = streams.stream(&format!("layer.{layer}"));
        let weight = rule.sample((width, width), &mut rng);
        chain
            .then(Pointwise(hard_swish()))
            .then(Dense::new(weight, Activation::Identity))
    })
}

fn main() {
    let phi = hard_swish();
    let layers = MeanField::with_gain(&phi, phi.gain());
    assert!((layers.step(1.0) - 1.0).abs() < 1e-12);

    // Pre-activations of mean square 1 go in; how large are they after three wide layers?
    let ones = Array2::ones((1, 2000));
    let lecun = VarianceScaling::lecun(Law::Normal)
        .sample((2000, 2000), &mut Streams::new(6).stream("first"));
    let first = Chain::default().then(Dense::new(lecun, Activation::Identity));
    let entering = first.signals(&ones).remove(0);
    let rms_after_three = |gain: f64| {
        let signals = network(2000, 3, gain).signals(&entering);
        signals[signals.len() - 1].iter().collect::<Moments>().rms()
    };
    let (kept, with_relus) = (rms_after_three(phi.gain()), rms_after_three(2_f64.sqrt()));
    let expected = MeanField::with_gain(&phi, 2_f64.sqrt()).iterate(1.0).nth(3);
    let expected = expected.expect("it goes on for ever").sqrt();
    assert!((0.8..1.25).contains(&kept));
    assert!((0.8..1.25).contains(&(with_relus / expected)));
    println!(
        "{}",
        serde_json::json!({
            "gain": phi.gain(),
            "backward_gain": phi.backward_gain(),
            "chi": phi.chi(),
            "stability": layers.stability(1.0),
            "rms_after_three_layers": kept,
            "with_the_gain_of_a_relu": with_relus,
            "which_the_recursion_says": expected,
        })
    );
}

#[test]
fn the_gain_keeps_the_signal() {
    main();
}
