//! The copy of the project that mutants are tried on.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Files of the project that are others in the copy, by their paths in the project, and their texts.
pub(crate) type Edited = BTreeMap<PathBuf, String>;

/// A copy of the project in `target/mutants`.
///
/// It is compiled in a target folder of its own. In the project's, cargo would take what is compiled of the copy for what is compiled of
/// the project: the two differ in nothing that it looks at but the times of their files.
#[derive(Debug)]
pub(crate) struct ProjectCopy {
    pub(super) source: PathBuf,
}

impl ProjectCopy {
    /// Copies the project at `root`, but for the edited files, which are written at once, so that one with the same switches keeps its time.
    /// What becomes of the project later is nothing to the copy.
    ///
    /// A file that is the same stays untouched, so that cargo does not compile it again; one that
    /// differs is written anew, with a new time, so that cargo does.
    pub(crate) fn of(root: &Path, edited: &Edited) -> Result<Self> {
        let source = root.join("target/mutants/source");
        let copied = mirror(root, &source, edited);
        copied.with_context(|| format!("cannot copy the sources to {}", source.display()))?;
        Ok(Self { source })
    }

    /// Edits these files of the copy.
    pub(crate) fn update(&self, edited: &Edited) -> Result<()> {
        for (file, text) in edited {
            let copy = self.source.join(file);
            write(&copy, text.as_bytes())
                .with_context(|| format!("cannot write {}", copy.display()))?;
        }
        Ok(())
    }
}

/// Makes `to` a copy of the files in the folder `from`, with these edited, but of those in `target` there.
fn mirror(from: &Path, to: &Path, edited: &Edited) -> Result<()> {
    fs::create_dir_all(to)?;
    let files = |folder: &Path| -> Result<BTreeSet<PathBuf>> {
        let found = ledger::files(folder, &[folder.join("target")])?;
        let below = |path: &PathBuf| path.strip_prefix(folder).map(Path::to_owned);
        Ok(found.iter().map(below).collect::<Result<_, _>>()?)
    };
    let (wanted, there) = (files(from)?, files(to)?);
    for file in &wanted {
        let copy = to.join(file);
        match edited.get(file) {
            Some(text) => write(&copy, text.as_bytes())?,
            None => write(&copy, &fs::read(from.join(file))?)?,
        }
    }
    // The copy's `target` stays: it holds what is compiled.
    for file in there.difference(&wanted) {
        fs::remove_file(to.join(file))?;
    }
    Ok(())
}

/// Writes a file, if this is not what stands in it.
fn write(file: &Path, contents: &[u8]) -> io::Result<()> {
    if fs::read(file).is_ok_and(|there| there == contents) {
        return Ok(());
    }
    fs::create_dir_all(file.parent().unwrap_or(file))?;
    fs::write(file, contents)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let copy = || ProjectCopy::of(root, &Edited::new()).unwrap().source;
        let source = copy();
        assert_eq!(
            fs::read_to_string(source.join("src/lib.rs")).unwrap(),
            "one"
        );
        assert!(!source.join("target").exists() && !source.join(".git").exists());

        let time = |file: &str| fs::metadata(source.join(file)).unwrap().modified().unwrap();
        let before = time("src/lib.rs");
        fs::remove_file(root.join("src/old.rs")).unwrap();
        fs::write(root.join("src/new.rs"), "y").unwrap();
        copy();
        assert_eq!(time("src/lib.rs"), before);
        assert!(source.join("src/new.rs").exists() && !source.join("src/old.rs").exists());
    }

    #[test]
    fn the_mistake_is_in_the_copy_alone_and_goes_again() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("src")).unwrap();
        let original = root.path().join("src/lib.rs");
        fs::write(&original, "one").unwrap();
        let edited = |text: &str| Edited::from([("src/lib.rs".into(), text.to_owned())]);
        let copy = ProjectCopy::of(root.path(), &edited("two")).unwrap();
        let copied = || fs::read_to_string(copy.source.join("src/lib.rs")).unwrap();
        assert_eq!(copied(), "two");
        for text in ["three", "one"] {
            copy.update(&edited(text)).unwrap();
            assert_eq!(copied(), text);
            assert_eq!(fs::read_to_string(&original).unwrap(), "one");
        }
    }
}
