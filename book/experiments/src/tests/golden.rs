//! Golden numbers: every experiment in small, bit for bit, so that a change of numbers is noticed.
//!
//! `UPDATE_GOLDEN=1 cargo test -p experiments golden` writes them. Where a seed gives other numbers than before, that
//! is value-breaking, and belongs in the changelog under this heading.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use super::experiment_of;
use crate::shared;
use crate::{CHAPTERS, Experiment, Run, Table};

const HOW: &str = "`UPDATE_GOLDEN=1 cargo test -p experiments golden` writes what is found now";

/// All experiments, each with the folder that it belongs to.
fn experiments() -> impl Iterator<Item = (String, &'static Run)> {
    let of_chapters = CHAPTERS.iter().flat_map(|chapter| {
        let folder = chapter.name.replace('-', "_");
        chapter
            .experiments
            .iter()
            .map(move |run| (folder.clone(), run))
    });
    let shared = shared::EXPERIMENTS.iter();
    of_chapters.chain(shared.map(|run| ("shared".to_owned(), run)))
}

/// Where the golden numbers of a folder's experiments are.
fn golden(folder: &str) -> PathBuf {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    src.join(folder).join("golden")
}

fn in_small(run: &Run) -> Box<dyn Experiment> {
    let experiment = experiment_of(run);
    let command = experiment.command().no_binary_name(true);
    let matches = command.try_get_matches_from(run.small.split_whitespace());
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
    for (folder, run) in experiments() {
        let (name, golden) = (run.name, golden(&folder));
        let found = written(&in_small(run).run(&mut |_| {}));
        let file = golden.join(name).with_extension("tsv");
        if update {
            fs::create_dir_all(&golden).expect("the folder can be made");
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
fn golden_numbers_belong_to_experiments() {
    let known: HashSet<PathBuf> = experiments()
        .map(|(folder, run)| golden(&folder).join(run.name).with_extension("tsv"))
        .collect();
    let folders: HashSet<PathBuf> = experiments().map(|(folder, _)| golden(&folder)).collect();
    for folder in folders {
        // A folder that is not there yet has no golden numbers, as the other test says.
        for file in fs::read_dir(folder).into_iter().flatten() {
            let path = file.expect("a file has a name").path();
            assert!(
                known.contains(&path),
                "{} belongs to no experiment",
                path.display()
            );
        }
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
