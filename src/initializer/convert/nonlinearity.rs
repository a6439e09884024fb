//! The gains of PyTorch's `calculate_gain`.

/// What PyTorch's `calculate_gain` knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nonlinearity {
    /// Gain 1.
    Linear,
    /// Gain 1.
    Sigmoid,
    /// Gain 5/3.
    Tanh,
    /// Gain √2.
    Relu,
    /// Gain `√(2 / (1 + slope²))`.
    LeakyRelu,
    /// Gain 3/4.
    Selu,
}

pub(super) const NONLINEARITIES: [(&str, Nonlinearity); 12] = [
    ("linear", Nonlinearity::Linear),
    ("sigmoid", Nonlinearity::Sigmoid),
    ("tanh", Nonlinearity::Tanh),
    ("relu", Nonlinearity::Relu),
    ("leaky_relu", Nonlinearity::LeakyRelu),
    ("selu", Nonlinearity::Selu),
    ("conv1d", Nonlinearity::Linear),
    ("conv2d", Nonlinearity::Linear),
    ("conv3d", Nonlinearity::Linear),
    ("conv_transpose1d", Nonlinearity::Linear),
    ("conv_transpose2d", Nonlinearity::Linear),
    ("conv_transpose3d", Nonlinearity::Linear),
];

impl Nonlinearity {
    /// The gain, as `calculate_gain` has it; only the leaky ReLU asks for the slope.
    pub fn gain(self, slope: f64) -> f64 {
        match self {
            Self::Linear | Self::Sigmoid => 1.0,
            Self::Tanh => 5.0 / 3.0,
            Self::Relu => 2_f64.sqrt(),
            Self::LeakyRelu => (2.0 / (1.0 + slope * slope)).sqrt(),
            Self::Selu => 0.75,
        }
    }

    pub(super) fn of_name(name: &str) -> Option<Self> {
        let mut known = NONLINEARITIES.iter();
        known.find(|(known, _)| *known == name).map(|(_, it)| *it)
    }

    pub(super) fn name(self) -> &'static str {
        let mut known = NONLINEARITIES.iter();
        known
            .find(|(_, it)| *it == self)
            .map_or("", |(name, _)| name)
    }
}
