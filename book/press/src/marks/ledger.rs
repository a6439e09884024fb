//! `{{#ledger}}`: every claim of the book in one table, and what all of them together risk.

use unit_variance::evidence::Grade;

use super::claim::{accepted, anchor, foil_format, grade, nearest_foil, value_format};
use crate::figures::{self, Counted};
use crate::html::{escaped, one_block};
use crate::verdicts::VerdictState;
use experiments::number::{Script, probability, typeset};

/// A claim, where it is stated, and what is known about it.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) number: String,
    /// The page that states it, as this page links to it.
    pub(crate) page: String,
    pub(crate) chapter: String,
    pub(crate) state: VerdictState,
    /// The ranks of its values under other seeds, if they were collected.
    pub(crate) ranks: Vec<f64>,
}

/// The largest probability that all tests together fail although every sentence is true.
pub(crate) use ::ledger::ERROR_BUDGET;

/// What all claims together risk, how their p-values lie, and the table.
pub(crate) fn print(entries: &[Entry]) -> String {
    let judged = || {
        entries.iter().filter_map(|entry| match &entry.state {
            VerdictState::Judged(record) => Some(&record.verdict),
            VerdictState::Unknown(_) => None,
        })
    };
    let verified = judged().filter(|verdict| verdict.holds()).count();
    let risk: f64 = judged()
        .map(|verdict| verdict.evidence.failure_probability())
        .sum();
    let unknown = judged()
        .filter(|verdict| verdict.evidence.grade.has_chance())
        .flat_map(|verdict| &verdict.evidence.foils)
        .filter(|foil| foil.miss.is_none())
        .count();
    let rows: String = entries.iter().map(row).collect();
    let columns: Vec<String> = COLUMNS
        .iter()
        .map(|name| format!("<th scope=\"col\">{name}</th>"))
        .collect();
    let columns = columns.concat();
    format!(
        "{}\n\n{}\n\n<div class=\"ledger wide\">\n<div class=\"table-wrapper\"><table>\n<caption>{verified} of {} claims verified</caption>\n<thead><tr>{columns}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n</div>",
        budget(risk, unknown),
        histogram(entries),
        entries.len(),
    )
}

const COLUMNS: [&str; 8] = [
    "Claim",
    "Grade",
    "Value",
    "Accepted",
    "Alpha",
    "Nearest foil",
    "Miss",
    "p-value",
];

/// How much of the risk that all claims may run together they do run.
fn budget(risk: f64, unknown: usize) -> String {
    let not_counted = match unknown {
        0 => String::new(),
        1 => " One foil has no known law: it is run, and whether it slips through is not counted."
            .to_owned(),
        n => format!(
            " {n} foils have no known law: they are run, and whether they slip through is not counted."
        ),
    };
    let risk_in_words = if risk > 0.0 {
        probability(risk)
    } else {
        "0".to_owned()
    };
    let share = 100.0 * risk / ERROR_BUDGET;
    format!(
        "<div class=\"budget\">\n<p>If all claims are true, a run of all tests fails with probability at most <strong>{risk_in_words}</strong>, of the {} that the book allows itself.{not_counted}</p>\n<svg width=\"100%\" height=\"12\" role=\"img\" aria-label=\"{share:.1} percent of the error budget are spent\"><rect class=\"allowed\" width=\"100%\" height=\"12\" rx=\"2\"/><rect class=\"spent\" width=\"{share:.2}%\" height=\"12\" rx=\"2\"/></svg>\n</div>",
        probability(ERROR_BUDGET),
    )
}

/// The ranks of the claims whose law is exact, or, before they were collected under many seeds, their p-values: if the claims are
/// true, each is uniform.
fn histogram(entries: &[Entry]) -> String {
    let exact: Vec<(&Entry, f64)> = entries
        .iter()
        .filter_map(|entry| match &entry.state {
            VerdictState::Judged(record) if record.verdict.evidence.grade == Grade::Exact => {
                Some((entry, record.verdict.evidence.p_value?))
            }
            _ => None,
        })
        .collect();
    let claims = exact.len();
    let seeds = exact.iter().map(|(entry, _)| entry.ranks.len()).min();
    let (counted, values): (Counted, Vec<f64>) = match seeds {
        Some(1..) => {
            let ranks = exact.iter().flat_map(|(entry, _)| entry.ranks.clone());
            (Counted::Ranks, ranks.collect())
        }
        _ => (Counted::PValues, exact.iter().map(|(_, p)| *p).collect()),
    };
    let Some(figure) = figures::p_values(&values, counted) else {
        return String::new();
    };
    let (distance, chance) = figures::distance_from_uniform(&values);
    let (caption, name) = match counted {
        Counted::Ranks => (
            format!(
                "The ranks of the values of the {claims} claims whose law is exact, each under {} other seeds: the probability of a smaller value under the claim's own law, for a count with chance between its own limits. Under a true claim a rank is uniform.",
                seeds.unwrap_or_default()
            ),
            "ranks",
        ),
        Counted::PValues => (
            format!(
                "The p-values of the {claims} claims whose law is exact, in this one run; after <code>cargo test</code> their ranks under ten other seeds stand here. Under a true claim with a continuous law a p-value is uniform; that of a count moves in steps and leans to the right, as far as one."
            ),
            "p-values",
        ),
    };
    format!(
        "<figure class=\"figure\" id=\"fig-p-values\">\n{}\n<figcaption>{caption} The band holds the count of a bin of uniform numbers with probability 0.95. The largest distance of these {name} from the uniform distribution is {distance:.3}, and as many uniform numbers have a larger one with probability {chance:.2}.</figcaption>\n</figure>",
        one_block(&figure.svg),
    )
}

/// A claim's row; a cell that is ordered by another value than its text says so.
fn row(entry: &Entry) -> String {
    let (id, number) = (escaped(&entry.id), &entry.number);
    let page = entry.page.replacen(".md", ".html", 1);
    let name = format!(
        "<td><a href=\"{page}#{}\">{number} <code>{id}</code></a><br><small>{}</small></td>",
        escaped(&anchor(&entry.id)),
        escaped(&entry.chapter)
    );
    let cells = match &entry.state {
        VerdictState::Unknown(_) => "<td colspan=\"7\">not verified in this build</td>".to_owned(),
        VerdictState::Judged(record) => {
            let evidence = &record.verdict.evidence;
            let has_chance = evidence.grade.has_chance();
            let format = value_format(evidence);
            let foil = nearest_foil(evidence);
            let holds = if record.verdict.holds() { "✓" } else { "✗" };
            let number = |x: f64, text: String| format!("<td data-order=\"{x:e}\">{text}</td>");
            let chance = |p: Option<f64>| match p.filter(|_| has_chance) {
                Some(p) => number(p, probability(p)),
                None => "<td>–</td>".to_owned(),
            };
            let foil_text = foil.map_or_else(
                || "–".to_owned(),
                |foil| {
                    let value = typeset(foil.value, foil_format(foil, format), Script::Html);
                    format!("{}: {value}", escaped(&foil.name))
                },
            );
            [
                format!("<td>{holds} {}</td>", grade(evidence.grade)),
                number(
                    evidence.value,
                    typeset(evidence.value, format, Script::Html),
                ),
                number(evidence.interval.low, accepted(evidence, format)),
                chance(Some(evidence.alpha)),
                format!("<td>{foil_text}</td>"),
                chance(foil.and_then(|foil| foil.miss)),
                chance(evidence.p_value),
            ]
            .concat()
        }
    };
    format!("<tr>{name}{cells}</tr>\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdicts::tests::record;

    #[test]
    fn a_row_has_everything_and_the_risks_add_up() {
        let judged = |id: &str| Entry {
            id: id.to_owned(),
            number: "3.1".to_owned(),
            page: "he.md".to_owned(),
            chapter: "He".to_owned(),
            state: VerdictState::Judged(Box::new(record(id, "A *sentence*.", "now"))),
            ranks: Vec::new(),
        };
        let unknown = Entry {
            state: VerdictState::Unknown("no test has left a record of it"),
            ..judged("he.c")
        };
        let table = print(&[judged("he.a"), judged("he.b"), unknown]);
        let row = "<tr><td><a href=\"he.html#claim-he.a\">3.1 <code>he.a</code></a><br><small>He</small></td><td>✓ exact</td><td data-order=\"1.0041e0\">1.004</td><td data-order=\"9.76e-1\">in [0.976, 1.024]</td><td data-order=\"1e-9\">10<sup>−9</sup></td><td>LeCun: 1/n: 0.498</td><td data-order=\"0e0\">under 10<sup>−300</sup></td><td data-order=\"4.31e-1\">0.43</td></tr>";
        assert!(table.contains(row), "{table}");
        assert!(
            table.contains(">not verified in this build</td>"),
            "{table}"
        );
        assert!(
            table.contains("<caption>2 of 3 claims verified</caption>"),
            "{table}"
        );
        assert!(
            table.contains(
                "with probability at most <strong>2\u{a0}×\u{a0}10<sup>−9</sup></strong>"
            ),
            "{table}"
        );
        assert!(table.contains("width=\"0.20%\""), "{table}");
    }
}
