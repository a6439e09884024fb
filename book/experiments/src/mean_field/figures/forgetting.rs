//! The correlation of two inputs by layer, in four kinds of networks.

use crate::{Figure, Table};

use crate::drawing::Picture;
use crate::drawing::layers::by_layer;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick};
use crate::drawing::sheet::Sheet;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "forgetting",
    runs: &[
        "forgetting-relu",
        "forgetting-order",
        "forgetting-edge",
        "forgetting-chaos",
    ],
    draw,
};

fn draw(tables: &[&Table]) -> Picture {
    let tables = shown::<4>(tables);
    let headings = tables.map(heading);
    let ends = tables.map(|table| {
        let ends = starts(table).map(|column| by_layer(table, column));
        ends.map(|points| points[points.len() - 1].1)
            .collect::<Vec<f64>>()
    });
    let words: Vec<String> = headings
        .iter()
        .zip(&ends)
        .map(|(heading, ends)| {
            let (low, high) = crate::drawing::scale::extent(ends.iter().copied());
            format!(
                "{}: {low:.2} to {high:.2}",
                crate::drawing::text::plain(heading)
            )
        })
        .collect();
    let description = format!(
        "Four plots of the correlation of two inputs against the layer, each with {} curves that begin at different correlations and run together. In the last \
         layer they lie within these limits: {}. Thin lines of drawn networks scatter around the curve that begins at zero.",
        starts(tables[0]).count(),
        words.join("; "),
    );
    Picture::of(
        FIGURE.name,
        "How alike two inputs become, in four kinds of networks",
        &description,
        Sheet::WIDE.of_height(300.0),
        tables.map(Table::clone).into(),
        |sheet| panels(sheet, tables, &headings),
    )
}

/// The columns of infinite width.
fn starts(table: &Table) -> impl Iterator<Item = &String> {
    table
        .columns
        .iter()
        .filter(|column| column.starts_with("from_"))
}

fn heading(table: &Table) -> String {
    let weight = table.parameter("weight_variance");
    if table.parameter("bias_variance") == 0.0 {
        return format!("ReLU, {weight}/*n*");
    }
    format!("tanh, {}/*n*", (weight * 100.0).round() / 100.0)
}

fn panels(sheet: Sheet, tables: [&Table; 4], headings: &[String; 4]) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 520.0));
    let (columns, rows) = sheet.pick((4, 1), (2, 2));
    let places = Panels::grid(sheet, columns, rows);
    let mut panels = Panels::new(sheet);
    for ((place, table), heading) in places.into_iter().zip(tables).zip(headings) {
        panels.plot(place, heading, plot(place, table));
    }
    panels
}

fn plot(place: Place, table: &Table) -> Plot {
    let x = Scale::Linear {
        low: 1.0,
        high: table.parameter("depth"),
    };
    let y = Scale::Linear {
        low: -1.0,
        high: 1.0,
    };
    let ticks = [-1.0, 0.0, 1.0].map(|at| {
        let label = if place.is_first {
            format!("{at}").replace('-', "−")
        } else {
            String::new()
        };
        Tick::new(at, &label)
    });
    let mut plot = Plot::new(
        place.sheet,
        Axis {
            scale: x,
            ticks: [1.0, 25.0, 50.0]
                .map(|at| Tick::new(at, &at.to_string()))
                .into(),
            title: if place.is_last {
                "layer".into()
            } else {
                String::new()
            },
        },
        Axis {
            scale: y,
            ticks: ticks.into(),
            title: if place.is_first {
                "correlation".into()
            } else {
                String::new()
            },
        },
        "",
    );
    for network in table
        .columns
        .iter()
        .filter(|name| name.starts_with("network_"))
    {
        plot.line("run s2", by_layer(table, network));
    }
    for start in starts(table) {
        plot.line("s1", by_layer(table, start));
    }
    plot
}
