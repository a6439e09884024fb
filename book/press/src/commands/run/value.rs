//! The values that options take, beside those of the [experiments](experiments::option).

pub(super) use experiments::option::*;

use super::Refusal;

/// Refuses sizes that no memory holds.
pub(super) fn demand_memory(numbers: f64) -> Result<(), Refusal> {
    experiments::demand_memory(numbers).map_err(Refusal::Options)
}
