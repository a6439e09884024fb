//! What can be wrong with an IDX file, in one line.

use std::io;

use thiserror::Error;

/// What can be wrong with an IDX file. Every variant names the file as its reader called it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IdxError {
    /// The reader itself failed: no such file, a broken archive. Why, its source says.
    #[error("{file}: cannot be read")]
    Read {
        /// The file.
        file: String,
        /// What the reader said.
        source: io::Error,
    },
    /// The first word is not the one of the format.
    #[error("{file}: the magic number is {found:#010x}, expected {expected:#010x} ({what})")]
    Magic {
        /// The file.
        file: String,
        /// The first word of the file.
        found: u32,
        /// The first word of such files.
        expected: u32,
        /// What such files hold.
        what: &'static str,
    },
    /// The file ends within its header.
    #[error("{file}: the header has {found} bytes, expected {expected}")]
    Header {
        /// The file.
        file: String,
        /// The bytes that there are.
        found: usize,
        /// The bytes of a whole header.
        expected: usize,
    },
    /// A number in the header is out of range.
    #[error("{file}: the number of {field} is {found}, expected {expected}")]
    Size {
        /// The file.
        file: String,
        /// Of what it is the number.
        field: &'static str,
        /// The number.
        found: u64,
        /// Which numbers are in range.
        expected: &'static str,
    },
    /// The file ends before the last item.
    #[error("{file}: there are {found} bytes of {what}, expected {expected}")]
    Short {
        /// The file.
        file: String,
        /// What the bytes are.
        what: &'static str,
        /// The bytes that there are.
        found: u64,
        /// The bytes that the header promises.
        expected: u64,
    },
    /// The file goes on after the last item.
    #[error("{file}: there are bytes after the {expected} bytes of {what}, expected none")]
    Trailing {
        /// The file.
        file: String,
        /// What the bytes before them are.
        what: &'static str,
        /// The bytes that the header promises.
        expected: u64,
    },
    /// A label is not a class.
    #[error("{file}: label {index} is {found}, expected at most {largest}")]
    Label {
        /// The file.
        file: String,
        /// Which label, from 0.
        index: usize,
        /// The label.
        found: u8,
        /// The last class.
        largest: u8,
    },
    /// Two files do not belong together.
    #[error("{file}: there are {found} {what}, expected {expected} as in {other}")]
    Mismatch {
        /// The file.
        file: String,
        /// What is counted.
        what: &'static str,
        /// The count.
        found: usize,
        /// The count of the other file.
        expected: usize,
        /// The other file.
        other: String,
    },
}
