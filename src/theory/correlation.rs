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
        let together = self.weight * self.activation.pair_moment_at(q, c) + self.bias;
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
mod tests {
    use super::*;
    use crate::activation::{Activation, OwnActivation};
    use approx::assert_relative_eq;

    const fn of(activation: Activation, weight: f64, bias: f64) -> MeanField {
        MeanField {
            activation,
            weight,
            bias,
        }
    }

    #[test]
    fn relu_layers_forget_as_the_reference_says() {
        let he = of(Activation::Relu, 2.0, 0.0);
        for (start, depth, expected) in [
            (0.0, 1, std::f64::consts::FRAC_1_PI),
            (0.0, 5, 0.735_946_350_627_636_7),
            (0.0, 50, 0.987_861_944_937_345_4),
            (0.0, 1000, 0.999_956_870_267_450_8),
            (0.5, 20, 0.955_260_184_892_556_1),
            (-1.0, 50, 0.987_439_205_513_198_3),
            (0.9, 100, 0.997_105_143_442_715_6),
        ] {
            let (q, c) = he.iterate_pair((1.0, start)).nth(depth).expect("no end");
            assert_relative_eq!(q, 1.0);
            assert_relative_eq!(c, expected, epsilon = 2e-14);
        }
    }

    #[test]
    fn correlations_rest_where_the_reference_says() {
        for (phi, weight, bias, q, c, chi) in [
            (
                Activation::Tanh,
                2.0,
                0.05,
                0.721_761_872_652_1,
                0.744_082_419_501_2,
                0.961_114_791_974,
            ),
            (
                Activation::Tanh,
                4.0,
                0.05,
                2.195_493_928_034,
                0.165_064_962_022_3,
                0.866_527_995_597_3,
            ),
            (
                Activation::Erf,
                3.0,
                0.1,
                1.823_400_587_515,
                0.324_871_931_330_8,
                0.850_104_698_409_5,
            ),
            (
                Activation::HardTanh,
                2.0,
                0.05,
                1.130_041_986_244,
                0.318_911_594_758_2,
                0.877_770_951_883_3,
            ),
            (
                Activation::Softsign,
                4.0,
                0.1,
                0.724_585_202_788,
                0.940_642_852_575,
                0.974_449_361_245_9,
            ),
            (
                Activation::Elu,
                1.3,
                0.1,
                0.745_838_617_968_5,
                1.0,
                0.893_032_501_294_1,
            ),
        ] {
            let layers = of(phi, weight, bias);
            let found = layers.correlation_fixed_point(q);
            assert_relative_eq!(found, c, epsilon = 1e-10);
            assert_relative_eq!(layers.chi_of_pair(q, found), chi, epsilon = 1e-10);
            let (_, next) = layers.step_of_pair((q, found));
            assert_relative_eq!(next, found, epsilon = 1e-11);
        }
        let torch = of(Activation::Tanh, 25.0 / 9.0, 0.0);
        let q = torch.fixed_point().expect("tanh saturates");
        assert_eq!(torch.correlation_fixed_point(q), 0.0);
        assert_relative_eq!(
            torch.chi_of_pair(q, 0.0),
            0.920_790_652_845_2,
            epsilon = 1e-12
        );
    }

    #[test]
    fn the_correlation_map_is_convex_from_zero_to_one() {
        for phi in Activation::ALL {
            for q in [0.1, 1.0, 10.0] {
                let at = |i: i32| phi.slope_pair_moment_at(q, f64::from(i) / 10.0);
                for i in 0..10 {
                    assert!(at(i + 1) >= at(i) - 1e-13 * at(10), "{phi} at {q}");
                }
            }
        }
    }

    #[test]
    fn near_the_edge_no_digit_is_lost() {
        // 1 − c ≈ 2 (χ − 1) / (σ_w² q E φ''²) for small χ − 1: the ratio tends to a constant.
        let (weight, q) = (1.760_954_639_607_2, 0.570_047_881_640_8);
        let ratio = |excess: f64| {
            let layers = of(Activation::Tanh, weight * (1.0 + excess), 0.05);
            let q = layers.fixed_point().unwrap_or(q);
            let d = 1.0 - layers.correlation_fixed_point(q);
            d / (layers.chi(q) - 1.0)
        };
        assert_relative_eq!(ratio(1e-6), ratio(1e-4), max_relative = 1e-2);
        assert_relative_eq!(ratio(1e-6), ratio(1e-5), max_relative = 1e-3);
    }

    #[test]
    fn a_closure_forgets_like_the_activation_that_it_is() {
        let own = OwnActivation::new(libm::tanh, |z| 1.0 - libm::tanh(z).powi(2));
        let layers = MeanField {
            activation: &own,
            weight: 3.0,
            bias: 0.05,
        };
        let known = of(Activation::Tanh, 3.0, 0.05);
        let q = known.fixed_point().expect("tanh saturates");
        let (ours, theirs) = (
            layers.correlation_fixed_point(q),
            known.correlation_fixed_point(q),
        );
        assert_relative_eq!(ours, theirs, epsilon = 1e-10);
    }

    #[test]
    #[should_panic(expected = "the layers do not rest at the variance 2e0: they make")]
    fn a_correlation_without_a_resting_variance_is_refused() {
        let _ = of(Activation::Tanh, 3.0, 0.05).correlation_fixed_point(2.0);
    }

    #[test]
    #[should_panic(expected = "makes inf of the variance 1e200: there is no correlation then")]
    fn a_variance_that_overflows_is_refused() {
        let _ = of(Activation::ReluSquared, 1.0, 0.0).step_of_pair((1e200, 0.3));
    }

    #[test]
    #[should_panic(expected = "between −1 and 1, but is NaN")]
    fn a_correlation_that_is_no_number_is_refused() {
        let _ = of(Activation::Tanh, 0.0, 0.0).step_of_pair((1.0, f64::NAN));
    }

    #[test]
    fn a_signal_that_is_gone_keeps_its_correlation() {
        let gone = of(Activation::Tanh, 0.0, 0.0);
        assert_eq!(gone.step_of_pair((1.0, 0.3)), (0.0, 0.3));
    }
}
