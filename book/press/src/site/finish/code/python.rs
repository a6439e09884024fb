//! The words of Python.

use super::{Kind, is_word, number, quoted, word};

/// The first word of Python.
pub(super) fn python(code: &str) -> (Kind, usize) {
    let first = code.chars().next().unwrap_or_default();
    if first == '#' {
        return (Kind::Comment, code.find('\n').unwrap_or(code.len()));
    }
    if let Some(length) = text(code) {
        return (Kind::Text, length);
    }
    if first.is_ascii_digit() {
        return (Kind::Number, number(code));
    }
    if is_word(first) {
        let length = word(code);
        return (meaning(&code[..length], &code[length..]), length);
    }
    (Kind::Plain, first.len_utf8())
}

/// A text in single, double or threefold quotes, perhaps behind a letter: `f"{x}"`.
fn text(code: &str) -> Option<usize> {
    let prefix = usize::from(code.starts_with(['b', 'f', 'r']));
    let quoted_text = &code[prefix..];
    for quotes in ["\"\"\"", "'''"] {
        if let Some(inner) = quoted_text.strip_prefix(quotes) {
            return Some(prefix + 3 + inner.find(quotes)? + 3);
        }
    }
    let length = quoted(quoted_text, "\"").or_else(|| quoted(quoted_text, "'"))?;
    Some(prefix + length)
}

/// What a name is, by its form and by what follows.
fn meaning(word: &str, behind: &str) -> Kind {
    const KEYWORDS: [&str; 35] = [
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class",
        "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global",
        "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return",
        "try", "while", "with", "yield",
    ];
    if KEYWORDS.contains(&word) {
        Kind::Keyword
    } else if word.starts_with(|c: char| c.is_ascii_uppercase()) {
        Kind::Type
    } else if behind.starts_with('(') {
        Kind::Function
    } else {
        Kind::Plain
    }
}

#[cfg(test)]
mod tests {
    use super::super::spans;
    use super::*;

    fn colored(code: &str) -> String {
        let mut out = String::new();
        spans(code, python, &mut out);
        out
    }

    #[test]
    fn words_are_told_apart() {
        assert_eq!(
            colored("def he(n=1_000):  # \"half\""),
            "<span class=\"k\">def</span> <span class=\"f\">he</span>(n=<span class=\"n\">1_000</span>):  \
             <span class=\"c\"># &quot;half&quot;</span>"
        );
        assert_eq!(
            colored("assert not RandomState, f'{x}' \"a'b\""),
            "<span class=\"k\">assert</span> <span class=\"k\">not</span> <span class=\"t\">RandomState</span>, \
             <span class=\"s\">f'{x}'</span> <span class=\"s\">&quot;a'b&quot;</span>"
        );
    }

    #[test]
    fn a_docstring_is_one_text_although_it_has_quotes_and_lines() {
        assert_eq!(
            colored("\"\"\"A \"b\"\n# c.\"\"\"\nx"),
            "<span class=\"s\">&quot;&quot;&quot;A &quot;b&quot;\n# c.&quot;&quot;&quot;</span>\nx"
        );
    }

    #[test]
    fn what_is_not_closed_is_no_text() {
        assert_eq!(colored("it's for"), "it's <span class=\"k\">for</span>");
    }
}
