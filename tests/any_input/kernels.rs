//! 100 000 initializers in any layout, shape and precision: an error, or finite weights of the variance that they claim.

use std::cell::RefCell;

use half::{bf16, f16};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestError, TestRunner};
use unit_variance::initializer::{FillError, KernelMut, Weight};
use unit_variance::probability::Float;
use unit_variance::{Initializer, Law, Layout, Streams};

use super::CASES;
use super::configuration::{Configuration, Precision, any_configuration};
use super::given::{Built, Claim, Given};
use super::pools::{NARROW, Pools};

/// What a kernel holds before it is filled.
const BEFORE: f64 = 0.375;

/// The largest kernel that is made.
const LARGEST: usize = 5000;

/// A number that weights are kept in, and back again.
trait Kept: Weight + PartialEq {
    fn to_f64(self) -> f64;
}

impl Kept for f64 {
    fn to_f64(self) -> f64 {
        self
    }
}

impl Kept for f32 {
    fn to_f64(self) -> f64 {
        self.into()
    }
}

impl Kept for f16 {
    fn to_f64(self) -> f64 {
        self.into()
    }
}

impl Kept for bf16 {
    fn to_f64(self) -> f64 {
        self.into()
    }
}

/// How the initializer of a configuration is made: by the library, or wrongly.
type Build = fn(Given) -> Built;

/// What is known of all configurations together.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    refused: u32,
    filled: u32,
    pools: Pools,
}

/// How far apart the numbers of a precision are.
#[derive(Debug, Clone, Copy)]
struct Steps {
    relative: f64,
    smallest: f64,
}

impl Steps {
    const fn of<T: Weight>() -> Self {
        Self {
            relative: T::EPSILON,
            smallest: T::SMALLEST,
        }
    }

    fn at(self, weight: f64) -> f64 {
        self.relative * weight.abs() + self.smallest
    }
}

/// Runs so many configurations.
fn run(cases: u32, build: Build) -> Result<Seen, String> {
    let seen = RefCell::new(Seen::default());
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&any_configuration(), |configuration| {
        let seen = &mut seen.borrow_mut();
        let weights = match configuration.precision {
            Precision::F64 => try_one::<f64>(&configuration, build)?,
            Precision::F32 => try_one::<f32>(&configuration, build)?,
            Precision::F16 => try_one::<f16>(&configuration, build)?,
            Precision::Bf16 => try_one::<bf16>(&configuration, build)?,
        };
        match weights {
            None => seen.refused += 1,
            Some((weights, steps)) => {
                seen.filled += 1;
                let fans = configuration.layout.try_fans(&configuration.shape).ok();
                let claim = configuration.given.claim(fans);
                check(&weights, claim, &configuration, steps, &mut seen.pools)?;
            }
        }
        Ok(())
    });
    match outcome {
        Ok(()) => Ok(seen.into_inner()),
        Err(TestError::Fail(reason, configuration)) => {
            Err(format!("{reason}\nwith {configuration:?}"))
        }
        Err(TestError::Abort(reason)) => Err(reason.to_string()),
    }
}

/// An error says something, and can be handed to any other thread.
fn demand_text(error: &(dyn std::error::Error + Send + Sync)) -> Result<(), TestCaseError> {
    let text = error.to_string();
    prop_assert!(text.len() > 10, "an error that says `{text}`");
    Ok(())
}

/// The weights of a configuration, and the steps of its precision; `None` if it was refused.
fn try_one<T: Kept>(
    configuration: &Configuration,
    build: Build,
) -> Result<Option<(Vec<f64>, Steps)>, TestCaseError> {
    let Configuration {
        given,
        layout,
        ref shape,
        seed,
        ..
    } = *configuration;
    match layout.try_fans(shape) {
        Ok(fans) => prop_assert!(is_fan(fans.fan_in()) && is_fan(fans.fan_out()), "{fans:?}"),
        Err(error) => demand_text(&error)?,
    }
    let initializer = match build(given) {
        Ok(initializer) => initializer,
        Err(error) => {
            demand_text(&*error)?;
            return Ok(None);
        }
    };
    let count = shape
        .iter()
        .try_fold(1_usize, |n, axis| n.checked_mul(*axis));
    let count = count.filter(|count| *count <= LARGEST);
    let before = T::round(BEFORE);
    let mut weights = vec![before; count.unwrap_or(3)];
    let filled = KernelMut::try_of(&mut weights, shape).and_then(|kernel| {
        initializer.try_fill(kernel, layout, &mut Streams::new(seed).stream("w"))
    });
    let whole = match filled {
        Ok(()) => Some(&weights[..]),
        Err(error) => {
            demand_text(&error)?;
            prop_assert!(
                weights.iter().all(|w| *w == before),
                "{error}, but the kernel has changed"
            );
            None
        }
    };
    try_part::<T>(configuration, &*initializer, whole)?;
    Ok(whole.map(|whole| {
        let whole = whole.iter().map(|w| w.to_f64()).collect();
        (whole, Steps::of::<T>())
    }))
}

fn is_fan(fan: f64) -> bool {
    fan > 0.0 && fan.is_finite()
}

/// A part of the kernel, drawn alone, is that part of the whole. Of a kernel that is too large to be made, a part can be.
fn try_part<T: Kept>(
    configuration: &Configuration,
    initializer: &dyn Initializer,
    whole: Option<&[T]>,
) -> Result<(), TestCaseError> {
    let Configuration {
        layout,
        ref shape,
        part: [begin, length],
        seed,
        ..
    } = *configuration;
    let first: Vec<usize> = shape.iter().map(|n| (begin * *n as f64) as usize).collect();
    let part: Vec<usize> = shape
        .iter()
        .zip(&first)
        .map(|(n, first)| (length * n.saturating_sub(*first) as f64).min(2.0) as usize)
        .collect();
    let entries: usize = part.iter().product();
    let mut weights = vec![T::round(BEFORE); entries];
    let filled = KernelMut::try_of(&mut weights, &part).and_then(|kernel| {
        let mut rng = Streams::new(seed).stream("w");
        initializer.try_fill_part(kernel, &first, shape, layout, &mut rng)
    });
    match (filled, whole) {
        (Err(error), _) => {
            demand_text(&error)?;
            prop_assert!(
                whole.is_none()
                    || error == FillError::NoParts
                    || matches!(error, FillError::Part { .. })
                    || entries == 0,
                "a part of what can be filled: {error}"
            );
        }
        (Ok(()), Some(whole)) => {
            for (at, w) in weights.iter().enumerate() {
                let place = index_in_whole(at, &part, &first, shape);
                prop_assert!(
                    *w == whole[place],
                    "{at} of the part is not {place} of the whole"
                );
            }
        }
        (Ok(()), None) => prop_assert!(
            weights.iter().all(|w| w.to_f64().is_finite()),
            "a part with infinite weights or NaN"
        ),
    }
    Ok(())
}

/// Where an entry of a part stands in the whole; the last axis is the fastest of both.
fn index_in_whole(at: usize, part: &[usize], first: &[usize], whole: &[usize]) -> usize {
    let (mut rest, mut index, mut unit) = (at, 0, 1);
    for axis in (0..whole.len()).rev() {
        index += unit * (first[axis] + rest % part[axis]);
        rest /= part[axis];
        unit *= whole[axis];
    }
    index
}

/// Whether weights are what they claim to be.
fn check(
    weights: &[f64],
    claim: Claim,
    configuration: &Configuration,
    steps: Steps,
    pools: &mut Pools,
) -> Result<(), TestCaseError> {
    let infinite = weights.iter().find(|w| !w.is_finite());
    prop_assert!(infinite.is_none(), "a weight is {infinite:?}");
    let (layout, shape) = (configuration.layout, &configuration.shape[..]);
    let step = steps.relative;
    match claim {
        Claim::Scaled { law, std_dev } => {
            for w in weights {
                pools.add(law, w / std_dev);
            }
        }
        Claim::Normal { mean, std_dev } => {
            if let Some(size) = rounded(std_dev, step * mean.abs()) {
                let draws = weights.iter().map(|w| w / size - mean / size);
                draws.for_each(|draw| pools.add(Law::Normal, draw));
            }
        }
        Claim::Between {
            mean,
            std_dev,
            low,
            high,
        } => {
            for w in weights {
                // The ends may have been read from a call, and are then off in their last digits.
                let slack = steps.at(*w) + 1e-14 * (mean.abs() + w.abs());
                prop_assert!(low - slack <= *w && *w <= high + slack, "{w} is outside");
            }
            let bound = (high / std_dev - mean / std_dev).max(mean / std_dev - low / std_dev);
            // Farther out a bound says nothing.
            if bound < NARROW
                && let Some(size) = rounded(std_dev, step * mean.abs())
            {
                let draws = weights.iter().map(|w| w / size - mean / size);
                draws.for_each(|draw| pools.add_bounded(draw, 1.01 * bound));
            }
        }
        Claim::Constant(value) => {
            let close = |w: &f64| (w - value).abs() <= steps.at(value);
            prop_assert!(weights.iter().all(close), "{weights:?} are not {value}");
        }
        Claim::Dirac { gain } => {
            let found = weights.iter().filter(|w| **w != 0.0).count();
            let (groups, inputs, outputs) = sizes(layout, shape);
            prop_assert!(
                gain.abs() < 1e-7 || found == groups * inputs.min(outputs),
                "{found} weights of {gain}"
            );
        }
        Claim::Sparse { std_dev } => {
            let kept = weights.iter().filter(|w| **w != 0.0);
            kept.for_each(|w| pools.add(Law::Normal, w / std_dev));
        }
        Claim::Rotation { gain, delta } => {
            let sum: f64 = weights.iter().map(|w| (w / gain).powi(2)).sum();
            let (groups, inputs, outputs) = sizes(layout, shape);
            let terms = weights.len() / groups / outputs;
            let rank = groups * if delta { inputs } else { terms.min(outputs) };
            // Of a gain so small that its share of an entry has lost its digits, nothing is claimed.
            let tolerance = 4.0 * step + 1e-12;
            prop_assert!(
                gain < 1e-2 || (sum / rank as f64 - 1.0).abs() < tolerance,
                "{sum} is not the rank {rank}"
            );
        }
    }
    Ok(())
}

/// The standard deviation of rounded draws: `σ² + step²/12`, where the steps around the mean are not much longer than the others.
/// `None` where they are: there the library says what is left, and this test says nothing.
fn rounded(std_dev: f64, step: f64) -> Option<f64> {
    (step < 0.01 * std_dev).then_some(std_dev)
}

/// The number of groups, and the channels that lead in and out of each.
fn sizes(layout: Layout, shape: &[usize]) -> (usize, usize, usize) {
    let rank = shape.len();
    let (groups, channels) = match layout {
        Layout::InOut | Layout::Bias => (1, [shape[0], shape[rank - 1]]),
        Layout::OutIn => (1, [shape[1], shape[0]]),
        Layout::PackedInOut { parts } => (parts, [shape[0], shape[1] / parts]),
        Layout::PackedOutIn { parts } => (parts, [shape[1], shape[0] / parts]),
        Layout::IntoHeads => (1, [shape[0], shape[1] * shape[2]]),
        Layout::FromHeads => (1, [shape[0] * shape[1], shape[2]]),
        Layout::Depthwise(_) => (shape[rank - 2], [1, shape[rank - 1]]),
        Layout::Convolution(_) => {
            // By its fans, with the space taken out: fans of a convolution count every tap.
            unit_convolution(layout, shape)
        }
    };
    (groups, channels[0], channels[1])
}

/// Of a convolution: the groups and channels, found by filling a kernel with the identity of one group's worth of inputs.
fn unit_convolution(layout: Layout, shape: &[usize]) -> (usize, [usize; 2]) {
    let file = serde_json::to_value(layout).expect("a layout is text and numbers");
    let convolution = &file["Convolution"];
    let groups = convolution["groups"].as_u64().expect("a number") as usize;
    let is_transposed = convolution["transposed"].as_bool().expect("a flag");
    let rank = shape.len();
    let order = convolution["order"].as_str().expect("a name");
    let (input, output) = match order {
        "OutInSpace" => (1, 0),
        "InOutSpace" => (0, 1),
        "SpaceInOut" => (rank - 2, rank - 1),
        "SpaceOutIn" => (rank - 1, rank - 2),
        "OutSpaceIn" => (rank - 1, 0),
        "InSpaceOut" => (0, rank - 1),
        other => unreachable!("an order that is not known here: {other}"),
    };
    let [mut inputs, mut outputs] = [shape[input], shape[output]];
    if is_transposed {
        inputs /= groups;
    } else {
        outputs /= groups;
    }
    (groups, [inputs, outputs])
}

/// As the library makes it.
fn right(given: Given) -> Built {
    given.build()
}

/// What fills by another initializer and then changes the weights.
struct Changed(Box<dyn Initializer>, fn(f64) -> f64);

impl Initializer for Changed {
    fn try_fill(
        &self,
        kernel: KernelMut<'_>,
        layout: Layout,
        rng: &mut dyn rand::Rng,
    ) -> Result<(), FillError> {
        let Self(inner, change) = self;
        // In the kernel's own precision, whose range is smaller than that of f64.
        macro_rules! changed {
            ($kernel:ident) => {{
                inner.try_fill($kernel.view_mut().into(), layout, rng)?;
                $kernel.mapv_inplace(|w| Float::round(change(w.into())));
            }};
        }
        match kernel {
            KernelMut::F64(mut kernel) => changed!(kernel),
            KernelMut::F32(mut kernel) => changed!(kernel),
            KernelMut::F16(mut kernel) => changed!(kernel),
            KernelMut::Bf16(mut kernel) => changed!(kernel),
            other => panic!(
                "a kernel of shape {:?} has an unknown precision",
                other.shape()
            ),
        }
        Ok(())
    }
}

/// Rules whose variance is a fifth too small; all other weights are right. Too large ones might leave the range of the kernel's precision.
fn a_fifth_too_small(given: Given) -> Built {
    let initializer = given.build()?;
    Ok(match given {
        Given::Rule(..) | Given::Gain(..) | Given::Preset(..) => {
            Box::new(Changed(initializer, |w| 0.8_f64.sqrt() * w))
        }
        _ => initializer,
    })
}

/// One weight in many is none.
fn now_and_then_nan(given: Given) -> Built {
    let rare = |w: f64| {
        if w.to_bits().is_multiple_of(4001) {
            f64::NAN
        } else {
            w
        }
    };
    Ok(Box::new(Changed(given.build()?, rare)))
}

/// A constructor that panics where `try_new` returns an error.
fn panicking(given: Given) -> Built {
    if let Given::Orthogonal(gain) = given {
        return Ok(Box::new(unit_variance::Orthogonal::new(gain)));
    }
    given.build()
}

#[test]
fn any_configuration_is_an_error_or_finite_weights_of_the_claimed_variance() {
    let seen = run(CASES, right).unwrap_or_else(|failure| panic!("{failure}"));
    seen.pools
        .judge()
        .unwrap_or_else(|failure| panic!("{failure}"));
    // It says something of both: of what is refused, and of what is drawn.
    assert!(
        seen.refused > CASES / 10 && seen.filled > CASES / 10,
        "{seen:?}"
    );
    assert!(seen.pools.count() > 500_000, "{seen:?}");
}

#[test]
fn rules_that_are_a_fifth_too_small_are_noticed() {
    let seen = run(CASES / 2, a_fifth_too_small).unwrap_or_else(|failure| panic!("{failure}"));
    let failure = seen.pools.judge().expect_err("one law in some is wrong");
    assert!(failure.contains("squares is 0.9"), "{failure}");
}

#[test]
fn a_nan_and_a_panic_are_noticed() {
    let failure = run(CASES, now_and_then_nan).expect_err("a NaN");
    assert!(failure.contains("NaN"), "{failure}");
    let failure = run(CASES, panicking).expect_err("a panic");
    assert!(failure.contains("a gain must be"), "{failure}");
}

#[test]
fn errors_go_from_thread_to_thread() {
    fn is_error<E: std::error::Error + Send + Sync + 'static>() {}
    use unit_variance::initializer::{FansError, LayoutError, NamedError, ParameterError, convert};
    is_error::<FansError>();
    is_error::<FillError>();
    is_error::<LayoutError>();
    is_error::<NamedError>();
    is_error::<ParameterError>();
    is_error::<convert::CallError>();
    is_error::<convert::MeasureError>();
    is_error::<unit_variance::activation::UnknownActivation>();
    is_error::<unit_variance::network::BuildError>();
    is_error::<unit_variance::network::Incomplete>();
    is_error::<unit_variance::probability::ExpectationError>();
    is_error::<unit_variance::theory::NoEdge>();
    is_error::<unit_variance::theory::NoFixedPoint>();
}
