//! The connections of a layer, one by one: what `fan_in` and `fan_out` are averages of.

/// A layer as it is defined, by which input each output sees; slow, and nobody's formula.
///
/// Channels go from `inputs` to `outputs`, within groups. Along every axis of space, a window of
/// `kernel` positions moves by `stride`; transposed, it goes the other way. Space is a ring, so
/// that there are no borders. Without axes of space the layer is dense.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wiring {
    inputs: usize,
    outputs: usize,
    groups: usize,
    kernel: usize,
    stride: usize,
    dimensions: u32,
    is_transposed: bool,
    /// The length of the ring that the stride leads to.
    coarse: usize,
}

impl Wiring {
    /// Every output sees every input.
    ///
    /// # Panics
    ///
    /// If there are no inputs or no outputs.
    #[track_caller]
    pub const fn dense(inputs: usize, outputs: usize) -> Self {
        Self::convolution(inputs, outputs, 1, 0)
    }

    /// A window of `kernel` positions along each of so many axes of space.
    ///
    /// # Panics
    ///
    /// If there are no inputs, no outputs, or no positions.
    #[track_caller]
    pub const fn convolution(
        inputs: usize,
        outputs: usize,
        kernel: usize,
        dimensions: u32,
    ) -> Self {
        assert!(
            inputs > 0 && outputs > 0 && kernel > 0,
            "a layer has inputs, outputs, and positions in its kernel"
        );
        Self {
            inputs,
            outputs,
            groups: 1,
            kernel,
            stride: 1,
            dimensions,
            is_transposed: false,
            coarse: kernel,
        }
    }

    /// The same in so many groups.
    ///
    /// # Panics
    ///
    /// If they do not divide inputs and outputs.
    #[must_use]
    #[track_caller]
    pub const fn groups(self, groups: usize) -> Self {
        assert!(
            groups > 0 && self.inputs.is_multiple_of(groups) && self.outputs.is_multiple_of(groups),
            "the groups divide inputs and outputs"
        );
        Self { groups, ..self }
    }

    /// The same with this step.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[must_use]
    #[track_caller]
    pub const fn stride(self, stride: usize) -> Self {
        assert!(stride > 0, "a stride must be positive, but is 0");
        Self { stride, ..self }
    }

    /// The same on a ring of so many positions, before the stride makes more of them; as many as the
    /// kernel has are enough.
    ///
    /// # Panics
    ///
    /// If the kernel would overlap itself.
    #[must_use]
    #[track_caller]
    pub const fn ring(self, positions: usize) -> Self {
        assert!(
            positions * self.stride >= self.kernel,
            "the kernel overlaps itself on this ring"
        );
        Self {
            coarse: positions,
            ..self
        }
    }

    /// The same in the other direction.
    #[must_use]
    pub const fn transposed(self) -> Self {
        Self {
            is_transposed: true,
            ..self
        }
    }

    /// The number of positions on each side: `(input, output)`.
    pub const fn positions(self) -> (usize, usize) {
        let sides = (
            (self.coarse * self.stride).pow(self.dimensions),
            self.coarse.pow(self.dimensions),
        );
        if self.is_transposed {
            (sides.1, sides.0)
        } else {
            sides
        }
    }

    /// Every connection, as the input unit and the output unit that it joins. Units are numbered
    /// channel by channel, position by position.
    pub fn connections(self) -> impl Iterator<Item = (usize, usize)> {
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
    pub fn fans(self) -> (f64, f64) {
        let connections = self.connections().count() as f64;
        let (at_input, at_output) = self.positions();
        (
            connections / (self.outputs * at_output) as f64,
            connections / (self.inputs * at_input) as f64,
        )
    }

    /// The positions that see each other, of an input and of an output: every window, tap by tap.
    fn joined_positions(self) -> impl Iterator<Item = (usize, usize)> {
        let (few, many) = (self.coarse, self.coarse * self.stride);
        let windows = 0..few.pow(self.dimensions);
        let taps = 0..self.kernel.pow(self.dimensions);
        windows.flat_map(move |window| {
            taps.clone().map(move |tap| {
                let along = |axis: u32| {
                    let corner = window / few.pow(axis) % few * self.stride;
                    let offset = tap / self.kernel.pow(axis) % self.kernel;
                    (corner + offset) % many * many.pow(axis)
                };
                let fine = (0..self.dimensions).map(along).sum();
                if self.is_transposed {
                    (window, fine)
                } else {
                    (fine, window)
                }
            })
        })
    }
}

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
        for layer in [layer, layer.transposed()] {
            let all: Vec<_> = layer.connections().collect();
            assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
        }
    }

    #[test]
    fn the_length_of_the_ring_does_not_matter() {
        for stride in [1, 2, 3] {
            let layer = Wiring::convolution(2, 4, 3, 2).groups(2).stride(stride);
            for positions in [3, 4, 7] {
                assert_eq!(layer.ring(positions).fans(), layer.fans());
                let up = layer.transposed();
                assert_eq!(up.ring(positions).fans(), up.fans());
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
}
