//! The claims of the chapter that re-runs the comparison of ten initializers.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use experiments::ten_initializers::{
    Fault, Faults, NotebookLaw, TEN_INITIALIZERS, TenInitializers, TenSurvivors, expected_rule,
};
use experiments::{Cell, Experiment, Table};
use rand::RngExt;
use serde_json::Value;
use unit_variance::evidence::{
    Check, Exactness, KolmogorovDistance, KolmogorovFoil, largest, smallest,
};
use unit_variance::probability::{NumpyLegacy, StreamRng, gaussian_cdf, gaussian_density};
use unit_variance::{Constant, Initializer, Law, Streams};

use crate::harness::Report;

fn run(faults: Faults, epochs: usize) -> Table {
    run_from(0, faults, epochs)
}

fn run_from(seed: u32, faults: Faults, epochs: usize) -> Table {
    TenInitializers {
        seed,
        epochs,
        faults,
        ..TenInitializers::default()
    }
    .run(&mut |_| {})
}

/// The notebook's own run, from NumPy's seed 0.
static AS_WRITTEN: LazyLock<Table> = LazyLock::new(|| run(Faults::AS_WRITTEN, 5));

/// The same with masks in copies, in its first epoch.
static MASKS_IN_COPIES: LazyLock<Table> =
    LazyLock::new(|| run(Faults::AS_WRITTEN.without(Fault::MasksInPlace), 1));

/// The same with a gradient of ones at the output of every epoch.
static FRESH_OUTPUT_GRADIENT: LazyLock<Table> =
    LazyLock::new(|| run(Faults::AS_WRITTEN.without(Fault::StaleGradient), 5));

/// The networks that have a gradient in the second epoch as written, from NumPy's seeds 0 to 11.
static SURVIVORS: LazyLock<Table> = LazyLock::new(|| {
    let runs = TenSurvivors {
        seeds: SEEDS,
        ..TenSurvivors::default()
    };
    runs.run(&mut |_| {})
});

const SEEDS: u32 = 12;

/// One layer of one network in one epoch.
struct Row {
    initializer: String,
    epoch: usize,
    layer: usize,
    /// Mean, standard deviation and root mean square.
    forward: [f64; 3],
    backward: [f64; 3],
}

fn rows(table: &Table) -> impl Iterator<Item = Row> {
    table.rows.iter().map(|row| {
        let number = |i: usize| row[i].number().expect("a number");
        Row {
            initializer: row[0].to_string(),
            epoch: number(1) as usize,
            layer: number(2) as usize,
            forward: [4, 5, 6].map(number),
            backward: [7, 8, 9].map(number),
        }
    })
}

/// The largest error of a mean or a standard deviation, relative to the root mean square.
fn distance_from_numpy(table: &Table) -> f64 {
    let read = |text| serde_json::from_str::<Value>(text).expect("the reference is JSON");
    let six = &read(include_str!("../data/ten_initializers.json"))["as_written"]["tables"];
    let four = &read(include_str!("../data/ten_initializers_others.json"))["tables"];
    let mut farthest: f64 = 0.0;
    for row in rows(table) {
        let theirs = six.get(&row.initializer).or(four.get(&row.initializer));
        let theirs = theirs.expect("each of the ten has a reference");
        // The notebook lists gradients from the last layer down.
        for (pass, ours, listed) in [
            ("forward", row.forward, row.layer),
            ("backward", row.backward, 5 - row.layer),
        ] {
            for (moment, ours, rms) in [("mean", ours[0], ours[2]), ("std", ours[1], ours[2])] {
                let theirs = &theirs[format!("{pass}_{moment}")]["seed0"][row.epoch][listed];
                let error = (ours - theirs.as_f64().expect("a number")).abs();
                if error != 0.0 {
                    farthest = largest([farthest, error / rms]);
                }
            }
        }
    }
    farthest
}

#[test]
fn as_written_the_numbers_are_those_of_numpy() -> Report {
    claim!(
        "ten-initializers.reference",
        r"Kept *as it was written* and run from NumPy's *seed 0*, our version has the means and standard deviations
        of the notebook for *all ten* initializers, in *every layer and epoch*, *to nine digits*.",
        || {
            const NUMBERS: u64 = 10 * 5 * 6 * 4;
            let without = |fault, epochs| {
                distance_from_numpy(&run(Faults::AS_WRITTEN.without(fault), epochs))
            };
            Exactness::of("largest error, over the rms of the layer", NUMBERS)
                .over(
                    "every layer and epoch",
                    "signal and gradient of all six layers, in all five epochs",
                )
                .within(1e-9)
                .holds_for("all faults kept", distance_from_numpy(&AS_WRITTEN))
                .foil("masks in copies", distance_from_numpy(&MASKS_IN_COPIES))
                .attacks(&["as it was written"])
                .foil("fresh inputs", without(Fault::StaleInputs, 2))
                .attacks(&["as it was written"])
                .foil(
                    "a fresh output gradient",
                    distance_from_numpy(&FRESH_OUTPUT_GRADIENT),
                )
                .attacks(&["as it was written"])
                .foil("averaged gradients", without(Fault::SummedGradient, 2))
                .attacks(&["as it was written"])
                .foil(
                    "seed 1",
                    distance_from_numpy(&run_from(1, Faults::AS_WRITTEN, 1)),
                )
                .attacks(&["seed 0", "to nine digits"])
                .foil(
                    "the numbers of one of the ten under the name of another",
                    distance_from_numpy(&misnamed(&AS_WRITTEN)),
                )
                .attacks(&["all ten"])
                .judge()
        },
    )
}

/// The table with the numbers of `xavier_uniform` under the name `he_uniform`.
fn misnamed(table: &Table) -> Table {
    let mut table = table.clone();
    table.rows.retain(|row| row[0] != "he_uniform".into());
    for row in &mut table.rows {
        if row[0] == "xavier_uniform".into() {
            row[0] = "he_uniform".into();
        }
    }
    table
}

/// The names that draw one matrix; all other pairs of the ten draw two.
const SAME: [&[&str]; 2] = [
    &["trunc_normal", "lecun_normal", "xavier_normal", "he_normal"],
    &["lecun_uniform", "he_uniform"],
];

/// Of how many pairs of the ten it is not true that their matrices are the same, or that they differ.
fn otherwise(draw: &mut dyn FnMut(&str) -> Vec<f64>) -> usize {
    let matrices = TEN_INITIALIZERS.map(|name| {
        let bits: Vec<u64> = draw(name).into_iter().map(f64::to_bits).collect();
        (name, bits)
    });
    let mut count = 0;
    for (i, (name, bits)) in matrices.iter().enumerate() {
        for (other, others) in &matrices[..i] {
            let said = SAME.iter().any(|s| s.contains(name) && s.contains(other));
            count += usize::from(said != (bits == others));
        }
    }
    count
}

#[test]
fn ten_names_are_six_laws() -> Report {
    claim!(
        "ten-initializers.six",
        r"Started from *one state* of the generator, the notebook's ten initializers draw *six* different matrices:
        those of the truncated normal, LeCun, Xavier and He *normal* are the same *to the last bit*, and so are
        those of LeCun and He *uniform*.",
        |streams| {
            const N: usize = 20;
            const SEEDS: u64 = 500;
            let mut rng = streams.stream("seeds");
            let seeds: Vec<u32> = (0..SEEDS).map(|_| rng.random()).collect();
            let most = |count: &dyn Fn(u32) -> usize| {
                let counts = seeds.iter().map(|seed| count(*seed));
                counts.max().expect("there are seeds") as f64
            };
            let drawn = |name: &str, numpy: &mut NumpyLegacy| -> Vec<f64> {
                let law = NotebookLaw::of(name, N);
                (0..N * N).map(|_| law.draw(numpy)).collect()
            };
            let written = |seed| otherwise(&mut |name| drawn(name, &mut NumpyLegacy::new(seed)));
            let one_after_the_other = |seed| {
                let mut numpy = NumpyLegacy::new(seed);
                otherwise(&mut |name| drawn(name, &mut numpy))
            };
            let moved = |seed| {
                otherwise(&mut |name| {
                    let mut weights = drawn(name, &mut NumpyLegacy::new(seed));
                    if name == "he_normal" {
                        weights[0] = weights[0].next_up();
                    }
                    weights
                })
            };
            let named = |fan_out: usize| {
                move |seed| {
                    otherwise(&mut |name| {
                        let mut rng = Streams::new(u64::from(seed)).stream("weight");
                        let shape = (N, fan_out);
                        let weight = match expected_rule(name, N) {
                            Some(rule) => rule.sample(shape, &mut rng),
                            None => Constant::ZERO.sample(shape, &mut rng),
                        };
                        weight.iter().copied().collect()
                    })
                }
            };
            Exactness::of("pairs of the ten of which it is not true", SEEDS)
                .sampled()
                .within(0.0)
                .holds_for("the notebook's ten", most(&written))
                .foil("the ten rules that are named", most(&named(N)))
                .attacks(&["six", "normal", "uniform"])
                .foil("in a layer not square", most(&named(N / 2)))
                .attacks(&["six"])
                .foil("one after the other", most(&one_after_the_other))
                .attacks(&["one state"])
                .foil("one He weight moved by its last bit", most(&moved))
                .attacks(&["to the last bit"])
                .judge()
        },
    )
}

type Draw = Box<dyn Fn(&mut StreamRng) -> Vec<f64>>;

#[test]
fn four_names_draw_a_cut_normal_law() -> Report {
    claim!(
        "ten-initializers.cut",
        r"What those *four* names draw is a normal law of *standard deviation $0.01$*, *cut at $\pm 0.01$*, and
        *$0.29$* of its variance is left.",
        |streams| {
            const DRAWS: usize = 10_000;
            const SMALL: f64 = 0.01;
            let inside = 2.0 * gaussian_cdf(1.0) - 1.0;
            let left = 1.0 - 2.0 * gaussian_density(1.0) / inside;
            assert_eq!(format!("{left:.2}"), "0.29");

            let cdf =
                |w: f64| ((gaussian_cdf(w / SMALL) - gaussian_cdf(-1.0)) / inside).clamp(0.0, 1.0);
            let measure =
                |draw: &Draw, rng: &mut StreamRng| KolmogorovDistance::of(&mut draw(rng), cdf);
            // Of three of the names and a fourth one, in turn.
            let in_turn = |fourth: &str, numpy: &mut NumpyLegacy| -> Vec<f64> {
                let names = ["trunc_normal", "lecun_normal", "xavier_normal", fourth];
                let laws = names.map(|name| NotebookLaw::of(name, 100));
                (0..DRAWS).map(|i| laws[i % 4].draw(numpy)).collect()
            };
            let notebook: Draw = Box::new(move |rng| {
                let mut numpy = NumpyLegacy::new(rng.random());
                in_turn("he_normal", &mut numpy)
            });
            let one_uniform: Draw = Box::new(move |rng| {
                let mut numpy = NumpyLegacy::new(rng.random());
                in_turn("he_uniform", &mut numpy)
            });
            let uncut: Draw = Box::new(|rng| {
                let mut numpy = NumpyLegacy::new(rng.random());
                let law = NotebookLaw::of("normal2", 100);
                (0..DRAWS).map(|_| law.draw(&mut numpy)).collect()
            });
            let he: Draw = Box::new(|rng| {
                let rule = expected_rule("he_normal", 100).expect("He is a rule");
                rule.sample((100, DRAWS / 100), rng)
                    .iter()
                    .copied()
                    .collect()
            });
            // Both reach beyond 0.01, where the claimed law has ended.
            let n = DRAWS as u64;
            let below =
                |law: Law, std_dev: f64| KolmogorovFoil::new(n, 1.0, law.cdf(SMALL / std_dev));
            Check::of("distance from the cut law", n, measure)
                .null(KolmogorovDistance::new(n))
                .holds_for("the four names in turn", notebook)
                .foil("not cut", uncut, below(Law::Normal, SMALL))
                .attacks(&[r"cut at $\pm 0.01$", "$0.29$"])
                .foil(
                    "He's own law",
                    he,
                    below(Law::TRUNCATED_NORMAL, 0.02_f64.sqrt()),
                )
                .attacks(&["standard deviation $0.01$"])
                // Between ±0.1, a quarter of all.
                .foil(
                    "He uniform in the place of He normal",
                    one_uniform,
                    KolmogorovFoil::new(n, 1.0, 0.75 + 0.25 * 0.55),
                )
                .attacks(&["four"])
                .judge(streams)
        },
    )
}

/// The ten by `n σ²`, those of one size together.
const BY_SIZE: [&[&str]; 5] = [
    &["zero"],
    &["normal2", "trunc_normal"],
    &[
        "lecun_normal",
        "lecun_uniform",
        "xavier_normal",
        "xavier_uniform",
    ],
    &["he_normal", "he_uniform"],
    &["normal1"],
];

/// How many pairs of neighbors in [`BY_SIZE`] are out of order, over the signals of all layers and the
/// gradients of the first few.
fn out_of_order(table: &Table, gradients: usize) -> usize {
    let rows: Vec<Row> = rows(table).collect();
    let mut count = 0;
    for layer in 0..6 {
        let range = |names: &[&str], gradient: bool| {
            let of_names =
                |row: &&Row| row.layer == layer && names.contains(&row.initializer.as_str());
            let rms = |row: &Row| {
                if gradient {
                    row.backward[2]
                } else {
                    row.forward[2]
                }
            };
            let all = || rows.iter().filter(of_names).map(rms);
            (smallest(all()), largest(all()))
        };
        for gradient in [false, true]
            .into_iter()
            .take(if layer < gradients { 2 } else { 1 })
        {
            let pairs = BY_SIZE.windows(2);
            count += pairs
                .filter(|pair| {
                    let order = range(pair[0], gradient)
                        .1
                        .partial_cmp(&range(pair[1], gradient).0);
                    order != Some(Ordering::Less)
                })
                .count();
        }
    }
    count
}

#[test]
fn ten_initializers_order_by_the_size_of_their_weights() -> Report {
    claim!(
        "ten-initializers.order",
        r"In *each of twelve* *repaired* runs, before training, the signals of *every layer* order as $n\sigma^2$
        does: zero, the two of standard deviation $0.01$, LeCun and Xavier, He, and the standard normal. So do the
        gradients, in every layer *below the last mask*.",
        || {
            // The gradient of the last ReLU's input is its mask, whatever the weights.
            const BELOW_THE_LAST_MASK: usize = 5;
            let over_seeds = |faults, gradients| {
                let run = |seed| TenInitializers {
                    seed,
                    epochs: 1,
                    points: 100,
                    faults,
                    ..TenInitializers::default()
                };
                (0..SEEDS)
                    .map(|seed| out_of_order(&run(seed).run(&mut |_| {}), gradients))
                    .sum::<usize>() as f64
            };
            Exactness::of("neighbors out of order", u64::from(SEEDS) * 11 * 4)
                .over("each of twelve", "the seeds 0 to 11, of 100 inputs each")
                .over("every layer", "all six: three affine, three ReLUs")
                .within(0.0)
                .holds_for(
                    "the ten rules that are named",
                    over_seeds(Faults::NONE, BELOW_THE_LAST_MASK),
                )
                .foil(
                    "the notebook's ten",
                    over_seeds(Faults::AS_WRITTEN, BELOW_THE_LAST_MASK),
                )
                .attacks(&["repaired"])
                .foil("the last mask, too", over_seeds(Faults::NONE, 6))
                .attacks(&["below the last mask"])
                .judge()
        },
    )
}

/// The run as written, with what this network records in this epoch replaced by what masks in copies let it record in the first.
fn with_copies(epoch: usize, name: &str) -> Table {
    let mut table = AS_WRITTEN.clone();
    let is_of = |row: &[Cell], epoch: usize| row[0] == name.into() && row[1] == epoch.into();
    let copies = MASKS_IN_COPIES.rows.iter().filter(|row| is_of(row, 0));
    let rows = table.rows.iter_mut().filter(|row| is_of(row, epoch));
    for (row, copy) in rows.zip(copies) {
        row[3..].clone_from_slice(&copy[3..]);
    }
    table
}

/// How many gradients that an affine layer recorded differ from that of the ReLU below it.
fn own_gradients(table: &Table) -> f64 {
    let rows: Vec<Row> = rows(table).collect();
    let pairs = rows
        .windows(2)
        .filter(|pair| pair[1].layer == 2 || pair[1].layer == 4);
    let same =
        |pair: &&[Row]| pair[0].backward.map(f64::to_bits) == pair[1].backward.map(f64::to_bits);
    pairs.filter(|pair| !same(pair)).count() as f64
}

#[test]
fn in_place_masks_overwrite_what_was_recorded() -> Report {
    claim!(
        "ten-initializers.in-place",
        r"*As written* and run from NumPy's seed 0, the gradient that is recorded for an affine layer with a ReLU
        below it has the mean and the standard deviation of that ReLU's gradient, *to the last bit*, in *all ten*
        networks and *all five* epochs.",
        || {
            Exactness::of("recorded gradients that differ", 10 * 5 * 2)
                .within(0.0)
                .holds_for("masks in place", own_gradients(&AS_WRITTEN))
                .foil("masks in copies", own_gradients(&MASKS_IN_COPIES))
                .attacks(&["As written", "to the last bit"])
                .foil(
                    "masks in copies in one of the networks",
                    own_gradients(&with_copies(0, "he_uniform")),
                )
                .attacks(&["all ten"])
                .foil(
                    "masks in copies in the last epoch",
                    own_gradients(&with_copies(4, "he_uniform")),
                )
                .attacks(&["all five"])
                .judge()
        },
    )
}

/// The networks of [`SURVIVORS`], by their seeds.
const GO_ON: [(u64, &str); 6] = [
    (3, "he_uniform"),
    (4, "he_uniform"),
    (6, "xavier_uniform"),
    (7, "xavier_uniform"),
    (8, "lecun_uniform"),
    (8, "xavier_uniform"),
];

/// How many networks of these first seeds are in one of the two lists alone.
fn apart(table: &Table, seeds_run: u32) -> f64 {
    let (seeds, names) = (table.numbers("seed"), table.column("initializer"));
    let found: HashSet<(u64, String)> = seeds
        .iter()
        .zip(names)
        .map(|(seed, name)| (*seed as u64, name.to_string()))
        .collect();
    let stated: HashSet<(u64, String)> = GO_ON
        .into_iter()
        .filter(|(seed, _)| *seed < u64::from(seeds_run))
        .map(|(seed, name)| (seed, name.to_owned()))
        .collect();
    found.symmetric_difference(&stated).count() as f64
}

#[test]
fn most_networks_are_frozen_after_one_step() -> Report {
    claim!(
        "ten-initializers.frozen",
        r"In twelve runs *as written*, from NumPy's *seeds 0 to 11*, the gradients of *114* of the 120 networks are
        *exactly zero* in the second epoch. The other six are He uniform from seeds 3 and 4, Xavier uniform from
        seeds 6, 7 and 8, and LeCun uniform from seed 8.",
        || {
            let averaged = TenSurvivors {
                seeds: 1,
                faults: Faults::AS_WRITTEN.without(Fault::SummedGradient),
                ..TenSurvivors::default()
            };
            Exactness::of(
                "networks that do otherwise than is said",
                10 * u64::from(SEEDS),
            )
            .over("seeds 0 to 11", "seeds 0 to 11, ten networks each")
            .within(0.0)
            .holds_for("summed over the inputs", apart(&SURVIVORS, SEEDS))
            .foil(
                "averaged over the inputs, from seed 0",
                apart(&averaged.run(&mut |_| {}), 1),
            )
            .attacks(&["as written", "114", "exactly zero"])
            .judge()
        },
    )
}

#[test]
fn who_goes_on_was_hardly_touched() -> Report {
    claim!(
        "ten-initializers.untouched",
        r"In twelve runs *as written*, from NumPy's *seeds 0 to 11*, the networks with a gradient in the second epoch
        have, all together, *seven* outputs that are above zero then. *Each* of the seven was above zero in the
        first epoch at *no more than 21* of the 1000 inputs.",
        || {
            let beyond = |table: &Table| {
                let outputs: f64 = table.numbers("outputs").iter().sum();
                let before = largest(table.numbers("before"));
                (outputs - 7.0).abs() + largest([before - 21.0, 0.0])
            };
            let repaired = TenSurvivors {
                seeds: 1,
                faults: Faults::NONE,
                ..TenSurvivors::default()
            };
            Exactness::of("outputs too many, and inputs beyond 21", 7)
                .over("seeds 0 to 11", "seeds 0 to 11, ten networks each")
                .over("Each", "all seven")
                .within(0.0)
                .holds_for("as written", beyond(&SURVIVORS))
                .foil(
                    "repaired, from seed 0 alone",
                    beyond(&repaired.run(&mut |_| {})),
                )
                .attacks(&["as written", "seven", "no more than 21"])
                .judge()
        },
    )
}

/// In how many of these three epochs this network has outputs above zero and gradients that
/// are all zero.
fn alive_without_gradient(table: &Table, name: &str, epochs: Range<usize>) -> f64 {
    let rows: Vec<Row> = rows(table).filter(|row| row.initializer == name).collect();
    let of = |epoch| rows.iter().filter(move |row| row.epoch == epoch);
    let alive = |epoch| of(epoch).any(|row| row.layer == 5 && row.forward[2] > 0.0);
    let still = |epoch| of(epoch).all(|row| row.backward[2] == 0.0);
    epochs
        .filter(|epoch| alive(*epoch) && still(*epoch))
        .count() as f64
}

#[test]
fn a_gradient_that_was_zero_once_is_zero_for_ever() -> Report {
    claim!(
        "ten-initializers.stale-gradient",
        r"From NumPy's seed 0 *as written*, the *Xavier uniform* network has *outputs above zero* in the *third,
        fourth and fifth* epoch, and all its gradients in these epochs are *exactly zero*.",
        || {
            let missing =
                |table: &Table, name: &str| 3.0 - alive_without_gradient(table, name, 2..5);
            Exactness::of("epochs of which this is not so", 3)
                .within(0.0)
                .holds_for("as written", missing(&AS_WRITTEN, "xavier_uniform"))
                .foil(
                    "a fresh output gradient",
                    missing(&FRESH_OUTPUT_GRADIENT, "xavier_uniform"),
                )
                .attacks(&["as written", "exactly zero"])
                .foil("He uniform", missing(&AS_WRITTEN, "he_uniform"))
                .attacks(&["Xavier uniform", "outputs above zero"])
                .foil(
                    "the first, second and third epoch",
                    3.0 - alive_without_gradient(&AS_WRITTEN, "xavier_uniform", 0..3),
                )
                .attacks(&["third, fourth and fifth"])
                .judge()
        },
    )
}
