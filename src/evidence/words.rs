//! The words on which a sentence's truth hangs, and what carries each of them.

use super::verdict::{Evidence, FoilOutcome};

/// What a word of a sentence ranges over: the cases that were tried.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Domain {
    /// The word, as it is marked in the sentence.
    pub word: String,
    /// The cases, in words: "widths 2 to 512".
    pub tried: String,
    /// Whether a proof in the text carries the word beyond these cases.
    pub proved: bool,
}

impl Domain {
    /// The sentence goes no further than these cases.
    pub(super) fn tried(word: &str, tried: &str) -> Self {
        Self {
            word: word.to_owned(),
            tried: tried.to_owned(),
            proved: false,
        }
    }

    /// A proof in the text carries the sentence further than these cases.
    pub(super) fn proved(word: &str, tried: &str) -> Self {
        Self {
            proved: true,
            ..Self::tried(word, tried)
        }
    }
}

/// The words that a sentence marks: what stands between two asterisks, outside of formulas and code.
///
/// ```
/// use unit_variance::evidence::marked_words;
///
/// let sentence = r"Of the units, *half* are active, *whatever the
///     width*, in $2 * 3$ and *$5 * 7$* cases.";
/// assert_eq!(marked_words(sentence), ["half", "whatever the width", "$5 * 7$"]);
/// ```
pub fn marked_words(sentence: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut verbatim = None;
    let mut escaped = false;
    for c in sentence.chars() {
        if verbatim.is_none() && !escaped && c == '*' {
            match word.take() {
                Some(text) => words.push(text.split_whitespace().collect::<Vec<_>>().join(" ")),
                None => word = Some(String::new()),
            }
            continue;
        }
        if !escaped && matches!(c, '$' | '`') {
            verbatim = match verbatim {
                None => Some(c),
                Some(open) if open == c => None,
                other => other,
            };
        }
        escaped = c == '\\' && !escaped;
        if let Some(text) = &mut word {
            text.push(c);
        }
    }
    words
}

/// What ties a sentence to what was tried is missing, or ties what is not there: one line each.
///
/// A marked word is attacked by a foil in which it is false, or ranges over a domain; a foil attacks a
/// marked word, and so does a domain; a domain that alone carries a word reaches the word's own numbers; a word that
/// states a bound is not judged by an exact law; and a sentence has a marked word.
pub(super) fn untied(sentence: &str, evidence: &Evidence) -> Vec<String> {
    let marked = marked_words(sentence);
    let mut faults = Vec::new();
    if marked.is_empty() {
        faults.push("no word of the sentence is marked".to_owned());
    }
    let attacks = |word: &String| {
        let by_foil = |foil: &FoilOutcome| foil.words.contains(word);
        evidence.foils.iter().any(by_foil)
            || evidence.domains.iter().any(|domain| domain.word == *word)
    };
    for word in &marked {
        if !attacks(word) {
            faults.push(format!(
                "no foil attacks “{word}”, and no domain carries it"
            ));
        }
        // An exact law refuses a value that is better than the sentence says, and under a true sentence its ranks are not uniform.
        let is_bound = ["at least", "at most"].iter().any(|of| word.contains(of));
        if is_bound && evidence.tails.is_some() {
            faults.push(format!(
                "the sentence says “{word}”, a bound, but is judged by an exact law: {}",
                evidence.law
            ));
        }
    }
    for foil in &evidence.foils {
        if foil.words.is_empty() {
            faults.push(format!("the foil “{}” attacks no word", foil.name));
        }
        for word in foil.words.iter().filter(|word| !marked.contains(word)) {
            faults.push(format!(
                "the foil “{}” attacks “{word}”, which the sentence does not mark",
                foil.name
            ));
        }
    }
    for domain in &evidence.domains {
        if !marked.contains(&domain.word) {
            faults.push(format!(
                "a domain carries “{}”, which the sentence does not mark",
                domain.word
            ));
        }
        let tried = numbers(&domain.tried);
        let attacked = evidence
            .foils
            .iter()
            .any(|foil| foil.words.contains(&domain.word));
        for number in numbers(&domain.word) {
            if !attacked && !domain.proved && !tried.contains(&number) {
                faults.push(format!(
                    "the sentence says “{}”, but {number} was not tried: {}",
                    domain.word, domain.tried
                ));
            }
        }
    }
    faults
}

/// The decimal numbers in a text, as they are written, but for commas and spaces between thousands.
fn numbers(text: &str) -> Vec<String> {
    let text: String = text.replace(r"\,", "").replace(',', "");
    let mut numbers = Vec::new();
    for part in text.split(|c: char| !(c.is_ascii_digit() || c == '.')) {
        let number = part.trim_matches('.');
        if !number.is_empty() {
            numbers.push(number.to_owned());
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{BinomialShare, Check, Exactness};
    use crate::probability::{StreamRng, Streams};

    const SENTENCE: &str = "The product is *42*, *in every order*.";

    fn check() -> Exactness {
        Exactness::of("distance from 42", 2).holds_for("6 × 7 and 7 × 6", 0.0)
    }

    #[test]
    fn a_sentence_whose_words_are_all_tied_has_no_fault() {
        let evidence = check()
            .over("in every order", "both orders")
            .foil("6 × 8", 6.0)
            .attacks(&["42"])
            .judge();
        assert_eq!(untied(SENTENCE, &evidence), Vec::<String>::new());
    }

    #[test]
    fn every_loose_end_is_named() {
        let evidence = check()
            .over("ever", "both orders")
            .foil("6 × 8", 6.0)
            .foil("7 × 8", 14.0)
            .attacks(&["42", "exactly"])
            .judge();
        assert_eq!(
            untied(SENTENCE, &evidence),
            [
                "no foil attacks “in every order”, and no domain carries it",
                "the foil “6 × 8” attacks no word",
                "the foil “7 × 8” attacks “exactly”, which the sentence does not mark",
                "a domain carries “ever”, which the sentence does not mark",
            ]
        );
        assert_eq!(
            untied("The product is 42.", &check().foil("6 × 8", 6.0).judge())[0],
            "no word of the sentence is marked"
        );
    }

    #[test]
    fn a_domain_reaches_the_numbers_of_its_word() {
        let tried = |widths: &str| {
            let evidence = check()
                .over("of $2$ to $1\\,024$ units", widths)
                .foil("6 × 8", 6.0)
                .attacks(&["42"])
                .judge();
            untied("Layers *of $2$ to $1\\,024$ units* give *42*.", &evidence)
        };
        assert_eq!(tried("widths 2, 31 and 1,024"), Vec::<String>::new());
        assert_eq!(
            tried("widths 2 to 512"),
            [
                r"the sentence says “of $2$ to $1\,024$ units”, but 1024 was not tried: widths 2 to 512"
            ]
        );
    }

    #[test]
    fn a_number_that_was_not_tried_needs_a_foil_or_a_proof() {
        let sentence = "Layers *of $1024$ units* give *42*.";
        let few = "widths 2 to 512";
        let attacked = check()
            .over("of $1024$ units", few)
            .foil("6 × 8", 6.0)
            .attacks(&["42", "of $1024$ units"])
            .judge();
        let proved = check()
            .proved_beyond("of $1024$ units", few)
            .foil("6 × 8", 6.0)
            .attacks(&["42"])
            .judge();
        let neither = check()
            .over("of $1024$ units", few)
            .foil("6 × 8", 6.0)
            .attacks(&["42"])
            .judge();
        assert_eq!(untied(sentence, &attacked), Vec::<String>::new());
        assert_eq!(untied(sentence, &proved), Vec::<String>::new());
        assert_eq!(untied(sentence, &neither).len(), 1);
    }

    #[test]
    fn a_bound_is_not_judged_by_an_exact_law() {
        let judged = |law: BinomialShare| {
            let coins = |share: &f64, _: &mut StreamRng| *share;
            let evidence = Check::of("share", 100, coins)
                .null(law)
                .without_resolution()
                .holds_for("coins", 0.99)
                .foil("fair coins", 0.5, BinomialShare::new(100, 0.5))
                .attacks(&["at least 99 percent"])
                .judge(Streams::new(1));
            untied("Of the coins *at least 99 percent* show heads.", &evidence)
        };
        assert_eq!(
            judged(BinomialShare::at_least(100, 0.99)),
            Vec::<String>::new()
        );
        assert_eq!(
            judged(BinomialShare::new(100, 0.99)),
            [
                "the sentence says “at least 99 percent”, a bound, but is judged by an exact law: \
                 share of 100 trials, each with probability 0.99"
            ]
        );
    }

    #[test]
    fn one_backslash_escapes_an_asterisk_and_two_do_not() {
        assert_eq!(marked_words(r"\\*two* and \*one\* and \*"), ["two"]);
    }

    #[test]
    fn formulas_and_code_keep_their_asterisks() {
        assert_eq!(
            marked_words("$a * b$ and `c * d` and \\*"),
            Vec::<String>::new()
        );
        assert_eq!(marked_words("*$a * b$* is *c*"), ["$a * b$", "c"]);
        // Neither ends the other.
        assert_eq!(marked_words("$a ` b * c$ and *d*"), ["d"]);
        assert_eq!(marked_words("`a $ b * c` and *d*"), ["d"]);
    }
}
