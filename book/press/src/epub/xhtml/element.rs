//! An element as a reading device knows it: its name, its attributes, and what is none of them there.

use html5ever::tokenizer::Tag;

use crate::html::escaped;

#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) is_empty: bool,
}

/// The names of SVG that are not in small letters.
const CAMEL_CASE: [&str; 12] = [
    "clipPath",
    "clipPathUnits",
    "gradientTransform",
    "gradientUnits",
    "linearGradient",
    "markerHeight",
    "markerWidth",
    "patternUnits",
    "preserveAspectRatio",
    "radialGradient",
    "textLength",
    "viewBox",
];

impl Element {
    /// The element of a tag, and the one around it, if what it says is not its own to say.
    pub(super) fn of(tag: &Tag, is_empty: bool) -> (Option<Self>, Self) {
        let (style, attributes) = split_style(&tag.name, attributes(tag));
        let element = Self {
            name: renamed(&tag.name),
            attributes,
            is_empty,
        };
        (style, element)
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Its start; a link leads to `href`, and one that `is_dead` is none.
    pub(super) fn write(&self, href: Option<&str>, is_dead: bool, out: &mut String) {
        push(out, &["<", if is_dead { "span" } else { &self.name }]);
        for (name, value) in &self.attributes {
            let value = match name.as_str() {
                "href" if is_dead => continue,
                "href" => href.unwrap_or(value),
                _ => value,
            };
            push(out, &[" ", name, "=\"", &escaped(value), "\""]);
        }
        out.push_str(if self.is_empty { "/>" } else { ">" });
    }
}

pub(super) fn push(out: &mut String, parts: &[&str]) {
    for part in parts {
        out.push_str(part);
    }
}

/// The element's name in the edition, where nothing unfolds.
pub(super) fn renamed(name: &str) -> String {
    match name {
        "details" => "section".to_owned(),
        "summary" => "p".to_owned(),
        _ => cased(name),
    }
}

/// A name as SVG writes it.
fn cased(name: &str) -> String {
    let mut camels = CAMEL_CASE.into_iter();
    let camel = camels.find(|camel| camel.eq_ignore_ascii_case(name));
    camel.unwrap_or(name).to_owned()
}

/// What MathML 3, which reading devices go by, has on `mstyle` alone: an element around the one whose attributes these are.
fn split_style(
    name: &str,
    attributes: Vec<(String, String)>,
) -> (Option<Element>, Vec<(String, String)>) {
    let moves = |attribute: &str| match attribute {
        "displaystyle" => !["math", "mstyle", "mtable"].contains(&name),
        "scriptlevel" => name != "mstyle",
        _ => false,
    };
    let (style, rest): (Vec<_>, Vec<_>) = attributes.into_iter().partition(|(name, _)| moves(name));
    let element = (!style.is_empty()).then(|| Element {
        name: "mstyle".to_owned(),
        attributes: style,
        is_empty: false,
    });
    (element, rest)
}

/// An element's attributes, but for those of scripts and of pointers.
fn attributes(tag: &Tag) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    match &*tag.name {
        "math" => attributes.push((
            "xmlns".to_owned(),
            "http://www.w3.org/1998/Math/MathML".to_owned(),
        )),
        "svg" => attributes.push(("xmlns".to_owned(), "http://www.w3.org/2000/svg".to_owned())),
        "summary" => attributes.push(("class".to_owned(), "summary".to_owned())),
        _ => {}
    }
    for attribute in &tag.attrs {
        let name: &str = &attribute.name.local;
        let is_dropped = name.starts_with("data-")
            || name.starts_with("on")
            || [
                "aria-description",
                "download",
                "open",
                "style",
                "tabindex",
                "xmlns",
            ]
            .contains(&name);
        if !is_dropped {
            attributes.push((cased(name), attribute.value.to_string()));
        }
    }
    attributes
}
