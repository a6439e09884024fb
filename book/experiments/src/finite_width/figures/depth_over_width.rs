//! The bands of networks of one depth over width, one upon the other, and of one that is deeper.

use crate::drawing::Picture;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick};
use crate::drawing::sheet::Sheet;
use crate::figure::shown;
use crate::{Figure, Table};

pub(super) const FIGURE: Figure = Figure {
    name: "depth-over-width",
    runs: &[
        "bands-8x5",
        "bands-32x20",
        "bands-80x50",
        "bands-320x200",
        "bands-80x200",
    ],
    draw,
};

/// The names of the networks, in the order of the runs: units, layers.
const NAMES: [&str; 5] = ["8 × 5", "32 × 20", "80 × 50", "320 × 200", "80 × 200"];
const CLASSES: [&str; 5] = ["s4", "s3", "s1", "s2", "s5"];

fn draw(tables: &[&Table]) -> Picture {
    let tables: [&Table; 5] = shown(tables);
    let end = |table: &Table, column: &str| table.numbers(column)[table.rows.len() - 1];
    let ends = |i: usize| {
        let [low, high] = ["low", "high"].map(|column| end(tables[i], column));
        format!(
            "from {low:.2e} to {high:.1} for {} layers of {} units",
            DEPTHS[i], WIDTHS[i]
        )
    };
    let description = format!(
        "Two plots of the mean square of the activations against the layer over the depth, on a logarithmic axis. Left, the bands that hold 95 percent of \
         networks for four networks whose depth is five eighths of their width: three of them nearly lie on top of each other, that of eight units reaches lower; they end {}, {}, {} and {}. \
         Right, the band of 50 layers of 80 units beside that of 200 layers of 80 units, which is wider at first, falls below it, and ends {}.",
        ends(0),
        ends(1),
        ends(2),
        ends(3),
        ends(4),
    );
    Picture::of(
        FIGURE.name,
        "Four networks of one depth over width, and one that is deeper",
        &description,
        Sheet::WIDE.of_height(400.0),
        tables.iter().map(|table| (*table).clone()).collect(),
        |sheet| panels(sheet, &tables),
    )
}

const WIDTHS: [u32; 5] = [8, 32, 80, 320, 80];
const DEPTHS: [u32; 5] = [5, 20, 50, 200, 200];

fn panels(sheet: Sheet, tables: &[&Table; 5]) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 660.0));
    let (columns, rows) = sheet.pick((2, 1), (1, 2));
    let places = Panels::grid(sheet, columns, rows);
    let mut panels = Panels::new(sheet);
    panels.plot(
        places[0],
        "one ratio of depth to width",
        plot(places[0], tables, &[0, 1, 2, 3]),
    );
    panels.plot(places[1], "one width", plot(places[1], tables, &[4, 2]));
    panels
}

fn plot(place: Place, tables: &[&Table; 5], which: &[usize]) -> Plot {
    let y = Scale::Log {
        low: 1e-6,
        high: 1e2,
    };
    let mut plot = Plot::new(
        place.sheet,
        Axis {
            scale: Scale::Linear {
                low: 0.0,
                high: 1.0,
            },
            ticks: [(0.0, "input"), (0.5, "half"), (1.0, "last layer")]
                .map(|(at, name)| Tick::new(at, name))
                .into(),
            title: "layer over depth".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(9),
            title: "mean square over that of the input".into(),
        },
        "320 × 200",
    )
    .with_left(44.0);
    for &i in which {
        let [place, low, median, high] =
            ["place", "low", "median", "high"].map(|column| tables[i].numbers(column));
        let class = CLASSES[i];
        // Four areas upon each other would be one: of them the outlines are drawn, and one area.
        if matches!(i, 2 | 4) {
            plot.band(class, &place, &low, &high);
        }
        for edge in [&low, &high] {
            let points = place.iter().copied().zip(edge.iter().copied());
            plot.line(&format!("{class} thin"), points);
        }
        plot.line(
            &format!("{class} median"),
            place.iter().copied().zip(median.iter().copied()),
        );
        // Labels stand at the upper end of the bands that lie on each other, at the lower end of the two that do not.
        let side = if which.len() == 4 { &high } else { &low };
        plot.label(class, (1.0, side[side.len() - 1]), NAMES[i]);
    }
    plot
}
