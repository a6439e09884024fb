//! A claim as text of a drawing: plain words, its formulas in a line with indices below it and exponents above.

use anyhow::{Result, anyhow};
use experiments::drawing::text::literal;
use pulldown_cmark::Event;

use crate::html::{escaped, unescaped};
use crate::marks::math;
use crate::passage::parser;
use crate::site::words_of;

/// The words of Markdown, as text of a drawing.
pub(super) fn in_words(markdown: &str) -> Result<String> {
    let mut html = String::new();
    for event in parser(markdown) {
        match event {
            Event::Text(text) | Event::Code(text) => {
                html += &escaped(&literal(&text.replace('\'', "’")));
            }
            Event::InlineMath(tex) => {
                html +=
                    &math::inline(&tex).map_err(|error| anyhow!("`{tex}`: {}", error.message))?;
            }
            Event::SoftBreak | Event::HardBreak => html.push(' '),
            _ => {}
        }
    }
    words_of(&html)
}

/// A line of HTML as text of a drawing: what is raised or lowered there is so here, other tags are left out.
pub(super) fn marked(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, from)) = rest.split_once('<') {
        out += &literal(&unescaped(before));
        let (tag, behind) = from.split_once('>').unwrap_or((from, ""));
        out += match tag {
            "sup" => "^{",
            "sub" => "_{",
            "/sup" | "/sub" => "}",
            _ => "",
        };
        rest = behind;
    }
    out + &literal(&unescaped(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_said_without_marks_and_with_its_formulas_in_a_line() {
        let sentence = "The `he` weights' *variance* is\n*$2/n$*, and $\\sigma^2 < 1$.";
        assert_eq!(
            in_words(sentence).unwrap(),
            "The he weights’ variance is 2/n, and σ² < 1."
        );
        assert!(in_words("$\\frac$").is_err());
    }

    #[test]
    fn an_index_of_a_formula_is_lowered_and_a_low_line_in_a_name_is_not() {
        let sentence =
            "`relu_leaky` and *$h_\\ell \\cdot u_\\ell = f$* with $2/n_\\text{in}$ of 2^3 * 4.";
        assert_eq!(
            in_words(sentence).unwrap(),
            "relu_leaky and h_{ℓ}⋅u_{ℓ} = f with 2/n_{in} of 2ˆ3 ∗ 4."
        );
    }

    #[test]
    fn what_is_raised_on_the_page_is_raised_in_a_drawing() {
        assert_eq!(
            marked("off by <strong>2 × 10<sup>−9</sup></strong>, &lt; 1*, x<sub>i</sub>"),
            "off by 2 × 10^{−9}, < 1∗, x_{i}"
        );
    }
}
