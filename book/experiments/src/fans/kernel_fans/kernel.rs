//! The fans of one kernel: as its layout counts them, and as the two common rules read its shape.

use clap::ValueEnum;
use serde::Serialize;

use super::{KernelFans, leading_axes, trailing_axes};
use crate::{Cell, Table};
use unit_variance::initializer::{
    Convolution, Depthwise, Fan, Fans, KernelOrder, Layout, LayoutError, PerAxis,
};

/// What the axes of a kernel mean, as [`Layout`] and [`KernelOrder`] have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// A matrix, inputs first.
    InOut,
    /// A matrix, outputs first.
    OutIn,
    /// A convolution as PyTorch keeps it.
    OutInSpace,
    /// A convolution as PyTorch keeps a transposed one.
    InOutSpace,
    /// A convolution as JAX and Keras keep it.
    SpaceInOut,
    /// A convolution as Keras keeps a transposed one.
    SpaceOutIn,
    /// A convolution as MLX keeps it.
    OutSpaceIn,
    /// A convolution of as many groups as channels, as TensorFlow Lite keeps it.
    InSpaceOut,
    /// Space, channels and multiplier, as Keras keeps a filter bank for every channel.
    Depthwise,
    /// Inputs, heads and units: into the heads of an attention layer.
    IntoHeads,
    /// Heads, units and outputs: out of them.
    FromHeads,
    /// Several matrices side by side, inputs first.
    PackedInOut,
    /// Several matrices below each other, outputs first.
    PackedOutIn,
}

impl Order {
    fn of_convolution(self) -> Option<KernelOrder> {
        Some(match self {
            Self::OutInSpace => KernelOrder::OutInSpace,
            Self::InOutSpace => KernelOrder::InOutSpace,
            Self::SpaceInOut => KernelOrder::SpaceInOut,
            Self::SpaceOutIn => KernelOrder::SpaceOutIn,
            Self::OutSpaceIn => KernelOrder::OutSpaceIn,
            Self::InSpaceOut => KernelOrder::InSpaceOut,
            _ => return None,
        })
    }
}

impl KernelFans {
    fn stride(&self) -> Result<PerAxis, &'static str> {
        Ok(match self.stride[..] {
            [] => PerAxis::All(1),
            [all] => PerAxis::All(all),
            [a, b] => [a, b].into(),
            [a, b, c] => [a, b, c].into(),
            _ => return Err("--stride has one number, or one for each of two or three axes"),
        })
    }

    fn layout(&self, order: Order) -> Result<Layout, &'static str> {
        if let Some(order) = order.of_convolution() {
            let convolution = Convolution::new(order)
                .groups(self.groups.unwrap_or(1))
                .stride(self.stride()?);
            return Ok(if self.transposed {
                convolution.transposed().into()
            } else {
                convolution.into()
            });
        }
        if let Order::Depthwise = order {
            if self.groups.is_some() {
                return Err(
                    "--order depthwise has a group for every channel, and takes no --groups",
                );
            }
            let bank = Depthwise::new().stride(self.stride()?);
            return Ok(if self.transposed {
                bank.transposed().into()
            } else {
                bank.into()
            });
        }
        if self.transposed || !self.stride.is_empty() {
            return Err("only a convolution has a --stride or is --transposed");
        }
        let parts = self.groups.unwrap_or(1);
        Ok(match order {
            Order::PackedInOut => Layout::PackedInOut { parts },
            Order::PackedOutIn => Layout::PackedOutIn { parts },
            _ if self.groups.is_some() => {
                return Err("only a convolution or a packed kernel has --groups");
            }
            Order::OutIn => Layout::OutIn,
            Order::IntoHeads => Layout::IntoHeads,
            Order::FromHeads => Layout::FromHeads,
            _ => Layout::InOut,
        })
    }

    /// The fans of the kernel, or why there is none.
    pub(super) fn fans(&self, order: Order) -> Result<Fans, String> {
        let layout = self.layout(order)?;
        let fans = layout.try_fans(&self.shape);
        let fans = fans.map_err(|error| error.to_string())?;
        // The common rules count without dividing.
        let mut axes = self.shape.iter();
        let size = axes.try_fold(1, |size: usize, &n| size.checked_mul(n));
        size.ok_or_else(|| LayoutError::TooLarge(self.shape.clone()).to_string())?;
        Ok(fans)
    }

    /// The table of the kernel.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub(super) fn of_kernel(&self, order: Order) -> Table {
        let fans = self.fans(order);
        let read = |(fan_in, fan_out): (usize, usize)| Fans::new(fan_in, fan_out);
        let rows = [
            ("the layout", fans.unwrap_or_else(|why| panic!("{why}"))),
            ("PyTorch's rule", read(leading_axes(&self.shape))),
            ("Keras' rule", read(trailing_axes(&self.shape))),
        ];
        let rows = rows.map(|(rule, fans)| {
            let numbers = [
                fans.fan_in(),
                fans.fan_out(),
                1.0 / fans.of(Fan::In),
                1.0 / fans.of(Fan::Average),
                2.0 / fans.of(Fan::In),
            ];
            let first = Cell::from(rule);
            std::iter::once(first)
                .chain(numbers.map(Cell::from))
                .collect()
        });
        let columns = ["rule", "fan_in", "fan_out", "lecun", "xavier", "he"];
        Table::of(self, &columns, rows.into())
    }
}
