//! `style="…"` becomes a class: a page whose policy allows no inline style needs none.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write;

use lol_html::element;

use crate::site::rewrite::Handler;

/// The inline styles of all pages, each with the class that takes its place.
#[derive(Debug, Default)]
pub(super) struct Styles {
    classes: BTreeMap<String, String>,
}

/// Reads the inline styles of a page.
pub(super) fn read_styles(styles: &RefCell<Styles>) -> Handler<'_> {
    element!("[style]", |element| {
        let style = element.get_attribute("style").unwrap_or_default();
        styles.borrow_mut().add(style);
        Ok(())
    })
}

impl Styles {
    fn add(&mut self, style: String) {
        // MathML has an attribute of that name that is no CSS.
        if style.contains(':') {
            let next = format!("style-{}", self.classes.len() + 1);
            self.classes.entry(style).or_insert(next);
        }
    }

    /// Puts classes in the place of inline styles.
    pub(super) fn style_to_class(&self) -> Handler<'_> {
        element!("[style]", |element| {
            let style = element.get_attribute("style").unwrap_or_default();
            element.remove_attribute("style");
            if let Some(class) = self.classes.get(&style) {
                let classes = match element.get_attribute("class") {
                    Some(others) => format!("{others} {class}"),
                    None => class.clone(),
                };
                element.set_attribute("class", &classes)?;
            }
            Ok(())
        })
    }

    /// The rules of the classes; like inline styles, they stand above all others.
    pub(super) fn sheet(&self) -> String {
        let mut sheet = String::new();
        for (style, class) in &self.classes {
            let declarations: Vec<String> = style
                .split(';')
                .map(str::trim)
                .filter(|declaration| !declaration.is_empty())
                .map(|declaration| format!("{declaration} !important"))
                .collect();
            let _ = writeln!(sheet, ".{class} {{ {} }}", declarations.join("; "));
        }
        sheet
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::rewrite::{read, rewrite};

    #[test]
    fn equal_styles_share_a_class_that_stands_above_all_rules() {
        let page = "<td style=\"text-align: right\">1</td><td class=\"a\" style=\"text-align: right\">2</td><mo style=\"false\">+</mo>";
        let styles = RefCell::default();
        read(page, [read_styles(&styles)]).unwrap();
        let styles = styles.into_inner();
        assert_eq!(
            rewrite(page, [styles.style_to_class()]).unwrap(),
            "<td class=\"style-1\">1</td><td class=\"a style-1\">2</td><mo>+</mo>"
        );
        assert_eq!(
            styles.sheet(),
            ".style-1 { text-align: right !important }\n"
        );
    }
}
