//! Writes a file of initial weights from a list, reads it again, and measures it. Prints one line of JSON.
//!
//! `cargo run -q -p unit-variance-safetensors --example safetensors_file`

use std::error::Error;

use safetensors::SafeTensors;
use unit_variance::Moments;
use unit_variance_safetensors::{Model, values};

const LIST: &str = r#"{"seed": 7, "parameters": [
    {"name": "fc1.weight", "shape": [256, 784], "initializer": "he/uniform", "layout": "OutIn"},
    {"name": "fc1.bias", "shape": [256], "initializer": "zeros"},
    {"name": "fc2.weight", "shape": [256, 256], "initializer": "orthogonal:1.414", "layout": "OutIn", "dtype": "BF16"}
]}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let model: Model = serde_json::from_str(LIST)?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("model.safetensors");
    model.write(&path)?;

    let bytes = std::fs::read(&path)?;
    let file = SafeTensors::deserialize(&bytes)?;
    let weight = values(&file.tensor("fc1.weight")?).ok_or("no floats")?;
    let moments: Moments = weight.iter().collect();
    println!(
        "{}",
        serde_json::json!({
            "bytes": bytes.len(),
            "tensors": file.len(),
            "variance_times_fan_in": 784.0 * moments.variance(),
            "written_from": Model::of(&bytes)? == model,
            "different": model.differences(&file)?,
        })
    );
    Ok(())
}

#[test]
fn the_file_is_written_and_read() {
    main().unwrap();
}
