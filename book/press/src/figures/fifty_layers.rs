//! One factor decides: the signal through fifty layers explodes, survives or vanishes.

use anyhow::Result;
use experiments::{Cell, Table, Weights};

use super::Figure;
use super::plot::{Axis, Plot};
use super::scale::Scale;
use super::sheet::Sheet;
use super::signals::{DEPTH, WIDTH, by_layer, deep, layer_ticks};
use crate::Lab;

pub(super) const NAME: &str = "fifty-layers";

/// The first is drawn strongly.
const SEEDS: std::ops::Range<u32> = 0..12;

/// One rule: every matrix has weights of variance `c / n`, where `n` is its own fan-in.
struct Rule {
    class: &'static str,
    c: f64,
    name: &'static str,
    fate: &'static str,
    /// The rms by layer of each network, the input first.
    runs: Vec<Vec<(f64, f64)>>,
}

pub(super) fn draw(lab: &Lab) -> Result<Figure> {
    let rules = [
        ("s2", 4.0, "4/*n*", "explodes"),
        ("s1 strong", 2.0, "2/*n*", "survives"),
        ("s3 dashed", 1.0, "1/*n*", "vanishes"),
    ]
    .into_iter()
    .map(|(class, c, name, fate)| {
        let runs = SEEDS
            .map(|seed| Ok(by_layer(&*deep(lab, seed, Weights::OverFanIn(c))?, "rms")))
            .collect::<Result<_>>()?;
        Ok(Rule {
            class,
            c,
            name,
            fate,
            runs,
        })
    })
    .collect::<Result<Vec<Rule>>>()?;

    let last = |rule: &Rule| rule.runs[0].last().expect("there are layers").1;
    let description = format!(
        "Root mean square of the signal by layer, on a logarithmic axis, of the same {} networks under each. It starts at one. \
         In layer {DEPTH}, the signal of the network drawn strongly is {:.1e} with weight variance 4/n, \
         {:.2} with 2/n, and {:.1e} with 1/n.",
        SEEDS.len(),
        last(&rules[0]),
        last(&rules[1]),
        last(&rules[2]),
    );
    Ok(Figure::of(
        NAME,
        "The signal through fifty ReLU layers, for three weight variances",
        &description,
        Sheet::WIDE,
        rules.iter().map(data).collect(),
        |sheet| plot(sheet, &rules),
    ))
}

fn plot(sheet: Sheet, rules: &[Rule]) -> Plot {
    let y = Scale::decades(
        rules
            .iter()
            .flat_map(|rule| rule.runs.iter().flatten().map(|(_, rms)| *rms)),
    );
    let x = Scale::Linear {
        low: 0.0,
        high: DEPTH as f64,
    };
    let label = |rule: &Rule| format!("{}{}{}", rule.name, sheet.choose(" ", "\n"), rule.fate);
    let mut plot = Plot::new(
        sheet,
        Axis {
            scale: x,
            ticks: layer_ticks(0),
            title: "layer".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(sheet.choose(7, 6)),
            title: "rms of the signal".into(),
        },
        &label(&rules[0]),
    );
    for rule in rules {
        for run in &rule.runs[1..] {
            plot.line(&format!("ghost {}", rule.class), run.iter().copied());
        }
    }
    for rule in rules {
        let run = &rule.runs[0];
        plot.line(rule.class, run.iter().copied());
        plot.label(
            rule.class,
            *run.last().expect("there are layers"),
            &label(rule),
        );
    }
    plot
}

fn data(rule: &Rule) -> Table {
    let rows = (0..=DEPTH)
        .map(|i| {
            let layer = Cell::from(rule.runs[0][i].0 as u64);
            std::iter::once(layer)
                .chain(rule.runs.iter().map(|run| run[i].1.into()))
                .collect()
        })
        .collect();
    Table {
        experiment: "deep-signal".into(),
        parameters: vec![
            ("depth".into(), DEPTH.into()),
            ("width".into(), WIDTH.into()),
            (
                "weight_variance".into(),
                Cell::Text(format!("{}/n", rule.c)),
            ),
        ],
        columns: std::iter::once("layer".to_owned())
            .chain(SEEDS.map(|seed| format!("seed {seed}")))
            .collect(),
        rows,
        summary: Vec::new(),
    }
}
