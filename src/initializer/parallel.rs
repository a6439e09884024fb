//! What the library asks of rayon, which the feature `parallel` brings. Without it one thread does the same work in the same
//! parts. A part has a generator of its own, or rows of its own, so the numbers are the same.

#[cfg(not(feature = "parallel"))]
pub(crate) use one_thread::{join, prelude};
#[cfg(feature = "parallel")]
pub(crate) use rayon::{join, prelude};

/// Rayon's names for what the standard library does.
#[cfg(not(feature = "parallel"))]
mod one_thread {
    pub(crate) fn join<A, B>(a: impl FnOnce() -> A, b: impl FnOnce() -> B) -> (A, B) {
        (a(), b())
    }

    pub(crate) mod prelude {
        use std::slice::ChunksMut;

        pub(crate) trait IntoParallelIterator: IntoIterator + Sized {
            fn into_par_iter(self) -> Self::IntoIter {
                self.into_iter()
            }
        }

        impl<I: IntoIterator> IntoParallelIterator for I {}

        pub(crate) trait ParallelSliceMut<T> {
            fn par_chunks_mut(&mut self, size: usize) -> ChunksMut<'_, T>;
        }

        impl<T> ParallelSliceMut<T> for [T] {
            fn par_chunks_mut(&mut self, size: usize) -> ChunksMut<'_, T> {
                self.chunks_mut(size)
            }
        }
    }
}
