//! 100 000 pieces of JSON: what is read is written so that it reads back the same, and nothing else is read.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde::Serialize;
use serde::de::DeserializeOwned;
use unit_variance::evidence::{Domain, Evidence, FoilOutcome, Grade, Interval, Verdict};
use unit_variance::initializer::{Named, PerAxis};
use unit_variance::network::{Optimizer, StepSchedule};
use unit_variance::theory::MeanField;
use unit_variance::{Activation, Convolution, Depthwise, Fan, Fans, KernelOrder, Law, Layout};

use super::CASES;

/// What can be read as one type or another, as the beginning of other pieces.
const PIECES: [&str; 22] = [
    r#""he/uniform""#,
    r#""truncated-normal:0.02:3""#,
    r#"{"fan_in": 9, "fan_out": 2.25}"#,
    r#""GeometricAverage""#,
    r#""SpaceInOut""#,
    r#""Bias""#,
    r#"{"PackedOutIn": {"parts": 3}}"#,
    r#"{"Convolution": {"order": "OutInSpace", "groups": 8, "stride": [2, 1], "transposed": true}}"#,
    r#"{"order": "InSpaceOut", "stride": 2}"#,
    r#"{"Depthwise": {}}"#,
    r#"{"stride": [1, 2, 3], "transposed": false}"#,
    "[2, 1]",
    r#"{"TruncatedNormal": {"cut": 2.0}}"#,
    r#""Uniform""#,
    r#"{"LeakyRelu": {"slope": 0.2}}"#,
    r#""Gelu""#,
    r#"{"Nesterov": {"momentum": 0.9}}"#,
    r#"{"initial": 0.1, "factor": 0.5, "every": 2}"#,
    r#"{"activation": "Tanh", "weight": 1.5, "bias": 0.1}"#,
    r#"{"low": "-inf", "high": 1e-9}"#,
    r#"{"name": "half", "value": "nan", "caught": true, "miss": null, "predicted": {"low": 1, "high": "inf"}}"#,
    r#"{"id": "a.b", "sentence": "s", "seed": 7, "evidence": {"statistic": "x", "law": "y", "grade": "exact", "n": 3, "subject": "z", "value": 1.5, "interval": {"low": 0.5, "high": 2}, "p_value": 0.3, "alpha": 1e-9, "beta": 0, "resolution": [0.9, 1.1], "foils": [], "domains": [{"word": "w", "tried": "t", "proved": true}]}}"#,
];

/// What stands in one place of another.
const EDITS: [&str; 30] = [
    "",
    "0",
    "-1",
    "null",
    "true",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "1e400",
    "-0",
    "5e-324",
    "1e308",
    "0.1",
    "18446744073709551615",
    "18446744073709551616",
    "\"nan\"",
    "\"inf\"",
    "2",
    "[1,1]",
    "\"he\"",
    "stride",
    "cut",
    "\\u0000",
    "ω",
    "[[[[",
    " ",
];

fn any_json() -> impl Strategy<Value = String> {
    let edit = (
        any::<prop::sample::Index>(),
        0..6_usize,
        proptest::sample::select(EDITS.to_vec()),
    );
    let number = super::numbers::any_number();
    let edited = (
        proptest::sample::select(PIECES.to_vec()),
        proptest::collection::vec(edit, 0..3),
    )
        .prop_map(|(piece, edits)| {
            let mut text: Vec<char> = piece.chars().collect();
            for (place, length, edit) in edits {
                let place = place.index(text.len() + 1);
                let end = (place + length).min(text.len());
                text.splice(place..end, edit.chars());
            }
            text.into_iter().collect::<String>()
        });
    let of_number = (
        proptest::sample::select(vec![
            r#"{"TruncatedNormal": {"cut": X}}"#,
            r#"{"LeakyRelu": {"slope": X}}"#,
            r#"{"fan_in": X, "fan_out": 2.25}"#,
            r#"{"activation": "Tanh", "weight": X, "bias": 0.1}"#,
            r#"{"low": X, "high": "inf"}"#,
            r#""orthogonal:X""#,
        ]),
        number,
    )
        .prop_map(|(piece, x)| piece.replace('X', &format!("{x:e}")));
    prop_oneof![4 => edited, 1 => of_number]
}

/// What was read writes a piece that reads back the same; whether it was read at all.
fn demand_same<T: Serialize + DeserializeOwned>(json: &str) -> Result<bool, TestCaseError> {
    let value: T = match serde_json::from_str(json) {
        Ok(value) => value,
        Err(error) => {
            prop_assert!(error.to_string().len() > 10);
            return Ok(false);
        }
    };
    let write = |value: &T| {
        serde_json::to_string(value)
            .map_err(|error| TestCaseError::fail(format!("{json}: {error}")))
    };
    let written = write(&value)?;
    match serde_json::from_str::<T>(&written) {
        // Of values with a NaN, which is not equal to itself, the texts are.
        Ok(again) => prop_assert_eq!(&written, &write(&again)?, "from {}", json),
        Err(error) => {
            return Err(TestCaseError::fail(format!(
                "{json} was written {written}, and then: {error}"
            )));
        }
    }
    Ok(true)
}

/// Whether the piece is read as any of the types of the library that can stand in a file.
fn demand_all(json: &str) -> Result<bool, TestCaseError> {
    let read = [
        demand_same::<Named>(json)?,
        demand_same::<Fans>(json)?,
        demand_same::<Fan>(json)?,
        demand_same::<Layout>(json)?,
        demand_same::<KernelOrder>(json)?,
        demand_same::<Convolution>(json)?,
        demand_same::<Depthwise>(json)?,
        demand_same::<PerAxis>(json)?,
        demand_same::<Law>(json)?,
        demand_same::<Activation>(json)?,
        demand_same::<Optimizer>(json)?,
        demand_same::<StepSchedule>(json)?,
        demand_same::<MeanField>(json)?,
        demand_same::<Grade>(json)?,
        demand_same::<Interval>(json)?,
        demand_same::<FoilOutcome>(json)?,
        demand_same::<Domain>(json)?,
        demand_same::<Evidence>(json)?,
        demand_same::<Verdict>(json)?,
    ];
    Ok(read.contains(&true))
}

fn run(judge: impl Fn(&str) -> Result<bool, TestCaseError>) -> Result<u32, String> {
    let read = std::cell::Cell::new(0);
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&any_json(), |json| {
            read.set(read.get() + u32::from(judge(&json)?));
            Ok(())
        })
        .map_err(|error| error.to_string())?;
    Ok(read.get())
}

#[test]
fn what_is_read_from_a_file_is_written_so_that_it_reads_back_the_same() {
    let read = run(demand_all).unwrap_or_else(|failure| panic!("{failure}"));
    assert!(read > CASES / 10, "only {read} pieces could be read");
    for piece in PIECES {
        assert!(demand_all(piece).is_ok_and(|read| read), "{piece}");
    }
}

#[test]
fn what_a_call_would_refuse_is_refused_where_it_is_read() {
    fn says<T: DeserializeOwned>(json: &str, text: &str) {
        match serde_json::from_str::<T>(json) {
            Ok(_) => panic!("{json} was read"),
            Err(error) => assert!(error.to_string().contains(text), "{json}: {error}"),
        }
    }
    says::<Law>(
        r#"{"TruncatedNormal": {"cut": -2.0}}"#,
        "floating point `-2.0`, expected a positive finite number",
    );
    says::<Optimizer>(
        r#"{"Momentum": {"momentum": 1.0}}"#,
        "`1.0`, expected a number from 0 to below 1",
    );
    says::<StepSchedule>(
        r#"{"initial": 0.1, "factor": 0.5, "every": 0}"#,
        "`0`, expected a nonzero u32",
    );
    says::<MeanField>(
        r#"{"activation": "Tanh", "weight": -1, "bias": 0}"#,
        "`-1.0`, expected a finite number that is not negative",
    );
    says::<Fans>(r#"{"fan_in": 9.0, "fan_out": 0.0}"#, "are 9 and 0");
    says::<Named>(
        r#""siren-hidden:1e-200""#,
        "a positive finite square, but is 1e-200",
    );
    says::<Layout>(
        r#"{"Convolution": {"order": "OutInSpace", "padding": 1}}"#,
        "unknown field `padding`, expected one of `order`, `groups`, `stride`, `transposed`",
    );
}

#[test]
fn a_number_that_json_has_not_is_noticed() {
    /// An infinity is written as `null`, and does not come back.
    #[derive(serde::Serialize, serde::Deserialize)]
    struct Plain {
        low: Wire,
        high: f64,
    }

    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Wire {
        Number(f64),
        Word(String),
    }

    impl Serialize for Wire {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match self {
                Self::Number(x) => serializer.serialize_f64(*x),
                Self::Word(word) => serializer.serialize_f64(if word == "nan" {
                    f64::NAN
                } else {
                    f64::INFINITY
                }),
            }
        }
    }

    let failure = run(demand_same::<Plain>).expect_err("an infinity");
    assert!(failure.contains("null"), "{failure}");
}
