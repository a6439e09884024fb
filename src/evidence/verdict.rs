//! What a check found: plain values that can be written, read, and printed in a book.

use super::null::NullLaw;
use super::power::BETA;
use super::words::{Domain, untied};

/// How strong the law of a verdict is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "lowercase")
)]
pub enum Grade {
    /// The statistic follows the law exactly, at this size.
    Exact,
    /// The law's tails are rigorous upper bounds.
    Bound,
    /// All cases that the sentence speaks of were tried, or all of the domain that is stated.
    Enumerated,
    /// Cases were drawn at random from the domain, and none failed.
    Sampled,
    /// A proof stands in the text, and its instances were tried.
    Proved,
}

impl Grade {
    /// Whether the measurement itself is random, and its law known.
    pub const fn has_chance(self) -> bool {
        matches!(self, Self::Exact | Self::Bound)
    }
}

/// What was measured, what would have been accepted, and how every foil fared.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Evidence {
    /// What the value is, in words.
    pub statistic: String,
    /// The law of the value if the sentence is true, in words.
    pub law: String,
    /// How strong that law is.
    pub grade: Grade,
    /// The number of observations, or of cases.
    pub n: u64,
    /// The implementation that the sentence is about.
    pub subject: String,
    /// What it gave.
    #[cfg_attr(feature = "serde", serde(with = "crate::probability::number"))]
    pub value: f64,
    /// Quantities of the sentence itself that were found, where the value is their distance from what the sentence says.
    #[cfg_attr(feature = "serde", serde(default))]
    pub found: Vec<(String, f64)>,
    /// The values that are accepted, both ends included.
    pub interval: Interval,
    /// Twice the smaller of the law's two tails at the value, at most 1; where the law ends at an edge, the lower tail.
    pub p_value: Option<f64>,
    /// The probabilities of a value at most as large and at least as large, where the law is exact.
    #[cfg_attr(feature = "serde", serde(default))]
    pub tails: Option<(f64, f64)>,
    /// The probability of rejecting a true sentence; 0 if nothing is random.
    pub alpha: f64,
    /// The largest probability of accepting a foil.
    pub beta: f64,
    /// The nearest wrong scale factors, below and above 1, that are caught with probability `1 − beta`.
    pub resolution: Option<(f64, f64)>,
    /// The wrong implementations, and what became of them.
    pub foils: Vec<FoilOutcome>,
    /// What words of the sentence range over.
    #[cfg_attr(feature = "serde", serde(default))]
    pub domains: Vec<Domain>,
}

/// The values that are accepted, both ends included.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Interval {
    /// The smallest accepted value.
    #[cfg_attr(feature = "serde", serde(with = "crate::probability::number"))]
    pub low: f64,
    /// The largest accepted value.
    #[cfg_attr(feature = "serde", serde(with = "crate::probability::number"))]
    pub high: f64,
}

/// A wrong implementation, run through the same measurement.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FoilOutcome {
    /// What is wrong with it.
    pub name: String,
    /// What it gave.
    #[cfg_attr(feature = "serde", serde(with = "crate::probability::number"))]
    pub value: f64,
    /// Whether the check rejected it.
    pub caught: bool,
    /// The computed probability of slipping through; `None` if it was only executed.
    pub miss: Option<f64>,
    /// What the foil's own law lets it give, but for one run in a billion; `None` if no law was stated.
    pub predicted: Option<Interval>,
    /// The words of the sentence that are false of this version.
    #[cfg_attr(feature = "serde", serde(default))]
    pub words: Vec<String>,
    /// Why its law is not known, where it was only executed.
    #[cfg_attr(feature = "serde", serde(default))]
    pub lawless: Option<String>,
}

/// A claim's sentence together with its evidence, under one seed.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Verdict {
    /// The id of the claim.
    pub id: String,
    /// The sentence, as the chapter prints it.
    pub sentence: String,
    /// The seed of the run.
    pub seed: u64,
    /// What was found.
    pub evidence: Evidence,
}

impl Interval {
    /// The values that `law` gives but with probability `alpha`.
    pub fn of(law: &dyn NullLaw, alpha: f64) -> Self {
        let (low, high) = law.interval(alpha);
        Self { low, high }
    }

    /// Whether `low ≤ x ≤ high`. A NaN is not inside anything.
    pub fn contains(&self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }

    /// Whether the value is rejected: a number outside. NaN is neither accepted nor rejected.
    pub fn excludes(&self, x: f64) -> bool {
        x < self.low || x > self.high
    }
}

impl FoilOutcome {
    /// Whether it gave what its own law says, if there is one: what is said of a foil is also a sentence.
    pub fn as_predicted(&self) -> bool {
        self.predicted.is_none_or(|law| law.contains(self.value))
    }
}

impl Evidence {
    /// Whether the sentence stands: its value is accepted, there is a foil, and every foil was caught
    /// and did what its own law says.
    pub fn holds(&self) -> bool {
        self.interval.contains(self.value)
            && !self.foils.is_empty()
            && self.foils.iter().all(|foil| foil.caught)
            && self.foils.iter().all(FoilOutcome::as_predicted)
    }

    /// The probability that this check fails although the sentence is true: a false alarm of its law or
    /// of a foil's law, or a foil that slips through. Of a foil without a law nothing is known, and nothing is added.
    pub fn failure_probability(&self) -> f64 {
        let of_foil = |foil: &FoilOutcome| {
            let alarm = foil.predicted.map_or(0.0, |_| self.alpha);
            alarm + foil.miss.unwrap_or(0.0)
        };
        self.alpha + self.foils.iter().map(of_foil).sum::<f64>()
    }
}

impl Evidence {
    /// Of cases drawn at random from a domain, none of which failed: the share of faulty cases, of which at least
    /// one would have been seen, but for one run in a billion: `1 − (10⁻⁹)^(1/n)`, about `20.7 / n`.
    pub fn unseen_share(&self) -> Option<f64> {
        (self.grade == Grade::Sampled).then(|| -libm::expm1(libm::log(BETA) / self.n as f64))
    }

    /// `P(X < x) + v P(X = x)` of the value `x`, where the law is exact: for `v` uniform from 0 to 1 and a true
    /// sentence this rank is uniform, whether the law is continuous or a count's.
    pub fn rank(&self, v: f64) -> Option<f64> {
        let (lower, upper) = self.tails?;
        let at_the_value = (lower + upper - 1.0).clamp(0.0, 1.0);
        Some((1.0 - upper + v * at_the_value).clamp(0.0, 1.0))
    }

    /// The foils whose law is not known: each could slip through with a probability that nobody states.
    pub fn lawless_foils(&self) -> usize {
        let lawless = |foil: &&FoilOutcome| foil.lawless.is_some();
        self.foils.iter().filter(lawless).count()
    }
}

impl Verdict {
    /// Whether the sentence stands: its evidence does, and each of its marked words is attacked or carried.
    pub fn holds(&self) -> bool {
        self.evidence.holds() && self.untied().is_empty()
    }

    /// What is missing between the words of the sentence and what was tried, one line each.
    pub fn untied(&self) -> Vec<String> {
        untied(&self.sentence, &self.evidence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn evidence(value: f64, foils: &[bool]) -> Evidence {
        Evidence {
            statistic: String::new(),
            law: String::new(),
            grade: Grade::Exact,
            n: 1,
            subject: String::new(),
            value,
            interval: Interval {
                low: 0.0,
                high: 1.0,
            },
            p_value: None,
            tails: None,
            found: Vec::new(),
            alpha: 1e-9,
            beta: 1e-9,
            resolution: None,
            foils: foils
                .iter()
                .map(|&caught| FoilOutcome {
                    name: String::new(),
                    value: 0.0,
                    caught,
                    miss: Some(1e-12),
                    predicted: None,
                    words: vec!["One".into()],
                    lawless: None,
                })
                .collect(),
            domains: Vec::new(),
        }
    }

    #[test]
    fn an_interval_accepts_both_its_ends_and_nothing_beyond() {
        let interval = Interval {
            low: -1.0,
            high: 2.0,
        };
        for (x, inside) in [
            (f64::NEG_INFINITY, false),
            (-1.000_001, false),
            (-1.0, true),
            (0.5, true),
            (2.0, true),
            (2.000_001, false),
            (f64::INFINITY, false),
        ] {
            assert_eq!(interval.contains(x), inside, "{x}");
            assert_eq!(interval.excludes(x), !inside, "{x}");
        }
    }

    #[test]
    fn a_foil_that_slips_through_adds_its_whole_probability() {
        let mut lax = evidence(0.5, &[true, true]);
        lax.alpha = 0.125;
        lax.foils[0].miss = Some(0.25);
        lax.foils[0].predicted = Some(lax.interval);
        lax.foils[1].miss = None;
        // The law of the check and the law of the first foil can each give a false alarm.
        assert_relative_eq!(lax.failure_probability(), 0.125 + 0.125 + 0.25);
    }

    #[test]
    fn a_value_has_a_law_where_it_is_random() {
        use Grade::{Bound, Enumerated, Exact, Proved, Sampled};
        let random = [Exact, Bound, Enumerated, Sampled, Proved].map(Grade::has_chance);
        assert_eq!(random, [true, true, false, false, false]);
    }

    #[test]
    fn foils_without_a_law_are_counted() {
        let mut of_three = evidence(0.5, &[true; 3]);
        assert_eq!(of_three.lawless_foils(), 0);
        of_three.foils[0].lawless = Some("nobody knows it".into());
        of_three.foils[2].lawless = Some("nobody knows it".into());
        assert_eq!(of_three.lawless_foils(), 2);
    }

    #[test]
    fn a_nan_fails() {
        assert!(!evidence(f64::NAN, &[true]).holds());
        assert!(evidence(0.5, &[true]).holds());
    }

    #[test]
    fn a_foil_that_measures_nan_is_not_caught() {
        let interval = evidence(0.5, &[true]).interval;
        assert!(interval.excludes(2.0) && interval.excludes(f64::INFINITY));
        assert!(!interval.excludes(f64::NAN) && !interval.excludes(0.5));
        let nan = crate::evidence::Exactness::of("a", 1)
            .holds_for("b", 0.0)
            .foil("c", f64::NAN)
            .judge();
        assert!(!nan.holds());
    }

    #[test]
    fn a_foil_that_passes_fails_the_claim() {
        assert!(!evidence(0.5, &[true, false]).holds());
    }

    #[test]
    fn a_check_without_a_foil_proves_nothing() {
        assert!(!evidence(0.5, &[]).holds());
    }

    #[test]
    fn a_word_without_an_attack_fails_the_claim() {
        let verdict = |sentence: &str| Verdict {
            id: "a.b".into(),
            sentence: sentence.into(),
            seed: 7,
            evidence: evidence(0.5, &[true]),
        };
        assert!(verdict("*One* is one.").holds());
        assert!(!verdict("*One* is *always* one.").holds());
        assert!(!verdict("One is one.").holds());
    }

    #[test]
    fn of_drawn_cases_the_share_that_hides_is_twenty_over_their_number() {
        let drawn = |n| Evidence {
            grade: Grade::Sampled,
            n,
            ..evidence(0.5, &[true])
        };
        // (1 − share)ⁿ is 1e-9: of one case, all but a billionth.
        assert_relative_eq!(drawn(1).unseen_share().expect("a share"), 1.0 - 1e-9);
        let share = drawn(1000).unseen_share().expect("a share");
        assert_relative_eq!(share, 0.020_510, epsilon = 1e-5);
        assert_eq!(evidence(0.5, &[true]).unseen_share(), None);
    }

    #[test]
    fn the_rank_of_a_count_is_spread_over_its_own_probability() {
        // A fair coin that shows tails: P(X ≤ 0) = 1/2 and P(X ≥ 0) = 1.
        let coin = Evidence {
            tails: Some((0.5, 1.0)),
            ..evidence(0.0, &[true])
        };
        assert_eq!(
            [0.0, 0.5, 1.0].map(|v| coin.rank(v)),
            [0.0, 0.25, 0.5].map(Some)
        );
        assert_eq!(evidence(0.0, &[true]).rank(0.5), None);
    }

    #[cfg(feature = "serde")]
    #[test]
    fn a_verdict_survives_the_wire() {
        let written = Verdict {
            id: "a.b".into(),
            sentence: "*One* is one.".into(),
            seed: 7,
            evidence: evidence(f64::INFINITY, &[true]),
        };
        let text = serde_json::to_string(&written).expect("a verdict serializes");
        assert_eq!(
            written,
            serde_json::from_str(&text).expect("and reads back")
        );
    }
}
