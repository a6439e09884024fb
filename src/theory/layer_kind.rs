//! The kinds of layers whose factor has a law that does not depend on the input.

use std::fmt;
use std::str::FromStr;

/// What a layer is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LayerKind {
    /// Independent Gaussian weights of variance `1/n`, and no activation.
    Linear,
    /// Independent Gaussian weights of variance `2/n`, and a ReLU.
    Relu,
    /// A square orthogonal matrix (of Haar's law) times `√2`, and a ReLU.
    OrthogonalRelu,
}

impl LayerKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Linear, Self::Relu, Self::OrthogonalRelu];

    /// `linear`, `relu` or `orthogonal-relu`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Relu => "relu",
            Self::OrthogonalRelu => "orthogonal-relu",
        }
    }
}

impl fmt::Display for LayerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A name that no kind of layer has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no kind of layer is called `{name}`: there are {}", LayerKind::ALL.map(LayerKind::name).join(", "))]
pub struct UnknownLayerKind {
    /// The name that was given.
    pub name: String,
}

impl FromStr for LayerKind {
    type Err = UnknownLayerKind;

    fn from_str(name: &str) -> Result<Self, UnknownLayerKind> {
        let known = Self::ALL.into_iter().find(|kind| kind.name() == name);
        known.ok_or_else(|| UnknownLayerKind {
            name: name.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for kind in LayerKind::ALL {
            assert_eq!(kind.to_string().parse(), Ok(kind));
        }
        assert_eq!(format!("{:>6}", LayerKind::Relu), "  relu");
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let error = "tanh".parse::<LayerKind>().expect_err("no such kind");
        assert_eq!(
            error.to_string(),
            "no kind of layer is called `tanh`: there are linear, relu, orthogonal-relu"
        );
    }
}
