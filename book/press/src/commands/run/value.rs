//! The values that options take, beside those of the [experiments](experiments::option).

pub(super) use experiments::option::*;
use press::names::nearest;
use unit_variance::Activation;

use super::Refusal;

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

/// Refuses sizes that no memory holds.
pub(super) fn demand_memory(numbers: f64) -> Result<(), Refusal> {
    experiments::demand_memory(numbers).map_err(Refusal::Options)
}
