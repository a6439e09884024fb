//! One layer's map of the variance with the stairs of a signal, and beside it the same signal by layer.

use crate::{Figure, Table};

use crate::drawing::Picture;
use crate::drawing::layers::layers_to;
use crate::drawing::panels::{Panels, Place};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::Scale;
use crate::drawing::sheet::Sheet;
use crate::figure::{part, shown};
use crate::number::{Format, Script, typeset};

pub(in crate::gains) const FIGURE: Figure = Figure {
    name: "variance-map",
    runs: &["variance-map"],
    draw,
};

/// What a run says, ready to be drawn.
struct Shown {
    map: Vec<(f64, f64)>,
    /// The variance in a layer and in the next one, layer by layer.
    steps: Vec<(f64, f64)>,
    /// The root mean square, layer by layer.
    rms: Vec<(f64, f64)>,
    /// The variances between which the map is drawn.
    frame: (f64, f64),
    /// The variance at which the signal settles: 0 if it falls without end, infinite if it grows.
    settled: f64,
    settled_rms: f64,
    chi: f64,
}

/// Between the panels.
const GAP: f64 = 18.0;

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let map = part(table, "map", "variance", "next");
    let run = Shown {
        frame: (map[0].0, map[map.len() - 1].0),
        map,
        steps: part(table, "layer", "variance", "next"),
        rms: part(table, "layer", "number", "rms"),
        settled: table.total("settled"),
        settled_rms: table.total("rms"),
        chi: table.total("chi"),
    };
    let written = |x| typeset(x, Format::Significant(3), Script::Plain);
    let chi = written(run.chi);
    let end = if run.settles() {
        format!(
            "It crosses the diagonal at {}, where a dot is and where the signal settles. There a layer multiplies the squared gradient by {chi}",
            written(run.settled)
        )
    } else if run.settled == 0.0 {
        format!(
            "The signal falls without end, and the factor of the squared gradient tends to {chi}"
        )
    } else {
        format!(
            "The signal grows without end, and in the last layer that is shown the squared gradient is multiplied by {chi}"
        )
    };
    let drawn = run.layers();
    let (first, last) = (drawn[0], drawn[drawn.len() - 1]);
    let beyond = if drawn.len() < run.rms.len() {
        ", where it leaves the plot"
    } else {
        ""
    };
    let description = format!(
        "Two plots. In the left one the variance in the next layer stands over that in a layer, both on logarithmic axes. {end}. Stairs \
         between the curve and the diagonal begin at a dot at {}. The right plot shows the root mean square of the same signal layer by \
         layer, on a logarithmic axis: {} in layer {}, {} in layer {}{beyond}.",
        written(run.steps[0].0),
        written(first.1),
        first.0,
        written(last.1),
        last.0,
    );
    Picture::of(
        FIGURE.name,
        "What a layer makes of the variance of a signal, and layer upon layer",
        &description,
        Sheet::WIDE.of_height(400.0),
        vec![table.clone()],
        |sheet| panels(sheet, &run),
    )
}

impl Shown {
    fn settles(&self) -> bool {
        self.settled > 0.0 && self.settled.is_finite()
    }

    /// The root mean square by layer, as far as it is in the frame.
    fn layers(&self) -> Vec<(f64, f64)> {
        let layers = self.rms.iter().zip(&self.steps);
        let shown = layers.filter(|(_, (variance, _))| self.is_in_frame(*variance));
        shown.map(|(layer, _)| *layer).collect()
    }

    fn is_in_frame(&self, variance: f64) -> bool {
        // A power of ten is on its edge, whatever the rounding.
        let (low, high) = self.frame;
        (low * (1.0 - 1e-9)..=high * (1.0 + 1e-9)).contains(&variance)
    }
}

fn panels(sheet: Sheet, run: &Shown) -> Panels {
    let by_layer_height = 250.0;
    let sheet = sheet.of_height(sheet.pick(sheet.height, 400.0 + GAP + by_layer_height));
    let mut panels = Panels::new(sheet);
    let height = sheet.pick(sheet.height, 400.0);
    let place = Panels::grid(sheet.of_height(height), 1, 1)[0];
    let map = map(place, run);
    let beside = Panels::beside(sheet, map.right(), by_layer_height);
    let written = |x| typeset(x, Format::Significant(3), Script::Svg);
    let (one, many) = if run.settles() {
        (
            format!("One layer: *q* rests at {}", written(run.settled)),
            format!(
                "Layer by layer: the rms settles at {}",
                written(run.settled_rms)
            ),
        )
    } else if run.settled == 0.0 {
        (
            "One layer: *q* falls".to_owned(),
            "Layer by layer: the rms falls without end".to_owned(),
        )
    } else {
        (
            "One layer: *q* grows".to_owned(),
            "Layer by layer: the rms grows without end".to_owned(),
        )
    };
    panels.plot(place, &one, map);
    panels.plot(beside, &many, by_layer(beside, run));
    panels
}

fn variances(run: &Shown, title: &str) -> Axis {
    let (low, high) = run.frame;
    let scale = Scale::Log { low, high };
    Axis {
        scale,
        ticks: scale.ticks(5),
        title: title.into(),
    }
}

fn map(place: Place, run: &Shown) -> Plot {
    let mut plot = Plot::new(
        place.sheet,
        variances(run, "variance *q* in a layer"),
        variances(run, "variance in the next"),
        "",
    )
    .square();
    let (low, high) = run.frame;
    plot.line("guide", [(low, low), (high, high)]);
    let map = run.map.iter().copied();
    plot.line("s1 strong", map.filter(|(_, next)| run.is_in_frame(*next)));
    let first = run.steps[0].0;
    let stairs = run
        .steps
        .iter()
        .take_while(|(_, next)| run.is_in_frame(*next))
        .flat_map(|(q, next)| [(*q, *next), (*next, *next)]);
    plot.line("s2 thin", std::iter::once((first, first)).chain(stairs));
    plot.points("s2", 4.0, [(first, first)]);
    if run.settles() {
        plot.points("s1", 4.5, [(run.settled, run.settled)]);
    }
    plot
}

fn by_layer(place: Place, run: &Shown) -> Plot {
    let x = layers_to(1, run.rms.len());
    let (low, high) = run.frame;
    let (low, high) = (low.sqrt(), high.sqrt());
    let scale = Scale::Log { low, high };
    let y = Axis {
        scale,
        ticks: scale.ticks(5),
        title: "rms of the pre-activations".into(),
    };
    let mut plot = Plot::new(place.sheet, x, y, "");
    if run.settles() {
        plot.rule("limit", run.settled_rms);
    }
    let layers = run.layers();
    plot.line("s2 thin", layers.iter().copied());
    plot.points("s2", 2.6, layers);
    plot
}
