//! The arguments of a call, by place and by name.

use super::CallError;
use super::syntax::{Parsed, Value};

/// The arguments of a call, each at the place that its name has in the library's own signature.
#[derive(Debug)]
pub(super) struct Arguments<'a> {
    call: &'a str,
    given: Vec<(&'static str, Option<&'a Value>)>,
}

impl<'a> Arguments<'a> {
    /// Puts what is given in the order of the signature.
    pub(super) fn of(call: &'a Parsed, signature: &[&'static str]) -> Result<Self, CallError> {
        let unknown = |argument: String| CallError::Argument {
            call: call.name.clone(),
            argument,
            known: signature.join(", "),
        };
        let mut given: Vec<_> = signature.iter().map(|name| (*name, None)).collect();
        for (place, (name, value)) in call.arguments.iter().enumerate() {
            let slot = match name {
                Some(name) => given.iter_mut().find(|(known, _)| known == name),
                None => given.get_mut(place),
            };
            let shown = || name.clone().unwrap_or_else(|| value.shown());
            let (_, slot) = slot.ok_or_else(|| unknown(shown()))?;
            if slot.replace(value).is_some() {
                return Err(unknown(format!("{} twice", shown())));
            }
        }
        Ok(Self {
            call: &call.name,
            given,
        })
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        let mut given = self.given.iter();
        given
            .find(|(known, _)| *known == name)
            .and_then(|(_, value)| *value)
    }

    fn wrong(&self, argument: &'static str, found: &Value, expected: &str) -> CallError {
        CallError::Value {
            call: self.call.to_owned(),
            argument,
            found: found.shown(),
            expected: expected.to_owned(),
        }
    }

    /// The number under this name, or what is meant without.
    pub(super) fn number_or(&self, name: &'static str, default: f64) -> Result<f64, CallError> {
        match self.get(name) {
            None => Ok(default),
            Some(Value::Number(x)) => Ok(*x),
            Some(other) => Err(self.wrong(name, other, "a number")),
        }
    }

    /// The number under this name.
    pub(super) fn number(&self, name: &'static str) -> Result<f64, CallError> {
        match self.get(name) {
            None => Err(self.missing(name)),
            Some(_) => self.number_or(name, f64::NAN),
        }
    }

    fn missing(&self, argument: &'static str) -> CallError {
        CallError::Missing {
            call: self.call.to_owned(),
            argument,
        }
    }

    /// The choice under this name, as words or as the last part of a path; or what is meant without.
    pub(super) fn choice_or<T: Copy>(
        &self,
        name: &'static str,
        default: Option<T>,
        choices: &[(&str, T)],
    ) -> Result<T, CallError> {
        let Some(value) = self.get(name) else {
            return default.ok_or_else(|| self.missing(name));
        };
        let word = match value {
            Value::Words(word) => word,
            Value::Name(name) => &name.name,
            Value::Number(_) => "",
        };
        let choice = choices.iter().find(|(known, _)| *known == word);
        choice.map(|(_, choice)| *choice).ok_or_else(|| {
            let known: Vec<_> = choices.iter().map(|(known, _)| *known).collect();
            self.wrong(name, value, &format!("one of {}", known.join(", ")))
        })
    }

    /// The call under this name, if it is one.
    pub(super) fn call(&self, name: &'static str) -> Option<&'a Parsed> {
        match self.get(name) {
            Some(Value::Name(call)) => Some(call),
            Some(Value::Words(_) | Value::Number(_)) | None => None,
        }
    }

    /// That the tensor, which is filled, comes first.
    pub(super) fn require_tensor(&self) -> Result<(), CallError> {
        match self.get("tensor") {
            None => Err(self.missing("tensor")),
            Some(Value::Name(_)) => Ok(()),
            Some(other) => Err(self.wrong("tensor", other, "the tensor that is filled")),
        }
    }
}

/// `there are` and the names that a library has.
pub(super) fn unknown(name: &str, library: &'static str, known: &[&str]) -> CallError {
    CallError::Unknown {
        name: name.to_owned(),
        library,
        known: known.join(", "),
    }
}
