//! The named runs: the experiments that the chapters refer to.
//!
//! `{{#table udl-5x8 …}}`, `{{#value udl-5x8.std.4 .3}}` and the figures all take their numbers from
//! here, so a number that stands in two places comes from one run.

use std::sync::Arc;

use anyhow::Result;
use experiments::data::Mnist;
use experiments::{
    ActivationCurves, Data, DecisionBoundaries, DeepGradient, DeepSignal, DifferenceError,
    Experiment, Faults, FloatRange, Gain, GradientDepth, GradientMutants, KernelFans, LawDensities,
    LibraryTests, MeanShift, MnistDepth, MnistInitializers, MnistPixels, MnistWeights, Pass,
    PassCurves, SpiralWeights, Spread, Symmetry, TanhDecay, TanhDepth, TenHistograms,
    TenInitializers, TenRepairs, TenSurvivors, TenWeights, UdlResponse, UdlRules, UdlSweep,
    VanishingGradient, Weights, XavierFactors, ZeroPadding,
};
use unit_variance::Activation;

use crate::Lab;

/// A run's name, and the experiment with its parameters.
type Named = (&'static str, fn() -> Box<dyn Experiment>);

const RUNS: &[Named] = &[
    // The two networks of the UDL notebook, as it prints them.
    ("udl-5x8", || {
        deep_signal(5, 8, Weights::Variance(1.0), Data::Fresh)
    }),
    ("udl-50x80", || {
        deep_signal(50, 80, Weights::HeFanIn, Data::Notebook)
    }),
    // The same network under five weight variances: 1, 4/n, 2/n, 1/n and 1/(2n).
    ("sweep-1", || sweep(80.0)),
    ("sweep-4n", || sweep(4.0)),
    ("sweep-2n", || sweep(2.0)),
    ("sweep-n", || sweep(1.0)),
    ("sweep-half", || sweep(0.5)),
    // One variance over each matrix's own fan-in: 1/n, 2/n and 4/n.
    ("one-over-n", || over_fan_in(1.0)),
    ("two-over-n", || over_fan_in(2.0)),
    ("four-over-n", || over_fan_in(4.0)),
    // The gradient through the notebook's two networks.
    ("udl-backward-5x8", || {
        deep_gradient(5, 8, Weights::Variance(1.0))
    }),
    ("udl-backward-50x80", || {
        deep_gradient(50, 80, Weights::HeFanOut)
    }),
    ("float-range", || Box::new(FloatRange::default())),
    ("spread", || Box::new(Spread::default())),
    ("spread-of-gradients", || Box::new(spread_of_gradients())),
    ("udl-rules", || Box::new(UdlRules::default())),
    ("udl-sweep", || Box::new(UdlSweep::default())),
    ("udl-response", || Box::new(UdlResponse::default())),
    ("second-moment", || Box::new(MeanShift::default())),
    ("activations", || Box::new(ActivationCurves::default())),
    ("gains", || Box::new(Gain::default())),
    ("difference-error", || Box::new(DifferenceError::default())),
    ("gradient-mutants", || Box::new(GradientMutants::default())),
    ("symmetry", || Box::new(Symmetry::default())),
    ("lecun-tanh", || Box::new(TanhDecay::default())),
    ("tanh-depth", || Box::new(TanhDepth::default())),
    ("xavier-factors", || Box::new(XavierFactors::default())),
    ("laws", || Box::new(LawDensities::default())),
    ("fans", || Box::new(KernelFans)),
    ("zero-padding", || Box::new(ZeroPadding::default())),
    ("library-tests", || Box::new(LibraryTests)),
    ("pass-curves", || Box::new(PassCurves::default())),
    // The notebook on ten initializers, repaired and as it was written.
    ("ten-initializers", || Box::new(TenInitializers::default())),
    ("ten-initializers-as-written", || {
        Box::new(TenInitializers {
            faults: Faults::AS_WRITTEN,
            ..TenInitializers::default()
        })
    }),
    ("ten-weights", || Box::new(TenWeights::default())),
    ("ten-repairs", || Box::new(TenRepairs::default())),
    // Which networks learn on after the first step, and one of them.
    ("ten-survivors", || Box::new(TenSurvivors::default())),
    ("ten-seed-7", || {
        Box::new(TenInitializers {
            seed: 7,
            faults: Faults::AS_WRITTEN,
            ..TenInitializers::default()
        })
    }),
    ("ten-histograms", || Box::new(TenHistograms::default())),
    // The notebook on the vanishing gradient, and the same nets from other weights.
    ("spiral", || spiral(50_000, SpiralWeights::StdDev(0.1))),
    ("spiral-lecun", || {
        spiral(10_001, SpiralWeights::GainOverFanIn(1.0))
    }),
    ("spiral-he", || {
        spiral(10_001, SpiralWeights::GainOverFanIn(2_f64.sqrt()))
    }),
    ("spiral-boundaries", || {
        Box::new(DecisionBoundaries::default())
    }),
    ("gradient-depth", || Box::new(GradientDepth::default())),
];

/// A run on the handwritten digits.
type OnDigits = (&'static str, fn(Arc<Mnist>) -> Box<dyn Experiment>);

const RUNS_ON_DIGITS: &[OnDigits] = &[
    ("digits", |digits| Box::new(MnistPixels { data: digits })),
    ("mnist", |digits| Box::new(MnistInitializers::new(digits))),
    // Two hundred steps decide. Where they do, at twenty layers, there are twelve seeds; one epoch shows
    // what becomes of those that are late.
    ("mnist-depth", |digits| {
        Box::new(MnistDepth {
            layers: vec![2, 5, 10],
            ..deep_digits(digits)
        })
    }),
    ("mnist-depth-20", |digits| {
        Box::new(MnistDepth {
            layers: vec![20],
            seeds: 12,
            ..deep_digits(digits)
        })
    }),
    // Another dozen of seeds, since one dozen is one dozen.
    ("mnist-depth-20-again", |digits| {
        Box::new(MnistDepth {
            activations: vec![Activation::Relu],
            initializers: vec![MnistWeights::He],
            layers: vec![20],
            seed: 100,
            seeds: 12,
            ..deep_digits(digits)
        })
    }),
    ("mnist-depth-epoch", |digits| {
        Box::new(MnistDepth {
            activations: vec![Activation::Relu],
            initializers: vec![MnistWeights::Lecun, MnistWeights::He],
            layers: vec![20],
            iterations: MnistDepth::ITERATIONS,
            ..deep_digits(digits)
        })
    }),
];

/// The nets of the depth figure; Xavier's variance is LeCun's in all but the first and the last layer of a
/// deep one.
fn deep_digits(digits: Arc<Mnist>) -> MnistDepth {
    MnistDepth {
        initializers: vec![MnistWeights::Normal, MnistWeights::Lecun, MnistWeights::He],
        iterations: 200,
        width: 50,
        ..MnistDepth::new(digits)
    }
}

/// Second names, where two chapters look at one run from two sides.
const ALIASES: &[(&str, &str)] = &[("activation-moments", "gains")];

/// The experiment of this name, or `None` if no run is called so.
///
/// # Errors
///
/// If it learns from the handwritten digits, and the lab has none.
pub fn named(name: &str, lab: &Lab) -> Result<Option<Box<dyn Experiment>>> {
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
    let name = alias.map_or(name, |(_, name)| name);
    if let Some((_, experiment)) = RUNS.iter().find(|(known, _)| *known == name) {
        return Ok(Some(experiment()));
    }
    let on_digits = RUNS_ON_DIGITS.iter().find(|(known, _)| *known == name);
    let run = |(_, experiment): &OnDigits| Ok(experiment(lab.digits()?));
    on_digits.map(run).transpose()
}

/// The names of all runs.
pub fn names() -> Vec<&'static str> {
    let runs = RUNS.iter().map(|(name, _)| *name);
    let on_digits = RUNS_ON_DIGITS.iter().map(|(name, _)| *name);
    let aliases = ALIASES.iter().map(|(alias, _)| *alias);
    runs.chain(on_digits).chain(aliases).collect()
}

fn deep_signal(depth: usize, width: usize, weights: Weights, data: Data) -> Box<dyn Experiment> {
    Box::new(DeepSignal {
        seed: 0,
        depth,
        width,
        weights,
        data,
    })
}

fn deep_gradient(depth: usize, width: usize, weights: Weights) -> Box<dyn Experiment> {
    Box::new(DeepGradient {
        seed: 0,
        depth,
        width,
        weights,
    })
}

/// Where the gradient of networks like the notebook's lies, over as many inputs as it shows them.
pub(crate) fn spread_of_gradients() -> Spread {
    Spread {
        pass: Pass::Backward,
        points: 100,
        ..Spread::default()
    }
}

/// 50 layers of 80 units, whose weights have variance `scale / 80`.
fn sweep(scale: f64) -> Box<dyn Experiment> {
    let width = 80;
    let variance = scale / width as f64;
    deep_signal(50, width, Weights::Variance(variance), Data::Fresh)
}

/// 50 layers of 80 units, whose weights have variance `scale / fan_in`.
fn over_fan_in(scale: f64) -> Box<dyn Experiment> {
    deep_signal(50, 80, Weights::OverFanIn(scale), Data::Fresh)
}

/// The nets of the spiral, recorded every hundred steps.
fn spiral(steps: usize, weights: SpiralWeights) -> Box<dyn Experiment> {
    Box::new(VanishingGradient {
        steps,
        every: 100,
        weights,
        ..VanishingGradient::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::path::Path;

    fn lab() -> Lab {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        Lab::of(&root, |_, _| {}).expect("the sources are there")
    }

    fn experiment(name: &str, lab: &Lab) -> Box<dyn Experiment> {
        let run = named(name, lab).expect("the digits are kept with the book");
        run.expect("a listed run exists")
    }

    #[test]
    fn every_run_has_a_name_and_parameters_of_its_own() {
        let (lab, mut seen) = (lab(), HashSet::new());
        let runs = RUNS.iter().map(|(name, _)| name);
        for name in runs.chain(RUNS_ON_DIGITS.iter().map(|(name, _)| name)) {
            let experiment = experiment(name, &lab);
            let parameters = format!("{} {:?}", experiment.name(), experiment.parameters());
            assert!(
                seen.insert((*name).to_owned()),
                "two runs are called {name}"
            );
            assert!(seen.insert(parameters), "{name} repeats another run");
        }
    }

    /// The names of an experiment's own fields, as its `Debug` form shows them.
    fn fields(experiment: &dyn Experiment) -> Vec<String> {
        let text = format!("{experiment:#?}");
        let own = text.lines().filter_map(|line| line.strip_prefix("    "));
        let own = own.filter(|line| line.starts_with(char::is_alphabetic));
        let names = own.filter_map(|line| line.split_once(": "));
        names.map(|(name, _)| name.to_owned()).collect()
    }

    /// Fields that the parameters call otherwise.
    const OTHERWISE: &[(&str, &[&str])] = &[
        ("as_written", &["gradient_over"]),
        ("faults", &["version"]),
        // The whole run that a table is made of.
        ("run", &["seed", "seeds"]),
        (
            "weights",
            &[
                "gain_over_fan_in",
                "initializer",
                "scale_over_fan_in",
                "weight_std_dev",
                "weight_variance",
            ],
        ),
    ];

    #[test]
    fn every_field_of_an_experiment_is_among_its_parameters() {
        let lab = lab();
        for name in names() {
            let experiment = experiment(name, &lab);
            let parameters = experiment.parameters();
            let said = |field: &str| parameters.iter().any(|(name, _)| name == field);
            for field in fields(&*experiment) {
                let otherwise = OTHERWISE.iter().find(|(other, _)| *other == field);
                let others = otherwise.map_or(&[][..], |(_, names)| names);
                assert!(
                    said(&field) || others.iter().any(|name| said(name)),
                    "the parameters of {name}, {parameters:?}, leave out `{field}` of {experiment:?}"
                );
            }
        }
    }

    #[test]
    fn an_alias_is_another_name_of_a_run() {
        let runs: HashSet<&str> = RUNS.iter().map(|(name, _)| *name).collect();
        for (alias, name) in ALIASES {
            assert!(runs.contains(name) && !runs.contains(alias), "{alias}");
            experiment(alias, &lab());
            assert!(names().contains(alias), "{alias}");
        }
    }

    #[test]
    fn a_name_that_no_run_has_is_none() {
        assert!(
            named("udl-5x9", &lab())
                .expect("it needs no digits")
                .is_none()
        );
    }

    #[test]
    fn the_notebooks_runs_print_the_notebooks_numbers() {
        for (name, row, printed) in [("udl-5x8", 4, "8.896"), ("udl-50x80", 0, "0.981")] {
            let table = experiment(name, &lab()).run(&mut |_| {});
            assert_eq!(
                format!("{:.3}", table.numbers("std")[row]),
                printed,
                "{name}"
            );
        }
    }
}
