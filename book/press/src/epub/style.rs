//! The style sheet of the edition: the theme's, as reading devices understand it, in the light colors of its palette.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The theme's sheets that devices get: what the classes of the drawings mean, and how the text is set there.
const SHEETS: [&str; 2] = ["drawings.css", "epub.css"];

/// The palette that they are written in.
const PALETTE: &str = "palette.css";

/// The sheet of a theme's folder; `inline` are rules for styles that stood in the pages. A theme may have none of it.
pub(crate) fn sheet(theme: &Path, inline: &str) -> String {
    let read = |file: &str| fs::read_to_string(theme.join(file)).unwrap_or_default();
    let colors = read(PALETTE);
    let sheets: String = SHEETS.into_iter().map(read).collect();
    resolved(&sheets, &palette(&colors)) + inline
}

/// The names of a palette, `--ink: light-dark(#1c1b19, #e6e3dc)`, each with its light side.
fn palette(css: &str) -> BTreeMap<&str, &str> {
    let lines = css.lines().filter_map(|line| {
        let (name, value) = line.trim().strip_suffix(';')?.split_once(": ")?;
        let light = value
            .strip_prefix("light-dark(")
            .and_then(|sides| sides.split_once(','));
        Some((
            name.strip_prefix("--")?,
            light.map_or(value, |(light, _)| light),
        ))
    });
    lines.collect()
}

/// The sheet without variables. The color of a series becomes that of its text, which drawings inherit in the same way.
fn resolved(css: &str, palette: &BTreeMap<&str, &str>) -> String {
    let css = css
        .replace("--series:", "color:")
        .replace("var(--series)", "currentColor");
    let mut out = String::with_capacity(css.len());
    let mut rest = css.as_str();
    while let Some((before, after)) = rest.split_once("var(--") {
        out.push_str(before);
        let (name, behind) = after.split_once(')').unwrap_or((after, ""));
        out.push_str(palette.get(name).copied().unwrap_or("inherit"));
        rest = behind;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_become_the_light_colors_of_the_palette() {
        let palette = palette(
            ":root {\n  --ink: light-dark(#1c1b19, #e6e3dc);\n  --ui: \"Inter\", sans-serif;\n}\n",
        );
        assert_eq!(
            resolved(
                ".plot { --series: var(--ink); font-family: var(--ui) }\n.line { stroke: var(--series) }",
                &palette
            ),
            ".plot { color: #1c1b19; font-family: \"Inter\", sans-serif }\n.line { stroke: currentColor }"
        );
    }
}
