//! The one grammar of all six: a name with arguments in parentheses or in braces, whose values are numbers, words and names.
//!
//! Numbers may be sums, products, powers and roots of numbers: `1 / 3`, `2 ** 0.5`, `math.sqrt(5)`, `2_f64.sqrt()`, and
//! `nn.init.calculate_gain('relu')`.

use super::reader::Reader;
use super::{CallError, Nonlinearity};

/// A call as it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Parsed {
    /// What stands before the name: `nn`, `init`.
    pub(super) path: Vec<String>,
    /// The name.
    pub(super) name: String,
    /// The arguments, with their names where they have any.
    pub(super) arguments: Vec<(Option<String>, Value)>,
    /// Whether they stand in braces.
    pub(super) has_braces: bool,
    /// Whether the name stands in quotes, without arguments.
    pub(super) is_quoted: bool,
    /// Whether the path is parted by `::`.
    pub(super) is_rust: bool,
}

/// What stands for an argument.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// A number, computed.
    Number(f64),
    /// Words in quotes.
    Words(String),
    /// A name, as `w` or `Fan::In`, or a call.
    Name(Box<Parsed>),
}

impl Parsed {
    /// The call that is all of the text.
    pub(super) fn read(text: &str) -> Result<Self, CallError> {
        let (value, reader) = Reader::all_of(text)?;
        match value {
            Value::Name(call) => Ok(*call),
            Value::Words(name) => Ok(Self {
                is_quoted: true,
                ..Self::bare(vec![], name, false)
            }),
            Value::Number(_) => Err(reader.back().expected("the name of an initializer")),
        }
    }

    pub(super) fn bare(path: Vec<String>, name: String, is_rust: bool) -> Self {
        Self {
            path,
            name,
            arguments: Vec::new(),
            has_braces: false,
            is_quoted: false,
            is_rust,
        }
    }

    /// The number that a call stands for: a root, or PyTorch's gain.
    pub(super) fn number(&self) -> Option<f64> {
        match (self.name.as_str(), self.arguments.as_slice()) {
            ("sqrt", [(None, Value::Number(x))]) => Some(x.sqrt()),
            ("inf" | "INFINITY", []) => Some(f64::INFINITY),
            ("calculate_gain", [(None, Value::Words(name)), rest @ ..]) => {
                let slope = match rest {
                    [] => 0.01,
                    [(_, Value::Number(slope))] => *slope,
                    _ => return None,
                };
                Some(Nonlinearity::of_name(name)?.gain(slope))
            }
            _ => None,
        }
    }
}

impl Value {
    /// As a message shows it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Number(x) => format!("{x:?}"),
            Self::Words(words) => format!("'{words}'"),
            Self::Name(name) => format!("`{}`", name.name),
        }
    }
}
