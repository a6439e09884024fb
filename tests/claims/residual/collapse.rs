//! Tokens that attention draws together.

use ndarray::{Array1, Array2, Axis};
use rand::RngExt;
use unit_variance::evidence::{Exactness, largest};
use unit_variance::initializer::Normal;
use unit_variance::matrix::product;
use unit_variance::probability::StreamRng;
use unit_variance::theory::{collapsed_attention, dobrushin_coefficient};
use unit_variance::{Attention, Initializer, Layer, Residual};

use crate::finite_width::square;
use crate::harness::Report;

/// How a layer treats its tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Attention,
    WithSkip,
    /// Logits for weights, over the number of tokens: attention without a softmax.
    Linear,
}

/// An instance of the law: one head, and tokens about a mean.
struct Instance {
    attention: Attention,
    mean: Array1<f64>,
    residual: Array2<f64>,
}

/// Rows less their mean.
fn less_mean(x: &Array2<f64>) -> Array2<f64> {
    x - &(x.sum_axis(Axis(0)) / x.nrows() as f64)
}

impl Instance {
    fn draw(rng: &mut StreamRng) -> Self {
        let (tokens, features) = (rng.random_range(3..=8), rng.random_range(2..=6));
        let normal = Normal::new(0.0, (features as f64).sqrt().recip());
        let square = (features, features);
        let [query, key, value] = [(); 3].map(|()| normal.sample(square, rng));
        let attention = Attention::new(query, key, value, Array2::eye(features), 1);
        let standard = Normal::new(0.0, 1.0);
        let mean = standard.sample((1, features), rng).remove_axis(Axis(0));
        let residual = less_mean(&standard.sample((tokens, features), rng));
        Self {
            attention,
            mean,
            residual,
        }
    }

    /// The distance from the law at `ε`, over the size of its leading term at `ε = 1`.
    fn error(&self, kind: Kind, epsilon: f64) -> f64 {
        let x = epsilon * &self.residual + &self.mean;
        let Attention {
            query, key, value, ..
        } = &self.attention;
        let y = match kind {
            Kind::Attention => self.attention.forward(&x).0,
            Kind::WithSkip => Residual::new(self.attention.clone()).forward(&x).0,
            Kind::Linear => {
                let logits = product(&product(&x, query), &product(&x, key).t());
                let scale = self.attention.scale / x.nrows() as f64;
                product(&(scale * logits), &product(&x, value))
            }
        };
        let logits = self.attention.scale * product(query, &key.t());
        let leading = collapsed_attention(&(&self.residual + &self.mean), &logits, value);
        let left = less_mean(&y) - epsilon.powi(3) * &leading;
        (square(&left) / square(&leading)).sqrt()
    }
}

#[test]
fn attention_leaves_the_third_power_of_what_tokens_differ_by() -> Report {
    claim!(
        "residual.rank-collapse",
        r"Let the $T$ rows of $X = \mathbf{1}\mu + r R$ be tokens about their mean $\mu$, with $\mathbf{1}^\top R =
        0$, and let $\mu$, $R$ and matrices $A$ and $W_v$ be given. As $r \to 0$, one head of *softmax* attention
        *without a skip* and without a mask, with logits $XAX^\top$ and values $XW_v$, makes tokens that differ from
        their own mean, that of the outputs, by *$r^3\,R A (R^\top R/T) W_v$*, up to an error *of fourth order* in
        $r$.",
        |streams| {
            const INSTANCES: usize = 60;
            const EPSILON: f64 = 1.0 / 512.0;
            let mut rng = streams.stream("instances");
            let instances: Vec<Instance> =
                (0..INSTANCES).map(|_| Instance::draw(&mut rng)).collect();
            // By how much half of ε divides the error, against sixteen, in the middle of all instances: the next term may
            // happen to be small in one of them.
            let off = |kind: Kind, power: f64, factor: f64| {
                let ratios = instances.iter().map(|instance| {
                    let error = |epsilon: f64| {
                        let more = (factor - 1.0) * epsilon.powi(3);
                        instance.error(kind, epsilon) + more
                    };
                    error(EPSILON) / error(0.5 * EPSILON) / power
                });
                let mut ratios: Vec<f64> = ratios.collect();
                ratios.sort_by(f64::total_cmp);
                (ratios[INSTANCES / 2] - 1.0).abs()
            };
            Exactness::of(
                "relative distance from sixteen of what half of r divides the error by",
                INSTANCES as u64,
            )
            .proved()
            .within(0.025)
            .holds_for("attention", off(Kind::Attention, 16.0, 1.0))
            .foil("with a skip", off(Kind::WithSkip, 16.0, 1.0))
            .attacks(&["without a skip"])
            .foil("no softmax", off(Kind::Linear, 16.0, 1.0))
            .attacks(&["softmax"])
            .foil(
                "a leading term that is one percent off",
                off(Kind::Attention, 16.0, 1.01),
            )
            .attacks(&[r"$r^3\,R A (R^\top R/T) W_v$"])
            .foil("an error of third order", off(Kind::Attention, 8.0, 1.0))
            .attacks(&["of fourth order"])
            .judge()
        },
    )
}

/// The largest distance between two rows.
fn diameter(x: &Array2<f64>) -> f64 {
    let rows = || x.rows().into_iter();
    let pairs = rows().flat_map(|one| rows().map(move |other| &one - &other));
    largest(pairs.map(|difference| square(&difference).sqrt()))
}

#[test]
fn averages_come_nearer_by_what_all_tokens_see() -> Report {
    claim!(
        "residual.dobrushin",
        r"Let *each* of $T$ tokens be replaced by an *average* of all of them, with weights of its own that add up to
        one, none of them below $a$. Then the *largest* Euclidean distance between two tokens is at most *$1 - Ta$*
        times what it was.",
        |streams| {
            const CASES: usize = 1_000;
            let off = |bound: &dyn Fn(f64, f64) -> f64, skip: f64| {
                let mut rng = streams.stream("tokens");
                let cases = (0..CASES).map(|i| {
                    let (tokens, features) = (2 + i % 5, rng.random_range(1..=4));
                    let spread = [0.1, 1.0, 10.0][i % 3];
                    let normal = Normal::new(0.0, spread);
                    let (query, key) = (
                        normal.sample((features, features), &mut rng),
                        Normal::new(0.0, 1.0).sample((features, features), &mut rng),
                    );
                    let eye = Array2::eye(features);
                    let attention = Attention::new(query, key, eye.clone(), eye, 1);
                    let x = Normal::new(0.0, 1.0).sample((tokens, features), &mut rng);
                    let weights = &attention.weights(&x)[0];
                    let least = -largest(weights.iter().map(|a| -a));
                    assert!(dobrushin_coefficient(weights) <= 1.0 - tokens as f64 * least + 1e-12);
                    let (y, _) = attention.forward(&x);
                    let bound = bound(tokens as f64, least) * diameter(&x);
                    (diameter(&(y + skip * &x)) - bound) / diameter(&x)
                });
                largest(cases).max(0.0)
            };
            Exactness::of(
                "largest excess over the bound, over the distance before",
                CASES as u64,
            )
            .proved()
            .within(1e-12)
            .proved_beyond(
                "each",
                "2 to 6 tokens of 1 to 4 features, weights of attention",
            )
            .proved_beyond("largest", "all pairs of tokens")
            .holds_for("attention", off(&|tokens, a| 1.0 - tokens * a, 0.0))
            .foil("with a skip", off(&|tokens, a| 1.0 - tokens * a, 1.0))
            .attacks(&["average"])
            .foil("1 − 1.1 T a", off(&|tokens, a| 1.0 - 1.1 * tokens * a, 0.0))
            .attacks(&["$1 - Ta$"])
            .judge()
        },
    )
}
