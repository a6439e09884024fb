//! `fan_in` counts the terms summed into one output, `fan_out` the outputs that one input reaches.
//!
//! Where the number differs between the units of a layer, as under a stride or at a border, a fan is
//! its average. So fans are floats.

/// How many inputs an output sums, and how many outputs an input feeds, on average over the layer.
///
/// A [`Layout`](super::Layout) counts them for a kernel: dense, convolution, attention.
///
/// ```
/// use unit_variance::{Fan, Fans};
///
/// let fans = Fans::new(50, 10);
/// assert_eq!(fans.of(Fan::In), 50.0);
/// assert_eq!(fans.of(Fan::Average), 30.0);
///
/// // A window of 3 that moves by 2 sees an input once or twice.
/// assert_eq!(Fans::new(3, 1.5).fan_out(), 1.5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Stated")
)]
pub struct Fans {
    fan_in: f64,
    fan_out: f64,
}

/// A number of terms: counted, a `usize`, or an average of counts, an `f64`.
pub trait Count {
    /// The number, rounded if it is above 2⁵³.
    fn count(self) -> f64;
}

impl Count for usize {
    fn count(self) -> f64 {
        self as f64
    }
}

impl Count for f64 {
    fn count(self) -> f64 {
        self
    }
}

/// Numbers that are no fans.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("fans must be positive finite numbers, but are {fan_in} and {fan_out}")]
pub struct FansError {
    /// What was given as `fan_in`.
    pub fan_in: f64,
    /// What was given as `fan_out`.
    pub fan_out: f64,
}

impl Fans {
    /// These fans; each is a `usize` or an `f64`.
    ///
    /// # Panics
    ///
    /// If either is not a positive finite number.
    #[track_caller]
    pub fn new(fan_in: impl Count, fan_out: impl Count) -> Self {
        Self::try_new(fan_in, fan_out).unwrap_or_else(|error| panic!("{error}"))
    }

    /// These fans, if they are fans.
    ///
    /// # Errors
    ///
    /// If either is not a positive finite number.
    pub fn try_new(fan_in: impl Count, fan_out: impl Count) -> Result<Self, FansError> {
        let (fan_in, fan_out) = (fan_in.count(), fan_out.count());
        let is_fan = |fan: f64| fan > 0.0 && fan.is_finite();
        if is_fan(fan_in) && is_fan(fan_out) {
            Ok(Self { fan_in, fan_out })
        } else {
            Err(FansError { fan_in, fan_out })
        }
    }

    /// The fans of a dense layer whose matrix has shape `(in, out)`.
    ///
    /// ```
    /// use unit_variance::{Fans, Initializer, Law, Streams, VarianceScaling};
    ///
    /// let weight = VarianceScaling::he(Law::Normal).sample((50, 10), &mut Streams::new(1).stream("w"));
    /// assert_eq!(Fans::dense(weight.dim()), Fans::new(50, 10));
    /// ```
    ///
    /// # Panics
    ///
    /// If the matrix is empty.
    #[track_caller]
    pub const fn dense((inputs, outputs): (usize, usize)) -> Self {
        assert!(
            inputs > 0 && outputs > 0,
            "fans must be positive: a layer without inputs or outputs has no variance to keep"
        );
        Self {
            fan_in: inputs as f64,
            fan_out: outputs as f64,
        }
    }

    /// The number of terms summed into one output.
    pub const fn fan_in(self) -> f64 {
        self.fan_in
    }

    /// The number of outputs that one input reaches.
    pub const fn fan_out(self) -> f64 {
        self.fan_out
    }

    /// The number that divides the scale: `fan_in`, `fan_out`, their mean or their geometric mean.
    pub fn of(self, fan: Fan) -> f64 {
        let Self { fan_in, fan_out } = self;
        match fan {
            Fan::In => fan_in,
            Fan::Out => fan_out,
            Fan::Average => f64::midpoint(fan_in, fan_out),
            Fan::GeometricAverage if (fan_in * fan_out).is_normal() => (fan_in * fan_out).sqrt(),
            Fan::GeometricAverage => fan_in.sqrt() * fan_out.sqrt(), // the product is beyond f64
        }
    }
}

/// Fans as they stand in a file, before they are checked.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
struct Stated {
    fan_in: f64,
    fan_out: f64,
}

#[cfg(feature = "serde")]
impl TryFrom<Stated> for Fans {
    type Error = FansError;

    fn try_from(Stated { fan_in, fan_out }: Stated) -> Result<Self, FansError> {
        Self::try_new(fan_in, fan_out)
    }
}

/// Which fan divides the scale of a variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
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
        let far = Fans::new(1e200, 1e300).of(Fan::GeometricAverage);
        assert!((far / 1e250 - 1.0).abs() < 1e-14, "{far}");
    }

    #[test]
    #[should_panic(expected = "fans must be positive finite numbers, but are 0 and 3")]
    fn an_empty_layer_is_refused() {
        let _ = Fans::new(0, 3);
    }

    #[test]
    fn what_is_no_fan_is_an_error() {
        for wrong in [0.0, -1.0, f64::INFINITY, f64::NAN] {
            assert!(Fans::try_new(wrong, 3).is_err(), "{wrong}");
            assert!(Fans::try_new(3, wrong).is_err(), "{wrong}");
        }
    }

    #[cfg(feature = "serde")]
    #[test]
    fn fans_are_checked_when_they_are_read() {
        let fans = Fans::new(9, 2.25);
        let text = serde_json::to_string(&fans).expect("fans are numbers");
        assert_eq!(serde_json::from_str::<Fans>(&text).expect("fans"), fans);
        let error = serde_json::from_str::<Fans>(r#"{"fan_in": 9.0, "fan_out": 0.0}"#);
        assert!(error.unwrap_err().to_string().contains("are 9 and 0"));
    }
}
