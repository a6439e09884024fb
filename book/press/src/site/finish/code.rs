//! Code in colors, as spans: without a script, and without the script's weight.

mod python;

use crate::html::{escaped, unescaped};
use crate::site::rewrite::{Handler, replace_text};

/// What a word of code is; its class on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Comment,
    Keyword,
    Function,
    Type,
    Text,
    Number,
    Plain,
}

impl Kind {
    fn class(self) -> Option<&'static str> {
        match self {
            Self::Comment => Some("c"),
            Self::Keyword => Some("k"),
            Self::Function => Some("f"),
            Self::Type => Some("t"),
            Self::Text => Some("s"),
            Self::Number => Some("n"),
            Self::Plain => None,
        }
    }
}

/// Puts the code of a page in colors.
pub(super) fn color<'h>() -> [Handler<'h>; 3] {
    let spans = |lexer: fn(&str) -> (Kind, usize)| {
        move |text: &str| {
            let mut out = String::with_capacity(2 * text.len());
            spans(&unescaped(text), lexer, &mut out);
            out
        }
    };
    [
        replace_text("code.language-rust", spans(rust)),
        replace_text("code.language-python", spans(python::python)),
        replace_text(
            "code.language-sh, code.language-bash, code.language-toml",
            spans(script),
        ),
    ]
}

/// Writes code, each word in a span of its kind. A lexer gives the kind and the length of the first word.
fn spans(code: &str, lexer: fn(&str) -> (Kind, usize), out: &mut String) {
    let mut rest = code;
    while !rest.is_empty() {
        let (kind, length) = lexer(rest);
        let word = escaped(&rest[..length]);
        match kind.class() {
            Some(class) => {
                out.push_str("<span class=\"");
                out.push_str(class);
                out.push_str("\">");
                out.push_str(&word);
                out.push_str("</span>");
            }
            None => out.push_str(&word),
        }
        rest = &rest[length..];
    }
}

/// The first word of Rust.
fn rust(code: &str) -> (Kind, usize) {
    let first = code.chars().next().unwrap_or_default();
    if code.starts_with("//") {
        return (Kind::Comment, code.find('\n').unwrap_or(code.len()));
    }
    if code.starts_with("/*") {
        let end = code.find("*/").map_or(code.len(), |end| end + 2);
        return (Kind::Comment, end);
    }
    if let Some(length) = raw_string(code)
        .or_else(|| quoted(code, "\""))
        .or_else(|| quoted(code, "b\""))
    {
        return (Kind::Text, length);
    }
    if first == '\'' {
        // `'a'` is a character, `'a` a lifetime.
        return match quoted(code, "'") {
            Some(length)
                if code.chars().nth(1) == Some('\\') || code[..length].chars().count() == 3 =>
            {
                (Kind::Text, length)
            }
            _ => (Kind::Plain, 1 + word(&code[1..])),
        };
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

/// The first word of a shell's script, or of a file of settings.
fn script(code: &str) -> (Kind, usize) {
    let first = code.chars().next().unwrap_or_default();
    let to = |end: Option<usize>| end.unwrap_or(code.len());
    match first {
        '#' => (Kind::Comment, to(code.find('\n'))),
        '"' => quoted(code, "\"").map_or((Kind::Plain, 1), |length| (Kind::Text, length)),
        _ => {
            let length = to(code[first.len_utf8()..]
                .find(['#', '"'])
                .map(|at| at + first.len_utf8()));
            (Kind::Plain, length)
        }
    }
}

/// What a name is, by its form and by what follows.
fn meaning(word: &str, behind: &str) -> Kind {
    const KEYWORDS: [&str; 37] = [
        "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum",
        "extern", "false", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move",
        "mut", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
        "type", "unsafe", "use", "where", "while",
    ];
    const PRIMITIVES: [&str; 16] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8",
        "u16", "u32", "u64", "usize",
    ];
    let calls = behind.starts_with('(') || behind.starts_with("!(") || behind.starts_with("![");
    if KEYWORDS.contains(&word) {
        Kind::Keyword
    } else if PRIMITIVES.contains(&word) || word.starts_with(|c: char| c.is_ascii_uppercase()) {
        Kind::Type
    } else if calls {
        Kind::Function
    } else {
        Kind::Plain
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn word(code: &str) -> usize {
    code.find(|c| !is_word(c)).unwrap_or(code.len())
}

/// `1_000`, `0.5`, `1e-9`, `2.0_f64`, but `0` of `0..4`.
fn number(code: &str) -> usize {
    let bytes = code.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        let sign_of_power = matches!(byte, b'-' | b'+')
            && at > 0
            && matches!(bytes[at - 1], b'e' | b'E')
            && digit(at + 1);
        let point = byte == b'.' && digit(at + 1);
        if !(byte.is_ascii_alphanumeric() || byte == b'_' || point || sign_of_power) {
            break;
        }
        at += 1;
    }
    at
}

/// A text between quotes, in which a backslash speaks for the next character.
fn quoted(code: &str, open: &str) -> Option<usize> {
    let inner = code.strip_prefix(open)?;
    let quote = open.chars().next_back()?;
    let mut escaped = false;
    for (at, c) in inner.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(open.len() + at + c.len_utf8()),
            '\n' if quote == '\'' => return None,
            _ => {}
        }
    }
    None
}

/// `r"…"`, `r#"…"#`
fn raw_string(code: &str) -> Option<usize> {
    let inner = code.strip_prefix('r')?;
    let hashes = inner.len() - inner.trim_start_matches('#').len();
    let inner = inner[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let end = inner.find(&close)?;
    Some(1 + hashes + 1 + end + close.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::rewrite::{on_text, read, rewrite};

    fn colored_page(page: &str) -> String {
        rewrite(page, color()).unwrap()
    }

    fn colored(code: &str) -> String {
        let mut out = String::new();
        spans(code, rust, &mut out);
        out
    }

    #[test]
    fn words_are_told_apart() {
        assert_eq!(
            colored("let x: f64 = he(&y, 1e-9) / 2.0; // \"half\""),
            "<span class=\"k\">let</span> x: <span class=\"t\">f64</span> = <span class=\"f\">he</span>(&amp;y, \
             <span class=\"n\">1e-9</span>) / <span class=\"n\">2.0</span>; <span class=\"c\">// &quot;half&quot;</span>"
        );
        assert_eq!(
            colored("r#\"a \"b\"\"# '\\'' 'c' &'a str \"d\\\"e\""),
            "<span class=\"s\">r#&quot;a &quot;b&quot;&quot;#</span> <span class=\"s\">'\\''</span> <span class=\"s\">'c'</span> \
             &amp;'a <span class=\"t\">str</span> <span class=\"s\">&quot;d\\&quot;e&quot;</span>"
        );
        assert_eq!(colored("0..n"), "<span class=\"n\">0</span>..n");
    }

    #[test]
    fn only_colors_are_added() {
        let source = include_str!("code.rs");
        let page = format!(
            "<pre><code class=\"language-rust\">{}</code></pre>",
            escaped(source)
        );
        let mut text = String::new();
        read(
            &colored_page(&page),
            [on_text("code", |node| text += &unescaped(node))],
        )
        .unwrap();
        assert_eq!(text, source);
    }

    #[test]
    fn code_without_a_language_stays_as_it_is() {
        let page = "<code>let</code><code class=\"language-text\">let</code>";
        assert_eq!(colored_page(page), page);
    }
}
