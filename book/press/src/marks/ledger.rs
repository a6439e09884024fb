//! `{{#ledger}}`: every claim of the book in one table.

use std::fmt::Write;

use super::claim::{accepted, anchor, foil_format, grade, nearest_foil, value_format};
use crate::findings::Finding;
use crate::html::literal;
use crate::numbers::{Script, count, probability, typeset};

/// A claim, where it is stated, and what is known about it.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) number: String,
    /// The page that states it, as this page links to it.
    pub(crate) page: String,
    pub(crate) chapter: String,
    pub(crate) finding: Finding,
}

/// The table, and what all claims together risk.
pub(crate) fn print(entries: &[Entry]) -> String {
    let mut out = String::from(
        "<div class=\"ledger\">\n\n| Claim | Chapter | Grade | Measured, accepted | False alarm | Nearest foil | Slips through | p-value | Verdict |\n|:--|:--|:--|:--|--:|:--|--:|--:|:--|\n",
    );
    let (mut risk, mut verified) = (0.0, 0_u64);
    for entry in entries {
        let _ = write!(
            out,
            "| [{} `{}`]({}#{}) | {} |",
            entry.number,
            entry.id,
            entry.page,
            anchor(&entry.id),
            literal(&entry.chapter)
        );
        let Finding::Judged(record) = &entry.finding else {
            out.push_str(" | | | | | | not verified in this build |\n");
            continue;
        };
        let evidence = &record.verdict.evidence;
        let format = value_format(evidence);
        let cell = |x: f64| typeset(x, format, Script::Html);
        let none = || "–".to_owned();
        risk += evidence.failure_probability();
        let foil = nearest_foil(evidence);
        let chance = evidence.alpha > 0.0;
        let verdict = if record.verdict.holds() {
            verified += 1;
            "✓ verified"
        } else {
            "✗ does not hold"
        };
        let _ = writeln!(
            out,
            " {} | {} {} | {} | {} | {} | {} | {verdict} |",
            grade(evidence.grade),
            cell(evidence.value),
            accepted(evidence, format)
                .replace('[', "&#91;")
                .replace(']', "&#93;"),
            if chance {
                probability(evidence.alpha)
            } else {
                none()
            },
            foil.map_or_else(none, |foil| format!(
                "{}: {}",
                literal(&foil.name),
                typeset(foil.value, foil_format(foil, format), Script::Html)
            )),
            foil.and_then(|foil| foil.miss)
                .filter(|_| chance)
                .map_or_else(none, probability),
            evidence.p_value.map_or_else(none, probability),
        );
    }
    let _ = write!(
        out,
        "\n</div>\n\n{} of {} claims verified. If all of them are true, a run of all tests fails with probability at most {}.",
        count(verified),
        count(entries.len() as u64),
        if risk > 0.0 {
            probability(risk)
        } else {
            "0".to_owned()
        },
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::tests::record;

    #[test]
    fn a_row_has_everything_and_the_risks_add_up() {
        let judged = |id: &str| Entry {
            id: id.to_owned(),
            number: "3.1".to_owned(),
            page: "he.md".to_owned(),
            chapter: "He".to_owned(),
            finding: Finding::Judged(Box::new(record(id, "A sentence.", "now"))),
        };
        let unknown = Entry {
            finding: Finding::Unknown("no test has left a record of it"),
            ..judged("he.c")
        };
        let table = print(&[judged("he.a"), judged("he.b"), unknown]);
        let row = "| [3.1 `he.a`](he.md#claim-he.a) | He | exact | 1.004 in &#91;0.976, 1.024&#93; | 10<sup>−9</sup> | LeCun&#58; 1&#47;n: 0.498 | under 10<sup>−300</sup> | 0.43 | ✓ verified |";
        assert!(table.contains(row), "{table}");
        assert!(table.contains("| not verified in this build |"), "{table}");
        assert!(table.ends_with("2 of 3 claims verified. If all of them are true, a run of all tests fails with probability at most 2\u{a0}×\u{a0}10<sup>−9</sup>."), "{table}");
    }
}
