//! The claims are verified before the book is printed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::mpsc;
use std::thread;

use anyhow::{Context, Result, bail};
use experiments::Progress;
use ledger::{Fingerprints, Records, StatedClaim};
use notify::{Event, RecursiveMode, Watcher};

use crate::cargo;
use crate::verdicts::{VerdictState, Verdicts, chapter_of, refutation};

/// The chapters, relative to the project.
const SOURCES: &str = "book/src";

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// The number of claims that the book states; all of them hold.
    pub claims: usize,
    /// Whether the tests had to run.
    pub ran: bool,
}

/// Runs the claims' tests of the project at `root`, unless each of its claims has a fresh record;
/// `report` hears how many hold so far.
///
/// # Errors
///
/// If a claim is malformed, does not hold, or is not tested.
pub fn verify(root: &Path, report: &(dyn Fn(Progress) + Sync)) -> Result<Verified> {
    let stated = ledger::claims_in_book(&root.join(SOURCES))?;
    let all_hold = |verdicts: &Verdicts| stated.iter().all(|claim| verdicts.holds(claim));
    let claims = stated.len();
    let verdicts = Verdicts::of(root);
    if all_hold(&verdicts) {
        report(standing(claims, 0));
        return Ok(Verified { claims, ran: false });
    }
    // The tests read the same files, and would each say that they cannot.
    Fingerprints::of(root)?;
    let output = thread::scope(|scope| {
        let (sender, events) = mpsc::channel();
        // Where no folder can be watched, the claims are verified all the same.
        let watch = watch_records(root, sender).ok();
        let (stated, verdicts) = (&stated, &verdicts);
        scope.spawn(move || count(stated, verdicts, &events, report));
        let output = run_tests(root, &stale(stated, verdicts));
        drop(watch);
        output
    })?;
    let verdicts = Verdicts::of(root);
    let refuted = refutations(&stated, &verdicts);
    if !refuted.is_empty() {
        bail!("{}", refuted.join("\n"));
    }
    if !output.status.success() {
        let said = [output.stdout, output.stderr]
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        bail!(
            "the claims' tests do not pass:\n{}",
            relevant(&said[0], &said[1])
        );
    }
    if let Some(claim) = stated.iter().find(|claim| !verdicts.holds(claim)) {
        bail!(
            "{SOURCES}/{}:{}: the claim `{}` is stated, but no test in tests/claims verifies it",
            claim.chapter.display(),
            claim.line,
            claim.id
        );
    }
    Ok(Verified { claims, ran: true })
}

/// The claims that have no verdict on these sources.
fn stale<'a>(stated: &'a [StatedClaim], verdicts: &Verdicts) -> Vec<&'a StatedClaim> {
    let has_none = |claim: &&StatedClaim| {
        let state = verdicts.about(&claim.id, &claim.sentence);
        matches!(state, VerdictState::Unknown(_))
    };
    stated.iter().filter(has_none).collect()
}

/// Sends an event for every record that a test leaves.
fn watch_records(
    root: &Path,
    events: mpsc::Sender<notify::Result<Event>>,
) -> Result<notify::RecommendedWatcher> {
    let records = Records::of(root);
    fs::create_dir_all(records.folder())?;
    let mut watch = notify::recommended_watcher(events)?;
    watch.watch(records.folder(), RecursiveMode::NonRecursive)?;
    Ok(watch)
}

/// Reports how many claims hold, now and after every record that comes, until no more can.
fn count(
    stated: &[StatedClaim],
    verdicts: &Verdicts,
    events: &mpsc::Receiver<notify::Result<Event>>,
    report: &(dyn Fn(Progress) + Sync),
) {
    let mut open: Vec<&StatedClaim> = stated.iter().collect();
    open.retain(|claim| !verdicts.holds(claim));
    report(standing(stated.len(), open.len()));
    for event in events.iter().flatten() {
        let before = open.len();
        let is_meant = |claim: &StatedClaim| {
            let mut records = event.paths.iter().filter_map(|path| path.file_stem());
            records.any(|record| record == claim.id.as_str())
        };
        open.retain(|claim| !(is_meant(claim) && verdicts.holds(claim)));
        if open.len() < before {
            report(standing(stated.len(), open.len()));
        }
    }
}

fn standing(stated: usize, open: usize) -> Progress {
    Progress {
        done: (stated - open) as u64,
        total: stated as u64,
    }
}

/// Runs the tests of the chapters that these claims belong to, and the one that compares sentences with quotations.
fn run_tests(root: &Path, stale: &[&StatedClaim]) -> Result<Output> {
    let chapters: BTreeSet<&str> = stale.iter().map(|claim| chapter_of(&claim.id)).collect();
    let modules = chapters.iter().map(|chapter| module_tests(chapter));
    let mut command: Command = cargo::command(root);
    command.args(["test", "--locked", "--test", "claims"]);
    // One seed is enough to print; that others do as well is left to `cargo test`, and so is the budget of all claims together.
    command.args([
        "--",
        "--skip",
        "seeds::",
        "--skip",
        "error_budget",
        "quote_the_book",
    ]);
    command.args(modules);
    // The reader wants the sentence that failed, not the way through the test harness.
    command.env("RUST_BACKTRACE", "0");
    command.output().context("cannot run cargo")
}

/// What the tests of a chapter's claims begin with.
fn module_tests(chapter: &str) -> String {
    format!("{}::", chapter.replace('-', "_"))
}

fn refutations(stated: &[StatedClaim], verdicts: &Verdicts) -> Vec<String> {
    stated
        .iter()
        .filter_map(|claim| match verdicts.about(&claim.id, &claim.sentence) {
            VerdictState::Judged(record) if !record.verdict.holds() => Some(format!(
                "{SOURCES}/{}:{}: {}",
                claim.chapter.display(),
                claim.line,
                refutation(&record)
            )),
            _ => None,
        })
        .collect()
}

/// What the tests said of their failures; where they did not even run, what the compiler said.
fn relevant(stdout: &str, stderr: &str) -> String {
    match stdout.split_once("\nfailures:\n") {
        Some((_, failures)) => failures
            .split("\nfailures:\n")
            .next()
            .unwrap_or(failures)
            .trim()
            .to_owned(),
        None => stderr.trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_failing_tests_only_the_failures_are_told() {
        let stdout = "running 2 tests\n\nfailures:\n\n---- a stdout ----\nIt was reworded.\n\nfailures:\n    a\n\ntest result: FAILED.\n";
        assert_eq!(
            relevant(stdout, "Compiling"),
            "---- a stdout ----\nIt was reworded."
        );
        assert_eq!(relevant("", "error: no\n"), "error: no");
    }
}
