//! What the axes of a kernel mean; from that follow its fans.
//!
//! Away from borders, `fan_in` is the number of terms that one output sums, and `fan_out` the
//! number of outputs that one input reaches. Where that number differs between positions, as
//! under a stride, it is the average over positions. Nothing else is assumed, and the tests count
//! the connections of small layers one by one.

use ndarray::{Array2, ArrayViewMutD, Axis};
use serde::{Deserialize, Serialize};

use super::Fans;

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
/// average, and a transposed convolution sums `K / S` terms on average. The fans are exact where
/// `S` divides the count, else rounded to the nearest whole number, at least 1.
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
    order: KernelOrder,
    groups: usize,
    stride: usize,
    transposed: bool,
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

/// Why a shape does not fit a layout.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// The kernel has the wrong number of axes.
    #[error("{kernel} has {axes} axes, but this one has shape {shape:?}")]
    Rank {
        /// Which kernel.
        kernel: &'static str,
        /// How many axes it has.
        axes: &'static str,
        /// The shape that was given.
        shape: Vec<usize>,
    },
    /// An axis is empty.
    #[error("fans must be positive, but the kernel has shape {0:?}")]
    Empty(Vec<usize>),
    /// The groups, or parts, do not divide the channels.
    #[error("{groups} groups do not divide the {channels} channels of a kernel of shape {shape:?}")]
    Groups {
        /// The number of groups or parts.
        groups: usize,
        /// The length of the axis they divide.
        channels: usize,
        /// The shape that was given.
        shape: Vec<usize>,
    },
    /// The stride is zero.
    #[error("a stride must be positive, but is 0")]
    Stride,
}

/// The axes of a kernel by what they mean, and along which of them it falls into groups.
struct Roles {
    inputs: Vec<usize>,
    space: Vec<usize>,
    outputs: Vec<usize>,
    /// The axis that runs through the groups, and their number.
    groups: (usize, usize),
    stride: usize,
    transposed: bool,
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
    /// If the number of axes is wrong, an axis is empty, groups do not divide their channels, or a
    /// stride is zero.
    pub fn try_fans(self, shape: &[usize]) -> Result<Fans, LayoutError> {
        let roles = self.roles(shape)?;
        let size = |axes: &[usize]| axes.iter().map(|&axis| shape[axis]).product::<usize>();
        let (axis, groups) = roles.groups;
        let within = |axes: &[usize]| {
            if axes.contains(&axis) {
                size(axes) / groups
            } else {
                size(axes)
            }
        };
        let taps = size(&roles.space);
        let steps = roles.stride.pow(roles.space.len() as u32);
        let average = |terms: usize| ((terms + steps / 2) / steps).max(1);
        let (inputs, outputs) = (within(&roles.inputs) * taps, within(&roles.outputs) * taps);
        Ok(if roles.transposed {
            Fans::new(average(inputs), outputs)
        } else {
            Fans::new(inputs, average(outputs))
        })
    }

    fn roles(self, shape: &[usize]) -> Result<Roles, LayoutError> {
        let rank = shape.len();
        let wrong_rank = |kernel, axes| LayoutError::Rank {
            kernel,
            axes,
            shape: shape.to_vec(),
        };
        let plain = |inputs: &[usize], outputs: &[usize]| Roles {
            inputs: inputs.to_vec(),
            space: Vec::new(),
            outputs: outputs.to_vec(),
            groups: (outputs[0], 1),
            stride: 1,
            transposed: false,
        };
        let roles = match self {
            Self::InOut | Self::OutIn | Self::PackedInOut { .. } | Self::PackedOutIn { .. }
                if rank != 2 =>
            {
                return Err(wrong_rank("a dense kernel", "two"));
            }
            Self::IntoHeads | Self::FromHeads if rank != 3 => {
                return Err(wrong_rank("an attention kernel", "three"));
            }
            Self::Convolution(_) | Self::Depthwise { .. } if rank < 2 => {
                return Err(wrong_rank("a convolution kernel", "at least two"));
            }
            Self::InOut => plain(&[0], &[1]),
            Self::OutIn => plain(&[1], &[0]),
            Self::PackedInOut { parts } => Roles {
                groups: (1, parts),
                ..plain(&[0], &[1])
            },
            Self::PackedOutIn { parts } => Roles {
                groups: (0, parts),
                ..plain(&[1], &[0])
            },
            Self::IntoHeads => plain(&[0], &[1, 2]),
            Self::FromHeads => plain(&[0, 1], &[2]),
            Self::Depthwise { stride } => Roles {
                space: (0..rank - 2).collect(),
                groups: (rank - 2, shape[rank - 2]),
                stride,
                ..plain(&[rank - 2], &[rank - 1])
            },
            Self::Convolution(convolution) => {
                let (input, output, space) = match convolution.order {
                    KernelOrder::OutInSpace => (1, 0, 2..rank),
                    KernelOrder::InOutSpace => (0, 1, 2..rank),
                    KernelOrder::SpaceInOut => (rank - 2, rank - 1, 0..rank - 2),
                    KernelOrder::SpaceOutIn => (rank - 1, rank - 2, 0..rank - 2),
                };
                let grouped = if convolution.transposed {
                    input
                } else {
                    output
                };
                Roles {
                    space: space.collect(),
                    groups: (grouped, convolution.groups),
                    stride: convolution.stride,
                    transposed: convolution.transposed,
                    ..plain(&[input], &[output])
                }
            }
        };
        if shape.contains(&0) {
            return Err(LayoutError::Empty(shape.to_vec()));
        }
        let (axis, groups) = roles.groups;
        if groups == 0 || !shape[axis].is_multiple_of(groups) {
            return Err(LayoutError::Groups {
                groups,
                channels: shape[axis],
                shape: shape.to_vec(),
            });
        }
        if roles.stride == 0 {
            return Err(LayoutError::Stride);
        }
        Ok(roles)
    }

    /// The linear maps that a kernel consists of: one for each group, or one alone.
    #[track_caller]
    pub(super) fn maps(self, kernel: ArrayViewMutD<'_, f64>) -> Vec<LinearMap<'_>> {
        let roles = self
            .roles(kernel.shape())
            .unwrap_or_else(|error| panic!("{error}"));
        let (axis, groups) = roles.groups;
        let width = kernel.shape()[axis] / groups;
        let order = [&roles.inputs[..], &roles.space, &roles.outputs].concat();
        let mut rest = Some(kernel);
        let mut maps = Vec::with_capacity(groups);
        while let Some(kernel) = rest.take() {
            let part = if kernel.shape()[axis] == width {
                kernel
            } else {
                let (part, others) = kernel.split_at(Axis(axis), width);
                rest = Some(others);
                part
            };
            let kernel = part.permuted_axes(order.clone());
            let (inputs, others) = kernel.shape().split_at(roles.inputs.len());
            let (space, outputs) = others.split_at(roles.space.len());
            maps.push(LinearMap {
                inputs: inputs.iter().product(),
                space: space.to_vec(),
                outputs: outputs.iter().product(),
                kernel,
            });
        }
        maps
    }
}

/// One linear map of a kernel: from `inputs` channels, at every position of the kernel, to `outputs` channels.
pub(super) struct LinearMap<'a> {
    pub(super) inputs: usize,
    pub(super) space: Vec<usize>,
    pub(super) outputs: usize,
    kernel: ArrayViewMutD<'a, f64>,
}

impl LinearMap<'_> {
    /// The number of positions.
    pub(super) fn taps(&self) -> usize {
        self.space.iter().product()
    }

    /// The position in the middle: `k / 2` along every axis, rounded down.
    pub(super) fn center(&self) -> usize {
        self.space.iter().fold(0, |index, k| index * k + k / 2)
    }

    /// Sets the weights to a matrix of shape `(inputs · taps, outputs)`.
    pub(super) fn assign(&mut self, matrix: Array2<f64>) {
        let matrix = matrix
            .into_shape_with_order(self.kernel.raw_dim())
            .expect("the matrix has as many entries as the kernel");
        self.kernel.assign(&matrix);
    }

    /// Sets every weight to `weight(input, tap, output)`.
    pub(super) fn set(&mut self, weight: impl Fn(usize, usize, usize) -> f64) {
        let (taps, outputs) = (self.taps(), self.outputs);
        for (index, w) in self.kernel.iter_mut().enumerate() {
            let (place, output) = (index / outputs, index % outputs);
            *w = weight(place / taps, place % taps, output);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A layer as it is defined: channels, and along every axis of a ring the same kernel and stride.
    struct Layer {
        inputs: usize,
        outputs: usize,
        groups: usize,
        kernel: usize,
        stride: usize,
        dimensions: u32,
        transposed: bool,
    }

    impl Layer {
        /// Counts connections one by one, on a torus, which has no borders: the average number of
        /// terms of an output, and of outputs of an input.
        fn count(&self) -> (f64, f64) {
            // A convolution of this stride goes from the fine torus to the coarse one; transposed, back.
            const COARSE: usize = 3;
            let fine = COARSE * self.stride;
            let point = |index: usize, d: u32, size: usize| index / size.pow(d) % size;
            let (coarse_points, fine_points) =
                (COARSE.pow(self.dimensions), fine.pow(self.dimensions));
            let mut connections = 0_u64;
            for (input, output) in
                (0..self.inputs).flat_map(|i| (0..self.outputs).map(move |o| (i, o)))
            {
                if input / (self.inputs / self.groups) != output / (self.outputs / self.groups) {
                    continue;
                }
                for (c, f) in (0..coarse_points).flat_map(|c| (0..fine_points).map(move |f| (c, f)))
                {
                    let under_the_kernel = (0..self.dimensions).all(|d| {
                        let (c, f) = (point(c, d, COARSE), point(f, d, fine));
                        (f + fine - c * self.stride) % fine < self.kernel
                    });
                    connections += u64::from(under_the_kernel);
                }
            }
            let (of_inputs, of_outputs) = if self.transposed {
                (coarse_points, fine_points)
            } else {
                (fine_points, coarse_points)
            };
            (
                connections as f64 / (self.outputs * of_outputs) as f64,
                connections as f64 / (self.inputs * of_inputs) as f64,
            )
        }
    }

    fn shape(layer: &Layer, order: KernelOrder) -> Vec<usize> {
        let space = vec![layer.kernel; layer.dimensions as usize];
        let (input, output) = if layer.transposed {
            (layer.inputs, layer.outputs / layer.groups)
        } else {
            (layer.inputs / layer.groups, layer.outputs)
        };
        match order {
            KernelOrder::OutInSpace => [vec![output, input], space].concat(),
            KernelOrder::InOutSpace => [vec![input, output], space].concat(),
            KernelOrder::SpaceInOut => [space, vec![input, output]].concat(),
            KernelOrder::SpaceOutIn => [space, vec![output, input]].concat(),
        }
    }

    #[test]
    fn the_fans_of_convolutions_are_the_connections_counted() {
        for dimensions in 1..=3 {
            for (inputs, outputs, groups) in [(2, 3, 1), (4, 6, 2), (4, 4, 4), (2, 6, 2)] {
                for (kernel, stride) in [(1, 1), (3, 1), (2, 2), (4, 2), (3, 2), (3, 3)] {
                    for transposed in [false, true] {
                        let layer = Layer {
                            inputs,
                            outputs,
                            groups,
                            kernel,
                            stride,
                            dimensions,
                            transposed,
                        };
                        let (fan_in, fan_out) = layer.count();
                        for order in [
                            KernelOrder::OutInSpace,
                            KernelOrder::InOutSpace,
                            KernelOrder::SpaceInOut,
                            KernelOrder::SpaceOutIn,
                        ] {
                            let mut convolution =
                                Convolution::new(order).groups(groups).stride(stride);
                            if transposed {
                                convolution = convolution.transposed();
                            }
                            let fans = Layout::from(convolution).fans(&shape(&layer, order));
                            let rounded = |count: f64| count.round().max(1.0) as usize;
                            assert_eq!(
                                fans,
                                Fans::new(rounded(fan_in), rounded(fan_out)),
                                "{convolution:?}, {inputs} to {outputs}, kernel {kernel}, {dimensions} D: {fan_in} and {fan_out}"
                            );
                        }
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
    fn every_weight_belongs_to_one_map() {
        let mut kernel = ndarray::Array::zeros(vec![6, 2, 3]);
        let layout = Layout::from(Convolution::new(KernelOrder::OutInSpace).groups(3));
        for (group, map) in layout.maps(kernel.view_mut()).iter_mut().enumerate() {
            assert_eq!(
                (map.inputs, map.taps(), map.outputs, map.center()),
                (2, 3, 2, 1)
            );
            map.set(|input, tap, output| (1000 * (2 * group + output) + 100 * input + tap) as f64);
        }
        for ((out, input, tap), w) in kernel
            .into_dimensionality::<ndarray::Ix3>()
            .expect("three axes")
            .indexed_iter()
        {
            assert_eq!(*w, (1000 * out + 100 * input + tap) as f64);
        }
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
