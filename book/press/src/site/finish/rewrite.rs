//! A page as tags and what stands between them, so that one can be changed and the rest stays to the letter.

/// A piece of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// `<…>`, whole.
    Tag(&'a str),
    /// What stands between two tags, as it is written.
    Text(&'a str),
}

/// The pieces of a page. What a script, a style sheet or a comment says is text.
pub(super) fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = html;
    // The name of the element whose content is no HTML.
    let mut raw: Option<&str> = None;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, length) = if let Some(name) = raw.take() {
            let length = rest.find(&format!("</{name}")).unwrap_or(rest.len());
            (Piece::Text(&rest[..length]), length)
        } else if rest.starts_with("<!--") {
            let length = rest.find("-->").map_or(rest.len(), |end| end + 3);
            (Piece::Text(&rest[..length]), length)
        } else if rest.starts_with('<') {
            let length = tag_length(rest);
            let tag = &rest[..length];
            raw = ["script", "style"]
                .into_iter()
                .find(|raw| name(tag) == *raw);
            (Piece::Tag(tag), length)
        } else {
            let length = rest.find('<').unwrap_or(rest.len());
            (Piece::Text(&rest[..length]), length)
        };
        rest = &rest[length..];
        Some(piece)
    })
}

/// The page with some of its tags replaced.
pub(super) fn tags(html: &str, mut replace: impl FnMut(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(html.len());
    for piece in pieces(html) {
        match piece {
            Piece::Tag(tag) => match replace(tag) {
                Some(other) => out.push_str(&other),
                None => out.push_str(tag),
            },
            Piece::Text(text) => out.push_str(text),
        }
    }
    out
}

/// The name of a tag: `a` for `<a href="…">`, `/a` for `</a>`.
pub(super) fn name(tag: &str) -> &str {
    let inner = tag.trim_start_matches('<');
    let end = inner[1.min(inner.len())..]
        .find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
        .map_or(inner.len(), |end| end + 1);
    &inner[..end]
}

/// The value of an attribute, as it is written.
pub(super) fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

/// Where a tag ends: after the first `>` that is in no attribute.
fn tag_length(html: &str) -> usize {
    let mut quoted = false;
    for (at, c) in html.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return at + 1,
            _ => {}
        }
    }
    html.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_the_sum_of_its_pieces() {
        let html = "<!DOCTYPE html><p title=\"a > b\">x &lt; y</p><script>if (1 < 2) '<p>';</script><!-- <p> --><br/>";
        let joined: String = pieces(html)
            .map(|piece| match piece {
                Piece::Tag(text) | Piece::Text(text) => text,
            })
            .collect();
        assert_eq!(joined, html);
        let tags: Vec<&str> = pieces(html)
            .filter_map(|piece| match piece {
                Piece::Tag(tag) => Some(name(tag)),
                Piece::Text(_) => None,
            })
            .collect();
        assert_eq!(tags, ["!DOCTYPE", "p", "/p", "script", "/script", "br"]);
    }

    #[test]
    fn an_attribute_is_read_by_its_whole_name() {
        let tag = "<a data-href=\"no\" href=\"yes\">";
        assert_eq!(attribute(tag, "href"), Some("yes"));
        assert_eq!(attribute(tag, "class"), None);
    }
}
