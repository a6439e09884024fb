//! What the libraries let one choose: a law, and a fan.

use super::Fan;
use crate::probability::Law;

/// The two laws that have no cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NormalOrUniform {
    /// A normal law.
    Normal,
    /// A uniform law.
    Uniform,
}

/// A law with a cut at two standard deviations, scaled back, or without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distribution {
    /// [`Law::TRUNCATED_NORMAL`].
    TruncatedNormal,
    /// [`Law::Normal`].
    Normal,
    /// [`Law::Uniform`].
    Uniform,
}

/// One of the two fans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The fan-in.
    In,
    /// The fan-out.
    Out,
}

/// The fans that Keras divides by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The fan-in.
    FanIn,
    /// The fan-out.
    FanOut,
    /// Their mean.
    FanAvg,
}

impl NormalOrUniform {
    /// The law.
    pub const fn law(self) -> Law {
        match self {
            Self::Normal => Law::Normal,
            Self::Uniform => Law::Uniform,
        }
    }

    pub(super) const fn of(law: Law) -> Option<Self> {
        match law {
            Law::Normal => Some(Self::Normal),
            Law::Uniform => Some(Self::Uniform),
            Law::TruncatedNormal { .. } => None,
        }
    }
}

impl Distribution {
    /// The law.
    pub const fn law(self) -> Law {
        match self {
            Self::TruncatedNormal => Law::TRUNCATED_NORMAL,
            Self::Normal => Law::Normal,
            Self::Uniform => Law::Uniform,
        }
    }

    pub(super) fn of(law: Law) -> Option<Self> {
        match law {
            Law::Normal => Some(Self::Normal),
            Law::Uniform => Some(Self::Uniform),
            Law::TRUNCATED_NORMAL => Some(Self::TruncatedNormal),
            Law::TruncatedNormal { .. } => None,
        }
    }
}

impl Side {
    /// The fan that divides the scale.
    pub const fn fan(self) -> Fan {
        match self {
            Self::In => Fan::In,
            Self::Out => Fan::Out,
        }
    }

    pub(super) const fn of(fan: Fan) -> Option<Self> {
        match fan {
            Fan::In => Some(Self::In),
            Fan::Out => Some(Self::Out),
            Fan::Average | Fan::GeometricAverage => None,
        }
    }
}

impl Mode {
    /// The fan that divides the scale.
    pub const fn fan(self) -> Fan {
        match self {
            Self::FanIn => Fan::In,
            Self::FanOut => Fan::Out,
            Self::FanAvg => Fan::Average,
        }
    }

    pub(super) const fn of(fan: Fan) -> Option<Self> {
        match fan {
            Fan::In => Some(Self::FanIn),
            Fan::Out => Some(Self::FanOut),
            Fan::Average => Some(Self::FanAvg),
            Fan::GeometricAverage => None,
        }
    }
}
