//! A header of a table without a word in it is no header: it is the corner above names of rows.

use super::rewrite::{Piece, name, pieces};

/// The page with such corners as plain cells.
pub(super) fn mend(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut pieces = pieces(page).peekable();
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Tag(tag)
                if name(tag) == "th"
                    && matches!(pieces.peek(), Some(Piece::Tag(next)) if name(next) == "/th") =>
            {
                pieces.next();
                out.push_str("<td></td>");
            }
            Piece::Tag(text) | Piece::Text(text) => out.push_str(text),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_header_becomes_a_cell() {
        let page = "<tr><th class=\"a\"></th><th>n</th></tr>";
        assert_eq!(mend(page), "<tr><td></td><th>n</th></tr>");
    }
}
