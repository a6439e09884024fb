//! What a wrong choice costs: by the layer, by the width, at the first loss.

mod adam;
mod costs;
mod figures;
mod initial_loss;
mod numbers;
mod spread;

pub use adam::Adam;
pub use costs::ChoosingCosts;
pub use initial_loss::{InitialLoss, expected_loss};
pub use numbers::ChoosingNumbers;
pub use spread::ChoosingSpread;

use crate::lab::{Control, Lab, table};
use crate::{Chapter, Run};

/// How deep the networks are.
pub(crate) const LAB: Lab = Lab {
    figure: &figures::FIGURE,
    controls: &[Control {
        option: "depth",
        label: "layers",
        values: &[1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 30.0, 50.0, 100.0],
    }],
    tables: |values| {
        vec![table(&ChoosingCosts {
            depth: values[0] as usize,
        })]
    },
};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "choosing",
    experiments: &[
        Run::plain::<ChoosingCosts>(),
        Run::plain::<ChoosingSpread>(),
        Run::plain::<InitialLoss>().in_small("--draws 20"),
        Run::plain::<ChoosingNumbers>(),
    ],
    runs: &[
        Run::of("choosing-costs", || Box::new(ChoosingCosts::default())),
        Run::of("choosing-spread", || Box::new(ChoosingSpread::default())),
        Run::of("initial-loss", || Box::new(InitialLoss::default())),
        Run::of("choosing-numbers", || Box::new(ChoosingNumbers::default())),
    ],
    figures: &[figures::FIGURE],
};
