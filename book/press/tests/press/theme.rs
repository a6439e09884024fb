//! The theme: legible in light and in dark, and whole without a network.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

fn theme() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../theme")
}

fn read(file: &str) -> String {
    fs::read_to_string(theme().join(file)).unwrap()
}

/// The palette: every `--name: light-dark(#light, #dark)` of the palette.
fn palette() -> HashMap<String, [String; 2]> {
    read("palette.css")
        .lines()
        .filter_map(|line| {
            let (name, value) = line
                .trim()
                .strip_prefix("--")?
                .split_once(": light-dark(")?;
            let (light, dark) = value.strip_suffix(");")?.split_once(", ")?;
            Some((name.to_owned(), [light.to_owned(), dark.to_owned()]))
        })
        .collect()
}

/// The relative luminance of `#rrggbb`, as WCAG 2 defines it.
fn luminance(color: &str) -> f64 {
    let channel = |i: usize| {
        let byte = u8::from_str_radix(&color[1 + 2 * i..3 + 2 * i], 16).unwrap();
        let c = f64::from(byte) / 255.0;
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(0) + 0.7152 * channel(1) + 0.0722 * channel(2)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn every_color_of_text_is_legible_in_light_and_in_dark() {
    assert!((contrast("#ffffff", "#000000") - 21.0).abs() < 1e-9);
    assert!(contrast("#ffffff", "#777777") < 4.5);

    let palette = palette();
    let is_text = |name: &str| {
        name.starts_with("series-")
            || name.starts_with("code-")
            || ["ink", "soft", "accent", "good", "bad", "warning"].contains(&name)
    };
    let mut colors = 0;
    for (name, sides) in palette.iter().filter(|(name, _)| is_text(name)) {
        colors += 1;
        for ground in ["paper", "raised"] {
            for (side, color) in sides.iter().enumerate() {
                let contrast = contrast(color, &palette[ground][side]);
                assert!(
                    contrast >= 4.5,
                    "{name} on {ground}: {color} has {contrast:.2}"
                );
            }
        }
    }
    assert_eq!(colors, 16, "{palette:?}");
}

#[test]
fn the_theme_asks_nothing_of_a_network() {
    let mut files = vec!["fonts/fonts.css".to_owned()];
    for entry in fs::read_dir(theme()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if [".css", ".js", ".hbs"]
            .iter()
            .any(|end| name.ends_with(end))
        {
            files.push(name);
        }
    }
    assert!(files.len() > 3, "{files:?}");
    for file in files {
        let text = read(&file);
        for word in ["http:", "https:", "@import", "fetch("] {
            assert!(!text.contains(word), "{word} in {file}");
        }
    }
}

#[test]
fn every_font_is_shipped_with_its_license() {
    let (sheet, license) = (read("fonts/fonts.css"), read("fonts/LICENSE.txt"));
    let mut fonts = 0;
    for entry in fs::read_dir(theme().join("fonts")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "woff2") {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        fonts += 1;
        assert!(
            sheet.contains(&format!("{{{{ resource \"fonts/{name}\" }}}}")),
            "{name}"
        );
        assert!(license.contains(name), "{name}");
    }
    assert_eq!(sheet.matches("{{ resource ").count(), fonts);
}
