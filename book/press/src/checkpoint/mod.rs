//! Checkpoints: tensors with names, in `.safetensors`, `.npz` and `.npy`, read in blocks.
//!
//! Only what a header says is kept in memory, and a block of values. What is wrong with a file is said with the name of the
//! file, of the tensor and of the field, with what was found there and what was expected.

mod diagnose;
mod dtype;
mod fields;
mod layout;
mod npy;
mod npz;
mod problem;
mod safetensors;
mod shards;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

pub use dtype::Dtype;
pub use problem::{CheckpointError, Problem};
pub use shards::{Model, models};

/// Takes values, block by block.
pub type Sink<'a> = dyn FnMut(&[f64]) + 'a;

/// A tensor in a file: what it is called, and where its bytes are.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Its name.
    pub name: String,
    /// The lengths of its axes.
    pub shape: Vec<usize>,
    /// Its format.
    pub dtype: Dtype,
    place: Place,
}

/// Where the bytes of a tensor are.
#[derive(Debug, Clone)]
enum Place {
    /// In the file itself, from this byte on.
    Bytes { at: u64 },
    /// In the file, the first axis fastest or with the bytes turned.
    Npy { at: u64, header: npy::Header },
    /// In a member of an archive.
    Member { index: usize, header: npy::Header },
}

/// A file with its tensors.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    /// The file.
    pub path: PathBuf,
    /// What the file says of its maker, as `pt` or `flax`.
    pub format: Option<String>,
    /// The tensors, in the order of their bytes.
    pub tensors: Vec<Stored>,
}

impl Checkpoint {
    /// Reads what the file says of its tensors, and no values.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or is not what it says.
    pub fn open(path: &Path) -> Result<Self, CheckpointError> {
        let named = |problem| CheckpointError::new(path, problem);
        let mut file = File::open(path).map_err(|error| named(error.into()))?;
        let length = file.metadata().map_err(|error| named(error.into()))?.len();
        let mut start = Vec::new();
        file.by_ref()
            .take(16)
            .read_to_end(&mut start)
            .map_err(|error| named(error.into()))?;
        if start.starts_with(npy::MAGIC) {
            npy::open(path).map_err(named)
        } else if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
            npz::open(path).map_err(named)
        } else {
            safetensors::open(path, &start, length).map_err(named)
        }
    }

    /// Hands the values of the `i`-th tensor over in blocks, the last axis fastest.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is not as long as it says, or the tensor does not hold floats.
    pub fn read(&self, i: usize, sink: &mut Sink) -> Result<(), CheckpointError> {
        let tensor = &self.tensors[i];
        let named = |problem| CheckpointError::new(&self.path, problem);
        match &tensor.place {
            Place::Bytes { at } => safetensors::read(&self.path, *at, tensor, sink),
            Place::Npy { at, header } => npy::read(&self.path, *at, header, tensor, sink),
            Place::Member { index, header } => npz::read(&self.path, *index, header, tensor, sink),
        }
        .map_err(named)
    }
}
