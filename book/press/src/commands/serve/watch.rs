//! Waits until the sources change.
//!
//! An event of the file system only says: look. What has changed, the contents decide, so that a
//! file saved without a change, or saved by renaming a temporary one over it, does no harm.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

/// What the program is made of: a change takes a compiler.
const PROGRAM: [&str; 8] = [
    "Cargo.lock",
    "Cargo.toml",
    "book/checkpoint",
    "book/experiments",
    "book/ledger",
    "book/press",
    "src",
    "tests",
];

/// What the pages are made of. Of `book`, that is all that is not program.
const PAGES: [&str; 2] = ["book", "book.toml"];

/// How long nothing must happen before it counts as saved: an editor writes in several steps.
const QUIET: Duration = Duration::from_millis(80);

/// What has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Chapters, theme or configuration.
    Pages,
    /// The library, its tests, the experiments or the press.
    Program,
}

/// A watch over the sources of a project.
#[derive(Debug)]
pub(super) struct Watch {
    root: PathBuf,
    known: Contents,
    events: Receiver<notify::Result<Event>>,
    /// Ends the watch when it is dropped.
    _watcher: RecommendedWatcher,
}

/// Hashes of all that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Contents {
    program: u64,
    pages: u64,
}

impl Watch {
    /// Watches the project at `root` from now on.
    pub(super) fn over(root: &Path) -> Result<Self> {
        let (sender, events) = mpsc::channel();
        let mut watcher = notify::recommended_watcher(sender).context("cannot watch files")?;
        // The folder itself for the files in it, so that `target` below it is not watched.
        watcher
            .watch(root, RecursiveMode::NonRecursive)
            .with_context(|| format!("cannot watch {}", root.display()))?;
        for folder in ["book", "src", "tests"].map(|folder| root.join(folder)) {
            watcher
                .watch(&folder, RecursiveMode::Recursive)
                .with_context(|| format!("cannot watch {}", folder.display()))?;
        }
        Ok(Self {
            root: root.to_owned(),
            known: Contents::read(root),
            events,
            _watcher: watcher,
        })
    }

    /// Blocks until something has changed since the last answer.
    pub(super) fn next(&mut self) -> Result<Change> {
        loop {
            self.settle()?;
            let now = Contents::read(&self.root);
            let before = std::mem::replace(&mut self.known, now);
            if now.program != before.program {
                return Ok(Change::Program);
            }
            if now.pages != before.pages {
                return Ok(Change::Pages);
            }
        }
    }

    /// Blocks until something is written, and then until nothing has been for a moment.
    fn settle(&self) -> Result<()> {
        while !is_a_write(&self.events.recv()?) {}
        let mut until = Instant::now() + QUIET;
        loop {
            match self
                .events
                .recv_timeout(until.saturating_duration_since(Instant::now()))
            {
                Ok(event) if is_a_write(&event) => until = Instant::now() + QUIET,
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Reading a file is an event too, and we read them all.
fn is_a_write(event: &notify::Result<Event>) -> bool {
    event
        .as_ref()
        .is_ok_and(|event| !matches!(event.kind, EventKind::Access(_)))
}

impl Contents {
    fn read(root: &Path) -> Self {
        let mut program = DefaultHasher::new();
        let mut pages = DefaultHasher::new();
        let program_parts = PROGRAM.map(|path| root.join(path));
        for path in &program_parts {
            hash(path, &[], &mut program);
        }
        for path in PAGES.map(|path| root.join(path)) {
            hash(&path, &program_parts, &mut pages);
        }
        Self {
            program: program.finish(),
            pages: pages.finish(),
        }
    }
}

/// Hashes a file, or a folder with all files below it but `except`. What cannot be read counts as such:
/// whoever needs it will say so.
fn hash(path: &Path, except: &[PathBuf], hasher: &mut DefaultHasher) {
    match ledger::files(path, except) {
        Ok(files) => {
            for file in files {
                let contents = fs::read(&file).map_err(|error| error.kind());
                (file, contents).hash(hasher);
            }
        }
        Err(error) => (error.path, error.source.kind()).hash(hasher),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for file in [
            "Cargo.lock",
            "Cargo.toml",
            "book.toml",
            "book/src/he.md",
            "book/press/main.rs",
            "src/lib.rs",
            "tests/a.rs",
        ] {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "one").unwrap();
        }
        root
    }

    /// What `Watch` sees of an edit, without waiting for events.
    fn change(edit: impl FnOnce(&Path)) -> (bool, bool) {
        let root = project();
        let before = Contents::read(root.path());
        edit(root.path());
        let after = Contents::read(root.path());
        (before.program != after.program, before.pages != after.pages)
    }

    #[test]
    fn chapters_are_pages_and_the_press_is_program() {
        for (file, expected) in [
            ("book/src/he.md", (false, true)),
            ("book/src/new.md", (false, true)),
            ("book.toml", (false, true)),
            ("book/press/main.rs", (true, false)),
            ("src/lib.rs", (true, false)),
            ("tests/a.rs", (true, false)),
            ("Cargo.toml", (true, false)),
        ] {
            assert_eq!(
                change(|root| fs::write(root.join(file), "two").unwrap()),
                expected,
                "{file}"
            );
        }
    }

    #[test]
    fn what_is_no_change_is_none() {
        assert_eq!(
            change(|root| fs::write(root.join("src/lib.rs"), "one").unwrap()),
            (false, false)
        );
        assert_eq!(
            change(|root| fs::write(root.join("book/src/.he.md.swp"), "x").unwrap()),
            (false, false)
        );
        assert_eq!(
            change(|root| fs::write(root.join("book/src/he.md~"), "x").unwrap()),
            (false, false)
        );
        assert_eq!(
            change(|root| fs::write(root.join("README.md"), "x").unwrap()),
            (false, false)
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_nowhere_or_back_are_no_change_and_end_no_watch() {
        use std::os::unix::fs::symlink;
        for (target, link) in [
            ("user@host.1:2", "book/src/.#he.md"),
            ("self.md", "book/src/self.md"),
            (".", "book/src/loop"),
        ] {
            let change = change(|root| symlink(target, root.join(link)).unwrap());
            assert_eq!(change, (false, false), "{link} -> {target}");
        }
    }

    #[test]
    fn a_folder_that_goes_is_a_change() {
        let gone = change(|root| fs::remove_dir_all(root.join("src")).unwrap());
        assert_eq!(gone, (true, false));
    }

    #[test]
    fn a_file_moved_over_a_chapter_is_noticed_once() {
        let root = project();
        let mut watch = Watch::over(root.path()).unwrap();
        let temporary = root.path().join("book/src/.he.md.tmp");
        fs::write(&temporary, "two").unwrap();
        fs::rename(&temporary, root.path().join("book/src/he.md")).unwrap();
        assert_eq!(watch.next().unwrap(), Change::Pages);
        // The next answer is about the next change, whatever events were left.
        fs::write(root.path().join("src/lib.rs"), "two").unwrap();
        assert_eq!(watch.next().unwrap(), Change::Program);
    }
}
