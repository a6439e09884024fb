//! Where everything stands on a slide.

use std::path::PathBuf;

use experiments::drawing::Picture;
use experiments::drawing::svg::{Element, number};
use experiments::drawing::text::{Anchor, literal, text, width};

use super::style::Style;

/// What stands on a slide.
pub(super) struct Slide<'a> {
    pub(super) number: &'a str,
    pub(super) title: &'a str,
    pub(super) claim: Option<Claim>,
    pub(super) book: &'a str,
    pub(super) page: PathBuf,
}

/// A claim in words, and what its test found.
pub(super) struct Claim {
    pub(super) number: String,
    pub(super) id: String,
    pub(super) sentence: String,
    /// Text of a drawing, with raised exponents.
    pub(super) verdict: String,
}

/// The canvas, 16 to 9.
const CANVAS: (f64, f64) = (1280.0, 720.0);
/// The distance of everything from the rim.
const RIM: f64 = 60.0;
/// Where the figure and the claim begin and end.
const TOP: f64 = 140.0;
const BOTTOM: f64 = 640.0;
/// The width of a claim beside the figure.
const COLUMN: f64 = 430.0;
/// What is between the two.
const GAP: f64 = 50.0;
/// The sizes of a sentence, one of which lets it fit.
const SIZES: [f64; 6] = [28.0, 26.0, 24.0, 22.0, 20.0, 18.0];

/// Lines of type: their class, their size, and the distance from one to the next.
struct Type {
    class: &'static str,
    size: f64,
}

impl Type {
    fn leading(&self) -> f64 {
        1.36 * self.size
    }

    /// These words in lines of this width.
    fn lines(&self, marked: &str, room: f64) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in marked.split_whitespace() {
            let longer = lines.last().map(|line| format!("{line} {word}"));
            match (lines.last_mut(), longer) {
                (Some(line), Some(longer)) if width(&longer) * self.size <= room => *line = longer,
                _ => lines.push(word.to_owned()),
            }
        }
        lines
    }

    /// The lines, the first one with its foot at `y`.
    fn set(&self, place: (f64, f64), anchor: Anchor, lines: &[String]) -> Element {
        text(self.class, place, anchor, self.leading(), &lines.join("\n"))
            .with("font-size", number(self.size))
    }
}

impl Slide<'_> {
    /// The slide as a file.
    pub(super) fn draw(&self, picture: &Picture, style: &Style) -> String {
        let (page_width, page_height) = CANVAS;
        let words = format!("{} {}: {}", self.number, self.title, picture.title);
        let figure_width = match self.claim {
            Some(_) => page_width - 2.0 * RIM - COLUMN - GAP,
            None => page_width - 2.0 * RIM,
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
            .children(self.claim.iter().flat_map(|claim| {
                let left = page_width - RIM - COLUMN;
                claim.draw(left)
            }))
            .children(self.foot());
        let drawn = slide.to_string();
        let figure = figure(picture, (RIM, TOP), (figure_width, BOTTOM - TOP));
        let rules = frame_rules(style) + &style.rules;
        // The figure is text by now, and stands before the last tag.
        let style = |rules: &str| format!("<style>\n{rules}\n</style>");
        let place = style(PLACE_OF_RULES);
        assert!(drawn.contains(&place), "a slide has a place for rules");
        let whole = drawn.replacen(&place, &style(&rules), 1);
        let open = whole.strip_suffix("</svg>").unwrap_or(&whole);
        format!("{open}{figure}\n</svg>\n")
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
        let line = 104.0;
        vec![
            number.set((RIM, 80.0), Anchor::Start, &[self.number.to_owned()]),
            title.set((after, 80.0), Anchor::Start, &[whole]),
            Element::line("slide-rule", (RIM, line), (CANVAS.0 - RIM, line)),
        ]
    }

    fn foot(&self) -> Vec<Element> {
        let small = Type {
            class: "slide-foot",
            size: 16.0,
        };
        let (y, right) = (CANVAS.1 - 34.0, CANVAS.0 - RIM);
        let page = self.page.to_string_lossy().replace('\\', "/");
        vec![
            small.set((RIM, y), Anchor::Start, &[literal(self.book)]),
            small.set((right, y), Anchor::End, &[literal(&page)]),
        ]
    }
}

impl Claim {
    /// The claim from `left` on: its number, its sentence, and what its test found.
    fn draw(&self, left: f64) -> Vec<Element> {
        let head = Type {
            class: "slide-head",
            size: 18.0,
        };
        let found = Type {
            class: "slide-found",
            size: 16.0,
        };
        let found_lines = found.lines(&self.verdict, COLUMN);
        let head_height = 2.2 * head.leading();
        let foot_height = (found_lines.len() as f64 + 2.5) * found.leading();
        let room = BOTTOM - TOP - head_height - foot_height;
        let words = literal(&self.sentence);
        let fits = |size: &f64| {
            let kind = Type {
                class: "slide-sentence",
                size: *size,
            };
            kind.lines(&words, COLUMN).len() as f64 * kind.leading() + 0.6 * size <= room
        };
        let smallest = SIZES[SIZES.len() - 1];
        let size = SIZES.into_iter().find(fits).unwrap_or(smallest);
        let sentence = Type {
            class: "slide-sentence",
            size,
        };
        let lines = sentence.lines(&words, COLUMN);
        let first = TOP + head_height + 0.6 * size;
        let below = first + lines.len() as f64 * sentence.leading() + 0.6 * found.leading();
        let id = below + found_lines.len() as f64 * found.leading() + 6.0;
        vec![
            head.set(
                (left, TOP + head.size),
                Anchor::Start,
                &[format!("✓ Claim {}, verified", self.number)],
            ),
            sentence.set((left, first), Anchor::Start, &lines),
            found.set((left, below), Anchor::Start, &found_lines),
            Type {
                class: "slide-id",
                size: 15.0,
            }
            .set((left, id), Anchor::Start, &[literal(&self.id)]),
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

/// The drawing in its box, in the middle. Of its two settings, for the page and for a phone, it is the one whose type is larger there.
fn figure(picture: &Picture, (left, top): (f64, f64), room: (f64, f64)) -> String {
    let settings = picture.svg.split("</svg>").filter_map(Setting::read);
    let scale = |setting: &Setting| (room.0 / setting.width).min(room.1 / setting.height);
    let largest = settings.max_by(|a, b| scale(a).total_cmp(&scale(b)));
    let Some(setting) = largest else {
        return String::new();
    };
    let factor = scale(&setting);
    let (width, height) = (factor * setting.width, factor * setting.height);
    let x = left + (room.0 - width) / 2.0;
    let y = top + (room.1 - height) / 2.0;
    format!(
        "<g class=\"plot\" font-size=\"13\" transform=\"translate({} {}) scale({factor:.4})\">{}\n</g>",
        number(x),
        number(y),
        setting.inside
    )
}

/// A drawing as it was written.
struct Setting<'a> {
    width: f64,
    height: f64,
    /// What stands between its tags.
    inside: &'a str,
}

impl<'a> Setting<'a> {
    fn read(svg: &'a str) -> Option<Self> {
        let (tag, inside) = svg.split_once('>')?;
        let (_, sizes) = tag.split_once("viewBox=\"0 0 ")?;
        let (sizes, _) = sizes.split_once('"')?;
        let (width, height) = sizes.split_once(' ')?;
        Some(Self {
            width: width.parse().ok()?,
            height: height.parse().ok()?,
            inside: inside.trim_end(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_where_the_room_ends() {
        let kind = Type {
            class: "",
            size: 10.0,
        };
        let lines = kind.lines("aaa bbb ccc dddddddddddd", 45.0);
        assert_eq!(lines, ["aaa bbb", "ccc", "dddddddddddd"]);
    }

    #[test]
    fn the_setting_with_the_larger_type_is_taken_and_stands_in_the_middle() {
        let picture = Picture {
            title: String::new(),
            description: String::new(),
            svg: "<svg viewBox=\"0 0 880 430\">\n<p/>\n</svg>\n<svg viewBox=\"0 0 360 320\">\n<q/>\n</svg>".to_owned(),
            data: Vec::new(),
            wide: true,
        };
        let drawn = figure(&picture, (10.0, 20.0), (880.0, 640.0));
        assert!(
            drawn.contains("translate(90 20) scale(2.0000)\">\n<q/>"),
            "{drawn}"
        );
        let tall = Picture {
            svg: picture.svg.replace("360 320", "360 900"),
            ..picture
        };
        let drawn = figure(&tall, (10.0, 20.0), (880.0, 640.0));
        assert!(
            drawn.contains("translate(10 125) scale(1.0000)\">\n<p/>"),
            "{drawn}"
        );
    }
}
