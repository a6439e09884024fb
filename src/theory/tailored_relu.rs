//! The slope of a leaky ReLU for which a deep network forgets so much and no more.
//!
//! A leaky ReLU with slope `a` whose weights keep the variance takes a correlation `c` to
//!
//! ```text
//! c' = c + λ (κ(c) − c) ,   λ = (1 − a)² / (1 + a²) ,
//! ```
//!
//! a ReLU's step, shortened. Since `κ(c) ≥ c` and `c'` rises with `c` and with `λ`, the correlation behind `L` layers falls as `a` rises
//! from 0 to 1, and one `a` gives any value in between.[^tat]
//!
//! [^tat]: G. Zhang, A. Botev, J. Martens (2022). [*Deep Learning without Shortcuts: Shaping the Kernel with Tailored Rectifiers*](https://arxiv.org/abs/2203.08120). ICLR.

use super::mean_field::MeanField;
use super::roots::bisected;
use crate::activation::Activation;

/// The correlation of two inputs of correlation `start` behind this many leaky ReLU layers that keep the variance.
///
/// ```
/// use unit_variance::theory::leaky_correlation;
///
/// // Two inputs at a right angle, behind fifty layers
/// let [relu, leaky, straight] = [0.0, 0.5, 1.0].map(|slope| leaky_correlation(slope, 0.0, 50));
/// assert!((relu - 0.987_862).abs() < 1e-6 && (leaky - 0.849_439).abs() < 1e-6);
/// assert_eq!(straight, 0.0);
/// ```
///
/// # Panics
///
/// If the correlation is not between −1 and 1, or the slope is infinite or NaN.
#[track_caller]
pub fn leaky_correlation(slope: f64, start: f64, depth: u32) -> f64 {
    assert!(slope.is_finite(), "a slope must be finite, but is {slope}");
    // Units of the slope 1/a are the same, mirrored and scaled, and λ is.
    let slope = if slope.abs() > 1e150 {
        slope.recip()
    } else {
        slope
    };
    let activation = Activation::LeakyRelu { slope };
    let layers = MeanField::with_gain(activation, activation.gain());
    let mut pairs = layers.iterate_pair((1.0, start));
    pairs.nth(depth as usize).expect("no end").1
}

/// The slope from 0 to 1 for which two inputs at a right angle have this correlation behind so many layers; `None` if the ReLU itself
/// leaves less than that.
///
/// ```
/// use unit_variance::theory::{leaky_correlation, tailored_slope};
///
/// let slope = tailored_slope(50, 0.9).expect("fifty layers forget more");
/// assert!((slope - 0.430_522_948_502_402_6).abs() < 1e-12);
/// assert!((leaky_correlation(slope, 0.0, 50) - 0.9).abs() < 1e-13);
/// // Ten ReLU layers take a right angle only to a correlation of 0.87.
/// assert_eq!(tailored_slope(10, 0.9), None);
/// ```
///
/// # Panics
///
/// If there are no layers, or the correlation is not strictly between 0 and 1.
#[track_caller]
pub fn tailored_slope(depth: u32, correlation: f64) -> Option<f64> {
    assert!(
        depth > 0 && 0.0 < correlation && correlation < 1.0,
        "layers, and a correlation between 0 and 1, are needed, but there are {depth} layers, and {correlation}"
    );
    let excess = |slope: f64| leaky_correlation(slope, 0.0, depth) - correlation;
    (excess(0.0) >= 0.0).then(|| bisected(excess, 0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn slopes_are_those_of_the_reference() {
        for (depth, correlation, slope) in [
            (20, 0.9, 0.181_380_277_490_384_3),
            (50, 0.9, 0.430_522_948_502_402_7),
            (100, 0.9, 0.570_439_531_058_720_2),
            (50, 0.5, 0.717_937_770_030_874_6),
        ] {
            let ours = tailored_slope(depth, correlation).expect("a slope");
            assert_relative_eq!(ours, slope, epsilon = 1e-11);
        }
    }

    #[test]
    fn a_leaky_step_is_a_shortened_step_of_a_relu() {
        for slope in [0.0, 0.01, 0.2, 0.9, 1.0, -0.4] {
            let share = (1.0 - slope) * (1.0 - slope) / (1.0 + slope * slope);
            for c in [-1.0, -0.3, 0.0, 0.6, 0.99, 1.0] {
                let relu = leaky_correlation(0.0, c, 1);
                let leaky = leaky_correlation(slope, c, 1);
                assert_relative_eq!(leaky, c + share * (relu - c), epsilon = 1e-14);
            }
        }
    }

    #[test]
    fn a_steep_slope_is_a_flat_one_seen_from_the_other_side() {
        for slope in [3.0, 1e100, 1e160, -1e200, f64::MAX] {
            let (steep, flat) = (
                leaky_correlation(slope, 0.1, 20),
                leaky_correlation(1.0 / slope, 0.1, 20),
            );
            assert_relative_eq!(steep, flat, max_relative = 1e-13);
        }
    }

    #[test]
    #[should_panic(expected = "a slope must be finite, but is inf")]
    fn an_infinite_slope_is_refused() {
        let _ = leaky_correlation(f64::INFINITY, 0.0, 3);
    }

    #[test]
    #[should_panic(expected = "but there are 50 layers, and 1")]
    fn a_network_that_forgets_all_is_not_tailored() {
        let _ = tailored_slope(50, 1.0);
    }
}
