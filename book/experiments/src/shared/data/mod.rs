//! What the experiments learn from: a spiral that is computed, and digits that are read.

mod idx;
mod mnist;
mod spiral;

pub use idx::{IdxError, Images, read_images, read_labels};
pub(crate) use mnist::BRIGHTNESS;
pub(crate) use mnist::write_digest;
pub use mnist::{LabeledImages, Mnist};
pub use spiral::Spiral;
