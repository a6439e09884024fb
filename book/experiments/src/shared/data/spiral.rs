//! Classes that no straight line parts: the arms of a spiral.

use std::f64::consts::TAU;

use ndarray::Array2;
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

use unit_variance::probability::NumpyLegacy;

/// Points `(r sin t, r cos t)` on the arms of a spiral, and the arm that each belongs to.
///
/// Along an arm the radius `r` grows evenly from 0 to 1 while the angle `t` turns, with noise.
///
/// ```
/// use experiments::shared::data::Spiral;
/// use unit_variance::Streams;
///
/// let spiral = Spiral::draw(5, 40, 0.2, &mut Streams::new(1).stream("spiral"));
/// assert_eq!(spiral.points.dim(), (200, 2));
/// assert_eq!((spiral.labels[0], spiral.labels[199]), (0, 4));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Spiral {
    /// The points, of shape `(arms · points an arm, 2)`, arm after arm, from the inside outwards.
    pub points: Array2<f64>,
    /// The arm of every point, from 0.
    pub labels: Vec<u8>,
}

impl Spiral {
    /// Arms spread evenly around the circle, each turning by 4 radians from its start to its end,
    /// with normal noise of standard deviation `noise` on the angle.
    ///
    /// # Panics
    ///
    /// If there are no arms or more than 256, fewer than two points an arm, or the noise is
    /// negative, infinite or NaN.
    #[track_caller]
    pub fn draw<R: Rng + ?Sized>(arms: usize, points: usize, noise: f64, rng: &mut R) -> Self {
        assert!(
            noise >= 0.0 && noise.is_finite(),
            "the noise of a spiral must be finite and not negative, but is {noise}"
        );
        let starts = (0..arms).map(|arm| TAU * arm as f64 / arms as f64);
        Self::of(starts, points, || {
            let z: f64 = StandardNormal.sample(rng);
            noise * z
        })
    }

    /// The three arms of Stanford's CS224d and CS231n notebooks: arm `j` turns from `4j` to
    /// `4(j + 1)` radians, with noise `0.2 randn`.
    ///
    /// ```
    /// use experiments::shared::data::Spiral;
    /// use unit_variance::probability::NumpyLegacy;
    ///
    /// let spiral = Spiral::notebook(100, &mut NumpyLegacy::new(0));
    /// assert!((spiral.points.sum() + 9.615_827_548_938_192).abs() < 1e-12);
    /// ```
    ///
    /// # Panics
    ///
    /// If there are fewer than two points an arm.
    #[track_caller]
    pub fn notebook(points: usize, numpy: &mut NumpyLegacy) -> Self {
        let starts = (0..3).map(|arm| 4.0 * f64::from(arm));
        Self::of(starts, points, || 0.2 * numpy.standard_normal())
    }

    #[track_caller]
    fn of(
        starts: impl ExactSizeIterator<Item = f64>,
        points: usize,
        mut noise: impl FnMut() -> f64,
    ) -> Self {
        let arms = starts.len();
        assert!(
            (1..=256).contains(&arms) && points >= 2,
            "a spiral has 1 to 256 arms of at least 2 points, but this one has {arms} of {points}"
        );
        let last = (points - 1) as f64;
        let (mut entries, mut labels) = (Vec::new(), Vec::new());
        for (arm, start) in starts.enumerate() {
            for i in 0..points {
                // NumPy's linspace: i times the step, but the end itself at the end.
                let (mut r, mut turn) = (i as f64 * (1.0 / last), i as f64 * (4.0 / last));
                if i == points - 1 {
                    (r, turn) = (1.0, 4.0);
                }
                let t = start + turn + noise();
                entries.extend([r * libm::sin(t), r * libm::cos(t)]);
                labels.push(u8::try_from(arm).expect("at most 256 arms"));
            }
        }
        let points =
            Array2::from_shape_vec((labels.len(), 2), entries).expect("two coordinates a point");
        Self { points, labels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use serde_json::Value;
    use unit_variance::probability::Streams;

    fn reference() -> Value {
        let all: Value =
            serde_json::from_str(include_str!("../../../../../tests/data/spiral.json"))
                .expect("the reference is JSON");
        all["data"].clone()
    }

    #[test]
    fn the_notebooks_points_come_out_again() {
        // NumPy's sine and cosine are not libm's to the last bit, hence not `==`.
        let spiral = Spiral::notebook(100, &mut NumpyLegacy::new(0));
        let reference = reference();
        let number = |value: &Value| value.as_f64().expect("a number");
        for (row, printed) in [
            (0, "/X_first3/0"),
            (1, "/X_first3/1"),
            (2, "/X_first3/2"),
            (299, "/X_last"),
        ] {
            let printed = reference.pointer(printed).expect("the points");
            for column in 0..2 {
                assert_relative_eq!(
                    spiral.points[[row, column]],
                    number(&printed[column]),
                    epsilon = 1e-15
                );
            }
        }
        assert_relative_eq!(
            spiral.points.sum(),
            number(&reference["X_sum"]),
            epsilon = 1e-12
        );
        let squares = spiral.points.mapv(|x| x * x).sum();
        assert_relative_eq!(squares, number(&reference["X_sumsq"]), epsilon = 1e-12);
    }

    #[test]
    fn without_noise_the_arms_are_turns_of_one_another() {
        let spiral = Spiral::draw(3, 11, 0.0, &mut Streams::new(1).stream("spiral"));
        let (sin, cos) = libm::sincos(TAU / 3.0);
        for i in 0..11 {
            let (x, y) = (spiral.points[[i, 0]], spiral.points[[i, 1]]);
            let (turned_x, turned_y) = (x * cos + y * sin, y * cos - x * sin);
            assert_relative_eq!(spiral.points[[11 + i, 0]], turned_x, epsilon = 1e-15);
            assert_relative_eq!(spiral.points[[11 + i, 1]], turned_y, epsilon = 1e-15);
            assert_relative_eq!(libm::hypot(x, y), i as f64 / 10.0, epsilon = 1e-15);
        }
    }

    #[test]
    #[should_panic(expected = "this one has 0 of 5")]
    fn a_spiral_without_arms_is_refused() {
        let _ = Spiral::draw(0, 5, 0.2, &mut Streams::new(1).stream("spiral"));
    }

    #[test]
    #[should_panic(expected = "must be finite and not negative, but is NaN")]
    fn a_nan_noise_is_refused() {
        let _ = Spiral::draw(3, 5, f64::NAN, &mut Streams::new(1).stream("spiral"));
    }
}
