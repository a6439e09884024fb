//! Layers from a configuration file: whatever is wrong in it is an error that says so.
//!
//! `cargo run -q --example from_config`

use std::error::Error;

use serde::Deserialize;
use unit_variance::initializer::{FillError, KernelMut, Named};
use unit_variance::{Initializer, Layout, Moments, Streams};

#[derive(Deserialize)]
struct Layer {
    name: String,
    initializer: Named,
    shape: Vec<usize>,
    layout: Layout,
}

const CONFIG: &str = r#"[
    {"name": "fc1", "initializer": "he/uniform", "shape": [256, 784], "layout": "OutIn"},
    {"name": "fc2", "initializer": "orthogonal:1.414", "shape": [256, 256], "layout": "OutIn"},
    {"name": "heads", "initializer": "2/fan-out", "shape": [256, 8, 32], "layout": "IntoHeads"},
    {"name": "stem", "initializer": "he", "shape": [64, 32, 3, 3], "layout": {"Convolution": {"order": "OutInSpace", "stride": 2}}}
]"#;

/// What is wrong, each in a file of its own.
const WRONG: [&str; 7] = [
    r#"[{"name": "a", "initializer": "hee", "shape": [2, 3], "layout": "OutIn"}]"#,
    r#"[{"name": "b", "initializer": "normal:-1", "shape": [2, 3], "layout": "OutIn"}]"#,
    r#"[{"name": "c", "initializer": "he", "shape": [2, 0], "layout": "OutIn"}]"#,
    r#"[{"name": "d", "initializer": "he", "shape": [2, 3, 4], "layout": "OutIn"}]"#,
    r#"[{"name": "e", "initializer": "normal:1e39", "shape": [2, 3], "layout": "OutIn"}]"#,
    r#"[{"name": "f", "initializer": "he", "shape": [2, 3], "layout": {"Convolution": {"order": "OutInSpace", "strides": 2}}}]"#,
    r#"[{"name": "g", "initializer": "he", "shape": [2], "layout": "Bias"}]"#,
];

fn weights(layer: &Layer) -> Result<Vec<f32>, FillError> {
    layer.layout.try_fans(&layer.shape)?; // so that the product below counts something
    let mut weights = vec![0_f32; layer.shape.iter().product()];
    let kernel = KernelMut::try_of(&mut weights, &layer.shape)?;
    let mut rng = Streams::new(42).stream(&layer.name);
    layer.initializer.try_fill(kernel, layer.layout, &mut rng)?;
    Ok(weights)
}

/// For each layer its name, and its variance times its fan-in.
fn read(config: &str) -> Result<Vec<(String, f64)>, Box<dyn Error>> {
    let layers: Vec<Layer> = serde_json::from_str(config)?;
    let mut variances = Vec::new();
    for layer in layers {
        let moments: Moments = weights(&layer)?.iter().map(|&w| f64::from(w)).collect();
        let fan_in = layer.layout.try_fans(&layer.shape)?.fan_in();
        variances.push((layer.name, fan_in * moments.variance()));
    }
    Ok(variances)
}

fn main() {
    let layers = read(CONFIG).expect("nothing is wrong with the first file");
    let errors = WRONG.map(|config| match read(config) {
        Err(error) => error.to_string(),
        Ok(layers) => panic!("{layers:?} should have been refused"),
    });
    println!(
        "{}",
        serde_json::json!({ "variance_times_fan_in": layers, "errors": errors })
    );
}

#[test]
fn what_is_wrong_in_a_file_is_an_error() {
    main();
}
