//! The faults of the notebook, each of which can be kept or repaired.

use serde::{Deserialize, Serialize};

/// One fault, by its number in the list of the seven; the first three are those of the weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Fault {
    /// 1 to 3: the notebook's weights, from NumPy's legacy stream, and not the library's.
    Weights,
    /// 4: a ReLU masks the gradient in place, over what the layer above it has recorded.
    MasksInPlace,
    /// 5: from the second epoch on, the gradient of the output is one that the epoch before has left.
    StaleGradient,
    /// 6: from the second epoch on, the input is a signal that the epoch before has left.
    StaleInputs,
    /// 7: the step takes the sum over the inputs, and not the mean.
    SummedGradient,
}

impl Fault {
    /// All of them, in the order in which [`TenRepairs`](super::TenRepairs) repairs them.
    pub const ALL: [Self; 5] = [
        Self::Weights,
        Self::MasksInPlace,
        Self::StaleGradient,
        Self::StaleInputs,
        Self::SummedGradient,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Weights => "its weights",
            Self::MasksInPlace => "masks in place",
            Self::StaleGradient => "a stale output gradient",
            Self::StaleInputs => "stale inputs",
            Self::SummedGradient => "summed gradients",
        }
    }
}

/// The faults that a run keeps.
///
/// ```
/// use experiments::{Fault, Faults};
///
/// let faults = Faults::AS_WRITTEN.without(Fault::StaleInputs);
/// assert!(faults.has(Fault::Weights) && !faults.has(Fault::StaleInputs));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faults([bool; Fault::ALL.len()]);

impl Faults {
    /// The notebook, repaired.
    pub const NONE: Self = Self([false; Fault::ALL.len()]);
    /// The notebook as it was written.
    pub const AS_WRITTEN: Self = Self([true; Fault::ALL.len()]);

    /// The same but for this fault, which is repaired.
    #[must_use]
    pub const fn without(mut self, fault: Fault) -> Self {
        self.0[fault as usize] = false;
        self
    }

    /// Whether this fault is kept.
    pub const fn has(self, fault: Fault) -> bool {
        self.0[fault as usize]
    }

    /// In words: `as written`, `repaired`, or what is left.
    pub(super) fn version(self) -> String {
        if self == Self::AS_WRITTEN {
            return "as written".to_owned();
        }
        let kept: Vec<&str> = Fault::ALL
            .into_iter()
            .filter(|fault| self.has(*fault))
            .map(Fault::name)
            .collect();
        if kept.is_empty() {
            "repaired".to_owned()
        } else {
            format!("with {}", kept.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_said_in_words() {
        let mut faults = Faults::AS_WRITTEN;
        assert_eq!(faults.version(), "as written");
        faults = faults.without(Fault::Weights);
        assert_eq!(
            faults.version(),
            "with masks in place, a stale output gradient, stale inputs, summed gradients"
        );
        let all_repaired = Fault::ALL.into_iter().fold(faults, Faults::without);
        assert_eq!(all_repaired, Faults::NONE);
        assert_eq!(all_repaired.version(), "repaired");
    }
}
