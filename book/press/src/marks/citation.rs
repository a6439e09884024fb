//! `[@key, place; key]`: links into the bibliography.

use super::bibliography::{Bibliography, FILE, anchor};
use crate::fault::known_are;
use crate::html::literal;

/// The citation; `page` is how this page links to the bibliography, if the book has one.
pub(crate) fn print(
    keys: &str,
    bibliography: &Bibliography,
    page: Option<&str>,
) -> Result<String, String> {
    let page = page.ok_or("nothing can be cited: no chapter holds the mark `{{#bibliography}}`")?;
    let mut links = Vec::new();
    for citation in keys.split(';') {
        let (key, place) = citation.split_once(',').unwrap_or((citation, ""));
        let key = key.trim().trim_start_matches('@');
        let short = bibliography.short(key).ok_or_else(|| {
            format!(
                "unknown citation `{key}`; in {FILE} {}",
                known_are(bibliography.keys())
            )
        })?;
        let place = place.split_whitespace().collect::<Vec<_>>().join(" ");
        let place = if place.is_empty() {
            place
        } else {
            format!(", {}", literal(&place))
        };
        links.push(format!(
            "<a class=\"citation\" href=\"{page}#{}\">{}{place}</a>",
            anchor(key),
            literal(short).replace(' ', "\u{a0}")
        ));
    }
    Ok(format!(
        "<span class=\"citations\">({})</span>",
        links.join("; ")
    ))
}
