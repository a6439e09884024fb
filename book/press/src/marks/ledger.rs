//! `{{#ledger}}`: every claim of the book in one table.

use unit_variance::evidence::{FoilOutcome, Grade};

use super::claim::{accepted, anchor, foil_format, grade, nearest_foil, value_format};
use crate::findings::Finding;
use crate::html::literal;
use crate::numbers::{Script, probability, typeset};

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
    let rows: String = entries.iter().map(row).collect();
    let judged = || {
        entries.iter().filter_map(|entry| match &entry.finding {
            Finding::Judged(record) => Some(&record.verdict),
            Finding::Unknown(_) => None,
        })
    };
    let verified = judged().filter(|verdict| verdict.holds()).count();
    let risk: f64 = judged()
        .map(|verdict| verdict.evidence.failure_probability())
        .sum();
    let risk = if risk > 0.0 {
        probability(risk)
    } else {
        "0".to_owned()
    };
    format!(
        "<div class=\"ledger wide\">\n\n| Claim | Verdict | Value | Accepted | Alpha | Nearest foil | Miss | p-value |\n|:--|:--|--:|:--|--:|:--|--:|--:|\n{rows}\n</div>\n\n{verified} of {} claims verified. If all of them are true, a run of all tests fails with probability at most {risk}.",
        entries.len(),
    )
}

/// A claim's row.
fn row(entry: &Entry) -> String {
    let blank = || "–".to_owned();
    let (id, number, page) = (&entry.id, &entry.number, &entry.page);
    let chapter = literal(&entry.chapter);
    let (note, cells) = match &entry.finding {
        Finding::Unknown(_) => (chapter, "not verified in this build | | | | | |".to_owned()),
        Finding::Judged(record) => {
            let evidence = &record.verdict.evidence;
            let has_chance = evidence.grade != Grade::Deterministic;
            let format = value_format(evidence);
            let foil = nearest_foil(evidence);
            let value =
                |foil: &FoilOutcome| typeset(foil.value, foil_format(foil, format), Script::Html);
            let cells = [
                if record.verdict.holds() {
                    "✓ holds"
                } else {
                    "✗ does not hold"
                }
                .to_owned(),
                typeset(evidence.value, format, Script::Html),
                accepted(evidence, format)
                    .replace('[', "&#91;")
                    .replace(']', "&#93;"),
                if has_chance {
                    probability(evidence.alpha)
                } else {
                    blank()
                },
                foil.map_or_else(blank, |foil| {
                    format!("{}: {}", literal(&foil.name), value(foil))
                }),
                foil.and_then(|foil| foil.miss)
                    .filter(|_| has_chance)
                    .map_or_else(blank, probability),
                evidence.p_value.map_or_else(blank, probability),
            ];
            (
                format!("{chapter} · {}", grade(evidence.grade)),
                cells.join(" | "),
            )
        }
    };
    format!(
        "| [{number} `{id}`]({page}#{})<br><small>{note}</small> | {cells} |\n",
        anchor(id)
    )
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
        let row = "| [3.1 `he.a`](he.md#claim-he.a)<br><small>He · exact</small> | ✓ holds | 1.004 | in &#91;0.976, 1.024&#93; | 10<sup>−9</sup> | LeCun&#58; 1&#47;n: 0.498 | under 10<sup>−300</sup> | 0.43 |";
        assert!(table.contains(row), "{table}");
        assert!(table.contains("| not verified in this build |"), "{table}");
        assert!(table.ends_with("2 of 3 claims verified. If all of them are true, a run of all tests fails with probability at most 2\u{a0}×\u{a0}10<sup>−9</sup>."), "{table}");
    }
}
