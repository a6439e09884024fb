//! The claims of the chapter on handwritten digits.

use std::fs::File;
use std::io::BufReader;
use std::sync::{Arc, LazyLock};

use flate2::bufread::MultiGzDecoder;
use ndarray::{Array2, s};
use rand::RngExt;
use unit_variance::data::{Images, LabeledImages, Mnist};
use unit_variance::evidence::{BinomialShare, Check, Exactness, NullLaw};
use unit_variance::experiments::{
    Experiment, MnistConfiguration, MnistDepth, MnistInitializers, MnistWeights, Table,
};
use unit_variance::initializer::Normal;
use unit_variance::network::{Optimizer, State};
use unit_variance::probability::{StreamRng, Streams};
use unit_variance::theory::MeanField;
use unit_variance::{Activation, Constant, Initializer, Law, Loss, Network, VarianceScaling};

use crate::harness::{Report, root};

/// The digits of the book, with two thousand images to be tested on.
static DIGITS: LazyLock<Arc<Mnist>> = LazyLock::new(|| {
    let set = |name: &str| {
        let open = |kind: &str| {
            let path = root().join(format!("book/data/mnist/{name}-{kind}-ubyte.gz"));
            MultiGzDecoder::new(BufReader::new(
                File::open(path).expect("the digits are there"),
            ))
        };
        let (images, labels) = (open("images-idx3"), open("labels-idx1"));
        LabeledImages::read((images, "images"), (labels, "labels")).expect("the digits are whole")
    };
    let (train, test) = (set("train"), first(set("t10k"), 2000));
    Arc::new(Mnist::of((train, "train"), (test, "test")).expect("the images have one size"))
});

fn first(set: LabeledImages, count: usize) -> LabeledImages {
    let Images {
        mut pixels,
        rows,
        columns,
    } = set.images;
    pixels.truncate(count * rows * columns);
    LabeledImages {
        images: Images {
            pixels,
            rows,
            columns,
        },
        labels: set.labels[..count].to_vec(),
    }
}

/// What the tutorial printed after five epochs, in hundredths of a percent: the four that are close, and
/// that of variance one.
const PRINTED: [u64; 4] = [9770, 9749, 9748, 9739];
const PRINTED_OF_VARIANCE_ONE: u64 = 9255;

#[test]
fn the_published_differences_are_what_chance_does() -> Report {
    claim!(
        "mnist.published-range",
        r"If four classifiers all have an error of 2.5 percent, and each is tested on ten thousand images
        of its own, then the best and the worst of the four differ by $0.31$ points or more in about half
        of all cases.",
        |_| {
            const IMAGES: u64 = 10_000;
            // P(largest − smallest < range) of independent counts: over the smallest, all within reach of
            // it and not all above it.
            let range_reached = |counts: i32, range: u64| {
                let errors = BinomialShare::new(IMAGES, 0.025);
                let at_most = |count: i64| match u64::try_from(count) {
                    Ok(count) => errors.lower_tail(count.min(IMAGES) as f64 / IMAGES as f64),
                    Err(_) => 0.0,
                };
                let range = range.cast_signed();
                let closer: f64 = (0..=IMAGES.cast_signed())
                    .map(|least| {
                        let reach = at_most(least + range - 1);
                        let with = reach - at_most(least - 1);
                        let above = reach - at_most(least);
                        with.powi(counts) - above.powi(counts)
                    })
                    .sum();
                1.0 - closer
            };
            let range = PRINTED[0] - PRINTED[3];
            assert_eq!(range, 31);
            let distance = |probability: f64| (probability - 0.5).abs();
            Exactness::of("distance of the probability from one half", 1)
                .within(0.1)
                .holds_for("the four that are close", distance(range_reached(4, range)))
                .foil(
                    "with that of variance one",
                    distance(range_reached(5, PRINTED[0] - PRINTED_OF_VARIANCE_ONE)),
                )
                .judge()
        },
    )
}

/// The six configurations after a hundred and fifty steps, under two seeds.
static EARLY: LazyLock<Table> = LazyLock::new(|| {
    MnistInitializers {
        seeds: 2,
        iterations: 150,
        ..MnistInitializers::new(Arc::clone(&DIGITS))
    }
    .run(&mut |_| {})
});

#[test]
fn one_initialization_is_behind_and_five_are_level() -> Report {
    claim!(
        "mnist.behind",
        r"After a hundred and fifty steps, under both of two seeds, the network that started from variance one is
        more than five points behind each of the other five, and these are within three points of each
        other.",
        |_| {
            let accuracies = |configuration: MnistConfiguration| {
                let own = MnistConfiguration::ALL
                    .iter()
                    .position(|c| *c == configuration);
                let row = own.expect("a configuration of the table");
                ["seed_0", "seed_1"].map(|seed| 100.0 * EARLY.numbers(seed)[row])
            };
            // By how much the farthest of a group leaves three points, or comes within five of another.
            let departure = |behind: MnistConfiguration| {
                let others = MnistConfiguration::ALL.map(accuracies);
                let own = accuracies(behind);
                let of_seed = |seed: usize| {
                    let level = MnistConfiguration::ALL
                        .iter()
                        .zip(&others)
                        .filter(|(configuration, _)| **configuration != behind)
                        .map(|(_, accuracies)| accuracies[seed]);
                    let low = level.clone().fold(f64::INFINITY, f64::min);
                    let high = level.fold(0.0, f64::max);
                    (high - low - 3.0).max(own[seed] + 5.0 - low)
                };
                of_seed(0).max(of_seed(1)).max(0.0)
            };
            Exactness::of("points by which the sentence fails", 12)
                .within(0.0)
                .holds_for(
                    "variance one behind",
                    departure(MnistConfiguration::NormalTanh),
                )
                .foil(
                    "PyTorch's default behind",
                    departure(MnistConfiguration::PytorchTanh),
                )
                .foil("LeCun behind", departure(MnistConfiguration::LecunTanh))
                .judge()
        },
    )
}

/// The networks of twenty layers of the chapter's figure, under its first two seeds.
fn deepest(activation: Activation, initializers: &[MnistWeights]) -> Table {
    MnistDepth {
        activations: vec![activation],
        initializers: initializers.to_vec(),
        layers: vec![20],
        seeds: 2,
        iterations: 200,
        width: 50,
        ..MnistDepth::new(Arc::clone(&DIGITS))
    }
    .run(&mut |_| {})
}

/// How much the worse of two seeds misses of seven in ten.
fn missing(table: &Table, row: usize) -> f64 {
    let worst = table.numbers("seed_0")[row].min(table.numbers("seed_1")[row]);
    (0.7 - worst).max(0.0)
}

/// How much the better of two seeds leaves.
fn better(table: &Table, row: usize) -> f64 {
    table.numbers("seed_0")[row].max(table.numbers("seed_1")[row])
}

#[test]
fn a_deep_rectifier_net_needs_the_two() -> Report {
    claim!(
        "mnist.deep-relu",
        r"After two hundred steps, both of two ReLU networks of twenty layers that started from He's variance
        read seven in ten digits or more. Of those that started from LeCun's variance, or from variance
        one, none reads half of them.",
        |_| {
            use MnistWeights::{He, Lecun, Normal};
            let table = deepest(Activation::Relu, &[He, Lecun, Normal]);
            assert!(
                better(&table, 1) < 0.5 && better(&table, 2) < 0.5,
                "{table:?}"
            );
            Exactness::of("share of the digits missing to seven in ten", 2)
                .within(0.0)
                .holds_for("He: 2/n", missing(&table, 0))
                .foil("LeCun: 1/n", missing(&table, 1))
                .foil("variance 1", missing(&table, 2))
                .judge()
        },
    )
}

#[test]
fn a_deep_tanh_net_needs_one_over_the_fan() -> Report {
    claim!(
        "mnist.deep-tanh",
        r"After two hundred steps, both of two tanh networks of twenty layers that started from LeCun's
        variance read seven in ten digits or more. Of those that started from variance one, none reads
        half of them.",
        |_| {
            use MnistWeights::{Lecun, Normal};
            let table = deepest(Activation::Tanh, &[Lecun, Normal]);
            assert!(better(&table, 1) < 0.5, "{table:?}");
            Exactness::of("share of the digits missing to seven in ten", 2)
                .within(0.0)
                .holds_for("LeCun: 1/n", missing(&table, 0))
                .foil("variance 1", missing(&table, 1))
                .judge()
        },
    )
}

/// Digits of seven by seven pixels: small enough to learn hundreds of times.
struct Coarse {
    x: Array2<f64>,
    labels: Vec<usize>,
}

const SIDE: usize = 7;
/// How many of the coarse digits a network learns from, and how many it is tested on.
const LEARNED: usize = 1000;
const UNSEEN: usize = 500;

static COARSE: LazyLock<Coarse> = LazyLock::new(|| {
    let set = DIGITS.train();
    let count = LEARNED + UNSEEN;
    let (rows, columns) = (set.images.rows, set.images.columns);
    let block = rows / SIDE;
    let mut x = Array2::zeros((count, SIDE * SIDE));
    for (image, mut coarse) in x.rows_mut().into_iter().enumerate() {
        for row in 0..rows {
            for column in 0..columns {
                let pixel = set.images.pixels[(image * rows + row) * columns + column];
                coarse[row / block * SIDE + column / block] +=
                    f64::from(pixel) / (255 * block * block) as f64;
            }
        }
    }
    let labels = set.labels[..count]
        .iter()
        .map(|l| usize::from(*l))
        .collect();
    Coarse { x, labels }
});

const STEPS: usize = 40;
const BATCH: usize = 20;

/// A network after a step on each of the batches that begin with these coarse digits.
fn trained(network: Network, rate: f64, batches: impl Iterator<Item = usize>) -> Network {
    let mut state = State::new(network);
    for from in batches {
        let x = COARSE.x.slice(s![from..from + BATCH, ..]);
        let labels = COARSE.labels[from..from + BATCH].to_vec();
        let gradients = state.network.gradients(&x, &Loss::CrossEntropy { labels });
        let optimizer = Optimizer::Nesterov { momentum: 0.9 };
        state = optimizer.step(state, &gradients, rate);
    }
    state.network
}

/// The beginnings of so many batches.
fn batches(count: usize, rng: &mut StreamRng) -> impl Iterator<Item = usize> {
    let last = (LEARNED - BATCH) as u64;
    (0..count).map(move |_| rng.random_range(0..last) as usize)
}

/// A network of one hidden layer after forty steps on the coarse digits.
fn learned(weights: &dyn Initializer, rng: &mut StreamRng) -> Network {
    let mut network = Network::init(&[SIDE * SIDE, 16, 10], Activation::Relu, weights, rng);
    network.layers[1].activation = Activation::Identity;
    trained(network, 0.3, batches(STEPS, rng))
}

/// The classes that a network gives to the images that it has not learned from.
fn classes(network: &Network) -> Vec<usize> {
    let largest = |row: ndarray::ArrayView1<f64>| {
        let better = |best: usize, i: usize| if row[i] > row[best] { i } else { best };
        (0..row.len()).fold(0, better)
    };
    let outputs = network.outputs(&COARSE.x.slice(s![LEARNED.., ..]));
    outputs.rows().into_iter().map(largest).collect()
}

/// The share of the unseen images whose class is right.
fn accuracy(network: &Network) -> f64 {
    let right = classes(network)
        .iter()
        .zip(&COARSE.labels[LEARNED..])
        .filter(|(class, label)| class == label)
        .count();
    right as f64 / UNSEEN as f64
}

/// How far apart two networks are after a hundred steps, whose first weights began a bit apart: the largest
/// difference of their outputs, over the largest output.
fn spread_of_the_last_bit(weights: &dyn Initializer, streams: Streams) -> f64 {
    const LAYERS: usize = 20;
    let mut widths = [50; LAYERS + 1];
    (widths[0], widths[LAYERS]) = (SIDE * SIDE, 10);
    let mut rng = streams.stream("weights");
    let mut network = Network::init(&widths, Activation::Tanh, weights, &mut rng);
    network.layers[LAYERS - 1].activation = Activation::Identity;
    let mut moved = network.clone();
    moved.layers[0].weight.mapv_inplace(f64::next_up);
    let outputs = |network| {
        let mut order = streams.stream("order");
        let network = trained(network, 0.01, batches(100, &mut order));
        network.outputs(&COARSE.x.slice(s![LEARNED.., ..]))
    };
    let largest = |x: &Array2<f64>| x.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    let (outputs, moved) = (outputs(network), outputs(moved));
    largest(&(&outputs - &moved)) / largest(&outputs)
}

#[test]
fn the_last_bit_stays_the_last_unless_differences_grow() -> Report {
    claim!(
        "mnist.last-bit",
        r"Move every weight of the first layer by its last bit. After a hundred steps the outputs of a tanh
        network of twenty layers that started from LeCun's variance are the same in nine digits, and those of
        one that started from variance one differ in the sixth digit or before.",
        |streams| {
            let normal = Law::Normal;
            let lecun = spread_of_the_last_bit(&VarianceScaling::lecun(normal), streams);
            let he = spread_of_the_last_bit(&VarianceScaling::he(normal), streams);
            let one = spread_of_the_last_bit(&Normal::new(0.0, 1.0), streams);
            assert!(one > 1e-6, "{one}");
            // The theory beside it: differences do not grow under LeCun's variance, whatever the size of the
            // signal, and they do where a tanh network settles under the others.
            let tanh = |n_variance: f64| MeanField::with_gain(Activation::Tanh, n_variance.sqrt());
            assert!([0.01, 1.0, 100.0].iter().all(|q| tanh(1.0).chi(*q) < 1.0));
            for settled in [tanh(2.0), tanh(50.0)] {
                let q = settled.fixed_point().expect("tanh saturates");
                assert!(settled.chi(q) > 1.0, "{settled:?}");
            }
            Exactness::of("difference over the largest output", 1)
                .within(1e-9)
                .holds_for("LeCun: 1/n", lecun)
                .foil("He: 2/n", he)
                .foil("variance 1", one)
                .judge()
        },
    )
}

#[test]
fn he_learns_and_zero_does_not() -> Report {
    claim!(
        "mnist.he-learns",
        r"A small ReLU network that begins with He's weights reads more than four in ten unseen coarse digits
        after forty steps, in ninety-nine of a hundred draws.",
        |streams| {
            /// What a network begins with.
            enum Weights {
                He,
                Zero,
            }
            const NETS: u64 = 40;
            let share = |weights: &Weights, rng: &mut StreamRng| {
                let weights: &dyn Initializer = match weights {
                    Weights::He => &VarianceScaling::he(Law::Normal),
                    Weights::Zero => &Constant(0.0),
                };
                let learn = |_: &u64| accuracy(&learned(weights, rng)) > 0.4;
                (0..NETS).filter(learn).count() as f64 / NETS as f64
            };
            Check::of("share of the networks that learn", NETS, share)
                .null(BinomialShare::new(NETS, 0.99))
                .holds_for("He: 2/n", Weights::He)
                .foil(
                    "zero, even if it learned three times in ten",
                    Weights::Zero,
                    BinomialShare::new(NETS, 0.3),
                )
                .judge(streams)
        },
    )
}

#[test]
fn from_zero_weights_every_image_looks_alike() -> Report {
    claim!(
        "mnist.zero",
        r"A ReLU network whose weights and biases all start at zero gives every image the same class, after any
        number of steps.",
        |streams| {
            // Images that do not get the most frequent answer.
            let others = |weights: &dyn Initializer| {
                let classes = classes(&learned(weights, &mut streams.stream("order")));
                let most = (0..10)
                    .map(|c| classes.iter().filter(|k| **k == c).count())
                    .max();
                (classes.len() - most.unwrap_or(0)) as f64
            };
            Exactness::of("unseen images with another answer", UNSEEN as u64)
                .within(0.0)
                .holds_for("zero", others(&Constant(0.0)))
                .foil("all weights 0.1", others(&Constant(0.1)))
                .foil("He: 2/n", others(&VarianceScaling::he(Law::Normal)))
                .judge()
        },
    )
}
