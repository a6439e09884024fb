//! Where the project is.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// The file that marks the root of the project: mdBook's configuration.
const MARK: &str = "book.toml";

/// The project's folder: above the manifest that `cargo run` names, else above the current folder.
///
/// So `cargo run --manifest-path elsewhere/Cargo.toml` prints the book of that project, and the
/// bare program prints the book of the project it is called in.
pub(crate) fn find() -> Result<PathBuf> {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let here = env::current_dir()?;
    let starts = manifest
        .iter()
        .map(PathBuf::as_path)
        .chain([here.as_path()]);
    for start in starts {
        if let Some(root) = above(start) {
            return Ok(root.to_owned());
        }
    }
    bail!(
        "there is no {MARK} in {} or above it: call the press inside the project",
        here.display()
    )
}

fn above(start: &Path) -> Option<&Path> {
    start.ancestors().find(|folder| folder.join(MARK).is_file())
}
