//! Why a kernel cannot be filled.

use super::{LayoutError, ParameterError};

/// Why a kernel cannot be filled. The kernel is left as it was.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FillError {
    /// The kernel's shape does not fit its layout.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// The initializer has a parameter that it cannot have.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// A slice has not as many entries as its shape.
    #[error("a kernel of shape {shape:?} has {expected} entries, but the slice has {found}")]
    Length {
        /// The shape that was given.
        shape: Vec<usize>,
        /// The product of its axes; `None` if that is above `usize::MAX`.
        expected: Entries,
        /// The length of the slice.
        found: usize,
    },
    /// The numbers of the kernel are too small or too large for the weights.
    #[error(
        "{precision} cannot hold {what} of {found:e}: its numbers reach from {least:e} to {largest:e}"
    )]
    Range {
        /// The kind of number, such as `f16`.
        precision: &'static str,
        /// Which number it cannot hold.
        what: &'static str,
        /// That number.
        found: f64,
        /// The least standard deviation that it holds with three digits.
        least: f64,
        /// The largest finite number.
        largest: f64,
    },
    /// The steps between the numbers of the kernel are longer than the weights differ, as where a small standard deviation
    /// goes with a large mean.
    #[error(
        "{precision} cannot hold a standard deviation of {std_dev:e} in weights as large as {largest:e}, where its numbers are up to {step:e} apart"
    )]
    Resolution {
        /// The kind of number, such as `f16`.
        precision: &'static str,
        /// The standard deviation.
        std_dev: f64,
        /// The largest weight.
        largest: f64,
        /// How far apart the numbers are there.
        step: f64,
    },
    /// There is no memory for a kernel of this shape.
    #[error("a kernel of shape {0:?} does not fit into memory")]
    Memory(Vec<usize>),
    /// A part is not within its whole.
    #[error("a part of shape {part:?} from {first:?} on is not within a kernel of shape {whole:?}")]
    Part {
        /// The shape of the part.
        part: Vec<usize>,
        /// Where it begins.
        first: Vec<usize>,
        /// The shape of the whole.
        whole: Vec<usize>,
    },
    /// The initializer draws no part of a kernel without the rest, as where weights depend on one another.
    #[error("this initializer draws no part of a kernel without the rest")]
    NoParts,
    /// The initializer cannot fill a kernel of this shape.
    #[error("{0}")]
    Unfit(String),
}

impl FillError {
    /// An error unless a part of this shape that begins at `first` lies within the whole.
    pub(super) fn demand_part(
        part: &[usize],
        first: &[usize],
        whole: &[usize],
    ) -> Result<(), Self> {
        let ends = part.iter().zip(first).map(|(n, from)| n.checked_add(*from));
        let within = part.len() == whole.len()
            && first.len() == whole.len()
            && ends
                .zip(whole)
                .all(|(end, axis)| end.is_some_and(|end| end <= *axis));
        if within {
            return Ok(());
        }
        Err(Self::Part {
            part: part.to_vec(),
            first: first.to_vec(),
            whole: whole.to_vec(),
        })
    }
}

/// The number of entries of a shape, if it can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entries(pub Option<usize>);

impl std::fmt::Display for Entries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(entries) => entries.fmt(f),
            None => f.write_str("too many"),
        }
    }
}
