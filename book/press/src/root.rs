//! Where the project is.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// The file that marks the root of the project: mdBook's configuration.
const MARK: &str = "book.toml";

/// The project that the current folder is in, else the one whose program `cargo run` has started.
///
/// mdBook calls its preprocessors in the book's folder; `cargo run --manifest-path` may be called
/// from anywhere.
pub(crate) fn find() -> Result<PathBuf> {
    let here = env::current_dir()?;
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    match above(&here).or_else(|| above(manifest.as_deref()?)) {
        Some(root) => Ok(root.to_owned()),
        None => bail!(
            "there is no {MARK} in {} or above it: call the press inside the project",
            here.display()
        ),
    }
}

fn above(start: &Path) -> Option<&Path> {
    start.ancestors().find(|folder| folder.join(MARK).is_file())
}
