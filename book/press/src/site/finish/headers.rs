//! A header of a table without a word in it is no header: it is the corner above names of rows.

use std::cell::RefCell;
use std::collections::BTreeMap;

use lol_html::element;
use lol_html::html_content::ContentType;

use crate::site::rewrite::{Handler, on_text};

/// The headers of a page, by the byte at which each begins, and whether it is empty.
pub(super) type Headers = BTreeMap<usize, bool>;

/// Reads which headers are empty.
pub(super) fn find_empty(headers: &RefCell<Headers>) -> [Handler<'_>; 3] {
    // Headers are not nested: what is in one is in the last that began.
    let fill = move || {
        if let Some(mut last) = headers.borrow_mut().last_entry() {
            last.insert(false);
        }
    };
    [
        element!("th", |th| {
            headers
                .borrow_mut()
                .insert(th.source_location().bytes().start, true);
            Ok(())
        }),
        element!("th *", move |_| {
            fill();
            Ok(())
        }),
        on_text("th", move |text| {
            if !text.is_empty() {
                fill();
            }
        }),
    ]
}

/// Makes a plain cell of each empty header.
pub(super) fn empty_th_to_td(headers: &Headers) -> Handler<'_> {
    element!("th", |th| {
        if headers.get(&th.source_location().bytes().start) == Some(&true) {
            th.replace("<td></td>", ContentType::Html);
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::rewrite::{read, rewrite};

    #[test]
    fn an_empty_header_becomes_a_cell() {
        let page = "<tr><th class=\"a\"></th><th>n</th><th><b></b></th><th></th><td>1</td></tr>";
        let headers = RefCell::default();
        read(page, find_empty(&headers)).unwrap();
        assert_eq!(
            rewrite(page, [empty_th_to_td(&headers.into_inner())]).unwrap(),
            "<tr><td></td><th>n</th><th><b></b></th><td></td><td>1</td></tr>"
        );
    }
}
