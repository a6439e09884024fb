//! What is left of the five behind orthogonal weights.

use ndarray::Array2;
use rand::RngExt;
use unit_variance::evidence::{Check, KolmogorovDistance, NullLaw, ReluMixture};
use unit_variance::probability::StreamRng;
use unit_variance::{Activation, Dense, Initializer, Orthogonal};

use super::{apart, beta_cdf, foil_at, from_uniform, he, shares, square};
use crate::harness::Report;

/// How the squares of a layer of sixteen units come about.
enum Rotated {
    /// A square orthogonal matrix with this gain, and a ReLU.
    Gain(f64),
    /// Four units behind four inputs, with gain √2, and a ReLU.
    Fewer,
    /// Gaussian weights of variance 2/n, and a ReLU.
    Gaussian,
    /// A square orthogonal matrix of gain √2, and half of the units, chosen beforehand.
    Half,
}

#[test]
fn behind_rotations_three_of_the_five_remain() -> Report {
    claim!(
        "finite-width.two-and-three",
        r"A ReLU layer of *any number* $n$ of units behind $n$ inputs, with an *orthogonal* matrix of Haar's law times
        *$\sqrt2$* for its weights and no biases, multiplies the mean square of *any* input but zero by a factor of
        the law of $2\,\mathrm{Beta}(K/2, (n-K)/2)$, where *$K \sim \mathrm{Bin}(n, \frac12)$* counts the active
        units: zero for $K = 0$ and two for $K = n$.",
        |streams| {
            const UNITS: usize = 16;
            const FEWER: usize = 4;
            const LAYERS: u64 = 9000;
            let (shares, of_fewer) = (shares(UNITS as u64), shares(FEWER as u64));
            let (silent, full) = (shares[0], shares[UNITS]);
            // Of a factor of at most r, but for the atom at two.
            let probability = |shares: &[f64], r: f64| -> f64 {
                let units = shares.len() as u64 - 1;
                let parts = shares.iter().zip(0..units).skip(1);
                let below = parts.map(|(p, k)| p * beta_cdf(k, units - k, r / 2.0));
                shares[0] + below.sum::<f64>()
            };
            let inner = |r: f64| probability(&shares, r);
            let ratios = || (1..2000).map(|i| f64::from(i) / 1000.0);
            let gaussian = ReluMixture::new(UNITS as u64);
            let with_gaussian = apart(inner, |r| gaussian.lower_tail(r), ratios());
            let with_half = apart(inner, |r| beta_cdf(8, 8, r / 2.0), ratios());
            let without_gain = apart(inner, |r| inner(2.0 * r), ratios());
            let with_fewer = apart(inner, |r| probability(&of_fewer, r), ratios());

            let distance = |candidate: &Rotated, rng: &mut StreamRng| {
                let units = match candidate {
                    Rotated::Fewer => FEWER,
                    _ => UNITS,
                };
                let input = Array2::ones((1, units));
                let mut one = || {
                    let shape = (units, units);
                    let weight = match candidate {
                        Rotated::Gain(gain) => Orthogonal::new(*gain).sample(shape, rng),
                        Rotated::Gaussian => he().sample(shape, rng),
                        Rotated::Half | Rotated::Fewer => {
                            Orthogonal::new(2_f64.sqrt()).sample(shape, rng)
                        }
                    };
                    let signal = Dense::new(weight, Activation::Relu).forward(&input);
                    let kept = match candidate {
                        Rotated::Half => square(signal.preactivation.iter().take(UNITS / 2)),
                        _ => square(&signal.activation),
                    };
                    let active = signal.preactivation.iter().filter(|z| **z > 0.0).count();
                    let ratio = kept / units as f64;
                    // The law has two atoms, over which a coin spreads what falls on them.
                    let coin: f64 = rng.random();
                    match (candidate, active) {
                        (Rotated::Half | Rotated::Fewer | Rotated::Gaussian, _) => inner(ratio),
                        (_, 0) => coin * silent,
                        (_, UNITS) => 1.0 - coin * full,
                        _ => inner(ratio),
                    }
                };
                from_uniform((0..LAYERS).map(|_| one()).collect())
            };
            Check::of(
                "distance of the layers' factors from the law",
                LAYERS,
                distance,
            )
            .null(KolmogorovDistance::new(LAYERS))
            .holds_for(
                "square orthogonal weights, gain √2",
                Rotated::Gain(2_f64.sqrt()),
            )
            .proved_beyond("any number", "16 units")
            .proved_beyond("any", "an input of ones")
            .foil(
                "4 units, by the law for 16",
                Rotated::Fewer,
                foil_at(LAYERS, with_fewer),
            )
            .attacks(&["any number"])
            .foil(
                "Gaussian weights",
                Rotated::Gaussian,
                foil_at(LAYERS, with_gaussian),
            )
            .attacks(&["orthogonal"])
            .foil("gain 1", Rotated::Gain(1.0), foil_at(LAYERS, without_gain))
            .attacks(&[r"$\sqrt2$"])
            .foil(
                "half of the units",
                Rotated::Half,
                foil_at(LAYERS, with_half),
            )
            .attacks(&[r"$K \sim \mathrm{Bin}(n, \frac12)$"])
            .judge(streams)
        },
    )
}
