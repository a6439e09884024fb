//! What a check found: plain values that can be written, read, and printed in a book.

use serde::{Deserialize, Serialize};

use super::null::NullLaw;
use crate::probability::number;

/// How strong the law of a verdict is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// The statistic follows the law exactly, at this size.
    Exact,
    /// The law's tails are rigorous upper bounds.
    Bound,
    /// Nothing that is measured is random: the sentence was checked case by case.
    Deterministic,
}

/// What was measured, what would have been accepted, and how every foil fared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    #[serde(with = "number")]
    pub value: f64,
    /// The values that are accepted, both ends included.
    pub interval: Interval,
    /// Twice the smaller of the law's two tails at the value, at most 1; where the law ends at an edge, the lower tail.
    pub p_value: Option<f64>,
    /// The probability of rejecting a true sentence; 0 if nothing is random.
    pub alpha: f64,
    /// The largest probability of accepting a foil.
    pub beta: f64,
    /// The nearest wrong scale factors, below and above 1, that are caught with probability `1 − beta`.
    pub resolution: Option<(f64, f64)>,
    /// The wrong implementations, and what became of them.
    pub foils: Vec<FoilOutcome>,
}

/// The values that are accepted, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The smallest accepted value.
    #[serde(with = "number")]
    pub low: f64,
    /// The largest accepted value.
    #[serde(with = "number")]
    pub high: f64,
}

/// A wrong implementation, run through the same measurement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FoilOutcome {
    /// What is wrong with it.
    pub name: String,
    /// What it gave.
    #[serde(with = "number")]
    pub value: f64,
    /// Whether the check rejected it.
    pub caught: bool,
    /// The computed probability of slipping through; `None` if it was only executed.
    pub miss: Option<f64>,
    /// What the foil's own law lets it give, but for one run in a billion; `None` if no law was stated.
    pub predicted: Option<Interval>,
}

/// A claim's sentence together with its evidence, under one seed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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

impl Verdict {
    /// Whether the sentence stands.
    pub fn holds(&self) -> bool {
        self.evidence.holds()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
                })
                .collect(),
        }
    }

    #[test]
    fn a_nan_fails() {
        assert!(!evidence(f64::NAN, &[true]).holds());
        assert!(evidence(0.5, &[true]).holds());
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
    fn a_verdict_survives_the_wire() {
        let written = Verdict {
            id: "a.b".into(),
            sentence: "One is one.".into(),
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
