//! Which regions of the plane the two networks of the spiral give to which arm.

use crate::Table;

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::panels::Panels;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick, extent};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "spiral-boundaries",
    runs: &["spiral-boundaries", "spiral-points"],
    draw,
};

const NETS: [(&str, &str); 2] = [("sigmoid", "sigmoid"), ("relu", "ReLU")];

/// One color an arm.
const CLASSES: [&str; 3] = ["s1", "s2", "s3"];

/// How much of the grid's numbers is handed over: every tenth point of every tenth row.
const SOME: usize = 10;

fn draw(tables: &[&Table]) -> Picture {
    let [table, points] = shown(tables);
    let n = table.parameter("resolution") as usize;
    let description = "Two plots of the plane with the three hundred points, which lie on three arms of a spiral. Each network divides the \
         plane into three regions, one for each arm. Those of the ReLU network wind around the center with the arms and put nearly every \
         point on its side. Those of the sigmoid network wind as well, with smooth boundaries, and miss some points near the center.";
    let is_some = |i: usize| i.is_multiple_of(SOME);
    let some = table.rows.iter().enumerate();
    let some = some.filter(|(i, _)| is_some(i / n) && is_some(i % n));
    let numbers = Table {
        rows: some.map(|(_, row)| row.clone()).collect(),
        ..table.clone()
    };
    Picture::of(
        FIGURE.name,
        "The regions of the two networks",
        description,
        Sheet::WIDE.of_height(520.0),
        vec![numbers, points.clone()],
        |sheet| panels(sheet, table, points, n),
    )
}

fn panels(sheet: Sheet, table: &Table, points: &Table, n: usize) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 780.0));
    let (columns, rows) = sheet.pick((2, 1), (1, 2));
    let mut panels = Panels::new(sheet);
    for ((network, heading), place) in NETS.into_iter().zip(Panels::grid(sheet, columns, rows)) {
        let plot = plot(place.sheet, table, network, points, n);
        panels.plot(place, heading, plot);
    }
    panels
}

fn plot(sheet: Sheet, table: &Table, network: &str, points: &Table, n: usize) -> Plot {
    let [x, y] = ["x", "y"].map(|column| table.numbers(column));
    let class = table.numbers(&format!("{network}_class"));
    let axis = |values: &[f64]| {
        let (low, high) = extent(values.iter().copied());
        let ticks =
            [-1.0, 0.0, 1.0].map(|at: f64| Tick::new(at, &at.to_string().replace('-', "−")));
        Axis {
            scale: Scale::Linear { low, high },
            ticks: ticks.into(),
            title: String::new(),
        }
    };
    let plot = Plot::new(sheet, axis(&x), axis(&y), "");
    // A spiral is round: as many pixels a unit up as across.
    let ((left, bottom), (right, _)) = (plot.place((x[0], y[0])), plot.place((x[n - 1], y[0])));
    let unit = (right - left) / (x[n - 1] - x[0]);
    let height = unit * (y[n * (n - 1)] - y[0]);
    let sheet =
        sheet.of_height(sheet.height - bottom + height + plot.place((0.0, y[n * (n - 1)])).1);
    let mut plot = Plot::new(sheet, axis(&x), axis(&y), "");
    // Row by row, neighbors of one class in one rectangle.
    let half = [(x[1] - x[0]) / 2.0, (y[n] - y[0]) / 2.0];
    let mut regions: [Vec<_>; 3] = Default::default();
    for row in (0..n * n).step_by(n) {
        let mut start = row;
        for i in row..row + n {
            if i + 1 == row + n || class[i + 1] != class[i] {
                let corners = (
                    (x[start] - half[0], y[start] + half[1]),
                    (x[i] + half[0], y[i] - half[1]),
                );
                regions[class[i] as usize].push(corners);
                start = i + 1;
            }
        }
    }
    for (class, region) in CLASSES.into_iter().zip(&regions) {
        plot.tiles(&format!("{class} kept"), region.iter().copied());
    }
    let [across, up, arms] = ["x", "y", "arm"].map(|column| points.numbers(column));
    for (arm, class) in (0..).zip(CLASSES) {
        let of_arm = |i: &usize| arms[*i] == f64::from(arm);
        let points = (0..arms.len()).filter(of_arm).map(|i| (across[i], up[i]));
        let points: Vec<(f64, f64)> = points.collect();
        plot.points(class, 2.7, points.iter().copied());
        // The arm's number stands beyond its end.
        let (x, y) = points[points.len() - 1];
        let words = (arm + 1).to_string();
        plot.note(
            class,
            (1.22 * x, 1.22 * y),
            (0.0, 4.5),
            Anchor::Middle,
            &words,
        );
    }
    plot
}
