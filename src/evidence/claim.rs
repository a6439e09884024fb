//! A claim: a sentence of the book, and the function that judges it.

use super::{Evidence, Verdict};
use crate::probability::Streams;

/// A sentence with an id, and what must be true for it to be printed.
///
/// The evidence is a function of a family of streams keyed by the id, so that a
/// new claim never moves the numbers of another.
///
/// ```
/// use unit_variance::evidence::{Claim, Exactness};
///
/// let claim = Claim {
///     id: "example.sum",
///     sentence: "One and one is two.",
///     judge: |_| Exactness::of("distance from two", 1).within(0.0).holds_for("1 + 1", 0.0).foil("1 + 2", 1.0).judge(),
/// };
/// assert!(claim.verify(0).holds());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Claim {
    /// The id, as the chapter gives it: `chapter.what`.
    pub id: &'static str,
    /// The sentence, verbatim.
    pub sentence: &'static str,
    /// Measures, and compares with the law.
    pub judge: fn(Streams) -> Evidence,
}

impl Claim {
    /// The verdict under this seed.
    pub fn verify(&self, seed: u64) -> Verdict {
        Verdict {
            id: self.id.to_owned(),
            sentence: self.sentence.to_owned(),
            seed,
            evidence: (self.judge)(Streams::new(seed).family(self.id)),
        }
    }
}
