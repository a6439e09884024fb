//! Models that are drawn, told apart, and accused.

mod figures;
mod law_sets;
mod model;
mod model_report;
mod pictures;

pub use law_sets::LawSets;
pub use model::{Model, Tensor, diagnose};
pub use model_report::{ModelReport, Verdicts};
pub use pictures::FaultPictures;

use crate::{Chapter, Run};

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
