//! The claims of the chapter that re-runs the notebook on vanishing gradients.

use std::sync::LazyLock;

use experiments::shared::weights::over_fan_in;
use experiments::vanishing_gradient::{GradientOver, SpiralNets, VanishingGradient};
use experiments::{Experiment, Table};
use serde_json::Value;
use unit_variance::Activation;
use unit_variance::evidence::{Exactness, largest};
use unit_variance::theory::MeanField;

use crate::harness::Report;

const STEPS: usize = 2001;

/// Every step of these nets, as the notebook records it.
fn run(nets: SpiralNets) -> Table {
    VanishingGradient {
        nets,
        every: 1,
        gradient_over: GradientOver::RowsPlusColumns,
    }
    .run(&mut |_| {})
}

/// The first two thousand steps of the notebook's own run.
static FIRST_STEPS: LazyLock<Table> = LazyLock::new(|| {
    run(SpiralNets {
        steps: STEPS,
        ..SpiralNets::default()
    })
});

/// The largest relative error of a loss or a gradient magnitude, at the steps that are known of both.
fn distance_from_numpy(table: &Table) -> f64 {
    let all: Value =
        serde_json::from_str(include_str!("../data/spiral.json")).expect("the reference is JSON");
    let mut farthest: f64 = 0.0;
    for net in ["sigmoid", "relu"] {
        let mut compare = |column: &str, step: usize, theirs: &Value| {
            if let Some(ours) = table.numbers(&format!("{net}_{column}")).get(step) {
                let theirs = theirs.as_f64().expect("a number");
                farthest = largest([farthest, (ours / theirs - 1.0).abs()]);
            }
        };
        for (i, loss) in (0..STEPS).step_by(1000).enumerate() {
            compare("loss", loss, &all[net]["loss_every_1000_first10"][i]);
        }
        for layer in ["1", "2"] {
            for step in [0, 1, 10, 100, 1000] {
                let known = &all[net]["as_written_gradient_heuristic"];
                let theirs = &known[format!("layer{layer}")][step.to_string()];
                compare(&format!("gradient_{layer}"), step, theirs);
            }
        }
    }
    farthest
}

#[test]
fn the_first_steps_are_those_of_numpy() -> Report {
    claim!(
        "vanishing-gradient.reference",
        r"Run from NumPy's *seed 0*, *both* networks have *the losses of the notebook* at the steps 0, 1000 and 2000,
        and *its gradient magnitudes* at the steps 0, 1, 10, 100 and 1000, *to nine digits*.",
        || {
            let first = SpiralNets {
                steps: 1,
                ..SpiralNets::default()
            };
            let mean = VanishingGradient {
                nets: first,
                every: 1,
                gradient_over: GradientOver::Entries,
            };
            let lecun = SpiralNets {
                weights: over_fan_in(1.0),
                ..first
            };
            let seed = SpiralNets { seed: 1, ..first };
            Exactness::of("largest relative error", 2 * (3 + 2 * 5))
                .over("both", "the sigmoid and the ReLU network")
                .within(1e-9)
                .holds_for("standard deviation 0.1", distance_from_numpy(&FIRST_STEPS))
                .foil("weights of variance 1/n", distance_from_numpy(&run(lecun)))
                .attacks(&["the losses of the notebook"])
                .foil("another seed", distance_from_numpy(&run(seed)))
                .attacks(&["seed 0", "to nine digits"])
                .foil(
                    "a mean over the entries",
                    distance_from_numpy(&mean.run(&mut |_| {})),
                )
                .attacks(&["its gradient magnitudes"])
                .judge()
        },
    )
}

/// Rows and columns of the first two weight matrices.
const SHAPES: [(f64, f64); 2] = [(2.0, 50.0), (50.0, 50.0)];

/// How often, from this step on, `shown` does not put the second layer above the first, or `mean` does not
/// put it below; both are given what the notebook measures.
fn not_flipped(
    from: usize,
    shown: fn(f64, (f64, f64)) -> f64,
    mean: fn(f64, (f64, f64)) -> f64,
) -> f64 {
    let mut count = 0;
    for net in ["sigmoid", "relu"] {
        let [first, second] =
            ["1", "2"].map(|l| FIRST_STEPS.numbers(&format!("{net}_gradient_{l}")));
        for (first, second) in first.iter().zip(&second).skip(from) {
            let larger = shown(*second, SHAPES[1]) > shown(*first, SHAPES[0]);
            let smaller = mean(*second, SHAPES[1]) < mean(*first, SHAPES[0]);
            count += usize::from(!(larger && smaller));
        }
    }
    count as f64
}

#[test]
fn the_right_normalization_flips_the_comparison() -> Report {
    claim!(
        "vanishing-gradient.flip",
        r"From NumPy's seed 0, at *each of the steps 10 to 2000* and in *both* networks, the gradient of the second
        weight matrix is *larger* than that of the first as the notebook measures gradients, and *smaller* as the
        mean size of an entry.",
        || {
            let shown = |shown: f64, _: (f64, f64)| shown;
            let mean = |shown: f64, (rows, columns): (f64, f64)| {
                shown * (rows + columns) / (rows * columns)
            };
            // Between the layers, the two measures differ by 13.
            let factor = mean(1.0, SHAPES[0]) / mean(1.0, SHAPES[1]);
            assert!((factor - 13.0).abs() < 1e-12, "{factor}");
            Exactness::of("steps at which it is otherwise", 2 * (STEPS as u64 - 10))
                .over("each of the steps 10 to 2000", "steps 10 to 2000, all 1991")
                .over("both", "the sigmoid and the ReLU network")
                .within(0.0)
                .holds_for("the two measures", not_flipped(10, shown, mean))
                .foil(
                    "the notebook's measure alone",
                    not_flipped(10, shown, shown),
                )
                .attacks(&["smaller"])
                .foil("the two exchanged", not_flipped(10, mean, shown))
                .attacks(&["larger"])
                .foil("from the first step on", not_flipped(0, shown, mean))
                .attacks(&["each of the steps 10 to 2000"])
                .judge()
        },
    )
}

#[test]
fn the_relu_net_is_done_before_the_sigmoid_net_begins() -> Report {
    claim!(
        "vanishing-gradient.slower",
        r"From NumPy's seed 0, the ReLU network puts *294* of the 300 points into their arm after 2001 steps, the
        sigmoid network *148*.",
        || {
            const POINTS: f64 = 300.0;
            let right = |net: &str| {
                let name = format!("{net}_accuracy");
                let (_, share) = FIRST_STEPS
                    .summary
                    .iter()
                    .find(|(known, _)| *known == name)
                    .expect("a summary");
                POINTS * share.number().expect("a share")
            };
            let error =
                |relu: f64, sigmoid: f64| largest([relu - 294.0, sigmoid - 148.0].map(f64::abs));
            let (relu, sigmoid) = (right("relu"), right("sigmoid"));
            Exactness::of("points more or fewer", 2)
                .within(0.5)
                .holds_for("as they are", error(relu, sigmoid))
                .finds("ReLU", relu.round())
                .finds("sigmoid", sigmoid.round())
                .foil("both learn alike", error(relu, relu))
                .attacks(&["148"])
                .foil("the sigmoid network is faster", error(sigmoid, relu))
                .attacks(&["294"])
                .judge()
        },
    )
}

#[test]
fn sigmoid_layers_lose_the_gradient_at_any_sensible_scale() -> Report {
    claim!(
        "vanishing-gradient.sigmoid",
        r"In *sigmoid* layers of one width *without biases*, where the signal *has settled*, every layer
        multiplies the expected mean square of the gradient, in the limit of large widths, by *less than one*
        for *each of 61* variances $s/n$ of the weights, with $s$ in equal ratios from $0.1$ to $100$; at
        LeCun's $s = 1$ by *$0.056$*.",
        || {
            const SCALES: i32 = 61;
            // From 0.1 to 100 in equal ratios.
            let scales = || {
                (0..SCALES)
                    .map(|i| libm::pow(10.0, -1.0 + 3.0 * f64::from(i) / f64::from(SCALES - 1)))
            };
            let factor = |activation, bias, scale: f64| {
                let layers = MeanField {
                    bias,
                    ..MeanField::with_gain(activation, scale.sqrt())
                };
                let settled = layers.fixed_point().unwrap_or(0.0);
                layers.chi(settled)
            };
            // Scales at which the gradient is kept, and one more if LeCun's factor is another one.
            let otherwise = |factor: &dyn Fn(f64) -> f64| {
                let kept = scales().filter(|s| factor(*s) >= 1.0).count();
                let is_lecuns = (factor(1.0) - 0.056).abs() <= 0.0005;
                (kept + usize::from(!is_lecuns)) as f64
            };
            Exactness::of("factors that are not as is said", SCALES as u64 + 1)
                .over("each of 61", "all 61, LeCun's among them")
                .within(0.0)
                .holds_for(
                    "sigmoid",
                    otherwise(&|s| factor(Activation::Sigmoid, 0.0, s)),
                )
                .foil("tanh", otherwise(&|s| factor(Activation::Tanh, 0.0, s)))
                .attacks(&["sigmoid", "less than one"])
                .foil("ReLU", otherwise(&|s| factor(Activation::Relu, 0.0, s)))
                .attacks(&["sigmoid", "less than one"])
                .foil(
                    "a signal of size zero: s/16, the bound",
                    otherwise(&|s| s / 16.0),
                )
                .attacks(&["has settled"])
                .foil(
                    "biases of variance one",
                    otherwise(&|s| factor(Activation::Sigmoid, 1.0, s)),
                )
                .attacks(&["without biases", "$0.056$"])
                .judge()
        },
    )
}
