//! What the axes of Candle's kernels mean.

use candle_nn::{Conv1dConfig, Conv2dConfig, ConvTranspose1dConfig, ConvTranspose2dConfig};
use unit_variance::{Convolution, KernelOrder, Layout};

/// `(out, in)` of two axes, as `candle_nn::Linear` keeps its weight, and `(out, in, k…)` of more, as a convolution without groups and of stride 1
/// does; of fewer, none.
pub fn usual_layout(axes: usize) -> Option<Layout> {
    match axes {
        0 | 1 => None,
        2 => Some(Layout::OutIn),
        _ => Some(Convolution::new(KernelOrder::OutInSpace).into()),
    }
}

/// The configuration of a convolution, from which the fans of its kernel follow.
pub trait KernelLayout {
    /// What the axes of this convolution's kernel mean: with its groups and its stride, and transposed if it is.
    ///
    /// ```
    /// use candle_nn::{Conv2dConfig, ConvTranspose2dConfig};
    /// use unit_variance::Fans;
    /// use unit_variance_candle::KernelLayout;
    ///
    /// // A depthwise convolution: each of 64 channels sums 9 terms.
    /// let depthwise = Conv2dConfig { groups: 64, ..Default::default() };
    /// assert_eq!(depthwise.layout().fans(&[64, 1, 3, 3]), Fans::new(9, 9));
    ///
    /// // Up by two: 4 of the 16 taps of each channel meet in an output.
    /// let up = ConvTranspose2dConfig { stride: 2, ..Default::default() };
    /// assert_eq!(up.layout().fans(&[64, 32, 4, 4]), Fans::new(64 * 4, 32 * 16));
    /// ```
    fn layout(&self) -> Layout;
}

fn plain(groups: usize, stride: usize) -> Layout {
    let order = Convolution::new(KernelOrder::OutInSpace);
    order.groups(groups).stride(stride).into()
}

fn transposed(groups: usize, stride: usize) -> Layout {
    let order = Convolution::new(KernelOrder::InOutSpace);
    order.groups(groups).stride(stride).transposed().into()
}

impl KernelLayout for Conv1dConfig {
    fn layout(&self) -> Layout {
        plain(self.groups, self.stride)
    }
}

impl KernelLayout for Conv2dConfig {
    fn layout(&self) -> Layout {
        plain(self.groups, self.stride)
    }
}

impl KernelLayout for ConvTranspose1dConfig {
    fn layout(&self) -> Layout {
        transposed(self.groups, self.stride)
    }
}

/// Candle has no groups here.
impl KernelLayout for ConvTranspose2dConfig {
    fn layout(&self) -> Layout {
        transposed(1, self.stride)
    }
}
