//! The table of contents of a page: the page's own line is marked, and its sections stand below it.

use std::cell::{Cell, RefCell};
use std::fmt::Write;
use std::ops::Range;
use std::rc::Rc;

use anyhow::Result;
use lol_html::html_content::ContentType;
use lol_html::{element, end_tag};

use crate::site::rewrite::{Handler, rewrite};

/// A section of a page.
#[derive(Debug)]
pub(super) struct Section {
    id: String,
    /// Where the content of its heading stands in the page.
    heading: Range<usize>,
}

/// Reads the sections of a page.
pub(super) fn read_sections<'h>(sections: &Rc<RefCell<Vec<Section>>>) -> Handler<'h> {
    let sections = Rc::clone(sections);
    element!("h2[id]", move |h2| {
        let id = h2.get_attribute("id").unwrap_or_default();
        let start = h2.source_location().bytes().end;
        let sections = Rc::clone(&sections);
        h2.on_end_tag(end_tag!(move |end| {
            sections.borrow_mut().push(Section {
                id: id.clone(),
                heading: start..end.source_location().bytes().start,
            });
            Ok(())
        }))
    })
}

/// The links to the sections of a page, if it has several. `handlers` are those for the text of a page.
pub(super) fn section_list<'h, H: IntoIterator<Item = Handler<'h>>>(
    html: &str,
    sections: &[Section],
    handlers: impl Fn() -> H,
) -> Result<String> {
    if sections.len() < 2 {
        return Ok(String::new());
    }
    let mut items = String::new();
    for Section { id, heading } in sections {
        // A link in a link is none.
        let unlink = element!("a", |a| {
            a.remove_and_keep_content();
            Ok(())
        });
        let words = rewrite(
            &html[heading.clone()],
            handlers().into_iter().chain([unlink]),
        )?;
        let _ = write!(items, "<li><a href=\"#{id}\">{words}</a></li>");
    }
    Ok(format!("<ol class=\"sections\">{items}</ol>"))
}

/// Marks the line of the page that has this address, and puts its sections below it.
pub(super) fn mark_current<'h>(address: &str, sections: String) -> [Handler<'h>; 2] {
    let is_current = Rc::new(Cell::new(false));
    let found = Rc::clone(&is_current);
    let sections = Rc::new(sections);
    [
        element!("#contents span", move |line| {
            let (is_current, sections) = (Rc::clone(&is_current), Rc::clone(&sections));
            line.on_end_tag(end_tag!(move |end| {
                if is_current.take() {
                    end.after(&sections, ContentType::Html);
                }
                Ok(())
            }))
        }),
        element!(format!("#contents span a[href=\"{address}\"]"), move |a| {
            found.set(true);
            Ok(a.set_attribute("aria-current", "page")?)
        }),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::rewrite::read;

    const PAGE: &str = "<nav id=\"contents\"><li><span><a href=\"he.html\">He</a></span></li><li><span><a href=\"xavier.html\">Xavier</a></span></li></nav>\
        <main><h1><a href=\"#he\">He</a></h1><h2 id=\"a\"><a class=\"header\" href=\"#a\">The <em>a</em></a></h2><h2 id=\"b\">B</h2></main>";

    #[test]
    fn the_line_of_a_page_is_marked_and_its_sections_follow() {
        let sections = Rc::default();
        read(PAGE, [read_sections(&sections)]).unwrap();
        let list = section_list(PAGE, &sections.borrow(), || []).unwrap();
        let marked = rewrite(PAGE, mark_current("he.html", list.clone())).unwrap();
        assert!(
            marked.contains(
                "<span><a href=\"he.html\" aria-current=\"page\">He</a></span><ol class=\"sections\">\
                 <li><a href=\"#a\">The <em>a</em></a></li><li><a href=\"#b\">B</a></li></ol></li>"
            ),
            "{marked}"
        );
        assert_eq!(marked.matches("aria-current").count(), 1);
        assert_eq!(rewrite(PAGE, mark_current("404.html", list)).unwrap(), PAGE);
    }

    #[test]
    fn one_section_needs_no_list() {
        let page = "<h2 id=\"a\">A</h2>";
        let sections = Rc::default();
        read(page, [read_sections(&sections)]).unwrap();
        assert_eq!(section_list(page, &sections.borrow(), || []).unwrap(), "");
    }
}
