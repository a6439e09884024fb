//! The named runs that chapters refer to.

use unit_variance::experiments::{Data, DeepSignal, Experiment, Weights};

/// The run with this name.
pub fn named(name: &str) -> Option<Box<dyn Experiment>> {
    (name == "udl-5x8").then(|| {
        Box::new(DeepSignal {
            seed: 0,
            depth: 5,
            width: 8,
            weights: Weights::Variance(1.0),
            data: Data::Fresh,
        }) as Box<dyn Experiment>
    })
}

/// The names of all runs.
pub fn names() -> Vec<&'static str> {
    vec!["udl-5x8"]
}
