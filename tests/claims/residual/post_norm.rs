//! A normalization behind the sum: its gradient, and DeepNorm's two factors.

use unit_variance::Activation;
use unit_variance::evidence::{Exactness, largest};
use unit_variance::probability::gaussian_density;
use unit_variance::theory::{DeepNorm, PostNorm};

use crate::harness::{Report, half_digits};

/// `E f(Z)`, each half by Simpson's rule: a kink at 0 does no harm.
fn expectation(f: impl Fn(f64) -> f64) -> f64 {
    const INTERVALS: i32 = 4_000;
    let step = 12.0 / f64::from(INTERVALS);
    let term = |i: i32| {
        let weight = match i {
            0 | INTERVALS => 1.0,
            i if i % 2 == 1 => 4.0,
            _ => 2.0,
        };
        // At the kink, the limit from each side.
        let z = (step * f64::from(i)).max(1e-300);
        weight * gaussian_density(z) * (f(z) + f(-z))
    };
    step / 3.0 * (0..=INTERVALS).map(term).sum::<f64>()
}

/// `(1 + χ)/2` by its definition, with a power of `χ`.
fn factor(phi: Activation, share: f64) -> f64 {
    let slopes = expectation(|z| phi.slope(z).powi(2));
    let values = expectation(|z| phi.value(z).powi(2));
    1.0 + share * (slopes / values - 1.0)
}

#[test]
fn relu_keeps_the_gradient_behind_a_normalized_sum() -> Report {
    claim!(
        "residual.post-norm",
        r"Let $\chi = \mathbb{E}\,\varphi'(Z)^2/\mathbb{E}\,\varphi(Z)^2$ with $Z \sim \mathcal{N}(0, 1)$. The factor
        *$(1 + \chi)/2$*, by which a wide block with the normalization behind the sum multiplies the mean square of
        the gradient, is *one* for ReLU and for leaky ReLU of *any* slope, *$1.09$* for tanh, *$1.04$* for GELU,
        *$0.66$* for softplus and *$0.58$* for the sigmoid.",
        || {
            let slopes = [0.01, 0.2, 0.5, 0.9, -0.3];
            let leaky = slopes.map(|slope| Activation::LeakyRelu { slope });
            let printed = [
                (Activation::Tanh, "1.09"),
                (Activation::Gelu, "1.04"),
                (Activation::Softplus, "0.66"),
                (Activation::Sigmoid, "0.58"),
            ];
            for (phi, _) in printed {
                let library = PostNorm {
                    activation: phi,
                    branch_energy: 1.0,
                };
                assert!((library.gradient_factor() - factor(phi, 0.5)).abs() < 1e-9);
            }
            let off = |ones: &[Activation], of: &dyn Fn(Activation) -> f64| {
                let ones = ones.iter().map(|phi| (of(*phi) - 1.0).abs() / 1e-9);
                let printed = printed.map(|(phi, said)| half_digits(of(phi), said));
                largest(ones.chain(printed))
            };
            let mut homogeneous = vec![Activation::Relu];
            homogeneous.extend(leaky);
            Exactness::of(
                "largest distance from the sentence, in half digits, and from one, in 10⁻⁹",
                10,
            )
            .within(1.0)
            .proved_beyond("any", "slopes of 0.01, 0.2, 0.5, 0.9 and −0.3")
            .holds_for(
                "quadrature of its own",
                off(&homogeneous, &|phi| factor(phi, 0.5)),
            )
            .foil(
                "χ alone, as without a skip",
                off(&homogeneous, &|phi| factor(phi, 1.0)),
            )
            .attacks(&[r"$(1 + \chi)/2$", "$1.09$", "$1.04$", "$0.66$", "$0.58$"])
            .foil(
                "ELU among them",
                off(&[Activation::Elu], &|phi| factor(phi, 0.5)),
            )
            .attacks(&["one", "any"])
            .judge()
        },
    )
}

#[test]
fn the_two_factors_of_deep_norm_belong_together() -> Report {
    claim!(
        "residual.deepnorm",
        r"For a single stack of *any* number $N$ of layers, DeepNorm's $\alpha = (2N)^{1/4}$ and *$\beta =
        (8N)^{-1/4}$* have *$\alpha\beta = 1/\sqrt2$* and *$4N\beta^2/\alpha^2 = 1$*. A branch of two matrices with
        *ReLU* units or none between them and without biases, which keeps the mean square before both matrices are
        multiplied by $\beta$, starts with *$(8N)^{-1}(2N)^{-1/2}$* of the mean square of the skip $\alpha h$. For a
        decoder of $M$ layers that reads an encoder, $\alpha = (3M)^{1/4}$ and $\beta = (12M)^{-1/4}$ have
        $\alpha\beta = 1/\sqrt2$ and *$6M\beta^2/\alpha^2 = 1$*; for that encoder, of $N$ layers, $\alpha =
        0.81\,(N^4M)^{1/16}$ and *$\beta = 0.87\,(N^4M)^{-1/16}$* have $\alpha\beta = 0.7047$.",
        || {
            type Changed = dyn Fn(DeepNorm) -> DeepNorm;
            let off = |single: &Changed, decoder: &Changed, encoder: &Changed, phi: Activation| {
                let cases = (1..=1000_u64).map(|layers| {
                    let n = layers as f64;
                    let identities = |deep: DeepNorm, sublayers: f64| {
                        let DeepNorm { skip, gain } = deep;
                        [
                            skip * gain * 2_f64.sqrt(),
                            2.0 * sublayers * n * (gain / skip).powi(2),
                        ]
                    };
                    let one = single(DeepNorm::single(layers));
                    // What an activation makes of pre-activations that are β times as large, over β.
                    let size = one.gain * one.gain;
                    let moment = |q: f64| phi.second_moment_at(q);
                    let energy = one.branch_energy() * moment(size) / (size * moment(1.0))
                        * (8.0 * n * (2.0 * n).sqrt());
                    let [a, b] = identities(one, 2.0);
                    let [c, d] = identities(decoder(DeepNorm::decoder(layers)), 3.0);
                    let ones = [a, b, c, d, energy].map(|one| (one - 1.0).abs() / 1e-12);
                    let read = encoder(DeepNorm::encoder(layers, 1001 - layers));
                    let product = half_digits(read.skip * read.gain, "0.7047");
                    largest(ones.into_iter().chain([product]))
                });
                largest(cases)
            };
            let same = |deep: DeepNorm| deep;
            let times = |factor: f64| {
                move |deep: DeepNorm| DeepNorm {
                    gain: factor * deep.gain,
                    ..deep
                }
            };
            Exactness::of(
                "largest distance of the identities from one, in 10⁻¹², and of the product, in half digits",
                6_000,
            )
            .within(1.0)
            .proved_beyond("any", "1 to 1000 layers")
            .holds_for(
                "the library's factors",
                largest([Activation::Relu, Activation::Identity].map(|phi| off(&same, &same, &same, phi))),
            )
            .foil("tanh units", off(&same, &same, &same, Activation::Tanh))
            .attacks(&["ReLU"])
            .foil(
                "β taken for a variance",
                off(
                    &|deep| DeepNorm {
                        gain: deep.gain.sqrt(),
                        ..deep
                    },
                    &same,
                    &same,
                    Activation::Relu,
                ),
            )
            .attacks(&[
                r"$\alpha\beta = 1/\sqrt2$",
                r"$\beta = (8N)^{-1/4}$",
                "$(8N)^{-1}(2N)^{-1/2}$",
                "any",
            ])
            .foil(
                "α on the branch in place of the skip",
                off(
                    &|deep| DeepNorm {
                        skip: 1.0 / deep.skip,
                        ..deep
                    },
                    &same,
                    &same,
                    Activation::Relu,
                ),
            )
            .attacks(&[r"$4N\beta^2/\alpha^2 = 1$"])
            .foil(
                "(8M)^(−1/4) in the decoder",
                off(&same, &times(1.5_f64.sqrt().sqrt()), &same, Activation::Relu),
            )
            .attacks(&[r"$6M\beta^2/\alpha^2 = 1$"])
            .foil(
                "1.15 in the encoder, for 0.87",
                off(&same, &same, &times(1.15 / 0.87), Activation::Relu),
            )
            .attacks(&[r"$\beta = 0.87\,(N^4M)^{-1/16}$"])
            .judge()
        },
    )
}
