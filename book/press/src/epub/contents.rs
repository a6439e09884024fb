//! The contents of the edition, by parts, chapters and sections: a page, and what a device shows at its side.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::xhtml::Page;
use super::{Chapter, Edition, STYLE, page, xhtml_name};
use crate::html::escaped;

pub(super) fn print(edition: &Edition, pages: &BTreeMap<&str, Page>) -> String {
    let mut list = String::new();
    for part in edition.chapters.chunk_by(|a, b| a.part == b.part) {
        let chapters: String = part
            .iter()
            .map(|one| chapter(one, &pages[one.page.as_str()]))
            .collect();
        let _ = match part[0].part.as_str() {
            "" => write!(list, "{chapters}"),
            name => writeln!(
                list,
                "<li><span>{}</span>\n<ol>\n{chapters}</ol></li>",
                escaped(name)
            ),
        };
    }
    let first = edition
        .chapters
        .first()
        .map(|chapter| xhtml_name(&chapter.page));
    let begin = first.map_or(String::new(), |first| {
        format!("\n<nav epub:type=\"landmarks\" hidden=\"\">\n<h2>Landmarks</h2>\n<ol>\n<li><a epub:type=\"toc\" href=\"#contents\">Contents</a></li>\n<li><a epub:type=\"bodymatter\" href=\"{first}\">Text</a></li>\n</ol>\n</nav>")
    });
    let body = format!(
        "<nav epub:type=\"toc\" id=\"contents\">\n<h1>Contents</h1>\n<ol>\n{list}</ol>\n</nav>{begin}"
    );
    page(edition, "Contents", STYLE, &body)
}

/// A chapter with its sections.
fn chapter(chapter: &Chapter, page: &Page) -> String {
    let file = escaped(&xhtml_name(&chapter.page));
    let mut sections = String::new();
    for (id, heading) in page.sections.iter().filter(|(id, _)| !id.is_empty()) {
        let _ = writeln!(
            sections,
            "<li><a href=\"{file}#{}\">{}</a></li>",
            escaped(id),
            escaped(&ledger::one_line(heading))
        );
    }
    if !sections.is_empty() {
        sections = format!("\n<ol>\n{sections}</ol>");
    }
    format!(
        "<li><a href=\"{file}\">{}</a>{sections}</li>\n",
        escaped(&chapter.title)
    )
}
