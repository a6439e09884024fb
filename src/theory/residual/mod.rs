//! What a skip connection does to the mean square of a signal, and to its gradient.

mod attention_collapse;
mod block;
mod deep_norm;
mod logits;
mod post_norm;
mod pre_norm;
mod softmax_law;
mod zero_start;

pub use attention_collapse::{collapsed_attention, dobrushin_coefficient};
pub use block::{ResidualBlock, feed_forward_spread, scaled_spread_bound};
pub use deep_norm::DeepNorm;
pub use logits::LogitLaw;
pub use post_norm::{PostNorm, pre_norm_input_share};
pub use pre_norm::PreNormTransformer;
pub use softmax_law::{SoftmaxLaw, freezing_std_dev, frozen_concentration};
pub use zero_start::{ZeroStart, fixup_scale, t_fixup_decoder_scale, t_fixup_encoder_scale};
