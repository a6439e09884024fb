//! What a ReLU keeps of a symmetric signal: exactly half of its second moment.

use anyhow::Result;
use experiments::{Cell, Table};
use unit_variance::probability::gaussian_density;

use super::Figure;
use super::plot::{Axis, Plot};
use super::scale::{Scale, Tick};
use super::sheet::Sheet;
use super::text::Anchor;
use crate::Lab;

pub(super) const NAME: &str = "relu-half";

/// The curve is drawn over `−REACH..=REACH`, in so many steps a unit.
const REACH: i32 = 4;
const STEPS: i32 = 20;

/// The integrand of the second moment, `z² φ(z)`.
fn integrand(z: f64) -> f64 {
    z * z * gaussian_density(z)
}

fn places() -> Vec<f64> {
    (-REACH * STEPS..=REACH * STEPS)
        .map(|i| f64::from(i) / f64::from(STEPS))
        .collect()
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the signature is that of all figures"
)]
pub(super) fn draw(_: &Lab) -> Result<Figure> {
    let data = Table {
        experiment: "the standard normal law".into(),
        parameters: Vec::new(),
        columns: ["z", "density", "z² density"].map(str::to_owned).into(),
        rows: places()
            .into_iter()
            .step_by(STEPS as usize / 4)
            .map(|z| {
                [z, gaussian_density(z), integrand(z)]
                    .map(Cell::from)
                    .into()
            })
            .collect(),
        summary: Vec::new(),
    };
    Ok(Figure::of(
        NAME,
        "The second moment of a standard normal signal before and after a ReLU",
        "The curve z squared times the normal density has two equal humps, left and right of zero. \
         The area under each is one half. The ReLU erases the left hump and keeps the right one.",
        Sheet::COLUMN.of_height(310.0),
        vec![data],
        plot,
    ))
}

fn plot(sheet: Sheet) -> Plot {
    let z = places();
    let peak = integrand(std::f64::consts::SQRT_2);
    let scale = Scale::Linear {
        low: 0.0,
        high: gaussian_density(0.0) * 1.12,
    };
    let mut plot = Plot::new(
        sheet.of_height(sheet.choose(sheet.height, 270.0)),
        Axis {
            scale: Scale::Linear {
                low: f64::from(-REACH),
                high: f64::from(REACH),
            },
            ticks: (-REACH..=REACH)
                .step_by(2)
                .map(|z| Tick::new(f64::from(z), &z.to_string().replace('-', "−")))
                .collect(),
            title: "pre-activation *z*".into(),
        },
        Axis {
            scale,
            ticks: scale.ticks(4),
            title: String::new(),
        },
        "",
    );
    let zero = vec![0.0; z.len()];
    let curve: Vec<f64> = z.iter().map(|z| integrand(*z)).collect();
    let middle = z.len() / 2;
    plot.band(
        "s3 erased",
        &z[..=middle],
        &zero[..=middle],
        &curve[..=middle],
    );
    plot.band("s1 kept", &z[middle..], &zero[middle..], &curve[middle..]);
    let points: Vec<(f64, f64)> = z.iter().copied().zip(curve).collect();
    plot.line("s3 dashed", points[..=middle].iter().copied());
    plot.line("s1 strong", points[middle..].iter().copied());
    plot.line("quiet", z.iter().map(|z| (*z, gaussian_density(*z))));

    let hump = std::f64::consts::SQRT_2;
    let aside = (f64::from(REACH) - 0.95, peak / 2.6);
    plot.note(
        "s3 big",
        (-aside.0, aside.1),
        (0.0, 0.0),
        Anchor::Middle,
        "½",
    );
    plot.note(
        "s3",
        (-aside.0, aside.1),
        (0.0, 19.0),
        Anchor::Middle,
        "erased",
    );
    plot.note("s1 big", aside, (0.0, 0.0), Anchor::Middle, "½");
    plot.note("s1", aside, (0.0, 19.0), Anchor::Middle, "kept");
    plot.note(
        "s1",
        (hump, peak),
        (sheet.choose(26.0, 14.0), -10.0),
        Anchor::Start,
        "*z*^{2} × density",
    );
    plot.note(
        "quiet",
        (0.0, gaussian_density(0.0)),
        (0.0, -8.0),
        Anchor::Middle,
        "density",
    );
    plot
}
