//! Residual networks and transformers: the stream, its size, branches that start at zero, and attention.

mod attention_collapse;
mod attention_cosines;
mod attention_layers;
mod attention_softmax;
mod deepnorm_factors;
mod figures;
mod norm_gradients;
mod residual_block;
mod residual_growth;
mod residual_spread;
mod spread_by_depth;
mod stream_depth;
mod transformer_sizes;
mod transformer_stream;
mod zero_start_steps;

pub use attention_collapse::AttentionCollapse;
pub use attention_cosines::AttentionCosines;
pub use attention_softmax::AttentionSoftmax;
pub use deepnorm_factors::DeepnormFactors;
pub use norm_gradients::NormGradients;
pub use residual_block::ResidualBlock;
pub use residual_growth::{Branch, ResidualGrowth};
pub use residual_spread::ResidualSpread;
pub use spread_by_depth::SpreadByDepth;
pub use stream_depth::StreamDepth;
pub use transformer_sizes::TransformerSizes;
pub use transformer_stream::TransformerStream;
pub use zero_start_steps::ZeroStartSteps;

use crate::lab::{Control, Lab, table};
use crate::{Chapter, Run};

/// How wide the layers are.
pub(crate) const LAB: Lab = Lab {
    figure: &figures::SPREAD_BY_DEPTH,
    controls: &[Control {
        option: "width",
        label: "units",
        values: &[8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0],
    }],
    tables: |values| {
        vec![table(&SpreadByDepth {
            width: values[0] as usize,
        })]
    },
};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "residual",
    experiments: &[
        Run::plain::<ResidualGrowth>(),
        Run::plain::<ResidualBlock>(),
        Run::plain::<ResidualSpread>(),
        Run::plain::<SpreadByDepth>(),
        Run::plain::<StreamDepth>().in_small("--networks 5 --depth 3 --width 6"),
        Run::plain::<ZeroStartSteps>().in_small("--networks 3 --depths 1,3 --width 4"),
        Run::plain::<TransformerSizes>(),
        Run::plain::<TransformerStream>().in_small("--layers 2 --width 8"),
        Run::plain::<NormGradients>().in_small("--width 8 --depth 3 --networks 2"),
        Run::plain::<DeepnormFactors>(),
        Run::plain::<AttentionSoftmax>().in_small("--tokens 8 --draws 3"),
        Run::plain::<AttentionCollapse>()
            .in_small("--tokens 4 --features 6 --layers 3 --networks 2"),
        Run::plain::<AttentionCosines>().in_small("--tokens 3 --features 6 --layers 1,3"),
    ],
    runs: &[
        Run::plain::<ResidualGrowth>(),
        Run::of("residual-growth-scaled", || {
            Box::new(ResidualGrowth {
                branch: Branch::Scaled,
                ..ResidualGrowth::default()
            })
        }),
        Run::plain::<ResidualBlock>(),
        Run::plain::<ResidualSpread>(),
        Run::of("residual-spread-wide", || {
            Box::new(ResidualSpread {
                width: 256,
                ..ResidualSpread::default()
            })
        }),
        Run::plain::<SpreadByDepth>(),
        Run::plain::<StreamDepth>(),
        Run::plain::<ZeroStartSteps>(),
        Run::plain::<TransformerSizes>(),
        Run::plain::<TransformerStream>(),
        Run::plain::<NormGradients>(),
        Run::plain::<DeepnormFactors>(),
        Run::plain::<AttentionSoftmax>(),
        Run::plain::<AttentionCollapse>(),
        Run::plain::<AttentionCosines>(),
    ],
    figures: figures::FIGURES,
};
