//! What the press draws of the evidence: a strip for each claim, and the p-values of all of them.

mod evidence_strip;
mod p_values;

pub use evidence_strip::evidence_strip;
pub(crate) use evidence_strip::{foil_format, value_format};
pub(crate) use p_values::{Counted, distance_from_uniform, p_values};
