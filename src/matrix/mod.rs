//! Products of matrices, where nearly all of the time goes, and their singular values, with the same bits on every processor.

mod batch;
pub(crate) mod fused;
mod graded_product;
mod product;
mod singular_values;
mod sparse;
mod strips;
mod tiles;

pub use batch::Batch;
pub use graded_product::GradedProduct;
pub(crate) use product::add_product;
pub use product::{product, product_into};
pub use singular_values::singular_values;
pub use sparse::SparseBatch;

/// Begins with a line of the cache: a register's worth that lies across two lines takes two reads.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Aligned<T>(T);
