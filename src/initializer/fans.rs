//! `fan_in` counts the terms summed into one output, `fan_out` the outputs that one input reaches.

use serde::{Deserialize, Serialize};

/// How many inputs an output sums, and how many outputs an input feeds.
///
/// A [`Layout`](super::Layout) counts them for a kernel: dense, convolution, attention.
///
/// ```
/// use unit_variance::{Fan, Fans};
///
/// let fans = Fans::new(50, 10);
/// assert_eq!(fans.of(Fan::In), 50.0);
/// assert_eq!(fans.of(Fan::Average), 30.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fans {
    /// The number of terms summed into one output.
    pub fan_in: usize,
    /// The number of outputs that one input reaches.
    pub fan_out: usize,
}

impl Fans {
    /// The fans of a dense layer with these many inputs and outputs.
    ///
    /// # Panics
    ///
    /// If either is zero.
    #[track_caller]
    pub const fn new(fan_in: usize, fan_out: usize) -> Self {
        assert!(
            fan_in > 0 && fan_out > 0,
            "fans must be positive: a layer without inputs or outputs has no variance to keep"
        );
        Self { fan_in, fan_out }
    }

    /// The number that divides the scale: `fan_in`, `fan_out`, their mean or their geometric mean.
    pub fn of(self, fan: Fan) -> f64 {
        let (fan_in, fan_out) = (self.fan_in as f64, self.fan_out as f64);
        match fan {
            Fan::In => fan_in,
            Fan::Out => fan_out,
            Fan::Average => f64::midpoint(fan_in, fan_out),
            Fan::GeometricAverage => (fan_in * fan_out).sqrt(),
        }
    }
}

/// Which fan divides the scale of a variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fan {
    /// `fan_in`: the forward pass keeps its second moment.
    In,
    /// `fan_out`: the backward pass does.
    Out,
    /// `(fan_in + fan_out) / 2`: a compromise between the two.
    Average,
    /// `√(fan_in · fan_out)`: the compromise on a logarithmic scale.
    GeometricAverage,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_averages_agree_on_a_square() {
        let square = Fans::new(7, 7);
        for fan in [Fan::In, Fan::Out, Fan::Average, Fan::GeometricAverage] {
            assert_eq!(square.of(fan), 7.0);
        }
        assert_eq!(Fans::new(4, 9).of(Fan::GeometricAverage), 6.0);
        assert_eq!(Fans::new(4, 9).of(Fan::Out), 9.0);
    }

    #[test]
    #[should_panic(expected = "fans must be positive")]
    fn an_empty_layer_is_refused() {
        let _ = Fans::new(0, 3);
    }
}
