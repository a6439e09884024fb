//! The claims of the chapter on symmetry: to the last bit.

use ndarray::{Array2, ArrayRef1};
use proptest::prelude::*;
use rand::RngExt;
use unit_variance::evidence::Exactness;
use unit_variance::network::{Optimizer, State};
use unit_variance::probability::StreamRng;
use unit_variance::{
    Activation, Constant, Fan, Initializer, Law, Loss, Network, Streams, VarianceScaling,
};

use crate::harness::{Report, draw_cases};

/// What a network is trained on, and how.
#[derive(Debug, Clone)]
struct Training {
    /// Inputs, hidden widths, outputs.
    widths: Vec<usize>,
    activation: Activation,
    /// What all weights start at.
    constant: f64,
    batch: usize,
    steps: usize,
    rate: f64,
    optimizer: Optimizer,
    cross_entropy: bool,
    seed: u64,
}

fn trainings(activations: Vec<Activation>) -> impl Strategy<Value = Training> {
    let widths = (
        1..5_usize,
        prop::collection::vec(3..9_usize, 1..4),
        2..4_usize,
    );
    let optimizer = prop_oneof![
        Just(Optimizer::Sgd),
        Just(Optimizer::Momentum { momentum: 0.9 }),
        Just(Optimizer::Nesterov { momentum: 0.5 }),
    ];
    let how = (
        1..6_usize,
        1..12_usize,
        0.001..0.02,
        optimizer,
        any::<bool>(),
        any::<u64>(),
    );
    (widths, prop::sample::select(activations), 0.01..0.12, how).prop_map(
        |((inputs, hidden, outputs), activation, constant, how)| {
            let (batch, steps, rate, optimizer, cross_entropy, seed) = how;
            let widths = [vec![inputs], hidden, vec![outputs]].concat();
            Training {
                widths,
                activation,
                constant,
                batch,
                steps,
                rate,
                optimizer,
                cross_entropy,
                seed,
            }
        },
    )
}

impl Training {
    /// A network that starts from `initializer`, changed by `change`, with a linear last layer.
    fn start(&self, initializer: &dyn Initializer, change: impl Fn(&mut Network)) -> Network {
        let mut rng = Streams::new(self.seed).stream("weights");
        let mut network = Network::init(&self.widths, self.activation, initializer, &mut rng);
        network
            .layers
            .last_mut()
            .expect("a network has layers")
            .activation = Activation::Identity;
        change(&mut network);
        network
    }

    fn task(&self) -> (Array2<f64>, Loss) {
        let mut rng: StreamRng = Streams::new(self.seed).stream("task");
        let mut uniform = |columns: usize| {
            Array2::from_shape_simple_fn((self.batch, columns), || 2.0 * rng.random::<f64>() - 1.0)
        };
        let (x, targets) = (uniform(self.widths[0]), uniform(self.outputs()));
        let loss = if self.cross_entropy {
            Loss::CrossEntropy {
                labels: (0..self.batch)
                    .map(|_| rng.random_range(0..self.outputs()))
                    .collect(),
            }
        } else {
            Loss::SumOfSquares { targets }
        };
        (x, loss)
    }

    fn outputs(&self) -> usize {
        self.widths[self.widths.len() - 1]
    }

    /// The network after so many steps.
    fn after(&self, steps: usize, network: Network) -> Network {
        let (x, loss) = self.task();
        let mut state = State::new(network);
        for _ in 0..steps {
            let gradients = state.network.gradients(&x, &loss);
            state = self.optimizer.step(state, &gradients, self.rate);
        }
        state.network
    }
}

fn same_bits(a: &ArrayRef1<f64>, b: &ArrayRef1<f64>) -> bool {
    a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
}

/// Whether units `i` and `j` of hidden layer `l` are one: what comes in, the bias, what goes out.
fn are_one(network: &Network, l: usize, i: usize, j: usize) -> bool {
    let (before, after) = (&network.layers[l], &network.layers[l + 1]);
    same_bits(&before.weight.column(i), &before.weight.column(j))
        && before.bias[i].to_bits() == before.bias[j].to_bits()
        && same_bits(&after.weight.row(i), &after.weight.row(j))
}

/// Whether all units of every hidden layer are one.
fn is_symmetric(network: &Network) -> bool {
    let hidden = 0..network.layers.len() - 1;
    hidden
        .into_iter()
        .all(|l| (1..network.layers[l].bias.len()).all(|j| are_one(network, l, 0, j)))
}

const CASES: usize = 300;

#[test]
fn equal_units_stay_equal() -> Report {
    claim!(
        "symmetry.constant",
        r"If all weights of a network start at one constant, with zero biases, then after any number
        of training steps all units of a hidden layer still compute the same number, bit for bit:
        for every width, depth, batch, activation and learning rate, with or without momentum.",
        |streams| {
            let cases = draw_cases(&trainings(Activation::ALL.to_vec()), CASES, streams);
            let differ = |start: &dyn Fn(&Training) -> Network| {
                let trained = |case: &Training| case.after(case.steps, start(case));
                cases
                    .iter()
                    .filter(|case| !is_symmetric(&trained(case)))
                    .count() as f64
            };
            let constant = |case: &Training| case.start(&Constant(case.constant), |_| {});
            // Equal because nothing moved would prove nothing.
            let moved = |case: &&Training| {
                case.after(case.steps, constant(case)).layers[0].weight
                    != constant(case).layers[0].weight
            };
            let moved = cases.iter().filter(moved).count();
            assert!(
                moved > CASES * 9 / 10,
                "only {moved} of {CASES} networks learned anything"
            );
            Exactness::of("networks with two hidden units that differ", CASES as u64)
                .sampled()
                .within(0.0)
                .holds_for("one constant", differ(&constant))
                .foil(
                    "random weights",
                    differ(&|case| {
                        case.start(&VarianceScaling::new(0.1, Fan::In, Law::Normal), |_| {})
                    }),
                )
                .foil(
                    "one weight changed by a thousandth",
                    differ(&|case| {
                        case.start(&Constant(case.constant), |n| {
                            n.layers[0].weight[[0, 0]] += 1e-3;
                        })
                    }),
                )
                .judge()
        },
    )
}

/// What has moved away from zero.
fn moved(network: &Network) -> Vec<(bool, bool)> {
    let not_zero = |x: &f64| *x != 0.0;
    let layers = network.layers.iter();
    layers
        .map(|layer| {
            (
                layer.weight.iter().any(not_zero),
                layer.bias.iter().any(not_zero),
            )
        })
        .collect()
}

/// Whether only the output bias has moved.
fn only_the_output_bias(network: &Network) -> bool {
    let moved = moved(network);
    let last = moved.len() - 1;
    moved[last] == (false, true) && moved[..last].iter().all(|&layer| layer == (false, false))
}

/// Whether the last `steps` layers have moved, and no other; the rows of the last matrix alike.
fn one_layer_a_step(network: &Network, steps: usize) -> bool {
    let layers = network.layers.len();
    let expected = |l: usize| l + steps >= layers;
    let moved = moved(network);
    let weight = &network.layers[layers - 1].weight;
    (0..layers).all(|l| moved[l] == (expected(l), expected(l)))
        && weight
            .rows()
            .into_iter()
            .all(|row| same_bits(&row, &weight.row(0)))
}

#[test]
fn from_zero_little_moves() -> Report {
    claim!(
        "symmetry.zero",
        r"From weights and biases that are all zero, training moves nothing but the output bias if the
        activation is tanh or ReLU. If it is the sigmoid, the last weight matrix moves too, all its
        rows alike, and with every further step one more layer, from the last to the first.",
        |streams| {
            // Labels of a cross-entropy can balance, and then not even the output bias moves.
            let trainings = |activations| {
                trainings(activations).prop_map(|case| Training {
                    cross_entropy: false,
                    ..case
                })
            };
            let kinked = trainings(vec![Activation::Tanh, Activation::Relu]);
            let (flat, sigmoid) = (
                draw_cases(&kinked, CASES, streams.family("tanh and ReLU")),
                draw_cases(
                    &trainings(vec![Activation::Sigmoid]),
                    CASES,
                    streams.family("sigmoid"),
                ),
            );
            let zero = |case: &Training| case.start(&Constant(0.0), |_| {});
            let stuck = |cases: &[Training], start: &dyn Fn(&Training) -> Network| {
                let stuck =
                    |case: &&Training| only_the_output_bias(&case.after(case.steps, start(case)));
                cases.iter().filter(|case| !stuck(case)).count()
            };
            let spreading = |hasten: usize| {
                let spreads = |case: &&Training| {
                    let steps = case.steps.min(case.widths.len() - 1);
                    one_layer_a_step(&case.after(steps, zero(case)), steps + hasten)
                };
                sigmoid.iter().filter(|case| !spreads(case)).count()
            };
            let tiny = |case: &Training| case.start(&Constant(1e-9), |_| {});
            Exactness::of(
                "networks in which something else moves, or does not",
                2 * CASES as u64,
            )
            .sampled()
            .within(0.0)
            .holds_for("all zeros", (stuck(&flat, &zero) + spreading(0)) as f64)
            .foil(
                "weights of a billionth",
                (stuck(&flat, &tiny) + spreading(0)) as f64,
            )
            .foil("the sigmoid is stuck too", stuck(&sigmoid, &zero) as f64)
            .foil("every layer a step earlier", spreading(1) as f64)
            .judge()
        },
    )
}

#[test]
fn one_weight_breaks_the_symmetry() -> Report {
    claim!(
        "symmetry.broken",
        r"One weight of a hidden unit changed by a thousandth before training is enough: after any
        number of steps its unit differs from the others, and the others are still equal.",
        |streams| {
            let cases = draw_cases(&trainings(Activation::ALL.to_vec()), CASES, streams);
            let exceptions = |change: f64| {
                let breaks = |case: &&Training| {
                    let first = |network: &mut Network| network.layers[0].weight[[0, 0]] += change;
                    let trained =
                        case.after(case.steps, case.start(&Constant(case.constant), first));
                    let others = 2..trained.layers[0].bias.len();
                    !are_one(&trained, 0, 0, 1)
                        && others.into_iter().all(|j| are_one(&trained, 0, 1, j))
                };
                cases.iter().filter(|case| !breaks(case)).count() as f64
            };
            Exactness::of("networks in which it is otherwise", CASES as u64)
                .sampled()
                .within(0.0)
                .holds_for("changed by a thousandth", exceptions(1e-3))
                .foil("not changed", exceptions(0.0))
                .judge()
        },
    )
}
