//! The values that options take. A parser's error says what is accepted.

use experiments::Weights;
use press::names::nearest;
use unit_variance::Activation;

use super::Refusal;

pub(super) fn numpy_seed(text: &str) -> Result<u32, &'static str> {
    text.parse()
        .map_err(|_| "a whole number from 0 to 4294967295, as NumPy's legacy seed")
}

pub(super) fn seed(text: &str) -> Result<u64, &'static str> {
    text.parse()
        .map_err(|_| "a whole number from 0 to 18446744073709551615")
}

pub(super) fn count(text: &str) -> Result<usize, &'static str> {
    match text.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err("a whole number, 1 or more"),
    }
}

pub(super) fn at_least_two(text: &str) -> Result<usize, &'static str> {
    match text.parse() {
        Ok(count) if count > 1 => Ok(count),
        _ => Err("a whole number, 2 or more"),
    }
}

pub(super) fn index(text: &str) -> Result<usize, &'static str> {
    text.parse().map_err(|_| "a whole number, 0 or more")
}

pub(super) fn small_count(text: &str) -> Result<u32, &'static str> {
    match text.parse() {
        Ok(count) if (1..=1_000_000).contains(&count) => Ok(count),
        _ => Err("a whole number from 1 to 1000000"),
    }
}

pub(super) fn positive(text: &str) -> Result<f64, &'static str> {
    match text.parse() {
        Ok(number) if number > 0.0 && f64::is_finite(number) => Ok(number),
        Ok(number) if number == 0.0 && is_not_zero(text) => {
            Err("a positive number of at least 5e-324 (this one rounds to 0)")
        }
        Ok(f64::INFINITY) if !text.to_lowercase().contains('i') => {
            Err("a positive number of at most 1.7976931348623157e308 (this one rounds to infinity)")
        }
        _ => Err("a positive finite number"),
    }
}

/// Whether a positive number was written, although it may be below all floats.
fn is_not_zero(number: &str) -> bool {
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    !number.starts_with('-') && mantissa.contains(|c: char| ('1'..='9').contains(&c))
}

/// A variance of weights: a number, or such a number over the fan-in `n` of each matrix, `2/n`.
pub(super) fn weight_variance(text: &str) -> Result<Weights, &'static str> {
    let over_fan_in = text.strip_suffix("/n");
    match positive(over_fan_in.unwrap_or(text)) {
        Ok(scale) if over_fan_in.is_some() => Ok(Weights::OverFanIn(scale)),
        Ok(variance) => Ok(Weights::Variance(variance)),
        Err("a positive finite number") => {
            Err("a positive finite number, or one over the fan-in as in 2/n")
        }
        Err(rounding) => Err(rounding),
    }
}

pub(super) fn finite(text: &str) -> Result<f64, &'static str> {
    match text.parse() {
        Ok(number) if f64::is_finite(number) => Ok(number),
        _ => Err("a finite number"),
    }
}

pub(super) fn activation(text: &str) -> Result<Activation, String> {
    text.parse().map_err(|_| {
        let names = Activation::ALL.map(Activation::name);
        let meant = nearest(text, names.iter().map(String::as_str));
        let meant = meant.map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
        format!(
            "one of: {} (and leaky_relu_ with any slope){meant}",
            names.join(", ")
        )
    })
}

/// The most numbers that an experiment may hold in memory: 8 GB of them.
const MOST_NUMBERS: f64 = 1e9;

/// Refuses sizes that no memory holds.
pub(super) fn demand_memory(numbers: f64) -> Result<(), Refusal> {
    if numbers > MOST_NUMBERS {
        return Err(Refusal::Options(format!(
            "these sizes take {numbers:.1e} numbers in memory, but at most {MOST_NUMBERS:.0e} are accepted"
        )));
    }
    Ok(())
}

/// How many weights a network of these sizes has.
pub(super) fn weights(depth: usize, width: usize) -> f64 {
    depth as f64 * (width as f64).powi(2)
}
