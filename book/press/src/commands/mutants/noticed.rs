//! Which test noticed a mutant the last time: it runs first.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::project_copy::ProjectCopy;
use super::suite::Suite;

/// The test that noticed, by the mutant's name; kept in `target/mutants/noticed.json`.
#[derive(Debug)]
pub(crate) struct Noticed {
    file: PathBuf,
    tests: BTreeMap<String, (Suite, String)>,
}

impl Noticed {
    /// What is kept beside the copy: nothing in the beginning, or where the file is none of ours.
    pub(crate) fn read(copy: &ProjectCopy) -> Self {
        let file = copy.source.with_file_name("noticed.json");
        let kept = fs::read(&file).ok();
        let tests = kept.and_then(|text| serde_json::from_slice(&text).ok());
        Self {
            file,
            tests: tests.unwrap_or_default(),
        }
    }

    /// The test that noticed this mutant.
    pub(crate) fn of(&self, mutant: &str) -> Option<(Suite, &str)> {
        let (suite, test) = self.tests.get(mutant)?;
        Some((*suite, test))
    }

    /// Keeps it, also if the command is ended before its end.
    pub(crate) fn remember(&mut self, mutant: &str, suite: Suite, test: &str) -> Result<()> {
        self.tests
            .insert(mutant.to_owned(), (suite, test.to_owned()));
        let folder = self.file.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer(&mut file, &self.tests)?;
        file.persist(&self.file)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::project_copy::Edited;
    use super::*;

    #[test]
    fn what_is_remembered_is_read_again() {
        let root = tempfile::tempdir().unwrap();
        let copy = ProjectCopy::of(root.path(), &Edited::new()).unwrap();
        let mut noticed = Noticed::read(&copy);
        assert_eq!(noticed.of("a"), None);
        noticed.remember("a", Suite::Claims, "he::forward").unwrap();
        let again = Noticed::read(&copy);
        assert_eq!(again.of("a"), Some((Suite::Claims, "he::forward")));
        fs::write(&again.file, "{").unwrap();
        assert_eq!(Noticed::read(&copy).of("a"), None);
    }
}
