//! The named runs: the experiments that the chapters refer to.
//!
//! `{{#table udl-5x8 …}}`, `{{#value udl-5x8.std.4 .3}}`, the figures and `cargo run -- run udl-5x8` all take
//! their numbers from here, so a number that stands in two places comes from one run.

use std::sync::Arc;

use unit_variance::Activation;

use crate::data::Mnist;
use crate::{
    ActivationCurves, Configuration, Data, DecisionBoundaries, DeepGradient, DeepSignal,
    DifferenceError, Experiment, Faults, FloatRange, Gain, GradientDepth, GradientMutants,
    KernelFans, LawDensities, LibraryTests, MeanShift, MnistDepth, MnistInitializers, MnistPixels,
    MnistWeights, Pass, PassCurves, SpiralWeights, Spread, Symmetry, TanhDecay, TanhDepth,
    TenHistograms, TenInitializers, TenRepairs, TenSurvivors, TenWeights, UdlResponse, UdlRules,
    UdlSweep, VanishingGradient, Weights, XavierFactors, ZeroPadding,
};

/// An experiment with its values, under the name that the book and the terminal have for it.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    /// The name.
    pub name: &'static str,
    /// The chapter that it belongs to: the name of its file.
    pub chapter: &'static str,
    source: Source,
}

/// What an experiment is made of.
#[derive(Debug, Clone, Copy)]
enum Source {
    Values(fn() -> Box<dyn Experiment>),
    /// It learns from the handwritten digits.
    Digits(fn(Arc<Mnist>) -> Box<dyn Experiment>),
}

impl Run {
    const fn of(
        chapter: &'static str,
        name: &'static str,
        values: fn() -> Box<dyn Experiment>,
    ) -> Self {
        Self {
            name,
            chapter,
            source: Source::Values(values),
        }
    }

    /// An experiment under its own name.
    const fn plain<C: Configuration + Default>() -> Self {
        Self::of("", C::NAME, || Box::new(C::default()))
    }

    const fn on_digits(name: &'static str, made: fn(Arc<Mnist>) -> Box<dyn Experiment>) -> Self {
        Self {
            name,
            chapter: "mnist",
            source: Source::Digits(made),
        }
    }

    /// The experiment, on these digits if it learns from them.
    ///
    /// # Errors
    ///
    /// If it does, and they cannot be had.
    pub fn experiment<E>(
        &self,
        digits: impl FnOnce() -> Result<Arc<Mnist>, E>,
    ) -> Result<Box<dyn Experiment>, E> {
        match self.source {
            Source::Values(values) => Ok(values()),
            Source::Digits(made) => digits().map(made),
        }
    }
}

/// The run of this name.
pub fn named(name: &str) -> Option<&'static Run> {
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
    let name = alias.map_or(name, |(_, name)| name);
    RUNS.iter().find(|run| run.name == name)
}

/// The run of this name, or else the experiment.
pub fn run_or_experiment(name: &str) -> Option<&'static Run> {
    named(name).or_else(|| EXPERIMENTS.iter().find(|run| run.name == name))
}

/// The names of all runs, second names included.
pub fn names() -> impl Iterator<Item = &'static str> {
    let aliases = ALIASES.iter().map(|(alias, _)| *alias);
    RUNS.iter().map(|run| run.name).chain(aliases)
}

/// The experiments whose options are derived from their values, as the terminal has them without options.
pub const EXPERIMENTS: &[Run] = &[
    Run::plain::<DeepSignal>(),
    Run::plain::<DeepGradient>(),
    Run::plain::<FloatRange>(),
    Run::plain::<Spread>(),
    Run::plain::<UdlRules>(),
    Run::plain::<UdlSweep>(),
    Run::plain::<UdlResponse>(),
    Run::plain::<MeanShift>(),
    Run::plain::<Symmetry>(),
    Run::plain::<TanhDecay>(),
    Run::plain::<TanhDepth>(),
    Run::plain::<XavierFactors>(),
    Run::plain::<GradientDepth>(),
    Run::plain::<Gain>(),
    Run::plain::<ActivationCurves>(),
    Run::plain::<LawDensities>(),
    Run::plain::<LibraryTests>(),
    Run::plain::<PassCurves>(),
    Run::plain::<DifferenceError>(),
    Run::plain::<GradientMutants>(),
    Run::plain::<ZeroPadding>(),
    Run::plain::<TenInitializers>(),
    Run::plain::<TenWeights>(),
    Run::plain::<TenRepairs>(),
    Run::plain::<TenSurvivors>(),
    Run::plain::<TenHistograms>(),
    Run::on_digits(MnistInitializers::NAME, |digits| {
        Box::new(MnistInitializers::new(digits))
    }),
    Run::on_digits(MnistDepth::NAME, |digits| Box::new(MnistDepth::new(digits))),
    Run::on_digits(MnistPixels::NAME, |digits| {
        Box::new(MnistPixels { data: digits })
    }),
];

/// Second names, where two chapters look at one run from two sides.
const ALIASES: &[(&str, &str)] = &[("activation-moments", "gains")];

/// All of them, in the order of the chapters that came first.
pub const RUNS: &[Run] = &[
    // The two networks of the UDL notebook, as it prints them.
    Run::of("forward", "udl-5x8", || {
        deep_signal(5, 8, Weights::Variance(1.0), Data::Fresh)
    }),
    Run::of("forward", "udl-50x80", || {
        deep_signal(50, 80, Weights::HeFanIn, Data::Notebook)
    }),
    // The other rule for each of the two passes.
    Run::of("deep-signal", "udl-50x80-by-fan-out", || {
        deep_signal(50, 80, Weights::HeFanOut, Data::Notebook)
    }),
    Run::of("deep-signal", "udl-backward-50x80-by-fan-in", || {
        deep_gradient(50, 80, Weights::HeFanIn)
    }),
    // The same network under five weight variances: 1, 4/n, 2/n, 1/n and 1/(2n).
    Run::of("forward", "sweep-1", || sweep(80.0)),
    Run::of("forward", "sweep-4n", || sweep(4.0)),
    Run::of("forward", "sweep-2n", || sweep(2.0)),
    Run::of("forward", "sweep-n", || sweep(1.0)),
    Run::of("forward", "sweep-half", || sweep(0.5)),
    // One variance over each matrix's own fan-in: 1/n, 2/n and 4/n.
    Run::of("introduction", "one-over-n", || over_fan_in(1.0)),
    Run::of("introduction", "two-over-n", || over_fan_in(2.0)),
    Run::of("introduction", "four-over-n", || over_fan_in(4.0)),
    // The gradient through the notebook's two networks.
    Run::of("backward", "udl-backward-5x8", || {
        deep_gradient(5, 8, Weights::Variance(1.0))
    }),
    Run::of("deep-signal", "udl-backward-50x80", || {
        deep_gradient(50, 80, Weights::HeFanOut)
    }),
    Run::of("forward", "float-range", || Box::new(FloatRange::default())),
    Run::of("forward", "spread", || Box::new(Spread::default())),
    Run::of("deep-signal", "spread-of-gradients", || {
        Box::new(spread_of_gradients())
    }),
    Run::of("deep-signal", "udl-rules", || Box::new(UdlRules::default())),
    Run::of("deep-signal", "udl-sweep", || Box::new(UdlSweep::default())),
    Run::of("deep-signal", "udl-response", || {
        Box::new(UdlResponse::default())
    }),
    Run::of("variance", "second-moment", || {
        Box::new(MeanShift::default())
    }),
    Run::of("activations", "activations", || {
        Box::new(ActivationCurves::default())
    }),
    Run::of("gains", "gains", || Box::new(Gain::default())),
    Run::of("gradient-check", "difference-error", || {
        Box::new(DifferenceError::default())
    }),
    Run::of("gradient-check", "gradient-mutants", || {
        Box::new(GradientMutants::default())
    }),
    Run::of("symmetry", "symmetry", || Box::new(Symmetry::default())),
    Run::of("lecun", "lecun-tanh", || Box::new(TanhDecay::default())),
    Run::of("xavier", "tanh-depth", || Box::new(TanhDepth::default())),
    Run::of("xavier", "xavier-factors", || {
        Box::new(XavierFactors::default())
    }),
    Run::of("laws", "laws", || Box::new(LawDensities::default())),
    Run::of("fans", "fans", || Box::new(KernelFans)),
    Run::of("fans", "zero-padding", || Box::new(ZeroPadding::default())),
    Run::of("testing", "library-tests", || Box::new(LibraryTests {})),
    Run::of("testing", "pass-curves", || Box::new(PassCurves::default())),
    // The notebook on ten initializers, repaired and as it was written.
    Run::of("ten-initializers", "ten-initializers", || {
        Box::new(TenInitializers::default())
    }),
    Run::of("ten-initializers", "ten-initializers-as-written", || {
        Box::new(TenInitializers {
            faults: Faults::AS_WRITTEN,
            ..TenInitializers::default()
        })
    }),
    Run::of("ten-initializers", "ten-weights", || {
        Box::new(TenWeights::default())
    }),
    Run::of("ten-initializers", "ten-repairs", || {
        Box::new(TenRepairs::default())
    }),
    // Which networks learn on after the first step, and one of them.
    Run::of("ten-initializers", "ten-survivors", || {
        Box::new(TenSurvivors::default())
    }),
    Run::of("ten-initializers", "ten-seed-7", || {
        Box::new(TenInitializers {
            seed: 7,
            faults: Faults::AS_WRITTEN,
            ..TenInitializers::default()
        })
    }),
    Run::of("ten-initializers", "ten-histograms", || {
        ten_histograms(Faults::NONE)
    }),
    Run::of("ten-initializers", "ten-histograms-as-written", || {
        ten_histograms(Faults::AS_WRITTEN)
    }),
    // The notebook on the vanishing gradient, and the same nets from other weights.
    Run::of("vanishing-gradient", "spiral", || {
        spiral(50_000, SpiralWeights::StdDev(0.1))
    }),
    Run::of("vanishing-gradient", "spiral-lecun", || {
        spiral(10_001, SpiralWeights::GainOverFanIn(1.0))
    }),
    Run::of("vanishing-gradient", "spiral-he", || {
        spiral(10_001, SpiralWeights::GainOverFanIn(2_f64.sqrt()))
    }),
    // The first steps one by one.
    Run::of("vanishing-gradient", "spiral-first", || {
        Box::new(VanishingGradient {
            steps: 101,
            every: 1,
            ..VanishingGradient::default()
        })
    }),
    Run::of("vanishing-gradient", "spiral-boundaries", || {
        Box::new(DecisionBoundaries::default())
    }),
    Run::of("vanishing-gradient", "gradient-depth", || {
        Box::new(GradientDepth::default())
    }),
    Run::on_digits("digits", |digits| Box::new(MnistPixels { data: digits })),
    Run::on_digits("mnist", |digits| Box::new(MnistInitializers::new(digits))),
    // Two hundred steps decide. Where they do, at twenty layers, there are twelve seeds; one epoch shows
    // what becomes of those that are late.
    Run::on_digits("mnist-depth", |digits| {
        Box::new(MnistDepth {
            layers: vec![2, 5, 10],
            ..deep_digits(digits)
        })
    }),
    Run::on_digits("mnist-depth-20", |digits| {
        Box::new(MnistDepth {
            layers: vec![20],
            seeds: 12,
            ..deep_digits(digits)
        })
    }),
    // Another dozen of seeds, since one dozen is one dozen.
    Run::on_digits("mnist-depth-20-again", |digits| {
        Box::new(MnistDepth {
            activations: vec![Activation::Relu],
            initializers: vec![MnistWeights::He],
            layers: vec![20],
            seed: 100,
            seeds: 12,
            ..deep_digits(digits)
        })
    }),
    Run::on_digits("mnist-depth-epoch", |digits| {
        Box::new(MnistDepth {
            activations: vec![Activation::Relu],
            initializers: vec![MnistWeights::Lecun, MnistWeights::He],
            layers: vec![20],
            iterations: 600,
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
pub fn spread_of_gradients() -> Spread {
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

/// Signals and gradients of the ten initializers before training.
fn ten_histograms(faults: Faults) -> Box<dyn Experiment> {
    Box::new(TenHistograms {
        run: TenInitializers {
            faults,
            epochs: 1,
            ..TenInitializers::default()
        },
        ..TenHistograms::default()
    })
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
    use crate::classifier::tests::small_data;
    use std::collections::HashSet;
    use std::convert::Infallible;

    fn experiment(name: &str) -> Box<dyn Experiment> {
        let digits = || Ok::<_, Infallible>(Arc::new(small_data()));
        let Ok(experiment) = named(name).expect("it is listed").experiment(digits);
        experiment
    }

    #[test]
    fn every_run_has_a_name_and_parameters_of_its_own() {
        let mut seen = HashSet::new();
        for run in RUNS {
            let experiment = experiment(run.name);
            let parameters = format!("{} {:?}", experiment.name(), experiment.parameters());
            assert!(
                seen.insert(run.name.to_owned()),
                "two runs are called {}",
                run.name
            );
            assert!(seen.insert(parameters), "{} repeats another run", run.name);
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
        for name in names() {
            let experiment = experiment(name);
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
        for (alias, name) in ALIASES {
            assert!(RUNS.iter().any(|run| run.name == *name), "{alias}");
            assert!(RUNS.iter().all(|run| run.name != *alias), "{alias}");
            assert_eq!(
                format!("{:?}", experiment(alias)),
                format!("{:?}", experiment(name))
            );
        }
    }

    #[test]
    fn a_name_that_no_run_has_is_none() {
        assert!(named("udl-5x9").is_none());
    }

    #[test]
    fn the_notebooks_runs_print_the_notebooks_numbers() {
        for (name, row, printed) in [("udl-5x8", 4, "8.896"), ("udl-50x80", 0, "0.981")] {
            let table = experiment(name).run(&mut |_| {});
            assert_eq!(
                format!("{:.3}", table.numbers("std")[row]),
                printed,
                "{name}"
            );
        }
    }

    #[test]
    fn an_option_lies_over_the_values_of_a_named_run() {
        let run = experiment("udl-5x8");
        let command = run.command().expect("its options are derived");
        let matches = command
            .no_binary_name(true)
            .get_matches_from(["--seed", "5"]);
        let other = run.with(&matches).expect("the options go together");
        let changed: Vec<_> = run
            .parameters()
            .into_iter()
            .zip(other.parameters())
            .filter(|(a, b)| a != b)
            .collect();
        assert_eq!(
            changed,
            [(("seed".into(), 0_u64.into()), ("seed".into(), 5_u64.into()))]
        );
    }

    #[test]
    fn without_options_a_run_is_what_it_was() {
        for run in RUNS {
            let experiment = experiment(run.name);
            let Some(command) = experiment.command() else {
                continue;
            };
            let matches = command.no_binary_name(true).get_matches_from([""; 0]);
            let again = experiment
                .with(&matches)
                .expect("its own values go together");
            assert_eq!(
                format!("{again:?}"),
                format!("{experiment:?}"),
                "{}",
                run.name
            );
        }
    }
}
