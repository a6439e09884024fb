//! Checkpoints: tensors with names, in `.safetensors`, `.npz` and `.npy`, read in blocks.
//!
//! Only what a header says is kept in memory, and a block of values. What is wrong with a file is said with the name of the
//! file, of the tensor and of the field, with what was found there and what was expected.

mod diagnose;
mod dtype;
mod fields;
mod layout;
mod npy;
#[cfg(feature = "npz")]
mod npz;
mod problem;
mod report;
mod safetensors;
mod shards;
mod source;

use std::io::{Read, Seek, SeekFrom};

pub use dtype::Dtype;
pub use problem::{CheckpointError, Problem};
pub use report::write_report;
pub use shards::{Model, models};
pub use source::Source;

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
    #[cfg(feature = "npz")]
    Member { index: usize, header: npy::Header },
}

/// A file with its tensors.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    /// The file.
    pub source: Source,
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
    pub fn open(source: &Source) -> Result<Self, CheckpointError> {
        let found = Self::found(source);
        found.map_err(|problem| CheckpointError::new(source.path(), problem))
    }

    fn found(source: &Source) -> Result<Self, Problem> {
        let mut file = source.open()?;
        let length = file.seek(SeekFrom::End(0))?;
        file.rewind()?;
        let mut start = Vec::new();
        file.take(16).read_to_end(&mut start)?;
        if start.starts_with(npy::MAGIC) {
            npy::open(source, length)
        } else if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
            #[cfg(feature = "npz")]
            return npz::open(source);
            #[cfg(not(feature = "npz"))]
            Err(Problem::Disguised(
                "an archive, as .npz and PyTorch's .pt are: a .npz is read by `cargo run -- diagnose`, a .pt by `torch.load`, and saved again as .safetensors",
            ))
        } else {
            safetensors::open(source, &start, length)
        }
    }

    /// Hands the values of the `i`-th tensor over in blocks, the last axis fastest.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is not as long as it says, or the tensor does not hold floats.
    pub fn read(&self, i: usize, sink: &mut Sink) -> Result<(), CheckpointError> {
        let tensor = &self.tensors[i];
        let source = &self.source;
        let named = |problem| CheckpointError::new(source.path(), problem);
        match &tensor.place {
            Place::Bytes { at } => safetensors::read(source, *at, tensor, sink),
            Place::Npy { at, header } => npy::read(source, *at, header, tensor, sink),
            #[cfg(feature = "npz")]
            Place::Member { index, header } => npz::read(source, *index, header, tensor, sink),
        }
        .map_err(named)
    }
}
