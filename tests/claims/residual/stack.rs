//! The stream of a stack: its mean and its spread.

use ndarray::{Array2, array};
use unit_variance::evidence::{Exactness, largest};
use unit_variance::theory::ResidualBlock;
use unit_variance::{Activation, Layer, Residual};

use super::{Few, branch, matrices, signs, square, three_points};
use crate::harness::Report;

/// Stacks whose weights have a few values.
#[derive(Clone)]
struct Stacks {
    /// The laws of standardized entries of `U` and of `V`.
    first: Few,
    last: Few,
    /// The variances of the entries, times `n` and times `m`.
    variances: (f64, f64),
    /// Whether `V` is the transpose of `U`, but for its size.
    tied: bool,
    /// Whether the input is chosen when the weights are known.
    chosen: bool,
}

/// Features, units, and the factor of the branch of every block.
type Shape = (usize, usize, &'static [f64]);

impl Stacks {
    fn of(law: Few) -> Self {
        Self {
            first: law.clone(),
            last: law,
            variances: (2.0, 1.0),
            tied: false,
            chosen: false,
        }
    }

    /// Every block with this factor, and its probability.
    fn blocks(&self, n: usize, m: usize, scale: f64) -> Vec<(f64, Residual)> {
        let (first, last) = self.variances;
        let firsts = matrices(&self.first, first / n as f64, (n, m));
        let lasts = matrices(&self.last, last / m as f64, (m, n));
        let block = |first: &Array2<f64>, last: &Array2<f64>| {
            let branch = branch(first.clone(), Activation::Relu, last.clone());
            Residual::new(branch).scaled(scale)
        };
        if self.tied {
            let ratio = (n as f64 / (2.0 * m as f64)).sqrt();
            let tied = |(p, u): &(f64, Array2<f64>)| (*p, block(u, &(u.t().to_owned() * ratio)));
            return firsts.iter().map(tied).collect();
        }
        let pairs = firsts
            .iter()
            .flat_map(|one| lasts.iter().map(move |other| (one, other)));
        pairs
            .map(|((p, first), (q, last))| (p * q, block(first, last)))
            .collect()
    }

    /// `E ‖h_L‖^(2 power) / ‖h_0‖^(2 power)` over all stacks, for some inputs.
    fn moments(&self, (n, m, scales): Shape, power: i32) -> Vec<f64> {
        let blocks: Vec<_> = scales
            .iter()
            .map(|scale| self.blocks(n, m, *scale))
            .collect();
        let inputs = if n == 1 {
            vec![array![[1.5]], array![[-0.5]]]
        } else {
            vec![array![[3.0, -2.0]], array![[0.0, 1.0]], array![[1.0, 1.0]]]
        };
        let ratio = |h: &Array2<f64>, x: &Array2<f64>| (square(h) / square(x)).powi(power);
        if self.chosen {
            // One block, and the input that it makes longest.
            let longest = |(p, block): &(f64, Residual)| {
                p * largest(inputs.iter().map(|x| ratio(&block.forward(x).0, x)))
            };
            return vec![blocks[0].iter().map(longest).sum()];
        }
        let inputs = inputs.iter();
        inputs
            .map(|x| over(&blocks, x, power) / square(x).powi(power))
            .collect()
    }

    /// The largest relative distance of such a moment from what is claimed of a stack.
    fn off(&self, shapes: &[Shape], power: i32, claimed: impl Fn(Shape) -> f64) -> f64 {
        let moments = shapes.iter().flat_map(|shape| {
            let claimed = claimed(*shape);
            let moments = self.moments(*shape, power).into_iter();
            moments.map(move |moment| (moment / claimed - 1.0).abs())
        });
        largest(moments)
    }
}

/// The mean of a power of the squared length behind these blocks, each drawn by itself.
fn over(blocks: &[Vec<(f64, Residual)>], h: &Array2<f64>, power: i32) -> f64 {
    let Some((block, rest)) = blocks.split_first() else {
        return square(h).powi(power);
    };
    let term = |(p, block): &(f64, Residual)| p * over(rest, &block.forward(h).0, power);
    block.iter().map(term).sum()
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one claim with all of its wrong versions"
)]
fn means_of_squares_are_multiplied() -> Report {
    claim!(
        "residual.growth",
        r"Let a stream of *$n$* features pass *$L$* blocks $h + a_\ell\,\mathrm{relu}(hU_\ell)V_\ell$ of *$m$* units,
        without biases and with fixed numbers $a_\ell$. Let all entries of all matrices be *independent* of one
        another, those of $U_\ell$ *symmetric about zero* with variance *$2/n$*, those of $V_\ell$ of *mean zero*
        with variance *$1/m$*. For *any* input that is chosen *before the weights are drawn*, the expectation of
        $\|h_L\|^2$ is *$\|h_0\|^2\prod_\ell (1 + a_\ell^2)$*.",
        || {
            const SHAPES: [Shape; 5] = [
                (1, 1, &[1.0, 0.5, 2.0]),
                (1, 2, &[1.0, 0.75]),
                (2, 1, &[0.5, 1.5]),
                (2, 2, &[0.75]),
                (2, 1, &[1.0]),
            ];
            let off = |stacks: &Stacks, factor: fn(f64) -> f64| {
                // Where the input is chosen for a block, one block is looked at.
                let shapes = if stacks.chosen {
                    &SHAPES[3..]
                } else {
                    &SHAPES[..]
                };
                let claimed = |(_, _, scales): Shape| -> f64 {
                    scales.iter().map(|a| 1.0 + factor(*a)).product()
                };
                stacks.off(shapes, 1, claimed)
            };
            let squared = |a: f64| a * a;
            let skewed = || vec![(0.8, -0.5), (0.2, 2.0)];
            let of_signs = || Stacks::of(signs());
            let right = [
                of_signs(),
                Stacks::of(three_points()),
                Stacks {
                    last: skewed(),
                    ..of_signs()
                },
            ];
            let cases = (right.len() * SHAPES.len()) as u64;
            Exactness::of("largest relative error of an expectation", cases)
                .proved()
                .within(1e-12)
                .proved_beyond("$n$", "1 and 2 features")
                .proved_beyond("$m$", "1 and 2 units")
                .proved_beyond("$L$", "1 to 3 blocks")
                .proved_beyond("any", "two inputs of one number, three of two")
                .holds_for(
                    "all stacks of three laws",
                    largest(right.iter().map(|stacks| off(stacks, squared))),
                )
                .foil(
                    "V the transpose of U",
                    off(
                        &Stacks {
                            tied: true,
                            ..of_signs()
                        },
                        squared,
                    ),
                )
                .attacks(&["independent"])
                .foil(
                    "a skewed U",
                    off(
                        &Stacks {
                            first: skewed(),
                            ..of_signs()
                        },
                        squared,
                    ),
                )
                .attacks(&["symmetric about zero"])
                .foil(
                    "V zero or positive, of the same second moment",
                    off(
                        &Stacks {
                            last: vec![(0.5, 0.0), (0.5, 2_f64.sqrt())],
                            ..of_signs()
                        },
                        squared,
                    ),
                )
                .attacks(&["mean zero"])
                .foil(
                    "U of variance 1/n",
                    off(
                        &Stacks {
                            variances: (1.0, 1.0),
                            ..of_signs()
                        },
                        squared,
                    ),
                )
                .attacks(&["$2/n$"])
                .foil(
                    "V of variance 2/m",
                    off(
                        &Stacks {
                            variances: (2.0, 2.0),
                            ..of_signs()
                        },
                        squared,
                    ),
                )
                .attacks(&["$1/m$"])
                .foil(
                    "the input that a block makes longest",
                    off(
                        &Stacks {
                            chosen: true,
                            ..of_signs()
                        },
                        squared,
                    ),
                )
                .attacks(&["before the weights are drawn"])
                .foil("a for its square", off(&of_signs(), |a| a))
                .attacks(&[r"$\|h_0\|^2\prod_\ell (1 + a_\ell^2)$"])
                .judge()
        },
    )
}

#[test]
fn fourth_powers_are_multiplied_too() -> Report {
    claim!(
        "residual.spread",
        r"Let a stream of *$n$* features pass *$L$* blocks $h + a\,\mathrm{relu}(hU_\ell)V_\ell$ of *$m$* units,
        without biases and with independent *normal* weights of mean zero, of variance $2/n$ in the $U_\ell$ and
        $1/m$ in the $V_\ell$. For an input other than zero that is chosen before the weights are drawn,
        $\mathbb{E}\|h_L\|^4$ is $\|h_0\|^4$ times the $L$-th power of
        *$(1+a^2)^2 + \frac{4a^2}{n} + a^4\big(\frac2n + \frac5m + \frac{10}{nm}\big)$*.",
        || {
            const SHAPES: [Shape; 5] = [
                (1, 1, &[1.0, 1.0, 1.0]),
                (1, 2, &[0.75, 0.75]),
                (2, 1, &[1.5, 1.5]),
                (2, 2, &[1.0]),
                (2, 2, &[0.5]),
            ];
            let off = |stacks: &Stacks, block: &dyn Fn(f64, u64, u64) -> f64| {
                stacks.off(&SHAPES, 2, |(n, m, scales)| {
                    let moment = block(scales[0] * scales[0], n as u64, m as u64);
                    scales.iter().map(|_| moment).product()
                })
            };
            let claimed = |a: f64, n, m| ResidualBlock::new(a, n, m).second_moment();
            let without_product = |a: f64, n, m| claimed(a, n, m) - 4.0 * a / n as f64;
            let as_normal = Stacks::of(three_points());
            Exactness::of("largest relative error of an expectation", SHAPES.len() as u64)
                .proved()
                .within(1e-12)
                .proved_beyond("$n$", "1 and 2 features")
                .proved_beyond("$m$", "1 and 2 units")
                .proved_beyond("$L$", "1 to 3 blocks")
                .holds_for(
                    "all stacks of weights 0 and ±√3, which have the moments of a normal law to the fifth",
                    off(&as_normal, &claimed),
                )
                .foil("weights of ±1", off(&Stacks::of(signs()), &claimed))
                .attacks(&["normal"])
                .foil(
                    "without the product of stream and branch",
                    off(&as_normal, &without_product),
                )
                .attacks(&[
                    r"$(1+a^2)^2 + \frac{4a^2}{n} + a^4\big(\frac2n + \frac5m + \frac{10}{nm}\big)$",
                ])
                .judge()
        },
    )
}
