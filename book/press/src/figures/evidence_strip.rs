//! The evidence of a claim in one line: what is accepted, what was measured, where the foils fell.
//!
//! Places along the line are percentages and type has its own size, so the strip fits any width
//! from [`NARROWEST`] up without being scaled: labels that do not overlap there overlap nowhere.

mod placing;
mod spectrum;

use std::fmt::Write;

use unit_variance::evidence::{Evidence, FoilOutcome};

use experiments::drawing::svg::Element;
use experiments::drawing::text::{literal, plain, width};
use experiments::number::{Format, Script, brief, format_for_width, typeset};
use placing::{Placed, place_labels};
use spectrum::{Place, Spectrum};

/// The least width for which labels are kept apart, in pixels.
const NARROWEST: f64 = 280.0;

/// The size of type, in pixels.
const TYPE: f64 = 11.5;

/// The height of the line, of a row of labels below it, and of the first of these.
const LINE: f64 = 27.0;
const ROW: f64 = 16.0;
const FIRST_ROW: f64 = LINE + 22.0;

/// The longest name of a foil that is written out; the page tells it in full below the strip.
const LONGEST_NAME: usize = 32;

/// The nearest foils are drawn, and not more than this many: the page lists them all.
const MOST_FOILS: usize = 4;

/// No reader tells 10^150 from 10^300: beyond this, values are not drawn but pointed at.
const FARTHEST: f64 = 1e99;

/// A range plot of the evidence as inline SVG; `id` is that of the claim.
pub fn evidence_strip(evidence: &Evidence, id: &str) -> String {
    let spectrum = Spectrum::of(evidence);
    let (title_id, description_id) = (format!("{id}-strip-title"), format!("{id}-strip-desc"));

    let mut foils: Vec<(&FoilOutcome, Place)> = evidence
        .foils
        .iter()
        .map(|foil| (foil, spectrum.place(foil.value)))
        .collect();
    let (from, to) = spectrum.accepted();
    let distance = |place: Place| (from - place.at).max(place.at - to);
    foils.sort_by(|a, b| distance(a.1).total_cmp(&distance(b.1)));
    foils.truncate(MOST_FOILS);
    foils.sort_by(|a, b| a.1.at.total_cmp(&b.1.at));
    let labels: Vec<(f64, String)> = foils
        .iter()
        .map(|(foil, place)| (place.at, foil_label(foil, value_format(evidence))))
        .collect();
    let placed = place_labels(&labels);
    let rows = placed.iter().map(|label| label.row + 1).max().unwrap_or(0);

    let mut strip = Element::new("svg")
        .with("class", "strip")
        .with("width", "100%")
        .at("height", FIRST_ROW - 8.0 + ROW * rows as f64)
        .with("font-size", TYPE)
        .with("role", "img")
        .with("aria-labelledby", format!("{title_id} {description_id}"))
        .child(
            Element::new("title")
                .with("id", title_id)
                .text(&format!("Evidence for {id}")),
        )
        .child(
            Element::new("desc")
                .with("id", description_id)
                .text(&describe(evidence)),
        )
        .child(level("axis", 0.0, 1.0));
    if spectrum.has_zero_apart() {
        strip.push(
            Element::new("rect")
                .with("class", "break")
                .with("x", percent(spectrum::BREAK))
                .at("y", LINE - 3.0)
                .with("width", "2%")
                .at("height", 6.0),
        );
    }
    strip.push(
        Element::new("rect")
            .with("class", "accepted")
            .with("x", percent(from))
            .at("y", LINE - 6.0)
            .with("width", percent(to - from))
            .at("height", 12.0)
            .at("rx", 2.0),
    );
    let class = |foil: &FoilOutcome| if foil.caught { "foil" } else { "foil missed" };
    // Marks and leaders first, so that labels lie over them.
    for ((foil, place), label) in foils.iter().zip(&placed) {
        strip.push(draw_foil(class(foil), *place, label));
    }
    for ((foil, _), label) in foils.iter().zip(&placed) {
        let words = label.text(FIRST_ROW + ROW * label.row as f64);
        strip.push(Element::group(class(foil)).child(words));
    }
    strip.push(draw_value(evidence, spectrum.place(evidence.value)));
    strip.to_string()
}

/// `0.498 (LeCun)`: where it fell, and what it is.
fn foil_label(foil: &FoilOutcome, format: Format) -> String {
    let mut name: String = foil.name.chars().take(LONGEST_NAME).collect();
    if name.len() < foil.name.len() {
        name = format!("{}…", name.trim_end());
    }
    let value = as_below(foil.value, foil_format(foil, format));
    format!("{value} ({})", literal(&name))
}

/// The digits with which a value is compared to its interval.
pub(crate) fn value_format(evidence: &Evidence) -> Format {
    match format_for_width(evidence.interval.high - evidence.interval.low) {
        // An exact zero needs no decimals.
        Format::Fixed(_) if evidence.value == 0.0 && !evidence.grade.has_chance() => {
            Format::Shortest
        }
        Format::Significant(_) if evidence.value == 0.0 => Format::Shortest,
        format => format,
    }
}

/// A foil far outside of the interval keeps at least two digits that mean something, a huge
/// one is written as a power of ten, and a count as a whole number.
pub(crate) fn foil_format(foil: &FoilOutcome, format: Format) -> Format {
    match format {
        Format::Fixed(_) if foil.value.abs() >= 1e6 => Format::Scientific(1),
        _ if foil.value.fract() == 0.0 && foil.value.abs() < 1e6 => Format::Fixed(0),
        Format::Fixed(decimals) if foil.value.abs() >= 10.0_f64.powi(1 - i32::from(decimals)) => {
            format
        }
        _ => Format::Significant(3),
    }
}

/// A number with the digits that it has in the sentences below the strip, if these are decimals.
fn as_below(value: f64, format: Format) -> String {
    match format {
        Format::Fixed(_) => typeset(value, format, Script::Html),
        _ => told(value),
    }
}

/// A value as a reader can take it in: of one beyond [`FARTHEST`], which side it is on.
fn told(value: f64) -> String {
    if value.is_finite() && value.abs() > FARTHEST {
        let side = if value < 0.0 { "below −" } else { "above " };
        format!("{side}10^{{{}}}", FARTHEST.log10().round())
    } else {
        brief(value)
    }
}

fn describe(evidence: &Evidence) -> String {
    let brief = |x| plain(&told(x));
    let inside = if evidence.interval.contains(evidence.value) {
        "inside"
    } else {
        "outside"
    };
    let mut text = format!(
        "{}: {} gave {}, {inside} the accepted range from {} to {}.",
        evidence.statistic,
        evidence.subject,
        brief(evidence.value),
        brief(evidence.interval.low),
        brief(evidence.interval.high),
    );
    for foil in &evidence.foils {
        let fate = if foil.caught { "outside" } else { "inside" };
        let _ = write!(text, " Foil, {}: {}, {fate}.", foil.name, brief(foil.value));
    }
    text
}

fn draw_value(evidence: &Evidence, place: Place) -> Element {
    let class = if evidence.interval.contains(evidence.value) {
        "value"
    } else {
        "value missed"
    };
    let label = place_labels(&[(place.at, as_below(evidence.value, value_format(evidence)))])
        .pop()
        .expect("one label has one place");
    let dot = Element::new("circle").at("cy", LINE).at("r", 5.0);
    Element::group(class)
        .child(pinned(place.at, place.arrow().unwrap_or(dot)))
        .child(label.text(LINE - 13.0))
}

fn draw_foil(class: &str, place: Place, label: &Placed) -> Element {
    let cross = [
        (-4.5, LINE - 4.5),
        (4.5, LINE + 4.5),
        (f64::NAN, 0.0),
        (-4.5, LINE + 4.5),
        (4.5, LINE - 4.5),
    ];
    let mark = place
        .arrow()
        .unwrap_or_else(|| Element::path("cross", cross));
    let mut group = Element::group(class).child(pinned(place.at, mark));
    if label.row > 0 {
        let down = FIRST_ROW + ROW * label.row as f64 - 10.0;
        let leader = Element::line("leader", (0.0, LINE + 7.0), (0.0, down));
        group.push(pinned(place.at, leader));
    }
    group
}

/// A small drawing around `x = 0`, at a place of the strip.
fn pinned(at: f64, drawing: Element) -> Element {
    Element::new("svg")
        .with("x", percent(at))
        .with("overflow", "visible")
        .child(drawing)
}

fn level(class: &str, from: f64, to: f64) -> Element {
    Element::new("line")
        .with("class", class)
        .with("x1", percent(from))
        .at("y1", LINE)
        .with("x2", percent(to))
        .at("y2", LINE)
        .with("stroke", "currentColor")
}

fn percent(fraction: f64) -> String {
    format!("{}%", experiments::drawing::svg::number(100.0 * fraction))
}

/// How wide a label is, in pixels.
fn pixels(words: &str) -> f64 {
    1.04 * TYPE * width(words)
}

#[cfg(test)]
mod tests;
