//! A formula in a line, as one writes it by hand: `σ²‖δ^ℓ‖²`, `√(2/n)`; or as text of a drawing, `σ²‖δ^{ℓ}‖²`.

use experiments::drawing::text::literal;

/// What a formula is written for: it decides how an index looks for which there are no small letters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Writing {
    /// To be searched: `n_in`, `n_(ℓ − 1)`.
    #[default]
    Searched,
    /// To be drawn, with the marks of the drawings: `n_{in}`, `n_{ℓ−1}`.
    Drawn,
}

/// An element of MathML.
#[derive(Debug, Default)]
struct Node {
    name: String,
    text: String,
    children: Vec<Node>,
}

/// A formula that is being read.
#[derive(Debug, Default)]
pub(super) struct Formula {
    writing: Writing,
    /// The open elements, the outermost first.
    open: Vec<Node>,
}

impl Formula {
    pub(super) fn new(writing: Writing) -> Self {
        Self {
            writing,
            open: Vec::new(),
        }
    }

    pub(super) fn open(&mut self, name: String) {
        self.open.push(Node {
            name,
            ..Node::default()
        });
    }

    pub(super) fn text(&mut self, text: &str) {
        if let Some(node) = self.open.last_mut() {
            node.text.push_str(text.trim());
        }
    }

    /// Closes the last element. If it was the outermost, the formula is complete: in a line.
    pub(super) fn close(&mut self) -> Option<String> {
        let node = self.open.pop()?;
        if let Some(parent) = self.open.last_mut() {
            parent.children.push(node);
            return None;
        }
        Some(ledger::one_line(&self.writing.row(&[node])))
    }
}

/// Signs with a space on both sides, where something stands before them.
const SPACED: &str = "=≠<>≤≥≈∼≃∝≪≫→↦∈≔⇒⇔±+−-|";

/// Signs that no one sees.
const INVISIBLE: [char; 4] = ['\u{2061}', '\u{2062}', '\u{2063}', '\u{2064}'];

impl Writing {
    fn row(self, nodes: &[Node]) -> String {
        let mut out = String::new();
        for node in nodes {
            let text = self.text(node);
            let sign = (node.name == "mo").then_some(text.as_str());
            let starts_a_term = out.is_empty() || out.ends_with(['(', '[', '{', ' ', '|', '‖']);
            match sign {
                Some(",") => out.push_str(", "),
                // A bar that is no relation is a bracket.
                Some("|") => out.push('|'),
                Some(sign) if SPACED.contains(sign) && !starts_a_term => {
                    out.extend([" ", sign, " "]);
                }
                _ => {
                    let after_a_name = out.ends_with(|c: char| c.is_alphabetic() || c == '}');
                    let words = after_a_name && text.chars().count() > 2;
                    let letters = text.chars().take(2).all(char::is_alphabetic);
                    if words && letters {
                        out.push(' ');
                    }
                    out.push_str(&text);
                }
            }
        }
        out
    }

    fn text(self, node: &Node) -> String {
        let child = |i: usize| {
            node.children
                .get(i)
                .map_or_else(String::new, |node| self.text(node))
        };
        match node.name.as_str() {
            "mi" | "mn" | "mo" | "ms" | "mtext" => self.sign(&node.text.replace(INVISIBLE, "")),
            "mspace" => " ".to_owned(),
            "annotation" => String::new(),
            "mfrac" => format!("{}/{}", grouped(&child(0)), grouped(&child(1))),
            "msqrt" => format!("√{}", grouped(&self.row(&node.children))),
            "mroot" => format!("{}√{}", self.raised(&child(1)), grouped(&child(0))),
            "msup" => based(&child(0), &node.children) + &self.raised(&child(1)),
            "msub" => based(&child(0), &node.children) + &self.lowered(&child(1)),
            "msubsup" | "munderover" => {
                based(&child(0), &node.children)
                    + &self.lowered(&child(1))
                    + &self.raised(&child(2))
            }
            "munder" => child(0) + &self.lowered(&child(1)),
            "mover" => match child(1).trim() {
                "^" | "ˆ" => child(0) + "\u{302}",
                "~" | "˜" => child(0) + "\u{303}",
                "¯" | "‾" | "―" | "_" => child(0) + "\u{304}",
                "˙" => child(0) + "\u{307}",
                above => child(0) + &self.raised(above),
            },
            "mtr" => self.each(node).join(" "),
            "mtable" => self.each(node).join("; "),
            _ => self.row(&node.children),
        }
    }

    /// Each part of an element.
    fn each(self, node: &Node) -> Vec<String> {
        node.children.iter().map(|child| self.text(child)).collect()
    }

    /// A letter or a sign: in a drawing, none of them is a mark.
    fn sign(self, text: &str) -> String {
        match self {
            Self::Searched => text.to_owned(),
            Self::Drawn => literal(text),
        }
    }

    fn raised(self, text: &str) -> String {
        if text.chars().all(|c| "′″*∗†".contains(c)) {
            return text.to_owned();
        }
        self.shifted(text, RAISED, '^')
    }

    fn lowered(self, text: &str) -> String {
        self.shifted(text, LOWERED, '_')
    }

    /// In small signs if there are such for all of it, else after a mark. A word keeps its letters, so that it can be found.
    fn shifted(self, text: &str, (from, to): (&str, &str), mark: char) -> String {
        let text = text.trim();
        if text.is_empty() {
            return String::new();
        }
        let small = |c: char| {
            let at = from.chars().position(|other| other == c)?;
            to.chars().nth(at)
        };
        let compact: String = text.chars().filter(|c| *c != ' ').collect();
        let is_word = compact.chars().count() > 1 && compact.chars().all(char::is_alphabetic);
        let all: Option<String> = compact.chars().map(small).collect();
        match (all, self) {
            (Some(small), _) if !is_word => small,
            // Marks do not stand within marks, and without spaces no line ends in one.
            (_, Self::Drawn) if !text.contains(['{', '}']) => format!("{mark}{{{compact}}}"),
            _ if text.chars().all(char::is_alphanumeric) => self.sign(&format!("{mark}{text}")),
            _ => self.sign(&mark.to_string()) + &format!("({text})"),
        }
    }
}

/// The base of an index: a sum or a fraction in brackets.
fn based(base: &str, children: &[Node]) -> String {
    match children.first().map(|node| node.name.as_str()) {
        Some("mi" | "mn" | "mo" | "mtext") => base.to_owned(),
        _ if base.ends_with([')', ']', '}', '|', '‖', '⟩']) => base.to_owned(),
        _ => grouped(base),
    }
}

/// In brackets, if it is more than one name or number.
fn grouped(text: &str) -> String {
    let is_one = text.chars().all(|c| {
        c.is_alphanumeric() || c == '.' || !c.is_ascii() && !SPACED.contains(c) && c != '·'
    });
    if is_one || text.starts_with('(') && text.ends_with(')') {
        text.to_owned()
    } else {
        format!("({text})")
    }
}

const RAISED: (&str, &str) = (
    "0123456789+−-()abcdefghijklmnoprstuvwxyzTL⊤",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀᴸᵀ",
);

const LOWERED: (&str, &str) = (
    "0123456789+−-()aehijklmnoprstuvx",
    "₀₁₂₃₄₅₆₇₈₉₊₋₋₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ",
);

#[cfg(test)]
mod tests {
    use super::super::reader::tests::read;
    use super::super::words_of;
    use crate::marks::math::inline;

    #[test]
    fn formulas_read_as_one_writes_them() {
        for (tex, expected) in [
            (r"\sigma^2\|\delta^\ell\|^2", "σ²‖δ^ℓ‖²"),
            (r"2/n", "2/n"),
            (r"\frac{2}{n}", "2/n"),
            (r"\sqrt{\frac{2}{n}}", "√(2/n)"),
            (r"\frac{a+b}{2}", "(a + b)/2"),
            (r"x_{ij}^{n-1}", "x_ijⁿ⁻¹"),
            (r"-x = y", "−x = y"),
            (r"\Var(w) = 2/n", "Var(w) = 2/n"),
            (r"\E[z^2_{\text{out}}]", "𝔼[z_out²]"),
            (r"n_{\ell-1}", "n_(ℓ − 1)"),
            (r"\sum_{i=1}^n x_i", "∑_(i = 1)ⁿxᵢ"),
            (r"10^{-9}", "10⁻⁹"),
            (r"(1-p)^n", "(1 − p)ⁿ"),
        ] {
            let mathml = inline(tex).unwrap();
            let entries = read(&format!("<p>{mathml}</p>"));
            assert_eq!(entries[0].text, expected, "{tex}: {mathml}");
        }
    }

    #[test]
    fn in_a_drawing_an_index_is_lowered_and_an_exponent_raised() {
        for (tex, expected) in [
            (r"\sigma^2\|\delta^\ell\|^2", "σ²‖δ^{ℓ}‖²"),
            (r"\|h_L\|^2", "‖h_{L}‖²"),
            (r"a_\ell^2", "a_{ℓ}²"),
            (r"2/n_\text{in}", "2/n_{in}"),
            (r"z_i", "zᵢ"),
            (r"n_{\ell-1} b", "n_{ℓ−1}b"),
            (r"\prod_\ell a_\ell\,\mathrm{relu}(x)", "∏_{ℓ}a_{ℓ} relu(x)"),
            // A mark within a mark.
            (r"x_{n_\text{in}}", "x_(n_{in})"),
            (r"x^{n_\text{in}}", "xˆ(n_{in})"),
            (r"a * b", "a∗b"),
        ] {
            let mathml = inline(tex).unwrap();
            assert_eq!(words_of(&mathml).unwrap(), expected, "{tex}: {mathml}");
        }
    }
}
