//! Work spread over the processor's cores. What comes of it does not depend on how many there are.

#[cfg(not(target_family = "wasm"))]
use rayon::prelude::*;

/// What `of` makes of every item, in the order of the items.
pub(crate) fn map<Item: Send, Made: Send>(
    items: impl IntoIterator<Item = Item>,
    of: impl Fn(Item) -> Made + Sync,
) -> Vec<Made> {
    all(items.into_iter().collect(), &of)
}

/// Without the closure's own type: the machinery of parallel iterators is compiled once for each kind of item, not once for each experiment.
#[cfg(not(target_family = "wasm"))]
fn all<Item: Send, Made: Send>(items: Vec<Item>, of: &(dyn Fn(Item) -> Made + Sync)) -> Vec<Made> {
    items.into_par_iter().map(of).collect()
}

/// A page has one thread.
#[cfg(target_family = "wasm")]
fn all<Item: Send, Made: Send>(items: Vec<Item>, of: &(dyn Fn(Item) -> Made + Sync)) -> Vec<Made> {
    items.into_iter().map(of).collect()
}

/// How many items are worked on at a time.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn threads() -> usize {
    rayon::current_num_threads()
}

/// How many items are worked on at a time.
#[cfg(target_family = "wasm")]
pub(crate) fn threads() -> usize {
    1
}
