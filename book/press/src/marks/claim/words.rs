//! The marked words of a claim: underlined in the sentence, with what attacked each of them.

use std::fmt::Write;

use unit_variance::evidence::{Domain, Evidence, FoilOutcome, Verdict, marked_words};

use super::evidence::at_most;
use crate::figures::{foil_format, value_format};
use crate::html::escaped;
use experiments::number::{Script, typeset};

/// A sentence with its words underlined.
pub(super) struct Marked<'a> {
    /// The sentence, Markdown and HTML.
    pub(super) sentence: String,
    pub(super) words: Vec<Word<'a>>,
}

/// A marked word, and what carries it.
pub(super) struct Word<'a> {
    /// As it stands in the sentence.
    html: String,
    foils: Vec<&'a FoilOutcome>,
    domains: Vec<&'a Domain>,
}

/// The printed sentence of a verdict, with what stands between two asterisks underlined, and ready to be pointed at.
///
/// The words of the printed sentence are those of the verdict's, in the same order: formulas are set by now,
/// and hold no asterisk.
pub(super) fn mark<'a>(sentence: &str, verdict: &'a Verdict) -> Marked<'a> {
    let evidence = &verdict.evidence;
    let mut texts = marked_words(&verdict.sentence).into_iter();
    let mut marked = Marked {
        sentence: String::with_capacity(2 * sentence.len()),
        words: Vec::new(),
    };
    let mut pieces = split_at_asterisks(sentence).into_iter();
    while let Some(plain) = pieces.next() {
        marked.sentence += plain;
        let Some(html) = pieces.next() else { break };
        let text = texts.next().unwrap_or_default();
        let word = Word {
            html: html.to_owned(),
            foils: evidence
                .foils
                .iter()
                .filter(|foil| foil.words.contains(&text))
                .collect(),
            domains: evidence
                .domains
                .iter()
                .filter(|domain| domain.word == text)
                .collect(),
        };
        let _ = write!(
            marked.sentence,
            "<em class=\"word\" tabindex=\"0\" data-carried=\"{0}\" aria-description=\"{0}\">{html}</em>",
            escaped(&word.carried())
        );
        marked.words.push(word);
    }
    marked
}

/// What stands before, between and behind the asterisks that are not in code.
fn split_at_asterisks(sentence: &str) -> Vec<&str> {
    let mut in_code = false;
    sentence
        .split(move |c| {
            in_code ^= c == '`';
            c == '*' && !in_code
        })
        .collect()
}

impl Word<'_> {
    /// `false of “LeCun: 1/n”; tried for widths 2 to 512`.
    fn carried(&self) -> String {
        let foils: Vec<String> = self
            .foils
            .iter()
            .map(|foil| format!("“{}”", foil.name))
            .collect();
        let foils = (!foils.is_empty()).then(|| format!("false of {}", foils.join(", ")));
        let domains = self.domains.iter().map(|domain| tried(domain));
        foils
            .into_iter()
            .chain(domains)
            .collect::<Vec<_>>()
            .join("; ")
    }
}

fn tried(domain: &Domain) -> String {
    let proved = if domain.proved {
        "proved in the text; "
    } else {
        ""
    };
    format!("{proved}tried for {}", domain.tried)
}

/// Word by word: the foil that attacked it, what it gave, and how it would slip through.
pub(super) fn table(words: &[Word<'_>], evidence: &Evidence) -> String {
    let format = value_format(evidence);
    let mut rows = String::new();
    for word in words {
        let carriers = word.foils.len() + word.domains.len();
        let mut head = format!(
            "<th scope=\"row\" rowspan=\"{carriers}\">{}</th>",
            word.html
        );
        for foil in &word.foils {
            let value = typeset(foil.value, foil_format(foil, format), Script::Html);
            let miss = match (foil.miss, &foil.lawless) {
                (_, Some(why)) => format!("its law is not known: {}", escaped(why)),
                (Some(miss), _) if evidence.grade.has_chance() => {
                    format!("slips through with probability {}", at_most(miss))
                }
                _ => String::new(),
            };
            let _ = writeln!(
                rows,
                "<tr>{}<td>{}</td><td data-column=\"Gave\">{value}</td><td>rejected{}{miss}</td></tr>",
                std::mem::take(&mut head),
                escaped(&foil.name),
                if miss.is_empty() { "" } else { "; " },
            );
        }
        for domain in &word.domains {
            let _ = writeln!(
                rows,
                "<tr>{}<td colspan=\"3\">{}</td></tr>",
                std::mem::take(&mut head),
                escaped(&tried(domain)),
            );
        }
    }
    format!(
        "<div class=\"table-wrapper\"><table class=\"words\">\n<thead><tr><th scope=\"col\">Word</th><th scope=\"col\">Attacked by</th><th scope=\"col\">Gave</th><th scope=\"col\">Verdict</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use unit_variance::evidence::Exactness;

    fn verdict() -> Verdict {
        Verdict {
            id: "a.b".into(),
            sentence: "It is *$6 * 7$*, in *every* order, by `a * b`.".into(),
            seed: 1,
            evidence: Exactness::of("distance", 2)
                .holds_for("both", 0.0)
                .foil("6 × 8", 6.0)
                .attacks(&["$6 * 7$"])
                .over("every", "6 × 7 and 7 × 6")
                .judge(),
        }
    }

    #[test]
    fn words_are_underlined_and_say_what_attacked_them() {
        let verdict = verdict();
        let printed = "It is *<math>6&#42;7</math>*, in *every* order, by `a * b`.";
        let marked = mark(printed, &verdict);
        assert_eq!(
            marked.sentence,
            "It is <em class=\"word\" tabindex=\"0\" data-carried=\"false of “6 × 8”\" aria-description=\"false of “6 × 8”\"><math>6&#42;7</math></em>, in <em class=\"word\" tabindex=\"0\" data-carried=\"tried for 6 × 7 and 7 × 6\" aria-description=\"tried for 6 × 7 and 7 × 6\">every</em> order, by `a * b`."
        );
        let table = table(&marked.words, &verdict.evidence);
        assert!(table.contains("<tr><th scope=\"row\" rowspan=\"1\"><math>6&#42;7</math></th><td>6 × 8</td><td data-column=\"Gave\">6</td><td>rejected</td></tr>"), "{table}");
        assert!(
            table.contains("<td colspan=\"3\">tried for 6 × 7 and 7 × 6</td>"),
            "{table}"
        );
    }
}
