//! 100 000 texts: what is read is written so that it reads back the same, and nothing else is read.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use unit_variance::initializer::Named;
use unit_variance::initializer::convert::{Call, number};
use unit_variance::{Activation, Fans, Initializer, Streams};

use super::CASES;

/// Texts that can be read, as the beginning of others.
const TEXTS: [&str; 30] = [
    "he",
    "he/uniform",
    "xavier/truncated-normal:3",
    "lecun-fan-out",
    "pytorch-linear",
    "3/fan-avg/uniform",
    "2/n",
    "variance:0.5/uniform",
    "normal:0.02",
    "uniform:0.05",
    "truncated-normal:0.02:3",
    "orthogonal:1.414",
    "delta-orthogonal:2",
    "identity:0.5",
    "constant:-0.1",
    "zeros",
    "sparse:15:1",
    "siren-first",
    "siren-hidden:30",
    "leaky_relu_0.2",
    "gelu-tanh",
    "nn.init.kaiming_uniform_(w, a=math.sqrt(5))",
    "nn.init.trunc_normal_(w, std=0.02, a=-2.0, b=2.0)",
    "VarianceScaling(1 / 3, 'fan_in', 'uniform')",
    "variance_scaling(2.0, 'fan_avg', 'truncated_normal')",
    "Initializer::KaimingNormal { gain: 1.0, fan_out_only: true }",
    "Init::Kaiming { dist: NormalOrUniform::Normal, fan: FanInOut::FanIn, non_linearity: NonLinearity::ReLU }",
    "VarianceScaling::new(2.0, Fan::Out, Law::TruncatedNormal { cut: 3.0 })",
    "TruncatedNormal::new(0.0, 0.02, -0.04, 0.04)",
    "0.02 / math.sqrt(2 * 12)",
];

/// What stands in one place of another.
const PIECES: [&str; 34] = [
    "",
    "/",
    ":",
    "-",
    ".",
    "(",
    ")",
    "{",
    "}",
    ",",
    "=",
    "**",
    "'",
    "e",
    "NaN",
    "inf",
    "-inf",
    "0",
    "-1",
    "1e400",
    "1e-400",
    "5e-324",
    "1e-200",
    "1e200",
    "1e308",
    "1.7976931348623157e308",
    "18446744073709551616",
    "uniform",
    "truncated-normal",
    "he",
    "fan-in",
    "ω",
    "\u{0}",
    " ",
];

/// A text that can be read, with pieces of it replaced.
fn any_text() -> impl Strategy<Value = String> {
    let edit = (
        any::<prop::sample::Index>(),
        0..4_usize,
        proptest::sample::select(PIECES.to_vec()),
    );
    let edited = (
        proptest::sample::select(TEXTS.to_vec()),
        proptest::collection::vec(edit, 0..4),
    )
        .prop_map(|(text, edits)| {
            let mut text: Vec<char> = text.chars().collect();
            for (place, length, piece) in edits {
                let place = place.index(text.len() + 1);
                let end = (place + length).min(text.len());
                text.splice(place..end, piece.chars());
            }
            text.into_iter().collect()
        });
    let made = (proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 0..9))
        .prop_map(|pieces| pieces.concat());
    let one_number = (
        proptest::sample::select(vec![
            "normal:",
            "uniform:",
            "orthogonal:",
            "identity:",
            "constant:",
            "siren-hidden:",
            "variance:",
            "truncated-normal:1:",
            "sparse:3:",
            "he/truncated-normal:",
            "leaky_relu_",
        ]),
        super::numbers::any_number(),
    )
        .prop_map(|(name, x)| format!("{name}{x:e}"));
    prop_oneof![6 => edited, 2 => one_number, 1 => made]
}

/// What was read writes a text that reads back the same.
fn demand_same<T: FromStr<Err: Display> + Display + Debug>(
    text: &str,
    is_same: impl Fn(&T, &T) -> bool,
) -> Result<Option<T>, TestCaseError> {
    match text.parse::<T>() {
        Ok(value) => {
            let written = value.to_string();
            match written.parse::<T>() {
                Ok(again) => prop_assert!(
                    is_same(&again, &value),
                    "{text} was written {written}, and that was read as {again:?}"
                ),
                Err(error) => {
                    return Err(TestCaseError::fail(format!(
                        "{text} was written {written}, and then: {error}"
                    )));
                }
            }
            Ok(Some(value))
        }
        Err(error) => {
            prop_assert!(error.to_string().len() > 10);
            Ok(None)
        }
    }
}

/// Whether two calls draw from the same law. One that writes a number as a root or a quotient may be off in its last digits.
fn are_close(a: &Call, b: &Call) -> bool {
    let fans = Fans::new(3, 4);
    let numbers = |call: &Call| {
        let recipe = call.recipe().ok()?;
        Some((recipe.mean(), recipe.std_dev(fans), recipe.bound(fans)))
    };
    let (Some(a), Some(b)) = (numbers(a), numbers(b)) else {
        return false;
    };
    let close = |x: f64, y: f64, size: f64| x == y || (x - y).abs() <= 1e-12 * size;
    close(a.0, b.0, a.0.abs() + a.1) && close(a.1, b.1, a.1) && close(a.2, b.2, a.2)
}

/// Whether all texts but few pass, and how many were read.
fn run(judge: impl Fn(&str) -> Result<bool, TestCaseError>) -> Result<u32, String> {
    let read = std::cell::Cell::new(0);
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&any_text(), |text| {
            read.set(read.get() + u32::from(judge(&text)?));
            Ok(())
        })
        .map_err(|error| error.to_string())?;
    Ok(read.get())
}

#[test]
fn what_is_read_is_written_so_that_it_reads_back_the_same() {
    let read = run(|text| {
        let named = demand_same::<Named>(text, PartialEq::eq)?;
        if let Some(named) = named {
            // No text's parameters are out of their range.
            let fans = Fans::new(3, 4);
            let (variance, std_dev) = (named.variance(fans), named.std_dev(fans));
            prop_assert!(variance.is_none_or(|x| x >= 0.0) && std_dev.is_none_or(|x| x >= 0.0));
            let mut weights = ndarray::Array2::<f64>::zeros((3, 4));
            let filled = named.try_fill(
                (&mut weights).into(),
                unit_variance::Layout::InOut,
                &mut Streams::new(1).stream("w"),
            );
            prop_assert!(
                filled.is_err() || weights.iter().all(|w| w.is_finite()),
                "{named}"
            );
        }
        let activation = demand_same::<Activation>(text, PartialEq::eq)?;
        let call = demand_same::<Call>(text, are_close)?;
        if let Some(call) = call {
            prop_assert!(
                call.recipe()
                    .is_ok_and(|recipe| recipe.initializer().is_ok())
            );
        }
        if let Ok(x) = number(text) {
            let again = number(&format!("{x:?}"));
            prop_assert!(again == Ok(x), "{} is {:?}", x, again);
        }
        Ok(named.is_some() || activation.is_some() || call.is_some())
    });
    let read = read.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(read > CASES / 10, "only {read} texts could be read");
}

#[test]
fn a_number_that_is_written_to_six_digits_is_noticed() {
    /// Writes fewer digits than there are.
    #[derive(Debug, PartialEq)]
    struct Short(f64);

    impl FromStr for Short {
        type Err = std::num::ParseFloatError;

        fn from_str(text: &str) -> Result<Self, Self::Err> {
            let number = text.rsplit(':').next().unwrap_or_default();
            number.parse().map(Self)
        }
    }

    impl Display for Short {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "{:.6}", self.0)
        }
    }

    let failure = run(|text| Ok(demand_same::<Short>(text, PartialEq::eq)?.is_some()))
        .expect_err("six digits");
    assert!(failure.contains("was written"), "{failure}");
}
