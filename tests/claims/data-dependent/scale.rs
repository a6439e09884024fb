//! Weights whose scale does not matter.

use ndarray::{Array2, ArrayRef2};
use unit_variance::evidence::{Exactness, largest};
use unit_variance::network::Loss;
use unit_variance::probability::StreamRng;
use unit_variance::theory::WeightDecayEquilibrium;
use unit_variance::{Activation, BatchNorm, Chain, Dense, Layer, LayerNorm, RmsNorm, Streams};

use super::gaussian;
use crate::harness::Report;

fn dot(a: &ArrayRef2<f64>, b: &ArrayRef2<f64>) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// A matrix in front of a normalization, and how it is trained.
#[derive(Clone, Copy)]
struct Setting {
    epsilon: f64,
    /// Of the layer in front of the normalization, the same at any scale.
    bias: f64,
    /// Whether there is a normalization.
    normalizes: bool,
    /// An activation between the two.
    between: Activation,
    decay: f64,
}

const STATED: Setting = Setting {
    epsilon: 0.0,
    bias: 0.0,
    normalizes: true,
    between: Activation::Identity,
    decay: 0.0,
};

/// A matrix before and after a step, and its gradient.
struct Step {
    before: Array2<f64>,
    gradient: Array2<f64>,
    after: Array2<f64>,
}

const RATE: f64 = 1.0 / 64.0;

impl Setting {
    /// A network with this scale of its first matrix, which is trained for some steps at this rate, and the others at [`RATE`].
    fn train(
        self,
        case: u64,
        scale: f64,
        rate: f64,
        steps: usize,
    ) -> (Vec<Array2<f64>>, Vec<Step>) {
        let streams = Streams::new(case);
        let draw = |name: &str, shape: (usize, usize)| gaussian(shape, &mut streams.stream(name));
        let (rows, inputs, units, outputs) = (6, 3 + case as usize % 4, 4 + case as usize % 3, 2);
        let mut first = Dense::new(scale * draw("first", (inputs, units)), self.between);
        first.bias.fill(self.bias);
        let mut network = Chain::default().then(first);
        if self.normalizes {
            network = match case % 3 {
                0 => network.then(LayerNorm::new(units).with_epsilon(self.epsilon)),
                1 => network.then(RmsNorm::new(units).with_epsilon(self.epsilon)),
                _ => network.then(BatchNorm::new(units).with_epsilon(self.epsilon)),
            };
        }
        let activation = Activation::ALL[case as usize % 18];
        let network = network.then(Dense::new(0.5 * draw("second", (units, units)), activation));
        let mut network = network.then(Dense::new(
            0.5 * draw("last", (units, outputs)),
            Activation::Identity,
        ));
        let targets = draw("targets", (rows, outputs));
        let loss = match case % 2 {
            0 => Loss::MeanOfSquares { targets },
            _ => Loss::CrossEntropy {
                labels: (0..rows).map(|row| row % outputs).collect(),
            },
        };
        let x = draw("inputs", (rows, inputs));
        let (mut seen, mut walked) = (Vec::new(), Vec::new());
        for _ in 0..steps {
            let (y, cache) = network.forward(&x);
            let pullback = network.backward(&cache, &loss.gradient(&y));
            seen.push(y);
            for (i, (mut w, g)) in network
                .parameters_mut()
                .into_iter()
                .zip(&pullback.parameters)
                .enumerate()
            {
                // The bias of the first layer is not trained: without one there is none.
                match i {
                    0 => {
                        let matrix = |w: &ndarray::ArrayRefD<f64>| {
                            w.to_owned().into_dimensionality().expect("a matrix")
                        };
                        let before = matrix(&w);
                        w.mapv_inplace(|w| (1.0 - rate * self.decay) * w);
                        w.scaled_add(-rate, g);
                        let (gradient, after) = (matrix(g), matrix(&w));
                        walked.push(Step {
                            before,
                            gradient,
                            after,
                        });
                    }
                    1 => {}
                    _ => w.scaled_add(-RATE, g),
                }
            }
        }
        (seen, walked)
    }
}

/// In how many cases an output differs in a bit.
fn differ(setting: Setting, factors: &[f64], power: f64) -> f64 {
    let of_case = |case: u64| {
        let (plain, _) = setting.train(case, 1.0, RATE, STEPS);
        let differs = |c: &&f64| {
            let (scaled, _) = setting.train(case, **c, RATE * libm::pow(**c, power), STEPS);
            plain != scaled
        };
        factors.iter().filter(differs).count()
    };
    (0..CASES).map(of_case).sum::<usize>() as f64
}

const CASES: u64 = 54;
const STEPS: usize = 12;

#[test]
fn in_front_of_a_normalization_a_scale_is_a_rate() -> Report {
    claim!(
        "data-dependent.scale-free",
        r"The product $XW$ of a batch and a matrix goes *directly, alone* and only into a layer normalization, an RMS
        normalization or a batch normalization in training, with *$\varepsilon = 0$* and *without a bias* between, and
        from there through any further layers with parameters of their own. Multiply $W$ at the start by *a power of
        two* $c$, and its rate in gradient descent without momentum and weight decay by *$c^2$*. In floating-point
        arithmetic of base two, with sums in the same order, all outputs during training stay the same *bit for bit*,
        as long as no number over- or underflows.",
        || {
            const POWERS: [f64; 4] = [0.25, 0.5, 2.0, 8.0];
            let of = |setting: Setting| differ(setting, &POWERS, 2.0);
            Exactness::of("networks in which an output differs in a bit", 4 * CASES)
                .proved()
                .within(0.0)
                .holds_for("54 networks, four powers of two, twelve steps", of(STATED))
                .foil("the same rate", differ(STATED, &POWERS, 0.0))
                .attacks(&["$c^2$"])
                .foil("c times the rate", differ(STATED, &POWERS, 1.0))
                .attacks(&["$c^2$"])
                .foil(
                    "three times, and nine times the rate",
                    differ(STATED, &[3.0], 2.0),
                )
                .attacks(&["a power of two", "bit for bit"])
                .foil(
                    "ε = 10⁻⁵",
                    of(Setting {
                        epsilon: 1e-5,
                        ..STATED
                    }),
                )
                .attacks(&[r"$\varepsilon = 0$"])
                .foil(
                    "a bias of one half",
                    of(Setting {
                        bias: 0.5,
                        ..STATED
                    }),
                )
                .attacks(&["without a bias"])
                .foil(
                    "a tanh between",
                    of(Setting {
                        between: Activation::Tanh,
                        ..STATED
                    }),
                )
                .attacks(&["directly, alone"])
                .judge()
        },
    )
}

#[test]
fn a_step_is_the_leg_of_a_right_triangle() -> Report {
    claim!(
        "data-dependent.orthogonal",
        r"For a matrix $W$ whose product with a batch goes directly, alone and only into *a normalization* as above, and
        *any* loss of the outputs that has a gradient, the gradient of $W$ is *orthogonal* to $W$. A step of gradient
        descent of rate $\eta$ *without momentum and weight decay* makes $\|W\|^2$ larger by *$\eta^2\|\mathrm dW\|^2$*, up to
        rounding.",
        || {
            // The largest cosine of matrix and gradient, and error of the square of the length, relative to it.
            let farthest = |setting: Setting, grown: &dyn Fn(f64) -> f64| {
                let of_case = |case: u64| {
                    let (_, steps) = setting.train(case, 0.3, RATE, STEPS);
                    let errors = steps.into_iter().map(|step| {
                        let square = dot(&step.before, &step.before);
                        let gradient = dot(&step.gradient, &step.gradient);
                        let cosine = dot(&step.before, &step.gradient) / (square * gradient).sqrt();
                        let after = dot(&step.after, &step.after);
                        let error = (after - square - grown(gradient)) / after;
                        cosine.abs().max(error.abs())
                    });
                    largest(errors)
                };
                largest((0..CASES).map(of_case))
            };
            let pythagoras = |gradient: f64| RATE * RATE * gradient;
            let of = |setting: Setting| farthest(setting, &pythagoras);
            Exactness::of("largest cosine, or relative error of a squared length", CASES * STEPS as u64)
                .proved()
                .within(1e-9)
                .proved_beyond(
                    "any",
                    "means of squares and cross-entropy, in twelve steps of 54 networks with 18 activations",
                )
                .holds_for("three kinds of normalization", of(STATED))
                .foil("no normalization", of(Setting { normalizes: false, ..STATED }))
                .attacks(&["a normalization", "orthogonal"])
                .foil("a bias of one half", of(Setting { bias: 0.5, ..STATED }))
                .attacks(&["orthogonal"])
                .foil("a weight decay of 0.01", of(Setting { decay: 0.01, ..STATED }))
                .attacks(&["without momentum and weight decay"])
                .foil(
                    "the rate without its square",
                    farthest(STATED, &|gradient| RATE * gradient),
                )
                .attacks(&[r"$\eta^2\|\mathrm dW\|^2$"])
                .judge()
        },
    )
}

/// A gradient: the cosine of its angle to the matrix, and the power of the length that it is divided by.
#[derive(Clone, Copy)]
struct Pull {
    cosine: f64,
    power: i32,
}

const ENTRIES: usize = 6;

/// A length, and a cosine.
type Rest = (f64, f64);

impl Pull {
    /// The length after many steps from this one, and the cosine of the last angle.
    fn rest(self, (rate, decay, size): (f64, f64, f64), start: f64, rng: &mut StreamRng) -> Rest {
        let mut w = gaussian((1, ENTRIES), rng);
        w *= start / dot(&w, &w).sqrt();
        let mut cosine = 0.0;
        for _ in 0..1_500 {
            let square = dot(&w, &w);
            let mut across = gaussian((1, ENTRIES), rng);
            let along = dot(&across, &w) / square;
            across.scaled_add(-along, &w);
            across /= dot(&across, &across).sqrt();
            let direction = (1.0 - self.cosine * self.cosine).sqrt() * across
                + self.cosine / square.sqrt() * &w;
            let length = size / square.sqrt().powi(self.power);
            let next = (1.0 - rate * decay) * &w - rate * length * direction;
            cosine = dot(&w, &next) / (square * dot(&next, &next)).sqrt();
            w = next;
        }
        (dot(&w, &w).sqrt(), cosine)
    }
}

#[test]
fn under_weight_decay_a_matrix_forgets_its_scale() -> Report {
    claim!(
        "data-dependent.equilibrium",
        r"Let every step be $W \leftarrow (1 - \eta\lambda)W - \eta\,\mathrm dW$ with $0 < \eta\lambda < 1$ and a gradient
        *orthogonal* to $W$ and of length *$G/\|W\|$*, with a constant $G > 0$. From *any* start other than zero, $\|W\|$ tends to
        *$\big(\eta G^2/(\lambda(2 - \eta\lambda))\big)^{1/4}$*, and the cosine of the angle by which a step turns $W$ to
        *$1 - \eta\lambda$*.",
        |streams| {
            const TRIPLES: [(f64, f64, f64); 4] = [
                (0.1, 0.5, 3.0),
                (0.9, 1.0, 0.1),
                (0.01, 2.0, 7.0),
                (3.0, 0.1, 1.0),
            ];
            const STARTS: [f64; 3] = [1e-3, 1.0, 300.0];
            let cases = (TRIPLES.len() * STARTS.len()) as u64;
            let farthest = |pull: Pull, stated: &dyn Fn(f64, f64, f64) -> Rest| {
                let mut rng = streams.stream("directions");
                let errors = TRIPLES.iter().flat_map(|&triple| {
                    let (rate, decay, size) = triple;
                    let stated = stated(rate, decay, size);
                    STARTS.map(|start| {
                        let (length, cosine) = pull.rest(triple, start, &mut rng);
                        (length / stated.0 - 1.0)
                            .abs()
                            .max((cosine - stated.1).abs())
                    })
                });
                largest(errors.collect::<Vec<f64>>())
            };
            let right = Pull {
                cosine: 0.0,
                power: 1,
            };
            let stated = |rate: f64, decay: f64, size: f64| -> Rest {
                let rest = WeightDecayEquilibrium::new(rate, decay);
                (rest.length(size), 1.0 - rate * decay)
            };
            Exactness::of("largest error of a length or a cosine", cases)
                .proved()
                .within(1e-9)
                .proved_beyond(
                    "any",
                    "lengths of 0.001, 1 and 300, with four rates and decays",
                )
                .holds_for("as stated", farthest(right, &stated))
                .foil(
                    "a gradient at 60 degrees",
                    farthest(
                        Pull {
                            cosine: 0.5,
                            ..right
                        },
                        &stated,
                    ),
                )
                .attacks(&["orthogonal"])
                .foil(
                    "a gradient of constant length",
                    farthest(Pull { power: 0, ..right }, &stated),
                )
                .attacks(&[r"$G/\|W\|$"])
                .foil(
                    "2 for 2 − ηλ",
                    farthest(right, &|rate, decay, size| {
                        let fourth = rate * size * size / (2.0 * decay);
                        (fourth.sqrt().sqrt(), 1.0 - rate * decay)
                    }),
                )
                .attacks(&[r"$\big(\eta G^2/(\lambda(2 - \eta\lambda))\big)^{1/4}$"])
                .foil(
                    "an angle of √(2ηλ)",
                    farthest(right, &|rate, decay, size| {
                        let (length, _) = stated(rate, decay, size);
                        (length, libm::cos((2.0 * rate * decay).sqrt()))
                    }),
                )
                .attacks(&[r"$1 - \eta\lambda$"])
                .judge()
        },
    )
}
