//! What a claim's box and the ledger say of evidence in the same words.

use unit_variance::evidence::{Evidence, FoilOutcome, Grade};

use experiments::number::{Format, Script, probability, typeset};

/// The accepted values, as text.
pub(in crate::marks) fn accepted(evidence: &Evidence, format: Format) -> String {
    let interval = evidence.interval;
    let end = |x: f64| {
        let format = if x == 0.0 { Format::Shortest } else { format };
        typeset(x, format, Script::Html)
    };
    let (low, high) = (end(interval.low), end(interval.high));
    match (interval.low.is_finite(), interval.high.is_finite()) {
        _ if interval.high <= interval.low => format!("only if {low}"),
        (true, true) => format!("in [{low}, {high}]"),
        (true, false) => format!("from {low}"),
        (false, _) => format!("up to {high}"),
    }
}

/// The name of a grade.
pub(in crate::marks) fn grade(grade: Grade) -> &'static str {
    match grade {
        Grade::Exact => "exact",
        Grade::Bound => "bound",
        Grade::Enumerated => "enumerated",
        Grade::Sampled => "sampled",
        Grade::Proved => "proved",
    }
}

/// The foil that is hardest to tell from the truth: it speaks for all.
pub(in crate::marks) fn nearest_foil(evidence: &Evidence) -> Option<&FoilOutcome> {
    let (low, high) = (evidence.interval.low, evidence.interval.high);
    let outside = |foil: &FoilOutcome| (low - foil.value).max(foil.value - high);
    let miss = |foil: &FoilOutcome| foil.miss.unwrap_or(1.0);
    let by_miss = |a: &&FoilOutcome, b: &&FoilOutcome| miss(a).total_cmp(&miss(b));
    evidence
        .foils
        .iter()
        .max_by(|a, b| by_miss(a, b).then(outside(b).total_cmp(&outside(a))))
}

/// A probability that is known from above: a law may be discrete, and a bound wider than it need be.
pub(in crate::marks) fn at_most(p: f64) -> String {
    let text = probability(p);
    if text.starts_with("under") {
        text
    } else {
        format!("at most {text}")
    }
}
