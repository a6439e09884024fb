//! Which mutants are compiled together, as switches, and which alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::change::changed;
use super::list::Mutant;
use super::project_copy::Edited;
use super::switch::{Source, module};

/// What is compiled: versions of the sources, each of which is all of the files that differ in any of them.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    /// The sources with the switches.
    pub(crate) switched: Edited,
    /// The mutants that these hold, with the numbers that choose among them, their places in the list: 0 is none.
    pub(crate) together: Vec<(usize, &'a Mutant)>,
    /// The mutants that no switch can make, such as those of a constant, and the sources with each of them.
    pub(crate) alone: Vec<(&'a Mutant, Edited)>,
}

impl<'a> Plan<'a> {
    /// Finds a switch for each of the mutants that can have one.
    pub(crate) fn of(root: &Path, mutants: &'a [Mutant]) -> Result<Self> {
        let mut by_file: BTreeMap<&str, Vec<(usize, &'a Mutant)>> = BTreeMap::new();
        for (i, mutant) in mutants.iter().enumerate() {
            let of_file = by_file.entry(&mutant.file).or_default();
            of_file.push((i + 1, mutant));
        }
        let (mut right, mut switched) = (Edited::new(), Edited::new());
        let (mut together, mut alone) = (Vec::new(), Vec::new());
        let mut crates = BTreeSet::new();
        for (file, mutants) in by_file {
            let text = ledger::read(&root.join(file))?;
            let source = Source::parse(&text).with_context(|| format!("{file} is not Rust"))?;
            let mut arms = Vec::new();
            for (number, mutant) in mutants {
                let changes = mutant.changes(&text)?;
                if source.can_switch(&changes) {
                    together.push((number, mutant));
                    arms.push((number, changes));
                } else {
                    let mistaken = changed(&text, &(0..text.len()), &changes);
                    alone.push((number, mutant, mistaken));
                }
            }
            if !arms.is_empty() {
                let of_crate = crate_of(Path::new(file));
                crates.insert(of_crate.with_context(|| format!("{file} is in no folder `src`"))?);
            }
            switched.insert(file.into(), source.switched(&arms));
            right.insert(file.into(), text);
        }
        for file in crates {
            if !right.contains_key(&file) {
                let text = ledger::read(&root.join(&file))?;
                switched.insert(file.clone(), text.clone());
                right.insert(file.clone(), text);
            }
            *switched.get_mut(&file).expect("it has just been read") += &module();
        }
        // In the order of the list.
        together.sort_by_key(|(number, _)| *number);
        alone.sort_by_key(|(number, ..)| *number);
        let with = |(_, mutant, mistaken): (usize, &'a Mutant, String)| {
            let mut edited = right.clone();
            edited.insert(mutant.file.clone().into(), mistaken);
            (mutant, edited)
        };
        Ok(Self {
            switched,
            together,
            alone: alone.into_iter().map(with).collect(),
        })
    }
}

/// The `lib.rs` of the crate that a source belongs to.
fn crate_of(file: &Path) -> Option<PathBuf> {
    let mut folders = file.ancestors();
    let src = folders.find(|folder| folder.ends_with("src"))?;
    Some(src.join("lib.rs"))
}

#[cfg(test)]
mod tests {
    use super::super::list;
    use super::*;

    /// Each of them takes minutes of its own.
    const MOST_ALONE: usize = 3;

    #[test]
    fn nearly_every_mutant_of_the_list_can_be_switched() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mutants = list::read(&root).expect("the list can be read");
        let Plan {
            switched,
            together,
            alone,
        } = Plan::of(&root, &mutants).expect("the sources can be read");
        assert_eq!(together.len() + alone.len(), mutants.len());
        let names: Vec<&str> = alone
            .iter()
            .map(|(mutant, _)| mutant.name.as_str())
            .collect();
        assert!(names.len() <= MOST_ALONE, "alone: {}", names.join(", "));
        for (mutant, edited) in &alone {
            assert!(edited.keys().eq(switched.keys()), "of {}", mutant.name);
        }
        for (file, text) in &switched {
            let switched = Source::parse(text);
            assert!(switched.is_ok(), "{} is Rust no more", file.display());
        }
        let has_number = |file: &str| switched[Path::new(file)].contains("fn number()");
        assert!(has_number("src/lib.rs") && has_number("book/experiments/src/lib.rs"));
        let is_arm = |number: usize, text: &str| text.contains(&format!(" {number} => {{"));
        for (number, mutant) in together {
            let text = &switched[Path::new(&mutant.file)];
            assert!(is_arm(number, text), "{} has no arm", mutant.name);
        }
    }

    #[test]
    fn a_source_belongs_to_the_crate_whose_folder_it_is_in() {
        let of = |file: &str| crate_of(Path::new(file));
        assert_eq!(of("src/theory/width.rs"), Some("src/lib.rs".into()));
        let experiments = "book/experiments/src/lib.rs";
        assert_eq!(of("book/experiments/src/he/a.rs"), Some(experiments.into()));
        assert_eq!(of("tests/claims/he.rs"), None);
    }
}
