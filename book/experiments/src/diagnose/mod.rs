//! Models that are drawn, told apart, and accused.

mod figures;
mod law_sets;
mod model;
mod model_report;
mod pictures;
mod singular_values;

pub use law_sets::LawSets;
pub use model::{Model, Tensor, diagnose};
pub use model_report::{ModelReport, Verdicts};
pub use pictures::FaultPictures;

use crate::lab::{Control, Lab, SEEDS, table};
use crate::{Chapter, Run};

/// How large the layers are, and another draw.
pub(crate) const LAB: Lab = Lab {
    figure: &figures::FIGURE,
    controls: &[
        Control {
            option: "width",
            label: "inputs and outputs",
            values: &[16.0, 32.0, 64.0, 128.0],
        },
        SEEDS,
    ],
    tables: |values| {
        vec![table(&FaultPictures {
            width: values[0] as usize,
            seed: values[1] as u64,
        })]
    },
};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "diagnose",
    experiments: &[
        Run::plain::<ModelReport>(),
        Run::plain::<Verdicts>().in_small("--steps 3"),
        Run::plain::<LawSets>().in_small("--sizes 100 200 --runs 3"),
        Run::plain::<FaultPictures>().in_small("--width 16"),
    ],
    runs: &[
        Run::of("report-sound", || Box::new(ModelReport::of(Model::Sound))),
        Run::of("report-default", || {
            Box::new(ModelReport::of(Model::Default))
        }),
        Run::of("report-bound", || Box::new(ModelReport::of(Model::Bound))),
        Run::of("report-stream", || Box::new(ModelReport::of(Model::Stream))),
        Run::of("report-residual", || {
            Box::new(ModelReport::of(Model::Residual))
        }),
        Run::of("report-trained", || {
            Box::new(ModelReport::of(Model::Trained))
        }),
        Run::of("model-verdicts", || Box::new(Verdicts::default())),
        Run::of("law-sets", || Box::new(LawSets::default())),
        Run::of("fault-pictures", || Box::new(FaultPictures::default())),
    ],
    figures: &[figures::FIGURE],
};
