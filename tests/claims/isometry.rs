//! The claims of the chapter on isometry.

mod coins;
mod convolutions;
mod direction;
mod learning;
mod moments;
mod rank;
mod wide;
