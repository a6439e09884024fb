//! `fan_in` counts the terms summed into one output, `fan_out` the outputs that one input reaches.
//!
//! In this crate a dense kernel has shape `(fan_in, fan_out)`, and the layer is `Z = X W + b`.

use serde::{Deserialize, Serialize};

/// How many inputs an output sums, and how many outputs an input feeds.
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

/// What the axes of a kernel mean.
///
/// ```
/// use unit_variance::{Fans, Layout};
///
/// assert_eq!(Layout::InOut.fans(&[50, 10]), Fans::new(50, 10));
/// assert_eq!(Layout::OutIn.fans(&[50, 10]), Fans::new(10, 50));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Layout {
    /// `(fan_in, fan_out)`, for `Z = X W`: this crate, JAX, Keras.
    InOut,
    /// `(fan_out, fan_in)`, for `Z = X Wᵀ`: PyTorch, and columns-as-examples notebooks.
    OutIn,
}

impl Layout {
    /// The fans of a kernel of this shape.
    ///
    /// # Panics
    ///
    /// If the shape has not two axes, or one of them is empty.
    #[track_caller]
    pub fn fans(self, shape: &[usize]) -> Fans {
        let &[rows, columns] = shape else {
            panic!("a dense kernel has two axes, but this one has shape {shape:?}");
        };
        match self {
            Self::InOut => Fans::new(rows, columns),
            Self::OutIn => Fans::new(columns, rows),
        }
    }
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

    #[test]
    #[should_panic(expected = "has shape [2, 3, 4]")]
    fn a_dense_kernel_has_two_axes() {
        let _ = Layout::InOut.fans(&[2, 3, 4]);
    }
}
