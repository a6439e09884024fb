//! Hashes of what a verdict, or an experiment's table, depends on.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::files::{ReadError, files};
use crate::locked::reached_by;

/// The files and folders whose contents decide what an experiment gives.
const LIBRARY: [&str; 3] = ["Cargo.toml", "book/experiments", "src"];

/// The packages whose dependencies decide it, too.
const PACKAGES: [&str; 2] = ["experiments", "unit-variance"];

/// What decides, besides these, what a claim's test finds.
const CLAIMS: [&str; 2] = ["tests/claims", "tests/data"];

/// A hash of the sources of the library and the experiments, the claims' tests, their data, and the locked packages that
/// library and experiments reach.
///
/// A verdict with another fingerprint is stale: it was found about other code.
///
/// # Errors
///
/// If one of them cannot be read.
pub fn fingerprint(root: &Path) -> Result<String, ReadError> {
    hash_of(root, LIBRARY.iter().chain(&CLAIMS))
}

/// A hash of the sources of the library and the experiments, and the locked packages that they reach.
///
/// A table with another fingerprint may be one that the experiment no longer gives.
///
/// # Errors
///
/// If one of them cannot be read.
pub fn library_fingerprint(root: &Path) -> Result<String, ReadError> {
    hash_of(root, &LIBRARY)
}

fn hash_of<'a>(
    root: &Path,
    sources: impl IntoIterator<Item = &'a &'a str>,
) -> Result<String, ReadError> {
    let mut paths = Vec::new();
    for source in sources {
        paths.extend(files(&root.join(source), &[])?);
    }
    paths.sort();
    let mut hash = Sha256::new();
    for package in reached_by(root, &PACKAGES)? {
        hash.update(package);
        hash.update([0]);
    }
    for path in paths {
        let name = path.strip_prefix(root).unwrap_or(&path);
        let contents = fs::read(&path).map_err(|source| ReadError {
            path: path.clone(),
            source,
        })?;
        hash.update(name.to_string_lossy().as_bytes());
        hash.update((contents.len() as u64).to_le_bytes());
        hash.update(contents);
    }
    Ok(hash
        .finalize()
        .iter()
        .take(16)
        .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for folder in ["book/experiments", "src", "tests/claims", "tests/data"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        fs::write(root.path().join("Cargo.lock"), "version = 4").unwrap();
        for file in ["Cargo.toml", "src/lib.rs", "tests/claims/he.rs"] {
            fs::write(root.path().join(file), "one").unwrap();
        }
        root
    }

    #[test]
    fn a_changed_claim_changes_verdicts_and_no_tables() {
        let root = project();
        let before = [
            fingerprint(root.path()).unwrap(),
            library_fingerprint(root.path()).unwrap(),
        ];
        fs::write(root.path().join("tests/claims/he.rs"), "two").unwrap();
        assert_ne!(before[0], fingerprint(root.path()).unwrap());
        assert_eq!(before[1], library_fingerprint(root.path()).unwrap());
        fs::write(root.path().join("src/lib.rs"), "two").unwrap();
        assert_ne!(before[1], library_fingerprint(root.path()).unwrap());
    }

    #[test]
    fn a_package_of_the_press_changes_nothing() {
        let root = project();
        let before = fingerprint(root.path()).unwrap();
        let lock = |name: &str| {
            let lock = format!("[[package]]\nname = \"{name}\"\nversion = \"0.1.0\"\n");
            fs::write(root.path().join("Cargo.lock"), lock).unwrap();
            fingerprint(root.path()).unwrap()
        };
        assert_eq!(lock("axum"), before);
        assert_ne!(lock("unit-variance"), before);
    }

    #[test]
    fn a_changed_byte_changes_the_fingerprint() {
        let root = project();
        let before = fingerprint(root.path()).unwrap();
        assert_eq!(before, fingerprint(root.path()).unwrap());
        fs::write(root.path().join("src/lib.rs"), "two").unwrap();
        assert_ne!(before, fingerprint(root.path()).unwrap());
    }

    #[test]
    fn what_an_editor_leaves_behind_changes_nothing() {
        let root = project();
        let before = fingerprint(root.path()).unwrap();
        for file in ["src/.lib.rs.swp", "src/lib.rs~", "tests/claims/#he.rs#"] {
            fs::write(root.path().join(file), [0; 4096]).unwrap();
        }
        #[cfg(unix)]
        for folder in ["src", "tests/claims"] {
            let link = root.path().join(folder).join(".#he.rs");
            std::os::unix::fs::symlink("user@host.1:2", link).unwrap();
        }
        assert_eq!(before, fingerprint(root.path()).unwrap());
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let root = project();
        fs::remove_dir_all(root.path().join("src")).unwrap();
        let error = fingerprint(root.path()).unwrap_err();
        assert_eq!(error.path, root.path().join("src"));
    }
}
