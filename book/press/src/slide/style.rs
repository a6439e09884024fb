//! The rules of style of the drawings, for a program that knows nothing of variables: every color is that of the light theme.
//!
//! The theme gives a series its color by a variable, which an element or a group around it sets. Here each rule that uses it
//! is written once for every series.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Result, bail};

use crate::css::{PALETTE, Palette, declarations, rules, without_comments};

/// The variable of a series' color.
const SERIES: &str = "--series";

/// Colors, fonts and rules.
#[derive(Debug, Default)]
pub(super) struct Style {
    palette: Palette,
    /// The rules of the drawings.
    pub(super) rules: String,
    /// The classes whose type is smaller than that around it, and by what.
    smaller: Vec<(String, f64)>,
}

impl Style {
    /// Those of the theme in a folder; without a theme, none.
    pub(super) fn of(theme: Option<&Path>) -> Result<Self> {
        let Some(theme) = theme else {
            return Ok(Self::default());
        };
        let read = |file: &str| ledger::read(&theme.join(file));
        Self::read(&read(PALETTE)?, &read("drawings.css")?)
    }

    fn read(palette: &str, drawings: &str) -> Result<Self> {
        let drawings = without_comments(drawings);
        let mut style = Self {
            palette: Palette::read(palette),
            rules: String::new(),
            smaller: Vec::new(),
        };
        for (selectors, body) in rules(&drawings) {
            if selectors.contains('(') {
                bail!(
                    "a slide cannot have the rule of `{selectors}`: its selectors are split at commas"
                );
            }
            for selector in selectors.split(',').map(str::trim) {
                if let Some(inside) = selector.strip_prefix(".plot ") {
                    style.add(inside, body)?;
                }
            }
        }
        Ok(style)
    }

    /// The value of a variable, `--ink`.
    pub(super) fn value<'a>(&'a self, name: &str, otherwise: &'a str) -> &'a str {
        self.palette.value(name).unwrap_or(otherwise)
    }

    /// The smallest type of a drawing, over that of its labels.
    pub(super) fn smallest_type(&self, drawing: &str) -> f64 {
        let there = self
            .smaller
            .iter()
            .filter(|(class, _)| drawing.contains(class.as_str()));
        there.map(|(_, size)| *size).fold(1.0, f64::min)
    }

    /// Adds the rule of what is selected within a drawing.
    fn add(&mut self, inside: &str, body: &str) -> Result<()> {
        let declared: Vec<(&str, &str)> = declarations(body).collect();
        if declared.iter().all(|(name, _)| *name == SERIES) {
            return Ok(()); // which color a series has, the palette says
        }
        for (_, size) in declared.iter().filter(|(name, _)| *name == "font-size") {
            let Some(size) = size.strip_suffix("em").and_then(|size| size.parse().ok()) else {
                bail!(
                    "a slide cannot set `{inside}` in larger type: its size, {size}, is not in em"
                );
            };
            if size < 1.0 {
                let class = inside.rsplit('.').next().unwrap_or(inside);
                self.smaller.push((class.to_owned(), size));
            }
        }
        let mut written = Vec::new();
        let of_series = body.contains(&format!("var({SERIES})"));
        written.push((
            format!(".plot {inside}"),
            self.value("--ink", "black").to_owned(),
        ));
        if of_series {
            for n in 1.. {
                let Some(color) = self.palette.value(&format!("{SERIES}-{n}")) else {
                    break;
                };
                let class = format!(".s{n}");
                let selector = format!(".plot {inside}{class}, .plot {class} {inside}");
                written.push((selector, color.to_owned()));
            }
        }
        for (selector, series) in written {
            let _ = write!(self.rules, "{selector} {{");
            for (name, value) in &declared {
                let value = value.replace(&format!("var({SERIES})"), &series);
                let value = self.palette.resolve(&value)?;
                let _ = write!(self.rules, " {name}: {value};");
            }
            self.rules += " }\n";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLORS: &str = ":root {\n  --ink: light-dark(#111111, #eeeeee);\n  /* Series: two. */\n  --series-1: light-dark(#0000ff, #8888ff);\n  --ui: \"Inter\", sans-serif;\n}\n";

    #[test]
    fn a_rule_is_written_for_every_series_in_the_colors_of_the_light_theme() {
        let figures = "/* a { } */\n.plot {\n --series: var(--ink);\n}\n.plot .s1 {\n --series: var(--series-1);\n}\n.plot .line.run,\n.plot .dots.run {\n stroke: var(--series);\n opacity: 0.5;\n}\n.plot text {\n fill: var(--ink);\n}\nfigcaption {\n color: var(--soft);\n}\n@container page (width < 52rem) {\n svg.plot {\n display: none;\n }\n}\n";
        let style = Style::read(COLORS, figures).unwrap();
        assert_eq!(
            style.rules,
            ".plot .line.run { stroke: #111111; opacity: 0.5; }\n\
             .plot .line.run.s1, .plot .s1 .line.run { stroke: #0000ff; opacity: 0.5; }\n\
             .plot .dots.run { stroke: #111111; opacity: 0.5; }\n\
             .plot .dots.run.s1, .plot .s1 .dots.run { stroke: #0000ff; opacity: 0.5; }\n\
             .plot text { fill: #111111; }\n"
        );
        assert_eq!(style.value("--ui", "serif"), "\"Inter\", sans-serif");
    }

    #[test]
    fn the_smallest_type_of_a_drawing_is_known_and_none_has_a_size_of_its_own() {
        let figures = ".plot .math { font-size: 1.2em; }\n.plot .in-cell { font-size: 0.9em; }";
        let style = Style::read(COLORS, figures).unwrap();
        let smallest = |class: &str| style.smallest_type(&format!("<text class=\"{class}\"/>"));
        assert_eq!(["math", "in-cell"].map(smallest), [1.0, 0.9]);
        let error = Style::read(COLORS, ".plot .in-cell { font-size: 12px; }").unwrap_err();
        assert!(error.to_string().contains("`.in-cell`"), "{error}");
    }
}
