//! Residual networks and transformers.

mod attention_collapse;
mod attention_cosines;
mod attention_layers;
mod attention_softmax;
mod deepnorm_factors;
mod figures;
mod norm_gradients;
mod transformer_sizes;
mod transformer_stream;

pub use attention_collapse::AttentionCollapse;
pub use attention_cosines::AttentionCosines;
pub use attention_softmax::AttentionSoftmax;
pub use deepnorm_factors::DeepnormFactors;
pub use norm_gradients::NormGradients;
pub use transformer_sizes::TransformerSizes;
pub use transformer_stream::TransformerStream;

use crate::{Chapter, Run};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "residual",
    experiments: &[
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
