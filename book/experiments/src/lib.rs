//! The runs behind the figures and the numbers of the book.
//!
//! An experiment is a plain configuration with a [`run`](Experiment::run): from its values, and
//! nothing else, follow the rows of one [`Table`].

mod activation_curves;
mod batches;
mod classifier;
pub mod data;
mod deep_gradient;
mod deep_signal;
mod difference_error;
mod experiment;
pub mod fans;
mod float_range;
mod gain;
mod gradient_depth;
mod gradient_mutants;
mod initializer;
mod law_densities;
pub mod library_tests;
mod mean_shift;
mod mnist;
mod mnist_depth;
mod mnist_pixels;
pub mod option;
pub mod runs;
mod scaled_signal;
mod spread;
mod symmetry;
mod table;
mod tanh_decay;
mod tanh_depth;
mod ten_initializers;
mod udl_response;
mod udl_rules;
mod udl_sweep;
mod unseen_weights;
mod vanishing_gradient;
mod xavier_factors;
mod zero_padding;

pub use activation_curves::ActivationCurves;
pub use deep_gradient::DeepGradient;
pub use deep_signal::{Data, DeepSignal, Weights};
pub use difference_error::DifferenceError;
pub use experiment::{Configuration, Experiment, Progress, demand_memory, without_options};
pub use fans::{KernelFans, OneKernel};
pub use float_range::FloatRange;
pub use gain::{Activations, Gain};
pub use gradient_depth::GradientDepth;
pub use gradient_mutants::{GradientMutants, WrongGradient, wrong_gradients};
pub use initializer::{Entry, Initialization, InitializationError, Options, catalogue};
pub use law_densities::LawDensities;
pub use library_tests::{LibraryTests, PassCurves};
pub use mean_shift::MeanShift;
pub use mnist::{MnistConfiguration, MnistInitializers};
pub use mnist_depth::{MnistDepth, MnistWeights};
pub use mnist_pixels::MnistPixels;
pub use spread::{Pass, Spread};
pub use symmetry::Symmetry;
pub use table::{Cell, Table};
pub use tanh_decay::TanhDecay;
pub use tanh_depth::TanhDepth;
pub use ten_initializers::{
    Fault, Faults, TEN_INITIALIZERS, TenHistograms, TenInitializers, TenRepairs, TenSurvivors,
    TenWeights, Written, promised, ten_in_words,
};
pub use udl_response::UdlResponse;
pub use udl_rules::UdlRules;
pub use udl_sweep::UdlSweep;
pub use vanishing_gradient::{DecisionBoundaries, SpiralWeights, VanishingGradient};
pub use xavier_factors::XavierFactors;
pub use zero_padding::ZeroPadding;
