//! Computes the gain of an activation of one's own, from its formula and its kinks, and uses it.
//!
//! `cargo run -q --example own_activation`

use ndarray::Array2;
use unit_variance::matrix::product;
use unit_variance::probability::gaussian_expectation;
use unit_variance::{Fan, Initializer, Law, Moments, Streams, VarianceScaling};

/// The hard swish of mobile networks, `z · min(max(z + 3, 0), 6) / 6`, and where it bends.
fn hard_swish(z: f64) -> f64 {
    z * (z + 3.0).clamp(0.0, 6.0) / 6.0
}
const KINKS: [f64; 2] = [-3.0, 3.0];

/// Its derivative.
fn slope(z: f64) -> f64 {
    match z {
        z if z <= -3.0 => 0.0,
        z if z >= 3.0 => 1.0,
        z => (2.0 * z + 3.0) / 6.0,
    }
}

fn main() {
    // E φ(z)² and E φ'(z)² for a standard normal z.
    let second_moment = gaussian_expectation(|z| hard_swish(z).powi(2), 1.0, &KINKS);
    let slope_moment = gaussian_expectation(|z| slope(z).powi(2), 1.0, &KINKS);
    let gain = second_moment.recip().sqrt();
    let chi = slope_moment / second_moment;

    // Three wide layers: the pre-activations of the last are as large as those of the first.
    let layers = |gain: f64| {
        let scheme = VarianceScaling::with_gain(gain, Fan::In, Law::Normal);
        let streams = Streams::new(5);
        let lecun = VarianceScaling::lecun(Law::Normal);
        let first = lecun.sample((2000, 2000), &mut streams.stream("layer.0"));
        let mut z = product(&Array2::ones((1, 2000)), &first);
        for layer in 1..=3 {
            let mut rng = streams.stream(&format!("layer.{layer}"));
            z = product(&z.mapv(hard_swish), &scheme.sample((2000, 2000), &mut rng));
        }
        z.iter().collect::<Moments>().rms()
    };
    let (kept, with_relus) = (layers(gain), layers(2_f64.sqrt()));
    assert!((0.8..1.25).contains(&kept));
    assert!(with_relus < 0.6);
    println!(
        "{}",
        serde_json::json!({
            "gain": gain,
            "backward_gain": slope_moment.recip().sqrt(),
            "chi": chi,
            "rms_after_three_layers": kept,
            "with_the_gain_of_a_relu": with_relus,
        })
    );
}

#[test]
fn the_gain_keeps_the_signal() {
    main();
}
