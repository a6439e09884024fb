//! The values that options take. A parser's error says what is accepted.

use std::fmt::Display;

use serde::Serializer;
use unit_variance::initializer::Named;
use unit_variance::{Activation, Law};

/// Writes a list as one text, with blanks between its items.
///
/// # Errors
///
/// As the serializer.
pub fn joined<T: Display, S: Serializer>(items: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    serializer.serialize_str(&items.join(" "))
}

/// Writes a value as the terminal takes it.
///
/// # Errors
///
/// As the serializer.
pub fn shown<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// A seed of NumPy's legacy stream.
///
/// # Errors
///
/// What is accepted, for any other text.
pub fn numpy_seed(text: &str) -> Result<u32, &'static str> {
    text.parse()
        .map_err(|_| "a whole number from 0 to 4294967295, as NumPy's legacy seed")
}

/// A seed of the streams.
///
/// # Errors
///
/// What is accepted, for any other text.
pub fn seed(text: &str) -> Result<u64, &'static str> {
    text.parse()
        .map_err(|_| "a whole number from 0 to 18446744073709551615")
}

/// A number of things, at least one.
///
/// # Errors
///
/// What is accepted, for any other text.
pub fn count(text: &str) -> Result<usize, &'static str> {
    match text.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err("a whole number, 1 or more"),
    }
}

/// A number of things, at least two.
///
/// # Errors
///
/// What is accepted, for any other text.
pub fn at_least_two(text: &str) -> Result<usize, &'static str> {
    match text.parse() {
        Ok(count) if count > 1 => Ok(count),
        _ => Err("a whole number, 2 or more"),
    }
}

/// The place of something, from 0.
///
/// # Errors
///
/// What is accepted, for any other text.
pub fn index(text: &str) -> Result<usize, &'static str> {
    text.parse().map_err(|_| "a whole number, 0 or more")
}

/// A number of things, from one to a million.
///
/// # Errors
///
/// What is accepted, for any other text.
pub fn small_count(text: &str) -> Result<u32, &'static str> {
    match text.parse() {
        Ok(count) if (1..=1_000_000).contains(&count) => Ok(count),
        _ => Err("a whole number from 1 to 1000000"),
    }
}

/// What is said of a number that is not positive, or not finite.
const POSITIVE: &str = "a positive finite number";

/// A positive number that a float can hold.
///
/// # Errors
///
/// What is accepted, for any other text.
pub fn positive(text: &str) -> Result<f64, &'static str> {
    match text.parse() {
        Ok(number) if number > 0.0 && f64::is_finite(number) => Ok(number),
        Ok(number) if number == 0.0 && is_not_zero(text) => {
            Err("a positive number of at least 5e-324 (this one rounds to 0)")
        }
        Ok(f64::INFINITY) if !text.to_lowercase().contains('i') => {
            Err("a positive number of at most 1.7976931348623157e308 (this one rounds to infinity)")
        }
        _ => Err(POSITIVE),
    }
}

/// Whether a positive number was written, although it may be below all floats.
fn is_not_zero(number: &str) -> bool {
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    !number.starts_with('-') && mantissa.contains(|c: char| ('1'..='9').contains(&c))
}

/// A number that is neither infinite nor NaN.
///
/// # Errors
///
/// What is accepted, for any other text.
pub fn finite(text: &str) -> Result<f64, &'static str> {
    match text.parse() {
        Ok(number) if f64::is_finite(number) => Ok(number),
        _ => Err("a finite number"),
    }
}

/// A number from 0 on that a float can hold.
///
/// # Errors
///
/// What is accepted, for any other text.
pub fn not_negative(text: &str) -> Result<f64, &'static str> {
    match text.parse() {
        Ok(number) if number >= 0.0 && f64::is_finite(number) => Ok(number),
        _ => Err("a finite number, 0 or more"),
    }
}

/// A correlation.
///
/// # Errors
///
/// What is accepted, for any other text.
pub fn correlation(text: &str) -> Result<f64, &'static str> {
    match text.parse() {
        Ok(number) if (-1.0..=1.0).contains(&number) => Ok(number),
        _ => Err("a correlation from -1 to 1"),
    }
}

/// A share that is neither nothing nor all.
///
/// # Errors
///
/// What is accepted, for any other text.
pub fn share(text: &str) -> Result<f64, &'static str> {
    match text.parse() {
        Ok(number) if 0.0 < number && number < 1.0 => Ok(number),
        _ => Err("a number above 0 and below 1"),
    }
}

/// A probability that is not 0.
///
/// # Errors
///
/// What is accepted, for any other text.
pub fn probability(text: &str) -> Result<f64, &'static str> {
    match text.parse() {
        Ok(number) if 0.0 < number && number <= 1.0 => Ok(number),
        _ => Err("a probability above 0, up to 1"),
    }
}

/// How many weights a network of these sizes has.
pub fn weights(depth: usize, width: usize) -> f64 {
    depth as f64 * (width as f64).powi(2)
}

/// An activation by its name.
///
/// # Errors
///
/// What is accepted, for any other text.
pub fn activation(text: &str) -> Result<Activation, String> {
    text.parse().map_err(|_| {
        let names = Activation::ALL.map(Activation::name).join(", ");
        format!("one of: {names} (and leaky_relu_ with any slope)")
    })
}

/// Normal weights: their variance, or a rule by its name.
///
/// # Errors
///
/// What is accepted, for any other text.
pub fn variance_or_rule(text: &str) -> Result<Named, &'static str> {
    let of_variance = |variance| Named::Variance {
        variance,
        law: Law::Normal,
    };
    match positive(text) {
        Err(POSITIVE) => rule(text).ok_or(
            "a positive finite number, one over the fan-in as in 2/n, he, he-fan-out, or another rule of normal weights",
        ),
        variance => variance.map(of_variance),
    }
}

/// Normal weights: their standard deviation, or a rule by its name.
///
/// # Errors
///
/// What is accepted, for any other text.
pub fn std_dev_or_rule(text: &str) -> Result<Named, &'static str> {
    match positive(text) {
        Err(POSITIVE) => rule(text).ok_or(
            "a positive finite number, a variance over the fan-in as in 1/n, he, or another rule of normal weights",
        ),
        std_dev => std_dev.map(|std_dev| Named::Normal { std_dev }),
    }
}

/// The rule of this name, if its weights are independent and normal.
fn rule(name: &str) -> Option<Named> {
    let named = name.parse().ok()?;
    match named {
        Named::VarianceScaling(rule) if rule.law() == Law::Normal => Some(named),
        Named::Normal { .. }
        | Named::Variance {
            law: Law::Normal, ..
        } => Some(named),
        _ => None,
    }
}
