//! One run of the copy's claims and unit tests, and who failed in it.

use std::fmt;
use std::fs;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use experiments::number::{Format, Script, typeset};
use ledger::Records;
use press::cargo;
use unit_variance::evidence::{Evidence, Verdict};

use super::project_copy::ProjectCopy;

/// Who noticed.
#[derive(Debug, Default)]
pub(crate) struct Trial {
    /// The claims whose verdict is that they do not hold.
    pub(crate) claims: Vec<Verdict>,
    /// The tests that failed otherwise: unit tests, and claims whose check refused to run.
    pub(crate) tests: Vec<Failure>,
}

/// A failed test.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    name: String,
    /// What it said.
    message: String,
}

/// Where the copy's claims leave their verdicts.
const VERDICTS: &str = "target/press/verdicts";

/// What is run on a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suite {
    /// The claims, without the ledger, which compares the book with its tests, so that no mistake in the
    /// library stands between the two, and without the other seeds.
    Claims,
    /// The unit tests of the library.
    LibraryTests,
    /// The unit tests of the experiments.
    ExperimentTests,
}

impl Suite {
    /// What it is called where it is a control.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Claims => "claims",
            Self::LibraryTests => "unit tests of the library",
            Self::ExperimentTests => "unit tests of the experiments",
        }
    }

    /// What `cargo test` is told, and what the tests are.
    const fn arguments(self) -> [&'static [&'static str]; 2] {
        match self {
            Self::Claims => [
                &["--test", "claims"],
                &["--skip", "ledger::", "--skip", "seeds::"],
            ],
            Self::LibraryTests => [&["--package", "unit-variance", "--lib"], &[]],
            Self::ExperimentTests => [&["--package", "experiments", "--lib"], &[]],
        }
    }
}

impl ProjectCopy {
    /// Runs a suite of the copy as it is.
    pub(crate) fn try_out(&self, suite: Suite) -> Result<Trial> {
        let verdicts = self.source.join(VERDICTS);
        if verdicts.exists() {
            fs::remove_dir_all(&verdicts)?;
        }
        Ok(Trial {
            tests: self.failures_of(suite.arguments())?,
            claims: self.refuted()?,
        })
    }

    fn failures_of(&self, [packages, filter]: [&[&str]; 2]) -> Result<Vec<Failure>> {
        let output = cargo::command(&self.source)
            .args(["test", "--locked", "--color", "never"])
            .args(packages)
            .arg("--")
            .args(filter)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::null())
            .output()
            .context("cannot run cargo")?;
        let stdout = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() && !stdout.contains("\ntest result: ") {
            bail!(
                "the tests of the copy do not compile, or do not run to their end\n{}",
                String::from_utf8_lossy(&output.stderr).trim_end()
            );
        }
        Ok(failures(&stdout))
    }

    /// The claims that do not hold, the farthest from holding first.
    fn refuted(&self) -> Result<Vec<Verdict>> {
        let records = Records::of(&self.source);
        let mut refuted = Vec::new();
        for entry in fs::read_dir(self.source.join(VERDICTS))
            .into_iter()
            .flatten()
        {
            let path = entry?.path();
            let Some(id) = path
                .file_stem()
                .map(|stem| stem.to_string_lossy().into_owned())
            else {
                continue;
            };
            if let Some(record) = records.read::<Verdict>(&id)?
                && !record.verdict.holds()
            {
                refuted.push(record.verdict);
            }
        }
        refuted.sort_by(|a, b| distance(&b.evidence).total_cmp(&distance(&a.evidence)));
        Ok(refuted)
    }
}

/// How the report of a claim's test begins, when the claim was judged and does not hold.
const JUDGED: &str = "the claim `";

/// The failed tests in the output of libtest: each has a section `---- name stdout ----`.
///
/// A claim that was judged is told by its verdict, and not by the name of its test.
fn failures(output: &str) -> Vec<Failure> {
    let mut sections: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in output.lines() {
        let name = line
            .strip_prefix("---- ")
            .and_then(|rest| rest.strip_suffix(" stdout ----"));
        match (name, sections.last_mut()) {
            (Some(name), _) => sections.push((name, Vec::new())),
            (None, Some((_, said))) => said.push(line),
            (None, None) => {}
        }
    }
    sections.retain(|(_, said)| !said.iter().any(|line| line.starts_with(JUDGED)));
    let failure = |(name, said): (&str, Vec<&str>)| Failure {
        name: name.to_owned(),
        message: message(&said),
    };
    sections.into_iter().map(failure).collect()
}

/// What a panic says after its place, on one line: `assertion failed, left: 1.9, right: 2.0`; of a
/// test that should have panicked, that it did not.
fn message(said: &[&str]) -> String {
    let panic = said.iter().position(|line| line.contains(") panicked at "));
    let after_place = said[panic.map_or(0, |place| place + 1)..]
        .iter()
        .map(|line| line.trim())
        .skip_while(|line| line.is_empty())
        .take_while(|line| !line.is_empty() && !line.starts_with("note: run with "));
    let message = after_place.collect::<Vec<_>>().join(", ");
    match message.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message,
    }
}

/// Of a failed test's message, at most this number of characters is shown.
const LONGEST_MESSAGE: usize = 200;

/// How far the value is outside its interval, in widths of the interval.
fn distance(evidence: &Evidence) -> f64 {
    let (low, high, value) = (
        evidence.interval.low,
        evidence.interval.high,
        evidence.value,
    );
    let outside = (low - value).max(value - high);
    if outside.is_nan() {
        f64::INFINITY
    } else {
        outside.max(0.0) / (high - low)
    }
}

impl Trial {
    /// Whether anybody noticed.
    pub(crate) fn caught(&self) -> bool {
        !self.claims.is_empty() || !self.tests.is_empty()
    }

    /// The most telling of all, in one line.
    pub(crate) fn headline(&self) -> String {
        match (self.claims.first(), self.tests.first()) {
            (Some(verdict), _) => explain(verdict),
            (None, Some(test)) => test.to_string(),
            (None, None) => "nobody noticed".to_owned(),
        }
    }
}

impl fmt::Display for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for verdict in &self.claims {
            writeln!(f, "  claim {}", explain(verdict))?;
        }
        for test in &self.tests {
            writeln!(f, "  test  {test}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.message)
    }
}

/// `he.forward: 0.9502 is outside [0.9838, 1.0164]`.
fn explain(verdict: &Verdict) -> String {
    let evidence = &verdict.evidence;
    let (low, high) = (evidence.interval.low, evidence.interval.high);
    let value = evidence.value;
    if !evidence.interval.contains(value) {
        return format!(
            "{}: {} is outside [{}, {}]",
            verdict.id,
            short(value),
            short(low),
            short(high)
        );
    }
    match evidence.foils.iter().find(|foil| !foil.caught) {
        Some(foil) => format!(
            "{}: the foil \"{}\" passes with {} in [{}, {}]",
            verdict.id,
            foil.name,
            short(foil.value),
            short(low),
            short(high)
        ),
        None => format!("{}: it has no foil", verdict.id),
    }
}

/// Four digits, as a decimal where that is short.
fn short(x: f64) -> String {
    let is_short = x == 0.0 || (1e-3..1e5).contains(&x.abs());
    let format = if is_short {
        Format::Fixed(4)
    } else {
        Format::Scientific(3)
    };
    typeset(x, format, Script::Plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_tests_are_read_from_libtests_output() {
        let output = "\
running 3 tests
test a::works ... ok
test he::judged ... FAILED

failures:

---- he::judged stdout ----
the claim `he.forward` does not hold (seed 1):
  Weights keep the signal.

---- b::tests::is_two stdout ----

thread 'b::tests::is_two' (8) panicked at src/b.rs:3:9:
assertion `left == right` failed
  left: 1.9
 right: 2.0


failures:
    b::tests::is_two
    he::judged

test result: FAILED. 1 passed; 2 failed
";
        let failures = failures(output);
        assert_eq!(failures.len(), 1);
        assert_eq!(
            failures[0].to_string(),
            "b::tests::is_two: assertion `left == right` failed, left: 1.9, right: 2.0"
        );
    }
}
