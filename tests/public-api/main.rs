//! What the crate promises: its public items and their signatures, as they stand in `tests/public-api.txt`.
//!
//! A change of that list is a change for users, so it is made on purpose. Once it is, and CHANGELOG.md says so,
//!
//! ```text
//! UPDATE_PUBLIC_API=1 cargo test --test public-api
//! ```
//!
//! writes the list. It is read from the sources, not from the compiler, so any toolchain gives the same one; what macros make, and
//! which types are `Send`, it does not show.

mod outline;
mod sources;
mod stripped;

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

use outline::Outline;
use sources::Sources;

/// The crates whose types and traits a user meets in signatures. A new major version of one of them is one of ours.
const IN_SIGNATURES: [&str; 4] = ["half", "ndarray", "rand", "serde"];

fn of_this_crate() -> Outline {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    Outline::of(&Sources::read(|file| {
        fs::read_to_string(src.join(file)).ok()
    }))
}

/// The lines of one text that the other has not, each as often as it has more of it.
fn beyond<'a>(text: &'a str, other: &str) -> Vec<&'a str> {
    let mut rest: Vec<&str> = other.lines().collect();
    let missing = |line: &&str| match rest.iter().position(|other| other == line) {
        Some(at) => {
            rest.swap_remove(at);
            false
        }
        None => true,
    };
    text.lines().filter(missing).collect()
}

#[test]
fn the_public_api_is_the_recorded_one() {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/public-api.txt");
    let found = of_this_crate().to_string();
    if env::var_os("UPDATE_PUBLIC_API").is_some() {
        fs::write(&list, found).expect("the list can be written");
        return;
    }
    let recorded = fs::read_to_string(&list).expect("the list can be read");
    assert!(
        found == recorded,
        "the public API is not the one of tests/public-api.txt. If that is meant, say so in CHANGELOG.md, and run\n\n    \
         UPDATE_PUBLIC_API=1 cargo test --test public-api\n\nno longer there:\n{}\n\nnew:\n{}\n",
        beyond(&recorded, &found).join("\n"),
        beyond(&found, &recorded).join("\n"),
    );
}

/// The crates that the library is built of, by the names that its sources have for them.
fn dependencies() -> BTreeSet<String> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let manifest = fs::read_to_string(manifest).expect("the manifest can be read");
    let (_, list) = manifest
        .split_once("\n[dependencies]\n")
        .expect("a manifest lists dependencies");
    let lines = list.lines().take_while(|line| !line.starts_with('['));
    let names = lines.filter_map(|line| line.split(['.', ' ']).next());
    let names = names.filter(|name| !name.is_empty());
    names.map(|name| name.replace('-', "_")).collect()
}

#[test]
fn signatures_name_only_crates_that_users_must_know() {
    let dependencies = dependencies();
    assert!(
        IN_SIGNATURES
            .iter()
            .all(|name| dependencies.contains(*name)),
        "not all of {IN_SIGNATURES:?} are among {dependencies:?}"
    );
    let outline = of_this_crate();
    let hidden: Vec<&String> = outline
        .crates
        .intersection(&dependencies)
        .filter(|name| !IN_SIGNATURES.contains(&name.as_str()))
        .collect();
    assert!(hidden.is_empty(), "signatures name types of {hidden:?}");
}

/// The outline of a crate of these files.
fn outline_of(files: &[(&str, &str)]) -> Outline {
    Outline::of(&Sources::read(|file| {
        let found = files.iter().find(|(path, _)| Path::new(path) == file);
        found.map(|(_, text)| (*text).to_owned())
    }))
}

const LIB: &str = "
    pub mod shapes;
    pub use shapes::Square;
";

const SHAPES: &str = "
    mod square;
    mod hidden;
    pub use square::Square;
";

const SQUARE: &str = "
    use noise::Noise;
    use super::hidden::Hidden;

    /// A square.
    #[derive(Debug, Clone)]
    pub struct Square { pub side: f64, area: f64 }

    impl Square {
        /// Of this side.
        pub fn new(side: f64) -> Self { Self { side, area: side * side } }
        pub(crate) fn area(&self) -> f64 { self.area }
        pub fn shake(&mut self, mut by: Noise) {}
    }

    impl Hidden for Square { fn secret(&self) {} }
    impl From<f64> for Square { fn from(side: f64) -> Self { Self::new(side) } }
";

const HIDDEN: &str = "pub(crate) trait Hidden { fn secret(&self); }";

fn files(square: &str) -> [(&str, &str); 4] {
    [
        ("lib.rs", LIB),
        ("shapes/mod.rs", SHAPES),
        ("shapes/square.rs", square),
        ("shapes/hidden.rs", HIDDEN),
    ]
}

#[test]
fn an_item_of_a_private_module_is_listed_where_it_is_exported() {
    let outline = outline_of(&files(SQUARE));
    assert_eq!(
        outline.to_string(),
        "\
pub use shapes::Square;
pub mod shapes {
    #[derive(Debug, Clone)]
    pub struct Square {
        pub side: f64,
        _: _,
    }
    impl Square {
        pub fn new(side: f64) -> Self {}
        pub fn shake(&mut self, by: Noise) {}
    }
    impl From<f64> for Square {}
}
"
    );
    assert!(outline.crates.contains("noise"), "{:?}", outline.crates);
}

#[test]
fn a_changed_signature_is_another_list() {
    let before = outline_of(&files(SQUARE)).to_string();
    for (from, to) in [
        ("new(side: f64)", "new(side: f32)"),
        ("pub side", "side"),
        ("Debug, Clone", "Debug"),
        ("impl From<f64>", "impl From<u8>"),
        ("pub fn shake", "fn shake"),
    ] {
        let square = SQUARE.replace(from, to);
        assert_ne!(outline_of(&files(&square)).to_string(), before, "{to}");
    }
    let moved = SQUARE.replace("self.area }", "self.side * self.side }");
    assert_eq!(outline_of(&files(&moved)).to_string(), before);
}

#[test]
fn a_crate_is_noted_where_its_name_stands_in_a_path() {
    let square = SQUARE.replace("use noise::Noise;", "").replace(
        "mut by: Noise",
        "mut by: hum::deep::Noise, at: f64, of: Self",
    );
    let crates = outline_of(&files(&square)).crates;
    assert_eq!(crates.into_iter().collect::<Vec<_>>(), ["hum"]);
}
