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

use crate::{Chapter, Run};

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
