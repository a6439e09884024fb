//! Both directions for every row of the book's table, the numbers of drawn weights, and what is no call.

mod drawn;
mod reading;
mod refused;
mod round_trip;
mod table;

use super::*;
use crate::initializer::{Initializer, Layout, Orthogonal, VarianceScaling};
use crate::probability::{Law, Moments, Streams};

const SQRT_2: f64 = std::f64::consts::SQRT_2;

fn read(text: &str) -> Recipe {
    let call: Call = text.parse().unwrap_or_else(|error| panic!("{error}"));
    call.recipe().expect("what was read is in its range")
}

fn error(text: &str) -> String {
    let call = text.parse::<Call>();
    call.map_or_else(
        |error| error.to_string(),
        |call| panic!("{text} is {call:?}"),
    )
}

fn calls(recipe: Recipe, fans: Fans) -> [Option<String>; 6] {
    Library::ALL.map(|library| library.call(recipe, fans).map(|call| call.to_string()))
}

/// Variances that differ by rounding alone, and the same law.
fn assert_is(found: Recipe, expected: Recipe, fans: Fans, of: &str) {
    for (name, a, b) in [
        ("mean", found.mean(), expected.mean()),
        ("variance", found.variance(fans), expected.variance(fans)),
        ("bound", found.bound(fans), expected.bound(fans)),
    ] {
        assert!(
            a == b || (b.is_finite() && (a - b).abs() <= 1e-13 * b.abs()),
            "{of}: {name} {a:e}, expected {b:e}"
        );
    }
}
