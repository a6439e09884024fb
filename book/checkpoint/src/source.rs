//! Where the bytes of a file are: on the disk, or in memory, into which a page has put them.

use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file, or the bytes of one.
#[derive(Clone)]
pub enum Source {
    /// A file on the disk.
    Disk(PathBuf),
    /// The bytes of a file.
    Memory {
        /// What the file is called.
        name: PathBuf,
        /// All of its bytes.
        bytes: Arc<Vec<u8>>,
    },
}

/// What can be read from any place on.
pub(crate) trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

impl Source {
    /// The path of the file, or its name.
    pub fn path(&self) -> &Path {
        match self {
            Self::Disk(path) => path,
            Self::Memory { name, .. } => name,
        }
    }

    /// The bytes from the first one on.
    pub(crate) fn open(&self) -> io::Result<Box<dyn ReadSeek>> {
        Ok(match self {
            Self::Disk(path) => Box::new(File::open(path)?),
            Self::Memory { bytes, .. } => Box::new(Cursor::new(Shared(Arc::clone(bytes)))),
        })
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path().fmt(f)
    }
}

/// Bytes that several readers have.
struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
