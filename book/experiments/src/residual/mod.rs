//! Residual networks: the stream, its size, and branches that start at zero.

mod figures;
mod residual_block;
mod residual_growth;
mod residual_spread;
mod spread_by_depth;
mod stream_depth;
mod zero_start_steps;

pub use residual_block::ResidualBlock;
pub use residual_growth::{Branch, ResidualGrowth};
pub use residual_spread::ResidualSpread;
pub use spread_by_depth::SpreadByDepth;
pub use stream_depth::StreamDepth;
pub use zero_start_steps::ZeroStartSteps;

use crate::{Chapter, Run};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "residual",
    experiments: &[
        Run::plain::<ResidualGrowth>(),
        Run::plain::<ResidualBlock>(),
        Run::plain::<ResidualSpread>(),
        Run::plain::<SpreadByDepth>(),
        Run::plain::<StreamDepth>().in_small("--networks 5 --depth 3 --width 6"),
        Run::plain::<ZeroStartSteps>().in_small("--networks 3 --depths 1,3 --width 4"),
    ],
    runs: &[
        Run::of("residual-growth", || Box::new(ResidualGrowth::default())),
        Run::of("residual-growth-scaled", || {
            Box::new(ResidualGrowth {
                branch: Branch::Scaled,
                ..ResidualGrowth::default()
            })
        }),
        Run::of("residual-block", || Box::new(ResidualBlock::default())),
        Run::of("residual-spread", || Box::new(ResidualSpread::default())),
        Run::of("residual-spread-wide", || {
            Box::new(ResidualSpread {
                width: 256,
                ..ResidualSpread::default()
            })
        }),
        Run::of("spread-by-depth", || Box::new(SpreadByDepth::default())),
        Run::of("stream-depth", || Box::new(StreamDepth::default())),
        Run::of("zero-start-steps", || Box::new(ZeroStartSteps::default())),
    ],
    figures: figures::FIGURES,
};
