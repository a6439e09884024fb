//! The mistakes that claims and tests must catch, as `tests/mutants.toml` lists them.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// Where the list is, relative to the project.
const FILE: &str = "tests/mutants.toml";

/// A mistake, as an edit of one file of the project.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mutant {
    /// What `--only` calls it.
    pub(crate) name: String,
    /// What is wrong.
    pub(crate) mistake: String,
    /// The file, relative to the project.
    pub(crate) file: String,
    pub(crate) edits: Vec<Edit>,
}

/// A piece of a file, and what is put in its place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edit {
    /// What stands there, exactly once.
    pub(crate) from: String,
    /// What is put in its place.
    pub(crate) to: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    mutant: Vec<Mutant>,
}

/// The list of the project at `root`.
///
/// # Errors
///
/// If the list cannot be read, or two mutants have one name.
pub(crate) fn read(root: &Path) -> Result<Vec<Mutant>> {
    let text = ledger::read(&root.join(FILE))?;
    let List { mutant: mutants } =
        toml::from_str(&text).with_context(|| format!("{FILE} is no list of mutants"))?;
    let mut names = BTreeSet::new();
    for mutant in &mutants {
        ensure!(
            names.insert(&mutant.name),
            "{FILE} has two mutants `{}`",
            mutant.name
        );
    }
    Ok(mutants)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mutant_changes_text_that_stands_exactly_once() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mutants = read(&root).expect("the list can be read");
        assert!(!mutants.is_empty());
        for mutant in mutants {
            let source = ledger::read(&root.join(&mutant.file)).expect("the file is there");
            if let Err(error) = mutant.applied_to(&source) {
                panic!("{error}");
            }
        }
    }
}
