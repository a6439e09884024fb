//! Both boxes of the notebook, solved.

mod figures;
mod udl_response;
mod udl_rules;
mod udl_sweep;

pub use udl_response::UdlResponse;
pub use udl_rules::UdlRules;
pub use udl_sweep::UdlSweep;

use crate::shared::weights::he;
use crate::shared::{Data, DeepGradient, DeepSignal, Pass, Spread};
use crate::{Chapter, Experiment, Run};
use unit_variance::initializer::{Fan, Named};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "deep-signal",
    experiments: &[
        Run::plain::<UdlRules>().in_small("--depth 3 --width 5"),
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
