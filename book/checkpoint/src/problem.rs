//! What can be wrong with a file.

use std::io;
use std::path::{Path, PathBuf};

use crate::Dtype;

/// A file that cannot be read, and why, on one line whatever bytes the file has.
#[derive(Debug, thiserror::Error)]
#[error("{}: {}", path.display(), on_one_line(problem))]
pub struct CheckpointError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: Box<Problem>,
}

impl CheckpointError {
    pub(crate) fn new(path: &Path, problem: Problem) -> Self {
        Self {
            path: path.to_owned(),
            problem: Box::new(problem),
        }
    }
}

/// The problem with its control characters escaped: a file can bring its own line breaks, and more that a terminal obeys.
fn on_one_line(problem: &Problem) -> String {
    let mut line = String::new();
    for c in problem.to_string().chars() {
        if c.is_control() {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line
}

/// What is wrong with a file: the tensor and the field, what was found there and what was expected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The system says no.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Not even a header's length.
    #[error("too short: {found} bytes, but a header's length alone takes 8")]
    TooShort {
        /// The length of the file.
        found: u64,
    },
    /// The file is something else.
    #[error("{0}")]
    Disguised(&'static str),
    /// The header is longer than any that is sound.
    #[error(
        "header: its length is {found} bytes, but at most {limit} are read (a damaged file, or none of safetensors)"
    )]
    HeaderTooLong {
        /// The length that the file states.
        found: u64,
        /// The most that is read.
        limit: u64,
    },
    /// The header does not fit into the file.
    #[error(
        "header: its length is {found} bytes, but the file has {rest} after it (cut off while it was copied?)"
    )]
    HeaderPastEnd {
        /// The length that the file states.
        found: u64,
        /// What there is.
        rest: u64,
    },
    /// The header is not text.
    #[error("header: byte {at} is not UTF-8")]
    NotUtf8 {
        /// The position in the header.
        at: usize,
    },
    /// The header is not what it should be.
    #[error("header: {0}")]
    Json(String),
    /// A field of a tensor.
    #[error("tensor `{tensor}`: {field} is {found}, expected {expected}")]
    Field {
        /// The tensor.
        tensor: String,
        /// The field.
        field: &'static str,
        /// What was found.
        found: String,
        /// What was expected.
        expected: String,
    },
    /// A name that is there twice.
    #[error("{of}: `{name}` is there twice")]
    Duplicate {
        /// Where.
        of: String,
        /// The name.
        name: String,
    },
    /// More elements than can be counted.
    #[error("tensor `{tensor}`: shape is {shape:?}, whose elements or bytes are more than 2^63")]
    ShapeOverflows {
        /// The tensor.
        tensor: String,
        /// The shape.
        shape: Vec<u64>,
    },
    /// A shape that does not go with the bytes.
    #[error(
        "tensor `{tensor}`: data_offsets span {found} bytes, expected {expected} for shape {shape:?} of {dtype}"
    )]
    Size {
        /// The tensor.
        tensor: String,
        /// The bytes that there are.
        found: u64,
        /// The bytes that the shape takes.
        expected: u64,
        /// The shape.
        shape: Vec<u64>,
        /// The format.
        dtype: Dtype,
    },
    /// Two tensors share bytes.
    #[error(
        "tensor `{tensor}`: data_offsets begin at {found}, inside of `{other}`, which ends at {expected}"
    )]
    Overlap {
        /// The second tensor.
        tensor: String,
        /// Where it begins.
        found: u64,
        /// The first tensor.
        other: String,
        /// Where that ends.
        expected: u64,
    },
    /// Bytes that belong to no tensor.
    #[error("tensor `{tensor}`: data_offsets begin at {found}, expected {expected}: the {} bytes before it belong to no tensor", found - expected)]
    Hole {
        /// The tensor behind the hole.
        tensor: String,
        /// Where it begins.
        found: u64,
        /// Where the tensor before it ends.
        expected: u64,
    },
    /// The tensors do not fill the file.
    #[error(
        "data: {found} bytes follow the header, expected {expected} (cut off or joined while it was copied?)"
    )]
    DataLength {
        /// The bytes that there are.
        found: u64,
        /// The bytes that the header states.
        expected: u64,
    },
    /// The values end early.
    #[error("tensor `{tensor}`: its data end after {found} bytes, expected {expected}")]
    DataEnd {
        /// The tensor.
        tensor: String,
        /// The bytes that there are.
        found: u64,
        /// The bytes that the shape takes.
        expected: u64,
    },
    /// The values do not end.
    #[error("tensor `{tensor}`: more bytes than the {expected} that its shape takes")]
    DataGoesOn {
        /// The tensor.
        tensor: String,
        /// The bytes that the shape takes.
        expected: u64,
    },
    /// No floats.
    #[error("tensor `{tensor}`: dtype is {found}, expected floats of 16, 32 or 64 bits")]
    NoFloats {
        /// The tensor.
        tensor: String,
        /// Its format.
        found: Dtype,
    },
    /// An array that cannot be turned in memory.
    #[error(
        "tensor `{tensor}`: {found} values with the first axis fastest, but at most {limit} are turned in memory; save it with numpy.ascontiguousarray"
    )]
    TooLargeToTurn {
        /// The tensor.
        tensor: String,
        /// How many values it has.
        found: u64,
        /// How many are turned.
        limit: u64,
    },
    /// An archive that cannot be read.
    #[error("archive{}: {found}", member.as_ref().map_or(String::new(), |member| format!(", member `{member}`")))]
    Archive {
        /// The member.
        member: Option<String>,
        /// What was found.
        found: String,
    },
    /// The shards of a model.
    #[error("{0}")]
    Shards(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_line_whatever_the_file_brings() {
        let error = CheckpointError::new(
            Path::new("a.npy"),
            Problem::Field {
                tensor: "a".to_owned(),
                field: "shape",
                found: "(3,\n\u{1b}[31m4)".to_owned(),
                expected: "a tuple".to_owned(),
            },
        );
        assert_eq!(
            error.to_string(),
            "a.npy: tensor `a`: shape is (3,\\n\\u{1b}[31m4), expected a tuple"
        );
    }
}
