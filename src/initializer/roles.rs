//! Which axes of a kernel are inputs, space and outputs, and whether its shape fits its layout.

use super::PerAxis;
use super::layout::{Depthwise, KernelOrder, Layout};

/// Why a shape does not fit a layout.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// The kernel has the wrong number of axes.
    #[error("{kernel} has {axes}, but this one has shape {shape:?}")]
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
    /// The number of entries, a fan, or the product of the strides is above `usize::MAX`.
    #[error(
        "the entries or fans of a kernel of shape {0:?}, or its strides, are too many to count"
    )]
    TooLarge(Vec<usize>),
    /// Biases multiply no input.
    #[error(
        "biases of shape {0:?} have no fans: draw them from a law that is given in numbers, such as `Normal` or `Constant`"
    )]
    NoFans(Vec<usize>),
    /// A stride is zero.
    #[error("a stride must be positive, but is 0")]
    Stride,
    /// There are not as many strides as axes of space.
    #[error("{strides:?} is no stride for the {axes} axes of space of a kernel of shape {shape:?}")]
    Strides {
        /// The strides that were given.
        strides: PerAxis,
        /// The number of axes of space.
        axes: usize,
        /// The shape that was given.
        shape: Vec<usize>,
    },
}

/// The axes of a kernel by what they mean, and along which of them it falls into groups.
pub(super) struct Roles {
    pub(super) inputs: Vec<usize>,
    pub(super) space: Vec<usize>,
    pub(super) outputs: Vec<usize>,
    /// The axis that runs through the groups, and their number.
    pub(super) groups: (usize, usize),
    /// The stride along each axis of space.
    pub(super) steps: Vec<usize>,
    pub(super) transposed: bool,
}

impl Roles {
    /// The product of some axes, within one group.
    pub(super) fn size(&self, axes: &[usize], shape: &[usize]) -> usize {
        let (grouped, groups) = self.groups;
        let length = |axis: &usize| shape[*axis] / if *axis == grouped { groups } else { 1 };
        axes.iter().map(length).product()
    }
}

impl Layout {
    /// The number of weights that lead to one output of a linear map.
    pub(super) fn terms(self, shape: &[usize]) -> Result<usize, LayoutError> {
        let roles = self.roles(shape)?;
        Ok(roles.size(&roles.inputs, shape) * roles.size(&roles.space, shape))
    }

    /// The axes of a kernel in logical order: space, inputs, outputs. In it every entry has a number.
    pub(super) fn logical_order(self, shape: &[usize]) -> Result<Vec<usize>, LayoutError> {
        let roles = self.roles(shape)?;
        let entries = shape
            .iter()
            .try_fold(1_usize, |n, axis| n.checked_mul(*axis));
        if entries.is_none() {
            return Err(LayoutError::TooLarge(shape.to_vec()));
        }
        Ok([roles.space, roles.inputs, roles.outputs].concat())
    }

    /// What the axes of a kernel of this shape mean, or why nothing.
    pub(super) fn roles(self, shape: &[usize]) -> Result<Roles, LayoutError> {
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
            steps: Vec::new(),
            transposed: false,
        };
        // Asked only where there are two axes or more.
        let steps = |strides: PerAxis| {
            strides.along(rank - 2).ok_or_else(|| LayoutError::Strides {
                strides,
                axes: rank - 2,
                shape: shape.to_vec(),
            })
        };
        let roles = match self {
            Self::Bias if rank != 1 => {
                return Err(wrong_rank("a vector of biases", "one axis"));
            }
            Self::Bias => plain(&[], &[0]),
            Self::InOut | Self::OutIn | Self::PackedInOut { .. } | Self::PackedOutIn { .. }
                if rank != 2 =>
            {
                return Err(wrong_rank("a dense kernel", "two axes"));
            }
            Self::IntoHeads | Self::FromHeads if rank != 3 => {
                return Err(wrong_rank("an attention kernel", "three axes"));
            }
            Self::Convolution(_) | Self::Depthwise(_) if rank < 2 => {
                return Err(wrong_rank("a convolution kernel", "at least two axes"));
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
            Self::Depthwise(Depthwise { stride, transposed }) => Roles {
                space: (0..rank - 2).collect(),
                groups: (rank - 2, shape[rank - 2]),
                steps: steps(stride)?,
                transposed,
                ..plain(&[rank - 2], &[rank - 1])
            },
            Self::Convolution(convolution) => {
                let (input, output, space) = match convolution.order {
                    KernelOrder::OutInSpace => (1, 0, 2..rank),
                    KernelOrder::InOutSpace => (0, 1, 2..rank),
                    KernelOrder::SpaceInOut => (rank - 2, rank - 1, 0..rank - 2),
                    KernelOrder::SpaceOutIn => (rank - 1, rank - 2, 0..rank - 2),
                    KernelOrder::OutSpaceIn => (rank - 1, 0, 1..rank - 1),
                    KernelOrder::InSpaceOut => (0, rank - 1, 1..rank - 1),
                };
                let grouped = if convolution.transposed {
                    input
                } else {
                    output
                };
                Roles {
                    space: space.collect(),
                    groups: (grouped, convolution.groups),
                    steps: steps(convolution.stride)?,
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
        if roles.steps.contains(&0) {
            return Err(LayoutError::Stride);
        }
        Ok(roles)
    }
}
