//! The ledger: what the chapters state, and what the tests found.
//!
//! A chapter states a claim in a block quote:
//!
//! ```text
//! > [!CLAIM] he.forward
//! > Weights of variance $2/n$ keep the second moment of a ReLU network.
//! ```
//!
//! A test in `tests/claims` quotes the sentence, judges it, and leaves a record here. The press
//! prints the one beside the other, and refuses where they differ.

mod calibration;
mod chapter;
mod files;
mod fingerprint;
mod locked;
mod manifest;
mod markdown;
mod record;

pub use calibration::Calibration;
pub use chapter::{ChapterError, StatedClaim, claim, claims_in_book, claims_in_chapter, one_line};
pub use files::{ReadError, files, read};
pub use fingerprint::Fingerprints;
pub use markdown::{Boxed, boxes, closed_lines, parser};
pub use record::{Record, RecordError, Records};

/// The largest probability that all claims together fail by chance although every sentence is true.
pub const ERROR_BUDGET: f64 = 1e-6;
