//! `{{#contents}}`: the chapters by the parts of the book, each with a line about it. Titles and parts are those of SUMMARY.md, and the
//! line is the first sentence of the chapter's lede.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::address::link;
use crate::chapter::Chapter;
use crate::html::escaped;

/// A chapter, as the contents have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    page: PathBuf,
    part: String,
    number: Option<String>,
    title: String,
    about: String,
}

impl Line {
    pub(crate) fn of(chapter: &Chapter) -> Self {
        Self {
            page: chapter.path.with_extension("html"),
            part: chapter.part.clone(),
            number: chapter.number.clone(),
            title: chapter.title.clone(),
            about: first_sentence(lede(&chapter.text)).to_owned(),
        }
    }
}

/// What a chapter says of itself below its title, as HTML.
fn lede(text: &str) -> &str {
    let lede = text.split_once("<p class=\"lede\">");
    let lede = lede.and_then(|(_, rest)| rest.split_once("</p>"));
    lede.map_or("", |(lede, _)| lede.trim())
}

fn first_sentence(text: &str) -> &str {
    let mut ends = text.match_indices(['.', '?', '!']).map(|(at, _)| at + 1);
    let end = ends.find(|end| text[*end..].starts_with(' '));
    &text[..end.unwrap_or(text.len())]
}

/// The contents, for the page at `from`, which does not list itself.
pub(crate) fn print(from: &Path, lines: &[Line]) -> String {
    let mut out = String::from("<nav class=\"book-contents\" aria-label=\"Chapters\">\n");
    let others: Vec<&Line> = lines
        .iter()
        .filter(|line| line.page != from.with_extension("html"))
        .collect();
    for part in others.chunk_by(|one, next| one.part == next.part) {
        if !part[0].part.is_empty() {
            let _ = writeln!(out, "<p class=\"part\">{}</p>", escaped(&part[0].part));
        }
        out.push_str("<ol>\n");
        for line in part {
            let number = line.number.as_ref().map_or(String::new(), |number| {
                format!("<span class=\"chapter-number\">{number}</span> ")
            });
            let _ = writeln!(
                out,
                "<li>{number}<a href=\"{}\">{}</a> {}</li>",
                link(from, &line.page),
                escaped(&line.title),
                line.about
            );
        }
        out.push_str("</ol>\n");
    }
    out + "</nav>"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(page: &str, part: &str, number: Option<&str>) -> Line {
        Line {
            page: page.into(),
            part: part.to_owned(),
            number: number.map(str::to_owned),
            title: "He: two & more".to_owned(),
            about: "Half is lost.".to_owned(),
        }
    }

    #[test]
    fn the_chapters_stand_by_their_parts_without_the_page_itself() {
        let lines = [
            line("start.html", "", None),
            line("a.html", "Part I", Some("1")),
            line("b.html", "Part I", Some("2")),
            line("end.html", "", None),
        ];
        let contents = print(Path::new("start.md"), &lines);
        assert_eq!(contents.matches("<ol>").count(), 2, "{contents}");
        assert!(
            contents.contains(
                "<p class=\"part\">Part I</p>\n<ol>\n<li><span class=\"chapter-number\">1</span> <a href=\"a.html\">He: two &amp; more</a> Half is lost.</li>\n<li><span class=\"chapter-number\">2"
            ),
            "{contents}"
        );
        assert!(!contents.contains("start.html"), "{contents}");
    }

    #[test]
    fn the_line_is_the_first_sentence_of_the_lede() {
        let text = "# He\n\n<p class=\"lede\">Is 1.5 enough? It is not.</p>\n\nText.";
        assert_eq!(first_sentence(lede(text)), "Is 1.5 enough?");
        assert_eq!(first_sentence(lede("# He\n")), "");
        assert_eq!(first_sentence("One only."), "One only.");
    }
}
