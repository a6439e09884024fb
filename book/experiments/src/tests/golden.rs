//! Golden numbers: every experiment in small, bit for bit, so that a change of numbers is noticed.
//!
//! `UPDATE_GOLDEN=1 cargo test -p experiments golden` writes them. Where a seed gives other numbers than before, that
//! is value-breaking, and belongs in the changelog under this heading.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use super::experiment_of;
use crate::{Experiment, Table, experiments};

const HOW: &str = "`UPDATE_GOLDEN=1 cargo test -p experiments golden` writes what is found now";

/// The options with which an experiment takes a moment; one that is not here takes no longer without.
const SMALL: &[(&str, &str)] = &[
    ("activations", "--steps 2"),
    ("deep-gradient", "--depth 3 --width 5"),
    ("deep-signal", "--depth 3 --width 5"),
    ("ensemble", "--networks 3 --depth 3 --width 5"),
    ("float-range", "--depth 40 --width 5"),
    ("gradient-depth", "--networks 3 --depth 3 --width 5"),
    ("gradient-mutants", "--networks 2"),
    ("initializer", "--name he --fan-in 12 --fan-out 8"),
    ("lecun-tanh", "--networks 3 --depth 3 --width 5"),
    ("mnist", "--seeds 2 --iterations 20 --every 10"),
    (
        "mnist-depth",
        "--layers 2,3 --seeds 2 --iterations 20 --width 5",
    ),
    ("pass-curves", "--steps 4"),
    ("relu-half", "--steps 4"),
    ("second-moment", "--fan-in 5 --fan-out 7 --draws 3"),
    (
        "spiral-boundaries",
        "--iterations 20 --width 5 --points 6 --resolution 5",
    ),
    ("spiral-points", "--points 6"),
    ("spread", "--networks 3 --depth 3 --width 5 --points 6"),
    ("symmetry", "--steps 20"),
    ("tanh-depth", "--networks 3 --depth 3 --width 5"),
    (
        "ten-histograms",
        "--epochs 2 --width 5 --points 20 --bins 1",
    ),
    ("ten-initializers", "--epochs 2 --width 5 --points 20"),
    ("ten-repairs", "--epochs 2 --width 5 --points 20"),
    ("ten-survivors", "--width 5 --points 20 --seeds 2"),
    ("ten-weights", "--width 5"),
    ("udl-response", "--depth 3 --width 8"),
    ("udl-rules", "--depth 3 --width 5"),
    ("udl-sweep", "--seeds 2 --depth 3 --width 8"),
    (
        "vanishing-gradient",
        "--iterations 20 --width 5 --points 6 --every 10",
    ),
    ("variance-sweep", "--depth 3 --width 5"),
    ("xavier-factors", "--width 5 --draws 3"),
    (
        "zero-padding",
        "--positions 3 5 --channels 4 --depth 2 --networks 3",
    ),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}

fn in_small(experiment: &dyn Experiment) -> Box<dyn Experiment> {
    let small = SMALL.iter().find(|(name, _)| *name == experiment.name());
    let options = small.map_or("", |(_, options)| options).split_whitespace();
    let command = experiment.command().no_binary_name(true);
    let matches = command.try_get_matches_from(options);
    let matches = matches.unwrap_or_else(|error| panic!("{}: {error}", experiment.name()));
    let small = experiment.with(&matches);
    small.unwrap_or_else(|error| panic!("{}: {error}", experiment.name()))
}

/// The columns, the rows and the summary, a line each. A float is the shortest decimal that reads back as its bits.
fn written(table: &Table) -> String {
    let rows = table.rows.iter().map(|row| {
        let cells = row.iter().map(ToString::to_string);
        cells.collect::<Vec<_>>().join("\t")
    });
    let summary = table.summary.iter();
    let summary = summary.map(|(name, cell)| format!("summary\t{name}\t{cell}"));
    let lines = std::iter::once(table.columns.join("\t"))
        .chain(rows)
        .chain(summary);
    lines.map(|line| line + "\n").collect()
}

/// Every difference between two tables that were written, by row and column.
fn differences(name: &str, expected: &str, found: &str) -> Vec<String> {
    let (expected, found): (Vec<_>, Vec<_>) = (expected.lines().collect(), found.lines().collect());
    if expected.first() != found.first() || expected.len() != found.len() {
        return vec![format!(
            "{name} has other columns or another number of rows: {:?} and {}, expected {:?} and {}",
            found[0],
            found.len() - 1,
            expected.first(),
            expected.len().saturating_sub(1),
        )];
    }
    let columns: Vec<&str> = found[0].split('\t').collect();
    let mut differences = Vec::new();
    for (row, (expected, found)) in expected.iter().zip(&found).enumerate().skip(1) {
        for (column, (expected, found)) in expected.split('\t').zip(found.split('\t')).enumerate() {
            if expected != found {
                let column = columns.get(column).unwrap_or(&"summary");
                differences.push(format!(
                    "{name}, row {row}, {column}: found {found}, expected {expected}"
                ));
            }
        }
    }
    differences
}

#[test]
fn every_experiment_finds_its_golden_numbers() {
    let update = env::var_os("UPDATE_GOLDEN").is_some();
    let mut faults = Vec::new();
    for run in experiments() {
        let name = run.name;
        let found = written(&in_small(&*experiment_of(run)).run(&mut |_| {}));
        let file = folder().join(name).with_extension("tsv");
        if update {
            fs::create_dir_all(folder()).expect("the folder can be made");
            fs::write(&file, &found).expect("golden numbers can be written");
        }
        match fs::read_to_string(&file) {
            Ok(expected) => faults.extend(differences(name, &expected, &found)),
            Err(error) => faults.push(format!("{name} has no golden numbers: {error}")),
        }
    }
    let (first, count) = (faults.iter().take(20), faults.len());
    let first: Vec<_> = first.map(String::as_str).collect();
    assert!(
        count == 0,
        "{count} differences; {HOW}:\n{}",
        first.join("\n")
    );
}

#[test]
fn golden_numbers_and_small_options_belong_to_experiments() {
    let names: HashSet<&str> = experiments().map(|run| run.name).collect();
    for (name, _) in SMALL {
        assert!(names.contains(name), "no experiment is called {name}");
    }
    for file in fs::read_dir(folder()).expect("the folder can be read") {
        let path = file.expect("a file has a name").path();
        let name = path.file_stem().and_then(|name| name.to_str());
        assert!(
            name.is_some_and(|name| names.contains(name)),
            "{} belongs to no experiment",
            path.display()
        );
    }
}

#[test]
fn a_difference_is_told_by_row_and_column() {
    let golden = "layer\tstd\n0\t0.1\n1\t0.30000000000000004\nsummary\tdead\t2\n";
    let found = golden
        .replace("0.30000000000000004", "0.3")
        .replace("\t2", "\t3");
    assert_eq!(
        differences("deep-signal", golden, &found),
        [
            "deep-signal, row 2, std: found 0.3, expected 0.30000000000000004",
            "deep-signal, row 3, summary: found 3, expected 2",
        ]
    );
    assert_eq!(differences("deep-signal", golden, golden), [""; 0]);
    assert_eq!(differences("deep-signal", "layer\tstd\n", golden).len(), 1);
}
