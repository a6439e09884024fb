//! Claims case by case: a deviation that must not exceed a tolerance, and foils that must.

use super::verdict::{Evidence, FoilOutcome, Grade, Interval};
use super::words::Domain;

/// `max over the cases`, and NaN if one of them is: the deviation that an [`Exactness`] judges.
///
/// `f64::max` takes the other number for a NaN, so that by it a case that cannot be computed would be a case without a deviation.
///
/// ```
/// use unit_variance::evidence::largest;
///
/// assert_eq!(largest([0.1, 0.3, 0.2]), 0.3);
/// assert!(largest([0.1, f64::NAN, 0.2]).is_nan());
/// assert_eq!([0.1, f64::NAN, 0.2].into_iter().fold(0.0, f64::max), 0.2);
/// ```
///
/// # Panics
///
/// If there is no case: the largest of none would hold for nothing.
#[track_caller]
pub fn largest(cases: impl IntoIterator<Item = f64>) -> f64 {
    cases
        .into_iter()
        .reduce(|most, case| {
            if most.is_nan() || case <= most {
                most
            } else {
                case
            }
        })
        .expect("there is no largest of no cases")
}

/// `min over the cases`, and NaN if one of them is: the counterpart of [`largest`].
///
/// # Panics
///
/// If there is no case.
#[track_caller]
pub fn smallest(cases: impl IntoIterator<Item = f64>) -> f64 {
    -largest(cases.into_iter().map(|case| -case))
}

/// A claim without chance: the largest deviation over all cases is at most `tolerance`.
///
/// ```
/// use unit_variance::evidence::Exactness;
///
/// let evidence = Exactness::of("distance of the product from 42", 1)
///     .within(0.0)
///     .holds_for("6 × 7", (6.0_f64 * 7.0 - 42.0).abs())
///     .foil("6 × 8", (6.0_f64 * 8.0 - 42.0).abs())
///     .judge();
/// assert!(evidence.holds());
/// ```
#[derive(Debug, Clone)]
pub struct Exactness {
    statistic: String,
    cases: u64,
    grade: Grade,
    tolerance: f64,
    subject: Option<(String, f64)>,
    found: Vec<(String, f64)>,
    foils: Vec<(String, f64, Vec<String>)>,
    domains: Vec<Domain>,
}

impl Exactness {
    /// A deviation with this name, the largest over this number of cases.
    pub fn of(deviation: &str, cases: u64) -> Self {
        Self {
            statistic: deviation.to_owned(),
            cases,
            grade: Grade::Enumerated,
            tolerance: 0.0,
            subject: None,
            found: Vec::new(),
            foils: Vec::new(),
            domains: Vec::new(),
        }
    }

    /// Says that the cases are not all that there are: they were drawn at random.
    #[must_use]
    pub fn sampled(self) -> Self {
        Self {
            grade: Grade::Sampled,
            ..self
        }
    }

    /// Says that a proof stands in the text, and that the cases are instances of it.
    #[must_use]
    pub fn proved(self) -> Self {
        Self {
            grade: Grade::Proved,
            ..self
        }
    }

    /// What is accepted: deviations from 0 to `tolerance`.
    #[must_use]
    pub fn within(self, tolerance: f64) -> Self {
        Self { tolerance, ..self }
    }

    /// The deviation of what the sentence is about.
    #[must_use]
    pub fn holds_for(self, subject: &str, deviation: f64) -> Self {
        Self {
            subject: Some((subject.to_owned(), deviation)),
            ..self
        }
    }

    /// A quantity that the sentence speaks of, as it was found: a reader compares this with the sentence, and not a deviation from it.
    ///
    /// # Panics
    ///
    /// If the quantity is NaN.
    #[must_use]
    #[track_caller]
    pub fn finds(mut self, name: &str, quantity: f64) -> Self {
        assert!(
            !quantity.is_nan(),
            "the quantity `{name}` that was found is NaN"
        );
        self.found.push((name.to_owned(), quantity));
        self
    }

    /// The deviation of a wrong implementation.
    #[must_use]
    pub fn foil(mut self, name: &str, deviation: f64) -> Self {
        self.foils.push((name.to_owned(), deviation, Vec::new()));
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
        let (.., attacked) = self.foils.last_mut().expect("a foil attacks words");
        attacked.extend(words.iter().map(|word| (*word).to_owned()));
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

    /// Compares.
    ///
    /// # Panics
    ///
    /// If there is no subject, or there are no cases.
    #[track_caller]
    pub fn judge(self) -> Evidence {
        assert!(self.cases > 0, "a claim about no cases holds for nothing");
        let (subject, value) = self
            .subject
            .expect("a check needs something that it holds for");
        let interval = Interval {
            low: 0.0,
            high: self.tolerance,
        };
        Evidence {
            statistic: self.statistic,
            law: match self.grade {
                Grade::Sampled => "nothing is random but the choice of the cases",
                _ => "nothing is random",
            }
            .to_owned(),
            grade: self.grade,
            n: self.cases,
            subject,
            value,
            found: self.found,
            interval,
            p_value: None,
            tails: None,
            alpha: 0.0,
            beta: 0.0,
            resolution: None,
            foils: self
                .foils
                .into_iter()
                .map(|(name, value, words)| FoilOutcome {
                    name,
                    value,
                    caught: interval.excludes(value),
                    miss: Some(0.0),
                    predicted: None,
                    words,
                    lawless: None,
                })
                .collect(),
            domains: self.domains,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nan_among_the_cases_is_their_largest_and_their_smallest() {
        for place in 0..3 {
            let mut cases = [1.0, 3.0, 2.0];
            assert_eq!((largest(cases), smallest(cases)), (3.0, 1.0));
            cases[place] = f64::NAN;
            assert!(largest(cases).is_nan() && smallest(cases).is_nan());
        }
        assert_eq!(largest([-2.0, f64::NEG_INFINITY]), -2.0);
    }

    #[test]
    fn the_grade_says_where_the_cases_come_from() {
        let check = || Exactness::of("a", 1).holds_for("b", 0.0).foil("c", 1.0);
        let of = |check: Exactness| {
            let evidence = check.judge();
            (evidence.grade, evidence.law)
        };
        let nothing = "nothing is random".to_owned();
        assert_eq!(of(check()), (Grade::Enumerated, nothing.clone()));
        assert_eq!(of(check().proved()), (Grade::Proved, nothing));
        let of_drawn = "nothing is random but the choice of the cases".to_owned();
        assert_eq!(of(check().sampled()), (Grade::Sampled, of_drawn));
    }

    #[test]
    #[should_panic(expected = "there is no largest of no cases")]
    fn no_cases_have_no_largest() {
        let _ = largest([]);
    }
}
