//! Named streams: one seed, and a generator for every name, in any order.

use std::convert::Infallible;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng, TryRng};
use sha2::{Digest, Sha256};

/// The generator behind every stream: xoshiro256++,[^xoshiro] fixed so that printed numbers stay what they are.
///
/// It is made by [`Streams`] alone. To draw from it, take the traits of `rand`, as from any other generator:
///
/// ```
/// use rand::RngExt;
/// use unit_variance::Streams;
///
/// let mut rng = Streams::new(1).stream("coins");
/// assert!((0..64).any(|_| rng.random::<bool>()));
/// ```
///
/// [^xoshiro]: D. Blackman, S. Vigna (2021). [*Scrambled Linear Pseudorandom Number Generators*](https://arxiv.org/abs/1805.01407).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamRng(Xoshiro256PlusPlus);

impl TryRng for StreamRng {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.0.try_next_u32()
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0.try_next_u64()
    }

    #[inline]
    fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), Infallible> {
        self.0.try_fill_bytes(target)
    }
}

/// A family of independent generators: `stream(name)` is keyed by `SHA-256(seed, name)`.
///
/// A layer that draws from its own stream keeps its weights when another layer
/// is added, removed or drawn on another thread.
///
/// ```
/// use rand::Rng;
/// use unit_variance::Streams;
///
/// let streams = Streams::new(42);
/// let first = streams.stream("layer.0.weight").next_u64();
/// let other = streams.stream("layer.1.weight").next_u64();
/// assert_ne!(first, other);
/// assert_eq!(first, streams.stream("layer.0.weight").next_u64());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streams {
    seed: u64,
}

impl Streams {
    /// The family that belongs to `seed`.
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// A family whose seed is the next word of `rng`.
    pub fn from_rng<R: Rng + ?Sized>(rng: &mut R) -> Self {
        Self::new(rng.next_u64())
    }

    /// The generator called `name`.
    pub fn stream(&self, name: &str) -> StreamRng {
        self.keyed(b"name", name.as_bytes())
    }

    /// The generator of the block with this index.
    pub fn block(&self, index: u64) -> StreamRng {
        self.keyed(b"block", &index.to_le_bytes())
    }

    /// The family called `name`, for a part that names streams of its own.
    #[must_use]
    pub fn family(&self, name: &str) -> Self {
        Self::from_rng(&mut self.keyed(b"family", name.as_bytes()))
    }

    fn keyed(self, kind: &[u8], key: &[u8]) -> StreamRng {
        let hash = Sha256::new()
            .chain_update(self.seed.to_le_bytes())
            .chain_update(kind)
            .chain_update(key)
            .finalize();
        StreamRng(Xoshiro256PlusPlus::from_seed(hash.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_the_xoshiro_of_another_crate_seeded_with_the_hash() {
        let hash = Sha256::digest([&7_u64.to_le_bytes()[..], b"name", b"weight"].concat());
        let mut other = rand_xoshiro::Xoshiro256PlusPlus::from_seed(hash.into());
        let mut ours = Streams::new(7).stream("weight");
        let mut bytes = [[0; 19]; 2];
        for _ in 0..100 {
            assert_eq!(ours.next_u64(), other.next_u64());
            assert_eq!(ours.next_u32(), other.next_u32());
            ours.fill_bytes(&mut bytes[0]);
            other.fill_bytes(&mut bytes[1]);
            assert_eq!(bytes[0], bytes[1]);
        }
    }

    #[test]
    fn a_stream_depends_on_seed_kind_and_name() {
        let word = |mut rng: StreamRng| rng.next_u64();
        let streams = Streams::new(0);
        let words = [
            word(streams.stream("a")),
            word(streams.stream("b")),
            word(streams.block(0)),
            word(streams.block(1)),
            word(streams.family("a").stream("a")),
            word(Streams::new(1).stream("a")),
        ];
        for (i, a) in words.iter().enumerate() {
            assert!(
                words[..i].iter().all(|b| a != b),
                "two of {words:?} are equal"
            );
        }
    }
}
