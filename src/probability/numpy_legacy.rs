//! NumPy's legacy generator, so that a published notebook runs again bit for bit.
//!
//! `np.random.seed(s)` followed by `np.random.normal` is MT19937 seeded by
//! `init_genrand(s)`, 53-bit uniforms, and Marsaglia's polar method, which makes
//! two normals at a time and returns the second one first.

use rand_mt::Mt;
use statrs::function::erf::erfc_inv;

use super::gaussian::gaussian_cdf;

/// NumPy's `np.random.RandomState(seed)`: `standard_normal`, `random_sample`, `uniform`, and SciPy's
/// truncated normal on top of it.
///
/// Not for new experiments (take [`Streams`](super::Streams)): this exists to
/// reproduce numbers that others have printed.
///
/// ```
/// use unit_variance::probability::NumpyLegacy;
///
/// let mut numpy = NumpyLegacy::new(0);
/// assert_eq!(numpy.standard_normal(), 1.764_052_345_967_664);
/// ```
///
/// Source: `numpy/random/src/legacy/legacy-distributions.c`, function `legacy_gauss`.
#[derive(Debug, Clone)]
pub struct NumpyLegacy {
    twister: Mt,
    cached_normal: Option<f64>,
}

impl NumpyLegacy {
    /// `np.random.seed(seed)`.
    pub fn new(seed: u32) -> Self {
        Self {
            twister: Mt::new(seed),
            cached_normal: None,
        }
    }

    /// `np.random.random_sample()`: a multiple of `2⁻⁵³` in `[0, 1)`.
    pub fn random_sample(&mut self) -> f64 {
        let high = f64::from(self.twister.next_u32() >> 5);
        let low = f64::from(self.twister.next_u32() >> 6);
        (high * 67_108_864.0 + low) / 9_007_199_254_740_992.0
    }

    /// `np.random.uniform(low, high)`.
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.random_sample()
    }

    /// `scipy.stats.truncnorm(-cut, cut).rvs()`: the quantile `Φ⁻¹(Φ(−cut) + u (Φ(cut) − Φ(−cut)))`
    /// of one [`random_sample`](Self::random_sample) `u`.
    ///
    /// SciPy goes through logarithms of `Φ`; the two agree to about `10⁻¹⁴`.
    pub fn truncated_normal(&mut self, cut: f64) -> f64 {
        let below = gaussian_cdf(-cut);
        let p = below + self.random_sample() * (gaussian_cdf(cut) - below);
        let z = -std::f64::consts::SQRT_2 * erfc_inv(2.0 * p);
        z.clamp(-cut, cut) // `Φ(−cut)` is 0 from a cut of 39 on
    }

    /// `np.random.standard_normal()`, also called `randn()` and `normal()`.
    pub fn standard_normal(&mut self) -> f64 {
        if let Some(cached) = self.cached_normal.take() {
            return cached;
        }
        loop {
            let x1 = 2.0 * self.random_sample() - 1.0;
            let x2 = 2.0 * self.random_sample() - 1.0;
            let r2 = x1 * x1 + x2 * x2;
            if r2 < 1.0 && r2 != 0.0 {
                let f = (-2.0 * libm::log(r2) / r2).sqrt();
                self.cached_normal = Some(f * x1);
                return f * x2;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probability::Moments;
    use approx::assert_relative_eq;
    use serde_json::Value;

    /// What NumPy 2 prints for these seeds; see `tests/data/README.md`.
    fn fingerprints() -> Value {
        serde_json::from_str(include_str!("../../tests/data/numpy_legacy_stream.json"))
            .expect("the fingerprints are JSON")
    }

    fn floats(value: &Value) -> Vec<f64> {
        value
            .as_array()
            .expect("a list")
            .iter()
            .map(|x| x.as_f64().expect("a number"))
            .collect()
    }

    #[test]
    fn uniforms_are_numpys_bit_for_bit() {
        for seed in [0_u32, 42] {
            let printed = &fingerprints()["seeds"][format!("seed_{seed}")];
            let mut numpy = NumpyLegacy::new(seed);
            let drawn: Vec<f64> = (0..8).map(|_| numpy.random_sample()).collect();
            assert_eq!(drawn, floats(&printed["random_sample_8"]));
            let mut numpy = NumpyLegacy::new(seed);
            let drawn: Vec<f64> = (0..5).map(|_| numpy.uniform(-0.1, 0.1)).collect();
            assert_eq!(drawn, floats(&printed["uniform_m0.1_0.1_5"]));
        }
    }

    #[test]
    fn normals_are_numpys() {
        // NumPy asks the system for logarithms, which differ from ours in the last bit, hence not `==`.
        for seed in [0_u32, 42] {
            let printed = &fingerprints()["seeds"][format!("seed_{seed}")];
            let mut numpy = NumpyLegacy::new(seed);
            for expected in floats(&printed["randn_15"]) {
                assert_relative_eq!(numpy.standard_normal(), expected, max_relative = 1e-14);
            }
            let mut numpy = NumpyLegacy::new(seed);
            let million: Moments = (0..1_000_000).map(|_| numpy.standard_normal()).collect();
            let expected = floats(&printed["randn_1e6_mean_std_sum"]);
            assert_relative_eq!(million.mean(), expected[0], epsilon = 1e-13);
            assert_relative_eq!(million.std_dev(), expected[1], max_relative = 1e-12);
        }
    }

    #[test]
    fn truncated_normals_are_scipys() {
        for (seed, cut) in [(0_u32, 1_u8), (0, 2), (42, 1), (42, 2)] {
            let name = format!("truncnorm_rvs_pm{cut}_8");
            let printed = &fingerprints()["seeds"][format!("seed_{seed}")][name];
            let mut numpy = NumpyLegacy::new(seed);
            for expected in floats(printed) {
                assert_relative_eq!(
                    numpy.truncated_normal(cut.into()),
                    expected,
                    epsilon = 1e-14
                );
            }
        }
    }

    #[test]
    fn the_cached_normal_survives_a_uniform_in_between() {
        for seed in [0_u32, 42] {
            let printed = &fingerprints()["seeds"][format!("seed_{seed}")]["randn3_then_uniform2_then_randn2"];
            let mut numpy = NumpyLegacy::new(seed);
            for expected in floats(&printed[0]) {
                assert_relative_eq!(numpy.standard_normal(), expected, max_relative = 1e-14);
            }
            for expected in floats(&printed[1]) {
                assert_relative_eq!(numpy.random_sample(), expected);
            }
            for expected in floats(&printed[2]) {
                assert_relative_eq!(numpy.standard_normal(), expected, max_relative = 1e-14);
            }
        }
    }
}
