//! The table of contents of a page: the page's own line is marked, and its sections stand below it.

use super::about::own_name;
use super::rewrite::{Piece, attribute, name, pieces};

/// The page with its place in the contents.
pub(super) fn mark(page: &str, html: &str, chapters: &[String]) -> String {
    let own = own_name(page, chapters);
    let link = format!("<a href=\"{own}\">");
    let Some(nav) = html.find("<nav id=\"contents\"") else {
        return html.to_owned();
    };
    let Some(at) = html[nav..].find(&link).map(|at| nav + at) else {
        return html.to_owned();
    };
    let Some(end) = html[at..]
        .find("</span>")
        .map(|end| at + end + "</span>".len())
    else {
        return html.to_owned();
    };
    let entry = html[at..end].replacen(
        &link,
        &format!("<a href=\"{own}\" aria-current=\"page\">"),
        1,
    );
    format!("{}{entry}{}{}", &html[..at], sections(html), &html[end..])
}

/// The links to the sections of a page, if it has several.
fn sections(html: &str) -> String {
    let mut items = Vec::new();
    // The section whose heading is being read, and its words.
    let mut open: Option<(&str, String)> = None;
    for piece in pieces(html) {
        match (piece, &mut open) {
            (Piece::Tag(tag), None) if name(tag) == "h2" => {
                open = attribute(tag, "id").map(|id| (id, String::new()));
            }
            (Piece::Tag(tag), Some((id, words))) => match name(tag) {
                "/h2" => {
                    items.push(format!("<li><a href=\"#{id}\">{words}</a></li>"));
                    open = None;
                }
                "a" | "/a" => {}
                _ => words.push_str(tag),
            },
            (Piece::Text(text), Some((_, words))) => words.push_str(text),
            _ => {}
        }
    }
    if items.len() > 1 {
        format!("<ol class=\"sections\">{}</ol>", items.concat())
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<nav id=\"contents\"><li><span><a href=\"he.html\">He</a></span></li><li><span><a href=\"xavier.html\">Xavier</a></span></li></nav>\
        <main><h1><a href=\"#he\">He</a></h1><h2 id=\"a\"><a class=\"header\" href=\"#a\">The <em>a</em></a></h2><h2 id=\"b\">B</h2></main>";

    #[test]
    fn the_line_of_a_page_is_marked_and_its_sections_follow() {
        let chapters = ["he.html".to_owned(), "xavier.html".to_owned()];
        for page in ["he.html", "index.html"] {
            let marked = mark(page, PAGE, &chapters);
            assert!(
                marked.contains(
                    "<span><a href=\"he.html\" aria-current=\"page\">He</a></span><ol class=\"sections\">\
                     <li><a href=\"#a\">The <em>a</em></a></li><li><a href=\"#b\">B</a></li></ol></li>"
                ),
                "{marked}"
            );
            assert_eq!(marked.matches("aria-current").count(), 1);
        }
        assert_eq!(mark("404.html", PAGE, &chapters), PAGE);
    }
}
