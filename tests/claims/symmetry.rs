//! The claims of the chapter on symmetry: to the last bit.

use ndarray::{Array2, ArrayRef1};
use proptest::prelude::*;
use rand::RngExt;
use unit_variance::evidence::Exactness;
use unit_variance::network::{Optimizer, TrainingState};
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
    targets: Targets,
    seed: u64,
}

/// What the outputs should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Targets {
    /// Anything.
    Drawn,
    /// Examples in pairs, of opposite targets or of the two classes: from an output of zero, the
    /// residuals of a pair sum to zero, in floats too.
    InPairs,
    /// The same, with one target raised by 0.001.
    OneRaised,
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
                targets: Targets::Drawn,
                seed,
            }
        },
    )
}

/// Trainings after which a network whose weights start at one constant has moved: units that are equal
/// because nothing moved would prove nothing.
fn moving_trainings(streams: Streams, has_moved: fn(&Network, &Network) -> bool) -> Vec<Training> {
    let strategy = trainings(Activation::ALL.to_vec());
    let mut moving = Vec::new();
    let mut round = 0;
    while moving.len() < CASES {
        let drawn = draw_cases(&strategy, CASES, streams.family(&format!("round {round}")));
        moving.extend(drawn.into_iter().filter(|case| {
            let start = case.start(&Constant(case.constant), |_| {});
            has_moved(&start, &case.after(case.steps, start.clone()))
        }));
        round += 1;
    }
    moving.truncate(CASES);
    moving
}

/// Whether the first matrix has moved.
fn first_matrix(start: &Network, trained: &Network) -> bool {
    trained.layers[0].weight != start.layers[0].weight
}

/// Whether the second matrix has moved so far that a thousandth of the way is not lost to rounding.
fn second_matrix(start: &Network, trained: &Network) -> bool {
    let way = &trained.layers[1].weight - &start.layers[1].weight;
    way.iter().any(|w| w.abs() >= 1e-6)
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
        let (x, mut targets) = (uniform(self.widths[0]), uniform(self.outputs()));
        let mut labels: Vec<usize> = (0..self.batch)
            .map(|_| rng.random_range(0..self.outputs()))
            .collect();
        if self.targets != Targets::Drawn {
            for second in (1..self.batch).step_by(2) {
                let opposite = -&targets.row(second - 1);
                targets.row_mut(second).assign(&opposite);
            }
            labels = (0..self.batch).map(|i| i % 2).collect();
        }
        if self.targets == Targets::OneRaised {
            targets[[0, 0]] += 1e-3;
        }
        let loss = if self.cross_entropy {
            Loss::CrossEntropy { labels }
        } else {
            Loss::SumOfSquares { targets }
        };
        (x, loss)
    }

    /// The same training on examples in pairs, under a cross-entropy of two classes.
    fn in_pairs(mut self, targets: Targets) -> Self {
        self.batch += self.batch % 2;
        if self.cross_entropy {
            *self.widths.last_mut().expect("not empty") = 2;
        }
        Self { targets, ..self }
    }

    fn outputs(&self) -> usize {
        self.widths[self.widths.len() - 1]
    }

    /// The network after this many steps.
    fn after(&self, steps: usize, network: Network) -> Network {
        let (x, loss) = self.task();
        let mut state = TrainingState::new(network);
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
        r"If all weights of a network start at *one constant*, with zero biases, then after *any number of
        training steps* all units of a hidden layer still compute the same number, in this library *bit for
        bit*, as long as all numbers are finite: for *every width, depth, batch, activation and learning
        rate*, under a sum of squares and under a cross-entropy, *with or without momentum*.",
        |streams| {
            let cases = moving_trainings(streams, first_matrix);
            let differ = |start: &dyn Fn(&Training) -> Network| {
                let trained = |case: &Training| case.after(case.steps, start(case));
                cases
                    .iter()
                    .filter(|case| !is_symmetric(&trained(case)))
                    .count() as f64
            };
            let constant = |case: &Training| case.start(&Constant(case.constant), |_| {});
            Exactness::of("networks with two hidden units that differ", CASES as u64)
                .sampled()
                .within(0.0)
                .proved_beyond("any number of training steps", "1 to 11 steps")
                .proved_beyond(
                    "every width, depth, batch, activation and learning rate",
                    "one to three hidden layers, 3 to 8 units wide; 1 to 5 examples; all eighteen activations; \
                     rates from 0.001 to 0.02",
                )
                .proved_beyond(
                    "with or without momentum",
                    "none, momentum of 0.9, Nesterov's of 0.5",
                )
                .holds_for("one constant", differ(&constant))
                .foil(
                    "random weights",
                    differ(&|case| {
                        case.start(&VarianceScaling::new(0.1, Fan::In, Law::Normal), |_| {})
                    }),
                )
                .attacks(&["one constant"])
                .foil(
                    "one weight raised by 0.001",
                    differ(&|case| {
                        case.start(&Constant(case.constant), |n| {
                            n.layers[0].weight[[0, 0]] += 1e-3;
                        })
                    }),
                )
                .attacks(&["one constant"])
                .foil(
                    "one weight raised by its last bit",
                    differ(&|case| {
                        case.start(&Constant(case.constant), |n| {
                            n.layers[0].weight[[0, 0]] = case.constant.next_up();
                        })
                    }),
                )
                .attacks(&["bit for bit"])
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
        r"From weights and biases that are *all zero*, training a network with a hidden layer moves nothing
        but the output bias if the activation is *tanh or ReLU*. If it is the sigmoid, the loss a sum of
        squares, and the residuals of the batch *do not sum to zero*, the last weight matrix moves too, all
        its rows alike, and with every further step *at most one more layer*, from the last to the first; in
        *three hundred* random networks, at rates of at most $0.02$, it was one. If *in every output* the
        residuals sum to zero at the start, nothing moves at all in exact arithmetic, under a cross-entropy,
        too.",
        |streams| {
            // Residuals of squares with targets that have a density do not sum to zero.
            let squares = |case: Training| Training {
                cross_entropy: false,
                ..case
            };
            let flat = vec![Activation::Tanh, Activation::Relu];
            let draw = |activations: Vec<Activation>, family: &str| {
                draw_cases(&trainings(activations), CASES, streams.family(family))
            };
            let all = [flat.clone(), vec![Activation::Sigmoid]].concat();
            let in_pairs = |targets| {
                let cases = draw(all.clone(), "in pairs").into_iter();
                cases
                    .map(move |case| case.in_pairs(targets))
                    .collect::<Vec<_>>()
            };
            let balanced = in_pairs(Targets::InPairs);
            let one_raised: Vec<_> = in_pairs(Targets::OneRaised)
                .into_iter()
                .map(squares)
                .collect();
            let flat: Vec<_> = draw(flat, "tanh and ReLU")
                .into_iter()
                .map(squares)
                .collect();
            let sigmoid = draw(vec![Activation::Sigmoid], "sigmoid").into_iter();
            let sigmoid: Vec<_> = sigmoid.map(squares).collect();
            let zero = |case: &Training| case.start(&Constant(0.0), |_| {});
            let stuck = |cases: &[Training], start: &dyn Fn(&Training) -> Network| {
                let stuck =
                    |case: &&Training| only_the_output_bias(&case.after(case.steps, start(case)));
                cases.iter().filter(|case| !stuck(case)).count()
            };
            let spreading = |cases: &[Training], hasten: usize| {
                let spreads = |case: &&Training| {
                    let steps = case.steps.min(case.widths.len() - 1);
                    one_layer_a_step(&case.after(steps, zero(case)), steps + hasten)
                };
                cases.iter().filter(|case| !spreads(case)).count()
            };
            let moving = |cases: &[Training]| {
                let rests = |case: &&Training| {
                    let moved = moved(&case.after(case.steps, zero(case)));
                    moved.iter().all(|&layer| layer == (false, false))
                };
                cases.iter().filter(|case| !rests(case)).count()
            };
            let both = spreading(&sigmoid, 0) + moving(&balanced);
            let mut balanced_sigmoid = balanced.clone();
            balanced_sigmoid.retain(|case| case.activation == Activation::Sigmoid);
            let tiny = |case: &Training| case.start(&Constant(1e-9), |_| {});
            // A case is a network with tanh or ReLU, one with sigmoids, and one with residuals that sum to zero.
            Exactness::of(
                "networks in which something else moves, or does not",
                CASES as u64,
            )
            .sampled()
            .within(0.0)
            .over(
                "three hundred",
                "one to three hidden layers of 3 to 8 sigmoids, 1 to 4 steps at rates from 0.001 to 0.02, \
                 with and without momentum",
            )
            .holds_for("all zeros", (stuck(&flat, &zero) + both) as f64)
            .foil(
                "weights of a billionth",
                (stuck(&flat, &tiny) + both) as f64,
            )
            .attacks(&["all zero"])
            .foil("the sigmoid is stuck, too", stuck(&sigmoid, &zero) as f64)
            .attacks(&["tanh or ReLU"])
            .foil("every layer a step earlier", spreading(&sigmoid, 1) as f64)
            .attacks(&["at most one more layer"])
            .foil(
                "the sigmoid moves though the residuals sum to zero",
                spreading(&balanced_sigmoid, 0) as f64,
            )
            .attacks(&["do not sum to zero"])
            .foil("one target raised by 0.001", moving(&one_raised) as f64)
            .attacks(&["in every output"])
            .judge()
        },
    )
}

#[test]
fn one_weight_breaks_the_symmetry() -> Report {
    claim!(
        "symmetry.broken",
        r"Take *three hundred networks* of random shapes and random inputs that start at one constant, and in
        which training would move some weight of the second matrix by a millionth or more. *Raise* one weight
        into one unit of the first hidden layer by $0.001$ before training. After *one to eleven steps* the
        weights out of this unit differ from those out of every other unit, and the others are *still equal*
        to one another.",
        |streams| {
            let cases = moving_trainings(streams, second_matrix);
            let exceptions = |raised: [f64; 2]| {
                let breaks = |case: &&Training| {
                    let raise = |network: &mut Network| {
                        let mut weights = network.layers[0].weight.row_mut(0);
                        for (weight, change) in weights.iter_mut().zip(raised) {
                            *weight += change;
                        }
                    };
                    let trained =
                        case.after(case.steps, case.start(&Constant(case.constant), raise));
                    let others = 2..trained.layers[0].bias.len();
                    let after = &trained.layers[1].weight;
                    !same_bits(&after.row(0), &after.row(1))
                        && others.into_iter().all(|j| are_one(&trained, 0, 1, j))
                };
                cases.iter().filter(|case| !breaks(case)).count() as f64
            };
            Exactness::of("networks in which it is otherwise", CASES as u64)
                .sampled()
                .within(0.0)
                .over(
                    "three hundred networks",
                    "one to three hidden layers, 3 to 8 units wide, with all eighteen activations",
                )
                .over(
                    "one to eleven steps",
                    "a number of steps drawn for each network",
                )
                .holds_for("raised by 0.001", exceptions([1e-3, 0.0]))
                .foil("not raised", exceptions([0.0, 0.0]))
                .attacks(&["Raise"])
                .foil("a second unit raised by 0.002", exceptions([1e-3, 2e-3]))
                .attacks(&["still equal"])
                .judge()
        },
    )
}
