//! The chapters' snippets through mdBook's own test, linked against what cargo has just built.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use mdbook_driver::MDBook;
use serde::Deserialize;

use crate::names::{did_you_mean, nearest};
use crate::preprocessor::{Press, Unverified};
use crate::{TableCache, cargo};

/// Where the libraries lie that snippets see, relative to the project:
/// for [`test()`], and for `mdbook test -L` afterwards.
pub const LIBRARIES: &str = "target/press/libraries";

/// Runs the Rust fences of the book, or of the chapter with this title or path.
///
/// # Errors
///
/// If the library cannot be built, there is no such chapter, or a snippet does not pass.
pub fn test(root: &Path, cache: &Arc<TableCache>, chapter: Option<&str>) -> Result<()> {
    let folder = gather(root)?;
    let mut book = MDBook::load(root)?;
    book.with_preprocessor(Press {
        root: root.to_owned(),
        cache: Arc::clone(cache),
        unverified: Unverified::Shown,
    });
    let folder = folder
        .to_str()
        .context("the project's folder has no proper name")?;
    book.test_chapter(vec![folder], chapter)
        .context("the book's snippets do not pass")
}

/// What to say of the name of a chapter that the book does not have; `None` if it has it.
///
/// # Errors
///
/// If the book cannot be read.
pub fn unknown_chapter(root: &Path, name: &str) -> Result<Option<String>> {
    let book = MDBook::load(root)?;
    let mut files = Vec::new();
    for chapter in book.book.chapters() {
        let file = chapter.path.as_deref().map(Path::to_string_lossy);
        if chapter.name == name || file.as_deref() == Some(name) {
            return Ok(None);
        }
        files.extend(file.map(Cow::into_owned));
    }
    let meant = nearest(name, files.iter().map(String::as_str));
    Ok(Some(format!(
        "there is no chapter `{name}`{}; there is {}",
        did_you_mean(meant),
        files.join(", ")
    )))
}

/// Gathers the libraries that `cargo build` makes in one folder, and tells which.
///
/// In cargo's own folder lie builds with other features as well, and rustdoc would not know which is meant.
///
/// # Errors
///
/// If they cannot be built or linked.
pub fn gather(root: &Path) -> Result<PathBuf> {
    let folder = root.join(LIBRARIES);
    let built =
        stdout_of(cargo::command(root).args(["build", "--locked", "--message-format=json"]))?;
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for line in built.lines() {
        let Ok(artifact) = serde_json::from_str::<Artifact>(line) else {
            continue;
        };
        for file in artifact.filenames {
            let extension = file.extension().and_then(|extension| extension.to_str());
            let is_library =
                extension.is_some_and(|known| ["rlib", "so", "dylib", "dll"].contains(&known));
            if let (true, Some(name)) = (is_library, file.file_name()) {
                link(&file, &folder.join(name))
                    .with_context(|| format!("cannot link {}", file.display()))?;
            }
        }
    }
    Ok(folder)
}

/// What cargo says of a crate that it has compiled, now or before.
#[derive(Deserialize)]
struct Artifact {
    filenames: Vec<PathBuf>,
}

/// What a cargo command writes; its messages are shown only if it fails.
fn stdout_of(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!(
            "cargo does not succeed:\n{}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// A hard link, or a copy where the folders are on different disks.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(|_| ()))
}
