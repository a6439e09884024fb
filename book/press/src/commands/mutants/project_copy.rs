//! The copy of the project that mutants are tried on.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::list::{Edit, Mutant};

/// A copy of the project in `target/mutants`. What it depends on is compiled in the project's own
/// target folder, where it is already.
#[derive(Debug)]
pub(crate) struct ProjectCopy {
    pub(super) source: PathBuf,
    pub(super) target: PathBuf,
}

impl Mutant {
    /// The source with the mistake in it.
    pub(crate) fn applied_to(&self, source: &str) -> Result<String> {
        let mut mutated = source.to_owned();
        for Edit { from, to } in &self.edits {
            let count = mutated.matches(from).count();
            ensure!(
                count == 1,
                "the mutant `{}` changes `{}`, which stands {count} times in {}: it must stand there once",
                self.name,
                from.trim(),
                self.file
            );
            mutated = mutated.replace(from, to);
        }
        Ok(mutated)
    }
}

impl ProjectCopy {
    /// Brings the copy up to date with the project at `root`.
    pub(crate) fn open(root: &Path) -> Result<Self> {
        let target = root.join("target");
        let source = target.join("mutants/source");
        let copy = Self { source, target };
        mirror(root, &copy.source)
            .with_context(|| format!("cannot copy the sources to {}", copy.source.display()))?;
        Ok(copy)
    }

    /// Does something while the mistake is in the copy.
    pub(crate) fn with<T>(
        &self,
        mutant: &Mutant,
        act: impl FnOnce(&Self) -> Result<T>,
    ) -> Result<T> {
        let path = self.source.join(&mutant.file);
        let right = ledger::read(&path)?;
        fs::write(&path, mutant.applied_to(&right)?)?;
        let done = act(self);
        fs::write(&path, right)?;
        done
    }
}

/// Makes `to` a copy of the files in the folder `from`, but of those in `target` there.
///
/// A file that is the same stays untouched, so that cargo does not compile it again; one that
/// differs is written anew, with a new time, so that cargo does.
fn mirror(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    let files = |folder: &Path| -> Result<BTreeSet<PathBuf>> {
        let found = ledger::files(folder, &[folder.join("target")])?;
        let below = |path: &PathBuf| path.strip_prefix(folder).map(Path::to_owned);
        Ok(found.iter().map(below).collect::<Result<_, _>>()?)
    };
    let (wanted, there) = (files(from)?, files(to)?);
    for file in &wanted {
        let contents = fs::read(from.join(file))?;
        let copy = to.join(file);
        if fs::read(&copy).ok().as_ref() != Some(&contents) {
            fs::create_dir_all(copy.parent().unwrap_or(to))?;
            fs::write(&copy, contents)?;
        }
    }
    // The copy's own records stay: they are read after every trial.
    for file in there.difference(&wanted) {
        fs::remove_file(to.join(file))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::list::CaughtBy;
    use super::*;

    fn two_for_one() -> Mutant {
        let edit = |from: &str, to: &str| Edit {
            from: from.into(),
            to: to.into(),
        };
        Mutant {
            name: "two".into(),
            mistake: "two for one".into(),
            file: "src/lib.rs".into(),
            caught_by: CaughtBy::default(),
            edits: vec![edit("one", "two")],
        }
    }

    #[test]
    fn the_project_is_copied_and_the_copy_follows_it() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        for (file, text) in [
            ("src/lib.rs", "one"),
            ("src/old.rs", "x"),
            ("target/big", "x"),
            (".git/HEAD", "x"),
        ] {
            fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            fs::write(root.join(file), text).unwrap();
        }
        let copy = ProjectCopy::open(root).unwrap().source;
        assert_eq!(fs::read_to_string(copy.join("src/lib.rs")).unwrap(), "one");
        assert!(!copy.join("target").exists() && !copy.join(".git").exists());

        let time = |file: &str| fs::metadata(copy.join(file)).unwrap().modified().unwrap();
        let before = time("src/lib.rs");
        fs::remove_file(root.join("src/old.rs")).unwrap();
        fs::write(root.join("src/new.rs"), "y").unwrap();
        ProjectCopy::open(root).unwrap();
        assert_eq!(time("src/lib.rs"), before);
        assert!(copy.join("src/new.rs").exists() && !copy.join("src/old.rs").exists());
    }

    #[test]
    fn the_mistake_is_in_the_copy_alone_and_goes_again() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("src")).unwrap();
        let original = root.path().join("src/lib.rs");
        fs::write(&original, "one").unwrap();
        let copy = ProjectCopy::open(root.path()).unwrap();
        let copied = copy.source.join("src/lib.rs");
        let during = copy
            .with(&two_for_one(), |_| Ok(fs::read_to_string(&copied)?))
            .unwrap();
        assert_eq!(during, "two");
        assert_eq!(fs::read_to_string(&copied).unwrap(), "one");
        assert_eq!(fs::read_to_string(&original).unwrap(), "one");
    }

    #[test]
    fn text_that_does_not_stand_there_once_is_an_error() {
        for (source, count) in [("zero", 0), ("one one", 2)] {
            let message = two_for_one().applied_to(source).unwrap_err().to_string();
            assert!(
                message.contains(&format!(
                    "changes `one`, which stands {count} times in src/lib.rs"
                )),
                "{message}"
            );
        }
    }
}
