//! The gain at which the logarithm of a signal's size walks without drift.

/// `g = exp(1 / (2N))`, for a linear network of width `N`.[^walk]
///
/// With `Var(w) = g² / N` each layer adds `ln g² + ln(χ²_N / N)` to the logarithm of the squared
/// norm, and the mean of the second term is about `−1/N`: the mean square is kept at `g = 1`, the
/// typical size at this `g`.
///
/// ```
/// use unit_variance::initializer::random_walk_gain;
///
/// assert!((random_walk_gain(50) - 0.01_f64.exp()).abs() < 1e-15);
/// ```
///
/// [^walk]: D. Sussillo, L. F. Abbott (2014). [*Random walk initialization for training very deep feedforward networks*](https://arxiv.org/abs/1412.6558), eq. 14.
///
/// # Panics
///
/// If the width is zero.
#[track_caller]
pub fn random_walk_gain(width: usize) -> f64 {
    assert!(width > 0, "a width must be positive, but is 0");
    libm::exp(0.5 / width as f64)
}

/// `g = √2 · exp(1.2 / (max(N, 6) − 2.4))`, for a ReLU network of width `N`, by the authors' fit.
///
/// ```
/// use unit_variance::initializer::random_walk_gain_relu;
///
/// // He's gain, √2 = 1.4142, keeps the mean; the typical net of width 100 wants a little more.
/// assert!((random_walk_gain_relu(100) - 1.4317).abs() < 1e-4);
/// ```
///
/// Source: [`random_walk_gain`]'s, eq. 16.
///
/// # Panics
///
/// If the width is zero.
#[track_caller]
pub fn random_walk_gain_relu(width: usize) -> f64 {
    assert!(width > 0, "a width must be positive, but is 0");
    std::f64::consts::SQRT_2 * libm::exp(1.2 / (width.max(6) as f64 - 2.4))
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use statrs::function::factorial::ln_binomial;
    use statrs::function::gamma::digamma;

    #[test]
    fn the_linear_walk_has_nearly_no_drift() {
        // E ln(χ²_N / N) = ψ(N/2) − ln(N/2), exactly; the next term of its series is 1/(3N²).
        for n in [10, 100, 1000] {
            let half = 0.5 * f64::from(n);
            let drift =
                2.0 * libm::log(random_walk_gain(n as usize)) + digamma(half) - libm::log(half);
            assert_relative_eq!(drift, 0.0, epsilon = 0.34 / f64::from(n * n));
        }
    }

    #[test]
    fn the_fit_is_near_the_gain_without_drift() {
        // E ln(Σ relu(z)² · 2/N) over nets that are alive: K ~ Binomial(N, 1/2) active units, χ²_K.
        for (n, error) in [(10_u64, 5e-3), (100, 5e-4), (300, 2e-4)] {
            let p = |k: u64| libm::exp(ln_binomial(n, k) - n as f64 * libm::log(2.0));
            let drift: f64 = (1..=n)
                .map(|k| p(k) * (digamma(0.5 * k as f64) + libm::log(2.0 / n as f64)))
                .sum::<f64>()
                / (1.0 - p(0));
            let exact = libm::exp(-0.5 * drift);
            assert_relative_eq!(
                random_walk_gain_relu(n as usize),
                exact,
                max_relative = error
            );
        }
    }

    #[test]
    #[should_panic(expected = "a width must be positive")]
    fn a_width_of_zero_is_refused() {
        let _ = random_walk_gain(0);
    }
}
