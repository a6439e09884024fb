//! Where the project is.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// mdBook's configuration, at the root of the project.
const CONFIGURATION: &str = "book.toml";

/// What stands in it, and in no other book's.
const MARK: &str = "[preprocessor.press]";

/// The project that the current folder is in, else the one whose program `cargo run` has started.
///
/// mdBook calls its preprocessors in the book's folder; `cargo run --manifest-path` may be called
/// from anywhere.
pub(crate) fn find() -> Result<PathBuf> {
    let here = env::current_dir()?;
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    if let Some(root) = above(&here).or_else(|| above(manifest.as_deref()?)) {
        return Ok(root.to_owned());
    }
    let others = here.ancestors().find(|folder| has_book(folder));
    match others {
        Some(other) => bail!(
            "the {CONFIGURATION} in {} is another book's, without `{MARK}`: call the press inside the project",
            other.display()
        ),
        None => bail!(
            "there is no {CONFIGURATION} in {} or above it: call the press inside the project",
            here.display()
        ),
    }
}

fn above(start: &Path) -> Option<&Path> {
    start.ancestors().find(|folder| is_root(folder))
}

fn has_book(folder: &Path) -> bool {
    folder.join(CONFIGURATION).is_file()
}

fn is_root(folder: &Path) -> bool {
    let text = std::fs::read_to_string(folder.join(CONFIGURATION));
    text.is_ok_and(|text| text.lines().any(|line| line.trim() == MARK))
}
