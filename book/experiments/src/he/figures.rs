//! What one layer does to the second moment: half of `n · Var(w)` on average, whatever the layer.

use crate::{Cell, Table};

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::layers::{DEPTH, networks};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick, extent};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "he-forward",
    runs: &[
        "twelve-one-over-n",
        "layers-two-over-n",
        "layers-four-over-n",
    ],
    draw,
};

/// From one panel to the next, in layers.
const PANEL: f64 = DEPTH as f64 + 8.0;

/// One rule: every matrix has weights of variance `c / n`, where `n` is its own fan-in.
struct Cloud {
    class: &'static str,
    name: &'static str,
    /// The ratio of second moments, by layer.
    ratios: Vec<(f64, f64)>,
    mean: f64,
}

/// By layer and network, the second moment over that of the layer before.
fn ratios_of(table: &Table) -> Table {
    let networks = networks(table).into_iter().map(|rms| ratios(&rms));
    let networks: Vec<Vec<(f64, f64)>> = networks.collect();
    let rows = (0..DEPTH).map(|i| {
        let ratios = networks.iter().map(|ratios| ratios[i].1.into());
        std::iter::once(Cell::from(i + 1)).chain(ratios).collect()
    });
    Table {
        rows: rows.collect(),
        ..table.clone()
    }
}

/// The second moment after each layer over that before.
fn ratios(rms: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let ratio = |pair: &[(f64, f64)]| {
        let ratio = pair[1].1 / pair[0].1;
        (pair[1].0, ratio * ratio)
    };
    rms.windows(2).map(ratio).collect()
}

impl Cloud {
    fn of((class, name): (&'static str, &'static str), table: &Table) -> Self {
        let networks = networks(table);
        let ratios: Vec<(f64, f64)> = networks.iter().flat_map(|rms| ratios(rms)).collect();
        let mean = ratios.iter().map(|(_, ratio)| ratio).sum::<f64>() / ratios.len() as f64;
        Self {
            class,
            name,
            ratios,
            mean,
        }
    }
}

fn draw(tables: &[&Table]) -> Picture {
    let tables = shown::<3>(tables);
    let names = [("s3", "1/*n*"), ("s1", "2/*n*"), ("s2", "4/*n*")];
    let mut clouds = names.into_iter().zip(tables);
    let clouds: [Cloud; 3] = std::array::from_fn(|_| {
        let (name, table) = clouds.next().expect("there are three");
        Cloud::of(name, table)
    });
    let description = format!(
        "For every layer of {} networks each, the second moment of its output divided by that of its input. \
         Three level clouds, side by side: the mean ratio is {:.3} with weight variance 1/n, {:.3} with 2/n, and {:.3} with 4/n.",
        tables[0].columns.len() - 1,
        clouds[0].mean,
        clouds[1].mean,
        clouds[2].mean,
    );
    Picture::of(
        FIGURE.name,
        "What one layer does to the second moment, for three weight variances",
        &description,
        Sheet::WIDE.of_height(420.0),
        tables.map(ratios_of).into(),
        |sheet| plot(sheet, &clouds),
    )
}

fn plot(sheet: Sheet, clouds: &[Cloud]) -> Plot {
    let (low, high) = extent(
        clouds
            .iter()
            .flat_map(|cloud| cloud.ratios.iter().map(|(_, ratio)| *ratio)),
    );
    // Three panels side by side: panel k shows layer l at k · PANEL + l.
    let panels = || {
        clouds
            .iter()
            .zip(0..)
            .map(|(cloud, k)| (cloud, f64::from(k) * PANEL))
    };
    let layers: &[usize] = sheet.pick(&[1, 10, 20, 30, 40, 50], &[10, 40]);
    let top = high.max(4.0) * sheet.pick(1.6, 1.9);
    let mut plot = Plot::new(
        sheet.of_height(sheet.pick(sheet.height, 340.0)),
        Axis {
            scale: Scale::Linear {
                low: 0.0,
                high: 2.0 * PANEL + DEPTH as f64 + 2.0,
            },
            ticks: panels()
                .flat_map(|(_, shift)| {
                    layers
                        .iter()
                        .map(move |layer| Tick::new(shift + *layer as f64, &layer.to_string()))
                })
                .collect(),
            title: "layer".into(),
        },
        Axis {
            scale: Scale::Log {
                low: low.min(0.24) * 0.92,
                high: top,
            },
            ticks: [(0.25, "¼"), (0.5, "½"), (1.0, "1"), (2.0, "2"), (4.0, "4")]
                .map(|(at, label)| Tick::new(at, label))
                .into(),
            title: sheet
                .pick(
                    "mean square after a layer, divided by that before it",
                    "mean square, after ÷ before a layer",
                )
                .into(),
        },
        "",
    );
    for (cloud, shift) in panels() {
        let points = cloud
            .ratios
            .iter()
            .map(|(layer, ratio)| (shift + layer, *ratio));
        let diameter = sheet.pick(4.0, 2.6);
        plot.dots(&format!("cloud {}", cloud.class), diameter, points);

        let ends = [0.0, DEPTH as f64 + 2.0].map(|layer| (shift + layer, cloud.mean));
        plot.line(&format!("mean {}", cloud.class), ends);
        let words = sheet.pick(
            format!("variance {}:  × {:.2} a layer", cloud.name, cloud.mean),
            format!("{}\n× {:.2}", cloud.name, cloud.mean),
        );
        let above = (shift + f64::midpoint(0.0, DEPTH as f64 + 2.0), top);
        let down = (0.0, sheet.pick(14.0, 12.0));
        plot.note(
            &format!("name {}", cloud.class),
            above,
            down,
            Anchor::Middle,
            &words,
        );
    }
    plot
}
