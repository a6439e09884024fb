//! A figure on a slide, in one of its settings.

use experiments::drawing::Picture;
use experiments::drawing::sheet::Sheet;
use experiments::drawing::svg::number;

use super::lines::LEGIBLE;
use super::style::Style;

/// How large a drawing's type is set, in pixels of the drawing: a little larger than there, which its labels have room for.
const LARGEST: f64 = 14.0;

/// A drawing as it was written.
pub(super) struct Setting<'a> {
    width: f64,
    height: f64,
    /// What stands between its tags.
    inside: &'a str,
    /// Its smallest type over that of its labels.
    smallest: f64,
}

impl<'a> Setting<'a> {
    /// The settings of a picture: for the page, and for a phone.
    pub(super) fn of(picture: &'a Picture, style: &Style) -> Vec<Self> {
        let drawings = picture.svg.split("</svg>");
        drawings.filter_map(|svg| Self::read(svg, style)).collect()
    }

    fn read(svg: &'a str, style: &Style) -> Option<Self> {
        let (tag, inside) = svg.split_once('>')?;
        let (_, sizes) = tag.split_once("viewBox=\"0 0 ")?;
        let (sizes, _) = sizes.split_once('"')?;
        let (width, height) = sizes.split_once(' ')?;
        Some(Self {
            width: width.parse().ok()?,
            height: height.parse().ok()?,
            inside: inside.trim_end(),
            smallest: style.smallest_type(inside),
        })
    }

    /// By what it grows to fill this room.
    fn scale(&self, (width, height): (f64, f64)) -> f64 {
        (width / self.width).min(height / self.height)
    }
}

/// The drawing in the middle of its room, in the setting that is larger there; `None` if its type would not be legible.
pub(super) fn placed(
    settings: &[Setting],
    (left, top): (f64, f64),
    room: (f64, f64),
) -> Option<String> {
    let scale = |setting: &&Setting| setting.scale(room);
    let setting = settings
        .iter()
        .max_by(|a, b| scale(a).total_cmp(&scale(b)))?;
    let factor = scale(&setting);
    let type_size = (LEGIBLE / (factor * setting.smallest)).max(Sheet::TYPE);
    if !(factor > 0.0 && type_size <= LARGEST + 1e-9) {
        return None;
    }
    let x = left + (room.0 - factor * setting.width) / 2.0;
    let y = top + (room.1 - factor * setting.height) / 2.0;
    Some(format!(
        "<g class=\"plot\" font-size=\"{}\" transform=\"translate({} {}) scale({factor:.4})\">{}\n</g>",
        number(type_size),
        number(x),
        number(y),
        setting.inside
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(svg: &str) -> Picture {
        Picture {
            title: String::new(),
            description: String::new(),
            svg: svg.to_owned(),
            data: Vec::new(),
            wide: true,
        }
    }

    const BOTH: &str =
        "<svg viewBox=\"0 0 880 430\">\n<p/>\n</svg>\n<svg viewBox=\"0 0 360 320\">\n<q/>\n</svg>";

    fn drawn(svg: &str, room: (f64, f64)) -> Option<String> {
        let picture = picture(svg);
        placed(
            &Setting::of(&picture, &Style::default()),
            (10.0, 20.0),
            room,
        )
    }

    #[test]
    fn the_setting_that_is_larger_is_taken_and_stands_in_the_middle() {
        let narrow = drawn(BOTH, (880.0, 640.0)).unwrap();
        assert!(
            narrow.contains("translate(90 20) scale(2.0000)\">\n<q/>"),
            "{narrow}"
        );
        let wide = drawn(&BOTH.replace("360 320", "360 900"), (880.0, 640.0)).unwrap();
        assert!(
            wide.contains("translate(10 125) scale(1.0000)\">\n<p/>"),
            "{wide}"
        );
    }

    #[test]
    fn type_grows_by_a_pixel_at_most_and_a_drawing_that_needs_more_has_no_place() {
        for (height, size) in [
            (640.0, Some("13")),
            (430.0, Some("14")),
            (450.0, Some("13.38")),
            (429.0, None),
        ] {
            let svg = "<svg viewBox=\"0 0 880 430\">\n</svg>";
            let drawn = drawn(svg, (1280.0, height));
            let found = drawn.as_deref().map(|drawn| {
                let (_, from) = drawn.split_once("font-size=\"").unwrap();
                from.split_once('"').unwrap().0
            });
            assert_eq!(found, size, "{height}");
        }
    }
}
