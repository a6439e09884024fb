//! Which elements a text has, and where each may stand.

use roxmltree::Node;

const XHTML: &str = "http://www.w3.org/1999/xhtml";
pub(super) const MATHML: &str = "http://www.w3.org/1998/Math/MathML";

/// Elements that text may have, and that no device needs a script for.
const TEXT: [&str; 69] = [
    "a",
    "abbr",
    "article",
    "aside",
    "b",
    "bdi",
    "blockquote",
    "body",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "dd",
    "del",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "link",
    "mark",
    "meta",
    "nav",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "u",
    "ul",
    "var",
    "wbr",
];

/// What no paragraph holds.
const BLOCKS: [&str; 17] = [
    "aside",
    "blockquote",
    "div",
    "dl",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
];

/// Why an element may not be where it is.
pub(super) fn misplaced(node: Node<'_, '_>) -> Option<String> {
    let name = node.tag_name().name();
    let parent = node.parent_element();
    let is_html = |node: Node<'_, '_>| node.tag_name().namespace() == Some(XHTML);
    match node.tag_name().namespace() {
        Some(XHTML) => {}
        Some(MATHML) if name == "math" && !parent.is_some_and(is_html) => {
            return Some("a formula stands in no text".to_owned());
        }
        _ => return None,
    }
    if !TEXT.contains(&name) {
        return Some(format!("<{name}> is no element of a text"));
    }
    let forbidden = |attribute: &str| attribute == "style" || attribute.starts_with("on");
    if let Some(attribute) = node
        .attributes()
        .find(|attribute| forbidden(attribute.name()))
    {
        return Some(format!("<{name}> has the attribute `{}`", attribute.name()));
    }
    let above = |wanted: &str| {
        let mut ancestors = node.ancestors().skip(1);
        ancestors.any(|ancestor| is_html(ancestor) && ancestor.has_tag_name((XHTML, wanted)))
    };
    let within = parent.map_or("", |parent| parent.tag_name().name());
    let is_astray = match name {
        "a" => above("a"),
        "li" => !["ol", "ul"].contains(&within),
        "tr" => !["table", "tbody", "thead", "tfoot"].contains(&within),
        "td" | "th" => within != "tr",
        "figcaption" => within != "figure",
        "dt" | "dd" => !["dl", "div"].contains(&within),
        name => BLOCKS.contains(&name) && above("p"),
    };
    is_astray.then(|| format!("<{name}> stands in <{within}>, where it may not"))
}
