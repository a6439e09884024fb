//! The formats of numbers.

use std::fmt;

use unit_variance::diagnosis::Precision;

/// The format of a tensor's numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dtype {
    /// `f64`.
    F64,
    /// `f32`.
    F32,
    /// IEEE half precision.
    F16,
    /// bfloat16.
    Bf16,
    /// Numbers that are listed and not diagnosed: their name, and their size in bits if it is known.
    Other(String, Option<u64>),
}

/// The names of safetensors for what is not diagnosed, with sizes in bits. Floats of 8 bits or fewer are too coarse for a law.
const OTHERS: [(&str, u64); 18] = [
    ("BOOL", 8),
    ("U8", 8),
    ("I8", 8),
    ("I16", 16),
    ("U16", 16),
    ("I32", 32),
    ("U32", 32),
    ("I64", 64),
    ("U64", 64),
    ("C64", 64),
    ("F4", 4),
    ("F6_E2M3", 6),
    ("F6_E3M2", 6),
    ("F8_E4M3", 8),
    ("F8_E5M2", 8),
    ("F8_E8M0", 8),
    ("F8_E4M3FNUZ", 8),
    ("F8_E5M2FNUZ", 8),
];

impl Dtype {
    /// The format with this name in safetensors.
    pub(crate) fn of_safetensors(name: &str) -> Option<Self> {
        match name {
            "F64" => Some(Self::F64),
            "F32" => Some(Self::F32),
            "F16" => Some(Self::F16),
            "BF16" => Some(Self::Bf16),
            _ => OTHERS
                .iter()
                .find(|(other, _)| *other == name)
                .map(|(other, bits)| Self::Other((*other).to_owned(), Some(*bits))),
        }
    }

    /// The names that safetensors knows.
    pub(crate) fn known() -> String {
        let others = OTHERS.iter().map(|(name, _)| *name);
        ["F64", "F32", "F16", "BF16"]
            .into_iter()
            .chain(others)
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// The size of a number in bits.
    pub(crate) fn bits(&self) -> Option<u64> {
        match self {
            Self::F64 => Some(64),
            Self::F32 => Some(32),
            Self::F16 | Self::Bf16 => Some(16),
            Self::Other(_, bits) => *bits,
        }
    }

    /// The format for the diagnosis, if it is one of floats.
    pub fn precision(&self) -> Option<Precision> {
        match self {
            Self::F64 => Some(Precision::F64),
            Self::F32 => Some(Precision::F32),
            Self::F16 => Some(Precision::F16),
            Self::Bf16 => Some(Precision::Bf16),
            Self::Other(..) => None,
        }
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::F64 => "F64",
            Self::F32 => "F32",
            Self::F16 => "F16",
            Self::Bf16 => "BF16",
            Self::Other(name, _) => name,
        })
    }
}
