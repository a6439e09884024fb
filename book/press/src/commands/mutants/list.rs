//! The mistakes that claims and tests must catch, as `tests/mutants.toml` lists them.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::suite::Suite;

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
    /// Who is to notice.
    #[serde(default, rename = "caught-by")]
    pub(crate) caught_by: CaughtBy,
    pub(crate) edits: Vec<Edit>,
}

/// Who is to notice a mistake.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CaughtBy {
    /// A claim, or, if none does, a unit test.
    #[default]
    Claims,
    /// A unit test: claims, which are judged by what is wrong here, are not asked.
    Tests,
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

impl Mutant {
    /// What is run, until somebody notices.
    pub(crate) fn suites(&self) -> &'static [Suite] {
        let is_of_the_book = self.file.starts_with("book/");
        match self.caught_by {
            CaughtBy::Claims => &[Suite::Claims, Suite::LibraryTests, Suite::ExperimentTests],
            CaughtBy::Tests if is_of_the_book => &[Suite::ExperimentTests],
            CaughtBy::Tests => &[Suite::LibraryTests],
        }
    }
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
    fn a_mutant_says_who_is_to_notice_it() {
        let of = |file: &str, line: &str| {
            let text = format!("name = 'a'\nmistake = 'b'\nfile = '{file}'\n{line}\nedits = []");
            toml::from_str::<Mutant>(&text).map(|mutant| mutant.suites())
        };
        let by_tests = "caught-by = 'tests'";
        for (file, suite) in [
            ("src/lib.rs", Suite::LibraryTests),
            ("book/experiments/src/run.rs", Suite::ExperimentTests),
        ] {
            let all = [Suite::Claims, Suite::LibraryTests, Suite::ExperimentTests];
            assert_eq!(of(file, ""), Ok(all.as_slice()));
            assert_eq!(of(file, by_tests), Ok([suite].as_slice()));
        }
        let wrong = of("src/lib.rs", "caught-by = 'luck'").expect_err("there is no such");
        assert!(wrong.to_string().contains("`luck`"), "{wrong}");
    }

    #[test]
    fn every_mutant_changes_text_that_stands_exactly_once() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mutants = read(&root).expect("the list can be read");
        assert!(!mutants.is_empty());
        for mutant in mutants {
            let source = ledger::read(&root.join(&mutant.file)).expect("the file is there");
            if let Err(error) = mutant.changes(&source) {
                panic!("{error}");
            }
        }
    }
}
