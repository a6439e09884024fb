//! The claims of the chapter on handwritten digits.

use std::fs::File;
use std::io::BufReader;
use std::sync::{Arc, LazyLock};

use experiments::mnist::{MnistConfiguration, MnistInitializers};
use experiments::shared::data::{Images, LabeledImages, Mnist};
use experiments::{Experiment, Table};
use flate2::bufread::MultiGzDecoder;
use ndarray::{Array2, s};
use rand::RngExt;
use rayon::prelude::*;
use serde_json::Value;
use unit_variance::evidence::{BinomialShare, Check, Exactness, NullLaw, largest, smallest};
use unit_variance::initializer::Normal;
use unit_variance::network::{Optimizer, TrainingState};
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

/// A column that the tutorial printed, one number every five hundred steps.
fn printed(run: &str, column: &str) -> Vec<f64> {
    let all: Value = serde_json::from_str(include_str!("../data/dlwizard_printed.json"))
        .expect("the printed numbers are JSON");
    let numbers = all["runs"][run][column].as_array().expect("a list");
    let number = |x: &Value| x.as_f64().expect("a number");
    numbers.iter().map(number).collect()
}

/// The four runs of the tutorial that end close to each other.
const CLOSE: [&str; 4] = ["pytorch-tanh", "xavier-tanh", "xavier-relu", "he-relu"];

/// The accuracy of a run after five epochs, in hundredths of a percent.
fn printed_at_the_end(run: &str) -> u64 {
    let accuracies = printed(run, "accuracy");
    (100.0 * accuracies[accuracies.len() - 1]).round() as u64
}

#[test]
fn the_published_differences_are_what_chance_does() -> Report {
    claim!(
        "mnist.published-range",
        r"If *four* classifiers all have an error of *2.5 percent*, and each is tested on ten thousand images *of its
        own*, then the best and the worst of the four differ by *$0.31$* points or more in *about half* of all
        cases.",
        || {
            const IMAGES: u64 = 10_000;
            const ERROR: f64 = 0.025;
            // P(largest − smallest < range) of independent counts: over the smallest, all within reach of
            // it and not all above it.
            let range_reached = |images: u64, error: f64, counts: i32, range: u64| {
                let errors = BinomialShare::new(images, error);
                let at_most = |count: i64| match u64::try_from(count) {
                    Ok(count) => errors.lower_tail(count.min(images) as f64 / images as f64),
                    Err(_) => 0.0,
                };
                let range = range.cast_signed();
                let closer: f64 = (0..=images.cast_signed())
                    .map(|least| {
                        let reach = at_most(least + range - 1);
                        let with = reach - at_most(least - 1);
                        let above = reach - at_most(least);
                        with.powi(counts) - above.powi(counts)
                    })
                    .sum();
                1.0 - closer
            };
            let ends = CLOSE.map(printed_at_the_end);
            let best = ends.into_iter().fold(0, u64::max);
            let worst = ends.into_iter().fold(best, u64::min);
            let range = best - worst;
            assert_eq!(range, 31, "of the numbers that the tutorial prints");
            let with_variance_one = best - printed_at_the_end("normal-tanh");
            // Half of the errors, on images that all four misread.
            let shared: u64 = 125;
            let own = (IMAGES - shared, shared as f64 / (IMAGES - shared) as f64);
            let distance = |(images, error), counts, range| {
                (range_reached(images, error, counts, range) - 0.5).abs()
            };
            Exactness::of("distance of the probability from one half", 1)
                .within(0.1)
                .holds_for(
                    "the four that are close",
                    distance((IMAGES, ERROR), 4, range),
                )
                .finds("probability", range_reached(IMAGES, ERROR, 4, range))
                .foil(
                    "with that of variance one",
                    distance((IMAGES, ERROR), 5, with_variance_one),
                )
                .attacks(&["$0.31$", "about half"])
                .foil("two classifiers", distance((IMAGES, ERROR), 2, range))
                .attacks(&["four"])
                .foil("an error of 10 percent", distance((IMAGES, 0.1), 4, range))
                .attacks(&["2.5 percent"])
                .foil("half of the errors in common", distance(own, 4, range))
                .attacks(&["of its own"])
                .judge()
        },
    )
}

#[test]
fn the_lead_among_four_runs_goes_around() -> Report {
    claim!(
        "mnist.leaders",
        r"The tutorial prints its accuracies *six times*. Of the four runs that end close to each other *three* lead
        in turn: Xavier's ReLU network at the *first three times*, PyTorch's default at the *fourth and the sixth*,
        He's network at the *fifth*.",
        || {
            let accuracies = CLOSE.map(|run| printed(run, "accuracy"));
            let said = [2, 2, 2, 0, 3, 0];
            // Times at which the run that the sentence names is not ahead of the three others.
            let otherwise = |said: [usize; 6]| {
                let is_ahead = |(time, leader): &(usize, usize)| {
                    (0..CLOSE.len())
                        .filter(|run| run != leader)
                        .all(|run| accuracies[*leader][*time] > accuracies[run][*time])
                };
                let times = said.into_iter().enumerate();
                times.filter(|at| !is_ahead(at)).count() as f64
            };
            Exactness::of("times at which another run leads", said.len() as u64)
                .over("six times", "all six, in each of the four runs")
                .within(0.0)
                .holds_for("the runs that the sentence names", otherwise(said))
                .foil("the best at the end leads throughout", otherwise([0; 6]))
                .attacks(&["three", "first three times", "fifth"])
                .foil("He's network leads throughout", otherwise([3; 6]))
                .attacks(&["three", "fourth and the sixth"])
                .judge()
        },
    )
}

/// How many seeds a sentence about random networks rests on.
const SEEDS: usize = 12;

/// The six configurations after fifty steps, under twelve seeds.
static EARLY: LazyLock<Table> = LazyLock::new(|| {
    MnistInitializers {
        seeds: SEEDS,
        iterations: 50,
        ..MnistInitializers::new(Arc::clone(&DIGITS))
    }
    .run(&mut |_| {})
});

#[test]
fn one_initialization_is_behind_and_five_are_level() -> Report {
    claim!(
        "mnist.behind",
        r"After fifty steps, under *each of the seeds 0 to 11*, the one of the table's six networks that started from
        *variance one* is *more than ten points* behind each of the other five, and these are *within four points*
        of each other.",
        || {
            // By how many points the sentence fails under its worst seed, with another configuration in
            // the place of the one that is behind.
            let departure = |behind: MnistConfiguration| {
                let of_seed = |seed: usize| {
                    let accuracies = EARLY.numbers(&format!("seed_{seed}"));
                    let all = || MnistConfiguration::ALL.iter().zip(&accuracies);
                    let level = || all().filter(|(c, _)| **c != behind).map(|(_, a)| *a);
                    let own = all().filter(|(c, _)| **c == behind).map(|(_, a)| *a);
                    let low = smallest(level());
                    let high = largest(level());
                    let fails = own.map(|own| own + 10.0 - low);
                    largest(fails.chain([high - low - 4.0, 0.0]))
                };
                largest((0..SEEDS).map(of_seed))
            };
            Exactness::of(
                "points by which the sentence fails",
                (SEEDS * MnistConfiguration::ALL.len()) as u64,
            )
            .over(
                "each of the seeds 0 to 11",
                "seeds 0 to 11, on the first 2000 of the test images",
            )
            .within(0.0)
            .holds_for(
                "variance one behind",
                departure(MnistConfiguration::NormalTanh),
            )
            .foil(
                "PyTorch's default behind",
                departure(MnistConfiguration::PytorchTanh),
            )
            .attacks(&["variance one", "more than ten points"])
            .foil("LeCun behind", departure(MnistConfiguration::LecunTanh))
            .attacks(&["variance one", "within four points"])
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
    let mut state = TrainingState::new(network);
    for from in batches {
        let x = COARSE.x.slice(s![from..from + BATCH, ..]);
        let labels = COARSE.labels[from..from + BATCH].to_vec();
        let gradients = state.network.gradients(&x, &Loss::CrossEntropy { labels });
        let optimizer = Optimizer::Nesterov { momentum: 0.9 };
        state = optimizer.step(state, &gradients, rate);
    }
    state.network
}

/// Where `count` random batches begin.
fn batches(count: usize, rng: &mut StreamRng) -> impl Iterator<Item = usize> {
    let last = (LEARNED - BATCH) as u64;
    (0..count).map(move |_| rng.random_range(0..last) as usize)
}

/// A network of one hidden layer for the coarse digits.
fn shallow(weights: &dyn Initializer, rng: &mut StreamRng) -> Network {
    let mut network = Network::init(&[SIDE * SIDE, 16, 10], Activation::Relu, weights, rng);
    network.layers[1].activation = Activation::Identity;
    network
}

/// A shallow network after forty steps on the coarse digits.
fn learned(network: Network, rng: &mut StreamRng) -> Network {
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

/// A deep network of this seed as it begins, and where the order of its batches comes from.
fn deep(
    (layers, width): (usize, usize),
    activation: Activation,
    weights: &dyn Initializer,
    seed: u64,
) -> (Network, StreamRng) {
    let streams = Streams::new(seed);
    let mut widths = vec![width; layers + 1];
    (widths[0], widths[layers]) = (SIDE * SIDE, 10);
    let mut rng = streams.stream("weights");
    let mut network = Network::init(&widths, activation, weights, &mut rng);
    network.layers[layers - 1].activation = Activation::Identity;
    (network, streams.stream("order"))
}

/// The layers of a deep network.
const DEEP: usize = 12;

/// The accuracies of the networks of twelve seeds after a hundred steps.
fn deep_accuracies(
    layers: usize,
    activation: Activation,
    weights: &(dyn Initializer + Sync),
) -> Vec<f64> {
    let of_seed = |seed| {
        let (network, mut order) = deep((layers, 40), activation, weights, seed);
        accuracy(&trained(network, 0.01, batches(100, &mut order)))
    };
    (0..SEEDS as u64).into_par_iter().map(of_seed).collect()
}

/// By how much a lead fails to reach `claimed`; NaN stays NaN.
fn missing(claimed: f64, lead: f64) -> f64 {
    if lead >= claimed { 0.0 } else { claimed - lead }
}

/// How far the average of some networks is ahead of that of others.
fn lead_of_averages(ahead: &[f64], behind: &[f64]) -> f64 {
    let mean = |all: &[f64]| all.iter().sum::<f64>() / all.len() as f64;
    mean(ahead) - mean(behind)
}

/// How far the worst of some networks is ahead of the best of others.
fn lead_of_the_worst(ahead: &[f64], behind: &[f64]) -> f64 {
    smallest(ahead.iter().copied()) - largest(behind.iter().copied())
}

#[test]
fn a_deep_rectifier_net_needs_the_two() -> Report {
    claim!(
        "mnist.deep-relu",
        r"Train ReLU networks of *twelve layers*, the eleven hidden ones forty units wide, on a thousand digits of
        seven by seven pixels, twenty a step, for a hundred steps at a rate of $0.01$ with Nesterov's momentum of
        $0.9$, under the seeds 0 to 11. Of five hundred other digits, those that started from *He's variance* read,
        *on average*, *at least twenty percentage points* more than those that started from *LeCun's*.",
        || {
            let of = |layers, weights: VarianceScaling| {
                deep_accuracies(layers, Activation::Relu, &weights)
            };
            let he = VarianceScaling::he(Law::Normal);
            let lecun = VarianceScaling::lecun(Law::Normal);
            let (shallow_he, shallow_lecun) = (of(2, he), of(2, lecun));
            let (he, lecun) = (of(DEEP, he), of(DEEP, lecun));
            Exactness::of("share of the digits missing to the lead", 2 * SEEDS as u64)
                .over("on average", "the twelve networks of the seeds 0 to 11")
                .within(0.0)
                .holds_for("He: 2/n", missing(0.2, lead_of_averages(&he, &lecun)))
                .foil("LeCun: 1/n", missing(0.2, lead_of_averages(&lecun, &he)))
                .attacks(&["He's variance"])
                .foil(
                    "He beside himself",
                    missing(0.2, lead_of_averages(&he, &he)),
                )
                .attacks(&["LeCun's", "at least twenty percentage points"])
                .foil(
                    "two layers",
                    missing(0.2, lead_of_averages(&shallow_he, &shallow_lecun)),
                )
                .attacks(&["twelve layers"])
                .judge()
        },
    )
}

#[test]
fn a_deep_tanh_net_needs_one_over_the_fan() -> Report {
    claim!(
        "mnist.deep-tanh",
        r"Of tanh networks trained likewise, the *worst* of the twelve that started from *LeCun's variance* reads
        *ten points* more than the *best* of the twelve that started from *variance one*.",
        || {
            let of = |weights: &(dyn Initializer + Sync)| {
                deep_accuracies(DEEP, Activation::Tanh, weights)
            };
            let lecun = of(&VarianceScaling::lecun(Law::Normal));
            let one = of(&Normal::new(0.0, 1.0));
            Exactness::of("share of the digits missing to the lead", 2 * SEEDS as u64)
                .over("worst", "the twelve of the seeds 0 to 11")
                .over("best", "the twelve of the seeds 0 to 11")
                .within(0.0)
                .holds_for("LeCun: 1/n", missing(0.1, lead_of_the_worst(&lecun, &one)))
                .foil("variance 1", missing(0.1, lead_of_the_worst(&one, &lecun)))
                .attacks(&["LeCun's variance"])
                .foil(
                    "LeCun beside himself",
                    missing(0.1, lead_of_the_worst(&lecun, &lecun)),
                )
                .attacks(&["variance one", "ten points"])
                .judge()
        },
    )
}

/// How far apart two tanh networks are after a hundred steps, whose first weights began a bit apart: the
/// largest difference of their outputs, over the largest output.
fn spread_of_the_last_bit(weights: &dyn Initializer, rate: f64, seed: u64) -> f64 {
    let (network, order) = deep((20, 50), Activation::Tanh, weights, seed);
    let mut moved = network.clone();
    moved.layers[0].weight.mapv_inplace(f64::next_up);
    let outputs = |network| {
        let mut order = order.clone();
        let network = trained(network, rate, batches(100, &mut order));
        network.outputs(&COARSE.x.slice(s![LEARNED.., ..]))
    };
    let size = |x: &Array2<f64>| largest(x.iter().map(|x| x.abs()));
    let (outputs, moved) = (outputs(network), outputs(moved));
    size(&(&outputs - &moved)) / size(&outputs)
}

#[test]
fn the_last_bit_stays_the_last_unless_differences_grow() -> Report {
    claim!(
        "mnist.last-bit",
        r"Move every weight of the first layer of a tanh network of twenty layers of fifty units by its last bit, and
        train it on digits of seven by seven pixels, twenty a step, at a rate of *$0.01$* with Nesterov's momentum
        of $0.9$. After a hundred steps, under *each of the seeds 0 to 7*, the outputs of the network that started
        from *LeCun's variance* have moved by less than *$10^{-9}$* of the largest of them, and those of the
        network that started from *variance one* by more than *a tenth* of it.",
        || {
            const SEEDS: u64 = 8;
            let spreads = |weights: &(dyn Initializer + Sync), rate| -> Vec<f64> {
                let seeds = (0..SEEDS).into_par_iter();
                seeds
                    .map(|seed| spread_of_the_last_bit(weights, rate, seed))
                    .collect()
            };
            let lecun = spreads(&VarianceScaling::lecun(Law::Normal), 0.01);
            let fast = spreads(&VarianceScaling::lecun(Law::Normal), 0.1);
            let he = spreads(&VarianceScaling::he(Law::Normal), 0.01);
            let one = spreads(&Normal::new(0.0, 1.0), 0.01);
            // The theory beside it: differences do not grow under LeCun's variance, whatever the size of the
            // signal, and they do where a tanh network settles under the others.
            let tanh = |n_variance: f64| MeanField::with_gain(Activation::Tanh, n_variance.sqrt());
            assert!([0.01, 1.0, 100.0].iter().all(|q| tanh(1.0).chi(*q) < 1.0));
            for settled in [tanh(2.0), tanh(50.0)] {
                let q = settled.fixed_point().expect("tanh saturates");
                assert!(settled.chi(q) > 1.0, "{settled:?}");
            }
            // Networks of which the sentence is not true.
            let otherwise = |same: &[f64], apart: &[f64]| {
                let stay = same.iter().filter(|spread| **spread < 1e-9).count();
                let part = apart.iter().filter(|spread| **spread > 0.1).count();
                2.0 * SEEDS as f64 - (stay + part) as f64
            };
            Exactness::of("networks of which it is not true", 2 * SEEDS)
                .over("each of the seeds 0 to 7", "seeds 0 to 7")
                .within(0.0)
                .holds_for("LeCun: 1/n, and variance 1", otherwise(&lecun, &one))
                .foil("He: 2/n, and variance 1", otherwise(&he, &one))
                .attacks(&["LeCun's variance", "$10^{-9}$"])
                .foil("LeCun: 1/n, twice", otherwise(&lecun, &lecun))
                .attacks(&["variance one", "a tenth"])
                .foil("a rate of 0.1", otherwise(&fast, &one))
                .attacks(&["$0.01$"])
                .judge()
        },
    )
}

#[test]
fn he_learns_and_zero_does_not() -> Report {
    claim!(
        "mnist.he-learns",
        r"A ReLU network of sixteen hidden units that begins with *He's weights* and takes forty steps, at a rate of
        $0.3$ with a momentum of $0.9$, on twenty digits of seven by seven pixels each, reads more than half of the
        unseen ones, in *more than six of ten* draws. From weights of variance one, of standard deviation $0.01$,
        or of zero it does so in *fewer than six*.",
        |streams| {
            const NETS: u64 = 100;
            let share = |weights: &&dyn Initializer, rng: &mut StreamRng| {
                let learn = |_: &u64| {
                    let network = shallow(*weights, rng);
                    accuracy(&learned(network, rng)) > 0.5
                };
                (0..NETS).filter(learn).count() as f64 / NETS as f64
            };
            let bound = || BinomialShare::at_most(NETS, 0.6);
            let he = VarianceScaling::he(Law::Normal);
            let (one, small) = (Normal::new(0.0, 1.0), Normal::new(0.0, 0.01));
            // Of He's draws more than 99 in a hundred do. The foils stand at the largest share that the sentence
            // leaves to them.
            Check::of("share of the networks that learn", NETS, share)
                .null(BinomialShare::at_least(NETS, 0.99))
                .over(
                    "fewer than six",
                    "a hundred networks from each of the three",
                )
                .holds_for("He: 2/n", &he as &dyn Initializer)
                .foil("variance 1", &one, bound())
                .attacks(&["He's weights", "more than six of ten"])
                .foil("standard deviation 0.01", &small, bound())
                .attacks(&["He's weights", "more than six of ten"])
                .foil("zero", &Constant(0.0), bound())
                .attacks(&["He's weights", "more than six of ten"])
                .judge(streams)
        },
    )
}

#[test]
fn from_zero_weights_every_image_looks_alike() -> Report {
    claim!(
        "mnist.zero",
        r"A ReLU network with one hidden layer, whose weights *and biases* *all* start at *zero*, gives *every
        image* one and the same class, after *any number of steps up to forty*.",
        |streams| {
            let rng = &mut streams.stream("weights");
            let he = shallow(&VarianceScaling::he(Law::Normal), rng);
            let zero = shallow(&Constant(0.0), rng);
            let mut zero_at_the_end = he.clone();
            zero_at_the_end.layers[1].weight.fill(0.0);
            let mut zero_but_biases = zero.clone();
            zero_but_biases.layers[0].bias.fill(0.1);
            // Images that do not get the most frequent answer, after the number of steps that leaves the most.
            let others = |network: &Network| {
                let after = |steps: usize| {
                    let in_turn = (0..steps).map(|step| step * BATCH);
                    let classes = classes(&trained(network.clone(), 0.3, in_turn));
                    let most = (0..10)
                        .map(|c| classes.iter().filter(|k| **k == c).count())
                        .max();
                    classes.len() - most.unwrap_or(0)
                };
                (0..=STEPS).map(after).max().unwrap_or(0) as f64
            };
            Exactness::of(
                "unseen images with another answer",
                ((STEPS + 1) * UNSEEN) as u64,
            )
            .over("every image", "five hundred of seven by seven pixels")
            .over(
                "any number of steps up to forty",
                "each from 0 to 40, on twenty digits in turn, with sixteen hidden units",
            )
            .within(0.0)
            .holds_for("zero", others(&zero))
            .foil("He: 2/n", others(&he))
            .attacks(&["zero"])
            .foil("zero in the last layer alone", others(&zero_at_the_end))
            .attacks(&["all"])
            .foil(
                "biases of 0.1 in the hidden layer",
                others(&zero_but_biases),
            )
            .attacks(&["and biases"])
            .judge()
        },
    )
}
