//! What theory says about a network before it is drawn.

mod active_units;
mod close_inputs;
mod correlation;
mod data_dependent;
mod deep_linear;
mod depth_scale;
mod dropout;
mod edge_of_chaos;
mod finite_width;
mod fixed_points;
mod fluctuation;
mod gamma;
mod gil_pelaez;
#[cfg(feature = "network")]
mod jacobian;
mod jacobian_moments;
mod jacobian_rank;
mod layer_kind;
mod layer_law;
mod leaky_layer;
mod log_determinant;
mod mean_field;
mod one_plus;
mod orthogonal_product;
mod product_law;
mod relu_product;
mod residual;
mod roots;
#[cfg(all(test, feature = "network"))]
mod simulated;
mod slope_kurtosis;
mod tailored_relu;
mod two_passes;
mod wide_spectrum;
mod width;

pub use close_inputs::{linear_log_sine_ratio, relu_log_sine_ratio};
pub use data_dependent::{
    BatchNormOfBatch, EmptyClass, NoBatchNormFactor, NormLaw, Rescaling, SharedMean, UnseenInput,
    WeightDecayEquilibrium, batch_norm_factor, entropy, prior_biases, prior_logit,
    rescale_after_activation,
};
pub use deep_linear::DeepLinearMode;
pub use depth_scale::depth_scale;
pub use dropout::Dropout;
pub use edge_of_chaos::{EdgePoint, NoEdge};
pub use finite_width::{LogRatio, dead_probability, relu_log_ratio};
pub use fixed_points::{FixedPoint, NoFixedPoint};
pub use fluctuation::{Fluctuation, WeightShape};
#[cfg(feature = "network")]
pub use jacobian::{jacobian, jacobian_factors};
pub use jacobian_moments::JacobianMoments;
pub use jacobian_rank::JacobianRank;
pub use layer_kind::{LayerKind, UnknownLayerKind};
pub use layer_law::{LayerLaw, LogCumulants};
pub use leaky_layer::LeakyLayer;
pub use log_determinant::LogDeterminant;
pub use mean_field::{MeanField, variance_map};
pub use product_law::{Layers, ProductLaw};
pub use relu_product::ReluProduct;
pub use residual::{
    DeepNorm, LogitLaw, PostNorm, PreNormTransformer, ResidualBlock, SoftmaxLaw, ZeroStart,
    collapsed_attention, dobrushin_coefficient, feed_forward_spread, fixup_scale, freezing_std_dev,
    frozen_concentration, pre_norm_input_share, scaled_spread_bound, t_fixup_decoder_scale,
    t_fixup_encoder_scale,
};
pub use slope_kurtosis::slope_kurtosis;
pub use tailored_relu::{leaky_correlation, tailored_slope};
pub use two_passes::{gradient_moment_ratio, next_layer_correlation, same_layer_correlation};
pub use wide_spectrum::WideSpectrum;
pub use width::{
    Exponents, LayerRole, MaximalUpdateForm, Parametrization, Scaling, ThreeLinearLayers,
    TwoLinearLayers, UnknownParametrization, UpdateRule,
};
