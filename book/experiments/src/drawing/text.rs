//! Text in a figure: `4/*n*` sets the n as mathematics, `10^{−4}` raises the exponent, `u_{ℓ}` lowers the index.

use super::svg::Element;

/// Where the given position is within the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// At the left end.
    Start,
    /// In the middle.
    Middle,
    /// At the right end.
    End,
}

impl Anchor {
    fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// A text element; every line of `marked` is set `line_height` below the one before.
pub fn text(
    class: &str,
    (x, y): (f64, f64),
    anchor: Anchor,
    line_height: f64,
    marked: &str,
) -> Element {
    let element = Element::new("text")
        .with("class", class)
        .at("x", x)
        .at("y", y)
        .with("text-anchor", anchor.name());
    if !marked.contains('\n') {
        return element.children(spans(marked));
    }
    marked
        .lines()
        .enumerate()
        .fold(element, |element, (i, line)| {
            // Not from the line before, which may end in an exponent.
            let down = i as f64 * line_height;
            element.child(
                Element::new("tspan")
                    .at("x", x)
                    .at("y", y + down)
                    .children(spans(line)),
            )
        })
}

/// The marked text without its marks, as a reader would say it.
pub fn plain(marked: &str) -> String {
    marked
        .replace("^{", "^")
        .replace("_{", "_")
        .replace(['*', '}'], "")
        .replace('\n', " ")
}

/// Words of others, in which an asterisk, a caret or a low line is no mark.
pub fn literal(words: &str) -> String {
    words
        .replace('*', "∗")
        .replace('^', "ˆ")
        .replace("_{", "_\u{2060}{")
}

/// About how wide a line of marked text is, in units of the font size.
pub fn width(marked: &str) -> f64 {
    marked
        .lines()
        .map(|line| {
            pieces(line)
                .iter()
                .map(|piece| match piece {
                    Piece::Plain(text) | Piece::Math(text) => advance(text),
                    Piece::Raised(text) | Piece::Lowered(text) => 0.72 * advance(text),
                })
                .sum()
        })
        .fold(0.0, f64::max)
}

fn advance(text: &str) -> f64 {
    text.chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '’' | '|' | '!' => 0.29,
            ' ' | 'f' | 't' | 'r' | '(' | ')' | '/' | '-' => 0.36,
            'm' | 'w' | 'M' | 'W' => 0.88,
            'A'..='Z' | '0'..='9' | '−' | '+' | '=' | '×' | '≈' | '<' | '>' => 0.66,
            _ => 0.57,
        })
        .sum()
}

enum Piece {
    Plain(String),
    Math(String),
    Raised(String),
    Lowered(String),
}

/// What opens a piece, and what closes it.
const MARKS: [(&str, &str); 3] = [("*", "*"), ("^{", "}"), ("_{", "}")];

fn pieces(line: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = line;
    // A low line alone is a letter of a name.
    while let Some(start) = rest
        .find(['*', '^'])
        .into_iter()
        .chain(rest.find("_{"))
        .min()
    {
        let (before, marked) = rest.split_at(start);
        if !before.is_empty() {
            pieces.push(Piece::Plain(before.to_owned()));
        }
        let (open, close) = MARKS
            .into_iter()
            .find(|(open, _)| marked.starts_with(open))
            .unwrap_or_else(|| panic!("`^` without `{{` in the label \"{line}\""));
        let (inner, after) = marked[open.len()..]
            .split_once(close)
            .unwrap_or_else(|| panic!("`{open}` is not closed in the label \"{line}\""));
        let inner = inner.to_owned();
        pieces.push(match open {
            "*" => Piece::Math(inner),
            "^{" => Piece::Raised(inner),
            _ => Piece::Lowered(inner),
        });
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Plain(rest.to_owned()));
    }
    pieces
}

/// Where a piece stands.
#[derive(Debug, Clone, Copy)]
enum Level {
    Line,
    Raised,
    Lowered,
}

impl Level {
    /// The shift from one level to the next, in the type that comes then. It holds for all that follows, so the line has to be found again.
    fn shift(self, next: Self) -> Option<&'static str> {
        match (self, next) {
            (Self::Line, Self::Raised) => Some("-.45em"),
            (Self::Raised, Self::Line) => Some(".32em"),
            (Self::Line, Self::Lowered) => Some(".25em"),
            (Self::Lowered, Self::Line) => Some("-.18em"),
            (Self::Raised, Self::Lowered) => Some(".7em"),
            (Self::Lowered, Self::Raised) => Some("-.7em"),
            _ => None,
        }
    }
}

fn spans(line: &str) -> Vec<Element> {
    let mut level = Level::Line;
    pieces(line)
        .into_iter()
        .map(|piece| {
            let next = match &piece {
                Piece::Plain(_) | Piece::Math(_) => Level::Line,
                Piece::Raised(_) => Level::Raised,
                Piece::Lowered(_) => Level::Lowered,
            };
            let mut span = Element::new("tspan");
            if let Some(shift) = level.shift(next) {
                span = span.with("dy", shift);
            }
            level = next;
            match piece {
                Piece::Plain(text) => span.text(&text),
                Piece::Math(text) => span.with("class", "math").text(&text),
                Piece::Raised(text) | Piece::Lowered(text) => {
                    span.with("font-size", "72%").text(&text)
                }
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_spans_and_the_line_comes_down_again() {
        let element = text("label", (1.0, 2.0), Anchor::End, 15.0, "10^{−4} of *n*");
        assert_eq!(
            element.to_string(),
            "<text class=\"label\" x=\"1\" y=\"2\" text-anchor=\"end\">\
             <tspan>10</tspan><tspan dy=\"-.45em\" font-size=\"72%\">−4</tspan>\
             <tspan dy=\".32em\"> of </tspan><tspan class=\"math\">n</tspan></text>"
        );
        assert_eq!(plain("10^{−4} of *n*"), "10^−4 of n");
    }

    #[test]
    fn an_index_stands_below_the_line_and_an_exponent_behind_it_above() {
        let element = text("label", (1.0, 2.0), Anchor::Start, 15.0, "u_{ℓ}^{2} = a_b");
        assert_eq!(
            element.to_string(),
            "<text class=\"label\" x=\"1\" y=\"2\" text-anchor=\"start\">\
             <tspan>u</tspan><tspan dy=\".25em\" font-size=\"72%\">ℓ</tspan>\
             <tspan dy=\"-.7em\" font-size=\"72%\">2</tspan>\
             <tspan dy=\".32em\"> = a_b</tspan></text>"
        );
        assert_eq!(plain("u_{ℓ}"), "u_ℓ");
        assert!((width("u_{a}") - width("u^{a}")).abs() < 1e-12);
        assert_eq!(plain(&literal("a_{b}")).matches('_').count(), 1);
        assert!(literal("a_b").contains("a_b"));
    }

    #[test]
    fn a_line_stands_where_it_would_whatever_the_one_before_ends_with() {
        let [plain, raised] = ["a\nb", "a^{2}\nb"].map(|marked| {
            let element = text("label", (1.0, 2.0), Anchor::Start, 15.0, marked);
            element.to_string()
        });
        let last = "<tspan x=\"1\" y=\"17\"><tspan>b</tspan></tspan></text>";
        assert!(plain.ends_with(last), "{plain}");
        assert!(raised.ends_with(last), "{raised}");
    }

    #[test]
    #[should_panic(expected = "`*` is not closed in the label \"4/*n\"")]
    fn an_open_mark_is_refused() {
        let _ = text("label", (0.0, 0.0), Anchor::Start, 15.0, "4/*n");
    }

    #[test]
    fn the_widest_line_counts() {
        assert!(width("mm\ni") > width("ii\ni"));
        assert!((width("mm\ni") - width("mm")).abs() < 1e-12);
    }
}
