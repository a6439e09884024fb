//! The lab runs experiments once and keeps their tables.
//!
//! A table is keyed by the experiment, its parameters, and a hash of the library's sources, so it
//! is run again exactly when it could come out otherwise.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use unit_variance::data::Mnist;
use unit_variance::experiments::{Experiment, Progress, Table};

use crate::digits;

/// Runs experiments, or remembers what they gave.
pub struct Lab {
    root: PathBuf,
    folder: PathBuf,
    fingerprint: String,
    /// Tables of this process, so that a chapter that is printed twice reads no file twice.
    tables: Mutex<HashMap<String, Place>>,
    /// The handwritten digits, once a run has asked for them.
    digits: OnceLock<Arc<Mnist>>,
    report: Box<Report>,
}

/// Where a table is, or will be: whoever asks for one that is on its way waits at its lock.
type Place = Arc<Mutex<Option<Arc<Table>>>>;

/// Hears of every step of a run.
type Report = dyn Fn(&dyn Experiment, Progress) + Send + Sync;

impl Lab {
    /// The lab of the project at `root`; `report` hears of every step of a run.
    ///
    /// # Errors
    ///
    /// If the library's sources cannot be read.
    pub fn of(
        root: &Path,
        report: impl Fn(&dyn Experiment, Progress) + Send + Sync + 'static,
    ) -> Result<Self> {
        Ok(Self {
            root: root.to_owned(),
            folder: root.join("target/press/tables"),
            fingerprint: ledger::library_fingerprint(root)
                .context("cannot read the library's sources")?,
            tables: Mutex::default(),
            digits: OnceLock::new(),
            report: Box::new(report),
        })
    }

    /// The table of this experiment, from the cache or from a run.
    ///
    /// # Errors
    ///
    /// If the cache cannot be written.
    ///
    /// # Panics
    ///
    /// If the experiment does, or an earlier one did on another thread.
    pub fn table(&self, experiment: &dyn Experiment) -> Result<Arc<Table>> {
        let name = format!("{}-{}", experiment.name(), self.key(experiment));
        let place = Arc::clone(
            self.tables
                .lock()
                .expect("nothing runs while all tables are locked")
                .entry(name.clone())
                .or_default(),
        );
        let mut place = place.lock().expect("no earlier run panicked");
        if let Some(table) = &*place {
            return Ok(Arc::clone(table));
        }
        let path = self.folder.join(format!("{name}.json"));
        // A broken or half-read file is no table: run again.
        let kept = fs::read(&path)
            .ok()
            .and_then(|text| serde_json::from_slice::<Table>(&text).ok());
        let table = if let Some(table) = kept {
            table
        } else {
            let table = experiment.run(&mut |progress| (self.report)(experiment, progress));
            self.keep(&path, &table)
                .with_context(|| format!("cannot write {}", path.display()))?;
            table
        };
        Ok(Arc::clone(place.insert(Arc::new(table))))
    }

    /// The handwritten digits that are kept with the book.
    ///
    /// # Errors
    ///
    /// As [`digits::read`].
    pub fn digits(&self) -> Result<Arc<Mnist>> {
        if let Some(digits) = self.digits.get() {
            return Ok(Arc::clone(digits));
        }
        let digits = Arc::new(digits::read(&self.root)?);
        Ok(Arc::clone(self.digits.get_or_init(|| digits)))
    }

    fn keep(&self, path: &Path, table: &Table) -> Result<()> {
        fs::create_dir_all(&self.folder)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        serde_json::to_writer(&mut file, table)?;
        file.write_all(b"\n")?;
        file.persist(path)?;
        Ok(())
    }

    fn key(&self, experiment: &dyn Experiment) -> String {
        let parameters =
            serde_json::to_string(&experiment.parameters()).expect("cells are plain values");
        let hash = Sha256::new()
            .chain_update(&self.fingerprint)
            .chain_update(parameters)
            .finalize();
        hash.iter()
            .take(8)
            .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
    }
}

impl std::fmt::Debug for Lab {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lab")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use unit_variance::experiments::DeepSignal;

    #[test]
    fn an_experiment_runs_once_and_its_table_survives_the_cache() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["src", "tests/claims", "tests/data"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        for file in ["Cargo.lock", "Cargo.toml"] {
            fs::write(root.path().join(file), "").unwrap();
        }
        let steps = Arc::new(AtomicUsize::new(0));
        let lab = || {
            let steps = Arc::clone(&steps);
            Lab::of(root.path(), move |_, _| {
                steps.fetch_add(1, Ordering::Relaxed);
            })
            .unwrap()
        };
        let experiment = DeepSignal {
            depth: 3,
            width: 4,
            ..DeepSignal::default()
        };
        // Two that ask at once, and one who asks later, of another lab.
        let together = lab();
        let [first, second] = std::thread::scope(|scope| {
            let ask = || together.table(&experiment).unwrap();
            [scope.spawn(ask), scope.spawn(ask)].map(|asked| asked.join().unwrap())
        });
        assert!(Arc::ptr_eq(&first, &second));
        assert_eq!(first, lab().table(&experiment).unwrap());
        assert_eq!(steps.load(Ordering::Relaxed), 3);
    }
}
