//! `run fans`: twelve layers, or a kernel of one's own.

use clap::{Args, ValueEnum};
use experiments::Experiment;
use experiments::fans::{KernelFans, OneKernel};
use unit_variance::initializer::{Depthwise, PerAxis};
use unit_variance::{Convolution, KernelOrder, Layout};

use super::{Configure, Refusal, value};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The shape of a kernel of your own, as in 512,1,3,3
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, value_delimiter = ',', requires = "order")]
    shape: Vec<usize>,
    /// What its axes mean
    #[arg(long, requires = "shape")]
    order: Option<Order>,
    /// The groups of a convolution, or the layers that are packed into one kernel
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, requires = "shape")]
    groups: Option<usize>,
    /// The step along every axis of space, or one for each, as in 2,1
    #[arg(long, allow_hyphen_values = true, value_parser = value::count, value_delimiter = ',', requires = "shape")]
    stride: Vec<usize>,
    /// The layer is a transposed convolution
    #[arg(long, requires = "shape")]
    transposed: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Order {
    InOut,
    OutIn,
    OutInSpace,
    InOutSpace,
    SpaceInOut,
    SpaceOutIn,
    OutSpaceIn,
    InSpaceOut,
    Depthwise,
    IntoHeads,
    FromHeads,
    PackedInOut,
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

impl Options {
    fn stride(&self) -> Result<PerAxis, Refusal> {
        Ok(match self.stride[..] {
            [] => PerAxis::All(1),
            [all] => PerAxis::All(all),
            [a, b] => [a, b].into(),
            [a, b, c] => [a, b, c].into(),
            _ => return refuse("--stride has one number, or one for each of two or three axes"),
        })
    }

    fn layout(&self, order: Order) -> Result<Layout, Refusal> {
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
                return refuse(
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
            return refuse("only a convolution has a --stride or is --transposed");
        }
        let parts = self.groups.unwrap_or(1);
        Ok(match order {
            Order::PackedInOut => Layout::PackedInOut { parts },
            Order::PackedOutIn => Layout::PackedOutIn { parts },
            _ if self.groups.is_some() => {
                return refuse("only a convolution or a packed kernel has --groups");
            }
            Order::OutIn => Layout::OutIn,
            Order::IntoHeads => Layout::IntoHeads,
            Order::FromHeads => Layout::FromHeads,
            _ => Layout::InOut,
        })
    }
}

fn refuse<T>(message: &str) -> Result<T, Refusal> {
    Err(Refusal::Options(message.into()))
}

impl Configure for Options {
    fn experiment(&self) -> Result<Box<dyn Experiment>, Refusal> {
        let Some(order) = self.order else {
            return Ok(Box::new(KernelFans));
        };
        let kernel = OneKernel::new(self.shape.clone(), self.layout(order)?);
        match kernel {
            Ok(kernel) => Ok(Box::new(kernel)),
            Err(error) => refuse(&error.to_string()),
        }
    }
}
