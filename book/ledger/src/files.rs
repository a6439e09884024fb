//! The files of a folder: the one walk over folders that every part of the book shares.
//!
//! A file of the book is a regular file, or a link to one. Left out are hidden files, what editors
//! leave behind (`he.md~`, `#he.md#`, `.he.md.swp`, the lock `.#he.md`), links that lead nowhere or
//! back into their own folder, and whatever is neither file nor folder, such as a pipe.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

/// A file or folder that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}", path.display())]
pub struct ReadError {
    /// The file or folder.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

/// The files of a folder and of the folders below it, sorted; of a file, that file.
/// The files and folders `except` are left out.
///
/// # Errors
///
/// If there is no such file or folder, or a folder cannot be read.
pub fn files(start: &Path, except: &[PathBuf]) -> Result<Vec<PathBuf>, ReadError> {
    let wanted = |entry: &DirEntry| {
        entry.depth() == 0
            || !is_left_behind(entry.file_name()) && !except.iter().any(|path| path == entry.path())
    };
    let walk = WalkDir::new(start)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(wanted);
    let mut files = Vec::new();
    for entry in walk {
        match entry {
            Ok(entry) if entry.file_type().is_file() => files.push(entry.into_path()),
            Ok(_) => {}
            Err(error) => {
                let path = error.path().unwrap_or(start).to_owned();
                let is_cycle = error.loop_ancestor().is_some();
                if is_cycle || error.depth() > 0 && leads_nowhere(&path) {
                    continue;
                }
                let source = error.into();
                return Err(ReadError { path, source });
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The text of a file.
///
/// # Errors
///
/// If it cannot be read, or is not UTF-8.
pub fn read(path: &Path) -> Result<String, ReadError> {
    fs::read_to_string(path).map_err(|source| ReadError {
        path: path.to_owned(),
        source,
    })
}

/// Whether the name is hidden, or one that editors give to copies and locks.
fn is_left_behind(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with(['.', '#']) || name.ends_with('~')
}

/// Whether nothing is at the end of the path: a broken link, or a file that has just gone.
fn leads_nowhere(path: &Path) -> bool {
    match fs::metadata(path) {
        Ok(_) => false,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => false,
        Err(error) => error.kind() == io::ErrorKind::NotFound || path.is_symlink(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The files of a folder with a chapter, `he.md`, after something was put beside it.
    fn beside(put: impl FnOnce(&Path)) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("below")).unwrap();
        for file in ["he.md", "below/xavier.md"] {
            fs::write(folder.path().join(file), "text").unwrap();
        }
        put(folder.path());
        let files = files(folder.path(), &[folder.path().join("except")]).unwrap();
        let names = files.iter().map(|file| {
            let name = file.strip_prefix(folder.path()).unwrap();
            name.display().to_string()
        });
        names.collect()
    }

    #[test]
    fn what_editors_and_systems_leave_behind_is_no_file_of_the_book() {
        for name in [
            ".he.md.swp",
            "he.md~",
            "#he.md#",
            "._he.md",
            ".git/config",
            "except",
            "except/he.md",
        ] {
            let found = beside(|folder| {
                let path = folder.join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, [0xff]).unwrap();
            });
            assert_eq!(found, ["below/xavier.md", "he.md"], "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_unless_they_lead_nowhere_or_back() {
        use std::os::unix::fs::symlink;
        for (target, name) in [
            ("user@host.1:2", ".#he.md"),
            ("nowhere.md", "glorot.md"),
            ("self.md", "self.md"),
            (".", "loop"),
            ("..", "below/loop"),
        ] {
            let found = beside(|folder| symlink(target, folder.join(name)).unwrap());
            assert_eq!(found, ["below/xavier.md", "he.md"], "{name} -> {target}");
        }
        let found = beside(|folder| {
            symlink("he.md", folder.join("kaiming.md")).unwrap();
            symlink("below", folder.join("beyond")).unwrap();
        });
        assert_eq!(
            found,
            ["below/xavier.md", "beyond/xavier.md", "he.md", "kaiming.md"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_no_file() {
        let found = beside(|folder| {
            let made = std::process::Command::new("mkfifo")
                .arg(folder.join("pipe.md"))
                .status();
            assert!(made.unwrap().success());
        });
        assert_eq!(found, ["below/xavier.md", "he.md"]);
    }

    #[test]
    fn what_is_not_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = folder.path().join("nowhere");
        let message = files(&nowhere, &[]).unwrap_err().to_string();
        assert_eq!(message, format!("cannot read {}", nowhere.display()));
        assert_eq!(read(&nowhere).unwrap_err().to_string(), message);
    }
}
