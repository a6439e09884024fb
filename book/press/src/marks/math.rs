//! `$…$` and `$$…$$`: formulas, as MathML.

use std::sync::LazyLock;

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

use crate::html::{escaped, inert};
use ledger::one_line;

/// The book's own commands, with the symbols of its notation page.
const MACROS: [(&str, &str); 5] = [
    ("E", r"\mathbb{E}"),
    ("P", r"\mathbb{P}"),
    ("R", r"\mathbb{R}"),
    ("Var", r"\operatorname{Var}"),
    ("Cov", r"\operatorname{Cov}"),
];

static CONVERTER: LazyLock<LatexToMathML> = LazyLock::new(|| {
    let macros = MACROS.map(|(name, body)| (name.to_owned(), body.to_owned()));
    let config = MathCoreConfig {
        macros: macros.to_vec(),
        ..MathCoreConfig::default()
    };
    LatexToMathML::new(config).expect("the macros are TeX")
});

/// A formula that is no TeX: where, and why.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TexError {
    /// The offset in the formula.
    pub(crate) offset: usize,
    pub(crate) message: String,
}

/// A formula within a line.
pub(crate) fn inline(tex: &str) -> Result<String, TexError> {
    convert(tex, MathDisplay::Inline)
}

/// A formula on a line of its own, with its number if it has an anchor.
///
/// A span, so that it stands in a paragraph, a list item or a table cell alike.
pub(crate) fn display(tex: &str, numbered: Option<(&str, &str)>) -> Result<String, TexError> {
    let statements = statements(tex);
    let math = match statements.iter().map(Vec::len).sum() {
        0 | 1 => convert(tex, MathDisplay::Block)?,
        _ => in_pieces(tex, &statements)?,
    };
    Ok(match numbered {
        None => format!(r#"<span class="equation">{math}</span>"#),
        Some((id, number)) => {
            let id = escaped(id);
            format!(
                r##"<span class="equation" id="{id}">{math}<a class="equation-number" href="#{id}">({number})</a></span>"##
            )
        }
    })
}

/// Letters of TeX that fill a line of a phone.
const LONG: usize = 40;

/// Relations and operations before which a formula may be broken, outside of all brackets.
const JOINTS: [&str; 11] = [
    "=", "<", ">", "+", "-", r"\le", r"\ge", r"\approx", r"\sim", r"\cdot", r"\times",
];

/// A long formula on a line of its own: the statements in it, each cut where a page that is too narrow for it may go on in the next line.
fn statements(tex: &str) -> Vec<Vec<&str>> {
    let mut statements = vec![Vec::new()];
    if tex.trim().len() < LONG {
        return Vec::new();
    }
    let (mut start, mut at, mut depth) = (0, 0, 0_i32);
    let mut in_bars = false;
    // Whether what came last is something that an operation can join: a minus at the beginning, or after a relation, is a sign.
    let mut has_left = false;
    while let Some(c) = tex[at..].chars().next() {
        let is_command = c == '\\';
        let rest = &tex[at + c.len_utf8()..];
        let length = if is_command {
            let name = rest.find(|c: char| !c.is_ascii_alphabetic());
            let name = name.unwrap_or(rest.len());
            c.len_utf8()
                + if name == 0 {
                    rest.chars().next().map_or(0, char::len_utf8)
                } else {
                    name
                }
        } else {
            c.len_utf8()
        };
        let token = &tex[at..at + length];
        let last = statements.len() - 1;
        match token {
            // Its rows are aligned to one another.
            r"\begin" => return Vec::new(),
            "{" | "(" | "[" | r"\left" | r"\{" | r"\bigl" | r"\Bigl" | r"\lVert" | r"\lfloor" => {
                depth += 1;
            }
            "}" | ")" | "]" | r"\right" | r"\}" | r"\bigr" | r"\Bigr" | r"\rVert" | r"\rfloor" => {
                depth -= 1;
            }
            "|" | r"\|" if depth == 0 => in_bars = !in_bars,
            r"\quad" | r"\qquad" if depth == 0 => {
                statements[last].push(&tex[start..at]);
                statements.push(Vec::new());
                start = at + length;
                has_left = false;
                at = start;
                continue;
            }
            // `z_+` is a name.
            _ if depth == 0
                && !in_bars
                && !tex[..at].ends_with(['_', '^'])
                && JOINTS.contains(&token) =>
            {
                if has_left {
                    statements[last].push(&tex[start..at]);
                    start = at;
                }
                has_left = false;
                at += length;
                continue;
            }
            _ => {}
        }
        has_left |= !token.trim().is_empty();
        at += length;
    }
    // A bracket that stays open would be torn from what is in it.
    if depth != 0 || in_bars || !has_left {
        return Vec::new();
    }
    if let Some(statement) = statements.last_mut() {
        statement.push(&tex[start..]);
    }
    statements
}

/// Formulas side by side that read as one, with its gaps before relations and operations.
fn in_pieces(tex: &str, statements: &[Vec<&str>]) -> Result<String, TexError> {
    let mut math = String::from("<span class=\"pieces\">");
    for statement in statements {
        math += "<span>";
        for (i, piece) in statement.iter().enumerate() {
            let joined = format!("{{}}{piece}");
            let piece = if i == 0 { piece } else { joined.as_str() };
            let Ok(piece) = convert(piece, MathDisplay::Block) else {
                // What cannot be cut is named as it was written, or printed in one piece.
                return convert(tex, MathDisplay::Block);
            };
            math += &piece.replacen("display=\"block\"", "displaystyle=\"true\"", 1);
        }
        math += "</span> ";
    }
    Ok(math.trim_end().to_owned() + "</span>")
}

fn convert(tex: &str, display: MathDisplay) -> Result<String, TexError> {
    match CONVERTER.convert_with_local_state(tex, display) {
        Ok(result) => Ok(inert(&result.mathml)),
        Err(error) => Err(TexError {
            offset: error.0.start.min(tex.trim_end().len()),
            message: format!("`{}` is not TeX: {}", one_line(tex), error.error_message()),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_mathml_that_markdown_leaves_alone() {
        let mathml = inline(r"\E[w_{ij}^2] * |x|").unwrap();
        assert!(
            mathml.starts_with("<math>") && mathml.ends_with("</math>"),
            "{mathml}"
        );
        assert!(mathml.contains('𝔼'), "{mathml}");
        let text: String = mathml
            .split('<')
            .filter_map(|part| part.split_once('>'))
            .map(|(_, text)| text)
            .collect();
        assert!(!text.contains(['*', '[', '|', '_']), "{text}");
    }

    #[test]
    fn the_commands_of_the_notation_are_known() {
        for (name, _) in MACROS {
            inline(&format!(r"\{name} x")).unwrap();
        }
    }

    #[test]
    fn a_number_stands_after_its_formula() {
        let html = display("x", Some(("eq-half", "3.2"))).unwrap();
        assert!(
            html.starts_with(r#"<span class="equation" id="eq-half"><math display="block">"#),
            "{html}"
        );
        assert!(html.contains(r##"href="#eq-half">(3.2)</a>"##), "{html}");
    }

    #[test]
    fn a_long_formula_may_be_broken_outside_of_its_brackets() {
        assert_eq!(
            statements(
                r"\E[(a + b)_+^2] = \frac{1 + x}{2} + \left(c - d\right) \le -\sum_{i=1}^n w_i, \qquad -x = |a - b|"
            ),
            [
                vec![
                    r"\E[(a + b)_+^2] ",
                    r"= \frac{1 + x}{2} ",
                    r"+ \left(c - d\right) ",
                    r"\le -\sum_{i=1}^n w_i, ",
                ],
                vec![" -x ", "= |a - b|"]
            ]
        );
        // Short, aligned, or with a bracket that stays open.
        for whole in [
            "a = b",
            r"\begin{aligned} a &= b + c + d + e + f + g + h \\ \end{aligned}",
            r"x \in \{0, 1, \quad y = 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8",
        ] {
            assert_eq!(statements(whole), Vec::<Vec<&str>>::new());
        }
        let html = display(r"\E[x^2] = 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9", None).unwrap();
        assert!(
            html.contains(r#"<span class="pieces"><span><math displaystyle="true">"#),
            "{html}"
        );
        assert_eq!(html.matches("<math").count(), 10, "{html}");
    }

    #[test]
    fn what_is_no_tex_is_named_with_its_place() {
        let error = inline(r"a + \frac{1").unwrap_err();
        assert!(
            error.message.starts_with(r"`a + \frac{1` is not TeX: "),
            "{error:?}"
        );
        let error = inline(r"a\nosuch").unwrap_err();
        assert_eq!(error.offset, 1);
    }
}
