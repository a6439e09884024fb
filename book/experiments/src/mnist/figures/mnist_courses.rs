//! What the tutorial prints on the way through its five runs, beside the same runs of ours.

use std::collections::BTreeMap;

use crate::mnist::MnistConfiguration;
use crate::{Cell, Table};
use serde::Deserialize;

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick};
use crate::drawing::sheet::Sheet;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "mnist-courses",
    runs: &["mnist"],
    draw,
};

/// What the tutorial printed, as kept with the tests.
#[derive(Debug, Deserialize)]
pub(super) struct Printed {
    /// The numbers of batches after which it printed.
    pub(super) iteration: Vec<f64>,
    runs: BTreeMap<String, Course>,
}

/// A run of the tutorial.
#[derive(Debug, Deserialize)]
pub(super) struct Course {
    /// In percent.
    pub(super) accuracy: Vec<f64>,
    /// Of one batch.
    pub(super) loss: Vec<f64>,
}

impl Printed {
    pub(super) fn read() -> Self {
        let text = include_str!("../../../../../tests/data/dlwizard_printed.json");
        serde_json::from_str(text).expect("the printed numbers of the tutorial are JSON")
    }

    /// The run of this configuration; LeCun's own rule has none.
    pub(super) fn of(&self, configuration: MnistConfiguration) -> Option<&Course> {
        self.runs.get(configuration.name())
    }
}

/// A configuration of the tutorial, its class and its name.
const SERIES: [(MnistConfiguration, &str, &str); 5] = [
    (MnistConfiguration::NormalTanh, "s4", "variance 1, tanh"),
    (MnistConfiguration::PytorchTanh, "s3", "PyTorch, tanh"),
    (MnistConfiguration::XavierTanh, "s5", "Xavier, tanh"),
    (MnistConfiguration::XavierRelu, "s2", "Xavier, ReLU"),
    (MnistConfiguration::HeRelu, "s1", "He, ReLU"),
];

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let printed = Printed::read();
    let description = "Two plots against the number of batches. Test error in percent: variance one lies far above the four others, whose lines and \
         printed marks cross each other. Loss of the last batch: the printed marks scatter about our means by as much as these differ.";
    Picture::of(
        FIGURE.name,
        "Thirty printed accuracies and thirty printed losses beside ours",
        description,
        Sheet::WIDE.of_height(380.0),
        vec![table.clone(), numbers(&printed)],
        |sheet| panels(sheet, table, &printed),
    )
}

/// What was printed, as a table.
fn numbers(printed: &Printed) -> Table {
    let rows = SERIES.iter().flat_map(|(configuration, _, _)| {
        let course = printed.of(*configuration);
        course.into_iter().flat_map(|course| {
            let both = course.accuracy.iter().zip(&course.loss);
            printed
                .iteration
                .iter()
                .zip(both)
                .map(|(at, (accuracy, loss))| {
                    vec![
                        Cell::from(configuration.name()),
                        Cell::from(*at),
                        Cell::from(*accuracy),
                        Cell::from(*loss),
                    ]
                })
        })
    });
    Table {
        experiment: "printed-by-the-tutorial".into(),
        parameters: vec![("seed".into(), 0_u64.into())],
        summary: Vec::new(),
        columns: ["configuration", "iteration", "accuracy", "loss"]
            .map(str::to_owned)
            .into(),
        rows: rows.collect(),
    }
}

fn panels(sheet: Sheet, table: &Table, printed: &Printed) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 680.0));
    let (columns, rows) = sheet.pick((2, 1), (1, 2));
    let places = Panels::grid(sheet, columns, rows);
    let mut panels = Panels::new(sheet);
    let error = Measure {
        scale: Scale::Log {
            low: 2.0,
            high: 14.0,
        },
        ticks: &[2.0, 3.0, 4.0, 6.0, 8.0, 12.0],
        column: "accuracy",
        ours: |accuracy| 100.0 - accuracy,
        theirs: |course| course.accuracy.iter().map(|a| 100.0 - a).collect(),
    };
    let loss = Measure {
        scale: Scale::Log {
            low: 0.015,
            high: 0.8,
        },
        ticks: &[0.02, 0.05, 0.1, 0.2, 0.5],
        column: "loss",
        ours: |loss| loss,
        theirs: |course| course.loss.clone(),
    };
    for (place, (heading, measure)) in places.into_iter().zip([
        ("test error in percent, logarithmic", error),
        ("loss of the last batch, logarithmic", loss),
    ]) {
        panels.plot(place, heading, plot(place, table, printed, &measure));
    }
    panels
}

/// What a panel shows.
struct Measure {
    scale: Scale,
    ticks: &'static [f64],
    column: &'static str,
    ours: fn(f64) -> f64,
    theirs: fn(&Course) -> Vec<f64>,
}

fn plot(place: Place, table: &Table, printed: &Printed, measure: &Measure) -> Plot {
    let x = Scale::Linear {
        low: 400.0,
        high: 3100.0,
    };
    let mut plot = Plot::new(
        place.sheet,
        Axis {
            scale: x,
            ticks: printed
                .iteration
                .iter()
                .map(|at| Tick::new(*at, &format!("{at}")))
                .collect(),
            title: "batches".into(),
        },
        Axis {
            scale: measure.scale,
            ticks: measure
                .ticks
                .iter()
                .map(|at| Tick::new(*at, &format!("{at}")))
                .collect(),
            title: String::new(),
        },
        "variance 1, tanh",
    )
    .with_left(36.0);
    for (configuration, class, name) in SERIES {
        let own = Cell::from(configuration.name());
        let values = table.numbers(measure.column).into_iter();
        let ours: Vec<(f64, f64)> = table
            .numbers("iteration")
            .into_iter()
            .zip(values)
            .zip(&table.rows)
            .filter(|(_, row)| row[0] == own)
            .map(|((at, value), _)| (at, (measure.ours)(value)))
            .collect();
        plot.label(class, ours[ours.len() - 1], name);
        plot.line(&format!("{class} thin"), ours);
        if let Some(course) = printed.of(configuration) {
            let theirs = printed
                .iteration
                .iter()
                .copied()
                .zip((measure.theirs)(course));
            plot.points(&format!("{class} hollow"), 4.0, theirs);
        }
    }
    plot
}
