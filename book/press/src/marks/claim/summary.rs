//! What a test found: on one line, and in two or three sentences.

use std::fmt::Write;

use unit_variance::evidence::{Evidence, Grade, Verdict, marked_words};

use super::evidence::{accepted, at_most, nearest_foil};
use crate::figures::{foil_format, value_format};
use crate::html::escaped;
use experiments::number::{Format, Script, count, typeset};

/// `0.999, accepted in [0.976, 1.024]; 3 words attacked, 4 foils rejected`. Where the value is a deviation from the sentence, the
/// sentence's own quantities come first: `share 0.721; off by 0.021, accepted ...`.
pub(super) fn headline(evidence: &Evidence, words: usize) -> String {
    let format = value_format(evidence);
    let plural = |n: usize, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
    let found = found(evidence);
    let (found, off) = if found.is_empty() {
        (found, "")
    } else {
        (found + "; ", "off by ")
    };
    format!(
        "{found}{off}<strong>{}</strong>, accepted {}; {} attacked, {} rejected",
        typeset(evidence.value, format, Script::Html),
        accepted(evidence, format),
        plural(words, "word"),
        plural(evidence.foils.len(), "foil"),
    )
}

/// What a test found, on one line of HTML.
pub(crate) fn verdict_line(verdict: &Verdict) -> String {
    let words = marked_words(&verdict.sentence).len();
    headline(&verdict.evidence, words)
}

/// The quantities of the sentence that were found, `probability 0.72049`.
fn found(evidence: &Evidence) -> String {
    let one = |(name, quantity): &(String, f64)| {
        let whole = quantity.fract() == 0.0 && quantity.abs() < 1e9;
        let format = if whole {
            Format::Fixed(0)
        } else {
            Format::Significant(5)
        };
        let number = typeset(*quantity, format, Script::Html);
        format!("{} <strong>{number}</strong>", escaped(name))
    };
    let all: Vec<String> = evidence.found.iter().map(one).collect();
    all.join(", ")
}

/// The evidence in two or three sentences.
pub(super) fn in_sentences(evidence: &Evidence) -> String {
    let format = value_format(evidence);
    let value = typeset(evidence.value, format, Script::Html);
    let statistic = escaped(&evidence.statistic);
    let range = accepted(evidence, format);
    let cases = count(evidence.n);
    let mut out = match evidence.grade {
        Grade::Enumerated if evidence.n == 1 => {
            format!("<strong>{value}</strong> found in one case ({statistic}), accepted {range}.")
        }
        Grade::Enumerated => format!(
            "<strong>{value}</strong> found in {cases} cases, all that are spoken of ({statistic}), accepted {range}."
        ),
        Grade::Proved => format!(
            "The proof is in the text. <strong>{value}</strong> found in {cases} instances of it ({statistic}), accepted {range}."
        ),
        Grade::Sampled => {
            let share = evidence.unseen_share().unwrap_or(1.0);
            format!(
                "<strong>{value}</strong> found in {cases} cases drawn at random ({statistic}), accepted {range}. A fault in more than {} of the cases would have been seen, but for one run in a billion.",
                percent(share)
            )
        }
        Grade::Exact | Grade::Bound => {
            let law = if evidence.grade == Grade::Exact {
                "exact law"
            } else {
                "rigorous bound"
            };
            format!(
                "<strong>{value}</strong> measured over {cases} observations ({statistic}), accepted {range}; {law}. A true claim is rejected with probability {}.",
                at_most(evidence.alpha)
            )
        }
    };
    if !evidence.found.is_empty() {
        let _ = write!(out, " Found: {}.", found(evidence));
    }
    if let Some(foil) = nearest_foil(evidence) {
        let run = format!(
            "it was run, gave {}, and was rejected.",
            typeset(foil.value, foil_format(foil, format), Script::Html)
        );
        let name = escaped(&foil.name);
        let _ = match foil.miss.filter(|_| evidence.grade.has_chance()) {
            Some(miss) => write!(
                out,
                " The foil, “{name}”, would slip through with probability {}: {run}",
                at_most(miss)
            ),
            None => write!(out, " The foil, “{name}”, must fail: {run}"),
        };
    }
    out
}

/// A share as percent, with two digits.
fn percent(share: f64) -> String {
    typeset(100.0 * share, Format::Significant(2), Script::Html) + "\u{a0}%"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdicts::tests::record;
    use unit_variance::evidence::Exactness;

    fn plain(html: &str) -> String {
        let text: String = format!(">{html}")
            .split('<')
            .filter_map(|part| part.split_once('>'))
            .map(|(_, text)| text)
            .collect();
        text.replace('\u{a0}', " ")
    }

    #[test]
    fn the_evidence_reads_as_sentences() {
        let record = record("he.forward", "A *sentence*.", "now");
        assert_eq!(
            plain(&in_sentences(&record.verdict.evidence)),
            "1.004 measured over 310,000 observations (ratio of second moments), accepted in [0.976, 1.024]; exact law. A true claim is rejected with probability at most 10−9. The foil, “LeCun: 1/n”, would slip through with probability under 10−300: it was run, gave 0.498, and was rejected."
        );
    }

    #[test]
    fn the_sentences_own_quantities_come_first() {
        let evidence = Exactness::of("distance from seven tenths", 1)
            .within(0.05)
            .holds_for("one network", 0.0205)
            .finds("probability", 0.720_49)
            .finds("layers", 50.0)
            .foil("ten layers", 0.2)
            .judge();
        let headline = plain(&headline(&evidence, 2));
        assert!(
            headline.starts_with("probability 0.72049, layers 50; off by 0.02"),
            "{headline}"
        );
    }

    #[test]
    fn a_claim_without_chance_speaks_of_cases() {
        let evidence = Exactness::of("largest difference", 5_000)
            .holds_for("sum", 0.0)
            .foil("transposed", 0.25)
            .foil("negated", 2.0)
            .judge();
        assert_eq!(
            plain(&in_sentences(&evidence)),
            "0 found in 5,000 cases, all that are spoken of (largest difference), accepted only if 0. The foil, “transposed”, must fail: it was run, gave 0.250, and was rejected."
        );
    }

    #[test]
    fn drawn_cases_say_which_share_of_faults_they_would_have_seen() {
        let evidence = Exactness::of("largest difference", 5_000)
            .sampled()
            .holds_for("sum", 0.0)
            .foil("transposed", 0.25)
            .judge();
        let text = plain(&in_sentences(&evidence));
        assert!(
            text.contains("A fault in more than 0.41 % of the cases"),
            "{text}"
        );
        assert_eq!(
            plain(&headline(&evidence, 1)),
            "0, accepted only if 0; 1 word attacked, 1 foil rejected"
        );
    }
}
