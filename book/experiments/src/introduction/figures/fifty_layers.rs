//! One factor decides: the signal through fifty layers explodes, survives or vanishes.

use crate::Table;

use crate::Figure;
use crate::drawing::Picture;
use crate::drawing::layers::{DEPTH, layer_axis, networks};
use crate::drawing::plot::{Axis, Plot};
use crate::drawing::scale::Scale;
use crate::drawing::sheet::Sheet;
use crate::figure::shown;

pub(super) const FIGURE: Figure = Figure {
    name: "fifty-layers",
    runs: &[
        "twelve-four-over-n",
        "twelve-two-over-n",
        "twelve-one-over-n",
    ],
    draw,
};

/// One rule: every matrix has weights of variance `c / n`, where `n` is its own fan-in.
struct Rule {
    class: &'static str,
    name: &'static str,
    fate: &'static str,
    /// The rms by layer of each network, the input first; the first network is drawn strongly.
    networks: Vec<Vec<(f64, f64)>>,
}

fn draw(tables: &[&Table]) -> Picture {
    let rules = [
        ("s2", "4/*n*", "explodes"),
        ("s1 strong", "2/*n*", "survives"),
        ("s3 dashed", "1/*n*", "vanishes"),
    ];
    let rules: Vec<Rule> = rules
        .into_iter()
        .zip(shown::<3>(tables))
        .map(|((class, name, fate), table)| Rule {
            class,
            name,
            fate,
            networks: networks(table),
        })
        .collect();
    let last = |rule: &Rule| rule.networks[0].last().expect("there are layers").1;
    let description = format!(
        "Root mean square of the signal by layer, on a logarithmic axis, of the same {} networks under each. It starts at one. \
         In layer {DEPTH}, the signal of the network drawn strongly is {:.1e} with weight variance 4/n, \
         {:.2} with 2/n, and {:.1e} with 1/n.",
        rules[0].networks.len(),
        last(&rules[0]),
        last(&rules[1]),
        last(&rules[2]),
    );
    Picture::of(
        FIGURE.name,
        "The signal through fifty ReLU layers, for three weight variances",
        &description,
        Sheet::WIDE,
        tables.iter().copied().cloned().collect(),
        |sheet| plot(sheet, &rules),
    )
}

fn plot(sheet: Sheet, rules: &[Rule]) -> Plot {
    let y = Scale::decades(
        rules
            .iter()
            .flat_map(|rule| rule.networks.iter().flatten().map(|(_, rms)| *rms)),
    );
    let label = |rule: &Rule| format!("{}{}{}", rule.name, sheet.pick(" ", "\n"), rule.fate);
    let mut plot = Plot::new(
        sheet,
        layer_axis(0),
        Axis {
            scale: y,
            ticks: y.ticks(sheet.pick(7, 6)),
            title: "rms of the signal".into(),
        },
        &label(&rules[0]),
    );
    for rule in rules {
        for network in &rule.networks[1..] {
            plot.line(&format!("ghost {}", rule.class), network.iter().copied());
        }
    }
    for rule in rules {
        let network = &rule.networks[0];
        plot.line(rule.class, network.iter().copied());
        plot.label(
            rule.class,
            *network.last().expect("there are layers"),
            &label(rule),
        );
    }
    plot
}
