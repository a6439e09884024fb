//! The claims are verified before the book is printed.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use ledger::{Fingerprints, StatedClaim};

use crate::cargo;
use crate::findings::{Finding, Findings, chapter_of, refutation};

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

/// Runs the claims' tests of the project at `root`, unless each of its claims has a fresh record.
///
/// # Errors
///
/// If a claim is malformed, does not hold, or is not tested.
pub fn verify(root: &Path) -> Result<Verified> {
    let stated = ledger::claims_in_book(&root.join(SOURCES))?;
    let all_hold = |findings: &Findings| stated.iter().all(|claim| findings.holds(claim));
    let claims = stated.len();
    let findings = Findings::of(root);
    if all_hold(&findings) {
        return Ok(Verified { claims, ran: false });
    }
    // The tests read the same files, and would each say that they cannot.
    Fingerprints::of(root)?;
    let output = run_tests(root, &stale(&stated, &findings))?;
    let findings = Findings::of(root);
    let refuted = refutations(&stated, &findings);
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
    if let Some(claim) = stated.iter().find(|claim| !findings.holds(claim)) {
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
fn stale<'a>(stated: &'a [StatedClaim], findings: &Findings) -> Vec<&'a StatedClaim> {
    let has_none = |claim: &&StatedClaim| {
        let finding = findings.about(&claim.id, &claim.sentence);
        matches!(finding, Finding::Unknown(_))
    };
    stated.iter().filter(has_none).collect()
}

/// Runs the tests of the chapters that these claims belong to, and the one that compares sentences with quotations.
fn run_tests(root: &Path, stale: &[&StatedClaim]) -> Result<std::process::Output> {
    let chapters: BTreeSet<&str> = stale.iter().map(|claim| chapter_of(&claim.id)).collect();
    let modules = chapters.iter().map(|chapter| module_tests(chapter));
    let (claims, plural) = match stale.len() {
        1 => (1, ""),
        more => (more, "s"),
    };
    let message = format!("Verifying {claims} claim{plural} (cargo test --test claims)");
    let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}")
        .expect("the template is well formed");
    let bar = ProgressBar::new_spinner()
        .with_style(style)
        .with_message(message.clone());
    if bar.is_hidden() {
        // Who does not read this may still want the book.
        let _ = writeln!(io::stderr(), "{message}");
    }
    bar.enable_steady_tick(Duration::from_millis(120));
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
    let output = command.output().context("cannot run cargo");
    bar.finish_and_clear();
    output
}

/// What the tests of a chapter's claims begin with.
fn module_tests(chapter: &str) -> String {
    format!("{}::", chapter.replace('-', "_"))
}

fn refutations(stated: &[StatedClaim], findings: &Findings) -> Vec<String> {
    stated
        .iter()
        .filter_map(|claim| match findings.about(&claim.id, &claim.sentence) {
            Finding::Judged(record) if !record.verdict.holds() => Some(format!(
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
