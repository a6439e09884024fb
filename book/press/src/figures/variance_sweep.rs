//! Five weight variances through fifty layers, and the straight lines that predict them.

use anyhow::Result;
use experiments::{Cell, Table, Weights};

use super::Figure;
use super::plot::{Axis, Plot};
use super::scale::{Scale, power_of_ten};
use super::sheet::Sheet;
use super::signals::{DEPTH, WIDTH, by_layer, deep, layer_ticks, over_width};
use super::text::Anchor;
use crate::Lab;

pub(super) const NAME: &str = "variance-sweep";

const SEED: u32 = 0;

/// One weight variance, measured and predicted.
struct Run {
    class: &'static str,
    name: &'static str,
    rms: Vec<(f64, f64)>,
    predicted: Vec<(f64, f64)>,
}

pub(super) fn draw(lab: &Lab) -> Result<Figure> {
    let runs = [
        ("s5", "1", 1.0),
        ("s2", "4/*n*", over_width(4.0)),
        ("s1 strong", "2/*n*", over_width(2.0)),
        ("s3 dashed", "1/*n*", over_width(1.0)),
        ("s4 dotted", "1/(2*n*)", over_width(0.5)),
    ]
    .into_iter()
    .map(|(class, name, variance)| {
        let rms = by_layer(&*deep(lab, SEED, Weights::Variance(variance))?, "rms");
        Ok(Run {
            class,
            name,
            predicted: predict(rms[0].1, variance),
            rms,
        })
    })
    .collect::<Result<Vec<Run>>>()?;

    let ends = runs
        .iter()
        .map(|run| {
            format!(
                "{:.1e} with {}",
                run.rms[DEPTH].1,
                super::text::plain(run.name)
            )
        })
        .collect::<Vec<_>>()
        .join(", ");
    let description = format!(
        "Root mean square of the signal by layer, on a logarithmic axis, for five weight variances: nearly straight lines, \
         each beside its prediction. In layer {DEPTH} the signal is {ends}; the largest f32 is {:.1e}.",
        f32::MAX
    );
    Ok(Figure::of(
        NAME,
        "The signal by layer for five weight variances, measured and predicted",
        &description,
        Sheet::WIDE,
        vec![data(&runs)],
        |sheet| plot(sheet, &runs),
    ))
}

/// A layer multiplies the second moment by half of its fan-in times the variance of its weights;
/// the first layer has one input, the others as many as there are units.
fn predict(input: f64, variance: f64) -> Vec<(f64, f64)> {
    let factor = |fan_in: usize| (fan_in as f64 * variance / 2.0).sqrt();
    let first = input * factor(1);
    std::iter::once((0.0, input))
        .chain(
            (1..=DEPTH).map(|layer| (layer as f64, first * factor(WIDTH).powf(layer as f64 - 1.0))),
        )
        .collect()
}

fn plot(sheet: Sheet, runs: &[Run]) -> Plot {
    let y = Scale::decades(runs.iter().flat_map(|run| {
        let both = run.rms.iter().chain(&run.predicted);
        both.map(|(_, rms)| *rms)
    }));
    let mut plot = Plot::new(
        sheet.of_height(sheet.choose(460.0, 380.0)),
        Axis {
            scale: Scale::Linear {
                low: 0.0,
                high: DEPTH as f64,
            },
            ticks: layer_ticks(0),
            title: "layer".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(8),
            title: "rms of the signal".into(),
        },
        sheet.choose("variance 1/(2*n*)", "1/(2*n*)"),
    );
    let largest = f64::from(f32::MAX);
    if y.fraction(largest) <= 1.0 {
        let words = format!(
            "largest f32, {} {}",
            sheet.choose("about 3.4 ×", "3.4 ×"),
            power_of_ten(largest.log10() as i32)
        );
        plot.rule("limit", largest);
        plot.note("limit", (0.0, largest), (4.0, 17.0), Anchor::Start, &words);
    }
    for run in runs {
        plot.line(
            &format!("predicted {}", run.class),
            run.predicted.iter().copied(),
        );
    }
    for run in runs {
        plot.line(run.class, run.rms.iter().copied());
        let words = format!("{}{}", sheet.choose("variance ", ""), run.name);
        plot.label(run.class, run.rms[DEPTH], &words);
    }
    plot
}

fn data(runs: &[Run]) -> Table {
    let rows = (0..=DEPTH)
        .map(|layer| {
            let both = runs
                .iter()
                .flat_map(|run| [run.rms[layer].1, run.predicted[layer].1]);
            std::iter::once(Cell::from(layer))
                .chain(both.map(Cell::from))
                .collect()
        })
        .collect();
    Table {
        experiment: "deep-signal".into(),
        parameters: vec![
            ("seed".into(), u64::from(SEED).into()),
            ("depth".into(), DEPTH.into()),
            ("width".into(), WIDTH.into()),
        ],
        columns: std::iter::once("layer".to_owned())
            .chain(runs.iter().flat_map(|run| {
                let name = super::text::plain(run.name);
                [name.clone(), format!("{name} predicted")]
            }))
            .collect(),
        rows,
        summary: Vec::new(),
    }
}
