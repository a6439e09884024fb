//! The press: verifies the claims, runs the experiments, draws the figures, prints the book.
//!
//! Data flows one way: chapter → claim → test → verdict → chapter. The press knows nothing of
//! weights: it asks the library for tables and verdicts, and sets them beside the sentences.

pub mod figures;
pub mod runs;

mod lab;

pub use lab::Lab;
