//! Hashes of what a verdict, or an experiment's table, depends on.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// The files and folders whose contents decide what an experiment gives.
const LIBRARY: [&str; 3] = ["Cargo.lock", "Cargo.toml", "src"];

/// What decides, besides these, what a claim's test finds.
const CLAIMS: [&str; 2] = ["tests/claims", "tests/data"];

/// A hash of the library's sources, the claims' tests, their data, and the locked dependencies.
///
/// A verdict with another fingerprint is stale: it was found about other code.
///
/// # Errors
///
/// If one of them cannot be read.
pub fn fingerprint(root: &Path) -> io::Result<String> {
    hash_of(root, LIBRARY.iter().chain(&CLAIMS))
}

/// A hash of the library's sources and the locked dependencies.
///
/// A table with another fingerprint may be one that the experiment no longer gives.
///
/// # Errors
///
/// If one of them cannot be read.
pub fn library_fingerprint(root: &Path) -> io::Result<String> {
    hash_of(root, &LIBRARY)
}

fn hash_of<'a>(root: &Path, sources: impl IntoIterator<Item = &'a &'a str>) -> io::Result<String> {
    let mut files = Vec::new();
    for source in sources {
        collect(&root.join(source), &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let name = file.strip_prefix(root).unwrap_or(&file);
        let contents = fs::read(&file)?;
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

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else {
        files.push(path.to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for folder in ["src", "tests/claims", "tests/data"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        for file in [
            "Cargo.lock",
            "Cargo.toml",
            "src/lib.rs",
            "tests/claims/he.rs",
        ] {
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
    fn a_changed_byte_changes_the_fingerprint() {
        let root = project();
        let before = fingerprint(root.path()).unwrap();
        assert_eq!(before, fingerprint(root.path()).unwrap());
        fs::write(root.path().join("src/lib.rs"), "two").unwrap();
        assert_ne!(before, fingerprint(root.path()).unwrap());
    }
}
