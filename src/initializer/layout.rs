//! What the axes of a kernel mean; from that follow its fans.
//!
//! Away from borders, `fan_in` is the number of terms that one output sums, and `fan_out` the
//! number of outputs that one input reaches. Where that number differs between positions, as
//! under a stride, it is the average over positions. Nothing else is assumed, and the tests count
//! the connections of small layers one by one. What a border of zeros takes away is
//! [`zero_padded_terms`](super::zero_padded_terms).

use super::roles::LayoutError;
use super::{Fans, PerAxis};

/// What the axes of a kernel mean.
///
/// | layout | shape | `fan_in` | `fan_out` |
/// |---|---|---|---|
/// | `InOut` | `(in, out)` | `in` | `out` |
/// | `OutIn` | `(out, in)` | `in` | `out` |
/// | [`Convolution`] | `(out, in/g, k…)` and its permutations | `in/g · K` | `out/g · K / S` |
/// | [`Convolution`], transposed | `(in, out/g, k…)` and its permutations | `in/g · K / S` | `out/g · K` |
/// | [`Depthwise`] | `(k…, channels, multiplier)` | `K` | `multiplier · K / S` |
/// | [`Depthwise`], transposed | the same | `K / S` | `multiplier · K` |
/// | `IntoHeads` | `(in, heads, head_dim)` | `in` | `heads · head_dim` |
/// | `FromHeads` | `(heads, head_dim, out)` | `heads · head_dim` | `out` |
/// | `PackedInOut` | `(in, parts · out)` | `in` | `out` |
/// | `PackedOutIn` | `(parts · out, in)` | `in` | `out` |
/// | `Bias` | `(out)` | none | none |
///
/// `K` is the product of the kernel's sizes, `S` that of the strides, `g` the number of groups.
///
/// ```
/// use unit_variance::{Convolution, Fans, KernelOrder, Layout};
///
/// assert_eq!(Layout::InOut.fans(&[50, 10]), Fans::new(50, 10));
/// assert_eq!(Layout::OutIn.fans(&[50, 10]), Fans::new(10, 50));
///
/// // PyTorch's `Conv2d(64, 64, 3, groups=8)`: every channel meets 8 others, not 64.
/// let grouped = Layout::from(Convolution::new(KernelOrder::OutInSpace).groups(8));
/// assert_eq!(grouped.fans(&[64, 8, 3, 3]), Fans::new(72, 72));
///
/// // Queries, keys and values in one matrix are three layers of 512 outputs each.
/// assert_eq!(Layout::PackedOutIn { parts: 3 }.fans(&[1536, 512]), Fans::new(512, 512));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Layout {
    /// `(in, out)`, for `Z = X W`: this crate, JAX, Keras.
    InOut,
    /// `(out, in)`, for `Z = X Wᵀ`: PyTorch, and columns-as-examples notebooks.
    OutIn,
    /// A convolution of any rank, with groups and stride, plain or transposed.
    Convolution(Convolution),
    /// `(k…, channels, multiplier)`: a filter bank for every channel, as Keras keeps it.
    /// (PyTorch and JAX write it as a [`Convolution`] with as many groups as channels.)
    Depthwise(Depthwise),
    /// `(in, heads, head_dim)`: the projection into the heads of an attention layer.
    IntoHeads,
    /// `(heads, head_dim, out)`: the projection out of them, which sums over all heads.
    FromHeads,
    /// `(in, parts · out)`: several dense kernels side by side, such as queries, keys and values.
    /// Each is a layer of its own, so `fan_out` counts the outputs of one.
    PackedInOut {
        /// How many kernels there are.
        parts: usize,
    },
    /// `(parts · out, in)`: the same, transposed, as in PyTorch's `in_proj_weight`.
    PackedOutIn {
        /// How many kernels there are.
        parts: usize,
    },
    /// `(out)`: the biases of a layer, or the gains of a norm. They multiply no input and have no fans, so they
    /// are drawn by what asks for none: [`Normal`](super::Normal), [`Uniform`](super::Uniform),
    /// [`TruncatedNormal`](super::TruncatedNormal), [`Constant`](super::Constant).
    Bias,
}

/// The order of a convolution kernel's axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum KernelOrder {
    /// `(out, in, k…)`: PyTorch's `Conv`.
    OutInSpace,
    /// `(in, out, k…)`: PyTorch's `ConvTranspose`.
    InOutSpace,
    /// `(k…, in, out)`: the `Conv` of JAX and Keras, and Flax' `ConvTranspose`.
    SpaceInOut,
    /// `(k…, out, in)`: Keras' `ConvTranspose`.
    SpaceOutIn,
    /// `(out, k…, in)`: MLX' `Conv` and `ConvTranspose`, TensorFlow Lite's `CONV_2D`.
    OutSpaceIn,
    /// `(in, k…, out)`: with as many groups as channels, TensorFlow Lite's `DEPTHWISE_CONV_2D`, `(1, k, k, out)`.
    InSpaceOut,
}

/// A convolution: the order of its kernel's axes, its groups, its stride, and its direction.
///
/// The number of axes of space is that of the kernel less two. With `g` groups the axis of the
/// inputs holds `in / g` channels, as in every library; for a transposed convolution it is the
/// axis of the outputs that holds `out / g`.
///
/// A stride `s` leaves out all but every `s`-th output, so one input reaches `K / S` positions on
/// average, and a transposed convolution sums `K / S` terms on average.
///
/// ```
/// use unit_variance::{Convolution, Fans, KernelOrder, Layout};
///
/// // Keras' `Conv2DTranspose(32, 4, strides=2)` on 64 channels: 4 of the 16 taps meet in an output.
/// let up = Convolution::new(KernelOrder::SpaceOutIn).transposed().stride(2);
/// assert_eq!(Layout::from(up).fans(&[4, 4, 32, 64]), Fans::new(64 * 4, 32 * 16));
/// ```
///
/// In a file the order alone must be given, and a name that is none of these four is an error. Dilation and
/// padding are not among them: the one spreads the taps, the other continues the input, and neither changes how many
/// terms an output sums.
///
#[cfg_attr(feature = "serde", doc = "```")]
#[cfg_attr(not(feature = "serde"), doc = "```ignore")]
/// use unit_variance::{Convolution, KernelOrder};
///
/// let strided: Convolution = serde_json::from_str(r#"{"order": "OutInSpace", "stride": [2, 1]}"#)?;
/// assert_eq!(strided, Convolution::new(KernelOrder::OutInSpace).stride([2, 1]));
/// assert!(serde_json::from_str::<Convolution>(r#"{"order": "OutInSpace", "strides": 2}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct Convolution {
    pub(super) order: KernelOrder,
    #[cfg_attr(feature = "serde", serde(default = "one"))]
    pub(super) groups: usize,
    #[cfg_attr(feature = "serde", serde(default = "PerAxis::one"))]
    pub(super) stride: PerAxis,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(super) transposed: bool,
}

/// The number of groups where none is given.
#[cfg(feature = "serde")]
const fn one() -> usize {
    1
}

impl Convolution {
    /// A convolution without groups, of stride 1.
    pub const fn new(order: KernelOrder) -> Self {
        Self {
            order,
            groups: 1,
            stride: PerAxis::one(),
            transposed: false,
        }
    }

    /// The same in this number of groups, each with inputs and outputs of its own.
    #[must_use]
    pub const fn groups(self, groups: usize) -> Self {
        Self { groups, ..self }
    }

    /// The same with this step along every axis of space: `2`, or `[2, 1]`.
    #[must_use]
    pub fn stride(self, stride: impl Into<PerAxis>) -> Self {
        let stride = stride.into();
        Self { stride, ..self }
    }

    /// The transposed map, which swaps the roles of input and output and so goes up by its stride.
    #[must_use]
    pub const fn transposed(self) -> Self {
        Self {
            transposed: true,
            ..self
        }
    }
}

/// A filter bank for every channel, of shape `(k…, channels, multiplier)`: its stride and direction.
///
/// It leads from `channels` to `channels · multiplier`, transposed or not.
///
/// ```
/// use unit_variance::{Depthwise, Fans, Layout};
///
/// let bank = Depthwise::new().stride(2);
/// assert_eq!(Layout::from(bank).fans(&[3, 3, 512, 1]), Fans::new(9, 2.25));
/// assert_eq!(Layout::from(bank.transposed()).fans(&[3, 3, 512, 1]), Fans::new(2.25, 9));
/// ```
///
/// In a file nothing must be given: `{"Depthwise": {}}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct Depthwise {
    #[cfg_attr(feature = "serde", serde(default = "PerAxis::one"))]
    pub(super) stride: PerAxis,
    #[cfg_attr(feature = "serde", serde(default))]
    pub(super) transposed: bool,
}

impl Depthwise {
    /// Filters that move by 1.
    #[expect(clippy::new_without_default, reason = "a layer has no default")]
    pub const fn new() -> Self {
        Self {
            stride: PerAxis::one(),
            transposed: false,
        }
    }

    /// The same with this step along every axis of space: `2`, or `[2, 1]`.
    #[must_use]
    pub fn stride(self, stride: impl Into<PerAxis>) -> Self {
        let stride = stride.into();
        Self { stride, ..self }
    }

    /// The transposed map, which goes up by its stride.
    #[must_use]
    pub const fn transposed(self) -> Self {
        Self {
            transposed: true,
            ..self
        }
    }
}

impl From<Depthwise> for Layout {
    fn from(depthwise: Depthwise) -> Self {
        Self::Depthwise(depthwise)
    }
}

impl From<Convolution> for Layout {
    fn from(convolution: Convolution) -> Self {
        Self::Convolution(convolution)
    }
}

impl Layout {
    /// The fans of a kernel of this shape.
    ///
    /// # Panics
    ///
    /// If the shape does not fit, as [`try_fans`](Self::try_fans) says.
    #[track_caller]
    pub fn fans(self, shape: &[usize]) -> Fans {
        self.try_fans(shape)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// The fans of a kernel of this shape, or why there are none.
    ///
    /// ```
    /// use unit_variance::{Convolution, KernelOrder, Layout};
    ///
    /// let grouped = Layout::from(Convolution::new(KernelOrder::OutInSpace).groups(3));
    /// let error = grouped.try_fans(&[64, 8, 3, 3]).unwrap_err();
    /// assert_eq!(error.to_string(), "3 groups do not divide the 64 channels of a kernel of shape [64, 8, 3, 3]");
    /// ```
    ///
    /// # Errors
    ///
    /// If the number of axes or of strides is wrong, an axis is empty, groups do not divide their
    /// channels, a stride is zero, or a fan or the product of the strides is above `usize::MAX`; and of
    /// [`Bias`](Self::Bias), which has no fans.
    // ANCHOR: try_fans
    pub fn try_fans(self, shape: &[usize]) -> Result<Fans, LayoutError> {
        let roles = self.roles(shape)?;
        if self == Self::Bias {
            return Err(LayoutError::NoFans(shape.to_vec()));
        }
        let product = |sizes: Vec<usize>| {
            let product = sizes.into_iter().try_fold(1, usize::checked_mul);
            let product = product.ok_or_else(|| LayoutError::TooLarge(shape.to_vec()))?;
            Ok(product as f64)
        };
        let (grouped, groups) = roles.groups;
        let size = |&axis: &usize| match axis {
            axis if axis == grouped => shape[axis] / groups,
            axis => shape[axis],
        };
        let terms = |axes: &[usize]| product(axes.iter().chain(&roles.space).map(size).collect());
        let (inputs, outputs) = (terms(&roles.inputs)?, terms(&roles.outputs)?);
        let steps = product(roles.steps)?;
        Ok(if roles.transposed {
            Fans::new(inputs / steps, outputs)
        } else {
            Fans::new(inputs, outputs / steps)
        })
    }
    // ANCHOR_END: try_fans
}

#[cfg(test)]
mod tests;
