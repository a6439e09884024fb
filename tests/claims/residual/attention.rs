//! The logits of attention at the start.

use ndarray::{Array2, array};
use statrs::function::gamma::ln_gamma;
use unit_variance::Initializer;
use unit_variance::evidence::{Check, KolmogorovDistance};
use unit_variance::initializer::Normal;
use unit_variance::matrix::product;
use unit_variance::probability::{StreamRng, gaussian_cdf};

use crate::finite_width::{apart, foil_at, from_uniform};
use crate::harness::Report;

/// The widths of the heads.
const HEADS: [usize; 3] = [2, 9, 64];

const LOGITS: u64 = 6_000;

/// `σ_q` and `σ_k`
const QUERY: f64 = 0.5;
const KEY: f64 = 2.0;

/// A way to make a logit.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Logit {
    Divided,
    /// What the product is divided by, a power of the width of the head.
    ByPower(f64),
    /// One matrix for queries and keys, and a token that looks at itself.
    OneMatrix,
    /// A token that is turned into the query's direction by the matrix of the keys.
    ChosenAfter,
}

/// `P(z √(χ²_d/d) ≤ t)`, an integral over the length.
fn below(t: f64, d: usize) -> f64 {
    let d = d as f64;
    // The density of r = √(χ²/d), by the rule of the trapezoid.
    let ln_factor = (0.5 * d) * libm::log(0.5 * d) - ln_gamma(0.5 * d) + std::f64::consts::LN_2;
    let step = 1.0 / 128.0;
    let terms = (1..128 * 7).map(|i| {
        let r = step * f64::from(i);
        let density = libm::exp(ln_factor + (d - 1.0) * libm::log(r) - 0.5 * d * r * r);
        density * gaussian_cdf(t / r)
    });
    step * terms.sum::<f64>()
}

impl Logit {
    /// A logit in units of what the sentence says, with the width of its head.
    fn draw(self, i: u64, rng: &mut StreamRng) -> (f64, usize) {
        let d = HEADS[(i % 3) as usize];
        // At an angle, at a right angle, and a token that looks at itself.
        let x = array![[1.0, 2.0, 2.0, 0.0]];
        let others = [
            [4.0, 0.0, 3.0, 0.0],
            [2.0, 1.0, -2.0, 4.0],
            [1.0, 2.0, 2.0, 0.0],
        ];
        let mut y = Array2::from_shape_vec((1, 4), others[(i / 3 % 3) as usize].to_vec())
            .expect("a row of four");
        if self == Self::OneMatrix {
            y.clone_from(&x);
        }
        let query = Normal::new(0.0, QUERY).sample((4, d), rng);
        let key = if self == Self::OneMatrix {
            &query * (KEY / QUERY)
        } else {
            Normal::new(0.0, KEY).sample((4, d), rng)
        };
        let q = product(&x, &query);
        if self == Self::ChosenAfter {
            y = product(&q, &key.t());
        }
        let k = product(&y, &key);
        let power = match self {
            Self::ByPower(power) => power,
            _ => 0.5,
        };
        let length = |x: &Array2<f64>| x.iter().map(|x| x * x).sum::<f64>().sqrt();
        let size = QUERY * KEY * length(&x) * length(&y);
        let logit = (&q * &k).sum() / libm::pow(d as f64, power);
        (logit / size, d)
    }
}

#[test]
fn the_root_of_the_heads_width_takes_it_out() -> Report {
    claim!(
        "residual.attention-scale",
        r"Let $x_i$ and $x_j$ be two tokens other than zero, *at any angle* or equal, fixed *before the weights are
        drawn*. Let $q = x_iW_q$ and $k = x_jW_k$ be query and key of a head of *any* width $d_k$, with
        *independent* matrices of independent normal entries of mean zero and variances $\sigma_q^2$ and
        $\sigma_k^2$. Then $q \cdot k$ over *$\sqrt{d_k}$* has the law of $\sigma_q\sigma_k\|x_i\|\|x_j\|$ times
        $z\sqrt{\chi^2_{d_k}/d_k}$, with a standard normal $z$ that is independent of the chi-square variable.",
        |streams| {
            const STEPS: usize = 2_000;
            // One table of the distribution for each width: an integral for every draw would take a minute.
            let tables = HEADS.map(|d| {
                let at = |i: usize| below(0.01 * i as f64 - 10.0, d);
                (0..=STEPS).map(at).collect::<Vec<f64>>()
            });
            let cdf = |t: f64, d: usize| {
                let table = &tables[HEADS.iter().position(|head| *head == d).expect("a head")];
                let place = ((t + 10.0) / 0.01).clamp(0.0, STEPS as f64 - 1e-9);
                let (i, share) = (place as usize, place.fract());
                table[i] + share * (table[i + 1] - table[i])
            };
            let measured = |logit: &Logit, rng: &mut StreamRng| {
                let of = |i: u64| {
                    let (t, d) = logit.draw(i, rng);
                    cdf(t, d)
                };
                from_uniform((0..LOGITS).map(of).collect())
            };
            // Where the law of a logit that is divided by another power differs most.
            let by = |power: f64| {
                let of_uniform = |u: f64| {
                    let place = |d: usize| quantile(u, |t| cdf(t, d));
                    let of = |d: usize| cdf(place(d) * libm::pow(d as f64, power - 0.5), d);
                    HEADS.map(of).iter().sum::<f64>() / 3.0
                };
                let places = (1..40).map(|i| f64::from(i) / 40.0);
                foil_at(LOGITS, apart(|u| u, of_uniform, places))
            };
            Check::of(
                "distance of the probabilities of smaller logits from the uniform law",
                LOGITS,
                measured,
            )
            .null_of_n(KolmogorovDistance::new)
            .holds_for("divided by √d", Logit::Divided)
            .proved_beyond(
                "at any angle",
                "three pairs of tokens: at an angle, a right angle, and equal",
            )
            .proved_beyond("any", "heads of 2, 9 and 64 features")
            .foil("not divided", Logit::ByPower(0.0), by(0.0))
            .attacks(&[r"$\sqrt{d_k}$", "any"])
            .foil("divided by d", Logit::ByPower(1.0), by(1.0))
            .attacks(&[r"$\sqrt{d_k}$"])
            .foil(
                "one matrix for both, and a token that looks at itself",
                Logit::OneMatrix,
                foil_at(LOGITS, (0.5, 0.0)),
            )
            .attacks(&["independent", "at any angle"])
            .foil(
                "a token chosen for the query",
                Logit::ChosenAfter,
                foil_at(LOGITS, (0.5, 0.0)),
            )
            .attacks(&["before the weights are drawn"])
            .judge(streams)
        },
    )
}

/// The place from −10 to 10 below which a probability is `u`, by bisection.
fn quantile(u: f64, below: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (-10.0, 10.0);
    for _ in 0..50 {
        let middle = f64::midpoint(low, high);
        if below(middle) < u {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}
