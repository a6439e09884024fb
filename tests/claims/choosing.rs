//! The claims of the chapter on choosing.

use experiments::choosing::{Adam, expected_loss};
use ndarray::{Array2, ArrayD, Axis};
use unit_variance::evidence::{BinomialShare, Check, ChiSquareMean, Exactness, largest};
use unit_variance::initializer::Normal;
use unit_variance::probability::{StreamRng, gaussian_cdf, gaussian_expectation};
use unit_variance::theory::{MeanField, ReluProduct};
use unit_variance::{
    Activation, BatchNorm, Chain, Dense, Initializer, Law, Layer, LayerNorm, Loss, Moments,
    Network, Residual, Streams, VarianceScaling,
};

use crate::harness::{Report, half_digits};

#[test]
fn the_gain_of_a_relu_is_not_that_of_its_smooth_kin() -> Report {
    claim!(
        "choosing.relu-gain",
        r"In an infinitely wide network without biases whose weights have the variance of a ReLU's, *$2/n$*, twenty layers
        take pre-activations of second moment one to *$3.2 \cdot 10^{-5}$* with GELU, to *$3.5 \cdot 10^{-6}$* with SiLU
        and to *$11.6$* with ELU.",
        || {
            let printed = [
                (Activation::Gelu, "3.2e-5"),
                (Activation::Silu, "3.5e-6"),
                (Activation::Elu, "11.6"),
            ];
            let farthest = |after: &dyn Fn(Activation) -> f64| {
                let errors = printed.map(|(phi, digits)| half_digits(after(phi), digits));
                largest(errors)
            };
            let through = |phi: Activation, scale: f64| {
                let field = MeanField::with_gain(phi, scale.sqrt());
                field.iterate(1.0).nth(20).expect("it goes on")
            };
            Exactness::of("largest error, in half digits", printed.len() as u64)
                .within(1.0)
                .holds_for("the recursion", farthest(&|phi| through(phi, 2.0)))
                .finds("GELU", through(Activation::Gelu, 2.0))
                .finds("SiLU", through(Activation::Silu, 2.0))
                .finds("ELU", through(Activation::Elu, 2.0))
                .foil(
                    "the factor of the first layer, to the twentieth power",
                    farthest(&|phi| MeanField::with_gain(phi, 2.0_f64.sqrt()).step(1.0).powi(20)),
                )
                .attacks(&[r"$3.2 \cdot 10^{-5}$", r"$3.5 \cdot 10^{-6}$", "$11.6$"])
                .foil(
                    "the gain of each activation",
                    farthest(&|phi| through(phi, phi.gain().powi(2))),
                )
                .attacks(&["$2/n$"])
                .foil(
                    "the gain taken for the scale",
                    farthest(&|phi| through(phi, 2.0_f64.sqrt())),
                )
                .attacks(&["$2/n$"])
                .judge()
        },
    )
}

#[test]
fn a_fresh_classifier_loses_little_more_than_a_guess() -> Report {
    claim!(
        "choosing.loss",
        r"If the $C$ logits of a classifier are normal numbers of one mean and variance $s^2$, *independent* of each
        other and of the label, the expected cross-entropy exceeds $\ln C$ by at most *$\frac12 s^2(1 - 1/C)$*, and
        by *nine tenths* of that or more as long as *$s^2 \le \frac13$*: for *$C$ from $2$ to $1000$*.",
        || {
            const CLASSES: [usize; 6] = [2, 3, 5, 10, 100, 1000];
            let variances = [0.01, 1.0 / 12.0, 0.2, 1.0 / 3.0, 1.0, 2.0, 10.0];
            let losses = variances.map(|variance| expected_loss(&CLASSES, variance));
            // How many excesses are not between so much of a formula and all of it.
            let outside = |formula: &dyn Fn(f64, f64) -> f64, share: f64, up_to: f64, kept: f64| {
                let of_variance = |i: usize| {
                    let variance: f64 = variances[i];
                    let cases = CLASSES.iter().zip(&losses[i]);
                    cases.filter(move |(classes, loss)| {
                        let classes = **classes as f64;
                        let excess = kept * (**loss - libm::log(classes));
                        let most = formula(classes, variance);
                        excess > most * (1.0 + 1e-9) || (variance <= up_to && excess < share * most)
                    })
                };
                (0..variances.len())
                    .map(|i| of_variance(i).count())
                    .sum::<usize>() as f64
            };
            let stated = |classes: f64, variance: f64| variance * (1.0 - 1.0 / classes) / 2.0;
            let within = |formula: &dyn Fn(f64, f64) -> f64| outside(formula, 0.9, 1.0 / 3.0, 1.0);
            Exactness::of(
                "excesses that are outside",
                (CLASSES.len() * variances.len()) as u64,
            )
            .within(0.0)
            .over(
                "$C$ from $2$ to $1000$",
                "C = 2, 3, 5, 10, 100 and 1000, with seven variances from 0.01 to 10, four of them up to 1/3",
            )
            .holds_for("by quadrature", within(&stated))
            .foil(
                "the standard deviation for the variance",
                within(&|classes, variance| stated(classes, variance.sqrt())),
            )
            .attacks(&[r"$\frac12 s^2(1 - 1/C)$"])
            .foil(
                "without the 1/C",
                within(&|_, variance| variance / 2.0),
            )
            .attacks(&[r"$\frac12 s^2(1 - 1/C)$"])
            .foil(
                "without the half",
                within(&|classes, variance| 2.0 * stated(classes, variance)),
            )
            .attacks(&[r"$\frac12 s^2(1 - 1/C)$"])
            .foil(
                "more than 99 percent",
                outside(&stated, 0.99, 1.0 / 3.0, 1.0),
            )
            .attacks(&["nine tenths"])
            .foil("every variance", outside(&stated, 0.9, f64::INFINITY, 1.0))
            .attacks(&[r"$s^2 \le \frac13$"])
            .foil("one number for all logits", outside(&stated, 0.9, 1.0 / 3.0, 0.0))
            .attacks(&["independent"])
            .judge()
        },
    )
}

/// Rows of the batch, and the bias of the units.
struct Batch {
    rows: Array2<f64>,
    bias: f64,
}

/// `√cosine e₀ + √(1 − cosine) e_b`: every two of them have this cosine.
fn batch(inputs: usize, cosine: f64, bias: f64) -> Batch {
    let rows = Array2::from_shape_fn((inputs, inputs + 1), |(row, column)| {
        if column == 0 {
            cosine.sqrt()
        } else if column == row + 1 {
            (1.0 - cosine).sqrt()
        } else {
            0.0
        }
    });
    Batch { rows, bias }
}

#[test]
fn a_unit_is_off_on_a_whole_batch_more_often_than_coins_say() -> Report {
    claim!(
        "choosing.off",
        r"A ReLU unit with independent normal weights of mean zero and one variance, and with *no bias*, is off at all
        of $B$ inputs, every two of which have *a cosine of one half*, with probability *$1/(B+1)$*.",
        |streams| {
            const INPUTS: usize = 7;
            const POWER: i32 = 7;
            const UNITS: usize = 40_000;
            // With this bias a unit is off where its sum is below one half.
            let below = gaussian_expectation(
                |z| gaussian_cdf(0.5 * 2.0_f64.sqrt() - z).powi(POWER),
                1.0,
                &[],
            );
            let share = |p: f64| BinomialShare::new(UNITS as u64, p);
            Check::of(
                "share of units that are off at seven inputs",
                UNITS as u64,
                |batch: &Batch, rng: &mut StreamRng| {
                    let weight = Normal::new(0.0, 1.0).sample((INPUTS + 1, UNITS), rng);
                    let mut layer = Dense::new(weight, Activation::Relu);
                    layer.bias.fill(batch.bias);
                    let outputs = layer.forward(&batch.rows).activation;
                    let units = outputs.axis_iter(Axis(1));
                    let off = units.filter(|unit| unit.iter().all(|h| *h == 0.0));
                    off.count() as f64 / UNITS as f64
                },
            )
            .null(share(1.0 / 8.0))
            .holds_for("a cosine of one half", batch(INPUTS, 0.5, 0.0))
            .foil(
                "orthogonal inputs",
                batch(INPUTS, 0.0, 0.0),
                share(0.5_f64.powi(POWER)),
            )
            .attacks(&["a cosine of one half", "$1/(B+1)$"])
            .foil(
                "one input, seven times",
                batch(INPUTS, 1.0, 0.0),
                share(0.5),
            )
            .attacks(&["a cosine of one half"])
            .foil("a bias of −1/2", batch(INPUTS, 0.5, -0.5), share(below))
            .attacks(&["no bias"])
            .judge(streams)
        },
    )
}

#[test]
fn adams_first_step_does_not_ask_how_large_the_gradient_is() -> Report {
    claim!(
        "choosing.adam",
        r"With running means that start at zero, and *both means corrected* before $\varepsilon$ is added, Adam's
        first step on a weight with gradient $g$ has size *$\eta\,|g|/(|g| + \varepsilon)$*, *whatever $\beta_1$
        and $\beta_2$* below one: at least $0.99\,\eta$ if $|g| \ge 99\,\varepsilon$.",
        || {
            let mut adams = Vec::new();
            for (beta1, beta2) in [
                (0.0, 0.9),
                (0.9, 0.999),
                (0.9, 0.95),
                (0.5, 0.99),
                (0.99, 0.9999),
            ] {
                for (rate, epsilon) in [(1e-3, 1e-8), (0.1, 1e-7), (3e-4, 1e-4)] {
                    let corrected = true;
                    adams.push(Adam {
                        rate,
                        beta1,
                        beta2,
                        epsilon,
                        corrected,
                    });
                }
            }
            let gradients: Vec<f64> = (-24..=8)
                .flat_map(|half| {
                    let size = libm::pow(10.0, f64::from(half) / 2.0);
                    [size, -size]
                })
                .collect();
            let cases = (adams.len() * gradients.len()) as u64;
            let farthest = |first: &dyn Fn(Adam, f64) -> f64| {
                let errors = adams.iter().flat_map(|adam| {
                    gradients.iter().map(|gradient| {
                        let size = gradient.abs();
                        let stated = adam.rate * size / (size + adam.epsilon);
                        let step = -first(*adam, *gradient) * gradient.signum();
                        (step / stated - 1.0).abs()
                    })
                });
                largest(errors)
            };
            Exactness::of("largest relative error of a first step", cases)
                .proved()
                .within(1e-11)
                .proved_beyond(
                    r"whatever $\beta_1$ and $\beta_2$",
                    "five pairs of them, three of a rate and an ε, and gradients of both signs from 10⁻¹² to 10⁴",
                )
                .holds_for("Adam", farthest(&|adam, g| adam.steps(&[g])[0]))
                .foil(
                    "without the correction",
                    farthest(&|adam, g| Adam { corrected: false, ..adam }.steps(&[g])[0]),
                )
                .attacks(&["both means corrected", r"whatever $\beta_1$ and $\beta_2$"])
                .foil("gradient descent: η g", farthest(&|adam, g| -adam.rate * g))
                .attacks(&[r"$\eta\,|g|/(|g| + \varepsilon)$"])
                .foil(
                    "ε below the root",
                    farthest(&|adam, g| -adam.rate * g / (g * g + adam.epsilon).sqrt()),
                )
                .attacks(&[r"$\eta\,|g|/(|g| + \varepsilon)$"])
                .judge()
        },
    )
}

/// A linear layer, and perhaps a batch normalization behind it.
struct Normalized {
    epsilon: f64,
    training: bool,
    /// Whether there is a normalization at all.
    norm: bool,
    /// What the gradient of the weights is multiplied by before it is compared, as a power of `c`.
    power: i32,
}

impl Normalized {
    fn stated() -> Self {
        Self {
            epsilon: 0.0,
            training: true,
            norm: true,
            power: 1,
        }
    }

    /// The output, the gradient of the input and that of the weights, for weights that are multiplied by `c`.
    fn pass(&self, c: f64, case: u64) -> [ArrayD<f64>; 3] {
        let streams = Streams::new(case);
        let draw = |name: &str, shape: (usize, usize)| -> Array2<f64> {
            Normal::new(0.0, 1.0).sample(shape, &mut streams.stream(name))
        };
        let (inputs, outputs, rows) = (2 + case as usize % 7, 1 + case as usize % 5, 8);
        let layer = Dense::new(c * draw("weights", (inputs, outputs)), Activation::Identity);
        let mut chain = Chain::default().then(layer);
        if self.norm {
            chain = chain.then(BatchNorm::new(outputs).with_epsilon(self.epsilon));
        }
        chain.set_training(self.training);
        let (y, cache) = Layer::forward(&chain, &draw("inputs", (rows, inputs)));
        let pullback = chain.backward(&cache, &draw("cotangent", (rows, outputs)));
        let weights = c.powi(self.power) * &pullback.parameters[0];
        [y.into_dyn(), pullback.input.into_dyn(), weights]
    }

    /// The largest change of an entry, over the largest entry.
    fn change(&self, factors: &[f64], cases: u64) -> f64 {
        let size = |x: &ArrayD<f64>| largest(x.iter().map(|x| x.abs()));
        let of_case = |case: u64| {
            let before = self.pass(1.0, case);
            let changes = factors.iter().flat_map(|c| {
                let after = self.pass(*c, case);
                let pairs = before
                    .iter()
                    .zip(after)
                    .map(|(before, after)| size(&(after - before)) / size(before));
                pairs.collect::<Vec<f64>>()
            });
            largest(changes)
        };
        largest((0..cases).map(of_case))
    }
}

#[test]
fn before_a_batch_normalization_the_scale_of_weights_is_a_rate() -> Report {
    claim!(
        "choosing.batch-norm",
        r"A batch normalization *in training*, with *$\varepsilon = 0$*, takes the output of a linear layer
        without biases, which goes nowhere else, and no unit is constant over the batch. Multiply the layer's
        weights by *any $c$* from $\frac1{1000}$ to $1000$: the output of the normalization and the gradient of
        the layer's input *stay*, and the gradient of its weights is *divided by $c$*, up to rounding.",
        || {
            const CASES: u64 = 40;
            let factors = [0.001, 1.0 / 64.0, 0.3, 2.0, 7.0, 1000.0];
            let change = |pass: &Normalized| pass.change(&factors, CASES);
            let stated = Normalized::stated;
            Exactness::of(
                "largest change, over the largest entry",
                CASES * factors.len() as u64,
            )
            .proved()
            .within(1e-9)
            .proved_beyond(
                "any $c$",
                "six of them from 1/1000 to 1000, with forty layers",
            )
            .holds_for("as stated", change(&stated()))
            .foil(
                "ε = 10⁻⁵",
                change(&Normalized {
                    epsilon: 1e-5,
                    ..stated()
                }),
            )
            .attacks(&[r"$\varepsilon = 0$"])
            .foil(
                "after training",
                change(&Normalized {
                    training: false,
                    ..stated()
                }),
            )
            .attacks(&["in training"])
            .foil(
                "no normalization",
                change(&Normalized {
                    norm: false,
                    power: 0,
                    ..stated()
                }),
            )
            .attacks(&["stay"])
            .foil(
                "the gradient stays, too",
                change(&Normalized {
                    power: 0,
                    ..stated()
                }),
            )
            .attacks(&["divided by $c$"])
            .foil(
                "divided by c²",
                change(&Normalized {
                    power: 2,
                    ..stated()
                }),
            )
            .attacks(&["divided by $c$"])
            .judge()
        },
    )
}

/// What the branches of a residual stream are multiplied by, and whether each normalizes what it reads.
struct Stream {
    scale: f64,
    norm: bool,
}

#[test]
fn a_normalized_branch_does_not_normalize_the_stream() -> Report {
    claim!(
        "choosing.stream",
        r"A stream of independent standard normal numbers passes *twenty-four* branches, each of which *normalizes* what
        it reads to mean square one, applies independent normal weights of mean zero and variance $1/n$, and adds the
        result to the stream, multiplied by *$1/\sqrt{24}$*. The stream's expected mean square is *two* at the end; without the factor it is *$25$*.",
        |streams| {
            const FEATURES: usize = 16;
            const NETWORKS: usize = 600;
            const BRANCHES: u32 = 24;
            let numbers = (FEATURES * NETWORKS) as u64;
            let fair = f64::from(BRANCHES).sqrt().recip();
            Check::of(
                "mean square of the stream at the end, over 2",
                numbers,
                |stream: &Stream, rng: &mut StreamRng| {
                    let lecun = VarianceScaling::lecun(Law::Normal);
                    let ends = (0..NETWORKS).flat_map(|_| {
                        let mut h = Normal::new(0.0, 1.0).sample((1, FEATURES), rng);
                        for _ in 0..BRANCHES {
                            let weight = lecun.sample((FEATURES, FEATURES), rng);
                            let linear = Dense::new(weight, Activation::Identity);
                            let mut branch = Chain::default();
                            if stream.norm {
                                branch = branch.then(LayerNorm::new(FEATURES).with_epsilon(0.0));
                            }
                            let block = Residual::new(branch.then(linear)).scaled(stream.scale);
                            h = block.forward(&h).0;
                        }
                        h
                    });
                    ends.collect::<Moments>().second_moment() / 2.0
                },
            )
            .null(ChiSquareMean::new(numbers))
            .without_resolution()
            .holds_for("a factor of 1/√24", Stream { scale: fair, norm: true })
            .foil_scaled("no factor", Stream { scale: 1.0, norm: true }, 12.5)
            .attacks(&[r"$1/\sqrt{24}$", "two"])
            .foil_scaled(
                "1/√12, for twelve blocks of two branches",
                Stream { scale: 2.0_f64.sqrt() * fair, norm: true },
                1.5,
            )
            .attacks(&[r"$1/\sqrt{24}$", "twenty-four"])
            .foil_scaled(
                "1/24, for the root",
                Stream { scale: fair * fair, norm: true },
                f64::midpoint(1.0, 1.0 / 24.0),
            )
            .attacks(&["two", "$25$"])
            .foil_executed_only(
                "branches that read the stream as it is",
                Stream { scale: fair, norm: false },
                "the branches of such a stream grow with it, and the law of their product has no closed form here",
            )
            .attacks(&["normalizes"])
            .judge(streams)
        },
    )
}

/// Whether the first step moves the first matrix, and the second.
fn moved(first: f64, second: f64, case: u64) -> (bool, bool) {
    let streams = Streams::new(case);
    let rank = 1 + case as usize % 4;
    let (inputs, outputs) = (1 + case as usize % 6, 1 + case as usize % 5);
    let draw = |name: &str, scale: f64, shape: (usize, usize)| -> Array2<f64> {
        scale * Normal::new(0.0, 1.0).sample(shape, &mut streams.stream(name))
    };
    let layer =
        |name: &str, scale: f64, shape| Dense::new(draw(name, scale, shape), Activation::Identity);
    let network = Network {
        layers: vec![
            layer("first", first, (inputs, rank)),
            layer("second", second, (rank, outputs)),
        ],
    };
    let targets = draw("targets", 1.0, (3, outputs));
    let gradients = network.gradients(
        &draw("inputs", 1.0, (3, inputs)),
        &Loss::SumOfSquares { targets },
    );
    let moves = |l: usize| gradients.layers[l].weight.iter().any(|g| *g != 0.0);
    (moves(0), moves(1))
}

#[test]
fn of_two_matrices_in_a_row_one_may_be_zero() -> Report {
    claim!(
        "choosing.lora",
        r"In a product of two matrices with *no activation* between them, *a random first* matrix, which meets the
        input, and a second of zeros, the first step of gradient descent on the loss can move the second
        *alone*. From two matrices of zeros *it moves neither*.",
        || {
            const CASES: u64 = 120;
            // How many cases are not as stated, from these scales of the two matrices, and from those.
            let exceptions = |one_zero: (f64, f64), both_zero: (f64, f64)| {
                let wrong = |case: u64| {
                    moved(one_zero.0, one_zero.1, case) != (false, true)
                        || moved(both_zero.0, both_zero.1, case) != (false, false)
                };
                (0..CASES).filter(|case| wrong(*case)).count() as f64
            };
            Exactness::of("exceptions", CASES)
                .proved()
                .within(0.0)
                .holds_for("as stated", exceptions((1.0, 0.0), (0.0, 0.0)))
                .foil("two random matrices", exceptions((1.0, 1.0), (0.0, 0.0)))
                .attacks(&["alone"])
                .foil(
                    "a first of zeros, a random second",
                    exceptions((0.0, 1.0), (0.0, 0.0)),
                )
                .attacks(&["a random first"])
                .foil(
                    "one of the two is not zero",
                    exceptions((1.0, 0.0), (1e-3, 0.0)),
                )
                .attacks(&["it moves neither"])
                .foil("a sigmoid between the two", sigmoid_between(CASES))
                .attacks(&["no activation"])
                .judge()
        },
    )
}

/// In how many cases two matrices of zeros move, or not the second alone, with sigmoids between them.
fn sigmoid_between(cases: u64) -> f64 {
    let moves = |case: u64| {
        let streams = Streams::new(case);
        let draw = |name: &str| -> Array2<f64> {
            Normal::new(0.0, 1.0).sample((3, 2), &mut streams.stream(name))
        };
        let network = Network {
            layers: vec![
                Dense::new(Array2::zeros((2, 4)), Activation::Sigmoid),
                Dense::new(Array2::zeros((4, 2)), Activation::Identity),
            ],
        };
        let targets = draw("targets");
        let gradients = network.gradients(&draw("inputs"), &Loss::SumOfSquares { targets });
        gradients.layers[1].weight.iter().any(|g| *g != 0.0)
    };
    (0..cases).filter(|case| moves(*case)).count() as f64
}

#[test]
fn nineteen_networks_of_twenty_are_in_the_band() -> Report {
    claim!(
        "choosing.band",
        r"After $L$ ReLU layers of $n$ units with normal He weights and without biases, the mean square of one signal,
        over that of its input, lies within a factor of *$e^{\pm 2\sqrt{5L/n}}$* of *$e^{-5L/(2n)}$* in *94 to 96
        percent* of the networks in which no layer is dead: for *widths from $64$ to $512$ and up to fifty layers*.",
        || {
            let cases = || {
                let widths = [64_u64, 128, 256, 512].into_iter();
                widths.flat_map(|width| [2_u32, 10, 25, 50].map(|layers| (width, layers)))
            };
            let laws: Vec<(f64, ReluProduct)> = cases()
                .map(|(width, layers)| {
                    let ratio = f64::from(layers) / width as f64;
                    (ratio, ReluProduct::new(width, layers))
                })
                .collect();
            let farthest = |middle: f64, reach: &dyn Fn(f64) -> f64| {
                let distance = |(ratio, law): &(f64, ReluProduct)| {
                    let (middle, reach) = (middle * ratio, reach(*ratio));
                    let inside =
                        law.cdf(libm::exp(middle + reach)) - law.cdf(libm::exp(middle - reach));
                    (inside - 0.95).abs()
                };
                largest(laws.iter().map(distance))
            };
            let two_sigmas = |ratio: f64| 2.0 * (5.0 * ratio).sqrt();
            Exactness::of("largest distance of a share from 0.95", laws.len() as u64)
                .within(0.01)
                .over(
                    "widths from $64$ to $512$ and up to fifty layers",
                    "64, 128, 256 and 512 units with 2, 10, 25 and 50 layers",
                )
                .holds_for("by the exact law", farthest(-2.5, &two_sigmas))
                .foil("around one", farthest(0.0, &two_sigmas))
                .attacks(&["$e^{-5L/(2n)}$"])
                .foil(
                    "one standard deviation, as for the rms",
                    farthest(-2.5, &|ratio| 0.5 * two_sigmas(ratio)),
                )
                .attacks(&[r"$e^{\pm 2\sqrt{5L/n}}$", "94 to 96 percent"])
                .foil(
                    "2/n for the variance of a factor, as in a linear layer",
                    farthest(-2.5, &|ratio| 2.0 * (2.0 * ratio).sqrt()),
                )
                .attacks(&[r"$e^{\pm 2\sqrt{5L/n}}$"])
                .judge()
        },
    )
}
