//! What the axes of Burn's kernels mean: `(in, out)` of a linear layer, `(out, in/g, k…)` of a convolution.

use burn::nn::conv::{
    Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d, DeformConv2d,
};
use unit_variance::initializer::PerAxis;
use unit_variance::{Convolution, KernelOrder, Layout};

/// The layout of the kernel of a struct of `burn::nn`, by what the mapper is told of it.
pub(crate) fn usual(container: &str) -> Option<Layout> {
    match container.strip_prefix("Struct:")? {
        "Linear" => Some(Layout::InOut),
        "Conv1d" | "Conv2d" | "Conv3d" | "DeformConv2d" => Some(plain(1, 1)),
        "ConvTranspose1d" | "ConvTranspose2d" | "ConvTranspose3d" => Some(transposed(1, 1)),
        _ => None,
    }
}

fn plain(groups: usize, stride: impl Into<PerAxis>) -> Layout {
    let order = Convolution::new(KernelOrder::OutInSpace);
    order.groups(groups).stride(stride).into()
}

fn transposed(groups: usize, stride: impl Into<PerAxis>) -> Layout {
    let order = Convolution::new(KernelOrder::InOutSpace);
    order.groups(groups).stride(stride).transposed().into()
}

/// A convolution, from whose groups and stride the fans of its kernel follow.
pub trait KernelLayout {
    /// What the axes of this convolution's kernel mean.
    ///
    /// ```
    /// use burn::nn::conv::{Conv2dConfig, ConvTranspose2dConfig};
    /// use burn::tensor::Device;
    /// use unit_variance::Fans;
    /// use unit_variance_burn::KernelLayout;
    ///
    /// // A depthwise convolution: each of 64 channels sums 9 terms.
    /// let depthwise = Conv2dConfig::new([64, 64], [3, 3]).with_groups(64).init(&Device::default());
    /// assert_eq!(depthwise.layout().fans(&[64, 1, 3, 3]), Fans::new(9, 9));
    ///
    /// // Up by two: 4 of the 16 taps of each channel meet in an output.
    /// let up = ConvTranspose2dConfig::new([64, 32], [4, 4]).with_stride([2, 2]).init(&Device::default());
    /// assert_eq!(up.layout().fans(&[64, 32, 4, 4]), Fans::new(64 * 4, 32 * 16));
    /// ```
    fn layout(&self) -> Layout;
}

macro_rules! layouts {
    ($($layer:ty: $kind:ident of $groups:ident;)*) => {$(
        impl KernelLayout for $layer {
            fn layout(&self) -> Layout {
                $kind(self.$groups, self.stride)
            }
        }
    )*};
}

layouts! {
    Conv1d: plain of groups;
    Conv2d: plain of groups;
    Conv3d: plain of groups;
    DeformConv2d: plain of weight_groups;
    ConvTranspose1d: transposed of groups;
    ConvTranspose2d: transposed of groups;
    ConvTranspose3d: transposed of groups;
}
