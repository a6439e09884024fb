//! What stops the book from being printed: a place, what stands there, what is accepted.

use std::fmt;
use std::path::{Path, PathBuf};

/// One reason not to print the book.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file, relative to the project.
    pub file: PathBuf,
    /// The line, counted from 1; `None` if it is about the whole file.
    pub line: Option<usize>,
    /// What was given, and what is accepted.
    pub message: String,
}

/// All reasons not to print the book, in the order of files and lines.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Fault {
    /// A fault at a line of a file.
    pub fn at(file: &Path, line: usize, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: Some(line),
            message: message.into(),
        }
    }

    /// A fault of a whole file.
    pub fn of(file: &Path, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            message: message.into(),
        }
    }
}

impl Faults {
    /// Notes one more.
    pub fn push(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `value`, if there are no faults.
    ///
    /// # Errors
    ///
    /// The faults, sorted.
    pub fn or<T>(mut self, value: T) -> Result<T, Self> {
        if self.0.is_empty() {
            return Ok(value);
        }
        self.0.sort();
        self.0.dedup();
        Err(self)
    }
}

impl Extend<Fault> for Faults {
    fn extend<I: IntoIterator<Item = Fault>>(&mut self, faults: I) {
        self.0.extend(faults);
    }
}

impl IntoIterator for Faults {
    type Item = Fault;
    type IntoIter = std::vec::IntoIter<Fault>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
        }
        write!(f, " {}", self.message)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// "known are `a`, `b` and `c`".
pub(crate) fn known_are<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    let names = listed(names);
    if names.is_empty() {
        "there are none".to_owned()
    } else {
        format!("known are {names}")
    }
}

/// "`a`, `b` and `c`"
fn listed<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    let names: Vec<String> = names
        .into_iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_come_out_sorted_once_each_with_their_places() {
        let mut faults = Faults::default();
        faults.push(Fault::at(Path::new("b.md"), 2, "two"));
        faults.push(Fault::at(Path::new("a.md"), 10, "ten"));
        faults.push(Fault::at(Path::new("a.md"), 9, "nine"));
        faults.push(Fault::at(Path::new("b.md"), 2, "two"));
        let message = faults.or(()).unwrap_err().to_string();
        assert_eq!(message, "a.md:9: nine\na.md:10: ten\nb.md:2: two");
    }

    #[test]
    fn what_is_known_is_said_as_one_says_it() {
        assert_eq!(known_are(["a", "b", "c"]), "known are `a`, `b` and `c`");
        assert_eq!(known_are(["a"]), "known are `a`");
        assert_eq!(known_are::<&str>([]), "there are none");
    }
}
