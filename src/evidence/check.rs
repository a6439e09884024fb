//! A check: one measurement, its law if the sentence is true, and the foils it must reject.

use std::fmt;

use super::null::{NullLaw, Scaled};
use super::power::{ALPHA, BETA, RESOLUTION, miss, resolution};
use super::verdict::{Evidence, FoilOutcome, Grade, Interval};
use super::words::Domain;
use crate::probability::{StreamRng, Streams};

type Measure<'a, C> = Box<dyn Fn(&C, &mut StreamRng) -> f64 + 'a>;

/// A check under construction: `of`, `null`, `holds_for`, `foil`…, `judge`.
///
/// `C` is the candidate: whatever is right in the truth and wrong in a foil.
/// See the [module](super) for an example.
pub struct Check<'a, C> {
    statistic: String,
    n: u64,
    measure: Measure<'a, C>,
    null: Option<Box<dyn NullLaw + 'a>>,
    truth: Option<(String, C)>,
    foils: Vec<Foil<'a, C>>,
    domains: Vec<Domain>,
    resolution: Option<f64>,
}

struct Foil<'a, C> {
    name: String,
    candidate: C,
    law: FoilLaw<'a>,
    words: Vec<String>,
}

enum FoilLaw<'a> {
    ScaledNull(f64),
    Given(Box<dyn NullLaw + 'a>),
    /// And why.
    Unknown(String),
}

impl<'a, C> Check<'a, C> {
    /// A measurement with a name, of `n` observations.
    pub fn of(statistic: &str, n: u64, measure: impl Fn(&C, &mut StreamRng) -> f64 + 'a) -> Self {
        Self {
            statistic: statistic.to_owned(),
            n,
            measure: Box::new(measure),
            null: None,
            truth: None,
            foils: Vec::new(),
            domains: Vec::new(),
            resolution: Some(RESOLUTION),
        }
    }

    /// The law of the measurement if the sentence is true.
    #[must_use]
    pub fn null(self, law: impl NullLaw + 'a) -> Self {
        Self {
            null: Some(Box::new(law)),
            ..self
        }
    }

    /// The law of the mean, the sum or the count of the observations, of which it is told the number.
    #[must_use]
    pub fn null_of_n<L: NullLaw + 'a>(self, law: impl FnOnce(u64) -> L) -> Self {
        let n = self.n;
        self.null(law(n))
    }

    /// The right implementation.
    #[must_use]
    pub fn holds_for(self, name: &str, candidate: C) -> Self {
        Self {
            truth: Some((name.to_owned(), candidate)),
            ..self
        }
    }

    /// A wrong implementation, whose measurement is `factor` times what the null law says: that is tested, too.
    #[must_use]
    pub fn foil_scaled(self, name: &str, candidate: C, factor: f64) -> Self {
        self.add_foil(name, candidate, FoilLaw::ScaledNull(factor))
    }

    /// A wrong implementation, and the law of its measurement: that is tested, too.
    #[must_use]
    pub fn foil(self, name: &str, candidate: C, law: impl NullLaw + 'a) -> Self {
        self.add_foil(name, candidate, FoilLaw::Given(Box::new(law)))
    }

    /// A wrong implementation whose law is unknown, and why: it is executed and must be rejected, and the
    /// probability of its slipping through is not known.
    #[must_use]
    pub fn foil_executed_only(self, name: &str, candidate: C, why: &str) -> Self {
        self.add_foil(name, candidate, FoilLaw::Unknown(why.to_owned()))
    }

    /// Lets a check of a scale resolve only its foils, where the sentence is not about the size of an error.
    #[must_use]
    pub fn without_resolution(self) -> Self {
        Self {
            resolution: None,
            ..self
        }
    }

    fn add_foil(mut self, name: &str, candidate: C, law: FoilLaw<'a>) -> Self {
        self.foils.push(Foil {
            name: name.to_owned(),
            candidate,
            law,
            words: Vec::new(),
        });
        self
    }

    /// The marked words of the sentence that are false of the foil added last.
    ///
    /// # Panics
    ///
    /// If there is no foil yet.
    #[must_use]
    #[track_caller]
    pub fn attacks(mut self, words: &[&str]) -> Self {
        let foil = self.foils.last_mut().expect("a foil attacks words");
        foil.words
            .extend(words.iter().map(|word| (*word).to_owned()));
        self
    }

    /// The cases over which a marked word was tried, and beyond which the sentence does not go.
    #[must_use]
    pub fn over(mut self, word: &str, tried: &str) -> Self {
        self.domains.push(Domain::tried(word, tried));
        self
    }

    /// The cases over which a marked word was tried, where a proof in the text carries it beyond them.
    #[must_use]
    pub fn proved_beyond(mut self, word: &str, tried: &str) -> Self {
        self.domains.push(Domain::proved(word, tried));
        self
    }

    /// Designs the check, then measures the truth and every foil, each from a stream of its own.
    ///
    /// # Panics
    ///
    /// If a law, a subject or a foil is missing, and if the check has too few observations: a foil, or
    /// (for a scale) an error of 5 %, would slip through with probability above [`BETA`].
    #[track_caller]
    pub fn judge(self, streams: Streams) -> Evidence {
        let null = self.null.expect("a check needs the law of its measurement");
        let (subject, truth) = self
            .truth
            .expect("a check needs something that it holds for");
        assert!(
            !self.foils.is_empty(),
            "{}: a check without a foil proves nothing",
            self.statistic
        );
        let interval = Interval::of(&*null, ALPHA);

        let resolution = null.is_scale().then(|| resolution(&*null, interval));
        if let (Some(required), Some((below, above))) = (self.resolution, resolution) {
            assert!(
                below >= 1.0 - required && above <= 1.0 + required,
                "{}: {} observations resolve factors below {below:.3} and above {above:.3}, but {:.0} % is required",
                self.statistic,
                self.n,
                100.0 * required
            );
        }

        let value = (self.measure)(&truth, &mut streams.stream("truth"));
        let foils = self
            .foils
            .into_iter()
            .map(|foil| {
                let (law, lawless): (Option<Box<dyn NullLaw + '_>>, _) = match foil.law {
                    FoilLaw::ScaledNull(factor) => {
                        (Some(Box::new(Scaled::new(factor, &*null))), None)
                    }
                    FoilLaw::Given(law) => (Some(law), None),
                    FoilLaw::Unknown(why) => (None, Some(why)),
                };
                let miss = law.as_deref().map(|law| miss(law, interval));
                assert!(
                    miss.is_none_or(|miss| miss <= BETA),
                    "{}: with {} observations the foil \"{}\" slips through with probability {:e}",
                    self.statistic,
                    self.n,
                    foil.name,
                    miss.unwrap_or(f64::NAN)
                );
                let value = (self.measure)(&foil.candidate, &mut streams.stream(&foil.name));
                FoilOutcome {
                    name: foil.name,
                    value,
                    caught: interval.excludes(value),
                    miss,
                    predicted: law.map(|law| Interval::of(&*law, ALPHA)),
                    words: foil.words,
                    lawless,
                }
            })
            .collect();

        // A NaN lies in no tail.
        let has_tails = null.grade() == Grade::Exact && !value.is_nan();
        Evidence {
            statistic: self.statistic,
            law: null.describe(),
            grade: null.grade(),
            n: self.n,
            subject,
            value,
            interval,
            p_value: has_tails.then(|| null.p_value(value)),
            found: Vec::new(),
            tails: has_tails.then(|| (null.lower_tail(value), null.upper_tail(value))),
            alpha: ALPHA,
            beta: BETA,
            resolution,
            foils,
            domains: self.domains,
        }
    }
}

impl<C: fmt::Debug> fmt::Debug for Check<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Check")
            .field("statistic", &self.statistic)
            .field("n", &self.n)
            .field("null", &self.null)
            .field("truth", &self.truth)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
