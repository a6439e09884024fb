//! Text in a figure: `4/*n*` sets the n as mathematics, `10^{−4}` raises the exponent.

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
            let down = if i == 0 { 0.0 } else { line_height };
            element.child(
                Element::new("tspan")
                    .at("x", x)
                    .at("dy", down)
                    .children(spans(line)),
            )
        })
}

/// The marked text without its marks, as a reader would say it.
pub fn plain(marked: &str) -> String {
    marked
        .replace("^{", "^")
        .replace(['*', '}'], "")
        .replace('\n', " ")
}

/// Words of others, in which an asterisk or a caret is no mark.
pub fn literal(words: &str) -> String {
    words.replace('*', "∗").replace('^', "ˆ")
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
                    Piece::Raised(text) => 0.72 * advance(text),
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
}

fn pieces(line: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find(['*', '^']) {
        let (before, marked) = rest.split_at(start);
        if !before.is_empty() {
            pieces.push(Piece::Plain(before.to_owned()));
        }
        let (open, close) = if marked.starts_with('*') {
            ("*", "*")
        } else {
            ("^{", "}")
        };
        let inner = marked
            .strip_prefix(open)
            .unwrap_or_else(|| panic!("`^` without `{{` in the label \"{line}\""));
        let (inner, after) = inner
            .split_once(close)
            .unwrap_or_else(|| panic!("`{open}` is not closed in the label \"{line}\""));
        pieces.push(if open == "*" {
            Piece::Math(inner.to_owned())
        } else {
            Piece::Raised(inner.to_owned())
        });
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Plain(rest.to_owned()));
    }
    pieces
}

fn spans(line: &str) -> Vec<Element> {
    let mut raised = false;
    pieces(line)
        .into_iter()
        .map(|piece| {
            let span = Element::new("tspan");
            // A shift holds for all that follows, so the next piece has to come down again.
            let down = std::mem::take(&mut raised);
            let span = if down { span.with("dy", ".32em") } else { span };
            match piece {
                Piece::Plain(text) => span.text(&text),
                Piece::Math(text) => span.with("class", "math").text(&text),
                Piece::Raised(text) => {
                    raised = true;
                    span.with("dy", "-.45em")
                        .with("font-size", "72%")
                        .text(&text)
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
