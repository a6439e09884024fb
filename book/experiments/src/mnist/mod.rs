//! Handwritten digits, learned from several initializers.

mod depth;
mod digits;
mod figures;
mod initializers;

use std::sync::Arc;

use crate::shared::data::Mnist;
use crate::shared::weights::{he, over_fan_in};
use crate::{Chapter, Configuration, Run};
pub use depth::MnistDepth;
pub use digits::Digits;
pub use initializers::{MnistConfiguration, MnistInitializers};
use unit_variance::Activation;
use unit_variance::initializer::{Fan, Named};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "mnist",
    experiments: &[
        Run::on_digits(MnistInitializers::NAME, |digits| {
            Box::new(MnistInitializers::new(digits))
        })
        .in_small("--seeds 2 --iterations 20 --every 10"),
        Run::on_digits(MnistDepth::NAME, |digits| Box::new(MnistDepth::new(digits)))
            .in_small("--layers 2,3 --seeds 2 --iterations 20 --width 5"),
        Run::on_digits(Digits::NAME, |digits| Box::new(Digits { data: digits })),
    ],
    runs: &[
        Run::on_digits("digits", |digits| Box::new(Digits { data: digits })),
        Run::on_digits("mnist", |digits| Box::new(MnistInitializers::new(digits))),
        // Two hundred steps decide. Where they do, at twenty layers, there are twelve seeds; one epoch shows
        // what becomes of those that are late.
        Run::on_digits("mnist-depth", |digits| {
            Box::new(MnistDepth {
                layers: vec![2, 5, 10],
                ..deep(digits)
            })
        }),
        Run::on_digits("mnist-depth-20", |digits| {
            Box::new(MnistDepth {
                layers: vec![20],
                seeds: 12,
                ..deep(digits)
            })
        }),
        // Another dozen of seeds, since one dozen is one dozen.
        Run::on_digits("mnist-depth-20-again", |digits| {
            Box::new(MnistDepth {
                activations: vec![Activation::Relu],
                initializers: vec![he(Fan::In)],
                layers: vec![20],
                seed: 100,
                seeds: 12,
                ..deep(digits)
            })
        }),
        Run::on_digits("mnist-depth-epoch", |digits| {
            Box::new(MnistDepth {
                activations: vec![Activation::Relu],
                initializers: vec![over_fan_in(1.0), he(Fan::In)],
                layers: vec![20],
                iterations: 600,
                ..deep(digits)
            })
        }),
    ],
    figures: figures::FIGURES,
};

/// The nets of the depth figure; Xavier's variance is LeCun's in all but the first and the last layer of a
/// deep one.
fn deep(digits: Arc<Mnist>) -> MnistDepth {
    MnistDepth {
        initializers: vec![
            Named::Normal { std_dev: 1.0 },
            over_fan_in(1.0),
            he(Fan::In),
        ],
        iterations: 200,
        width: 50,
        ..MnistDepth::new(digits)
    }
}
