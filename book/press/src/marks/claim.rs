//! `> [!CLAIM] id` and its sentence: the sentence, and what its test found.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use ledger::Record;
use unit_variance::evidence::{Evidence, FoilOutcome, Grade, Verdict, marked_words};

use super::listing::fenced;
use super::words::{self, Marked};
use crate::figures::{evidence_strip, foil_format, value_format};
use crate::html::{escaped, one_block};
use crate::verdicts::VerdictState;
use experiments::number::{Format, Script, count, probability, typeset, with_separators};

/// The anchor of a claim.
pub(crate) fn anchor(id: &str) -> String {
    format!("claim-{id}")
}

/// The claim; `sentence` is Markdown, with its formulas set. `root` holds the test's file.
///
/// Folded, the box is the sentence and one line: the value, what is accepted, and how much was attacked.
pub(crate) fn print(
    id: &str,
    number: &str,
    sentence: &str,
    state: &VerdictState,
    root: &Path,
) -> String {
    let anchor = anchor(id);
    let open = |class: &str, sign: &str, verdict: &str, sentence: &str| {
        format!(
            "<div class=\"claim{class}\" id=\"{anchor}\">\n<p class=\"claim-head\"><span class=\"claim-sign\" aria-hidden=\"true\">{sign}</span> <a class=\"claim-number\" href=\"#{anchor}\">Claim {number}</a> · <span class=\"claim-verdict\">{verdict}</span> <code class=\"claim-id\">{id}</code></p>\n\n{sentence}\n\n"
        )
    };
    match state {
        VerdictState::Unknown(reason) => {
            open(" unverified", "?", "not verified in this build", sentence)
                + &format!(
                    "<p class=\"claim-evidence\">Not verified in this build: {reason}. <code>cargo run -- build</code> runs the tests first.</p>\n</div>"
                )
        }
        VerdictState::Judged(record) if !record.verdict.holds() => {
            open(" refuted", "✗", "does not hold", sentence)
                + &format!(
                    "<p class=\"claim-evidence\">{}</p>\n</div>",
                    escaped(&crate::verdicts::refutation(record))
                )
        }
        VerdictState::Judged(record) => {
            let evidence = &record.verdict.evidence;
            let Marked { sentence, words } = words::mark(sentence, &record.verdict);
            let strip = if evidence.grade.has_chance() {
                one_block(&evidence_strip(evidence, id)) + "\n"
            } else {
                String::new()
            };
            format!(
                "{}<details class=\"claim-details\"><summary>{}</summary>\n<div class=\"claim-evidence\">\n{strip}<p>{}</p>\n</div>\n{}\n{}\n\n{}\n\n</details>\n</div>",
                open("", "✓", "verified", &sentence),
                headline(evidence, words.len()),
                summary(evidence),
                words::table(&words, evidence),
                details(record),
                test_source(record, root),
            )
        }
    }
}

/// `0.999, accepted in [0.976, 1.024]; 3 words attacked, 4 foils rejected`. Where the value is a deviation from the sentence, the
/// sentence's own quantities come first: `share 0.721; off by 0.021, accepted ...`.
fn headline(evidence: &Evidence, words: usize) -> String {
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
fn summary(evidence: &Evidence) -> String {
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

/// A probability that is known from above: a law may be discrete, and a bound wider than it need be.
pub(super) fn at_most(p: f64) -> String {
    let text = probability(p);
    if text.starts_with("under") {
        text
    } else {
        format!("at most {text}")
    }
}

/// Everything else, as a list.
fn details(record: &Record<Verdict>) -> String {
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

/// The test's own text, between its attribute and its last brace.
fn test_source(record: &Record<Verdict>, root: &Path) -> String {
    let read = || {
        let text = fs::read_to_string(root.join(&record.file)).ok()?;
        let lines: Vec<&str> = text.lines().collect();
        let at = (record.line as usize)
            .checked_sub(1)
            .filter(|at| *at < lines.len())?;
        let start = lines[..=at].iter().rposition(|line| *line == "#[test]")?;
        let length = lines[start..].iter().position(|line| *line == "}")?;
        Some(fenced(&lines[start..=start + length].join("\n"), "rust"))
    };
    read().unwrap_or_default()
}

/// The name of a grade.
pub(super) fn grade(grade: Grade) -> &'static str {
    match grade {
        Grade::Exact => "exact",
        Grade::Bound => "bound",
        Grade::Enumerated => "enumerated",
        Grade::Sampled => "sampled",
        Grade::Proved => "proved",
    }
}

/// The foil that is hardest to tell from the truth: it speaks for all.
pub(super) fn nearest_foil(evidence: &Evidence) -> Option<&FoilOutcome> {
    let (low, high) = (evidence.interval.low, evidence.interval.high);
    let outside = |foil: &FoilOutcome| (low - foil.value).max(foil.value - high);
    let miss = |foil: &FoilOutcome| foil.miss.unwrap_or(1.0);
    let by_miss = |a: &&FoilOutcome, b: &&FoilOutcome| miss(a).total_cmp(&miss(b));
    evidence
        .foils
        .iter()
        .max_by(|a, b| by_miss(a, b).then(outside(b).total_cmp(&outside(a))))
}

/// The accepted values, as text.
pub(super) fn accepted(evidence: &Evidence, format: Format) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdicts::tests::record;

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
            plain(&summary(&record.verdict.evidence)),
            "1.004 measured over 310,000 observations (ratio of second moments), accepted in [0.976, 1.024]; exact law. A true claim is rejected with probability at most 10−9. The foil, “LeCun: 1/n”, would slip through with probability under 10−300: it was run, gave 0.498, and was rejected."
        );
    }

    #[test]
    fn the_sentences_own_quantities_come_first() {
        let evidence = unit_variance::evidence::Exactness::of("distance from seven tenths", 1)
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
        let evidence = unit_variance::evidence::Exactness::of("largest difference", 5_000)
            .holds_for("sum", 0.0)
            .foil("transposed", 0.25)
            .foil("negated", 2.0)
            .judge();
        assert_eq!(
            plain(&summary(&evidence)),
            "0 found in 5,000 cases, all that are spoken of (largest difference), accepted only if 0. The foil, “transposed”, must fail: it was run, gave 0.250, and was rejected."
        );
    }

    #[test]
    fn drawn_cases_say_which_share_of_faults_they_would_have_seen() {
        let evidence = unit_variance::evidence::Exactness::of("largest difference", 5_000)
            .sampled()
            .holds_for("sum", 0.0)
            .foil("transposed", 0.25)
            .judge();
        let text = plain(&summary(&evidence));
        assert!(
            text.contains("A fault in more than 0.41 % of the cases"),
            "{text}"
        );
        assert_eq!(
            plain(&headline(&evidence, 1)),
            "0, accepted only if 0; 1 word attacked, 1 foil rejected"
        );
    }

    #[test]
    fn an_unverified_claim_says_so_in_plain_sight() {
        let html = print(
            "he.forward",
            "3.1",
            "A *sentence*.",
            &VerdictState::Unknown("no test has left a record of it"),
            Path::new(""),
        );
        assert!(
            html.contains(
                "Claim 3.1</a> · <span class=\"claim-verdict\">not verified in this build</span>"
            ),
            "{html}"
        );
        assert!(html.contains("no test has left a record of it"), "{html}");
    }

    #[test]
    fn the_test_is_shown_from_its_attribute_to_its_brace() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("tests/claims")).unwrap();
        fs::write(
            root.path().join("tests/claims/he.rs"),
            "#[test]\nfn a() {\n    claim!()\n}\n\nfn b() {}\n",
        )
        .unwrap();
        let source = test_source(&record("he.forward", "A *sentence*.", "now"), root.path());
        assert_eq!(source, "```rust\n#[test]\nfn a() {\n    claim!()\n}\n```");
    }

    #[test]
    fn a_distant_foil_keeps_its_digits() {
        let foil = FoilOutcome {
            name: String::new(),
            value: 0.0012,
            caught: true,
            miss: None,
            predicted: None,
            words: Vec::new(),
            lawless: None,
        };
        assert_eq!(foil_format(&foil, Format::Fixed(2)), Format::Significant(3));
        assert_eq!(
            foil_format(&FoilOutcome { value: 0.5, ..foil }, Format::Fixed(2)),
            Format::Fixed(2)
        );
    }
}
