//! The locked packages that a package of the project reaches.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;

use crate::files::ReadError;

/// `Cargo.lock`, as far as it is read.
#[derive(Debug, Deserialize)]
struct Lock {
    #[serde(default)]
    package: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    version: String,
    checksum: Option<String>,
    /// `name`, or `name version` where there are several versions.
    #[serde(default)]
    dependencies: Vec<String>,
}

/// The packages that these reach, themselves included, each as `name version checksum`, sorted.
///
/// # Errors
///
/// If the project has no `Cargo.lock`, or it is none.
pub(crate) fn reached_by(root: &Path, packages: &[&str]) -> Result<Vec<String>, ReadError> {
    let path = root.join("Cargo.lock");
    let error = |source| ReadError {
        path: path.clone(),
        source,
    };
    let text = fs::read_to_string(&path).map_err(error)?;
    let lock: Lock = toml::from_str(&text)
        .map_err(|cause| error(io::Error::new(io::ErrorKind::InvalidData, cause)))?;
    let mut known: BTreeMap<&str, Vec<&Package>> = BTreeMap::new();
    for package in &lock.package {
        known.entry(&package.name).or_default().push(package);
    }
    let mut waiting: Vec<&str> = packages.to_vec();
    let (mut seen, mut reached) = (BTreeSet::new(), BTreeSet::new());
    while let Some(dependency) = waiting.pop() {
        if !seen.insert(dependency) {
            continue;
        }
        let mut words = dependency.split(' ');
        let (name, version) = (words.next().unwrap_or_default(), words.next());
        for package in known.get(name).into_iter().flatten() {
            if version.is_none_or(|version| version == package.version) {
                let checksum = package.checksum.as_deref().unwrap_or_default();
                reached.insert(format!("{name} {} {checksum}", package.version));
                waiting.extend(package.dependencies.iter().map(String::as_str));
            }
        }
    }
    Ok(reached.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
        [[package]]
        name = "unit-variance"
        version = "0.1.0"
        dependencies = ["libm 0.2.1"]

        [[package]]
        name = "libm"
        version = "0.2.1"
        checksum = "a"

        [[package]]
        name = "libm"
        version = "0.1.0"

        [[package]]
        name = "axum"
        version = "0.8.0"
        checksum = "b"
    "#;

    fn reached(lock: &str) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("Cargo.lock"), lock).unwrap();
        reached_by(root.path(), &["unit-variance"]).unwrap()
    }

    #[test]
    fn only_what_is_reached_counts() {
        let before = reached(LOCK);
        assert_eq!(before, ["libm 0.2.1 a", "unit-variance 0.1.0 "]);
        assert_eq!(reached(&LOCK.replace("0.8.0", "0.9.0")), before);
        assert_ne!(reached(&LOCK.replace("\"a\"", "\"c\"")), before);
    }

    #[test]
    fn what_is_no_lock_file_is_named() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("Cargo.lock"), "[[package").unwrap();
        let error = reached_by(root.path(), &["unit-variance"]).unwrap_err();
        assert_eq!(error.path, root.path().join("Cargo.lock"));
    }
}
