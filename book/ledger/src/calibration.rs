//! The verdicts of the claims under many seeds, as a test of the tests: one file, collected by the tests, and read by
//! `cargo run -- calibrate` and by the ledger.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// What a claim found under all seeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// The claim's id.
    pub id: String,
    /// That of its verdicts: the sources with which it was judged.
    pub fingerprint: String,
    /// The ranks of its values under its law, one a seed; empty where the law is not exact.
    pub ranks: Vec<f64>,
    /// Under how many seeds it was judged.
    pub runs: u64,
    /// Under how many its value was rejected.
    pub rejected: u64,
    /// The probability of that, under one seed, if the sentence is true.
    pub alpha: f64,
}

impl Calibration {
    /// The environment variable that says how many seeds are tried.
    pub const SEEDS: &str = "CALIBRATION_SEEDS";

    /// The test that collects.
    pub const TEST: &str = "seeds::the_claims_under_many_seeds";

    /// Where the collection is, in the project at `root`.
    pub fn file(root: &Path) -> PathBuf {
        root.join("target/press/calibration.json")
    }

    /// Writes the collection of the project at `root`.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn write_all(root: &Path, all: &[Self]) -> io::Result<()> {
        let file = Self::file(root);
        fs::create_dir_all(file.parent().unwrap_or(root))?;
        fs::write(file, serde_json::to_string(all)?)
    }

    /// Reads the collection of the project at `root`.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or holds something else.
    pub fn read_all(root: &Path) -> io::Result<Vec<Self>> {
        Ok(serde_json::from_str(&fs::read_to_string(Self::file(
            root,
        ))?)?)
    }
}
