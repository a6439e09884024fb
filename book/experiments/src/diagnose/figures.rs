//! Twelve small pictures: a sound layer, and what each fault does to it.

use crate::drawing::Picture;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick, extent};
use crate::drawing::sheet::Sheet;
use crate::figure::shown;
use crate::{Cell, Figure, Table};

pub(super) const FIGURE: Figure = Figure {
    name: "faults",
    runs: &["fault-pictures"],
    draw,
};

/// How the numbers of a layer are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Histogram,
    Spectrum,
    Pairs,
    Cosines,
}

const PANELS: [(&str, &str, Kind); 12] = [
    ("sound", "sound: He, normal", Kind::Histogram),
    ("bound", "bound without √3", Kind::Histogram),
    ("cut", "cut, not corrected", Kind::Histogram),
    ("twice", "gain twice", Kind::Histogram),
    ("mean", "a mean", Kind::Histogram),
    ("channels", "fan counts channels", Kind::Histogram),
    ("constant", "all one number", Kind::Histogram),
    ("rank", "rank 16 of 64", Kind::Spectrum),
    ("direction", "one direction moved", Kind::Spectrum),
    ("stream", "one stream twice", Kind::Pairs),
    ("layers", "a layer and its copy", Kind::Pairs),
    ("units", "equal units", Kind::Cosines),
];

const DESCRIPTION: &str = "Twelve panels. In the first, the histogram of a sound layer stays inside of a band around its law. \
    In the next six the histogram leaves the band of the law that was meant: it is a narrower box with higher sides, a narrower bell, \
    a wider bell, a box on the right of zero only, a bell of half the width, and a single spike. In the eighth, singular values fall to zero at a quarter of the axis. In the ninth one singular value lies above \
    the edge of independent weights. In the tenth, the weights of two layers lie on a line, in the eleventh on the diagonal. In the twelfth the \
    largest cosines of some units are one, far above a limit that the others keep.";

/// Points with their range, by layer.
struct Points {
    x: Vec<f64>,
    y: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
}

impl Points {
    fn of(table: &Table, layer: &str) -> Self {
        let rows = table.rows.iter();
        let rows: Vec<_> = rows.filter(|row| row[0].to_string() == layer).collect();
        let column = |index: usize| -> Vec<f64> {
            let cells = rows.iter().map(|row| row[index].number());
            cells.map(|cell| cell.expect("a number")).collect()
        };
        Self {
            x: column(1),
            y: column(2),
            low: column(3),
            high: column(4),
        }
    }

    fn pairs(&self) -> impl Iterator<Item = (f64, f64)> {
        self.x.iter().copied().zip(self.y.iter().copied())
    }
}

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    Picture::of(
        FIGURE.name,
        "A sound layer and eleven faults",
        DESCRIPTION,
        Sheet::WIDE.of_height(560.0),
        vec![few(table)],
        |sheet| arrange(sheet, table),
    )
}

/// Every third bin of a histogram, and of the other panels the first three rows.
fn few(table: &Table) -> Table {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for (layer, _, kind) in PANELS {
        let all = table.rows.iter().filter(|row| row[0].to_string() == layer);
        match kind {
            Kind::Histogram => rows.extend(all.skip(1).step_by(3).cloned()),
            _ => rows.extend(all.take(3).cloned()),
        }
    }
    Table {
        rows,
        ..table.clone()
    }
}

fn arrange(sheet: Sheet, table: &Table) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 1060.0));
    let (columns, rows) = sheet.pick((4, 3), (2, 6));
    let mut drawing = Panels::new(sheet);
    for ((layer, heading, kind), place) in PANELS.iter().zip(Panels::grid(sheet, columns, rows)) {
        drawing.plot(
            place,
            heading,
            panel(place, *kind, &Points::of(table, layer)),
        );
    }
    drawing
}

/// An axis without a title.
fn axis((low, high): (f64, f64), ticks: &[f64]) -> Axis {
    let scale = Scale::Linear { low, high };
    let label = |at: &f64| Tick::new(*at, &at.to_string().replace('-', "−"));
    Axis {
        scale,
        ticks: ticks.iter().map(label).collect(),
        title: String::new(),
    }
}

fn panel(place: Place, kind: Kind, points: &Points) -> Plot {
    let (_, top) = extent(points.y.iter().chain(&points.high).copied());
    let last = points.x.len() as f64;
    let (x, y) = match kind {
        Kind::Histogram => (
            axis((-4.0, 4.0), &[-2.0, 0.0, 2.0]),
            axis((0.0, top * 1.08), &[]),
        ),
        Kind::Spectrum => (
            axis((0.0, last), &[1.0, 32.0, 64.0]),
            axis((0.0, top * 1.08), &[0.0, 10.0, 20.0]),
        ),
        Kind::Pairs => (
            axis((-3.5, 3.5), &[-2.0, 0.0, 2.0]),
            axis((-3.5, 3.5), &[-2.0, 0.0, 2.0]),
        ),
        Kind::Cosines => (
            axis((0.0, last), &[1.0, 32.0, 64.0]),
            axis((0.0, 1.08), &[0.0, 0.5, 1.0]),
        ),
    };
    let mut plot = Plot::new(place.sheet, x, y, "").with_left(30.0);
    match kind {
        Kind::Histogram => {
            let half = 0.5 * (points.x[1] - points.x[0]);
            // Every bin from edge to edge.
            let steps = |values: &[f64]| -> Vec<(f64, f64)> {
                let bins = points.x.iter().zip(values);
                bins.flat_map(|(x, y)| [(x - half, *y), (x + half, *y)])
                    .collect()
            };
            let edges: Vec<f64> = steps(&points.low).iter().map(|(x, _)| *x).collect();
            let heights =
                |values: &[f64]| -> Vec<f64> { steps(values).iter().map(|(_, y)| *y).collect() };
            plot.band("s1", &edges, &heights(&points.low), &heights(&points.high));
            plot.line("s2 strong", steps(&points.y));
        }
        Kind::Spectrum | Kind::Cosines => {
            plot.rule("limit", points.high[0]);
            plot.points("s2", 1.8, points.pairs());
        }
        Kind::Pairs => plot.points("s2", 1.8, points.pairs()),
    }
    plot
}
