//! Five weight variances through fifty layers, and the straight lines that predict them.

use crate::Table;

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::layers::{DEPTH, by_layer, layer_axis};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, power_of_ten};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::{Anchor, plain};
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "variance-sweep",
    runs: &["variance-sweep"],
    draw,
};

/// One weight variance, measured and predicted.
struct Series {
    class: &'static str,
    name: &'static str,
    rms: Vec<(f64, f64)>,
    predicted: Vec<(f64, f64)>,
}

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let series = [
        ("s5", "1"),
        ("s2", "4/*n*"),
        ("s1 strong", "2/*n*"),
        ("s3 dashed", "1/*n*"),
        ("s4 dotted", "1/(2*n*)"),
    ];
    let series = series.map(|(class, name)| {
        let column = plain(name);
        Series {
            class,
            name,
            rms: by_layer(table, &column),
            predicted: by_layer(table, &format!("{column} predicted")),
        }
    });
    let ends = series
        .iter()
        .map(|series| format!("{:.1e} with {}", series.rms[DEPTH].1, plain(series.name)))
        .collect::<Vec<_>>()
        .join(", ");
    let description = format!(
        "Root mean square of the signal by layer, on a logarithmic axis, for five weight variances: nearly straight lines, \
         each beside its prediction. In layer {DEPTH} the signal is {ends}; the largest f32 is {:.1e}.",
        f32::MAX
    );
    Picture::of(
        FIGURE.name,
        "The signal by layer for five weight variances, measured and predicted",
        &description,
        Sheet::WIDE,
        vec![table.clone()],
        |sheet| plot(sheet, &series),
    )
}

fn plot(sheet: Sheet, series: &[Series]) -> Plot {
    let y = Scale::decades(series.iter().flat_map(|series| {
        let both = series.rms.iter().chain(&series.predicted);
        both.map(|(_, rms)| *rms)
    }));
    let mut plot = Plot::new(
        sheet.of_height(sheet.pick(460.0, 380.0)),
        layer_axis(0),
        Axis {
            scale: y,
            ticks: y.ticks(8),
            title: "rms of the signal".into(),
        },
        sheet.pick("variance 1/(2*n*)", "1/(2*n*)"),
    );
    let largest = f64::from(f32::MAX);
    if y.fraction(largest) <= 1.0 {
        let words = format!(
            "largest f32, {} {}",
            sheet.pick("about 3.4 ×", "3.4 ×"),
            power_of_ten(libm::log10(largest) as i32)
        );
        plot.rule("limit", largest);
        plot.note("limit", (0.0, largest), (4.0, 17.0), Anchor::Start, &words);
    }
    for series in series {
        plot.line(
            &format!("predicted {}", series.class),
            series.predicted.iter().copied(),
        );
    }
    for series in series {
        plot.line(series.class, series.rms.iter().copied());
        let words = format!("{}{}", sheet.pick("variance ", ""), series.name);
        plot.label(series.class, series.rms[DEPTH], &words);
    }
    plot
}
