//! A plot: two axes, what is drawn between them, and labels beside the ends of the lines.

use super::Drawing;
use super::labels::{LabelRequest, spread_labels};
use super::scale::{Scale, Tick};
use super::sheet::Sheet;
use super::svg::Element;
use super::text::{Anchor, plain, text, width};

/// A scale with its ticks and what it measures.
#[derive(Debug, Clone)]
pub struct Axis {
    /// Where values lie.
    pub scale: Scale,
    /// The values that are marked.
    pub ticks: Vec<Tick>,
    /// What is measured.
    pub title: String,
}

/// A plot in the making.
#[must_use]
#[derive(Debug, Clone)]
pub struct Plot {
    sheet: Sheet,
    x: Axis,
    y: Axis,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    marks: Vec<Element>,
    labels: Vec<Label>,
}

/// A label in the right margin, at the end of a line.
#[derive(Debug, Clone)]
struct Label {
    class: String,
    text: String,
    end: (f64, f64),
}

const LINE_HEIGHT: f64 = 1.2 * Sheet::TYPE;

impl Drawing for Plot {
    fn finish(self, name: &str, title: &str, description: &str) -> Element {
        self.sheet.root(name, title, description).child(self.area())
    }
}

impl Element {
    /// Words of an axis, if there are any.
    fn push_text(&mut self, class: &str, place: (f64, f64), anchor: Anchor, words: &str) {
        if !words.is_empty() {
            self.push(text(class, place, anchor, LINE_HEIGHT, words));
        }
    }
}

impl Plot {
    /// An empty plot; `margin` is the widest label that will stand at the end of a line.
    pub fn new(sheet: Sheet, x: Axis, y: Axis, margin: &str) -> Self {
        let ticks = y.ticks.iter().map(|tick| width(&tick.label));
        let left = Sheet::TYPE * ticks.fold(0.0, f64::max) + 12.0;
        // Labels of series are set in a heavier weight than the estimate knows.
        let label = 1.06 * Sheet::TYPE * width(margin);
        let right = if margin.is_empty() {
            10.0
        } else {
            label + 14.0
        };
        Self {
            left,
            right: sheet.width - right,
            top: if y.title.is_empty() { 20.0 } else { 34.0 },
            bottom: sheet.height - if x.title.is_empty() { 26.0 } else { 46.0 },
            sheet,
            x,
            y,
            marks: Vec::new(),
            labels: Vec::new(),
        }
    }

    /// The same plot with so many pixels left of its axis, where the labels of the ticks decide
    /// otherwise: so that plots beside each other have frames of one size.
    pub fn with_left(self, left: f64) -> Self {
        Self { left, ..self }
    }

    /// The same plot with a frame as wide as high: where both axes have one scale, a slope is what it looks like.
    ///
    /// What has been drawn before does not move with it.
    pub fn square(self) -> Self {
        let side = (self.right - self.left).min(self.bottom - self.top);
        Self {
            right: self.left + side,
            top: self.bottom - side,
            ..self
        }
    }

    /// The left edge of the frame.
    pub fn left(&self) -> f64 {
        self.left
    }

    /// The right edge of the frame.
    pub fn right(&self) -> f64 {
        self.right
    }

    /// Where a point of the data is on the sheet.
    pub fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (
            self.left + self.x.scale.fraction(x) * (self.right - self.left),
            self.bottom - self.y.scale.fraction(y) * (self.bottom - self.top),
        )
    }

    /// A line through points of the data.
    pub fn line(&mut self, class: &str, points: impl IntoIterator<Item = (f64, f64)>) {
        let path = Element::path(
            &format!("line {class}"),
            points.into_iter().map(|point| self.place(point)),
        );
        self.marks.push(path);
    }

    /// The area between two lines over the same places.
    pub fn band(&mut self, class: &str, x: &[f64], low: &[f64], high: &[f64]) {
        let there = x.iter().zip(high);
        let back = x.iter().zip(low).rev();
        let outline: Vec<_> = there
            .chain(back)
            .map(|(x, y)| self.place((*x, *y)))
            .collect();
        self.marks
            .push(Element::area(&format!("band {class}"), outline));
    }

    /// Rectangles in one stroke of the brush, each between two opposite corners.
    pub fn tiles(
        &mut self,
        class: &str,
        corners: impl IntoIterator<Item = ((f64, f64), (f64, f64))>,
    ) {
        let places = corners
            .into_iter()
            .map(|(one, other)| (self.place(one), self.place(other)));
        let tiles = Element::tiles(&format!("band {class}"), places);
        self.marks.push(tiles);
    }

    /// A rectangle between two opposite corners, colored as strongly as this share of its color.
    pub fn tile(&mut self, class: &str, strength: f64, one: (f64, f64), other: (f64, f64)) {
        let corners = (self.place(one), self.place(other));
        let tile = Element::tiles(&format!("cell {class}"), [corners]);
        self.marks
            .push(tile.with("fill-opacity", format!("{strength:.3}")));
    }

    /// Rectangles between opposite corners in one stroke, colored as strongly as this share of their color.
    pub fn cells(
        &mut self,
        class: &str,
        strength: f64,
        corners: impl IntoIterator<Item = ((f64, f64), (f64, f64))>,
    ) {
        let places = corners
            .into_iter()
            .map(|(one, other)| (self.place(one), self.place(other)));
        let tiles = Element::tiles(&format!("cell {class}"), places);
        self.marks
            .push(tiles.with("fill-opacity", format!("{strength:.2}")));
    }

    /// Words in the middle of a tile.
    pub fn inside(&mut self, class: &str, at: (f64, f64), words: &str) {
        let (x, y) = self.place(at);
        let place = (x, y + 0.36 * Sheet::TYPE);
        self.marks
            .push(text(class, place, Anchor::Middle, LINE_HEIGHT, words));
    }

    /// A disk at every point that has a place.
    pub fn points(
        &mut self,
        class: &str,
        radius: f64,
        points: impl IntoIterator<Item = (f64, f64)>,
    ) {
        let disks: Vec<_> = points
            .into_iter()
            .map(|point| self.place(point))
            .filter(|(x, y)| x.is_finite() && y.is_finite())
            .map(|place| Element::disk("point", place, radius))
            .collect();
        self.marks
            .push(Element::group(&format!("points {class}")).children(disks));
    }

    /// Many dots in one stroke; a point that has no place is left out.
    pub fn dots(
        &mut self,
        class: &str,
        diameter: f64,
        points: impl IntoIterator<Item = (f64, f64)>,
    ) {
        let places = points.into_iter().map(|point| self.place(point));
        let dots = Element::dots(&format!("dots {class}"), places, diameter);
        self.marks.push(dots);
    }

    /// An upright line from `low` to `high` at every `x`.
    pub fn whiskers(&mut self, class: &str, ranges: impl IntoIterator<Item = (f64, (f64, f64))>) {
        let lines: Vec<_> = ranges
            .into_iter()
            .map(|(x, (low, high))| {
                Element::line("whisker", self.place((x, low)), self.place((x, high)))
            })
            .collect();
        self.marks
            .push(Element::group(&format!("whiskers {class}")).children(lines));
    }

    /// A level line across the plot.
    pub fn rule(&mut self, class: &str, y: f64) {
        let (_, y) = self.place((0.0, y));
        let rule = Element::line(&format!("rule {class}"), (self.left, y), (self.right, y));
        self.marks.push(rule);
    }

    /// Words at a point of the data, moved by `offset` pixels.
    pub fn note(
        &mut self,
        class: &str,
        at: (f64, f64),
        offset: (f64, f64),
        anchor: Anchor,
        words: &str,
    ) {
        let (x, y) = self.place(at);
        let place = (x + offset.0, y + offset.1);
        self.marks.push(text(
            &format!("note {class}"),
            place,
            anchor,
            LINE_HEIGHT,
            words,
        ));
    }

    /// Names the line that ends here, in the right margin.
    pub fn label(&mut self, class: &str, end: (f64, f64), words: &str) {
        self.labels.push(Label {
            class: class.to_owned(),
            text: words.to_owned(),
            end: self.place(end),
        });
    }

    /// Axes, marks and labels, one upon the other; with its scales, so that a script can tell the
    /// value of a place.
    pub fn area(self) -> Element {
        let labels = self.draw_labels();
        Element::group("area")
            .with("data-x", self.x.scale.written(self.left, self.right))
            .with("data-y", self.y.scale.written(self.bottom, self.top))
            .with("data-x-name", plain(&self.x.title))
            .with("data-y-name", plain(&self.y.title))
            .child(self.draw_y_axis())
            .child(self.draw_x_axis())
            .child(Element::group("marks").children(self.marks))
            .child(labels)
    }

    fn draw_y_axis(&self) -> Element {
        let mut axis = Element::group("axis");
        for tick in &self.y.ticks {
            let (_, y) = self.place((0.0, tick.at));
            axis.push(Element::line("grid", (self.left, y), (self.right, y)));
            let place = (self.left - 8.0, y + 0.36 * Sheet::TYPE);
            axis.push_text("tick", place, Anchor::End, &tick.label);
        }
        axis.push_text("title", (0.0, 12.0), Anchor::Start, &self.y.title);
        axis
    }

    fn draw_x_axis(&self) -> Element {
        let mut axis = Element::group("axis");
        for tick in &self.x.ticks {
            let (x, _) = self.place((tick.at, 0.0));
            axis.push(Element::line(
                "tick",
                (x, self.bottom),
                (x, self.bottom + 4.0),
            ));
            let place = (x, self.bottom + 19.0);
            axis.push_text("tick", place, Anchor::Middle, &tick.label);
        }
        let place = (
            f64::midpoint(self.left, self.right),
            self.sheet.height - 7.0,
        );
        axis.push_text("title", place, Anchor::Middle, &self.x.title);
        axis
    }

    fn draw_labels(&self) -> Element {
        let lines = |label: &Label| label.text.lines().count() as f64;
        let wishes: Vec<LabelRequest> = self
            .labels
            .iter()
            .map(|label| LabelRequest {
                middle: label.end.1,
                height: lines(label) * LINE_HEIGHT + 2.0,
            })
            .collect();
        let middles = spread_labels(&wishes, 16.0, self.bottom + LINE_HEIGHT);
        let mut group = Element::group("labels");
        for (label, middle) in self.labels.iter().zip(middles) {
            let (x, y) = label.end;
            if (middle - y).abs() > 0.4 * LINE_HEIGHT {
                let leader = [(x + 2.0, y), (x + 7.0, middle)];
                group.push(Element::path(&format!("leader {}", label.class), leader));
            }
            let baseline = middle - (lines(label) - 1.0) / 2.0 * LINE_HEIGHT + 0.36 * Sheet::TYPE;
            group.push(text(
                &format!("label {}", label.class),
                (x + 10.0, baseline),
                Anchor::Start,
                LINE_HEIGHT,
                &label.text,
            ));
        }
        group
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot() -> Plot {
        let axis = |title: &str| {
            let scale = Scale::Linear {
                low: 0.0,
                high: 10.0,
            };
            Axis {
                scale,
                ticks: scale.ticks(5),
                title: title.into(),
            }
        };
        Plot::new(Sheet::COLUMN, axis("layer"), axis("rms"), "a label")
    }

    #[test]
    fn the_corners_of_the_data_are_the_corners_of_the_frame() {
        let plot = plot();
        let (x, y) = plot.place((0.0, 0.0));
        assert_eq!((x, y), (plot.left, plot.bottom));
        assert_eq!(plot.place((10.0, 10.0)), (plot.right, plot.top));
    }

    #[test]
    fn in_a_square_frame_a_unit_has_one_length_on_both_axes() {
        for sheet in [Sheet::WIDE, Sheet::PHONE.of_height(600.0)] {
            let Plot { x, y, .. } = plot();
            let plot = Plot::new(sheet, x, y, "").square();
            let (from, to) = (plot.place((2.0, 2.0)), plot.place((3.0, 3.0)));
            assert!((to.0 - from.0 - (from.1 - to.1)).abs() < 1e-9);
            let (corner, end) = (plot.place((0.0, 0.0)), plot.place((10.0, 10.0)));
            assert!(corner.0 > 0.0 && corner.1 < sheet.height);
            assert!(end.0 < sheet.width && end.1 > 0.0);
        }
    }

    #[test]
    fn labels_of_lines_that_end_together_do_not_overlap() {
        let mut plot = plot();
        plot.label("s1", (10.0, 5.0), "one");
        plot.label("s2", (10.0, 5.1), "two");
        let svg = plot.finish("test", "A test", "Two labels.").to_string();
        let document = roxmltree::Document::parse(&svg).unwrap();
        let baselines: Vec<f64> = document
            .descendants()
            .filter(|node| {
                node.attribute("class")
                    .is_some_and(|class| class.starts_with("label "))
            })
            .map(|node| node.attribute("y").unwrap().parse().unwrap())
            .collect();
        assert!((baselines[0] - baselines[1]).abs() >= LINE_HEIGHT, "{svg}");
    }

    #[test]
    fn a_point_without_a_place_is_not_drawn() {
        let mut plot = plot();
        plot.points("s1", 3.0, [(1.0, f64::NAN), (2.0, 2.0)]);
        let svg = plot.finish("test", "A test", "One point.").to_string();
        assert_eq!(svg.matches("<circle").count(), 1);
    }
}
