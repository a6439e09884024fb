//! A folder for what is not finished. It is removed when it is dropped, when the program is
//! interrupted, and, where the program was killed, by the next one.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};

/// How the folders' names begin.
const PREFIX: &str = ".book-";

/// The folders of this process.
static FOLDERS: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn folders() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    FOLDERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The folder.
#[derive(Debug)]
pub struct Scratch {
    folder: PathBuf,
    /// Locked for as long as the folder is in use.
    _lock: Option<File>,
}

impl Scratch {
    /// A new folder in `parent`, for work on the project at `root`.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn new(root: &Path, parent: &Path) -> Result<Self> {
        let context = || format!("cannot make a folder in {}", parent.display());
        fs::create_dir_all(parent).with_context(context)?;
        // Without locks, as on some network drives, what was left is left.
        let lock = lock(root, || remove_left(parent)).ok();
        let mut folders = folders();
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent);
        let folder = folder.with_context(context)?.keep();
        folders.insert(folder.clone());
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Puts `made`, which is in this folder, in the place of `old`. An interruption comes before or after.
    ///
    /// # Errors
    ///
    /// If one of them cannot be moved.
    pub fn replace(&self, old: &Path, made: &Path) -> Result<()> {
        let _undisturbed = folders();
        if old.exists() {
            fs::rename(old, self.folder.join("former"))
                .with_context(|| format!("cannot replace {}", old.display()))?;
        }
        fs::rename(made, old).with_context(|| format!("cannot make {}", old.display()))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let mut folders = folders();
        folders.remove(&self.folder);
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A lock that all programs at work on the project share. If no other one is, `alone` is done first.
fn lock(root: &Path, alone: impl FnOnce()) -> io::Result<File> {
    let folder = root.join("target/press");
    fs::create_dir_all(&folder)?;
    let file = File::create(folder.join("printing.lock"))?;
    if file.try_lock().is_ok() {
        alone();
        file.unlock()?;
    }
    file.lock_shared()?;
    Ok(file)
}

/// Removes what killed programs have left in a folder.
fn remove_left(parent: &Path) {
    let own = folders();
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let is_left = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if is_left && !own.contains(&entry.path()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Removes a folder in which other threads may still be writing. It is renamed first, so that no path
/// leads into it any more; whoever makes it anew on the way has it taken away again.
fn remove_in_use(folder: &Path) {
    const TRIES: u32 = 1000;
    let mut gone = folder.as_os_str().to_owned();
    gone.push("-gone");
    for _ in 0..TRIES {
        if fs::rename(folder, &gone).is_err() && !folder.exists() {
            return;
        }
        let _ = fs::remove_dir_all(&gone);
    }
}

/// From now on Ctrl-C ends this process with `status`, and SIGTERM and SIGHUP end it as usual, but
/// not before its folders are removed.
///
/// # Errors
///
/// If the system takes no handler.
pub fn end_when_interrupted(status: i32) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let inside = runtime.enter();
    #[cfg(unix)]
    let mut signals = {
        use tokio::signal::unix::{SignalKind, signal};
        let [c, terminate, hang_up] = [
            SignalKind::interrupt(),
            SignalKind::terminate(),
            SignalKind::hangup(),
        ]
        .map(signal);
        (c?, terminate?, hang_up?)
    };
    drop(inside);
    std::thread::spawn(move || {
        #[cfg(unix)]
        let status = runtime.block_on(async {
            tokio::select! {
                _ = signals.0.recv() => status,
                _ = signals.1.recv() => 128 + 15,
                _ = signals.2.recv() => 128 + 1,
            }
        });
        #[cfg(not(unix))]
        if runtime.block_on(tokio::signal::ctrl_c()).is_err() {
            return;
        }
        // Nothing new is begun while this is held, and it is held to the end.
        let folders = folders();
        for folder in folders.iter() {
            remove_in_use(folder);
        }
        std::process::exit(status);
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name());
        names
            .map(|name| name.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn what_killed_programs_left_goes_and_what_others_work_on_stays() {
        let root = tempfile::tempdir().unwrap();
        let parent = root.path().join("made");
        fs::create_dir_all(parent.join(".book-left/book")).unwrap();
        let first = Scratch::new(root.path(), &parent).unwrap();
        assert_eq!(names(&parent).len(), 1);
        assert!(first.path().exists());

        // Of another process, as far as the folder's name says.
        fs::create_dir(parent.join(".book-other")).unwrap();
        let second = Scratch::new(root.path(), &parent).unwrap();
        assert_eq!(names(&parent).len(), 3);
        drop((first, second));
        assert_eq!(names(&parent), [".book-other"]);
    }

    #[test]
    fn a_folder_goes_while_others_write_into_it() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join(".book-busy");
        fs::create_dir(&folder).unwrap();
        let (sender, written) = std::sync::mpsc::channel();
        let path = folder.clone();
        let writer = std::thread::spawn(move || {
            let write = |i: &u32| fs::write(path.join(i.to_string()), "page").is_ok();
            (0..u32::MAX).take_while(write).for_each(|i| {
                let _ = sender.send(i);
            });
        });
        written.recv().unwrap();
        remove_in_use(&folder);
        assert_eq!(names(root.path()), Vec::<String>::new());
        writer.join().unwrap();
    }

    #[test]
    fn what_was_made_takes_the_place_of_what_was_there() {
        let root = tempfile::tempdir().unwrap();
        let old = root.path().join("book");
        for text in ["one", "two"] {
            let scratch = Scratch::new(root.path(), root.path()).unwrap();
            let made = scratch.path().join("book");
            fs::create_dir(&made).unwrap();
            fs::write(made.join("page"), text).unwrap();
            scratch.replace(&old, &made).unwrap();
            assert_eq!(fs::read_to_string(old.join("page")).unwrap(), text);
        }
    }
}
