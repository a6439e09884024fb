//! `style="…"` becomes a class: a page whose policy allows no inline style needs none.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::rewrite;

/// The inline styles of all pages, each with the class that takes its place.
#[derive(Debug, Default)]
pub(super) struct Styles {
    classes: BTreeMap<String, String>,
}

impl Styles {
    /// The page with classes instead of inline styles.
    pub(super) fn collect(&mut self, page: &str) -> String {
        rewrite::tags(page, |tag| {
            let style = rewrite::attribute(tag, "style")?;
            let bare = tag.replacen(&format!(" style=\"{style}\""), "", 1);
            // MathML has an attribute of that name that is no CSS.
            if !style.contains(':') {
                return Some(bare);
            }
            let next = format!("style-{}", self.classes.len() + 1);
            let class = self.classes.entry(style.to_owned()).or_insert(next);
            Some(if let Some(others) = rewrite::attribute(&bare, "class") {
                bare.replacen(
                    &format!(" class=\"{others}\""),
                    &format!(" class=\"{others} {class}\""),
                    1,
                )
            } else {
                let at = rewrite::name(&bare).len() + 1;
                format!("{} class=\"{class}\"{}", &bare[..at], &bare[at..])
            })
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

    #[test]
    fn equal_styles_share_a_class_that_stands_above_all_rules() {
        let mut styles = Styles::default();
        let page = "<td style=\"text-align: right\">1</td><td class=\"a\" style=\"text-align: right\">2</td><mo style=\"false\">+</mo>";
        assert_eq!(
            styles.collect(page),
            "<td class=\"style-1\">1</td><td class=\"a style-1\">2</td><mo>+</mo>"
        );
        assert_eq!(
            styles.sheet(),
            ".style-1 { text-align: right !important }\n"
        );
    }
}
