//! `{{#ledger}}`: every claim of the book in one table, and what all of them together risk.

use unit_variance::evidence::Grade;

use super::claim::{accepted, anchor, grade, nearest_foil};
use crate::figures::{self, Counted, foil_format, value_format};
use crate::html::{escaped, one_block};
use crate::passage::Passage;
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
    pub(crate) sentence: Passage,
    pub(crate) state: VerdictState,
    /// The ranks of its values under other seeds, if they were collected.
    pub(crate) ranks: Vec<f64>,
}

/// The largest probability that all tests together fail although every sentence is true.
pub(crate) use ::ledger::ERROR_BUDGET;

/// What all claims together risk, how their p-values lie, and the table; `text` replaces the marks of a sentence.
pub(crate) fn print(entries: &[Entry], mut text: impl FnMut(&Passage) -> String) -> String {
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
    let rows: String = entries
        .iter()
        .map(|entry| row(entry, &text(&entry.sentence)))
        .collect();
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

const COLUMNS: [&str; 6] = [
    "Claim",
    "Grade",
    "Value",
    "Accepted",
    "Nearest foil",
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

/// A claim's row, which begins with its sentence. Each other cell knows its column, for pages on which a row is a card; a cell that is
/// ordered by another value than its text says so.
fn row(entry: &Entry, sentence: &str) -> String {
    let (id, number) = (escaped(&entry.id), &entry.number);
    let page = entry.page.replacen(".md", ".html", 1);
    let name = format!(
        "<td><a href=\"{page}#{}\" title=\"{}\">{number} <code>{id}</code></a>\n\n{sentence}\n\n</td>",
        escaped(&anchor(&entry.id)),
        escaped(&entry.chapter)
    );
    let [_, in_grade, in_value, in_accepted, in_foil, in_p_value] =
        COLUMNS.map(|name| format!("<td data-column=\"{name}\""));
    let cells = match &entry.state {
        VerdictState::Unknown(_) => "<td colspan=\"5\">not verified in this build</td>".to_owned(),
        VerdictState::Judged(record) => {
            let evidence = &record.verdict.evidence;
            let has_chance = evidence.grade.has_chance();
            let format = value_format(evidence);
            let holds = if record.verdict.holds() { "✓" } else { "✗" };
            let alpha = if has_chance {
                format!("<br><small>alpha {}</small>", probability(evidence.alpha))
            } else {
                String::new()
            };
            let foil = nearest_foil(evidence).map_or_else(
                || "–".to_owned(),
                |foil| {
                    let value = typeset(foil.value, foil_format(foil, format), Script::Html);
                    let miss = foil
                        .miss
                        .filter(|_| has_chance)
                        .map(|miss| format!("<br><small>miss {}</small>", probability(miss)));
                    format!(
                        "{}: {value}{}",
                        escaped(&foil.name),
                        miss.unwrap_or_default()
                    )
                },
            );
            let p_value = match evidence.p_value.filter(|_| has_chance) {
                Some(p) => format!(" data-order=\"{p:e}\">{}", probability(p)),
                None => ">–".to_owned(),
            };
            [
                format!("{in_grade}>{holds} {}</td>", grade(evidence.grade)),
                format!(
                    "{in_value} data-order=\"{:e}\">{}</td>",
                    evidence.value,
                    typeset(evidence.value, format, Script::Html)
                ),
                format!(
                    "{in_accepted} data-order=\"{:e}\">{}{alpha}</td>",
                    evidence.interval.low,
                    accepted(evidence, format)
                ),
                format!("{in_foil}>{foil}</td>"),
                format!("{in_p_value}{p_value}</td>"),
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
            sentence: Passage {
                markdown: "A *sentence*.".to_owned(),
                start: 0,
            },
            state: VerdictState::Judged(Box::new(record(id, "A *sentence*.", "now"))),
            ranks: Vec::new(),
        };
        let unknown = Entry {
            state: VerdictState::Unknown("no test has left a record of it"),
            ..judged("he.c")
        };
        let table = print(&[judged("he.a"), judged("he.b"), unknown], |sentence| {
            sentence.markdown.clone()
        });
        let row = "<tr><td><a href=\"he.html#claim-he.a\" title=\"He\">3.1 <code>he.a</code></a>\n\nA *sentence*.\n\n</td><td data-column=\"Grade\">✓ exact</td><td data-column=\"Value\" data-order=\"1.0041e0\">1.004</td><td data-column=\"Accepted\" data-order=\"9.76e-1\">in [0.976, 1.024]<br><small>alpha 10<sup>−9</sup></small></td><td data-column=\"Nearest foil\">LeCun: 1/n: 0.498<br><small>miss under 10<sup>−300</sup></small></td><td data-column=\"p-value\" data-order=\"4.31e-1\">0.43</td></tr>";
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
