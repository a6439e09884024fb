//! Where everything stands on a slide.
//!
//! The claim takes what the figure leaves: a column beside it, a band below it, or a narrower column, the first of these in which
//! the figure's type is legible.

use std::path::PathBuf;

use anyhow::{Result, bail};
use experiments::drawing::Picture;
use experiments::drawing::svg::Element;
use experiments::drawing::text::{Anchor, literal, width};

use super::claim::Claim;
use super::drawing::{Setting, placed};
use super::lines::{LEGIBLE, Type};
use super::style::Style;
use crate::address::with_slashes;

/// What stands on a slide.
pub(super) struct Slide<'a> {
    pub(super) number: &'a str,
    pub(super) title: &'a str,
    pub(super) claim: Option<Claim>,
    pub(super) book: &'a str,
    pub(super) page: PathBuf,
}

/// The canvas, 16 to 9.
const CANVAS: (f64, f64) = (1280.0, 720.0);
/// The distance of everything from the rim.
const RIM: f64 = 48.0;
/// Where the figure and the claim begin and end.
const TOP: f64 = 108.0;
const BOTTOM: f64 = 672.0;
/// What is between the two, side by side and one below the other.
const GAP: (f64, f64) = (28.0, 16.0);
/// The sizes of a sentence, one of which lets it fit.
const SIZES: [f64; 7] = [28.0, 26.0, 24.0, 22.0, 20.0, 18.0, 16.0];

/// Where a claim stands.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// Beside the figure, in a column of this width.
    Beside(f64),
    /// Below the figure, over the whole width.
    Below,
}

/// In this order. The last column leaves a wide drawing the width that it has on its page.
const PLACES: [Place; 3] = [Place::Beside(430.0), Place::Below, Place::Beside(276.0)];

impl Slide<'_> {
    /// The slide as a file.
    pub(super) fn draw(&self, picture: &Picture, style: &Style) -> Result<String> {
        let (page_width, page_height) = CANVAS;
        let words = format!("{} {}: {}", self.number, self.title, picture.title);
        let Some((claim, figure)) = self.arranged(&Setting::of(picture, style)) else {
            bail!(
                "the figure and the claim do not both fit on it with type of {LEGIBLE} pixels; a lower drawing or a shorter claim would"
            );
        };
        let slide = Element::new("svg")
            .with("xmlns", "http://www.w3.org/2000/svg")
            .with("viewBox", format!("0 0 {page_width} {page_height}"))
            .at("width", page_width)
            .at("height", page_height)
            .with("color", style.value("--ink", "black"))
            .with("role", "img")
            .with("aria-label", words)
            .child(Element::new("style").text(PLACE_OF_RULES))
            .child(
                Element::rectangle("slide-ground", (0.0, 0.0), CANVAS)
                    .with("fill", style.value("--paper", "white")),
            )
            .children(self.title())
            .children(claim)
            .children(self.foot());
        let drawn = slide.to_string();
        let rules = frame_rules(style) + &style.rules;
        // The figure is text by now, and stands before the last tag.
        let style = |rules: &str| format!("<style>\n{rules}\n</style>");
        let place = style(PLACE_OF_RULES);
        assert!(drawn.contains(&place), "a slide has a place for rules");
        let whole = drawn.replacen(&place, &style(&rules), 1);
        let open = whole.strip_suffix("</svg>").unwrap_or(&whole);
        Ok(format!("{open}{figure}\n</svg>\n"))
    }

    /// The claim, and the figure in the room that it leaves; `None` if no place leaves enough.
    fn arranged(&self, settings: &[Setting]) -> Option<(Option<Element>, String)> {
        let corner = (RIM, TOP);
        let (width, height) = (CANVAS.0 - 2.0 * RIM, BOTTOM - TOP);
        let Some(claim) = &self.claim else {
            return Some((None, placed(settings, corner, (width, height))?));
        };
        let tried = PLACES
            .into_iter()
            .flat_map(|place| SIZES.map(|size| (place, size)));
        let mut fitting = tried.filter_map(|(place, size)| {
            let (block, at, room) = match place {
                Place::Beside(column) => {
                    let block = claim.column(column, size)?;
                    let at = (CANVAS.0 - RIM - column, TOP);
                    (block, at, (width - column - GAP.0, height))
                }
                Place::Below => {
                    let block = claim.band(width, size)?;
                    let top = BOTTOM - block.height;
                    (block, (RIM, top), (width, top - GAP.1 - TOP))
                }
            };
            if block.height > height {
                return None;
            }
            let figure = placed(settings, corner, room)?;
            Some((Some(block.at(at)), figure))
        });
        fitting.next()
    }

    fn title(&self) -> Vec<Element> {
        let number = Type {
            class: "slide-number",
            size: 40.0,
        };
        let after = RIM + (width(self.number) + 0.6) * number.size;
        let room = CANVAS.0 - RIM - after;
        let whole = literal(self.title);
        // A long title is set smaller, and stays on its line.
        let size = f64::min(number.size, room / width(&whole));
        let title = Type {
            class: "slide-title",
            size,
        };
        let (foot, line) = (70.0, 92.0);
        vec![
            number.set((RIM, foot), Anchor::Start, &[self.number.to_owned()]),
            title.set((after, foot), Anchor::Start, &[whole]),
            Element::line("slide-rule", (RIM, line), (CANVAS.0 - RIM, line)),
        ]
    }

    fn foot(&self) -> Vec<Element> {
        let small = Type {
            class: "slide-foot",
            size: 16.0,
        };
        let (y, right) = (CANVAS.1 - 22.0, CANVAS.0 - RIM);
        let page = with_slashes(&self.page);
        vec![
            small.set((RIM, y), Anchor::Start, &[literal(self.book)]),
            small.set((right, y), Anchor::End, &[literal(&page)]),
        ]
    }
}

/// Stands for the rules until the slide is text, in which nothing of them is escaped.
const PLACE_OF_RULES: &str = "RULES";

/// The rules for what is around the figure.
fn frame_rules(style: &Style) -> String {
    let ink = style.value("--ink", "black");
    let soft = style.value("--soft", "gray");
    let good = style.value("--good", "green");
    let rule = style.value("--rule", "silver");
    let sans = "Inter, 'Helvetica Neue', Arial, sans-serif";
    let serif = "'STIX Two Text', Georgia, 'Times New Roman', serif";
    let mono = "'JetBrains Mono', Menlo, Consolas, monospace";
    format!(
        "\n.slide-title {{ fill: {ink}; font-family: {serif}; font-weight: 700; }}\n\
         .slide-number {{ fill: {soft}; font-family: {serif}; font-weight: 400; }}\n\
         .slide-rule {{ stroke: {rule}; stroke-width: 1.5; }}\n\
         .slide-head {{ fill: {good}; font-family: {sans}; font-weight: 600; }}\n\
         .slide-sentence {{ fill: {ink}; font-family: {serif}; }}\n\
         .slide-found, .slide-foot {{ fill: {soft}; font-family: {sans}; }}\n\
         .slide-id {{ fill: {soft}; font-family: {mono}; }}\n\
         .plot {{ font-family: {sans}; font-weight: 450; }}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A slide with a claim of so many words and a drawing of this size, which says its number in a label.
    fn drawn(words: usize, width: f64, height: f64) -> Result<String> {
        let slide = Slide {
            number: "3",
            title: "The forward pass",
            claim: (words > 0).then(|| Claim {
                number: "3.1".to_owned(),
                id: "forward.relu-layer".to_owned(),
                sentence: "words ".repeat(words),
                verdict: "0.999, accepted in [0.976, 1.024]; 3 words attacked".to_owned(),
            }),
            book: "Unit Variance",
            page: PathBuf::from("forward.html"),
        };
        let picture = Picture {
            title: "Layers".to_owned(),
            description: String::new(),
            svg: format!("<svg viewBox=\"0 0 {width} {height}\">\n<text>layer</text>\n</svg>"),
            data: Vec::new(),
            wide: true,
        };
        slide.draw(&picture, &Style::default())
    }

    /// Every text of a slide with the size of its type on the canvas.
    fn sizes(slide: &str) -> Vec<(String, f64)> {
        let slide = roxmltree::Document::parse(slide).unwrap();
        let texts = slide.descendants().filter(|node| node.has_tag_name("text"));
        let size = |text: roxmltree::Node| {
            let scale = |node: roxmltree::Node| -> Option<f64> {
                let (_, factor) = node.attribute("transform")?.split_once("scale(")?;
                factor.split_once(')')?.0.parse().ok()
            };
            let own = text
                .ancestors()
                .find_map(|node| node.attribute("font-size"));
            let own: f64 = own.unwrap().parse().unwrap();
            own * text.ancestors().filter_map(scale).product::<f64>()
        };
        let words = |text: roxmltree::Node| {
            let texts = text.descendants().filter(roxmltree::Node::is_text);
            texts.filter_map(|text| text.text()).collect::<String>()
        };
        texts.map(|text| (words(text), size(text))).collect()
    }

    #[test]
    fn whatever_the_drawing_and_the_claim_all_type_is_legible() {
        for words in [0, 10, 40, 70] {
            for (width, height) in [
                (360.0, 320.0),
                (360.0, 540.0),
                (620.0, 340.0),
                (620.0, 560.0),
                (880.0, 250.0),
                (880.0, 400.0),
                (880.0, 520.0),
            ] {
                let slide = drawn(words, width, height).unwrap();
                let sizes = sizes(&slide);
                assert!(sizes.iter().any(|(text, _)| text == "layer"), "{sizes:?}");
                for (text, size) in &sizes {
                    assert!(
                        *size > LEGIBLE - 0.01,
                        "{words} words, {width} × {height}: {size} pixels, {text}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_claim_stands_beside_its_figure_or_below_a_wide_one_or_in_a_narrow_column() {
        for ((width, height), corner) in [
            ((620.0, 340.0), "translate(802 108)"),
            ((880.0, 300.0), "translate(48 "),
            ((880.0, 520.0), "translate(956 108)"),
        ] {
            let slide = drawn(30, width, height).unwrap();
            let group = format!("<g class=\"slide-claim\" transform=\"{corner}");
            assert!(slide.contains(&group), "{width} × {height}: {slide}");
        }
    }

    #[test]
    fn a_drawing_that_would_not_be_legible_is_refused() {
        let error = drawn(30, 880.0, 800.0).unwrap_err().to_string();
        assert!(error.contains("with type of 14 pixels"), "{error}");
        assert!(drawn(0, 880.0, 800.0).is_err());
        // Nor does a claim become smaller than the rest.
        assert!(drawn(500, 360.0, 320.0).is_err());
    }
}
