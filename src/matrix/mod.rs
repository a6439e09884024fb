//! Products of matrices, where nearly all of the time goes, with the same bits on every processor.

mod batch;
mod product;
mod sparse;
mod strips;
mod tiles;

pub use batch::Batch;
pub(crate) use product::add_product;
pub use product::{product, product_into};
pub use sparse::SparseBatch;

/// Begins with a line of the cache: a register's worth that lies across two lines takes two reads.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Aligned<T>(T);
