//! Six initializations of one hidden layer on handwritten digits, over several seeds, with what the tutorial
//! printed for one.

use crate::mnist::MnistConfiguration;
use crate::{Cell, Table};

use super::mnist_courses::Printed;
use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick, extent};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "mnist-initializers",
    runs: &["mnist"],
    draw,
};

/// One configuration after the last iteration: errors in percent of the test images.
struct Row {
    name: &'static str,
    class: &'static str,
    seeds: Vec<f64>,
    mean: f64,
    interval: (f64, f64),
    printed: Option<f64>,
}

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let printed = Printed::read();
    let rows: Vec<Row> = MnistConfiguration::ALL
        .into_iter()
        .map(|configuration| row(table, &printed, configuration))
        .collect();
    let description = format!(
        "Test errors of six initializations on a logarithmic axis, a dot for each of {} seeds. {}. The five below the first lie together; \
         hollow marks show what the tutorial printed for one seed, among the dots or close to them.",
        rows[0].seeds.len(),
        rows.iter()
            .map(|row| format!("{}: {:.2} percent on average", row.name, row.mean))
            .collect::<Vec<_>>()
            .join("; "),
    );
    Picture::of(
        FIGURE.name,
        "Six initializations on handwritten digits",
        &description,
        Sheet::WIDE.of_height(340.0),
        vec![table.clone()],
        |sheet| plot(sheet, &rows),
    )
}

fn row(table: &Table, printed: &Printed, configuration: MnistConfiguration) -> Row {
    let own = Cell::from(configuration.name());
    let last = table.rows.iter().rfind(|row| row[0] == own);
    let last = last.expect("every configuration has a row");
    let error = |column: &str| {
        let index = table.columns.iter().position(|name| name == column);
        let accuracy = last[index.expect("a column of the table")].number();
        100.0 - accuracy.expect("a number")
    };
    let seeds = table
        .columns
        .iter()
        .filter(|name| name.starts_with("seed_"));
    let printed = printed.of(configuration);
    let printed = printed.and_then(|course| course.accuracy.last());
    let (name, class) = match configuration {
        MnistConfiguration::NormalTanh => ("variance 1, tanh", "s1"),
        MnistConfiguration::PytorchTanh => ("PyTorch’s default, tanh", "s1"),
        MnistConfiguration::LecunTanh => ("LeCun, tanh", "s1"),
        MnistConfiguration::XavierTanh => ("Xavier, tanh", "s1"),
        MnistConfiguration::XavierRelu => ("Xavier, ReLU", "s2"),
        MnistConfiguration::HeRelu => ("He, ReLU", "s2"),
    };
    Row {
        name,
        class,
        seeds: seeds.map(|seed| error(seed)).collect(),
        mean: error("accuracy"),
        interval: (error("high"), error("low")),
        printed: printed.map(|accuracy| 100.0 - accuracy),
    }
}

fn plot(sheet: Sheet, rows: &[Row]) -> Plot {
    let shown = rows.iter().flat_map(|row| {
        let seeds = row.seeds.iter().copied().chain(row.printed);
        seeds.chain([row.interval.0, row.interval.1])
    });
    let (low, high) = extent(shown);
    let last = rows.len() as f64 - 1.0;
    let places = || (0..).map(|i| last - f64::from(i)).zip(rows);
    let x = Scale::Log {
        low: low / 1.08,
        high: high * 1.12,
    };
    let mut plot = Plot::new(
        sheet.of_height(sheet.pick(sheet.height, 360.0)),
        Axis {
            scale: x,
            ticks: sheet
                .pick(
                    &[2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0][..],
                    &[2.0, 3.0, 4.0, 6.0, 8.0],
                )
                .iter()
                .copied()
                .filter(|at| x.fraction(*at) > 0.0 && x.fraction(*at) < 1.0)
                .map(|at| Tick::new(at, &format!("{at} %")))
                .collect(),
            title: "test error after five epochs".into(),
        },
        Axis {
            scale: Scale::Linear {
                low: -0.7,
                high: last + 0.7,
            },
            ticks: places()
                .map(|(at, row)| Tick::new(at, &sheet.pick(row.name.to_owned(), narrow(row.name))))
                .collect(),
            title: String::new(),
        },
        "",
    );
    for (at, row) in places() {
        let (from, to) = row.interval;
        plot.line(&format!("{} thin", row.class), [(from, at), (to, at)]);
        // Above the interval, and no two on one another.
        let seeds = row
            .seeds
            .iter()
            .zip((0..).map(|i| 0.12 + 0.1 * f64::from(i % 2)));
        plot.points(row.class, 4.0, seeds.map(|(error, up)| (*error, at + up)));
        if let Some(printed) = row.printed {
            plot.points(
                &format!("{} hollow", row.class),
                5.5,
                [(printed, at - 0.28)],
            );
        }
    }
    let (at, first) = places().next().expect("there are rows");
    if let Some(printed) = first.printed {
        let words = sheet.pick("printed by the tutorial", "printed");
        let beside = (printed, at - 0.28);
        plot.note("quiet", beside, (-12.0, 4.5), Anchor::End, words);
    }
    let words = sheet.pick("a dot a seed", "seeds");
    let beside = (first.interval.0, at + 0.17);
    plot.note("quiet", beside, (-12.0, 4.5), Anchor::End, words);
    plot
}

/// A name that leaves a phone room for the rest.
fn narrow(name: &str) -> String {
    name.replace("PyTorch’s default", "PyTorch")
}
