//! The values that options take, beside those of the [experiments](experiments::option).

use super::Refusal;
pub(super) use experiments::option::*;

/// Refuses sizes that no memory holds.
pub(super) fn demand_memory(numbers: f64) -> Result<(), Refusal> {
    experiments::demand_memory(numbers).map_err(Refusal::Options)
}
