//! The matrices that a kernel consists of: what an orthogonal or a sparse initializer fills.

use ndarray::{Array2, ArrayViewMutD, Axis};

use super::FillError;
use super::kernel::{KernelMut, Size, Weight, in_its_precision};
use super::layout::Layout;
use super::roles::LayoutError;

/// One linear map of a kernel: from `inputs` channels, at every position of the kernel, to `outputs` channels.
pub(super) struct LinearMap<'a> {
    pub(super) inputs: usize,
    pub(super) space: Vec<usize>,
    pub(super) outputs: usize,
    kernel: KernelMut<'a>,
}

impl LinearMap<'_> {
    /// The number of positions.
    pub(super) fn taps(&self) -> usize {
        self.space.iter().product()
    }

    /// Sets the weights at the center to `weight(input, output)`, and the others to 0.
    pub(super) fn set_center(&mut self, weight: impl Fn(usize, usize) -> f64) {
        let center = self.center();
        self.set(|input, tap, output| {
            if tap == center {
                weight(input, output)
            } else {
                0.0
            }
        });
    }

    /// The position in the middle: `k / 2` along every axis, rounded down.
    fn center(&self) -> usize {
        self.space.iter().fold(0, |index, k| index * k + k / 2)
    }

    /// Sets the weights to a matrix of shape `(inputs · taps, outputs)`, each rounded once.
    pub(super) fn assign(&mut self, matrix: Array2<f64>) {
        fn assign<T: Weight>(kernel: &mut ArrayViewMutD<'_, T>, matrix: Array2<f64>) {
            let matrix = matrix
                .into_shape_with_order(kernel.raw_dim())
                .expect("the matrix has as many entries as the kernel");
            kernel.zip_mut_with(&matrix, |w, exact| *w = T::round(*exact));
        }
        in_its_precision!(&mut self.kernel, kernel => assign(kernel, matrix));
    }

    /// Sets every weight to `weight(input, tap, output)`, rounded once.
    pub(super) fn set(&mut self, weight: impl Fn(usize, usize, usize) -> f64) {
        fn set<T: Weight>(kernel: &mut ArrayViewMutD<'_, T>, weight: impl Fn(usize) -> f64) {
            for (index, w) in kernel.iter_mut().enumerate() {
                *w = T::round(weight(index));
            }
        }
        let (taps, outputs) = (self.taps(), self.outputs);
        let weight = |index| {
            let (place, output) = (index / outputs, index % outputs);
            weight(place / taps, place % taps, output)
        };
        in_its_precision!(&mut self.kernel, kernel => set(kernel, weight));
    }
}

/// Fills the linear maps of a kernel one by one, each with its number, if the kernel's precision holds weights of
/// this size.
pub(super) fn fill_maps(
    kernel: KernelMut<'_>,
    layout: Layout,
    size: Size,
    fill: impl Fn(usize, &mut LinearMap<'_>),
) -> Result<(), FillError> {
    layout.try_fans(kernel.shape())?; // biases are no map
    kernel.require(size)?;
    let mut maps = in_its_precision!(kernel, kernel => layout.maps(kernel))?;
    for (number, map) in maps.iter_mut().enumerate() {
        fill(number, map);
    }
    Ok(())
}

impl Layout {
    /// The linear maps that a kernel consists of: one for each group, or one alone.
    pub(super) fn maps<T: Weight>(
        self,
        kernel: ArrayViewMutD<'_, T>,
    ) -> Result<Vec<LinearMap<'_>>, LayoutError> {
        let roles = self.roles(kernel.shape())?;
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
                kernel: T::view(kernel),
            });
        }
        Ok(maps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initializer::{Convolution, KernelOrder};

    #[test]
    fn every_weight_belongs_to_one_map() {
        let mut kernel = ndarray::Array::<f64, _>::zeros(vec![6, 2, 3]);
        let layout = Layout::from(Convolution::new(KernelOrder::OutInSpace).groups(3));
        let mut maps = layout.maps(kernel.view_mut()).expect("the shape fits");
        for (group, map) in maps.iter_mut().enumerate() {
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
    fn the_center_is_the_middle_of_every_axis() {
        let mut kernel = ndarray::Array::<f64, _>::zeros(vec![2, 3, 5, 4]);
        let layout = Layout::from(Convolution::new(KernelOrder::OutInSpace));
        let mut maps = layout.maps(kernel.view_mut()).expect("the shape fits");
        maps[0].set_center(|input, output| (1 + 10 * input + output) as f64);
        for ((out, input, y, x), w) in kernel
            .into_dimensionality::<ndarray::Ix4>()
            .expect("four axes")
            .indexed_iter()
        {
            // Of four positions the middle is the third.
            let at_center = (y, x) == (2, 2);
            let expected = if at_center { 1 + 10 * input + out } else { 0 };
            assert_eq!(*w, expected as f64, "at {y}, {x}");
        }
    }
}
