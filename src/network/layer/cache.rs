//! What a forward pass leaves for the backward pass, whatever the layer.

use std::any::{Any, type_name};

/// What one forward pass of a [`Layer`](super::Layer) keeps: anything, which the layer alone knows.
///
/// ```
/// use unit_variance::network::Cache;
///
/// assert_eq!(Cache::new(vec![1.0, 2.0]).get::<Vec<f64>>()[1], 2.0);
/// ```
#[derive(Debug)]
pub struct Cache(Box<dyn Any + Send + Sync>);

impl Cache {
    /// A cache that keeps this.
    pub fn new<T: Any + Send + Sync>(kept: T) -> Self {
        Self(Box::new(kept))
    }

    /// What it keeps.
    ///
    /// # Panics
    ///
    /// If that is of another type, as in the cache of a layer of another kind.
    #[track_caller]
    pub fn get<T: Any>(&self) -> &T {
        self.0.downcast_ref().unwrap_or_else(|| {
            panic!(
                "the cache keeps no {}: it is of a layer of another kind",
                type_name::<T>()
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "the cache keeps no f64: it is of a layer of another kind")]
    fn a_cache_of_another_kind_is_refused() {
        let _ = Cache::new(1_usize).get::<f64>();
    }
}
