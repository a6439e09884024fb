//! How scales and rates follow the width of a network.

mod exponents;
mod three_layers;
mod two_layers;

pub use exponents::{
    Exponents, LayerRole, MaximalUpdateForm, Parametrization, Scaling, UnknownParametrization,
    UpdateRule,
};
pub use three_layers::ThreeLinearLayers;
pub use two_layers::TwoLinearLayers;
