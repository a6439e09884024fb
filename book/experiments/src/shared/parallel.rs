//! Work spread over the processor's cores. What comes of it does not depend on how many there are.

use std::sync::Mutex;

#[cfg(not(target_family = "wasm"))]
use rayon::prelude::*;

/// What `of` makes of every item, in the order of the items.
///
/// # Panics
///
/// If `of` does.
pub(crate) fn map<Item: Send, Made: Send>(
    items: impl IntoIterator<Item = Item>,
    of: impl Fn(Item) -> Made + Sync,
) -> Vec<Made> {
    let places: Vec<_> = items
        .into_iter()
        .map(|item| Mutex::new((Some(item), None)))
        .collect();
    each(places.len(), &|i| {
        let mut place = places[i].lock().expect("nobody else has this place");
        let item = place.0.take().expect("an item is taken once");
        place.1 = Some(of(item));
    });
    let made = places.into_iter().map(|place| {
        let (_, made) = place.into_inner().expect("all are made");
        made.expect("all are made")
    });
    made.collect()
}

/// Calls `work` with every number below `count`: with numbers, not items, so that the machinery of parallel iterators, a tenth of what this
/// crate compiled when each kind of item had its own, is compiled once.
#[cfg(not(target_family = "wasm"))]
fn each(count: usize, work: &(dyn Fn(usize) + Sync)) {
    (0..count).into_par_iter().for_each(work);
}

/// A page has one thread.
#[cfg(target_family = "wasm")]
fn each(count: usize, work: &(dyn Fn(usize) + Sync)) {
    (0..count).for_each(work);
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
