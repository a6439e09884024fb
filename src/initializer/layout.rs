//! What the axes of a kernel mean; from that follow its fans.
//!
//! Away from borders, `fan_in` is the number of terms that one output sums, and `fan_out` the
//! number of outputs that one input reaches. Where that number differs between positions, as
//! under a stride, it is the average over positions. Nothing else is assumed, and the tests count
//! the connections of small layers one by one.

use serde::{Deserialize, Serialize};

use super::Fans;
use super::roles::LayoutError;

/// What the axes of a kernel mean.
///
/// | layout | shape | `fan_in` | `fan_out` |
/// |---|---|---|---|
/// | `InOut` | `(in, out)` | `in` | `out` |
/// | `OutIn` | `(out, in)` | `in` | `out` |
/// | [`Convolution`] | `(out, in/g, k…)` and its permutations | `in/g · K` | `out/g · K / S` |
/// | [`Convolution`], transposed | `(in, out/g, k…)` and its permutations | `in/g · K / S` | `out/g · K` |
/// | `Depthwise` | `(k…, channels, multiplier)` | `K` | `multiplier · K / S` |
/// | `IntoHeads` | `(in, heads, head_dim)` | `in` | `heads · head_dim` |
/// | `FromHeads` | `(heads, head_dim, out)` | `heads · head_dim` | `out` |
/// | `PackedInOut` | `(in, parts · out)` | `in` | `out` |
/// | `PackedOutIn` | `(parts · out, in)` | `in` | `out` |
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Layout {
    /// `(in, out)`, for `Z = X W`: this crate, JAX, Keras.
    InOut,
    /// `(out, in)`, for `Z = X Wᵀ`: PyTorch, and columns-as-examples notebooks.
    OutIn,
    /// A convolution of any rank, with groups and stride, plain or transposed.
    Convolution(Convolution),
    /// `(k…, channels, multiplier)`: a filter bank for every channel, as Keras keeps it.
    /// (PyTorch and JAX write it as a [`Convolution`] with as many groups as channels.)
    Depthwise {
        /// The step between outputs, along every axis of space.
        stride: usize,
    },
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
}

/// The order of a convolution kernel's axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum KernelOrder {
    /// `(out, in, k…)`: PyTorch's `Conv`.
    OutInSpace,
    /// `(in, out, k…)`: PyTorch's `ConvTranspose`.
    InOutSpace,
    /// `(k…, in, out)`: the `Conv` of JAX and Keras, and Flax' `ConvTranspose`.
    SpaceInOut,
    /// `(k…, out, in)`: Keras' `ConvTranspose`.
    SpaceOutIn,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Convolution {
    pub(super) order: KernelOrder,
    pub(super) groups: usize,
    pub(super) stride: usize,
    pub(super) transposed: bool,
}

impl Convolution {
    /// A convolution without groups, of stride 1.
    pub const fn new(order: KernelOrder) -> Self {
        Self {
            order,
            groups: 1,
            stride: 1,
            transposed: false,
        }
    }

    /// The same in so many groups, each with inputs and outputs of its own.
    #[must_use]
    pub const fn groups(self, groups: usize) -> Self {
        Self { groups, ..self }
    }

    /// The same with this step along every axis of space.
    #[must_use]
    pub const fn stride(self, stride: usize) -> Self {
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
    /// If the number of axes is wrong, an axis is empty, groups do not divide their channels, a
    /// stride is zero, or a fan or the product of the strides is above `usize::MAX`.
    // ANCHOR: try_fans
    pub fn try_fans(self, shape: &[usize]) -> Result<Fans, LayoutError> {
        let roles = self.roles(shape)?;
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
        let steps = product(vec![roles.stride; roles.space.len()])?;
        Ok(if roles.transposed {
            Fans::new(inputs / steps, outputs)
        } else {
            Fans::new(inputs, outputs / steps)
        })
    }
    // ANCHOR_END: try_fans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initializer::Wiring;

    const ORDERS: [KernelOrder; 4] = [
        KernelOrder::OutInSpace,
        KernelOrder::InOutSpace,
        KernelOrder::SpaceInOut,
        KernelOrder::SpaceOutIn,
    ];

    fn shape(order: KernelOrder, (input, output): (usize, usize), space: Vec<usize>) -> Vec<usize> {
        match order {
            KernelOrder::OutInSpace => [vec![output, input], space].concat(),
            KernelOrder::InOutSpace => [vec![input, output], space].concat(),
            KernelOrder::SpaceInOut => [space, vec![input, output]].concat(),
            KernelOrder::SpaceOutIn => [space, vec![output, input]].concat(),
        }
    }

    #[test]
    fn the_fans_of_convolutions_are_the_connections_counted() {
        let sizes = [(1, 1), (3, 1), (2, 2), (4, 2), (3, 2), (3, 3)];
        for (dimensions, order) in (1..=3).flat_map(|d| ORDERS.map(|order| (d, order))) {
            for (inputs, outputs, groups) in [(2, 3, 1), (4, 6, 2), (4, 4, 4), (2, 6, 2)] {
                for (kernel, stride) in sizes {
                    let space = vec![kernel; dimensions];
                    let down = Convolution::new(order).groups(groups).stride(stride);
                    let wiring = Wiring::convolution(inputs, outputs, kernel, dimensions as u32)
                        .groups(groups)
                        .stride(stride);
                    for (layout, wiring, channels) in [
                        (down, wiring, (inputs / groups, outputs)),
                        (
                            down.transposed(),
                            wiring.transposed(),
                            (inputs, outputs / groups),
                        ),
                    ] {
                        let fans =
                            Layout::from(layout).fans(&shape(order, channels, space.clone()));
                        assert_eq!(
                            (fans.fan_in(), fans.fan_out()),
                            wiring.fans(),
                            "{layout:?}, {wiring:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn a_filter_bank_is_a_convolution_with_as_many_groups_as_channels() {
        for (channels, multiplier, stride) in [(4, 1, 1), (4, 2, 1), (3, 2, 3)] {
            let bank = Layout::Depthwise { stride }.fans(&[3, 3, channels, multiplier]);
            let grouped = Convolution::new(KernelOrder::OutInSpace)
                .groups(channels)
                .stride(stride);
            let shape = [channels * multiplier, 1, 3, 3];
            assert_eq!(bank, Layout::from(grouped).fans(&shape));
        }
    }

    #[test]
    fn heads_are_axes_of_a_dense_layer() {
        assert_eq!(Layout::IntoHeads.fans(&[512, 8, 64]), Fans::new(512, 512));
        assert_eq!(Layout::IntoHeads.fans(&[10, 3, 4]), Fans::new(10, 12));
        assert_eq!(Layout::FromHeads.fans(&[3, 4, 10]), Fans::new(12, 10));
    }

    #[test]
    fn packed_kernels_are_layers_of_their_own() {
        let separate = Layout::InOut.fans(&[512, 512]);
        assert_eq!(
            Layout::PackedInOut { parts: 3 }.fans(&[512, 1536]),
            separate
        );
        assert_eq!(
            Layout::PackedOutIn { parts: 3 }.fans(&[1536, 512]),
            separate
        );
    }

    #[test]
    fn a_kernel_without_space_is_dense() {
        let conv = |order| Layout::from(Convolution::new(order));
        assert_eq!(
            conv(KernelOrder::OutInSpace).fans(&[3, 5]),
            Layout::OutIn.fans(&[3, 5])
        );
        assert_eq!(
            conv(KernelOrder::SpaceInOut).fans(&[3, 5]),
            Layout::InOut.fans(&[3, 5])
        );
    }

    #[test]
    #[should_panic(expected = "has shape [2, 3, 4]")]
    fn a_dense_kernel_has_two_axes() {
        let _ = Layout::InOut.fans(&[2, 3, 4]);
    }

    #[test]
    #[should_panic(
        expected = "a convolution kernel has at least two axes, but this one has shape [7]"
    )]
    fn a_convolution_kernel_has_channels() {
        let _ = Layout::Depthwise { stride: 1 }.fans(&[7]);
    }

    #[test]
    #[should_panic(expected = "fans must be positive, but the kernel has shape [3, 0]")]
    fn an_empty_kernel_is_refused() {
        let _ = Layout::InOut.fans(&[3, 0]);
    }

    #[test]
    #[should_panic(expected = "4 groups do not divide the 6 channels")]
    fn groups_must_divide() {
        let _ = Layout::from(Convolution::new(KernelOrder::OutInSpace).groups(4)).fans(&[6, 1, 3]);
    }

    #[test]
    #[should_panic(expected = "a stride must be positive")]
    fn a_stride_of_zero_is_refused() {
        let _ = Layout::Depthwise { stride: 0 }.fans(&[3, 4, 1]);
    }
}
