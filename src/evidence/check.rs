//! A check: one measurement, its law if the sentence is true, and the foils it must reject.

use std::fmt;

use super::null::{NullLaw, Scaled};
use super::verdict::{Evidence, FoilOutcome, Grade, Interval};
use super::words::Domain;
use crate::probability::{StreamRng, Streams};

/// The default probability of rejecting a true sentence.
pub const ALPHA: f64 = 1e-9;

/// The default probability of accepting a foil.
pub const BETA: f64 = 1e-9;

/// A check of a scale must notice a factor this far from 1, not only its foil.
pub const RESOLUTION: f64 = 0.05;

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

/// The probability that a value with this law is accepted, or a bound on it; NaN if a tail is.
fn miss(law: &dyn NullLaw, interval: Interval) -> f64 {
    let (below, above) = (law.lower_tail(interval.high), law.upper_tail(interval.low));
    // A sum shows a NaN, which `min` would swallow.
    if (below + above).is_nan() {
        return f64::NAN;
    }
    below.min(above).min(1.0)
}

/// The factors nearest to 1 that are accepted with probability at most [`BETA`].
fn resolution(null: &dyn NullLaw, interval: Interval) -> (f64, f64) {
    let caught = |factor: f64| miss(&Scaled::new(factor, null), interval) <= BETA;
    // Bisection between a factor that is caught (the far end) and 1, which is not.
    let nearest = |far: f64| {
        let (mut caught_end, mut missed_end) = (far, 0.0);
        for _ in 0..40 {
            let middle = f64::midpoint(caught_end, missed_end);
            if (caught_end - missed_end).abs() < 1e-4 {
                break;
            }
            if caught(libm::exp(middle)) {
                caught_end = middle;
            } else {
                missed_end = middle;
            }
        }
        libm::exp(caught_end)
    };
    (nearest(-12.0), nearest(12.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{ChiSquareMean, StandardNormal, SubGaussianRelu};
    use rand_distr::{Distribution, StandardNormal as Gauss};

    fn mean_square<'a>(n: u64) -> Check<'a, f64> {
        Check::of("mean square", n, move |scale: &f64, rng: &mut StreamRng| {
            let draw = |rng: &mut StreamRng| -> f64 { Gauss.sample(rng) };
            (0..n).map(|_| scale * draw(rng).powi(2)).sum::<f64>() / n as f64
        })
        .null(ChiSquareMean::new(n))
        .holds_for("variance 1", 1.0)
    }

    #[test]
    fn a_true_sentence_passes_and_its_foil_is_caught() {
        let evidence = mean_square(130_000)
            .foil_scaled("5 % more", 1.05, 1.05)
            .judge(Streams::new(3));
        assert!(evidence.holds(), "{evidence:?}");
        assert!(evidence.foils[0].miss.is_some_and(|miss| miss < BETA));
        let (below, above) = evidence.resolution.expect("a scale has a resolution");
        assert!(0.95 < below && below < 1.0 && 1.0 < above && above < 1.05);
    }

    #[test]
    fn an_exact_law_gives_tails_and_a_p_value_and_a_bound_gives_neither() {
        let n = 130_000;
        let law = ChiSquareMean::new(n);
        let exact = mean_square(n)
            .foil_scaled("half", 0.5, 0.5)
            .judge(Streams::new(3));
        let tails = (law.lower_tail(exact.value), law.upper_tail(exact.value));
        assert_eq!(exact.grade, Grade::Exact);
        assert_eq!(exact.tails, Some(tails));
        assert_eq!(exact.p_value, Some(law.p_value(exact.value)));
        let bound = mean_square(n)
            .null(SubGaussianRelu::new(n))
            .without_resolution()
            .foil_scaled("half", 0.5, 0.5)
            .judge(Streams::new(3));
        assert_eq!(bound.grade, Grade::Bound);
        assert_eq!((bound.p_value, bound.tails), (None, None));
    }

    #[test]
    fn what_slips_through_and_what_is_resolved_are_scipys() {
        // chi2.sf(chi2.ppf(5e-10, n) / 0.5, n) with n = 617, the least number of weights for which it is below 1e-9
        let half = |n: u64| {
            let check = mean_square(n).without_resolution();
            check.foil_scaled("half", 0.5, 0.5).judge(Streams::new(3))
        };
        let miss = half(617).foils[0].miss.expect("its law is known");
        assert!((miss / 9.402_308_327e-10 - 1.0).abs() < 1e-6, "{miss:e}");
        assert!(std::panic::catch_unwind(|| half(616)).is_err());
        // Of 130,000 weights the factors for which as much slips through, to a ten-thousandth on the side that is caught.
        let (below, above) = half(130_000).resolution.expect("a scale has one");
        let (below, above) = (0.953_617_413 - below, above - 1.048_631_303);
        assert!(
            [below, above].iter().all(|off| (0.0..1.2e-4).contains(off)),
            "{below} {above}"
        );
    }

    #[test]
    #[should_panic(expected = "resolve factors below")]
    fn a_scale_check_that_cannot_see_five_percent_refuses_to_run() {
        let _ = mean_square(1_000)
            .foil_scaled("half", 0.5, 0.5)
            .judge(Streams::new(3));
    }

    #[test]
    #[should_panic(expected = "the foil \"half\" slips through with probability")]
    fn a_check_that_would_miss_its_foil_refuses_to_run() {
        let _ = mean_square(100)
            .without_resolution()
            .foil_scaled("half", 0.5, 0.5)
            .judge(Streams::new(3));
    }

    #[test]
    fn a_foil_that_does_not_do_what_its_law_says_fails_the_check() {
        // Caught, but not for the factor that is stated.
        let evidence = mean_square(130_000)
            .foil_scaled("said to be half, and 3.7", 3.7, 0.5)
            .judge(Streams::new(3));
        assert!(evidence.foils[0].caught && !evidence.foils[0].as_predicted());
        assert!(!evidence.holds());
    }

    #[cfg(feature = "serde")]
    #[test]
    fn the_verdict_on_a_nan_can_be_written_and_read() {
        let evidence = mean_square(130_000)
            .holds_for("not a number", f64::NAN)
            .foil_scaled("half", 0.5, 0.5)
            .judge(Streams::new(3));
        assert!(!evidence.holds());
        let text = serde_json::to_string(&evidence).expect("evidence is plain data");
        let read: crate::evidence::Evidence =
            serde_json::from_str(&text).expect("what was written can be read");
        assert!(read.value.is_nan() && read.tails.is_none() && !read.holds());
    }

    #[test]
    fn the_law_of_every_foil_has_its_share_of_the_budget() {
        let evidence = mean_square(130_000)
            .foil_scaled("half", 0.5, 0.5)
            .foil_executed_only("a third", 1.0 / 3.0, "for the test")
            .judge(Streams::new(3));
        let missed: f64 = evidence.foils.iter().filter_map(|foil| foil.miss).sum();
        assert!((evidence.failure_probability() / (2.0 * ALPHA + missed) - 1.0).abs() < 1e-12);
    }

    #[test]
    #[should_panic(expected = "mean square: a check without a foil proves nothing")]
    fn a_check_without_a_foil_refuses_to_run() {
        let _ = mean_square(130_000).judge(Streams::new(3));
    }

    #[test]
    fn a_foil_of_unknown_law_is_executed() {
        let evidence = Check::of("one normal", 1, |shift: &f64, rng: &mut StreamRng| {
            let z: f64 = Gauss.sample(rng);
            z + shift
        })
        .null(StandardNormal)
        .holds_for("no shift", 0.0)
        .foil_executed_only("shifted by 100", 100.0, "for the test")
        .judge(Streams::new(3));
        assert!(evidence.holds());
        assert_eq!(evidence.foils[0].miss, None);
        assert_eq!(evidence.lawless_foils(), 1);
    }
}
