//! The faults of the notebook, each of which can be kept or repaired.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// One fault, by its number in the list of the seven; the first three are those of the weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
/// use experiments::ten_initializers::{Fault, Faults};
///
/// let faults = Faults::AS_WRITTEN.without(Fault::StaleInputs);
/// assert!(faults.has(Fault::Weights) && !faults.has(Fault::StaleInputs));
/// assert_eq!(faults.to_string().parse(), Ok(faults));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
}

/// What `Display` says of [`Faults::AS_WRITTEN`].
pub(super) const AS_WRITTEN: &str = "as written";
/// What it says of [`Faults::NONE`].
pub(super) const REPAIRED: &str = "repaired";

/// In words: `as written`, `repaired`, or what is left.
impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::AS_WRITTEN {
            return f.write_str(AS_WRITTEN);
        }
        let kept: Vec<&str> = Fault::ALL
            .into_iter()
            .filter(|fault| self.has(*fault))
            .map(Fault::name)
            .collect();
        if kept.is_empty() {
            f.write_str(REPAIRED)
        } else {
            write!(f, "with {}", kept.join(", "))
        }
    }
}

impl FromStr for Faults {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            AS_WRITTEN => return Ok(Self::AS_WRITTEN),
            REPAIRED => return Ok(Self::NONE),
            _ => {}
        }
        let mut faults = Self::NONE;
        let kept = text.strip_prefix("with ");
        for name in kept.ok_or(ACCEPTED)?.split(", ") {
            let fault = Fault::ALL.into_iter().find(|fault| fault.name() == name);
            faults.0[fault.ok_or(ACCEPTED)? as usize] = true;
        }
        Ok(faults)
    }
}

const ACCEPTED: &str =
    "as written, repaired, or with faults by their names, as in: with stale inputs, masks in place";

impl Serialize for Faults {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_said_in_words() {
        let mut faults = Faults::AS_WRITTEN;
        assert_eq!(faults.to_string(), "as written");
        faults = faults.without(Fault::Weights);
        assert_eq!(
            faults.to_string(),
            "with masks in place, a stale output gradient, stale inputs, summed gradients"
        );
        let all_repaired = Fault::ALL.into_iter().fold(faults, Faults::without);
        assert_eq!(all_repaired, Faults::NONE);
        assert_eq!(all_repaired.to_string(), "repaired");
    }

    #[test]
    fn the_words_read_back() {
        for kept in 0..1 << Fault::ALL.len() {
            let faults = Faults(std::array::from_fn(|fault| kept >> fault & 1 == 1));
            assert_eq!(faults.to_string().parse(), Ok(faults));
        }
        for other in ["", "with ", "with typos", "stale inputs"] {
            assert_eq!(other.parse::<Faults>(), Err(ACCEPTED), "{other}");
        }
    }
}
