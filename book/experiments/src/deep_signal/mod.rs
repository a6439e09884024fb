//! Both boxes of the notebook, solved.

mod figures;
mod udl_ends;
mod udl_response;
mod udl_rules;
mod udl_sweep;

pub use udl_ends::UdlEnds;
pub use udl_response::UdlResponse;
pub use udl_rules::UdlRules;
pub use udl_sweep::UdlSweep;

use crate::lab::{Control, Lab, table};
use crate::shared::weights::he;
use crate::shared::{Data, DeepGradient, DeepSignal, Pass, Spread};
use crate::{Chapter, Experiment, Run};
use unit_variance::initializer::{Fan, Named};

/// The variances of a matrix at one end, from 2 over the width to 2: for each of them there is one at the other end that makes up for it.
const ENDS: &[f64] = &[0.025, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0];

/// The variances of the two matrices in which the rules differ.
pub(crate) const LAB: Lab = Lab {
    figure: &figures::UDL_ENDS,
    controls: &[
        Control {
            option: "first",
            label: "variance of the first matrix",
            values: ENDS,
        },
        Control {
            option: "readout",
            label: "variance of the readout",
            values: ENDS,
        },
    ],
    tables: |values| {
        vec![table(&UdlEnds {
            seed: 0,
            depth: 50,
            width: 80,
            first: values[0],
            readout: values[1],
        })]
    },
};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "deep-signal",
    experiments: &[
        Run::plain::<UdlRules>().in_small("--depth 3 --width 5"),
        Run::plain::<UdlEnds>().in_small("--depth 3 --width 5"),
        Run::plain::<UdlSweep>().in_small("--seeds 2 --depth 3 --width 8"),
        Run::plain::<UdlResponse>().in_small("--depth 3 --width 8"),
    ],
    runs: &[
        Run::of("udl-backward-50x80", || deep_gradient(he(Fan::Out))),
        // The other rule for each of the two passes.
        Run::of("udl-50x80-by-fan-out", || {
            Box::new(DeepSignal {
                seed: 0,
                depth: 50,
                width: 80,
                weights: he(Fan::Out),
                data: Data::Notebook,
            })
        }),
        Run::of("udl-backward-50x80-by-fan-in", || {
            deep_gradient(he(Fan::In))
        }),
        Run::of("spread-of-gradients", || Box::new(spread_of_gradients())),
        Run::of("udl-rules", || Box::new(UdlRules::default())),
        Run::plain::<UdlEnds>(),
        Run::of("udl-sweep", || Box::new(UdlSweep::default())),
        Run::of("udl-response", || Box::new(UdlResponse::default())),
    ],
    figures: figures::FIGURES,
};

fn deep_gradient(weights: Named) -> Box<dyn Experiment> {
    Box::new(DeepGradient {
        seed: 0,
        depth: 50,
        width: 80,
        weights,
    })
}

/// Where the gradient of networks like the notebook's lies, over as many inputs as it shows them.
pub fn spread_of_gradients() -> Spread {
    Spread {
        pass: Pass::Backward,
        points: 100,
        ..Spread::default()
    }
}
