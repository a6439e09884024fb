//! What holds for all runs, experiments and figures together.

mod golden;

use std::collections::HashSet;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::shared::classifier::tests::small_data;
use crate::{CHAPTERS, Experiment, Run, experiments, figure, figures, run, runs};

fn experiment_of(run: &Run) -> Box<dyn Experiment> {
    let digits = || Ok::<_, Infallible>(Arc::new(small_data()));
    let Ok(experiment) = run.experiment(digits);
    experiment
}

fn experiment(name: &str) -> Box<dyn Experiment> {
    experiment_of(run(name).expect("it is listed").1)
}

/// The names of the folders that are chapters.
fn folders() -> HashSet<String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let entries = std::fs::read_dir(src).expect("the sources can be read");
    let entries = entries.map(|entry| entry.expect("an entry can be read"));
    let folders = entries.filter(|entry| entry.path().join("mod.rs").exists());
    let names = folders.map(|entry| entry.file_name().into_string().expect("a name is text"));
    names
        .filter(|name| !["drawing", "shared"].contains(&name.as_str()))
        .collect()
}

#[test]
fn every_folder_is_a_chapter_of_the_book() {
    let listed: HashSet<String> = CHAPTERS
        .iter()
        .map(|chapter| chapter.name.replace('-', "_"))
        .collect();
    assert_eq!(listed, folders());
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src");
    for chapter in CHAPTERS {
        let file = book.join(chapter.name).with_extension("md");
        assert!(file.exists(), "no {}", file.display());
    }
}

/// The sources below a folder, with their text.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            sources.extend(self::sources(&path));
        } else {
            let text = std::fs::read_to_string(&path).expect("a source can be read");
            sources.push((path, text));
        }
    }
    sources
}

/// An edit in a chapter's folder makes the tables of this chapter stale and no others: so nothing else may use it.
#[test]
fn a_chapters_folder_is_used_by_no_other() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let folders = folders();
    let (mut seen, mut faults) = (0, Vec::new());
    for folder in folders
        .iter()
        .map(String::as_str)
        .chain(["drawing", "shared"])
    {
        for (path, text) in sources(&src.join(folder)) {
            seen += 1;
            let others = folders.iter().filter(|other| *other != folder);
            let mut used = others.filter(|other| text.contains(&format!("crate::{other}::")));
            if let Some(other) = used.next() {
                faults.push(format!("{} uses {other}", path.display()));
            }
        }
    }
    assert!(seen > 60, "only {seen} sources");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// An edit of a drawing makes no table stale: so no number may depend on one.
#[test]
fn what_computes_uses_no_drawing() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let draws = |path: &Path| {
        let mut components = path.strip_prefix(&src).expect("it lies there").components();
        components.any(|part| {
            ["drawing", "figures", "figures.rs"]
                .iter()
                .any(|draw| part.as_os_str() == *draw)
        })
    };
    for folder in folders().iter().map(String::as_str).chain(["shared"]) {
        for (path, text) in sources(&src.join(folder)) {
            let uses = text.contains("crate::drawing");
            assert!(draws(&path) || !uses, "{} draws", path.display());
        }
    }
}

#[test]
fn every_run_has_a_name_and_parameters_of_its_own() {
    let mut seen = HashSet::new();
    for (_, run) in runs() {
        let experiment = experiment_of(run);
        let parameters = format!("{} {:?}", experiment.name(), experiment.parameters());
        assert!(
            seen.insert(run.name.to_owned()),
            "two runs are called {}",
            run.name
        );
        assert!(seen.insert(parameters), "{} repeats another run", run.name);
    }
}

#[test]
fn every_experiment_and_every_figure_has_a_name_of_its_own() {
    let mut seen = HashSet::new();
    for run in experiments() {
        assert!(seen.insert(run.name), "two experiments are {}", run.name);
        assert_eq!(experiment_of(run).name(), run.name);
    }
    let mut seen = HashSet::new();
    for (_, figure) in figures() {
        assert!(seen.insert(figure.name), "two figures are {}", figure.name);
    }
}

#[test]
fn a_run_that_is_called_as_an_experiment_is_a_run_of_it() {
    for (_, run) in runs() {
        let experiment = experiment_of(run);
        if experiments().any(|other| other.name == run.name) {
            assert_eq!(experiment.name(), run.name);
        }
    }
}

#[test]
fn every_figure_shows_runs_that_there_are() {
    for (_, figure) in figures() {
        assert!(!figure.runs.is_empty(), "{} shows no run", figure.name);
        for name in figure.runs {
            assert!(run(name).is_some(), "{} shows {name}", figure.name);
        }
    }
}

/// The names of an experiment's own fields, as its `Debug` form shows them, but of those that are absent.
fn fields(experiment: &dyn Experiment) -> Vec<String> {
    let text = format!("{experiment:#?}");
    let own = text.lines().filter_map(|line| line.strip_prefix("    "));
    let own = own.filter(|line| line.starts_with(char::is_alphabetic));
    let fields = own.filter_map(|line| line.split_once(": "));
    let present = fields.filter(|(_, value)| !["[],", "None,", "false,"].contains(value));
    present.map(|(name, _)| name.to_owned()).collect()
}

/// Fields that the parameters call otherwise.
const OTHERWISE: &[(&str, &[&str])] = &[
    ("faults", &["version"]),
    // The nets, or the whole run, that a table is made of.
    ("nets", &["seed"]),
    ("run", &["seed", "seeds"]),
];

#[test]
fn every_field_of_an_experiment_is_among_its_parameters() {
    for (_, run) in runs() {
        let (name, experiment) = (run.name, experiment_of(run));
        let parameters = experiment.parameters();
        let said = |field: &str| parameters.iter().any(|(name, _)| name == field);
        for field in fields(&*experiment) {
            let otherwise = OTHERWISE.iter().find(|(other, _)| *other == field);
            let others = otherwise.map_or(&[][..], |(_, names)| names);
            assert!(
                said(&field) || others.iter().any(|name| said(name)),
                "the parameters of {name}, {parameters:?}, leave out `{field}` of {experiment:?}"
            );
        }
    }
}

#[test]
fn a_name_that_no_run_has_is_none() {
    assert!(run("udl-5x9").is_none());
    assert!(figure("udl-5x9").is_none());
}

#[test]
fn the_notebooks_runs_print_the_notebooks_numbers() {
    for (name, row, printed) in [("udl-5x8", 4, "8.896"), ("udl-50x80", 0, "0.981")] {
        let table = experiment(name).run(&mut |_| {});
        assert_eq!(
            format!("{:.3}", table.numbers("std")[row]),
            printed,
            "{name}"
        );
    }
}

#[test]
fn an_option_lies_over_the_values_of_a_named_run() {
    let run = experiment("udl-5x8");
    let matches = run
        .command()
        .no_binary_name(true)
        .get_matches_from(["--seed", "5"]);
    let other = run.with(&matches).expect("the options go together");
    let changed: Vec<_> = run
        .parameters()
        .into_iter()
        .zip(other.parameters())
        .filter(|(a, b)| a != b)
        .collect();
    assert_eq!(
        changed,
        [(("seed".into(), 0_u64.into()), ("seed".into(), 5_u64.into()))]
    );
}

#[test]
fn without_options_a_run_is_what_it_was() {
    for (_, run) in runs() {
        let experiment = experiment_of(run);
        let command = experiment.command().no_binary_name(true);
        let matches = command.get_matches_from([""; 0]);
        let again = experiment
            .with(&matches)
            .expect("its own values go together");
        assert_eq!(
            format!("{again:?}"),
            format!("{experiment:?}"),
            "{}",
            run.name
        );
    }
}
