//! Wrong backward passes, and which check of the gradient sees them.

use clap::Args;
use ndarray::{Array2, Axis, s};
use rand::RngExt;
use serde::Serialize;

use crate::{Cell, Configuration, Progress, Table, option, without_options};
use unit_variance::activation::Activation;
use unit_variance::initializer::VarianceScaling;
use unit_variance::matrix::product;
use unit_variance::network::gradient_check::{
    Case, Comparison, Direction, along, by_coordinate, by_differences, exactly, integer_case,
};
use unit_variance::network::{Gradients, LayerGradient, Loss, Network};
use unit_variance::probability::{Law, Streams};

/// Wrong backward passes, and how many coordinates of each a gradient check sees.
///
/// There are wrong passes of many kinds, and the right one; the checks are the library's.
///
/// All are ReLU networks with a mean of squares for a loss, and the middle one of their three
/// matrices is square, so that a missing transpose has a shape that fits. `integers` compares small
/// integers exactly; the others take normal weights: `dual` each coordinate to within rounding,
/// `direction` random directions, each of which is one number, and `differences` and `tight` each coordinate
/// that crosses no kink with a central difference, to within `1e-4` and `1e-7` of the gradient's largest entry.
/// `coordinates` and `real_coordinates` count the numbers of the two kinds of networks that are not zero.
/// The summary tells how many `directions` there are in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct GradientMutants {
    /// The seed of the streams.
    #[arg(long, allow_hyphen_values = true, value_parser = option::seed, default_value = "1")]
    pub seed: u64,
    /// How many networks of either kind are checked.
    #[arg(long, allow_hyphen_values = true, value_parser = option::small_count, default_value = "10")]
    pub networks: u32,
}

impl Default for GradientMutants {
    fn default() -> Self {
        without_options()
    }
}

/// The widths of the networks.
const WIDTHS: [usize; 4] = [3, 4, 4, 2];
/// The number of examples; a mean over `4 · 2` numbers is exact.
const BATCH: usize = 4;
/// Integers reach from −3 to 3.
const SIZE: i32 = 3;
/// How many random directions each network is checked in.
const DIRECTIONS: u64 = 2;
/// The step of the central differences, and their tolerances.
const STEP: f64 = 1e-5;
const TOLERANCES: [f64; 2] = [1e-4, 1e-7];

/// What is wrong with a backward pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mistake {
    Nothing,
    NoMean,
    NoFactorTwo,
    NoLossSlope,
    NoSlope,
    SlopeOfOtherSide,
    SlopeOfOtherLayer,
    SlopeOneAtZero,
    WeightGradientTransposed,
    WeightGradientFromOutput,
    NoBiasGradient,
    BiasGradientOfOneExample,
    WeightNotTransposed,
    InputGradientMissesUnit,
    AfterUpdate,
    TooLarge,
}

/// Every mistake in words, the right pass first.
const MISTAKES: [(Mistake, &str); 16] = [
    (Mistake::Nothing, "nothing"),
    (Mistake::NoMean, "no 1/N in the loss"),
    (Mistake::NoFactorTwo, "no factor 2 in the loss"),
    (Mistake::NoLossSlope, "no slope of the loss"),
    (Mistake::NoSlope, "no slope of the activation"),
    (Mistake::SlopeOfOtherSide, "slope on the wrong side of zero"),
    (Mistake::SlopeOfOtherLayer, "slope of the wrong layer"),
    (Mistake::SlopeOneAtZero, "slope one at exactly zero"),
    (Mistake::WeightGradientTransposed, "dW transposed"),
    (
        Mistake::WeightGradientFromOutput,
        "dW from the layer's output",
    ),
    (Mistake::NoBiasGradient, "no db"),
    (Mistake::BiasGradientOfOneExample, "db of one example only"),
    (Mistake::WeightNotTransposed, "dX without the transpose"),
    (Mistake::InputGradientMissesUnit, "dX without the last unit"),
    (Mistake::AfterUpdate, "gradient after the update"),
    (Mistake::TooLarge, "all too large by 1.00001"),
];

/// A wrong backward pass: what is wrong with it, and the gradients that it gives.
pub type WrongGradient = (&'static str, Box<dyn Fn(&Case) -> Gradients>);

/// The wrong backward passes of [`GradientMutants`], for checks that must see every one of them.
///
/// They are meant for networks of three layers whose second matrix is square.
///
/// ```
/// use unit_variance::Streams;
/// use experiments::gradient_check::wrong_gradients;
/// use unit_variance::network::gradient_check::{exactly, integer_case};
///
/// let case = integer_case(&[3, 4, 4, 2], 4, 3, &mut Streams::new(2).stream("integers"));
/// for (what, wrong) in wrong_gradients() {
///     if what == "no factor 2 in the loss" {
///         assert!(!exactly(&case, &*wrong).passes());
///     }
/// }
/// ```
pub fn wrong_gradients() -> Vec<WrongGradient> {
    let mistakes = MISTAKES
        .into_iter()
        .filter(|(mistake, _)| *mistake != Mistake::Nothing);
    mistakes
        .map(|(mistake, what)| -> WrongGradient {
            (what, Box::new(move |case: &Case| mistake.gradients(case)))
        })
        .collect()
}

impl Mistake {
    /// Backpropagation with this mistake.
    fn gradients(self, case: &Case) -> Gradients {
        if self == Self::AfterUpdate {
            let mut moved = case.clone();
            for (layer, gradient) in moved.network.layers.iter_mut().zip(case.gradients().layers) {
                layer.weight.scaled_add(-0.1, &gradient.weight);
            }
            return moved.gradients();
        }
        let trace = case.network.forward(&case.input);
        let output = trace.output();
        let mut dh = match self {
            Self::NoLossSlope => Array2::ones(output.dim()),
            _ => case.loss.gradient(output) * self.factor(output.len()),
        };
        let mut layers = Vec::new();
        for (l, layer) in case.network.layers.iter().enumerate().rev() {
            let (x, z) = (trace.entering(l), &trace.layers[l].preactivation);
            let slope_at = |z: f64| layer.activation.slope(z);
            let slope = match self {
                Self::NoSlope => Array2::ones(z.dim()),
                Self::SlopeOfOtherSide => z.mapv(|z| slope_at(-z)),
                // The two hidden layers have the same width.
                Self::SlopeOfOtherLayer if l < 2 => {
                    trace.layers[1 - l].preactivation.mapv(slope_at)
                }
                Self::SlopeOneAtZero => z.mapv(|z| if z == 0.0 { 1.0 } else { slope_at(z) }),
                _ => z.mapv(slope_at),
            };
            let dz = &dh * &slope;
            let is_square = layer.weight.is_square();
            let dw = match self {
                Self::WeightGradientTransposed if is_square => product(&dz.t(), x),
                Self::WeightGradientFromOutput if is_square => {
                    product(&trace.layers[l].activation.t(), &dz)
                }
                _ => product(&x.t(), &dz),
            };
            let db = match self {
                Self::NoBiasGradient => 0.0 * dz.sum_axis(Axis(0)),
                Self::BiasGradientOfOneExample => dz.row(0).to_owned(),
                _ => dz.sum_axis(Axis(0)),
            };
            let dx = match self {
                Self::WeightNotTransposed if is_square => product(&dz, &layer.weight),
                Self::InputGradientMissesUnit => {
                    let others = s![.., ..dz.ncols() - 1];
                    product(&dz.slice(others), &layer.weight.slice(others).t())
                }
                _ => product(&dz, &layer.weight.t()),
            };
            layers.push(LayerGradient {
                activation: std::mem::replace(&mut dh, dx),
                delta: dz,
                weight: dw,
                bias: db,
            });
        }
        layers.reverse();
        Gradients { layers, input: dh }
    }

    /// What the gradient of a mean over `n` squares is multiplied by.
    fn factor(self, n: usize) -> f64 {
        match self {
            Self::NoMean => n as f64,
            Self::NoFactorTwo => 0.5,
            Self::TooLarge => 1.000_01,
            _ => 1.0,
        }
    }
}

impl GradientMutants {
    fn integer_case(streams: Streams) -> Case {
        let mut case = integer_case(&WIDTHS, BATCH, SIZE, &mut streams.stream("integers"));
        if let Loss::SumOfSquares { targets } = case.loss {
            case.loss = Loss::MeanOfSquares { targets };
        }
        case
    }

    fn real_case(streams: Streams) -> Case {
        let he = VarianceScaling::he(Law::Normal);
        let mut rng = streams.stream("weights");
        let mut network = Network::init(&WIDTHS, Activation::Relu, &he, &mut rng);
        let mut rng = streams.stream("data");
        let mut draw = || 2.0 * rng.random::<f64>() - 1.0;
        for layer in &mut network.layers {
            layer.bias.mapv_inplace(|_| draw());
        }
        network.layers[2].activation = Activation::Identity;
        let input = Array2::from_shape_simple_fn((BATCH, WIDTHS[0]), &mut draw);
        let targets = Array2::from_shape_simple_fn((BATCH, WIDTHS[3]), &mut draw);
        Case {
            network,
            input,
            loss: Loss::MeanOfSquares { targets },
        }
    }

    /// What the checks find: on integers, coordinate by coordinate, in directions, by differences.
    fn check(&self, mistake: Mistake) -> [Comparison; 5] {
        let wrong = |case: &Case| mistake.gradients(case);
        let mut found = [Comparison::default(); 5];
        for network in 0..self.networks {
            let streams = Streams::new(self.seed).family(&format!("network {network}"));
            let (integers, real) = (Self::integer_case(streams), Self::real_case(streams));
            found[0].merge(exactly(&integers, &wrong));
            found[1].merge(by_coordinate(&real, &wrong));
            for i in 0..DIRECTIONS {
                let mut rng = streams.stream(&format!("direction {i}"));
                found[2].merge(along(&real, &Direction::normal(&real, &mut rng), &wrong));
            }
            for (i, tolerance) in TOLERANCES.into_iter().enumerate() {
                found[3 + i].merge(by_differences(&real, STEP, tolerance, &wrong).certified);
            }
        }
        found
    }
}

impl Configuration for GradientMutants {
    const NAME: &'static str = "gradient-mutants";

    fn constants() -> Vec<(String, Cell)> {
        let widths = WIDTHS.map(|width| width.to_string()).join("-");
        vec![
            ("widths".into(), widths.as_str().into()),
            ("batch".into(), BATCH.into()),
            ("step".into(), STEP.into()),
            ("tolerance".into(), TOLERANCES[0].into()),
            ("tight_tolerance".into(), TOLERANCES[1].into()),
        ]
    }

    /// # Panics
    ///
    /// If there are no networks.
    fn run(&self, progress: &mut dyn FnMut(Progress)) -> Table {
        assert!(
            self.networks > 0,
            "there must be at least one network, but there is none"
        );
        let rows = (1..).zip(MISTAKES).map(|(done, (mistake, name))| {
            let [integers, dual, direction, differences, tight] = self.check(mistake);
            progress(Progress {
                done,
                total: MISTAKES.len() as u64,
            });
            vec![
                name.into(),
                integers.nonzero.into(),
                integers.different.into(),
                dual.nonzero.into(),
                dual.different.into(),
                direction.different.into(),
                differences.different.into(),
                tight.different.into(),
            ]
        });
        let rows = rows.collect();
        let directions = u64::from(self.networks) * DIRECTIONS;
        Table::of(
            self,
            &[
                "mutant",
                "coordinates",
                "integers",
                "real_coordinates",
                "dual",
                "direction",
                "differences",
                "tight",
            ],
            rows,
        )
        .with_summary(vec![("directions".into(), directions.into())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_pass_is_that_of_the_network() {
        let streams = Streams::new(3);
        for case in [
            GradientMutants::integer_case(streams),
            GradientMutants::real_case(streams),
        ] {
            assert_eq!(Mistake::Nothing.gradients(&case), case.gradients());
        }
    }

    /// A network shows any of the mistakes with a probability above a third, and so sixty networks all
    /// hide one with a probability below 1e-10.
    #[test]
    fn every_mistake_is_seen_and_nothing_else() {
        let table = GradientMutants {
            networks: 60,
            ..GradientMutants::default()
        }
        .run(&mut |_| {});
        let checks = ["integers", "dual", "direction", "differences", "tight"];
        let counts = checks.map(|column| table.numbers(column));
        for (i, (mistake, name)) in MISTAKES.into_iter().enumerate() {
            let expected = match mistake {
                Mistake::Nothing => [false; 5],
                // A number drawn from a density is never exactly zero.
                Mistake::SlopeOneAtZero => [true, false, false, false, false],
                Mistake::TooLarge => [true, true, true, false, true],
                _ => [true; 5],
            };
            let seen = counts.each_ref().map(|counts| counts[i] > 0.0);
            assert_eq!(seen, expected, "{name}");
            assert!(table.numbers("coordinates")[i] > 300.0, "{name}");
        }
    }
}
