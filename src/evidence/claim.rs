//! A claim: a sentence of the book, and the function that judges it.

use super::{Evidence, Verdict};
use crate::probability::Streams;

/// A sentence with an id, and what must be true for it to be printed.
///
/// The evidence is a function of a family of streams keyed by the id, so that a
/// new claim never moves the numbers of another.
///
/// ```
/// use unit_variance::evidence::{Claim, Exactness, Judge};
///
/// let claim = Claim {
///     id: "example.sum",
///     sentence: "One and one is *two*.",
///     judge: Judge::Unseeded(|| Exactness::of("distance from two", 1).within(0.0).holds_for("1 + 1", 0.0).foil("1 + 2", 1.0).attacks(&["two"]).judge()),
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
    pub judge: Judge,
}

/// The function that judges a claim. Its type says whether anything in the evidence depends on the seed.
#[derive(Debug, Clone, Copy)]
pub enum Judge {
    /// Nothing is drawn, or all that is drawn has a seed that the sentence names: one run is all runs.
    Unseeded(fn() -> Evidence),
    /// Draws from these streams, so that every seed is another run.
    Seeded(fn(Streams) -> Evidence),
}

impl Claim {
    /// The verdict under this seed.
    pub fn verify(&self, seed: u64) -> Verdict {
        Verdict {
            id: self.id.to_owned(),
            sentence: self.sentence.to_owned(),
            seed,
            evidence: match self.judge {
                Judge::Unseeded(judge) => judge(),
                Judge::Seeded(judge) => judge(Streams::new(seed).family(self.id)),
            },
        }
    }
}
