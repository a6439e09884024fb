//! The claims of the chapter on normalization, and on starts that look at the data.

#[path = "data-dependent/batch_norm.rs"]
mod batch_norm;
#[path = "data-dependent/inputs.rs"]
mod inputs;
#[path = "data-dependent/laws.rs"]
mod laws;
#[path = "data-dependent/scale.rs"]
mod scale;
#[path = "data-dependent/starts.rs"]
mod starts;

use std::fs::File;
use std::io::BufReader;
use std::sync::LazyLock;

use experiments::shared::data::LabeledImages;
use flate2::read::MultiGzDecoder;
use ndarray::Array2;
use unit_variance::initializer::{Initializer, Normal};
use unit_variance::probability::StreamRng;

use crate::harness::root;

/// The digits that are learned from.
static DIGITS: LazyLock<LabeledImages> = LazyLock::new(|| {
    let open = |kind: &str| {
        let path = root().join(format!("book/data/mnist/train-{kind}-ubyte.gz"));
        MultiGzDecoder::new(BufReader::new(
            File::open(path).expect("the digits are there"),
        ))
    };
    let (images, labels) = (open("images-idx3"), open("labels-idx1"));
    LabeledImages::read((images, "images"), (labels, "labels")).expect("the digits are whole")
});

/// Independent standard normal numbers.
fn gaussian(shape: (usize, usize), rng: &mut StreamRng) -> Array2<f64> {
    Normal::new(0.0, 1.0).sample(shape, rng)
}
