//! A rotation at the center of a convolution kernel, and zeros around it.

use rand::Rng;

use super::kernel::{KernelMut, Size};
use super::linear_map::fill_maps;
use super::orthogonal::random_isometry;
use super::parameter_error::{ParameterError, positive};
use super::{FillError, Initializer, Layout};
use crate::probability::Streams;

/// `w[·, center, ·] = gain · Q` with `Q` as of [`Orthogonal`](super::Orthogonal), else 0.[^xiao]
///
/// The layer keeps the length of every signal, borders included; the kernel's other taps learn from 0.
/// With fewer outputs than inputs, or with a stride, it could not, and so such kernels are refused. (A
/// transposed layer may have a stride: each position of its input lands on one of its output.)
///
/// ```
/// use ndarray::Array3;
/// use unit_variance::initializer::DeltaOrthogonal;
/// use unit_variance::{Convolution, Initializer, KernelOrder, Streams};
///
/// let mut kernel = Array3::<f64>::zeros((5, 4, 6));
/// let layout = Convolution::new(KernelOrder::SpaceInOut).into();
/// DeltaOrthogonal::new(1.0).fill((&mut kernel).into(), layout, &mut Streams::new(1).stream("w"));
/// assert!((kernel.mapv(|w: f64| w * w).sum() - 4.0).abs() < 1e-14);
/// assert_eq!(kernel[[1, 0, 0]], 0.0);
/// ```
///
/// [^xiao]: L. Xiao, Y. Bahri, J. Sohl-Dickstein, S. Schoenholz, J. Pennington (2018). [*Dynamical isometry and a mean field theory of CNNs*](https://arxiv.org/abs/1806.05393), algorithm 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeltaOrthogonal {
    gain: f64,
}

impl DeltaOrthogonal {
    /// Singular values `gain`.
    ///
    /// # Panics
    ///
    /// If the gain is not a positive finite number.
    #[track_caller]
    pub fn new(gain: f64) -> Self {
        Self::try_new(gain).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Singular values `gain`, for a gain that somebody gave.
    ///
    /// # Errors
    ///
    /// If the gain is not a positive finite number.
    pub fn try_new(gain: f64) -> Result<Self, ParameterError> {
        let gain = positive("a gain", gain)?;
        Ok(Self { gain })
    }
}

impl Initializer for DeltaOrthogonal {
    /// # Errors
    ///
    /// If the layer has fewer outputs than inputs in each group, or has a stride and is not transposed.
    fn try_fill(
        &self,
        kernel: KernelMut<'_>,
        layout: Layout,
        rng: &mut dyn Rng,
    ) -> Result<(), FillError> {
        let roles = layout.roles(kernel.shape())?;
        let unfit = |has, found| {
            let text = format!("a delta-orthogonal layer has {has}, but this one {found}");
            Err(FillError::Unfit(text))
        };
        if !roles.transposed && roles.steps.iter().any(|&step| step != 1) {
            return unfit("stride 1", format!("{:?}", roles.steps));
        }
        let [inputs, outputs] =
            [&roles.inputs, &roles.outputs].map(|axes| roles.size(axes, kernel.shape()));
        if inputs > outputs {
            let has = "as many outputs as inputs, or more";
            return unfit(has, format!("{outputs} and {inputs}"));
        }
        let streams = Streams::from_rng(rng);
        fill_maps(kernel, layout, Size::of_gain(self.gain), |group, map| {
            let streams = streams.family(&format!("group.{group}"));
            let rotation = random_isometry(map.inputs, map.outputs, self.gain, streams);
            map.set_center(|input, output| rotation[[input, output]]);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initializer::{Convolution, KernelOrder, Orthogonal};
    use ndarray::Array4;

    #[test]
    fn without_space_it_is_orthogonal() {
        let shape = (6, 9);
        let delta = DeltaOrthogonal::new(1.5).sample(shape, &mut Streams::new(2).stream("w"));
        let plain = Orthogonal::new(1.5).sample(shape, &mut Streams::new(2).stream("w"));
        assert_eq!(delta, plain);
    }

    #[test]
    fn a_ring_of_signals_keeps_its_length() {
        // A circular convolution in two dimensions, written out.
        let (size, k, channels) = (4_usize, 3_usize, 5);
        let mut kernel = Array4::<f64>::zeros((k, k, channels, channels));
        let layout = Convolution::new(KernelOrder::SpaceInOut).into();
        let mut rng = Streams::new(3).stream("w");
        DeltaOrthogonal::new(1.0).fill((&mut kernel).into(), layout, &mut rng);
        let x = Array4::from_shape_fn((1, size, size, channels), |(_, i, j, c)| {
            libm::sin((3 * i + 7 * j + 11 * c) as f64)
        });
        let mut z = Array4::<f64>::zeros(x.dim());
        for ((_, i, j, out), z) in z.indexed_iter_mut() {
            for ((a, b, input, to), w) in kernel.indexed_iter() {
                if to == out {
                    *z += w * x[[0, (i + a) % size, (j + b) % size, input]];
                }
            }
        }
        let square = |x: &Array4<f64>| x.iter().map(|x| x * x).sum::<f64>();
        assert!((square(&z) / square(&x) - 1.0).abs() < 1e-14);
    }

    #[test]
    #[should_panic(expected = "has as many outputs as inputs, or more, but this one 4 and 6")]
    fn a_narrowing_layer_is_refused() {
        let _ = DeltaOrthogonal::new(1.0).sample((6, 4), &mut Streams::new(2).stream("w"));
    }

    #[test]
    #[should_panic(expected = "has stride 1, but this one [1, 2]")]
    fn a_stride_is_refused() {
        let layout = Convolution::new(KernelOrder::SpaceInOut).stride([1, 2]);
        let mut kernel = Array4::<f64>::zeros((3, 3, 4, 4));
        let mut rng = Streams::new(2).stream("w");
        DeltaOrthogonal::new(1.0).fill((&mut kernel).into(), layout.into(), &mut rng);
    }

    #[test]
    #[should_panic(expected = "a gain must be a positive finite number, but is NaN")]
    fn a_nan_gain_is_refused() {
        let _ = DeltaOrthogonal::new(f64::NAN);
    }
}
