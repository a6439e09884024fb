//! From a text to the call or the number that it is, by recursive descent.

use super::CallError;
use super::syntax::{Parsed, Value};

/// Values within values are read this deep.
const DEEPEST: usize = 24;

/// The number that is all of the text.
pub(super) fn number(text: &str) -> Result<f64, CallError> {
    let (value, reader) = Reader::all_of(text)?;
    match value {
        Value::Number(number) if number.is_nan() => Err(reader
            .back()
            .expected("a number, not a quotient of zeros or an even root below 0")),
        Value::Number(number) => Ok(number),
        Value::Words(_) | Value::Name(_) => Err(reader.back().expected("a number")),
    }
}

/// A text, and how far it has been read.
pub(super) struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// The value that is all of the text.
    pub(super) fn all_of(text: &'a str) -> Result<(Value, Self), CallError> {
        let mut reader = Self {
            text,
            rest: text.trim(),
            depth: 0,
        };
        let value = reader.value()?;
        reader.rest = reader.rest.trim_start_matches([';', ' ']);
        if reader.rest.is_empty() {
            Ok((value, reader))
        } else {
            Err(reader.expected("the end"))
        }
    }

    /// Before the text.
    pub(super) fn back(self) -> Self {
        Self {
            rest: self.text,
            ..self
        }
    }

    pub(super) fn expected(&self, expected: &'static str) -> CallError {
        CallError::Syntax {
            text: self.text.to_owned(),
            rest: self.rest.to_owned(),
            expected,
        }
    }

    /// Whether this comes next; then it is passed over.
    fn passes(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start();
        match rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn next_is(&self, test: impl Fn(char) -> bool) -> bool {
        self.rest.trim_start().starts_with(test)
    }

    /// Two numbers, of which the second stands behind an operator.
    fn operands(&self, left: &Value, right: &Value) -> Result<(f64, f64), CallError> {
        match (left, right) {
            (Value::Number(a), Value::Number(b)) => Ok((*a, *b)),
            _ => Err(self.expected("a number on both sides of the operator before this")),
        }
    }

    /// Sums.
    fn value(&mut self) -> Result<Value, CallError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.expected("fewer values within values"));
        }
        let mut value = self.product()?;
        loop {
            let sign = if self.passes("+") {
                1.0
            } else if self.passes("-") {
                -1.0
            } else {
                self.depth -= 1;
                return Ok(value);
            };
            let right = self.product()?;
            let (a, b) = self.operands(&value, &right)?;
            value = Value::Number(a + sign * b);
        }
    }

    fn product(&mut self) -> Result<Value, CallError> {
        let mut value = self.signed()?;
        loop {
            let divides = if self.passes("*") {
                false
            } else if self.passes("/") {
                true
            } else {
                return Ok(value);
            };
            let right = self.signed()?;
            let (a, b) = self.operands(&value, &right)?;
            value = Value::Number(if divides { a / b } else { a * b });
        }
    }

    fn signed(&mut self) -> Result<Value, CallError> {
        let mut is_negative = false;
        while self.next_is(|c| matches!(c, '+' | '-')) {
            is_negative ^= self.passes("-");
            let _ = self.passes("+");
        }
        let value = self.power()?;
        match value {
            Value::Number(x) if is_negative => Ok(Value::Number(-x)),
            _ if is_negative => Err(self.expected("a number behind the minus before this")),
            value => Ok(value),
        }
    }

    fn power(&mut self) -> Result<Value, CallError> {
        let base = self.with_methods()?;
        if !self.passes("**") {
            return Ok(base);
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.expected("fewer values within values"));
        }
        let exponent = self.signed()?;
        self.depth -= 1;
        let (base, exponent) = self.operands(&base, &exponent)?;
        Ok(Value::Number(libm::pow(base, exponent)))
    }

    /// `2_f64.sqrt()`.
    fn with_methods(&mut self) -> Result<Value, CallError> {
        let mut value = self.atom()?;
        while let Value::Number(x) = value {
            if !self.passes(".") {
                break;
            }
            if !self.passes("sqrt()") {
                return Err(self.expected("`sqrt()`"));
            }
            value = Value::Number(x.sqrt());
        }
        Ok(value)
    }

    fn atom(&mut self) -> Result<Value, CallError> {
        if self.passes("(") {
            let value = self.value()?;
            return if self.passes(")") {
                Ok(value)
            } else {
                Err(self.expected("`)`"))
            };
        }
        for quote in ["'", "\""] {
            if self.passes(quote) {
                let Some((words, rest)) = self.rest.split_once(quote) else {
                    return Err(self.expected("a closing quote"));
                };
                self.rest = rest;
                return Ok(Value::Words(words.to_owned()));
            }
        }
        if self.next_is(|c| c.is_ascii_digit() || c == '.') {
            return self.literal().map(Value::Number);
        }
        let call = self.named()?;
        Ok(match call.number() {
            Some(number) => Value::Number(number),
            None => Value::Name(Box::new(call)),
        })
    }

    /// `2`, `2.`, `.5`, `1e-3`, `2_f64`, `1_000.0`.
    fn literal(&mut self) -> Result<f64, CallError> {
        let start = self.rest.trim_start();
        let digits = |text: &str| {
            let end = text.find(|c: char| !c.is_ascii_digit() && c != '_');
            end.unwrap_or(text.len())
        };
        let mut end = digits(start);
        let behind_point = start[end..].strip_prefix('.');
        // The point of `2.sqrt()` is no part of the number.
        if let Some(rest) = behind_point.filter(|rest| !rest.starts_with(char::is_alphabetic)) {
            end += 1 + digits(rest);
        }
        if let Some(rest) = start[end..].strip_prefix(['e', 'E']) {
            let sign = usize::from(rest.starts_with(['+', '-']));
            let exponent = digits(&rest[sign..]);
            if exponent > 0 {
                end += 1 + sign + exponent;
            }
        }
        let number = start[..end].replace('_', "").parse();
        let rest = &start[end..];
        let suffix = ["f64", "f32"].iter().find_map(|s| rest.strip_prefix(s));
        let Ok(number) = number else {
            return Err(self.expected("a number"));
        };
        self.rest = suffix.unwrap_or(rest);
        Ok(number)
    }

    /// `nn.init.normal_(w, 0, 0.02)`, `Fan::In`, `Normal { mean: 0.0, std: 0.02 }`.
    fn named(&mut self) -> Result<Parsed, CallError> {
        let mut path = vec![self.word()?];
        let mut is_rust = false;
        loop {
            if self.passes("::") {
                is_rust = true;
            } else if !self.passes(".") {
                break;
            }
            path.push(self.word()?);
        }
        let name = path.pop().unwrap_or_default();
        let mut call = Parsed::bare(path, name, is_rust);
        if self.passes("(") {
            call.arguments = self.arguments(")", "=")?;
        } else if self.passes("{") {
            call.arguments = self.arguments("}", ":")?;
            call.has_braces = true;
        }
        Ok(call)
    }

    fn word(&mut self) -> Result<String, CallError> {
        let start = self.rest.trim_start();
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = start.find(|c: char| !is_part(c)).unwrap_or(start.len());
        if end == 0 || start.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(self.expected("a name"));
        }
        self.rest = &start[end..];
        Ok(start[..end].to_owned())
    }

    fn arguments(
        &mut self,
        close: &str,
        equals: &str,
    ) -> Result<Vec<(Option<String>, Value)>, CallError> {
        let mut arguments = Vec::new();
        loop {
            if self.passes(close) {
                return Ok(arguments);
            }
            let before = self.rest;
            let name = match self.word() {
                Ok(word) if self.passes(equals) => Some(word),
                _ => {
                    self.rest = before;
                    None
                }
            };
            arguments.push((name, self.value()?));
            if !self.passes(",") && !self.next_is(|c| close.starts_with(c)) {
                return Err(self.expected("`,` or the end of the arguments"));
            }
        }
    }
}
