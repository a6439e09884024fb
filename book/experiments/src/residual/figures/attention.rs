//! How many tokens matter to a softmax, by the standard deviation of its logits.

use crate::{Figure, Table};

use crate::drawing::Picture;
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::{Scale, Tick, extent};
use crate::drawing::sheet::Sheet;
use crate::drawing::text::Anchor;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "attention-softmax",
    runs: &["attention-softmax"],
    draw,
};

/// Standard deviations of the logits of 64 features, and what was done to them.
const MARKED: [(f64, &str); 2] = [(1.0, "over √64"), (8.0, "as they are")];

const CLASSES: [&str; 4] = ["s1", "s2", "s4", "s5"];

/// A curve: the number of tokens, and the standard deviations with two columns.
struct Curve {
    tokens: f64,
    freezing: f64,
    matter: Vec<(f64, f64)>,
    drawn: Vec<(f64, f64)>,
}

fn curves(table: &Table) -> Vec<Curve> {
    let [tokens, std_devs, matter, drawn, freezing] = [
        "tokens",
        "std_dev",
        "matter",
        "drawn_concentration",
        "freezing",
    ]
    .map(|column| table.numbers(column));
    let mut curves: Vec<Curve> = Vec::new();
    for i in 0..tokens.len() {
        if curves.last().is_none_or(|curve| curve.tokens != tokens[i]) {
            curves.push(Curve {
                tokens: tokens[i],
                freezing: freezing[i],
                matter: Vec::new(),
                drawn: Vec::new(),
            });
        }
        let curve = curves.last_mut().expect("there is one now");
        curve.matter.push((std_devs[i], matter[i]));
        curve.drawn.push((std_devs[i], drawn[i].recip()));
    }
    curves
}

/// The height of a curve at `x`, between its points on logarithmic axes.
fn height(curve: &[(f64, f64)], x: f64) -> Option<f64> {
    let pair = curve
        .windows(2)
        .find(|pair| pair[0].0 <= x && x <= pair[1].0)?;
    let [low, high] = [pair[0], pair[1]].map(|(x, y)| (libm::log(x), libm::log(y)));
    let share = (libm::log(x) - low.0) / (high.0 - low.0);
    Some(libm::exp(low.1 + share * (high.1 - low.1)))
}

fn draw(tables: &[&Table]) -> Picture {
    let [table] = shown(tables);
    let of = |curve: &Curve| {
        let at = |x: f64| height(&curve.matter, x).unwrap_or(f64::NAN);
        format!(
            "of {} tokens {:.0} at one and {:.1} at eight",
            curve.tokens,
            at(1.0),
            at(8.0)
        )
    };
    let words: Vec<String> = curves(table).iter().map(of).collect();
    let description = format!(
        "The number of tokens that matter, one over the expected sum of the squared weights, against the standard deviation of the logits, both \
         logarithmic. Each curve falls from the number of all tokens to one: {}. A ring on each curve marks the freezing point, where few tokens are left; \
         dots of drawn softmaxes lie on the curves.",
        words.join("; ")
    );
    Picture::of(
        FIGURE.name,
        "Tokens that matter to a softmax by the size of its logits",
        &description,
        Sheet::COLUMN.of_height(360.0),
        vec![table.clone()],
        |sheet| plot(sheet, &curves(table)),
    )
}

fn plot(sheet: Sheet, curves: &[Curve]) -> Plot {
    let (low, high) = extent(
        curves
            .iter()
            .flat_map(|curve| curve.matter.iter().map(|p| p.0)),
    );
    let most = curves.iter().map(|curve| curve.tokens).fold(1.0, f64::max);
    let doubled = |from: f64, to: f64| {
        std::iter::successors(Some(from), |x| Some(2.0 * x))
            .take_while(move |x| *x <= to)
            .map(|x| Tick::new(x, &x.to_string()))
    };
    let y = Scale::Log {
        low: 0.9,
        high: 1.7 * most,
    };
    let mut plot = Plot::new(
        sheet.of_height(sheet.pick(sheet.height, 340.0)),
        Axis {
            scale: Scale::Log {
                low: 0.95 * low,
                high: 1.05 * high,
            },
            ticks: doubled(0.25, high).collect(),
            title: "standard deviation of the logits".into(),
        },
        Axis {
            scale: y,
            ticks: doubled(1.0, most).step_by(2).collect(),
            title: "tokens that matter".into(),
        },
        "",
    );
    for (x, words) in MARKED {
        plot.line("quiet dashed", [(x, 0.9), (x, 1.2 * most)]);
        plot.note(
            "quiet",
            (x, 1.25 * most),
            (0.0, -3.0),
            Anchor::Middle,
            words,
        );
    }
    for (curve, class) in curves.iter().zip(CLASSES) {
        plot.line(class, curve.matter.iter().copied());
        plot.points(class, 2.5, curve.drawn.iter().copied());
        if let Some(height) = height(&curve.matter, curve.freezing) {
            plot.points(&format!("{class} hollow"), 6.0, [(curve.freezing, height)]);
        }
        let words = format!("{} tokens", curve.tokens);
        plot.note(class, curve.matter[0], (4.0, -7.0), Anchor::Start, &words);
    }
    plot
}
