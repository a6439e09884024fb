//! What the branches of a pre-norm transformer add to the stream of its first token.

use ndarray::{Array2, s};
use unit_variance::evidence::{Check, ChiSquareMean, Exactness, largest};
use unit_variance::initializer::Normal;
use unit_variance::matrix::product;
use unit_variance::network::Pointwise;
use unit_variance::probability::{StreamRng, gaussian_density};
use unit_variance::theory::PreNormTransformer;
use unit_variance::{Activation, Attention, Dense, Initializer, Layer, LayerNorm};

use crate::finite_width::square;
use crate::harness::{Report, half_digits};

const FEATURES: usize = 12;
const UNITS: usize = 20;
const TOKENS: usize = 3;
const BLOCKS: usize = 4;

/// `σ` and `s`, as the sentence says.
const READ: f64 = 0.3;
const WRITE: f64 = 0.2;

/// How many transformers are drawn.
const TRANSFORMERS: usize = 600;

/// A transformer, and the token at which one looks.
#[derive(Debug, Clone, Copy)]
struct Looked {
    /// `σ` of the values and of the first feed-forward matrix.
    read: f64,
    /// `s` of the two projections.
    write: f64,
    is_normalized: bool,
    is_causal: bool,
    token: usize,
    /// How many tokens one may choose from, after the values are drawn.
    candidates: usize,
}

const AS_SAID: Looked = Looked {
    read: READ,
    write: WRITE,
    is_normalized: true,
    is_causal: true,
    token: 0,
    candidates: 1,
};

/// How many squares of standard normal numbers a transformer gives.
const SQUARES: usize = BLOCKS * (3 * FEATURES + UNITS);

impl Looked {
    /// What a branch reads.
    fn read_from(self, stream: &Array2<f64>) -> Array2<f64> {
        if self.is_normalized {
            LayerNorm::new(FEATURES).with_epsilon(0.0).forward(stream).0
        } else {
            stream.clone()
        }
    }

    /// The squares of what should be standard normal numbers, all added up: values and what they add, pre-activations and what
    /// these add, along a transformer whose stream begins large.
    fn squares(self, rng: &mut StreamRng) -> f64 {
        let (d, m) = (FEATURES, UNITS);
        let [read, write] = [self.read, self.write].map(|std_dev| Normal::new(0.0, std_dev));
        let of_token = |x: &Array2<f64>| x.slice(s![self.token..=self.token, ..]).to_owned();
        let mut stream = Normal::new(1.0, 3.0).sample((TOKENS, d), rng);
        let mut sum = 0.0;
        for _ in 0..BLOCKS {
            let [query, key, value] = [(); 3].map(|()| read.sample((d, d), rng));
            if self.candidates > 1 {
                let tokens = Normal::new(0.0, 3.0).sample((self.candidates, d), rng);
                let values = product(&self.read_from(&tokens), &value);
                let length = |i: &usize| square(values.row(*i));
                let largest = (0..self.candidates)
                    .max_by(|one, other| length(one).total_cmp(&length(other)))
                    .expect("there are candidates");
                stream.row_mut(0).assign(&tokens.row(largest));
            }
            let x = self.read_from(&stream);
            let attention = Attention::new(query, key, value, write.sample((d, d), rng), 2);
            let attention = if self.is_causal {
                attention.causal()
            } else {
                attention
            };
            let (added, _) = attention.forward(&x);
            let values = square(&product(&of_token(&x), &attention.value));
            sum += values / (READ * READ * d as f64);
            sum += square(&of_token(&added)) / (WRITE * WRITE * values);
            stream += &added;

            let x = self.read_from(&stream);
            let up = Dense::new(read.sample((d, m), rng), Activation::Identity);
            let z = Layer::forward(&up, &x).0;
            let (units, _) = Pointwise(Activation::GeluTanh).forward(&z);
            let added = product(&units, &write.sample((m, d), rng));
            sum += square(&of_token(&z)) / (READ * READ * d as f64);
            sum += square(&of_token(&added)) / (WRITE * WRITE * square(&of_token(&units)));
            stream += &added;
        }
        sum
    }
}

#[test]
fn a_branch_adds_what_does_not_know_the_stream() -> Report {
    claim!(
        "residual.first-token",
        r"Let a transformer's branches read the stream of $d$ features through a LayerNorm of gain *one*, shift zero
        and $\varepsilon = 0$, and let all their weights be independent normal numbers of mean zero, without biases
        and dropout: of variance $s^2$ in the matrix with which a branch writes into the stream, of variance
        $\sigma^2$ in its others. Take the stream of the *first* token under a *causal* mask, in front of *any*
        block, its features not all equal, as fixed *before this block's weights are drawn*. Softmax attention,
        whose heads have $d$ features of values together, adds a vector whose squared length is *$s^2\sigma^2 d$*
        times a product of two independent chi-square variables with $d$ degrees of freedom. The feed-forward branch
        of $m$ units adds one whose squared length is *$s^2$* times $\sum_j \varphi(z_j)^2$ times a chi-square
        variable with $d$ degrees of freedom, where the $z_j$ are $m$ numbers of law $\mathcal{N}(0, \sigma^2 d)$,
        independent of one another and of that variable.",
        |streams| {
            let measured = |looked: &Looked, rng: &mut StreamRng| {
                let sums = (0..TRANSFORMERS).map(|_| looked.squares(rng));
                sums.sum::<f64>() / (TRANSFORMERS * SQUARES) as f64
            };
            let why =
                "what a token sees of several depends on the angles that the weights give them";
            Check::of(
                "mean of the squares of values, pre-activations and additions over their variances",
                (TRANSFORMERS * SQUARES) as u64,
                measured,
            )
            .null_of_n(ChiSquareMean::new)
            .holds_for("the first token of four causal blocks", AS_SAID)
            .proved_beyond(
                "any",
                "four blocks of twelve features, twenty units and two heads",
            )
            .foil_executed_only(
                "the last token of three",
                Looked {
                    token: TOKENS - 1,
                    ..AS_SAID
                },
                why,
            )
            .attacks(&["first"])
            .foil_executed_only(
                "no mask",
                Looked {
                    is_causal: false,
                    ..AS_SAID
                },
                why,
            )
            .attacks(&["causal"])
            .foil_executed_only(
                "branches that read the stream itself",
                Looked {
                    is_normalized: false,
                    ..AS_SAID
                },
                "a product of the lengths of all branches before",
            )
            .attacks(&["any", "one"])
            .foil_scaled(
                "σ and s ten percent larger",
                Looked {
                    read: 1.1 * READ,
                    write: 1.1 * WRITE,
                    ..AS_SAID
                },
                1.21,
            )
            .attacks(&[r"$s^2\sigma^2 d$", "$s^2$"])
            .foil_executed_only(
                "the token of eight whose values are the longest",
                Looked {
                    candidates: 8,
                    ..AS_SAID
                },
                "the largest of correlated chi-square variables",
            )
            .attacks(&["before this block's weights are drawn"])
            .judge(streams)
        },
    )
}

/// `E φ(√q Z)²` by the rule of the trapezoid, to all digits for an analytic `φ`.
fn second_moment(phi: Activation, q: f64) -> f64 {
    let step = 1.0 / 64.0;
    let terms = (-640..=640).map(|i| {
        let z = step * f64::from(i);
        let value = phi.value(q.sqrt() * z);
        value * value * gaussian_density(z)
    });
    step * terms.sum::<f64>()
}

/// The mean square of the first token's stream behind the last block, by the sentence: the factor of the projections'
/// variance is `shared` for so many blocks.
fn stream(layers: f64, width: f64, phi: Activation, shared: f64, attention: f64) -> f64 {
    let sigma = 0.02 * 0.02;
    let q = sigma * width;
    let units = 4.0 * width * second_moment(phi, q);
    0.000_8 + layers * sigma * shared * (attention * width * q + units)
}

#[test]
fn the_factor_takes_the_depth_out() -> Report {
    claim!(
        "residual.gpt2",
        r"In such a transformer with $\sigma = 0.02$, *$s = \sigma/\sqrt{2N}$* for $N$ blocks of *two* branches, $4d$
        *GELU* units in the form with tanh, and a given embedding of mean square $0.0008$ whose features are not all
        equal, the expected mean square of the first token's stream behind the last block, before a final LayerNorm,
        is *$0.113$*, *$0.207$*, *$0.331$* and *$0.530$* for $12$ blocks of $768$ features, $24$ of $1024$, $36$ of
        $1280$ and $48$ of $1600$. At a given $d$ it is *the same for every $N$*. With $s = \sigma$ it is *$2.70$*,
        *$9.91$*, *$23.8$* and *$50.8$*.",
        || {
            let sizes = [
                (12.0, 768.0),
                (24.0, 1024.0),
                (36.0, 1280.0),
                (48.0, 1600.0),
            ];
            let scaled = ["0.113", "0.207", "0.331", "0.530"];
            let plain = ["2.70", "9.91", "23.8", "50.8"];
            let off = |phi: Activation, factor: &dyn Fn(f64) -> f64, attention: f64, own: f64| {
                let of = |(n, d): (f64, f64), shared| stream(n, d, phi, shared, attention);
                let printed = sizes.iter().zip(scaled).zip(plain);
                let printed = printed.flat_map(|((size, scaled), plain)| {
                    [
                        half_digits(of(*size, factor(size.0)), scaled),
                        half_digits(of(*size, own), plain),
                    ]
                });
                // The same for every depth, in units of 10⁻¹².
                let depths = (1..=100).map(|n| {
                    let n = f64::from(n);
                    let (one, many) = (of((1.0, 768.0), factor(1.0)), of((n, 768.0), factor(n)));
                    (many / one - 1.0).abs() / 1e-12
                });
                largest(printed.chain(depths))
            };
            let root = |n: f64| 1.0 / (2.0 * n);
            let gelu = Activation::GeluTanh;
            for ((n, d), blocks) in sizes.iter().zip([12, 24, 36, 48]) {
                let library = PreNormTransformer::gpt2(blocks, *d as u64);
                let of = |shared| stream(*n, *d, gelu, shared, 1.0);
                assert!((library.stream(blocks) / of(root(*n)) - 1.0).abs() < 1e-12);
                assert!((library.unscaled().stream(blocks) / of(1.0) - 1.0).abs() < 1e-12);
            }
            Exactness::of(
                "largest distance from the sentence, in half digits, and between depths, in 10⁻¹²",
                108,
            )
            .within(1.0)
            .proved_beyond("the same for every $N$", "1 to 100 blocks")
            .holds_for("quadrature of its own", off(gelu, &root, 1.0, 1.0))
            .foil("1/√N for 1/√(2N)", off(gelu, &|n| 1.0 / n, 1.0, 1.0))
            .attacks(&[
                r"$s = \sigma/\sqrt{2N}$",
                "$0.113$",
                "$0.207$",
                "$0.331$",
                "$0.530$",
            ])
            .foil("no factor", off(gelu, &|_| 1.0, 1.0, 1.0))
            .attacks(&["the same for every $N$"])
            .foil("no attention", off(gelu, &root, 0.0, 1.0))
            .attacks(&["two"])
            .foil("ReLU units", off(Activation::Relu, &root, 1.0, 1.0))
            .attacks(&["GELU"])
            .foil(
                "σ of 0.021 in the projections",
                off(gelu, &root, 1.0, 1.102_5),
            )
            .attacks(&["$2.70$", "$9.91$", "$23.8$", "$50.8$"])
            .judge()
        },
    )
}
