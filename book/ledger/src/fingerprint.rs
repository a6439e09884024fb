//! Hashes of what a verdict, or an experiment's table, depends on.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::files::{ReadError, files};
use crate::locked::reached_by;
use crate::manifest::deciding;

/// What decides what an experiment gives, besides the chapter's own folder.
const LIBRARY: [&str; 3] = [MANIFEST, "book/experiments", "src"];

/// The workspace's manifest, of which not every line counts.
const MANIFEST: &str = "Cargo.toml";

/// The packages whose dependencies decide it, too.
const PACKAGES: [&str; 2] = ["experiments", "unit-variance"];

/// The packages whose dependencies' lines in the manifest decide it, or what a claim's test finds, or what a lab shows.
const IN_MANIFEST: [&str; 5] = [
    "checkpoint",
    "claims",
    "experiments",
    "lab",
    "unit-variance",
];

/// What decides, besides these, what a claim's test finds.
const TESTS: [&str; 2] = ["tests/claims", "tests/data"];

/// What decides, besides the experiments and their drawings, what a lab shows.
const LABS: [&str; 4] = [
    "book/checkpoint/Cargo.toml",
    "book/checkpoint/src",
    "book/lab/Cargo.toml",
    "book/lab/src",
];

/// The experiments, a folder a chapter.
const EXPERIMENTS: &str = "book/experiments/src";

/// What is beside the chapters' folders: code that all of them use, and drawings, which decide no number.
const SHARED: &str = "shared";
const DRAWING: &str = "drawing";

/// What readers move, which decides no number.
const CONTROLS: &str = "book/experiments/src/lab.rs";

/// What experiments gave before.
const GOLDEN: &str = "golden";

/// Lists that say where code is, and nothing of what it does: a chapter more makes nothing stale.
const LISTS: [&str; 2] = ["book/experiments/src/lib.rs", "tests/claims/main.rs"];

/// The hashes of a project's sources, of which each table and each verdict has some.
#[derive(Debug)]
pub struct Fingerprints {
    /// The hash of every file that counts, by its path in the project.
    files: BTreeMap<PathBuf, String>,
    packages: Vec<String>,
    /// The folders of chapters among the experiments.
    computing: BTreeSet<String>,
    /// Of each chapter's claims: the chapters that they use, themselves included, and those whose experiments they use.
    claims: BTreeMap<String, Uses>,
}

/// The modules that a chapter's claims use.
#[derive(Debug, Clone, Default)]
struct Uses {
    claims: BTreeSet<String>,
    experiments: BTreeSet<String>,
}

impl Fingerprints {
    /// Reads the sources of the project at `root`.
    ///
    /// # Errors
    ///
    /// If one of them cannot be read.
    pub fn of(root: &Path) -> Result<Self, ReadError> {
        let packages = reached_by(root, &PACKAGES)?;
        let in_manifest = reached_by(root, &IN_MANIFEST)?;
        let mut hashes = BTreeMap::new();
        let mut texts = BTreeMap::new();
        for source in LIBRARY.iter().chain(&TESTS).chain(&LABS) {
            let folder = root.join(source);
            // A project without labs has no sources of them.
            if LABS.contains(source) && !folder.exists() {
                continue;
            }
            for path in files(&folder, &[])? {
                let mut contents = fs::read(&path).map_err(|source| ReadError {
                    path: path.clone(),
                    source,
                })?;
                let name = path.strip_prefix(root).unwrap_or(&path).to_owned();
                if name == Path::new(MANIFEST) {
                    let manifest = String::from_utf8_lossy(&contents);
                    contents = deciding(&manifest, &in_manifest).into_bytes();
                }
                hashes.insert(name.clone(), hex(Sha256::new().chain_update(&contents)));
                if let Some(module) = module_of(&name, TESTS[0]) {
                    let text: &mut String = texts.entry(module).or_default();
                    text.push_str(&String::from_utf8_lossy(&contents));
                }
            }
        }
        let computing = hashes.keys().filter(|path| path.ends_with("mod.rs"));
        let computing = computing.filter_map(|path| folder_of(path, EXPERIMENTS));
        let mut computing: BTreeSet<String> = computing.collect();
        computing.retain(|folder| ![SHARED, DRAWING].contains(&folder.as_str()));
        let chapters = chapters(root);
        texts.retain(|module, _| chapters.contains(module));
        Ok(Self {
            files: hashes,
            packages,
            claims: uses(&texts, &computing),
            computing,
        })
    }

    /// A hash of what decides the tables of this chapter's runs: the library, the chapter's folder of experiments and what all of
    /// them share, and the locked packages that these reach.
    ///
    /// A table with another fingerprint may be one that the experiment no longer gives.
    pub fn of_tables(&self, chapter: &str) -> String {
        let chapter = BTreeSet::from([module(chapter)]);
        self.hash(|path| self.is_computing(path, &chapter))
    }

    /// A hash of what decides what the labs of these chapters show: what decides their tables, and the drawings.
    pub fn of_labs(&self, chapters: &[&str]) -> String {
        let chapters: BTreeSet<String> = chapters.iter().map(|chapter| module(chapter)).collect();
        self.hash(|path| {
            let is_golden = path.components().any(|part| part.as_os_str() == GOLDEN);
            let of_chapter = folder_of(path, EXPERIMENTS);
            let is_drawn = path.starts_with(EXPERIMENTS)
                && of_chapter.is_none_or(|folder| folder == DRAWING || chapters.contains(&folder));
            LABS.iter().any(|source| path.starts_with(source))
                || (is_drawn && !is_golden)
                || self.is_computing(path, &chapters)
        })
    }

    /// A hash of what decides the verdicts on this chapter's claims: their tests with the data and the other chapters' tests that
    /// they use, the library, the experiments that they use, and the locked packages that these reach.
    ///
    /// A verdict with another fingerprint is stale: it was found about other code.
    pub fn of_verdicts(&self, chapter: &str) -> String {
        let chapter = module(chapter);
        let mut uses = self.claims.get(&chapter).cloned().unwrap_or_default();
        uses.claims.insert(chapter);
        self.hash(|path| {
            if let Some(module) = module_of(path, TESTS[0]) {
                return !self.claims.contains_key(&module) || uses.claims.contains(&module);
            }
            path.starts_with(TESTS[1]) || self.is_computing(path, &uses.experiments)
        })
    }

    /// Whether a file is of the library, of experiments that all chapters share, or of those of these chapters.
    fn is_computing(&self, path: &Path, chapters: &BTreeSet<String>) -> bool {
        let is_library = LIBRARY.iter().any(|source| path.starts_with(source));
        is_library
            && path != Path::new(CONTROLS)
            && folder_of(path, EXPERIMENTS).is_none_or(|folder| {
                let is_other = self.computing.contains(&folder) && !chapters.contains(&folder);
                !is_other && !is_aside(path)
            })
    }

    fn hash(&self, is_chosen: impl Fn(&Path) -> bool) -> String {
        let mut hash = Sha256::new();
        for package in &self.packages {
            hash.update(package);
            hash.update([0]);
        }
        for (path, contents) in &self.files {
            let is_list = LISTS.iter().any(|list| path == Path::new(list));
            if !is_list && is_chosen(path) {
                hash.update(path.to_string_lossy().as_bytes());
                hash.update([0]);
                hash.update(contents);
            }
        }
        hex(hash)
    }
}

/// A chapter's name as a module: `deep_signal` for `deep-signal`.
fn module(chapter: &str) -> String {
    chapter.replace('-', "_")
}

/// The modules of the chapters that the book has.
fn chapters(root: &Path) -> BTreeSet<String> {
    let files = files(&root.join("book/src"), &[]).unwrap_or_default();
    let stems = files.iter().filter_map(|file| file.file_stem()?.to_str());
    stems.map(module).collect()
}

/// The module that a file of this folder is part of: `he` for `he.rs` and `he/narrow.rs`.
fn module_of(path: &Path, folder: &str) -> Option<String> {
    let first = path.strip_prefix(folder).ok()?.components().next()?;
    let name = Path::new(first.as_os_str()).file_stem()?;
    Some(module(name.to_str()?))
}

/// The folder below this one that a file lies in.
fn folder_of(path: &Path, folder: &str) -> Option<String> {
    let mut components = path.strip_prefix(folder).ok()?.components();
    let (first, rest) = (components.next()?, components.next());
    rest?;
    first.as_os_str().to_str().map(str::to_owned)
}

/// Whether a file of the experiments draws, or says what was found before, and decides no number.
fn is_aside(path: &Path) -> bool {
    let aside = |component: Component| {
        let name = component.as_os_str();
        [DRAWING, "figures", "figures.rs", GOLDEN]
            .iter()
            .any(|aside| name == *aside)
    };
    path.components().any(aside)
}

/// What the claims of each chapter use, those of other chapters that they use included.
fn uses(texts: &BTreeMap<String, String>, computing: &BTreeSet<String>) -> BTreeMap<String, Uses> {
    let direct = |text: &str| {
        let mut claims = named_after(text, "crate::");
        claims.extend(named_after(text, "super::"));
        let named = named_after(text, "experiments::");
        // A run may be any chapter's.
        let by_name = ["run", "runs", "experiments"].map(str::to_owned);
        let experiments = if by_name.iter().any(|word| named.contains(word)) {
            computing.clone()
        } else {
            named.intersection(computing).cloned().collect()
        };
        (claims, experiments)
    };
    let direct: BTreeMap<&String, _> = texts
        .iter()
        .map(|(module, text)| (module, direct(text)))
        .collect();
    let all = |module: &String| {
        let mut uses = Uses::default();
        let mut waiting = vec![module];
        while let Some(next) = waiting.pop() {
            if let Some((claims, experiments)) = direct.get(next)
                && uses.claims.insert(next.clone())
            {
                uses.experiments.extend(experiments.iter().cloned());
                waiting.extend(claims);
            }
        }
        uses
    };
    texts
        .keys()
        .map(|module| (module.clone(), all(module)))
        .collect()
}

/// The words that follow this path: `a` of `crate::a::b`, and all of `crate::{a::b, c}`.
fn named_after(text: &str, path: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for after in text.split(path).skip(1) {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let end = match after.strip_prefix('{') {
            Some(_) => after.find(';').unwrap_or(after.len()),
            None => after.find(|c| !is_word(c)).unwrap_or(after.len()),
        };
        let named = after[..end].split(|c| !is_word(c));
        words.extend(named.filter(|word| !word.is_empty()).map(str::to_owned));
    }
    words
}

/// The first half of a hash, which is enough to tell sources apart.
fn hex(hash: Sha256) -> String {
    let bytes = hash.finalize();
    let half = bytes.iter().take(16);
    half.fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let write = |file: &str, text: &str| {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("Cargo.lock", "version = 4");
        for file in [
            "Cargo.toml",
            "src/lib.rs",
            "book/src/he.md",
            "book/src/deep-signal.md",
            "book/src/lecun.md",
            "book/experiments/src/lab.rs",
            "book/experiments/src/lib.rs",
            "book/experiments/src/table.rs",
            "book/experiments/src/drawing/mod.rs",
            "book/experiments/src/shared/mod.rs",
            "book/experiments/src/he/mod.rs",
            "book/experiments/src/he/figures.rs",
            "book/experiments/src/he/golden/clouds.tsv",
            "book/experiments/src/deep_signal/mod.rs",
            "tests/claims/harness.rs",
            "tests/claims/main.rs",
            "tests/claims/he/narrow.rs",
            "tests/data/printed.json",
        ] {
            write(file, "one");
        }
        write("tests/claims/he.rs", "use experiments::he::Clouds;");
        write(
            "tests/claims/deep-signal.rs",
            "use crate::he::factor;\nuse experiments::{Table, deep_signal::UdlSweep};",
        );
        write("tests/claims/lecun.rs", "let run = experiments::run(name);");
        root
    }

    /// Which tables and verdicts are stale once this file has changed.
    fn stale_after(file: &str) -> Vec<&'static str> {
        let root = project();
        let all = || {
            let now = Fingerprints::of(root.path()).unwrap();
            [
                ("tables of he", now.of_tables("he")),
                ("tables of deep-signal", now.of_tables("deep-signal")),
                ("verdicts of he", now.of_verdicts("he")),
                ("verdicts of deep-signal", now.of_verdicts("deep-signal")),
                ("verdicts of lecun", now.of_verdicts("lecun")),
            ]
        };
        let before = all();
        fs::write(root.path().join(file), "two").unwrap();
        let changed = before.into_iter().zip(all()).filter(|(a, b)| a != b);
        changed.map(|((name, _), _)| name).collect()
    }

    const EVERYTHING: [&str; 5] = [
        "tables of he",
        "tables of deep-signal",
        "verdicts of he",
        "verdicts of deep-signal",
        "verdicts of lecun",
    ];

    #[test]
    fn an_edit_in_one_chapters_folder_makes_its_tables_stale_and_no_others() {
        let file = "book/experiments/src/deep_signal/mod.rs";
        assert_eq!(
            stale_after(file),
            // The claims on LeCun ask for a run by name, which may be any chapter's.
            [
                "tables of deep-signal",
                "verdicts of deep-signal",
                "verdicts of lecun"
            ]
        );
    }

    #[test]
    fn what_all_chapters_share_makes_everything_stale() {
        for file in [
            "Cargo.toml",
            "src/lib.rs",
            "book/experiments/src/table.rs",
            "book/experiments/src/shared/mod.rs",
        ] {
            assert_eq!(stale_after(file), EVERYTHING, "{file}");
        }
    }

    #[test]
    fn drawings_golden_numbers_and_lists_make_nothing_stale() {
        for file in [
            "book/experiments/src/he/figures.rs",
            "book/experiments/src/he/golden/clouds.tsv",
            "book/experiments/src/drawing/mod.rs",
            "book/experiments/src/lab.rs",
            "book/experiments/src/lib.rs",
            "tests/claims/main.rs",
        ] {
            assert_eq!(stale_after(file), [""; 0], "{file}");
        }
    }

    #[test]
    fn a_changed_claim_changes_verdicts_of_its_chapter_and_of_those_that_use_it() {
        for file in ["tests/claims/he.rs", "tests/claims/he/narrow.rs"] {
            assert_eq!(
                stale_after(file),
                ["verdicts of he", "verdicts of deep-signal"],
                "{file}"
            );
        }
        assert_eq!(
            stale_after("tests/claims/deep-signal.rs"),
            ["verdicts of deep-signal"]
        );
        for file in ["tests/claims/harness.rs", "tests/data/printed.json"] {
            assert_eq!(stale_after(file), EVERYTHING[2..], "{file}");
        }
    }

    #[test]
    fn a_lab_depends_on_its_chapter_and_on_all_drawings() {
        let sources = LABS.map(|source| {
            let is_file = Path::new(source).extension().is_some();
            let lib = if is_file { "" } else { "/lib.rs" };
            format!("{source}{lib}")
        });
        let labs_are_stale = |file: &str| {
            let root = project();
            for source in &sources {
                let path = root.path().join(source);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, "one").unwrap();
            }
            let now = || Fingerprints::of(root.path()).unwrap().of_labs(&["he"]);
            let before = now();
            fs::write(root.path().join(file), "two").unwrap();
            before != now()
        };
        let folder = "book/experiments/src";
        for file in ["mod.rs", "figures.rs"].map(|file| format!("{folder}/he/{file}")) {
            assert!(labs_are_stale(&file), "{file}");
        }
        for source in &sources {
            assert!(labs_are_stale(source), "{source}");
        }
        assert!(labs_are_stale(&format!("{folder}/drawing/mod.rs")));
        assert!(labs_are_stale(&format!("{folder}/lab.rs")));
        assert!(!labs_are_stale(&format!("{folder}/he/golden/clouds.tsv")));
        assert!(!labs_are_stale(&format!("{folder}/deep_signal/mod.rs")));
        assert!(!labs_are_stale("tests/claims/he.rs"));
    }

    #[test]
    fn a_package_of_the_press_changes_nothing() {
        let lock = |name: &str| {
            let root = project();
            let lock = format!("[[package]]\nname = \"{name}\"\nversion = \"0.1.0\"\n");
            fs::write(root.path().join("Cargo.lock"), lock).unwrap();
            Fingerprints::of(root.path()).unwrap().of_verdicts("he")
        };
        let before = Fingerprints::of(project().path()).unwrap();
        assert_eq!(lock("axum"), before.of_verdicts("he"));
        assert_ne!(lock("unit-variance"), before.of_verdicts("he"));
    }

    #[test]
    fn what_an_editor_leaves_behind_changes_nothing() {
        let root = project();
        let now = || Fingerprints::of(root.path()).unwrap().of_verdicts("he");
        let before = now();
        for file in ["src/.lib.rs.swp", "src/lib.rs~", "tests/claims/#he.rs#"] {
            fs::write(root.path().join(file), [0; 4096]).unwrap();
        }
        #[cfg(unix)]
        for folder in ["src", "tests/claims"] {
            let link = root.path().join(folder).join(".#he.rs");
            std::os::unix::fs::symlink("user@host.1:2", link).unwrap();
        }
        assert_eq!(before, now());
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let root = project();
        fs::remove_dir_all(root.path().join("src")).unwrap();
        let error = Fingerprints::of(root.path()).unwrap_err();
        assert_eq!(error.path, root.path().join("src"));
    }
}
