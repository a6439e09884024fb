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
    let math = convert(tex, MathDisplay::Block)?;
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
