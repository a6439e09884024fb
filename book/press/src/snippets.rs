//! The chapters' snippets through mdBook's own test, linked against what cargo has just built.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
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
use crate::{Lab, cargo};

/// The crate whose dependencies snippets see, the library among them, and the crate itself.
const LIBRARY: &str = "experiments";

/// Where the libraries lie that snippets see, relative to the project:
/// for [`test()`], and for `mdbook test -L` afterwards.
pub const LIBRARIES: &str = "target/press/libraries";

/// Runs the Rust fences of the book, or of the chapter with this title or path.
///
/// # Errors
///
/// If the library cannot be built, there is no such chapter, or a snippet does not pass.
pub fn test(root: &Path, lab: &Arc<Lab>, chapter: Option<&str>) -> Result<()> {
    let folder = root.join(LIBRARIES);
    gather(root, &folder)?;
    let mut book = MDBook::load(root)?;
    book.with_preprocessor(Press {
        root: root.to_owned(),
        lab: Arc::clone(lab),
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

/// Fills a folder with the library and its dependencies, each once: in cargo's own folder lie
/// several builds and versions of a crate, and rustdoc would not know which is meant.
fn gather(root: &Path, folder: &Path) -> Result<()> {
    let wanted = dependencies(root)?;
    let built = said(cargo::command(root).args(["build", "--locked", "--message-format=json"]))?;
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for line in built.lines() {
        let Ok(artifact) = serde_json::from_str::<Artifact>(line) else {
            continue;
        };
        if artifact.reason != "compiler-artifact" || !wanted.contains(&artifact.package_id) {
            continue;
        }
        for file in artifact.filenames {
            let extension = file.extension().and_then(|extension| extension.to_str());
            let linked =
                extension.is_some_and(|known| ["rlib", "so", "dylib", "dll"].contains(&known));
            if let (true, Some(name)) = (linked, file.file_name()) {
                link(&file, &folder.join(name))
                    .with_context(|| format!("cannot link {}", file.display()))?;
            }
        }
    }
    Ok(())
}

/// The library's package and all that it depends on.
fn dependencies(root: &Path) -> Result<BTreeSet<String>> {
    let text = said(cargo::command(root).args(["metadata", "--locked", "--format-version=1"]))?;
    let metadata: Metadata =
        serde_json::from_str(&text).context("cargo's metadata has changed its form")?;
    let edges: BTreeMap<&str, &Node> = metadata
        .resolve
        .nodes
        .iter()
        .map(|node| (node.id.as_str(), node))
        .collect();
    let library = metadata
        .packages
        .iter()
        .find(|package| package.name == LIBRARY);
    let mut waiting = vec![
        library
            .with_context(|| format!("the project has no package {LIBRARY}"))?
            .id
            .as_str(),
    ];
    let mut found = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if !found.insert(id.to_owned()) {
            continue;
        }
        let needed = edges.get(id).into_iter().flat_map(|node| &node.deps);
        // `kind` is null for what the crate itself uses, "dev" and "build" for the rest.
        waiting.extend(
            needed
                .filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind.is_none()))
                .map(|dep| dep.pkg.as_str()),
        );
    }
    Ok(found)
}

#[derive(Deserialize)]
struct Artifact {
    reason: String,
    package_id: String,
    filenames: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

/// What a cargo command writes; its messages are shown only if it fails.
fn said(command: &mut Command) -> Result<String> {
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
