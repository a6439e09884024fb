//! What a test found, quantity by quantity.

use std::fmt::Write;

use ledger::Record;
use unit_variance::evidence::Verdict;

use super::evidence::{accepted, at_most, grade};
use crate::html::escaped;
use experiments::number::{Format, Script, count, probability, typeset, with_separators};

/// All of it, as a list.
pub(super) fn list(record: &Record<Verdict>) -> String {
    let evidence = &record.verdict.evidence;
    let number = |x: f64| {
        let format = if x == 0.0 {
            Format::Shortest
        } else {
            Format::Significant(6)
        };
        typeset(x, format, Script::Html)
    };
    let mut out = String::from("<dl>");
    let mut row = |term: &str, text: &str| {
        let _ = write!(out, "\n<dt>{term}</dt><dd>{text}</dd>");
    };
    row(
        "Test",
        &format!("<code>{}:{}</code>", escaped(&record.file), record.line),
    );
    row("Statistic", &escaped(&evidence.statistic));
    row("Subject", &escaped(&evidence.subject));
    row(
        "Law",
        &format!(
            "{} ({})",
            escaped(&with_separators(&evidence.law)),
            grade(evidence.grade)
        ),
    );
    row("Value", &number(evidence.value));
    row("Accepted", &accepted(evidence, Format::Significant(6)));
    row(
        if evidence.grade.has_chance() {
            "Observations"
        } else {
            "Cases"
        },
        &count(evidence.n),
    );
    if let Some(p) = evidence.p_value {
        row("p-value", &probability(p));
    }
    if evidence.grade.has_chance() {
        row("False alarm", &at_most(evidence.alpha));
    }
    if let Some((below, above)) = evidence.resolution {
        let factor = |x: f64| typeset(x, Format::Fixed(3), Script::Html);
        row(
            "Resolution",
            &format!(
                "wrong factors below {} and above {} are caught",
                factor(below),
                factor(above)
            ),
        );
    }
    row("Seed", &count(record.verdict.seed));
    out + "\n</dl>"
}
