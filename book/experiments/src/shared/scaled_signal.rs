//! A signal as a matrix times a power of two: the table of a deep net goes on where the numbers of
//! its signal have left the range of `f64`.

use ndarray::Array2;

use crate::Cell;
use unit_variance::network::Dense;
use unit_variance::probability::{Moments, largest_magnitude};

/// A batch of signals, going forward or backward, as `matrix · 2^exponent`.
pub(crate) struct ScaledSignal {
    pub(crate) matrix: Array2<f64>,
    pub(crate) exponent: i32,
}

impl ScaledSignal {
    pub(crate) fn new(matrix: Array2<f64>) -> Self {
        Self {
            matrix,
            exponent: 0,
        }
    }

    /// The signal after a layer without biases, its largest entry brought near 1.
    pub(crate) fn through(self, layer: &Dense) -> Self {
        let matrix = layer.forward(&self.matrix).activation;
        self.times(matrix)
    }

    /// `matrix` in the units of this signal, its largest entry brought near 1.
    pub(crate) fn times(&self, matrix: Array2<f64>) -> Self {
        let largest = largest_magnitude(matrix.as_slice().expect("a signal lies row by row"));
        if largest == 0.0 || !largest.is_normal() {
            return Self {
                matrix,
                exponent: self.exponent,
            };
        }
        let shift = libm::log2(largest).floor() as i32;
        Self {
            matrix: matrix * 2_f64.powi(-shift),
            exponent: self.exponent + shift,
        }
    }

    /// Whether all units are off, for every input.
    pub(crate) fn is_zero(&self) -> bool {
        self.matrix.iter().all(|h| *h == 0.0)
    }

    /// `log2` of the rms, which has no range to leave.
    pub(crate) fn log2_rms(&self) -> f64 {
        let moments: Moments = self.matrix.iter().collect();
        libm::log2(moments.rms()) + f64::from(self.exponent)
    }

    /// A row `layer, mean, std, rms`.
    pub(crate) fn row(&self, layer: usize) -> Vec<Cell> {
        let moments: Moments = self.matrix.iter().collect();
        let [mean, std, rms] = [moments.mean(), moments.std_dev(), moments.rms()]
            .map(|x| times_power_of_two(x, self.exponent).into());
        vec![layer.into(), mean, std, rms]
    }
}

/// `x · 2^exponent`, rounded once: `inf` above the range of `f64`, subnormal or 0 below it.
fn times_power_of_two(x: f64, exponent: i32) -> f64 {
    libm::scalbn(x, exponent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::DeepSignal;
    use approx::assert_relative_eq;

    #[test]
    fn scaling_by_powers_of_two_changes_no_digit() {
        let config = DeepSignal {
            depth: 6,
            width: 10,
            ..DeepSignal::default()
        };
        let (network, inputs) = config.draw();
        let plain = network.forward(&inputs.clone().insert_axis(ndarray::Axis(1)));
        let mut signal = ScaledSignal::new(inputs.insert_axis(ndarray::Axis(1)));
        for (layer, expected) in network.layers.iter().zip(&plain.layers) {
            signal = signal.through(layer);
            assert_eq!(
                &signal.matrix * 2_f64.powi(signal.exponent),
                expected.activation
            );
        }
    }

    #[test]
    fn zero_stays_zero_in_any_units() {
        assert_relative_eq!(times_power_of_two(0.0, 9000), 0.0);
        assert_relative_eq!(times_power_of_two(1.5, 9000), f64::INFINITY);
        assert_relative_eq!(times_power_of_two(1.5, -1074), 1e-323);
    }
}
