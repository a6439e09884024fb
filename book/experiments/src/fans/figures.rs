//! Six small layers and their connections: what one output sums, and where one input goes.

use crate::{Cell, Table};

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::sheet::Sheet;
use crate::drawing::svg::Element;
use crate::drawing::text::{Anchor, text};
use crate::figure::shown;
use crate::number::{Format, Script, typeset};

pub(super) const FIGURE: Figure = Figure {
    name: "connections",
    runs: &["connections"],
    draw,
};

/// A layer in a panel.
struct Panel {
    /// The rows of its layer in the table.
    name: String,
    shape: Shape,
    /// An output whose inputs are marked, and an input whose outputs are.
    marked: (usize, usize),
}

/// Where units stand.
enum Shape {
    /// At equal distances.
    Dense,
    /// Channels side by side, each with a window that moves by its stride; a unit stands in the middle of what it sees.
    Convolution {
        channels: usize,
        kernel: usize,
        stride: usize,
    },
}

/// The panels of a table, in its order. Of a convolution, those units are marked whose windows do not go around the ring.
fn panels(table: &Table) -> [Panel; 6] {
    let [kernel, stride] = ["kernel", "stride"].map(|name| table.parameter(name) as usize);
    let convolution = |channels, kernel, stride| Shape::Convolution {
        channels,
        kernel,
        stride,
    };
    let layers = [
        (Shape::Dense, (0, 5)),
        (Shape::Dense, (0, 5)),
        (convolution(1, kernel, 1), (0, 8 - kernel)),
        (convolution(2, kernel, 1), (1, 10 - kernel)),
        (convolution(1, kernel, stride), (0, 2 * stride)),
        (convolution(1, 2 * stride, stride), (stride, 2)),
    ];
    let mut names: Vec<String> = table.column("layer").map(ToString::to_string).collect();
    names.dedup();
    let mut names = names.into_iter();
    layers.map(|(shape, marked)| Panel {
        name: names.next().expect("six layers"),
        shape,
        marked,
    })
}

impl Panel {
    /// The rows of its layer.
    fn rows<'a>(&self, table: &'a Table) -> Vec<&'a [Cell]> {
        let rows = table.rows.iter().map(Vec::as_slice);
        rows.filter(|row| row[0].to_string() == self.name).collect()
    }
}

impl Shape {
    /// Places of the input units and of the output units, from 0 to 1; none for a unit whose window goes around the ring.
    fn places(&self, [inputs, outputs]: [usize; 2]) -> [Vec<Option<f64>>; 2] {
        let &Self::Convolution {
            channels,
            kernel,
            stride,
        } = self
        else {
            return [spread(inputs), spread(outputs)];
        };
        let (at_input, at_output) = (inputs / channels, outputs / channels);
        let (few, many) = (at_input.min(at_output), at_input.max(at_output));
        let fine = spread(channels * many);
        let middle = |window: usize| {
            let (channel, corner) = (window / few, window % few * stride);
            let middle = (corner + channel * many) as f64 + kernel as f64 / 2.0;
            (corner + kernel <= many).then_some(middle / (channels * many) as f64)
        };
        let coarse = (0..channels * few).map(middle).collect();
        if at_input == many {
            [fine, coarse]
        } else {
            [coarse, fine]
        }
    }
}

/// Places at equal distances.
fn spread(units: usize) -> Vec<Option<f64>> {
    let place = |i: usize| Some((i as f64 + 0.5) / units as f64);
    (0..units).map(place).collect()
}

/// The whole number in a column of a row.
fn number(row: &[Cell], column: usize) -> usize {
    row[column].number().expect("a number") as usize
}

/// The fans of a row's layer, as a reader writes them: 3, and 1.5, and 0.67 of two thirds.
fn fans(row: &[Cell]) -> [String; 2] {
    let written = |fan: f64| typeset(fan, Format::Fixed(2), Script::Svg);
    [3, 4].map(|column| written(row[column].number().expect("a fan is a number")))
}

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let panels = panels(table);
    let counts = panels.iter().map(|panel| {
        let [fan_in, fan_out] = fans(panel.rows(table)[0]);
        format!("{}: fan-in {fan_in}, fan-out {fan_out}", panel.name)
    });
    let description = format!(
        "Six small layers, inputs below and outputs above, with a line for every connection. In each, the lines into one output are marked, \
         and those out of one input. {}.",
        counts.collect::<Vec<_>>().join("; ")
    );
    Picture::of(
        FIGURE.name,
        "The connections of six small layers",
        &description,
        Sheet::COLUMN.of_height(420.0),
        vec![table.clone()],
        |sheet| arrange(sheet, table, &panels),
    )
}

fn arrange(sheet: Sheet, table: &Table, panels: &[Panel; 6]) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 560.0));
    let (columns, rows) = sheet.pick((3, 2), (2, 3));
    let mut drawing = Panels::new(sheet);
    for (panel, place) in panels.iter().zip(Panels::grid(sheet, columns, rows)) {
        drawing.add(
            place,
            (&panel.name, 0.0),
            layer(place, panel, &panel.rows(table)),
        );
    }
    drawing
}

fn layer(place: Place, panel: &Panel, rows: &[&[Cell]]) -> Vec<Element> {
    let (top, bottom) = (20.0, place.sheet.height - 34.0);
    let [inputs, outputs] = panel
        .shape
        .places([1, 2].map(|column| number(rows[0], column)));
    let below = |unit: usize| Some((inputs[unit]? * place.sheet.width, bottom));
    let above = |unit: usize| Some((outputs[unit]? * place.sheet.width, top));
    let ends = |row: &&[Cell]| (number(row, 5), number(row, 6));
    let seen: Vec<(usize, usize)> = rows.iter().map(ends).collect();
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
    let [fan_in, fan_out] = fans(rows[0]);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fan_has_two_decimals_at_most_and_a_whole_one_none() {
        let row = |fan_in: f64, fan_out: f64| {
            let mut row = vec![Cell::Number(0.0); 7];
            [row[3], row[4]] = [Cell::Number(fan_in), Cell::Number(fan_out)];
            row
        };
        assert_eq!(fans(&row(6.0, 2.0 / 3.0)), ["6", "0.67"]);
        assert_eq!(fans(&row(1.5, 10.0)), ["1.5", "10"]);
    }
}
