//! `cargo run -- calibrate`: the claims under many seeds, as a test of the tests.
//!
//! If a sentence is true and its law exact, the rank of its value under that law is uniform. A law that is too
//! narrow or too wide by a few percent shows in the ranks of a hundred seeds, long before it shows as a false alarm.

use std::io;
use std::process::{ExitCode, Stdio};

use anyhow::{Context, Result, ensure};
use clap::Args;
use experiments::{Cell, Table};
use ledger::Calibration;
use press::cargo;
use unit_variance::evidence::{ALPHA, KolmogorovDistance, NullLaw};

use super::run::print::{Format, print};
use crate::root;
use crate::say::{say, written};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many seeds
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,
    /// How to print the table: aligned for people, or with every digit for programs
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

const COLUMNS: [&str; 6] = [
    "claim",
    "draws",
    "distance",
    "bound",
    "false_alarms",
    "expected",
];

/// Judges every claim that a seed enters under all seeds, and prints how far its ranks are from uniform. Fails if
/// one is farther than its bound, or a claim was rejected.
pub(crate) fn execute(options: &Options) -> Result<ExitCode> {
    let root = root::find()?;
    let output = cargo::command(&root)
        .args(["test", "--locked", "--test", "claims", "--"])
        .args(["--ignored", "--exact", Calibration::TEST])
        .env(Calibration::SEEDS, options.seeds.to_string())
        .stdin(Stdio::null())
        .output()
        .context("cannot run cargo")?;
    ensure!(
        output.status.success(),
        "the claims cannot be collected\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    let found = Calibration::read_all(&root).context("there is no collection")?;
    let (table, faults) = judged(options.seeds, &found);
    written(print(&table, options.format, io::stdout().lock()))?;
    for fault in &faults {
        say(format_args!("{fault}\n"))?;
    }
    Ok(if faults.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A row a claim and one for all together, and what is wrong with them.
fn judged(seeds: u64, found: &[Calibration]) -> (Table, Vec<String>) {
    let mut faults = Vec::new();
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let all = Calibration {
        id: "all".to_owned(),
        fingerprint: String::new(),
        ranks: found.iter().flat_map(|claim| claim.ranks.clone()).collect(),
        runs: found.iter().map(|claim| claim.runs).sum(),
        rejected: found.iter().map(|claim| claim.rejected).sum(),
        alpha: 0.0,
    };
    let expected = |claim: &Calibration| claim.alpha * claim.runs as f64;
    let expected_of_all: f64 = found.iter().map(expected).sum();
    let claims = found.iter().map(|claim| (claim, expected(claim)));
    for (claim, expected) in claims.chain([(&all, expected_of_all)]) {
        let Calibration { id, rejected, .. } = claim;
        if *rejected > 0 {
            faults.push(format!("{id} was rejected under {rejected} seeds"));
        }
        if claim.ranks.is_empty() {
            continue; // a bound has no ranks
        }
        let [distance, bound] = distance_and_bound(&claim.ranks);
        // NaN is not within the bound.
        if distance.is_nan() || distance > bound {
            faults.push(format!(
                "the ranks of {id} are {distance} from uniform, beyond {bound}: its law is not the one that is stated"
            ));
        }
        rows.push(vec![
            id.as_str().into(),
            claim.ranks.len().into(),
            distance.into(),
            bound.into(),
            (*rejected).into(),
            expected.into(),
        ]);
    }
    let table = Table {
        experiment: "calibrate".into(),
        parameters: vec![("seeds".into(), seeds.into())],
        columns: COLUMNS.map(str::to_owned).into(),
        rows,
        summary: vec![
            ("claims".into(), found.len().into()),
            ("alpha".into(), ALPHA.into()),
        ],
    };
    (table, faults)
}

/// Kolmogorov's distance of the ranks from the uniform law, and the largest that uniform ranks have but for one
/// collection in a billion.
fn distance_and_bound(ranks: &[f64]) -> [f64; 2] {
    let distance = KolmogorovDistance::of(&mut ranks.to_vec(), |rank| rank);
    let (_, bound) = KolmogorovDistance::new(ranks.len() as u64).interval(ALPHA);
    [distance, bound]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(id: &str, rank: impl Fn(u64) -> f64) -> Calibration {
        Calibration {
            id: id.into(),
            fingerprint: "now".into(),
            ranks: (0..1000).map(rank).collect(),
            runs: 1000,
            rejected: 0,
            alpha: 1e-9,
        }
    }

    #[test]
    fn uniform_ranks_pass_and_those_of_a_law_that_is_too_narrow_do_not() {
        let uniform = |i: u64| (i as f64 + 0.5) / 1000.0;
        // A law that is too narrow puts its values into the tails.
        let narrow = |i: u64| {
            if uniform(i) < 0.5 {
                uniform(i) / 2.0
            } else {
                1.0 - (1.0 - uniform(i)) / 2.0
            }
        };
        let (table, faults) = judged(1000, &[claim("a.true", uniform)]);
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(table.rows.len(), 2, "a row for the claim and one for all");
        let (_, faults) = judged(1000, &[claim("a.narrow", narrow)]);
        assert!(
            faults[0].starts_with("the ranks of a.narrow are 0.25"),
            "{faults:?}"
        );
    }

    #[test]
    fn a_false_alarm_and_a_nan_are_told() {
        let alarm = Calibration {
            rejected: 2,
            ..claim("a.alarm", |i| (i as f64 + 0.5) / 1000.0)
        };
        let (_, faults) = judged(1000, &[alarm]);
        assert_eq!(
            faults,
            [
                "a.alarm was rejected under 2 seeds",
                "all was rejected under 2 seeds"
            ]
        );
        assert!(!judged(1000, &[claim("a.nan", |_| f64::NAN)]).1.is_empty());
    }
}
