//! The runs behind the figures and the numbers of the book.
//!
//! An experiment is a plain configuration with a [`run`](Experiment::run): from its values, and
//! nothing else, follow the rows of one [`Table`].

mod classifier;
mod deep_signal;
mod float_range;
mod mnist;
mod mnist_depth;
mod spread;
mod table;
mod ten_initializers;
mod vanishing_gradient;

pub use deep_signal::{Data, DeepSignal, Weights};
pub use float_range::FloatRange;
pub use mnist::{MnistConfiguration, MnistInitializers};
pub use mnist_depth::MnistDepth;
pub use spread::Spread;
pub use table::{Cell, Table};
pub use ten_initializers::{TEN_INITIALIZERS, TenHistograms, TenInitializers};
pub use vanishing_gradient::{DecisionBoundaries, SpiralWeights, VanishingGradient};

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The steps that are done.
    pub done: u64,
    /// The steps that there are.
    pub total: u64,
}

/// A configuration that determines a table.
pub trait Experiment {
    /// The name, as the terminal and the book call it.
    fn name(&self) -> &'static str;

    /// Every value that the table depends on, by name.
    fn parameters(&self) -> Vec<(String, Cell)>;

    /// Runs, reporting after every step how far it has come.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table;
}
