//! The records that the claims' tests leave and the press reads: one file an id.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A verdict, the sources it was found about, and the test that found it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record<V> {
    /// The [fingerprint](crate::Fingerprints::of_verdicts) of the sources.
    pub fingerprint: String,
    /// The test's file, relative to the project.
    pub file: String,
    /// The line of the claim in that file.
    pub line: u32,
    /// The verdict.
    pub verdict: V,
}

/// A record that cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The file cannot be written or read.
    #[error("cannot access the record {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not a record.
    #[error("{} is not a record; delete it and run the claims again", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
}

/// The folder of records, `target/press/verdicts`.
#[derive(Debug, Clone)]
pub struct Records {
    folder: PathBuf,
}

impl Records {
    /// The records of the project at `root`.
    pub fn of(root: &Path) -> Self {
        Self {
            folder: root.join("target/press/verdicts"),
        }
    }

    /// Where they are, each in a file that is called after its claim's id.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes the record of a claim, whole or not at all.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn write<V: Serialize>(&self, id: &str, record: &Record<V>) -> Result<(), RecordError> {
        let path = self.path(id);
        let write = || -> io::Result<()> {
            fs::create_dir_all(&self.folder)?;
            let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
            serde_json::to_writer_pretty(&mut file, record)?;
            file.write_all(b"\n")?;
            file.persist(&path)?;
            Ok(())
        };
        write().map_err(|source| RecordError::Io {
            path: path.clone(),
            source,
        })
    }

    /// The record of a claim, if there is one.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or is not a record.
    pub fn read<V: DeserializeOwned>(&self, id: &str) -> Result<Option<Record<V>>, RecordError> {
        let path = self.path(id);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(RecordError::Io { path, source }),
        };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|source| RecordError::Json { path, source })
    }

    fn path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_what_is_not_there_is_none() {
        let root = tempfile::tempdir().unwrap();
        let records = Records::of(root.path());
        assert!(records.read::<u32>("he.forward").unwrap().is_none());
        let record = Record {
            fingerprint: "f".into(),
            file: "tests/claims/he.rs".into(),
            line: 3,
            verdict: 7_u32,
        };
        records.write("he.forward", &record).unwrap();
        assert_eq!(records.read("he.forward").unwrap(), Some(record));
    }

    #[test]
    fn a_broken_file_is_named() {
        let root = tempfile::tempdir().unwrap();
        let records = Records::of(root.path());
        fs::create_dir_all(root.path().join("target/press/verdicts")).unwrap();
        fs::write(root.path().join("target/press/verdicts/a.b.json"), "{").unwrap();
        assert!(
            records
                .read::<u32>("a.b")
                .unwrap_err()
                .to_string()
                .contains("a.b.json is not a record")
        );
    }
}
