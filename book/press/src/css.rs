//! Style sheets for what knows neither variables nor dark pages: without them, in the light colors of the theme's palette.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

/// The file of a theme that has its palette.
pub(crate) const PALETTE: &str = "palette.css";

/// The values of variables by their names; of `light-dark(a, b)` the light side.
#[derive(Debug, Default)]
pub(crate) struct Palette(BTreeMap<String, String>);

impl Palette {
    /// Reads `--ink: light-dark(#1c1b19, #e6e3dc);` and its like.
    pub(crate) fn read(css: &str) -> Self {
        let css = without_comments(css);
        let values = rules(&css)
            .flat_map(|(_, body)| declarations(body))
            .filter(|(name, _)| name.starts_with("--"))
            .map(|(name, value)| (name.to_owned(), light(value).to_owned()));
        Self(values.collect())
    }

    /// The value of a variable, `--ink`.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A style sheet, or a value of one, with what its variables stand for.
    pub(crate) fn resolve(&self, css: &str) -> Result<String> {
        let mut out = String::with_capacity(css.len());
        let mut rest = css;
        while let Some((before, after)) = rest.split_once("var(") {
            let (name, behind) = after.split_once(')').unwrap_or((after, ""));
            let Some(value) = self.value(name) else {
                bail!("a style sheet of the theme uses `{name}`, which is not in the palette");
            };
            if value.contains("var(") {
                bail!("`{name}` of the palette is no value of its own, but `{value}`");
            }
            out.push_str(before);
            out.push_str(value);
            rest = behind;
        }
        Ok(out + rest)
    }
}

/// The light side of `light-dark(a, b)`, or the value as it is.
fn light(value: &str) -> &str {
    let sides = value.strip_prefix("light-dark(");
    sides
        .and_then(|sides| sides.split_once(','))
        .map_or(value, |(light, _)| light.trim())
}

/// What is no comment.
pub(crate) fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, comment)) = rest.split_once("/*") {
        out += before;
        rest = comment.split_once("*/").map_or("", |(_, behind)| behind);
    }
    out + rest
}

/// Each rule that does not depend on the page's size: its selector and what it says.
pub(crate) fn rules(css: &str) -> impl Iterator<Item = (&str, &str)> {
    let innermost = css.split('}').filter_map(|rule| rule.split_once('{'));
    innermost
        .filter(|(_, body)| !body.contains('{'))
        .map(|(selector, body)| (selector.trim(), body))
}

/// `name: value` of each declaration.
pub(crate) fn declarations(body: &str) -> impl Iterator<Item = (&str, &str)> {
    let split = body.split(';').filter_map(|one| one.split_once(':'));
    split.map(|(name, value)| (name.trim(), value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_becomes_its_value_and_one_that_the_palette_does_not_have_is_named() {
        let palette = Palette::read(
            ":root {\n  --ink: light-dark(#1c1b19, #e6e3dc);\n  /* Type: one. */\n  --ui: \"Inter\", sans-serif;\n}\n",
        );
        assert_eq!(
            palette
                .resolve("a { color: var(--ink); font-family: var(--ui) }")
                .unwrap(),
            "a { color: #1c1b19; font-family: \"Inter\", sans-serif }"
        );
        let error = palette.resolve("a { color: var(--gone) }").unwrap_err();
        assert!(error.to_string().contains("`--gone`"), "{error}");
        let error = Palette::read(":root { --a: var(--b); --b: red; }").resolve("var(--a)");
        let error = error.unwrap_err().to_string();
        assert!(
            error.contains("`--a`") && error.contains("`var(--b)`"),
            "{error}"
        );
    }
}
