//! Two inputs in a wide network: their correlation from layer to layer.
//!
//! The pre-activations of two inputs in one unit of a wide layer are a pair of Gaussians. Where both have the variance `q` at
//! which the layers rest, their correlation is followed by[^schoenholz]
//!
//! ```text
//! c' = (σ_w² E φ(x) φ(y) + σ_b²) / q ,   dc'/dc = χ(c) = σ_w² E φ'(x) φ'(y) ,   x, y ~ N(0, q) of correlation c.
//! ```
//!
//! The Hermite coefficients of `φ` give `c'` as a power series in `c` without negative coefficients. So it is convex on `[0, 1]`,
//! and from there the correlation goes to 1 if `χ(1) ≤ 1`, and else to a single point below.
//!
//! [^schoenholz]: S. Schoenholz, J. Gilmer, S. Ganguli, J. Sohl-Dickstein (2017). [*Deep Information Propagation*](https://arxiv.org/abs/1611.01232). ICLR.

use super::mean_field::MeanField;
use super::roots::narrowed;
use crate::activation::Nonlinearity;

/// What a variance may change in a layer and still be called one at which it rests, relative to itself.
const RESTING: f64 = 1e-6;

/// What of `d'/d − 1` may be rounding.
const ROUNDING: f64 = 1e-13;

impl<A: Nonlinearity + Copy> MeanField<A> {
    /// The variance and the correlation of two inputs behind one more layer, which both have variance `q` before it.
    ///
    /// ```
    /// use unit_variance::Activation;
    /// use unit_variance::theory::MeanField;
    ///
    /// // A He layer keeps the variance and makes two inputs more alike.
    /// let he = MeanField::with_gain(Activation::Relu, 2_f64.sqrt());
    /// let (q, c) = he.step_of_pair((1.0, 0.0));
    /// assert!((q - 1.0).abs() < 1e-15 && (c - std::f64::consts::FRAC_1_PI).abs() < 1e-15);
    /// ```
    ///
    /// # Panics
    ///
    /// If `q`, the variance behind the layer, or that of weights or biases, is negative, infinite or NaN, or `c` is not between −1
    /// and 1.
    #[track_caller]
    pub fn step_of_pair(self, (q, c): (f64, f64)) -> (f64, f64) {
        assert!(
            (-1.0..=1.0).contains(&c),
            "a correlation lies between −1 and 1, but is {c}"
        );
        let next = self.step(q);
        assert!(
            next.is_finite(),
            "a layer with weights of variance {:e} makes {next:e} of the variance {q:e}: there is no correlation then",
            self.weight
        );
        if next == 0.0 {
            return (0.0, c);
        }
        let together = self.weighted(self.activation.pair_moment_at(q, c)) + self.bias;
        (next, (together / next).clamp(-1.0, 1.0))
    }

    /// `(q, c)` at every depth, beginning with that of the first pre-activations.
    ///
    /// ```
    /// use unit_variance::Activation;
    /// use unit_variance::theory::MeanField;
    ///
    /// // Two inputs at a right angle, behind fifty more ReLU layers: 9 degrees.
    /// let he = MeanField::with_gain(Activation::Relu, 2_f64.sqrt());
    /// let (_, c) = he.iterate_pair((1.0, 0.0)).nth(50).expect("no end");
    /// assert!((c - 0.987_861_944_937_345_4).abs() < 1e-13);
    /// ```
    pub fn iterate_pair(self, start: (f64, f64)) -> impl Iterator<Item = (f64, f64)> {
        std::iter::successors(Some(start), move |pair| Some(self.step_of_pair(*pair)))
    }

    /// `χ(c) = σ_w² E φ'(x) φ'(y)`: the factor of a small change of the correlation from layer to layer, where both inputs rest at
    /// the variance `q`. At `c = 1` it is [`chi`](Self::chi).
    ///
    /// # Panics
    ///
    /// If `q`, or the variance of weights or biases, is negative, infinite or NaN, or `c` is not between −1 and 1.
    #[track_caller]
    pub fn chi_of_pair(self, q: f64, c: f64) -> f64 {
        self.demand_finite();
        self.weighted(self.activation.slope_pair_moment_at(q, c))
    }

    /// The correlation to which two inputs tend that begin with one of at least 0, where both rest at the variance `q`: 1 if
    /// `χ ≤ 1`, and else the one `c < 1` at which `c' = c`.
    ///
    /// It is sought in `d = 1 − c`, between brackets: by iteration a correlation near the edge of chaos takes ten thousand layers to arrive,
    /// and `c' − c` has no digits left there.
    ///
    /// ```
    /// use unit_variance::Activation;
    /// use unit_variance::theory::MeanField;
    ///
    /// let chaotic = MeanField { activation: Activation::Tanh, weight: 3.0, bias: 0.05 };
    /// let q = chaotic.fixed_point().expect("tanh saturates");
    /// let c = chaotic.correlation_fixed_point(q);
    /// assert!((chaotic.step_of_pair((q, c)).1 - c).abs() < 1e-14);
    /// assert!((0.29..0.31).contains(&c));
    /// ```
    ///
    /// # Panics
    ///
    /// If `q` is not positive and finite, or the layers do not rest there, or the variance of weights or biases is negative, infinite or
    /// NaN; above the edge of chaos also if `q` is below 1e-270, where differences leave the range of `f64`.
    #[track_caller]
    pub fn correlation_fixed_point(self, q: f64) -> f64 {
        assert!(
            q > 0.0 && q.is_finite(),
            "the variance must be positive and finite, but is {q}"
        );
        let next = self.step(q);
        assert!(
            (next - q).abs() <= RESTING * q,
            "the layers do not rest at the variance {q:e}: they make {next:e} of it"
        );
        let chi = self.chi(q);
        if chi <= 1.0 {
            return 1.0;
        }
        assert!(
            q >= 1e-270,
            "at the variance {q:e} a difference of two signals leaves the range of f64"
        );
        // d' / d falls from χ at d = 0, and at d = 1 it is at most 1.
        let excess = |d: f64| {
            if d == 0.0 {
                chi - 1.0
            } else {
                self.weight * self.activation.pair_difference_at(q, d) / (q * d) - 1.0
            }
        };
        if excess(1.0) >= -ROUNDING {
            return 0.0; // as for an odd activation without biases
        }
        1.0 - narrowed(excess, 0.0, 1.0)
    }
}

#[cfg(test)]
mod tests;
