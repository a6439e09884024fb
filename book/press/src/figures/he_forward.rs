//! What one layer does to the second moment: half of `n · Var(w)` on average, whatever the layer.

use anyhow::Result;
use experiments::{Cell, Table, Weights};

use super::Figure;
use super::plot::{Axis, Plot};
use super::scale::{Scale, Tick, extent};
use super::sheet::Sheet;
use super::signals::{DEPTH, WIDTH, by_layer, deep};
use super::text::Anchor;
use crate::Lab;

pub(super) const NAME: &str = "he-forward";

/// How many networks each variance gets: enough that the mean of their factors shows the second
/// digit of what is expected. Their seeds differ: under one seed the three clouds would be the same
/// cloud three times, since a ReLU net is homogeneous.
const NETWORKS: u32 = 12;

/// From one panel to the next, in layers.
const PANEL: f64 = DEPTH as f64 + 8.0;

/// One rule: every matrix has weights of variance `c / n`, where `n` is its own fan-in.
struct Cloud {
    class: &'static str,
    name: &'static str,
    c: f64,
    /// The ratio of second moments, by layer.
    ratios: Vec<(f64, f64)>,
    mean: f64,
}

pub(super) fn draw(lab: &Lab) -> Result<Figure> {
    let clouds = [
        ("s3", "1/*n*", 1.0),
        ("s1", "2/*n*", 2.0),
        ("s2", "4/*n*", 4.0),
    ]
    .into_iter()
    .zip((0..).step_by(NETWORKS as usize))
    .map(|((class, name, c), first_seed)| {
        let mut ratios = Vec::new();
        for seed in first_seed..first_seed + NETWORKS {
            let rms = by_layer(&*deep(lab, seed, Weights::OverFanIn(c))?, "rms");
            ratios.extend(rms.windows(2).map(|pair| {
                let ratio = pair[1].1 / pair[0].1;
                (pair[1].0, ratio * ratio)
            }));
        }
        let mean = ratios.iter().map(|(_, ratio)| ratio).sum::<f64>() / ratios.len() as f64;
        Ok(Cloud {
            class,
            name,
            c,
            ratios,
            mean,
        })
    })
    .collect::<Result<Vec<Cloud>>>()?;

    let description = format!(
        "For every layer of {NETWORKS} networks each, the second moment of its output divided by that of its input. \
         Three level clouds, side by side: the mean ratio is {:.3} with weight variance 1/n, {:.3} with 2/n, and {:.3} with 4/n.",
        clouds[0].mean, clouds[1].mean, clouds[2].mean,
    );
    Ok(Figure::of(
        NAME,
        "What one layer does to the second moment, for three weight variances",
        &description,
        Sheet::WIDE.of_height(420.0),
        clouds.iter().map(data).collect(),
        |sheet| plot(sheet, &clouds),
    ))
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
    let layers: &[usize] = sheet.choose(&[1, 10, 20, 30, 40, 50], &[10, 40]);
    let top = high.max(4.0) * sheet.choose(1.6, 1.9);
    let mut plot = Plot::new(
        sheet.of_height(sheet.choose(sheet.height, 340.0)),
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
                .choose(
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
        let diameter = sheet.choose(4.0, 2.6);
        plot.dots(&format!("cloud {}", cloud.class), diameter, points);

        let ends = [0.0, DEPTH as f64 + 2.0].map(|layer| (shift + layer, cloud.mean));
        plot.line(&format!("mean {}", cloud.class), ends);
        let words = sheet.choose(
            format!("variance {}:  × {:.2} a layer", cloud.name, cloud.mean),
            format!("{}\n× {:.2}", cloud.name, cloud.mean),
        );
        let above = (shift + f64::midpoint(0.0, DEPTH as f64 + 2.0), top);
        let down = (0.0, sheet.choose(14.0, 12.0));
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

fn data(cloud: &Cloud) -> Table {
    Table {
        experiment: "deep-signal".into(),
        parameters: vec![
            ("networks".into(), u64::from(NETWORKS).into()),
            ("depth".into(), DEPTH.into()),
            ("width".into(), WIDTH.into()),
            (
                "weight_variance".into(),
                Cell::Text(format!("{}/n", cloud.c)),
            ),
        ],
        columns: std::iter::once("layer".to_owned())
            .chain((1..=NETWORKS).map(|network| format!("network {network}")))
            .collect(),
        rows: (0..DEPTH)
            .map(|i| {
                let networks = cloud.ratios.iter().skip(i).step_by(DEPTH);
                std::iter::once(Cell::from(i + 1))
                    .chain(networks.map(|(_, ratio)| Cell::from(*ratio)))
                    .collect()
            })
            .collect(),
        summary: Vec::new(),
    }
}
