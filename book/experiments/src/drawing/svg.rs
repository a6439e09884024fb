//! SVG elements: what a figure is made of.
//!
//! One tag a line and never a blank line, since mdBook reads the page as Markdown once more.
//! Colors are classes, which the theme fills in; what must hold without any style sheet (no filled
//! curves, sizes of type) is an attribute.

use std::fmt;

/// A tag with attributes and children.
#[must_use]
#[derive(Debug, Clone)]
pub struct Element {
    tag: &'static str,
    attributes: Vec<(&'static str, String)>,
    children: Vec<Node>,
}

#[derive(Debug, Clone)]
enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    /// An element without attributes and children.
    pub fn new(tag: &'static str) -> Self {
        Self {
            tag,
            attributes: Vec::new(),
            children: Vec::new(),
        }
    }

    /// A group with a class.
    pub fn group(class: &str) -> Self {
        Self::new("g").with("class", class)
    }

    /// A straight line.
    pub fn line(class: &str, from: (f64, f64), to: (f64, f64)) -> Self {
        Self::new("line")
            .with("class", class)
            .at("x1", from.0)
            .at("y1", from.1)
            .at("x2", to.0)
            .at("y2", to.1)
            .with("stroke", "currentColor")
    }

    /// An open path through the points; a point that is not finite interrupts it.
    pub fn path(class: &str, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self::new("path")
            .with("class", class)
            .with("d", path_data(points))
            .with("fill", "none")
            .with("stroke", "currentColor")
    }

    /// A filled outline.
    pub fn area(class: &str, outline: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self::new("path")
            .with("class", class)
            .with("d", path_data(outline) + "Z")
    }

    /// Many rectangles with upright sides as one area, each between two opposite corners.
    pub fn tiles(class: &str, corners: impl IntoIterator<Item = ((f64, f64), (f64, f64))>) -> Self {
        let tiles = corners.into_iter().map(|((x, y), (right, bottom))| {
            let [x, y, right, bottom] = [x, y, right, bottom].map(number);
            format!("M{x} {y}H{right}V{bottom}H{x}Z")
        });
        Self::new("path")
            .with("class", class)
            .with("d", tiles.collect::<String>())
            .with("shape-rendering", "crispEdges")
    }

    /// A dot at each of many points, as the round ends of strokes without length: a tenth of the
    /// text that so many disks would take.
    pub fn dots(class: &str, points: impl IntoIterator<Item = (f64, f64)>, diameter: f64) -> Self {
        let strokes: Vec<String> = points
            .into_iter()
            .filter(|(x, y)| x.is_finite() && y.is_finite())
            .map(|(x, y)| format!("M{} {}h0", number(x), number(y)))
            .collect();
        Self::new("path")
            .with("class", class)
            .with("d", strokes.concat())
            .with("fill", "none")
            .with("stroke", "currentColor")
            .with("stroke-linecap", "round")
            .at("stroke-width", diameter)
    }

    /// A rectangle, by its upper left corner and its size.
    pub fn rectangle(class: &str, (x, y): (f64, f64), (width, height): (f64, f64)) -> Self {
        Self::new("rect")
            .with("class", class)
            .at("x", x)
            .at("y", y)
            .at("width", width)
            .at("height", height)
    }

    /// The same element, moved.
    pub fn moved(self, (x, y): (f64, f64)) -> Self {
        let to = format!("translate({} {})", number(x), number(y));
        self.with("transform", to)
    }

    /// A disk.
    pub fn disk(class: &str, center: (f64, f64), radius: f64) -> Self {
        Self::new("circle")
            .with("class", class)
            .at("cx", center.0)
            .at("cy", center.1)
            .at("r", radius)
    }

    /// An attribute in words.
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.attributes.push((name, value.to_string()));
        self
    }

    /// An attribute that is a coordinate.
    pub fn at(self, name: &'static str, coordinate: f64) -> Self {
        self.with(name, number(coordinate))
    }

    /// With this child, behind the others.
    pub fn child(mut self, child: Self) -> Self {
        self.push(child);
        self
    }

    /// With these children, behind the others.
    pub fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children
            .extend(children.into_iter().map(Node::Element));
        self
    }

    /// Adds a child behind the others.
    pub fn push(&mut self, child: Self) {
        self.children.push(Node::Element(child));
    }

    /// With this text, behind the other children.
    pub fn text(mut self, text: &str) -> Self {
        self.children.push(Node::Text(text.to_owned()));
        self
    }

    /// Whether spaces and line ends between the children would be seen.
    fn is_running_text(&self) -> bool {
        matches!(self.tag, "text" | "tspan" | "title" | "desc")
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}", self.tag)?;
        for (name, value) in &self.attributes {
            write!(f, " {name}=\"{}\"", escape(value))?;
        }
        if self.children.is_empty() {
            return f.write_str("/>");
        }
        f.write_str(">")?;
        let line_end = if self.is_running_text() { "" } else { "\n" };
        f.write_str(line_end)?;
        for child in &self.children {
            match child {
                Node::Element(element) => write!(f, "{element}{line_end}")?,
                Node::Text(text) => write!(f, "{}{line_end}", escape(text))?,
            }
        }
        write!(f, "</{}>", self.tag)
    }
}

/// A coordinate with at most two decimals.
///
/// # Panics
///
/// If it is not finite: no browser draws at NaN.
#[track_caller]
pub fn number(coordinate: f64) -> String {
    assert!(
        coordinate.is_finite(),
        "a coordinate must be finite, but is {coordinate}"
    );
    let text = format!("{coordinate:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" => "0".to_owned(),
        text => text.to_owned(),
    }
}

fn path_data(points: impl IntoIterator<Item = (f64, f64)>) -> String {
    let mut data = String::new();
    let mut pen_is_down = false;
    for (x, y) in points {
        if x.is_finite() && y.is_finite() {
            data.push(if pen_is_down { 'L' } else { 'M' });
            data.push_str(&number(x));
            data.push(' ');
            data.push_str(&number(y));
            pen_is_down = true;
        } else {
            pen_is_down = false;
        }
    }
    data
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_is_written_one_tag_a_line_but_text_in_one() {
        let drawing = Element::group("axis")
            .child(Element::line("tick", (0.0, 1.0), (2.5, 1.0)))
            .child(
                Element::new("text")
                    .text("a < b")
                    .child(Element::new("tspan").text("2")),
            );
        assert_eq!(
            drawing.to_string(),
            "<g class=\"axis\">\n\
             <line class=\"tick\" x1=\"0\" y1=\"1\" x2=\"2.5\" y2=\"1\" stroke=\"currentColor\"/>\n\
             <text>a &lt; b<tspan>2</tspan></text>\n\
             </g>"
        );
    }

    #[test]
    fn a_path_is_interrupted_where_a_point_is_not_finite() {
        let points = [(0.0, 0.0), (1.0, f64::NAN), (2.0, 3.0), (4.0, 5.126)];
        assert_eq!(path_data(points), "M0 0M2 3L4 5.13");
    }

    #[test]
    #[should_panic(expected = "a coordinate must be finite, but is NaN")]
    fn a_coordinate_that_is_not_finite_is_refused() {
        let _ = number(f64::NAN);
    }
}
