//! The style sheet of the edition: the theme's, as reading devices understand it, in the light colors of its palette.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::css::{PALETTE, Palette};

/// The theme's sheets that devices get: what the classes of the drawings mean, and how the text is set there.
const SHEETS: [&str; 2] = ["drawings.css", "epub.css"];

/// The sheet of a theme's folder; `inline` are rules for styles that stood in the pages. A theme may have no sheets; those that it has
/// name no variable that its palette does not have.
pub(crate) fn sheet(theme: &Path, inline: &str) -> Result<String> {
    let read = |file: &str| fs::read_to_string(theme.join(file)).unwrap_or_default();
    let sheets: String = SHEETS.into_iter().map(read).collect();
    Ok(resolved(&sheets, &Palette::read(&read(PALETTE)))? + inline)
}

/// The sheet without variables. The color of a series becomes that of its text, which drawings inherit in the same way.
fn resolved(css: &str, palette: &Palette) -> Result<String> {
    let css = css.replace("--series:", "color:");
    palette.resolve(&css.replace("var(--series)", "currentColor"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_has_the_color_of_its_text() {
        let palette = Palette::read(":root {\n  --ink: light-dark(#1c1b19, #e6e3dc);\n}\n");
        assert_eq!(
            resolved(
                ".plot { --series: var(--ink) }\n.line { stroke: var(--series) }",
                &palette
            )
            .unwrap(),
            ".plot { color: #1c1b19 }\n.line { stroke: currentColor }"
        );
    }
}
