//! All singular values of four networks at several depths: a swarm of dots for each depth.

use crate::{Cell, Table};

use super::super::jacobian_spectra::NETWORKS;
use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "jacobian-spectra",
    runs: &["jacobian-spectra"],
    draw,
};

/// What the panels are called, in the order of the networks.
const HEADINGS: [&str; 4] = [
    "Gaussian",
    "rotations",
    "rotations, ReLU",
    "rotations, tanh",
];

/// What is smaller is counted, and not drawn.
const LEAST: f64 = 1e-9;
const MOST: f64 = 100.0;

/// The singular values of a network at a depth.
fn values(table: &Table, network: &str, depth: u64) -> Vec<f64> {
    let rows = table
        .rows
        .iter()
        .filter(|row| row[0].to_string() == network && row[1] == Cell::Count(depth));
    rows.filter_map(|row| row[3].number()).collect()
}

/// The depths, in their order.
fn depths(table: &Table) -> Vec<u64> {
    let mut depths: Vec<u64> = table
        .numbers("depth")
        .into_iter()
        .map(|depth| depth as u64)
        .collect();
    depths.sort_unstable();
    depths.dedup();
    depths
}

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let deepest = depths(table).last().copied().unwrap_or(1);
    let of = |network: &str, heading: &str| {
        let last = values(table, network, deepest);
        let rank = last.iter().filter(|value| **value > 0.0).count();
        let smallest = rank.checked_sub(1).map_or(0.0, |i| last[i]);
        format!(
            "{heading}: {rank} of {} are not zero, from {smallest:.1e} to {:.1}",
            last.len(),
            last[0]
        )
    };
    let all: Vec<String> = NETWORKS
        .iter()
        .zip(HEADINGS)
        .map(|(network, heading)| of(network, heading))
        .collect();
    let description = format!(
        "Four plots of all singular values of a network's Jacobian at increasing depths, on a logarithmic axis. After {deepest} layers: {}.",
        all.join("; ")
    );
    Picture::of(
        FIGURE.name,
        "Singular values of four networks by depth",
        &description,
        Sheet::WIDE.of_height(400.0),
        vec![table.clone()],
        |sheet| panels(sheet, table),
    )
}

fn panels(sheet: Sheet, table: &Table) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 640.0));
    let (columns, rows) = sheet.pick((4, 1), (2, 2));
    let mut panels = Panels::new(sheet);
    let places = Panels::grid(sheet, columns, rows).into_iter();
    for (place, (network, heading)) in places.zip(NETWORKS.iter().zip(HEADINGS)) {
        panels.plot(place, heading, plot(place, table, network));
    }
    panels
}

fn plot(place: Place, table: &Table, network: &str) -> Plot {
    let depths = depths(table);
    let y = Scale::Log {
        low: LEAST,
        high: MOST,
    };
    let x = Scale::Linear {
        low: -0.6,
        high: depths.len() as f64 - 0.4,
    };
    let mut plot = Plot::new(
        place.sheet,
        Axis {
            scale: x,
            ticks: (0..)
                .zip(&depths)
                .map(|(i, depth)| Tick::new(f64::from(i), &depth.to_string()))
                .collect(),
            title: if place.is_last { "layers" } else { "" }.into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(6),
            title: String::new(),
        },
        "",
    )
    .with_left(place.sheet.pick(38.0, 34.0));
    plot.rule("limit", 1.0);
    for (i, depth) in (0..).zip(&depths) {
        let values = values(table, network, *depth);
        let column = f64::from(i);
        // Beside each other, not upon each other: the golden section leaves no gaps.
        let spread = |index: usize| 0.62 * ((index as f64 * 0.618_033_988_749_895).fract() - 0.5);
        let shown = values
            .iter()
            .enumerate()
            .filter(|(_, value)| **value >= LEAST);
        let class = if i % 2 == 0 { "s1" } else { "s2" };
        plot.dots(
            class,
            place.sheet.pick(3.6, 3.0),
            shown.map(|(index, value)| (column + spread(index), *value)),
        );
    }
    let last = values(table, network, depths[depths.len() - 1]);
    let zeros = last.iter().filter(|value| **value == 0.0).count();
    let below = last.iter().filter(|value| **value < LEAST).count() - zeros;
    let words = match (zeros, below) {
        (0, 0) => return plot,
        (0, below) => format!("{below} below"),
        (zeros, 0) => format!("{zeros} are zero"),
        (zeros, below) => format!("{zeros} zero, {below} below"),
    };
    let at = (depths.len() as f64 - 0.4, LEAST);
    plot.note("quiet", at, (0.0, -6.0), Anchor::End, &words);
    plot
}
