//! Diagnosis: how weights were initialized, what is wrong with them, and what cannot be known.
//!
//! A checkpoint holds numbers and names. [`Plan`] reads the names, [`Scan`] takes the numbers of a tensor in one pass,
//! [`Plan::examine`] asks which laws and scales they allow, and [`Plan::judge`] what follows for the whole file. Nothing here
//! opens a file; `cargo run -- diagnose FILE` does.
//!
//! A law is never found, only not excluded. So what is said of a tensor is a set: of laws and standard deviations
//! ([`allowed_laws`]) that finite-sample tests do not reject, and of rules whose numbers lie in it. The probability that the
//! true law is missing from any of the sets of a file is at most [`Options::alpha`], whatever the sizes of its tensors.
//!
//! | question | answered by |
//! |---|---|
//! | which laws, which scales | five tests inverted: [`allowed_laws`] |
//! | are the entries independent | singular values ([`Spectrum`]), rank ([`Rank`]), right angles ([`Angles`]), rows and columns of one variance |
//! | which rule | [`Recipe`], and the fewest rules that explain all layers |
//! | what is wrong | [`Verdict`] |

mod angles;
mod bins;
mod chain;
mod examined;
mod facts;
mod faults;
mod folded;
mod hints;
mod homogeneity;
mod judge;
mod kernel;
mod law_set;
mod mean_square;
mod names;
mod plan;
mod precision;
mod rank;
mod recipe;
mod report;
mod rules;
mod sample;
mod scan;
mod scheme;
mod share;
mod shifted;
mod slices;
mod spectrum;
mod streams;
mod verdict;

pub use angles::Angles;
pub use bins::Tail;
pub use examined::Examined;
pub use facts::Facts;
pub use folded::Folded;
pub use kernel::{Entry, Kernel, Order, Role};
pub use law_set::{Allowed, allowed_laws};
pub use plan::{Options, Plan};
pub use precision::Precision;
pub use rank::Rank;
pub use recipe::{Recipe, Surroundings};
pub use report::{Diagnosis, LawReport, State, TensorReport};
pub use sample::Sample;
pub use scan::Scan;
pub use shifted::Shifted;
pub use slices::Slice;
pub use spectrum::Spectrum;
pub use verdict::{Kind, Level, Verdict};
