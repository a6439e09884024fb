//! Verdicts: what is wrong or worth knowing, how grave it is, and of which tensors it is said.

use std::fmt;

/// How grave a verdict is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "lowercase")
)]
pub enum Level {
    /// Nobody can have meant this.
    Fault,
    /// It may be meant, and often is not.
    Warning,
    /// Worth knowing.
    Note,
}

/// What a verdict is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// NaN or infinite values.
    NonFinite,
    /// Units of a layer with the same weights, or with none.
    IdenticalUnits,
    /// Layers that are copies of one.
    IdenticalLayers,
    /// Layers drawn from one stream of random numbers.
    SameStream,
    /// A matrix of one number.
    ConstantMatrix,
    /// Weights about a mean that is not zero.
    Mean,
    /// Rows that are combinations of others.
    Rank,
    /// A standard deviation taken for the bound of a uniform law.
    BoundWithoutSqrt3,
    /// A truncated law whose lost variance is not made up for.
    TruncationNotCorrected,
    /// A gain that was applied twice.
    ScaleTwice,
    /// A fan that counts channels which no output sums.
    FanCountsChannels,
    /// Fans taken from the wrong axis.
    FansSwapped,
    /// Projections into the residual stream that are as large as all others.
    ResidualNotScaled,
    /// Queries, keys and values drawn as one matrix.
    PackedXavier,
    /// A signal that vanishes or explodes on its way.
    Forward,
    /// Two names for one tensor.
    Tied,
    /// A layer of zeros where that is usual.
    ZeroOutput,
    /// A normal law where a truncated one may have been meant.
    Untruncated,
    /// Single precision that holds bfloat16 numbers.
    WasBf16,
    /// Single precision that holds half-precision numbers.
    WasF16,
    /// So few weights that recipes cannot be told apart.
    SmallSample,
    /// A law, but of no scale that has a name.
    NoKnownRecipe,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(name_of(*self))
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(name_of(*self))
    }
}

/// The name of a kind, on a terminal and in JSON.
const fn name_of(kind: Kind) -> &'static str {
    match kind {
        Kind::NonFinite => "non_finite",
        Kind::IdenticalUnits => "identical_units",
        Kind::IdenticalLayers => "identical_layers",
        Kind::SameStream => "same_stream",
        Kind::ConstantMatrix => "constant_matrix",
        Kind::Mean => "mean",
        Kind::Rank => "rank",
        Kind::BoundWithoutSqrt3 => "bound_without_sqrt3",
        Kind::TruncationNotCorrected => "truncation_not_corrected",
        Kind::ScaleTwice => "scale_twice",
        Kind::FanCountsChannels => "fan_counts_channels",
        Kind::FansSwapped => "fans_swapped",
        Kind::ResidualNotScaled => "residual_not_scaled",
        Kind::PackedXavier => "packed_xavier",
        Kind::Forward => "forward",
        Kind::Tied => "tied",
        Kind::ZeroOutput => "zero_output",
        Kind::Untruncated => "untruncated",
        Kind::WasBf16 => "was_bf16",
        Kind::WasF16 => "was_f16",
        Kind::SmallSample => "small_sample",
        Kind::NoKnownRecipe => "no_known_recipe",
    }
}

/// A verdict about some tensors.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Verdict {
    /// What it is about.
    pub kind: Kind,
    /// How grave it is.
    pub level: Level,
    /// The names of the tensors, in the order of the file.
    pub tensors: Vec<String>,
    /// What was found, and what follows.
    pub message: String,
}
