//! Every initializer of the library, by the parameters that somebody gave, and what it claims of its weights.

use proptest::prelude::*;
use unit_variance::initializer::convert::{Library, Measure, Recipe};
use unit_variance::initializer::{
    DeltaOrthogonal, Named, Normal, Siren, Sparse, TruncatedNormal, Uniform, random_walk_gain,
};
use unit_variance::{
    Activation, Constant, Fan, Fans, Identity, Initializer, Law, Orthogonal, VarianceScaling,
};

use super::numbers::{any_count, any_number};

/// An initializer before anybody looked at its parameters.
#[derive(Debug, Clone, Copy)]
pub(super) enum Given {
    Rule(f64, Fan, Law),
    Gain(f64, Fan, Law),
    Preset(Preset, Law),
    Measured(Measure, Fan, Law, Fans),
    Walk(usize),
    Normal(f64, f64),
    Uniform(f64, f64),
    Truncated(f64, f64, f64, f64),
    Cut(f64, f64, f64),
    Orthogonal(f64),
    DeltaOrthogonal(f64),
    Identity(f64),
    Constant(f64),
    Sparse(usize, f64),
    Sparsity(f64, f64),
    Siren(Siren),
    Named(Named),
    Converted(Library, Recipe, Fans),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Preset {
    Lecun,
    Xavier,
    He,
    PyTorch,
    For(Activation),
}

/// What weights claim to be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Claim {
    /// Independent draws of a standardized law, times this.
    Scaled { law: Law, std_dev: f64 },
    /// Independent draws of mean `mean` and standard deviation `std_dev`, from `low` to `high`.
    Between {
        mean: f64,
        std_dev: f64,
        low: f64,
        high: f64,
    },
    /// `mean` plus normal draws.
    Normal { mean: f64, std_dev: f64 },
    /// A sum of squares, over the gain's, that is a whole number: the rank, or the number of inputs, of every group.
    Rotation { gain: f64, delta: bool },
    /// The same number wherever it is not 0.
    Dirac { gain: f64 },
    /// One number.
    Constant(f64),
    /// Normal draws, and zeros.
    Sparse { std_dev: f64 },
}

pub(super) type Built = Result<Box<dyn Initializer>, Box<dyn std::error::Error + Send + Sync>>;

impl Given {
    /// The initializer, or why there is none. Nothing here may panic.
    pub(super) fn build(self) -> Built {
        Ok(match self {
            Self::Rule(scale, fan, law) => Box::new(VarianceScaling::try_new(scale, fan, law)?),
            Self::Gain(gain, fan, law) => Box::new(VarianceScaling::try_with_gain(gain, fan, law)?),
            Self::Preset(preset, law) => {
                // A preset takes any law but one whose cut is none.
                VarianceScaling::try_new(1.0, Fan::In, law)?;
                Box::new(preset.rule(law))
            }
            Self::Measured(measure, fan, law, fans) => Box::new(measure.rule(fan, law, fans)?),
            Self::Walk(width) => {
                let gain = random_walk_gain(width.max(1));
                Box::new(VarianceScaling::try_with_gain(gain, Fan::In, Law::Normal)?)
            }
            Self::Normal(mean, std_dev) => Box::new(Normal::try_new(mean, std_dev)?),
            Self::Uniform(low, high) => Box::new(Uniform::try_new(low, high)?),
            Self::Truncated(mean, std_dev, low, high) => {
                Box::new(TruncatedNormal::try_new(mean, std_dev, low, high)?)
            }
            Self::Cut(mean, std_dev, cut) => {
                Box::new(TruncatedNormal::try_with_cut(mean, std_dev, cut)?)
            }
            Self::Orthogonal(gain) => Box::new(Orthogonal::try_new(gain)?),
            Self::DeltaOrthogonal(gain) => Box::new(DeltaOrthogonal::try_new(gain)?),
            Self::Identity(gain) => Box::new(Identity::try_new(gain)?),
            Self::Constant(value) => Box::new(Constant(value)),
            Self::Sparse(count, std_dev) => Box::new(Sparse::try_new(count, std_dev)?),
            Self::Sparsity(share, std_dev) => Box::new(Sparse::try_with_sparsity(share, std_dev)?),
            Self::Siren(siren) => {
                siren.try_variance(Fans::new(1, 1))?;
                Box::new(siren)
            }
            Self::Named(named) => Box::new(named),
            Self::Converted(library, recipe, fans) => {
                recipe.initializer()?;
                match library.call(recipe, fans) {
                    Some(call) => call.recipe()?.initializer()?,
                    None => return Err("the library has no such call".into()),
                }
            }
        })
    }

    /// What its weights claim to be in a kernel with these fans, once they have been drawn.
    pub(super) fn claim(self, fans: Option<Fans>) -> Claim {
        let scaled = |rule: VarianceScaling| Claim::Scaled {
            law: rule.law(),
            std_dev: rule.std_dev(fans.expect("a rule without fans is refused")),
        };
        match self {
            Self::Rule(scale, fan, law) => scaled(VarianceScaling::new(scale, fan, law)),
            Self::Gain(gain, fan, law) => scaled(VarianceScaling::with_gain(gain, fan, law)),
            Self::Preset(preset, law) => scaled(preset.rule(law)),
            Self::Measured(measure, fan, law, of) => {
                scaled(measure.rule(fan, law, of).expect("it was built"))
            }
            Self::Walk(width) => {
                let gain = random_walk_gain(width.max(1));
                scaled(VarianceScaling::with_gain(gain, Fan::In, Law::Normal))
            }
            Self::Normal(mean, std_dev) => Claim::Normal { mean, std_dev },
            Self::Uniform(low, high) => uniform(low, high),
            Self::Truncated(mean, std_dev, low, high) => truncated(mean, std_dev, low, high),
            Self::Cut(mean, std_dev, cut) => {
                truncated(mean, std_dev, mean - cut * std_dev, mean + cut * std_dev)
            }
            Self::Orthogonal(gain) => Claim::Rotation { gain, delta: false },
            Self::DeltaOrthogonal(gain) => Claim::Rotation { gain, delta: true },
            Self::Identity(gain) => Claim::Dirac { gain },
            Self::Constant(value) => Claim::Constant(value),
            Self::Sparse(_, std_dev) | Self::Sparsity(_, std_dev) => Claim::Sparse { std_dev },
            Self::Siren(siren) => Claim::Scaled {
                law: Law::Uniform,
                std_dev: siren.variance(fans.expect("it has fans")).sqrt(),
            },
            Self::Named(named) => of_named(named, fans),
            Self::Converted(library, recipe, of) => match recipe {
                Recipe::VarianceScaling(rule) => {
                    let call = library.call(recipe, of).expect("it was built");
                    let of = if call.follows_fans() { fans } else { Some(of) };
                    Claim::Scaled {
                        law: rule.law(),
                        std_dev: rule.std_dev(of.expect("a rule without fans is refused")),
                    }
                }
                Recipe::Normal { mean, std_dev } => Claim::Normal { mean, std_dev },
                Recipe::Uniform { low, high } => uniform(low, high),
                Recipe::Orthogonal { gain } => Claim::Rotation { gain, delta: false },
                Recipe::TruncatedNormal {
                    mean,
                    std_dev,
                    low,
                    high,
                } => truncated(mean, std_dev, low, high),
                _ => unreachable!("every recipe is listed here: {recipe:?}"),
            },
        }
    }
}

impl Preset {
    fn rule(self, law: Law) -> VarianceScaling {
        match self {
            Self::Lecun => VarianceScaling::lecun(law),
            Self::Xavier => VarianceScaling::xavier(law),
            Self::He => VarianceScaling::he(law),
            Self::PyTorch => VarianceScaling::pytorch_linear(),
            Self::For(activation) => VarianceScaling::for_activation(activation, law),
        }
    }
}

fn of_named(named: Named, fans: Option<Fans>) -> Claim {
    match named {
        Named::VarianceScaling(rule) => Claim::Scaled {
            law: rule.law(),
            std_dev: rule.std_dev(fans.expect("a rule without fans is refused")),
        },
        Named::Variance { variance, law } => Claim::Scaled {
            law,
            std_dev: variance.sqrt(),
        },
        Named::Normal { std_dev } => Claim::Normal { mean: 0.0, std_dev },
        Named::Uniform { bound } => uniform(-bound, bound),
        Named::TruncatedNormal { std_dev, cut } => {
            truncated(0.0, std_dev, -cut * std_dev, cut * std_dev)
        }
        Named::Orthogonal { gain } => Claim::Rotation { gain, delta: false },
        Named::DeltaOrthogonal { gain } => Claim::Rotation { gain, delta: true },
        Named::Identity { gain } => Claim::Dirac { gain },
        Named::Constant(value) => Claim::Constant(value),
        Named::Sparse { std_dev, .. } => Claim::Sparse { std_dev },
        Named::Siren(siren) => Claim::Scaled {
            law: Law::Uniform,
            std_dev: siren.variance(fans.expect("it has fans")).sqrt(),
        },
        _ => unreachable!("every initializer that has a name is listed here: {named}"),
    }
}

fn uniform(low: f64, high: f64) -> Claim {
    Claim::Between {
        mean: f64::midpoint(low, high),
        std_dev: (0.5 * high - 0.5 * low) / 3_f64.sqrt(),
        low,
        high,
    }
}

fn truncated(mean: f64, std_dev: f64, low: f64, high: f64) -> Claim {
    let law = unit_variance::probability::BoundedNormal::new(mean, std_dev, low, high);
    Claim::Between {
        mean: law.mean(),
        std_dev: law.std_dev(),
        low,
        high,
    }
}

fn any_law() -> impl Strategy<Value = Law> + Clone {
    prop_oneof![
        3 => Just(Law::Normal),
        3 => Just(Law::Uniform),
        1 => Just(Law::TRUNCATED_NORMAL),
        1 => (0.01..12.0_f64).prop_map(|cut| Law::TruncatedNormal { cut }),
        1 => any_number().prop_map(|cut| Law::TruncatedNormal { cut }),
    ]
}

fn any_fan() -> impl Strategy<Value = Fan> + Clone {
    proptest::sample::select(vec![Fan::In, Fan::Out, Fan::Average, Fan::GeometricAverage])
}

fn any_fans() -> impl Strategy<Value = Fans> + Clone {
    (any_number(), any_number()).prop_filter_map("fans", |(fan_in, fan_out)| {
        Fans::try_new(fan_in, fan_out).ok()
    })
}

fn any_siren() -> impl Strategy<Value = Siren> + Clone {
    prop_oneof![
        Just(Siren::First),
        any_number().prop_map(|omega| Siren::Hidden { omega })
    ]
}

fn any_preset() -> impl Strategy<Value = Preset> + Clone {
    prop_oneof![
        Just(Preset::Lecun),
        Just(Preset::Xavier),
        Just(Preset::He),
        Just(Preset::PyTorch),
        proptest::sample::select(Activation::ALL.to_vec()).prop_map(Preset::For),
    ]
}

fn any_named() -> impl Strategy<Value = Named> + Clone {
    let x = any_number;
    prop_oneof![
        (x(), any_law()).prop_map(|(variance, law)| Named::Variance { variance, law }),
        x().prop_map(|std_dev| Named::Normal { std_dev }),
        x().prop_map(|bound| Named::Uniform { bound }),
        (x(), x()).prop_map(|(std_dev, cut)| Named::TruncatedNormal { std_dev, cut }),
        x().prop_map(|gain| Named::Orthogonal { gain }),
        x().prop_map(|gain| Named::DeltaOrthogonal { gain }),
        x().prop_map(|gain| Named::Identity { gain }),
        x().prop_map(Named::Constant),
        (any_count(), x()).prop_map(|(connections, std_dev)| Named::Sparse {
            connections,
            std_dev
        }),
        any_siren().prop_map(Named::Siren),
        any_law().prop_filter_map("a law", |law| {
            let rule = VarianceScaling::try_new(2.0, Fan::Average, law);
            rule.ok().map(Named::VarianceScaling)
        }),
    ]
}

fn any_recipe() -> impl Strategy<Value = Recipe> + Clone {
    let x = any_number;
    prop_oneof![
        (x(), any_fan(), any_law()).prop_filter_map("a rule", |(scale, fan, law)| {
            VarianceScaling::try_new(scale, fan, law)
                .ok()
                .map(Recipe::from)
        }),
        (x(), x()).prop_map(|(mean, std_dev)| Recipe::Normal { mean, std_dev }),
        (x(), x()).prop_map(|(low, high)| Recipe::Uniform { low, high }),
        (x(), x(), x(), x()).prop_map(|(mean, std_dev, low, high)| Recipe::TruncatedNormal {
            mean,
            std_dev,
            low,
            high
        }),
        x().prop_map(|gain| Recipe::Orthogonal { gain }),
    ]
}

fn any_measure() -> impl Strategy<Value = Measure> + Clone {
    (0..6_usize, any_number()).prop_map(|(which, x)| {
        let measures = [
            Measure::Scale,
            Measure::Gain,
            Measure::Variance,
            Measure::StdDev,
            Measure::Bound,
            Measure::StdDevBeforeCut,
        ];
        measures[which](x)
    })
}

/// Any initializer with any parameters.
pub(super) fn any_given() -> BoxedStrategy<Given> {
    let x = any_number;
    prop_oneof![
        3 => (x(), any_fan(), any_law()).prop_map(|(s, fan, law)| Given::Rule(s, fan, law)),
        1 => (x(), any_fan(), any_law()).prop_map(|(g, fan, law)| Given::Gain(g, fan, law)),
        3 => (any_preset(), any_law()).prop_map(|(preset, law)| Given::Preset(preset, law)),
        1 => (any_measure(), any_fan(), any_law(), any_fans())
            .prop_map(|(measure, fan, law, fans)| Given::Measured(measure, fan, law, fans)),
        1 => any_count().prop_map(Given::Walk),
        2 => (x(), x()).prop_map(|(mean, std_dev)| Given::Normal(mean, std_dev)),
        2 => (x(), x()).prop_map(|(a, b)| Given::Uniform(-a, b)),
        2 => (x(), x(), x(), x()).prop_map(|(m, s, a, b)| Given::Truncated(m, s, -a, b)),
        1 => (x(), x(), x()).prop_map(|(mean, std_dev, cut)| Given::Cut(mean, std_dev, cut)),
        1 => x().prop_map(Given::Orthogonal),
        1 => x().prop_map(Given::DeltaOrthogonal),
        1 => x().prop_map(Given::Identity),
        1 => x().prop_map(Given::Constant),
        1 => (any_count(), x()).prop_map(|(count, std_dev)| Given::Sparse(count, std_dev)),
        1 => (x(), x()).prop_map(|(share, std_dev)| Given::Sparsity(share, std_dev)),
        1 => any_siren().prop_map(Given::Siren),
        3 => any_named().prop_map(Given::Named),
        2 => (proptest::sample::select(Library::ALL.to_vec()), any_recipe(), any_fans())
            .prop_map(|(library, recipe, fans)| Given::Converted(library, recipe, fans)),
    ]
    .boxed()
}
