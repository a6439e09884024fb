//! Six small layers and their connections: what one output sums, and where one input goes.

use anyhow::Result;
use experiments::{Cell, Table};
use unit_variance::initializer::Wiring;

use super::Figure;
use super::panels::{Panels, Place};
use super::sheet::Sheet;
use super::svg::Element;
use super::text::{Anchor, text};
use crate::Lab;

pub(super) const NAME: &str = "connections";

/// A layer in a panel: where its units stand, and which two are looked at.
struct Panel {
    name: &'static str,
    wiring: Wiring,
    /// Places of the input units and of the output units, from 0 to 1; none for a unit whose window
    /// goes around the ring.
    places: [Vec<Option<f64>>; 2],
    /// An output whose inputs are marked, and an input whose outputs are.
    marked: (usize, usize),
}

/// So many places at equal distances.
fn spread(units: usize) -> Vec<Option<f64>> {
    let place = |i: usize| Some((i as f64 + 0.5) / units as f64);
    (0..units).map(place).collect()
}

fn dense(
    name: &'static str,
    wiring: Wiring,
    [inputs, outputs]: [usize; 2],
    marked: (usize, usize),
) -> Panel {
    Panel {
        name,
        wiring,
        places: [spread(inputs), spread(outputs)],
        marked,
    }
}

/// Channels side by side, each with a window that moves by its stride; a unit stands in the middle
/// of what it sees.
fn convolution(
    name: &'static str,
    wiring: Wiring,
    [channels, kernel, stride]: [usize; 3],
    marked: (usize, usize),
) -> Panel {
    let (at_input, at_output) = wiring.positions();
    let (few, many) = (at_input.min(at_output), at_input.max(at_output));
    let fine = spread(channels * many);
    let middle = |window: usize| {
        let (channel, corner) = (window / few, window % few * stride);
        let middle = (corner + channel * many) as f64 + kernel as f64 / 2.0;
        (corner + kernel <= many).then_some(middle / (channels * many) as f64)
    };
    let coarse = (0..channels * few).map(middle).collect();
    let places = if at_input == many {
        [fine, coarse]
    } else {
        [coarse, fine]
    };
    Panel {
        name,
        wiring,
        places,
        marked,
    }
}

fn all() -> [Panel; 6] {
    let window = Wiring::convolution(1, 1, 3, 1);
    let two_channels = Wiring::convolution(2, 2, 3, 1).groups(2).ring(5);
    let up = Wiring::convolution(1, 1, 4, 1)
        .stride(2)
        .ring(4)
        .transposed();
    [
        dense("dense", Wiring::dense(6, 4), [6, 4], (0, 5)),
        dense("two groups", Wiring::dense(6, 4).groups(2), [6, 4], (0, 5)),
        convolution("window of 3", window.clone().ring(8), [1, 3, 1], (0, 5)),
        convolution("depthwise, 2 channels", two_channels, [2, 3, 1], (1, 7)),
        convolution(
            "window of 3, stride 2",
            window.stride(2).ring(4),
            [1, 3, 2],
            (0, 4),
        ),
        convolution("transposed, 4, stride 2", up, [1, 4, 2], (2, 2)),
    ]
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the signature is that of all figures"
)]
pub(super) fn draw(_: &Lab) -> Result<Figure> {
    let panels = all();
    let counts = panels.iter().map(|panel| {
        let (fan_in, fan_out) = panel.wiring.fans();
        format!("{}: fan-in {fan_in}, fan-out {fan_out}", panel.name)
    });
    let description = format!(
        "Six small layers, inputs below and outputs above, with a line for every connection. In each, the lines into one output are marked, \
         and those out of one input. {}.",
        counts.collect::<Vec<_>>().join("; ")
    );
    let data = Table {
        experiment: "connections of small layers".into(),
        parameters: Vec::new(),
        summary: Vec::new(),
        columns: ["layer", "fan_in", "fan_out"].map(str::to_owned).into(),
        rows: panels
            .iter()
            .map(|panel| {
                let (fan_in, fan_out) = panel.wiring.fans();
                vec![panel.name.into(), fan_in.into(), fan_out.into()]
            })
            .collect::<Vec<Vec<Cell>>>(),
    };
    Ok(Figure::of(
        NAME,
        "The connections of six small layers",
        &description,
        Sheet::COLUMN.of_height(420.0),
        vec![data],
        |sheet| arrange(sheet, &panels),
    ))
}

fn arrange(sheet: Sheet, panels: &[Panel]) -> Panels {
    let sheet = sheet.of_height(sheet.choose(sheet.height, 560.0));
    let (columns, rows) = sheet.choose((3, 2), (2, 3));
    let mut drawing = Panels::new(sheet);
    for (panel, place) in panels.iter().zip(Panels::grid(sheet, columns, rows)) {
        drawing.add(place, (panel.name, 0.0), layer(place, panel));
    }
    drawing
}

fn layer(place: Place, panel: &Panel) -> Vec<Element> {
    let (top, bottom) = (20.0, place.sheet.height - 34.0);
    let [inputs, outputs] = &panel.places;
    let below = |unit: usize| Some((inputs[unit]? * place.sheet.width, bottom));
    let above = |unit: usize| Some((outputs[unit]? * place.sheet.width, top));
    let seen: Vec<(usize, usize)> = panel.wiring.connections().collect();
    let lines = |class: &str, of: &dyn Fn(&(usize, usize)) -> bool| -> Vec<Element> {
        let chosen = seen.iter().filter(|connection| of(connection));
        let ends = chosen.filter_map(|&(input, output)| Some([below(input)?, above(output)?]));
        ends.map(|ends| Element::path(&format!("line {class}"), ends))
            .collect()
    };
    let disks = |class: &str, units: Vec<(f64, f64)>| {
        let disks = units.into_iter().map(|at| Element::disk("point", at, 4.5));
        Element::group(&format!("points {class}")).children(disks)
    };
    let (output, input) = panel.marked;
    let is_into = |connection: &(usize, usize)| connection.1 == output;
    let is_out_of = |connection: &(usize, usize)| connection.0 == input;
    let (fan_in, fan_out) = panel.wiring.fans();
    let caption = |x: f64, anchor: Anchor, class: &str, words: &str| {
        text(class, (x, place.sheet.height - 8.0), anchor, 0.0, words)
    };

    let mut elements = lines("zero", &|connection| {
        !is_into(connection) && !is_out_of(connection)
    });
    elements.extend(lines("s1", &is_into));
    elements.extend(lines("s2 dashed", &is_out_of));
    elements.push(disks(
        "quiet",
        (0..inputs.len()).filter_map(below).collect(),
    ));
    elements.push(disks(
        "quiet",
        (0..outputs.len()).filter_map(above).collect(),
    ));
    elements.push(disks("s1", above(output).into_iter().collect()));
    elements.push(disks("s2", below(input).into_iter().collect()));
    elements.push(caption(
        0.0,
        Anchor::Start,
        "label s1",
        &format!("in {fan_in}"),
    ));
    elements.push(caption(
        place.sheet.width,
        Anchor::End,
        "label s2",
        &format!("out {fan_out}"),
    ));
    elements
}
