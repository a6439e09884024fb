//! The connections of a layer, one by one: what `fan_in` and `fan_out` are averages of.

use super::PerAxis;

/// A layer as it is defined, by which input each output sees; slow, and nobody's formula.
///
/// Channels go from `inputs` to `outputs`, within groups. Along every axis of space, a window of
/// `kernel` positions moves by `stride`; transposed, it goes the other way. Space is a ring, so
/// that there are no borders, or a [`line`](Self::line) with zeros beyond its ends. Without axes of
/// space the layer is dense.
///
/// ```
/// use unit_variance::initializer::Wiring;
///
/// // Of a 4 × 4 window that is transposed with stride 2, four positions meet in every output.
/// let up = Wiring::convolution(3, 5, 4, 2).stride(2).transposed();
/// assert_eq!(up.fans(), (3.0 * 4.0, 5.0 * 16.0));
///
/// // The strided convolution: an input is seen from one output, from two, or from four.
/// assert_eq!(Wiring::convolution(1, 1, 3, 2).stride(2).fans(), (9.0, 9.0 / 4.0));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wiring {
    inputs: usize,
    outputs: usize,
    groups: usize,
    kernel: Vec<usize>,
    stride: Vec<usize>,
    is_transposed: bool,
    /// The length of the ring, or the line, that the stride leads to.
    coarse: usize,
    has_borders: bool,
}

impl Wiring {
    /// Every output sees every input.
    ///
    /// # Panics
    ///
    /// If there are no inputs or no outputs.
    #[track_caller]
    pub fn dense(inputs: usize, outputs: usize) -> Self {
        Self::convolution(inputs, outputs, 1, 0)
    }

    /// A window of `kernel` positions along each axis of space.
    ///
    /// # Panics
    ///
    /// If there are no inputs, no outputs, or no positions, or `kernel` is made for another number of axes.
    #[track_caller]
    pub fn convolution(
        inputs: usize,
        outputs: usize,
        kernel: impl Into<PerAxis>,
        dimensions: usize,
    ) -> Self {
        let kernel = each(kernel.into(), dimensions);
        assert!(
            inputs > 0 && outputs > 0 && !kernel.contains(&0),
            "a layer has inputs, outputs, and positions in its kernel, but these are {inputs}, {outputs} and {kernel:?}"
        );
        Self {
            inputs,
            outputs,
            groups: 1,
            coarse: kernel.iter().copied().max().unwrap_or(1),
            kernel,
            stride: vec![1; dimensions],
            is_transposed: false,
            has_borders: false,
        }
    }

    /// The same in this number of groups.
    ///
    /// # Panics
    ///
    /// If they do not divide inputs and outputs.
    #[must_use]
    #[track_caller]
    pub fn groups(self, groups: usize) -> Self {
        assert!(
            groups > 0 && self.inputs.is_multiple_of(groups) && self.outputs.is_multiple_of(groups),
            "the groups divide inputs and outputs, but {groups} do not divide {} and {}",
            self.inputs,
            self.outputs
        );
        Self { groups, ..self }
    }

    /// The same with this step along each axis.
    ///
    /// # Panics
    ///
    /// If a step is zero, or `stride` is made for another number of axes.
    #[must_use]
    #[track_caller]
    pub fn stride(self, stride: impl Into<PerAxis>) -> Self {
        let stride = each(stride.into(), self.kernel.len());
        assert!(
            !stride.contains(&0),
            "a stride must be positive, but is {stride:?}"
        );
        Self { stride, ..self }
    }

    /// The same on a ring of this number of positions, before the stride makes more of them; as many as
    /// the kernel has are enough.
    ///
    /// # Panics
    ///
    /// If the kernel would overlap itself.
    #[must_use]
    #[track_caller]
    pub fn ring(self, positions: usize) -> Self {
        let mut axes = self.kernel.iter().zip(&self.stride);
        assert!(
            axes.all(|(kernel, stride)| positions * stride >= *kernel),
            "the kernel overlaps itself on this ring"
        );
        Self {
            coarse: positions,
            has_borders: false,
            ..self
        }
    }

    /// The same on a line of this number of positions, with zeros beyond its ends: without a stride there
    /// are as many outputs, and a window of `k` begins `(k − 1) / 2` positions before its output.
    #[must_use]
    pub fn line(self, positions: usize) -> Self {
        Self {
            coarse: positions,
            has_borders: true,
            ..self
        }
    }

    /// The same in the other direction.
    #[must_use]
    pub fn transposed(self) -> Self {
        Self {
            is_transposed: true,
            ..self
        }
    }

    /// The number of positions on each side: `(input, output)`.
    pub fn positions(&self) -> (usize, usize) {
        let many = self.stride.iter().map(|stride| self.coarse * stride);
        let few = self.stride.iter().map(|_| self.coarse);
        if self.is_transposed {
            (few.product(), many.product())
        } else {
            (many.product(), few.product())
        }
    }

    /// Every connection, as the input unit and the output unit that it joins. Units are numbered
    /// channel by channel, position by position.
    pub fn connections(&self) -> impl Iterator<Item = (usize, usize)> {
        let (at_input, at_output) = self.positions();
        let (in_group, out_group) = (self.inputs / self.groups, self.outputs / self.groups);
        let channels = (0..self.outputs).flat_map(move |output| {
            let first = output / out_group * in_group;
            (first..first + in_group).map(move |input| (input, output))
        });
        channels.flat_map(move |(input, output)| {
            self.joined_positions()
                .map(move |(here, there)| (input * at_input + here, output * at_output + there))
        })
    }

    /// The terms that an output sums, and the outputs that an input reaches, on average:
    /// `(fan_in, fan_out)`.
    pub fn fans(&self) -> (f64, f64) {
        let connections = self.connections().count() as f64;
        let (at_input, at_output) = self.positions();
        (
            connections / (self.outputs * at_output) as f64,
            connections / (self.inputs * at_input) as f64,
        )
    }

    /// The positions that see each other, of an input and of an output: every window, tap by tap.
    fn joined_positions(&self) -> impl Iterator<Item = (usize, usize)> {
        let windows = 0..self.coarse.pow(self.kernel.len() as u32);
        let taps = 0..self.kernel.iter().product::<usize>();
        windows.flat_map(move |window| {
            taps.clone().filter_map(move |tap| {
                let fine = self.seen(window, tap)?;
                Some(if self.is_transposed {
                    (window, fine)
                } else {
                    (fine, window)
                })
            })
        })
    }

    /// The fine position under a tap of a window, unless it is beyond a border.
    fn seen(&self, mut window: usize, mut tap: usize) -> Option<usize> {
        let (mut position, mut scale) = (0, 1);
        for (kernel, stride) in self.kernel.iter().zip(&self.stride) {
            let many = self.coarse * stride;
            let here = window % self.coarse * stride + tap % kernel;
            let here = if self.has_borders {
                here.checked_sub((kernel - 1) / 2)
                    .filter(|&here| here < many)?
            } else {
                here % many
            };
            position += here * scale;
            scale *= many;
            window /= self.coarse;
            tap /= kernel;
        }
        Some(position)
    }
}

#[track_caller]
fn each(numbers: PerAxis, axes: usize) -> Vec<usize> {
    let each = numbers.along(axes);
    each.unwrap_or_else(|| panic!("{numbers:?} is not made for {axes} axes of space"))
}

/// `k − ⌊k²/4⌋ / n`: the terms that a window of `k` positions sums along one axis of `n`, on average,
/// if what hangs over the ends is zero. There is one output for each position, and `n ≥ k/2`.
///
/// The window hangs over the left end by `1, 2, …, ⌊(k−1)/2⌋` positions and over the right end by
/// `1, 2, …, ⌊k/2⌋`: together `⌊k²/4⌋` terms are lost. Axes multiply, and an input is seen as often as
/// an output sees.
///
/// ```
/// use unit_variance::initializer::{Wiring, zero_padded_terms};
///
/// let terms = zero_padded_terms(3, 7).powi(2);
/// assert_eq!(format!("{terms:.2}"), "7.37");
/// let counted = Wiring::convolution(1, 1, 3, 2).line(7).fans();
/// assert!((terms - counted.0).abs() < 1e-14 && counted.0 == counted.1);
/// ```
///
/// # Panics
///
/// If the window is empty, or so wide that it hangs over both ends at once: `n < ⌊k/2⌋`, or `n` is zero.
// ANCHOR: zero_padded_terms
#[track_caller]
pub fn zero_padded_terms(kernel: usize, positions: usize) -> f64 {
    assert!(
        kernel > 0 && positions > 0 && positions >= kernel / 2,
        "a window must have positions and at most twice as many as its axis, but has {kernel} on {positions}"
    );
    let lost = (kernel / 2) * kernel.div_ceil(2);
    kernel as f64 - lost as f64 / positions as f64
}
// ANCHOR_END: zero_padded_terms

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_connections_of_a_small_layer_are_by_hand() {
        let dense: Vec<_> = Wiring::dense(2, 2).connections().collect();
        assert_eq!(dense, [(0, 0), (1, 0), (0, 1), (1, 1)]);
        let grouped: Vec<_> = Wiring::dense(4, 2).groups(2).connections().collect();
        assert_eq!(grouped, [(0, 0), (1, 0), (2, 1), (3, 1)]);
        // Windows of two on a ring of two positions.
        let ring: Vec<_> = Wiring::convolution(1, 1, 2, 1).connections().collect();
        assert_eq!(ring, [(0, 0), (1, 0), (1, 1), (0, 1)]);
    }

    #[test]
    fn no_connection_is_counted_twice() {
        let layer = Wiring::convolution(4, 6, 3, 2).groups(2).stride(2);
        for layer in [layer.clone(), layer.transposed()] {
            let all: Vec<_> = layer.connections().collect();
            assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
        }
    }

    #[test]
    fn the_length_of_the_ring_does_not_matter() {
        for stride in [1, 2, 3] {
            let layer = Wiring::convolution(2, 4, 3, 2).groups(2).stride(stride);
            for positions in [3, 4, 7] {
                assert_eq!(layer.clone().ring(positions).fans(), layer.fans());
                let up = layer.clone().transposed();
                assert_eq!(up.clone().ring(positions).fans(), up.fans());
            }
        }
    }

    #[test]
    fn transposing_exchanges_the_fans() {
        let down = Wiring::convolution(4, 6, 3, 2).groups(2).stride(3);
        let up = Wiring::convolution(6, 4, 3, 2)
            .groups(2)
            .stride(3)
            .transposed();
        let (fan_in, fan_out) = down.fans();
        assert_eq!(up.fans(), (fan_out, fan_in));
    }

    #[test]
    fn zeros_beyond_the_ends_are_no_connections() {
        let line = Wiring::convolution(1, 1, 3, 1).line(3);
        let seen: Vec<_> = line.connections().collect();
        assert_eq!(
            seen,
            [(0, 0), (1, 0), (0, 1), (1, 1), (2, 1), (1, 2), (2, 2)]
        );
    }

    #[test]
    fn each_axis_has_a_window_and_a_step_of_its_own() {
        let layer = Wiring::convolution(1, 1, [3, 2], 2).stride([1, 2]);
        assert_eq!(layer.fans(), (6.0, 3.0));
        assert_eq!(layer.positions(), (18, 9));
    }

    #[test]
    fn the_terms_under_zero_padding_are_counted() {
        for kernel in 1..=9 {
            for positions in (kernel / 2).max(1)..=12 {
                let counted = Wiring::convolution(1, 1, kernel, 1).line(positions).fans();
                let terms = zero_padded_terms(kernel, positions);
                assert!((terms - counted.0).abs() < 1e-13, "{kernel} on {positions}");
                assert_eq!(counted.0, counted.1);
            }
        }
    }

    #[test]
    #[should_panic(expected = "has 9 on 3")]
    fn a_window_over_both_ends_at_once_is_refused() {
        let _ = zero_padded_terms(9, 3);
    }

    #[test]
    fn the_positions_of_a_window_are_by_hand() {
        // Windows of two that move by two share nothing.
        let apart: Vec<_> = Wiring::convolution(1, 1, 2, 1)
            .stride(2)
            .connections()
            .collect();
        assert_eq!(apart, [(0, 0), (1, 0), (2, 1), (3, 1)]);
        // On a line a window of two begins at its own output, and the last one hangs over the end.
        let line: Vec<_> = Wiring::convolution(1, 1, 2, 1)
            .line(3)
            .connections()
            .collect();
        assert_eq!(line, [(0, 0), (1, 0), (1, 1), (2, 1), (2, 2)]);
        // A window of one position sees its own, wherever it is in the plane.
        let plane = Wiring::convolution(1, 1, 1, 2).ring(3);
        assert!(plane.connections().eq((0..9).map(|at| (at, at))));
    }

    #[test]
    fn a_ring_has_its_length_and_no_borders() {
        let ring = Wiring::convolution(1, 1, 3, 1).stride(2).line(5).ring(7);
        assert_eq!(ring.positions(), (14, 7));
        assert_eq!(ring.fans(), (3.0, 1.5));
    }
}
