//! A folder of `src/` uses only folders above it in `lib.rs`, which lists them in the order of the book.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The modules that `lib.rs` declares, in its order.
fn floors(lib: &str) -> Vec<&str> {
    lib.lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect()
}

/// The modules that a source names as `crate::module`, doc comments aside, before its tests begin.
fn used(source: &str) -> impl Iterator<Item = &str> {
    let code = source.split("#[cfg(test)]").next().unwrap_or(source);
    code.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split("crate::").skip(1))
        .map(|path| {
            path.split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap_or_default()
        })
}

/// Every use of a floor that does not lie above the floor of the file.
fn faults(floors: &[&str], file: &Path, source: &str) -> Vec<String> {
    let name = file
        .components()
        .next()
        .and_then(|part| part.as_os_str().to_str())
        .map(|part| part.trim_end_matches(".rs"));
    let Some(floor) = floors.iter().position(|floor| Some(*floor) == name) else {
        return vec![format!("{} is on no floor of lib.rs", file.display())];
    };
    used(source)
        .filter(|used| !floors[..=floor].contains(used))
        .map(|used| format!("{} uses crate::{used}", file.display()))
        .collect()
}

#[test]
fn every_folder_uses_only_folders_above_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let lib = fs::read_to_string(src.join("lib.rs")).expect("lib.rs can be read");
    let floors = floors(&lib);
    assert!(floors.len() > 5, "lib.rs declares only {floors:?}");
    let faults: Vec<String> = sources(&src)
        .iter()
        .filter(|file| !file.ends_with("lib.rs"))
        .flat_map(|file| {
            let source = fs::read_to_string(file).expect("a source can be read");
            let file = file.strip_prefix(&src).expect("the file lies in src");
            faults(&floors, file, &source)
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_use_of_a_lower_floor_is_a_fault() {
    let floors = ["probability", "network"];
    let source = "use crate::network::Dense;\n";
    let in_network = faults(&floors, Path::new("network/dense.rs"), source);
    let in_probability = faults(&floors, Path::new("probability/law.rs"), source);
    assert_eq!(in_network, [""; 0]);
    assert_eq!(in_probability, ["probability/law.rs uses crate::network"]);
}
