//! A formula in a line, as one writes it by hand: `σ²‖δ^ℓ‖²`, `√(2/n)`.

/// An element of MathML.
#[derive(Debug, Default)]
struct Node {
    name: String,
    text: String,
    children: Vec<Node>,
}

/// A formula that is being read: its open elements, the outermost first.
#[derive(Debug, Default)]
pub(super) struct Formula(Vec<Node>);

impl Formula {
    pub(super) fn open(&mut self, name: String) {
        self.0.push(Node {
            name,
            ..Node::default()
        });
    }

    pub(super) fn text(&mut self, text: &str) {
        if let Some(node) = self.0.last_mut() {
            node.text.push_str(text.trim());
        }
    }

    /// Closes the last element. If it was the outermost, the formula is complete: in a line.
    pub(super) fn close(&mut self) -> Option<String> {
        let node = self.0.pop()?;
        if let Some(parent) = self.0.last_mut() {
            parent.children.push(node);
            return None;
        }
        Some(ledger::one_line(&row(&[node])))
    }
}

/// Signs with a space on both sides, where something stands before them.
const SPACED: &str = "=≠<>≤≥≈∼≃∝≪≫→↦∈≔⇒⇔±+−-|";

/// Signs that no one sees.
const INVISIBLE: [char; 4] = ['\u{2061}', '\u{2062}', '\u{2063}', '\u{2064}'];

fn row(nodes: &[Node]) -> String {
    let mut out = String::new();
    for node in nodes {
        let text = text(node);
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
                let words = out.ends_with(char::is_alphabetic) && text.chars().count() > 2;
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

fn text(node: &Node) -> String {
    let child = |i: usize| node.children.get(i).map_or_else(String::new, text);
    match node.name.as_str() {
        "mi" | "mn" | "mo" | "ms" | "mtext" => node.text.replace(INVISIBLE, ""),
        "mspace" => " ".to_owned(),
        "annotation" => String::new(),
        "mfrac" => format!("{}/{}", grouped(&child(0)), grouped(&child(1))),
        "msqrt" => format!("√{}", grouped(&row(&node.children))),
        "mroot" => format!("{}√{}", raised(&child(1)), grouped(&child(0))),
        "msup" => based(&child(0), &node.children) + &raised(&child(1)),
        "msub" => based(&child(0), &node.children) + &lowered(&child(1)),
        "msubsup" | "munderover" => {
            based(&child(0), &node.children) + &lowered(&child(1)) + &raised(&child(2))
        }
        "munder" => child(0) + &lowered(&child(1)),
        "mover" => match child(1).trim() {
            "^" | "ˆ" => child(0) + "\u{302}",
            "~" | "˜" => child(0) + "\u{303}",
            "¯" | "‾" | "―" | "_" => child(0) + "\u{304}",
            "˙" => child(0) + "\u{307}",
            above => child(0) + &raised(above),
        },
        "mtr" => node.children.iter().map(text).collect::<Vec<_>>().join(" "),
        "mtable" => node
            .children
            .iter()
            .map(text)
            .collect::<Vec<_>>()
            .join("; "),
        _ => row(&node.children),
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

fn raised(text: &str) -> String {
    if text.chars().all(|c| "′″*∗†".contains(c)) {
        return text.to_owned();
    }
    shifted(text, RAISED, '^')
}

fn lowered(text: &str) -> String {
    shifted(text, LOWERED, '_')
}

/// In small signs if there are such for all of it, else after a mark. A word keeps its letters, so that it can be found.
fn shifted(text: &str, (from, to): (&str, &str), mark: char) -> String {
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
    match all {
        Some(small) if !is_word => small,
        _ if text.chars().all(char::is_alphanumeric) => format!("{mark}{text}"),
        _ => format!("{mark}({text})"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::reader::tests::read;
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
}
