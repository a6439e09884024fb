//! What frameworks draw, and in whose words.

mod calls;
mod convert;
mod defaults;
mod figures;
mod lstm_gates;

pub use calls::{Calls, SCHEMES};
pub use convert::Convert;
pub use defaults::{FrameworkDefaults, LayerDefault, defaults};
pub use lstm_gates::LstmGates;

use crate::{Chapter, Run};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "frameworks",
    experiments: &[
        Run::plain::<Convert>(),
        Run::plain::<Calls>(),
        Run::plain::<FrameworkDefaults>(),
        Run::plain::<LstmGates>().in_small("--units 6 --draws 2"),
    ],
    runs: &[
        Run::of("convert-linear", || {
            Box::new(Convert {
                call: Some("nn.init.kaiming_uniform_(w, a=math.sqrt(5))".to_owned()),
                ..Convert::default()
            })
        }),
        Run::of("calls", || Box::new(Calls::default())),
        Run::of("framework-defaults", || {
            Box::new(FrameworkDefaults::default())
        }),
        Run::of("lstm-gates", || Box::new(LstmGates::default())),
    ],
    figures: &[figures::FIGURE],
};
