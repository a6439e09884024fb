//! The number of a chapter, in the title of its page and before its heading, as figures and claims have it in theirs.

use std::cell::Cell;

use lol_html::element;
use lol_html::html_content::ContentType;

use super::ChapterPage;
use crate::site::rewrite::Handler;

/// Numbers the title of a chapter's page.
pub(super) fn in_title<'h>(chapter: &ChapterPage) -> Handler<'h> {
    let number = match chapter.number.as_str() {
        "" => String::new(),
        number => format!("{number}. "),
    };
    element!("head > title", move |title| {
        title.prepend(&number, ContentType::Text);
        Ok(())
    })
}

/// Numbers the headings of chapters that stand in this order in a page.
pub(super) fn in_headings<'h>(chapters: impl IntoIterator<Item = &'h ChapterPage>) -> Handler<'h> {
    let numbers: Vec<&str> = chapters.into_iter().map(|c| c.number.as_str()).collect();
    let next = Cell::new(0);
    element!("main h1", move |h1| {
        let number = numbers.get(next.replace(next.get() + 1)).copied();
        if let Some(number) = number.filter(|number| !number.is_empty()) {
            let number = format!("<span class=\"chapter-number\">{number}</span> ");
            h1.prepend(&number, ContentType::Html);
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::rewrite::rewrite;

    #[test]
    fn titles_and_headings_have_the_numbers_of_their_chapters() {
        let chapter = |number: &str| ChapterPage {
            number: number.to_owned(),
            ..ChapterPage::named("he.html")
        };
        let chapters = [chapter(""), chapter("1"), chapter("2")];
        let page = "<head><title>He</title></head><main><h1>A</h1><h1>B</h1><h1>C</h1></main>";
        let numbered = rewrite(page, [in_title(&chapters[2]), in_headings(&chapters)]).unwrap();
        let number = |n| format!("<span class=\"chapter-number\">{n}</span>");
        assert_eq!(
            numbered,
            format!(
                "<head><title>2. He</title></head><main><h1>A</h1><h1>{} B</h1><h1>{} C</h1></main>",
                number(1),
                number(2)
            )
        );
        assert_eq!(rewrite(page, [in_title(&chapters[0])]).unwrap(), page);
    }
}
