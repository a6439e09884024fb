//! Larger weights in sigmoid layers: where a signal settles, the factor of the squared gradient, and what many layers leave of it.

use crate::Table;

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::panels::Panels;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, extent};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::{Anchor, plain};
use crate::figure::shown;
use crate::number::brief;

pub(in crate::vanishing_gradient) const FIGURE: Figure = Figure {
    name: "sigmoid-scales",
    runs: &["sigmoid-scales"],
    draw,
};

/// What the axis of the third plot holds, whatever is moved: what the deepest setting leaves. So the curve turns, and not the axis.
pub(in crate::vanishing_gradient) const LEFT: [f64; 2] = [1e-67, 1e15];

/// One of the plots: a column over the scale.
struct Panel {
    heading: String,
    title: &'static str,
    column: &'static str,
}

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let written = |number: f64| plain(&brief(number));
    let total = |name: &str| written(table.total(name));
    let [scales, chi, left] = ["scale", "chi", "left"].map(|column| table.numbers(column));
    let last = scales.len() - 1;
    let kept = chi.iter().filter(|chi| **chi < 1.0).count();
    let (below, above) = (scales[kept - 1], scales[kept]);
    let description = format!(
        "Three plots over the variance of the weights, times n, from {low} to {high}, on logarithmic axes. In the first one the variance at \
         which a signal settles rises. In the second one the factor of the squared gradient in a layer rises below a straight dashed line, its \
         bound, and ever farther below. It passes one between {below} and {above}. In the third one what {depth} layers make of the squared gradient rises from {least} to \
         {most}. A dot is at the variance {scale}: there the signal settles at {variance}, a layer multiplies the squared gradient by {chi}, and \
         all layers by {all}.",
        low = scales[0],
        high = scales[last],
        depth = table.parameter("depth"),
        least = written(left[0]),
        most = written(left[last]),
        scale = table.parameter("scale"),
        variance = total("variance"),
        chi = total("chi"),
        all = total("left"),
    );
    Picture::of(
        FIGURE.name,
        "The gradient of wide sigmoid layers by the variance of their weights",
        &description,
        Sheet::WIDE.of_height(330.0),
        vec![table.clone()],
        |sheet| panels(sheet, table),
    )
}

fn panels(sheet: Sheet, table: &Table) -> Panels {
    let sheet = sheet.of_height(sheet.pick(sheet.height, 810.0));
    let [variance, chi, left] = ["variance", "chi", "left"].map(|name| brief(table.total(name)));
    let depth = table.parameter("depth");
    let layers = if depth == 1.0 { "layer" } else { "layers" };
    let remains = if table.total("left") < 1.0 {
        format!("{depth} {layers}: {left} is left")
    } else {
        format!("{depth} {layers}: grown to {left}")
    };
    let all = [
        Panel {
            heading: format!("Settles at *q* = {variance}"),
            title: "variance *q* of the signal",
            column: "variance",
        },
        Panel {
            heading: format!("A layer: *χ* = {chi}"),
            title: "factor of the squared gradient",
            column: "chi",
        },
        Panel {
            heading: remains,
            title: "what is left of it",
            column: "left",
        },
    ];
    let mut panels = Panels::new(sheet);
    let places = Panels::grid(sheet, sheet.pick(3, 1), sheet.pick(1, 3));
    for (place, panel) in places.into_iter().zip(all) {
        panels.plot(place, &panel.heading, plot(place.sheet, table, &panel));
    }
    panels
}

fn plot(sheet: Sheet, table: &Table, panel: &Panel) -> Plot {
    let scales = table.numbers("scale");
    let curve = |column: &str| scales.iter().copied().zip(table.numbers(column));
    let has_bound = panel.column == "chi";
    let (low, high) = extent(scales.iter().copied());
    let x = Scale::Log { low, high };
    let bound = curve("bound").take_while(|_| has_bound);
    let held = LEFT.into_iter().filter(|_| panel.column == "left");
    let y = Scale::decades(curve(panel.column).chain(bound).map(|(_, y)| y).chain(held));
    let mut plot = Plot::new(
        sheet,
        Axis {
            scale: x,
            ticks: x.ticks(5),
            title: "variance of the weights × *n*".into(),
        },
        Axis {
            scale: y,
            ticks: y.ticks(6),
            title: panel.title.into(),
        },
        "",
    );
    if panel.column != "variance" {
        plot.rule("limit", 1.0);
    }
    if has_bound {
        plot.line("s2 dashed", curve("bound"));
        // Above the line, far from the level of one.
        let (scale, bound) = curve("bound")
            .nth(scales.len() / 3)
            .expect("there are scales");
        plot.note("s2", (scale, bound), (-8.0, -4.0), Anchor::End, "*s*/16");
    }
    plot.line("s1 strong", curve(panel.column));
    let marked = (table.parameter("scale"), table.total(panel.column));
    plot.points("s3", 5.0, [marked]);
    plot
}
