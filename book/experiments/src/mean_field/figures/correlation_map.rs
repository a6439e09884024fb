//! One layer's map of the correlation of two inputs with the stairs of a pair, and beside it the same pair by layer.

use crate::{Figure, Table};

use crate::drawing::Picture;
use crate::drawing::layers::layers_to;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::Scale;
use crate::drawing::sheet::Sheet;
use crate::figure::{part, shown};
use crate::number::{Format, Script, typeset};

pub(in crate::mean_field) const FIGURE: Figure = Figure {
    name: "correlation-map",
    runs: &["correlation-map"],
    draw,
};

/// What a run says, ready to be drawn.
struct Shown {
    map: Vec<(f64, f64)>,
    /// The correlation in a layer and in the next one, layer by layer.
    steps: Vec<(f64, f64)>,
    chi: f64,
    fixed_point: f64,
}

/// Between the panels.
const GAP: f64 = 18.0;

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let run = Shown {
        map: part(table, "map", "correlation", "next"),
        steps: part(table, "pair", "correlation", "next"),
        chi: table.total("chi_1"),
        fixed_point: table.total("fixed_point"),
    };
    let (first, last) = (run.steps[0].0, run.steps[run.steps.len() - 1]);
    let written = |x| typeset(x, Format::Fixed(3), Script::Plain);
    let [chi, fixed_point] = [run.chi, run.fixed_point].map(written);
    let crossing = if run.fixed_point < 1.0 {
        format!(
            "crosses the diagonal at {fixed_point}, where a dot is, and lies below it from there to the upper right corner, where a dashed \
             tangent shows its slope, {chi}"
        )
    } else {
        format!(
            "lies above the diagonal up to the upper right corner, where a dashed tangent shows its slope, {chi}"
        )
    };
    let description = format!(
        "Two plots. In the left one the correlation of two inputs in the next layer stands over that in a layer, both from minus one to one. The curve \
         begins at {} on the left and {crossing}. Stairs between the curve and the diagonal lead from a dot at {first} to {}. The right plot \
         shows the same pair layer by layer: {first} in layer 1, {} in layer {}. A level line is at {fixed_point}.",
        written(run.map[0].1),
        written(last.1),
        written(last.0),
        run.steps.len(),
    );
    Picture::of(
        FIGURE.name,
        "What a layer makes of the correlation of two inputs, and layer upon layer",
        &description,
        Sheet::WIDE.of_height(400.0),
        vec![table.clone()],
        |sheet| panels(sheet, &run),
    )
}

fn panels(sheet: Sheet, run: &Shown) -> Panels {
    let by_layer_height = 250.0;
    let sheet = sheet.of_height(sheet.pick(sheet.height, 400.0 + GAP + by_layer_height));
    let mut panels = Panels::new(sheet);
    let height = sheet.pick(sheet.height, 400.0);
    let place = Panels::grid(sheet.of_height(height), 1, 1)[0];
    let map = map(place, run);
    // On the page the second panel has the width that the square leaves, on a phone it is below.
    let beside = Panels::beside(sheet, map.right(), by_layer_height);
    let [chi, fixed_point] =
        [run.chi, run.fixed_point].map(|x| typeset(x, Format::Fixed(3), Script::Svg));
    panels.plot(place, &format!("One layer: slope {chi} at one"), map);
    let heading = format!("Layer by layer, towards {fixed_point}");
    panels.plot(beside, &heading, by_layer(beside, run));
    panels
}

fn correlations(title: &str) -> Axis {
    let scale = Scale::Linear {
        low: -1.0,
        high: 1.0,
    };
    Axis {
        scale,
        ticks: scale.ticks(4),
        title: title.into(),
    }
}

fn map(place: Place, run: &Shown) -> Plot {
    let mut plot = Plot::new(
        place.sheet,
        correlations("correlation in a layer"),
        correlations("correlation in the next"),
        "",
    )
    .square();
    plot.line("guide", [(-1.0, -1.0), (1.0, 1.0)]);
    plot.line("s1 strong", run.map.iter().copied());
    // The tangent at one, as far as it is in the frame.
    let reach = 0.4_f64.min(1.2 / run.chi);
    let tangent = [(1.0 - reach, 1.0 - run.chi * reach), (1.0, 1.0)];
    plot.line("s3 dashed", tangent);
    let first = run.steps[0].0;
    let stairs = run
        .steps
        .iter()
        .flat_map(|(c, next)| [(*c, *next), (*next, *next)]);
    plot.line("s2 thin", std::iter::once((first, first)).chain(stairs));
    plot.points("s2", 4.0, [(first, first)]);
    plot.points("s1", 4.5, [(run.fixed_point, run.fixed_point)]);
    plot
}

fn by_layer(place: Place, run: &Shown) -> Plot {
    let depth = run.steps.len();
    let x = layers_to(1, depth);
    let mut plot = Plot::new(place.sheet, x, correlations("correlation"), "");
    plot.rule("limit", run.fixed_point);
    let layers = (1..).zip(&run.steps);
    let points: Vec<(f64, f64)> = layers.map(|(l, (c, _))| (f64::from(l), *c)).collect();
    plot.line("s2 thin", points.iter().copied());
    plot.points("s2", 2.6, points);
    plot
}
