//! The press: verifies the claims, runs the experiments, draws the figures, prints the book.
//!
//! Data flows one way: chapter → claim → test → verdict → chapter. The press knows nothing of
//! weights: it asks the library for tables and verdicts, and sets them beside the sentences.

pub mod claims;
pub mod preprocessor;
pub mod print;
pub mod scratch;
pub mod site;
pub mod snippets;

pub mod cargo;
pub mod chapters;

pub mod digits;
pub mod figures;
pub mod html;
pub mod names;

mod address;
mod prefetch;
mod base64;
mod blocks;
mod chapter;
mod epub;
mod css;
mod csv;
mod book_index;
mod fault;
mod verdicts;
mod includes;
mod search_words;
mod solutions;
mod table_cache;
mod labs;
mod slide;
mod lint;
mod marks;
mod page;
mod passage;
mod summary;
mod typed_numbers;

pub use csv::csv;
pub use fault::{Fault, Faults};
pub use prefetch::Prefetch;
pub use table_cache::TableCache;
