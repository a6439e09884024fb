//! The cache of the tables that experiments give: each is run once.
//!
//! A cached table says which run it is of, every field of it, and on which sources. It
//! is believed only if that is the run that is asked for, on the present sources, and the table is whole.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use anyhow::{Context, Result, anyhow};
use experiments::drawing::Picture;
use experiments::shared::data::Mnist;
use experiments::{Experiment, Figure, Progress, Table};
use ledger::Fingerprints;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::digits;
use crate::fault::known_are;

/// Runs experiments, or reads their tables from the cache.
pub struct TableCache {
    root: PathBuf,
    folder: PathBuf,
    fingerprints: Fingerprints,
    /// Tables of this process, so that a chapter that is printed twice reads no file twice.
    tables: Mutex<HashMap<String, Slot>>,
    /// The handwritten digits, once a run has asked for them.
    digits: OnceLock<Arc<Mnist>>,
    report: Box<Report>,
}

/// A table in the cache, and what it is the table of.
#[derive(Debug, Serialize, Deserialize)]
struct CachedTable {
    /// The experiment with all of its fields.
    run: String,
    /// The hash of the sources that decide it.
    fingerprint: String,
    table: Table,
}

/// A table, once it is computed; a second request for one that is being computed blocks on its mutex.
type Slot = Arc<Mutex<Option<Arc<Table>>>>;

/// Called with a run's progress.
type Report = dyn Fn(&dyn Experiment, Progress) + Send + Sync;

impl TableCache {
    /// The cache of the project at `root`; `report` is called with the progress of every run.
    ///
    /// # Errors
    ///
    /// If the project's sources cannot be read.
    pub fn of(
        root: &Path,
        report: impl Fn(&dyn Experiment, Progress) + Send + Sync + 'static,
    ) -> Result<Self> {
        Ok(Self {
            root: root.to_owned(),
            folder: root.join("target/press/tables"),
            fingerprints: Fingerprints::of(root).context("cannot read the project's sources")?,
            tables: Mutex::default(),
            digits: OnceLock::new(),
            report: Box::new(report),
        })
    }

    /// The table of this experiment of a chapter, from the cache or from a run.
    fn table(&self, chapter: &str, experiment: &dyn Experiment) -> Result<Arc<Table>> {
        let run = format!("{experiment:?}");
        let fingerprint = self.fingerprints.of_tables(chapter);
        let name = format!("{}-{}", experiment.name(), key(&fingerprint, &run));
        let slot = Arc::clone(
            self.tables
                .lock()
                .expect("nothing runs while all tables are locked")
                .entry(name.clone())
                .or_default(),
        );
        let mut slot = slot.lock().expect("no earlier run panicked");
        if let Some(table) = &*slot {
            return Ok(Arc::clone(table));
        }
        let path = self.folder.join(format!("{name}.json"));
        let table = if let Some(table) = Self::cached(&path, &run, &fingerprint, experiment) {
            table
        } else {
            let table = experiment.run(&mut |progress| (self.report)(experiment, progress));
            let cached = CachedTable {
                run,
                fingerprint,
                table,
            };
            self.store(&path, &cached)
                .with_context(|| format!("cannot write {}", path.display()))?;
            cached.table
        };
        Ok(Arc::clone(slot.insert(Arc::new(table))))
    }

    /// The table of the run with this name, from the cache or from a run.
    ///
    /// # Errors
    ///
    /// If no run has this name, the cache cannot be written, or the digits that the run learns from cannot
    /// be read.
    ///
    /// # Panics
    ///
    /// If the experiment does, or an earlier one did on another thread.
    pub fn run(&self, name: &str) -> Result<Arc<Table>> {
        let names = || experiments::runs().map(|(_, run)| run.name);
        let (chapter, run) = experiments::run(name)
            .ok_or_else(|| anyhow!("unknown run `{name}`; {}", known_are(names())))?;
        self.table(chapter.name, &*run.experiment(|| self.digits())?)
    }

    /// A figure, drawn from the tables of its runs.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn picture(&self, figure: &Figure) -> Result<Picture> {
        let tables = figure.runs.iter().map(|run| self.run(run));
        let tables: Vec<Arc<Table>> = tables.collect::<Result<_>>()?;
        let tables: Vec<&Table> = tables.iter().map(|table| &**table).collect();
        Ok(figure.draw(&tables))
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

    /// The table in this file, if it is that of the run and whole. Whatever else is there is no table.
    fn cached(
        path: &Path,
        run: &str,
        fingerprint: &str,
        experiment: &dyn Experiment,
    ) -> Option<Table> {
        let cached: CachedTable = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        let table = cached.table;
        let is_of_run = cached.run == run
            && cached.fingerprint == fingerprint
            && table.experiment == experiment.name()
            && table.parameters == experiment.parameters();
        let columns = table.columns.len();
        let is_whole = !table.rows.is_empty() && table.rows.iter().all(|row| row.len() == columns);
        (is_of_run && is_whole).then_some(table)
    }

    fn store(&self, path: &Path, cached: &CachedTable) -> Result<()> {
        fs::create_dir_all(&self.folder)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        serde_json::to_writer(&mut file, cached)?;
        file.write_all(b"\n")?;
        file.persist(path)?;
        Ok(())
    }
}

/// What a table's file is called after.
fn key(fingerprint: &str, run: &str) -> String {
    let hash = Sha256::new()
        .chain_update(fingerprint)
        .chain_update(run)
        .finalize();
    hash.iter()
        .take(8)
        .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

impl std::fmt::Debug for TableCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TableCache")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use experiments::shared::{Data, DeepSignal};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use unit_variance::initializer::Named;

    /// A project with no sources to speak of.
    fn project() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for folder in ["book/experiments", "src", "tests/claims", "tests/data"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        for file in ["Cargo.lock", "Cargo.toml"] {
            fs::write(root.path().join(file), "").unwrap();
        }
        root
    }

    /// A cache that counts the steps of its runs.
    fn cache(root: &Path, steps: &Arc<AtomicUsize>) -> TableCache {
        let steps = Arc::clone(steps);
        TableCache::of(root, move |_, _| {
            steps.fetch_add(1, Ordering::Relaxed);
        })
        .unwrap()
    }

    const EXPERIMENT: DeepSignal = DeepSignal {
        seed: 0,
        depth: 3,
        width: 4,
        weights: Named::Normal { std_dev: 0.5 },
        data: Data::Fresh,
    };

    #[test]
    fn an_experiment_runs_once_and_its_table_survives_the_cache() {
        let (root, steps) = (project(), Arc::default());
        // Two that ask at once, and one who asks later, of another cache.
        let together = cache(root.path(), &steps);
        let [first, second] = std::thread::scope(|scope| {
            let ask = || together.table("forward", &EXPERIMENT).unwrap();
            [scope.spawn(ask), scope.spawn(ask)].map(|asked| asked.join().unwrap())
        });
        assert!(Arc::ptr_eq(&first, &second));
        assert_eq!(
            first,
            cache(root.path(), &steps)
                .table("forward", &EXPERIMENT)
                .unwrap()
        );
        assert_eq!(steps.load(Ordering::Relaxed), 3);
    }

    #[test]
    fn a_kept_table_is_believed_only_if_it_is_whole_and_of_this_run_and_these_sources() {
        let (root, steps) = (project(), Arc::default());
        let right = cache(root.path(), &steps)
            .table("forward", &EXPERIMENT)
            .unwrap();
        let folder = root.path().join("target/press/tables");
        let cached = || fs::read_dir(&folder).unwrap().next().unwrap().unwrap();
        let path = cached().path();
        let text = fs::read_to_string(&path).unwrap();
        let broken = |break_it: fn(&mut CachedTable)| {
            let mut cached: CachedTable = serde_json::from_str(&text).unwrap();
            break_it(&mut cached);
            serde_json::to_string(&cached).unwrap()
        };
        let files = [
            broken(|cached| cached.table.rows[0].truncate(1)),
            broken(|cached| cached.table.rows.clear()),
            broken(|cached| cached.table.experiment = "spread".into()),
            broken(|cached| cached.table.parameters[1].1 = 7_u64.into()),
            broken(|cached| cached.run = format!("{:?}", DeepSignal::default())),
            broken(|cached| cached.fingerprint = "other".into()),
            text[..text.len() / 2].to_owned(),
            String::new(),
        ];
        for (runs, file) in (2..).zip(files) {
            fs::write(&path, &file).unwrap();
            let table = cache(root.path(), &steps)
                .table("forward", &EXPERIMENT)
                .unwrap();
            assert_eq!(table, right, "{file}");
            assert_eq!(steps.load(Ordering::Relaxed), 3 * runs, "believed: {file}");
        }
    }
}
