//! A trial of the copy's claims or unit tests, and who failed in it.

use std::fmt;
use std::fs;

use anyhow::Result;
use experiments::number::{Format, Script, typeset};
use ledger::Records;
use unit_variance::evidence::{Evidence, Verdict};

use super::project_copy::ProjectCopy;
use super::run::{Run, Until};
use super::suite::{Programs, Suite};
use super::switch;

/// Who noticed.
#[derive(Debug, Default)]
pub(crate) struct Trial {
    /// The claims whose verdict is that they do not hold.
    pub(crate) claims: Vec<Verdict>,
    /// The tests that failed otherwise: unit tests, and claims whose check refused to run.
    pub(crate) tests: Vec<Failure>,
    /// The test that failed first. In a trial that nobody noticed, it failed beside other tests and not alone, which proves nothing.
    pub(crate) first: Option<String>,
}

/// A failed test.
#[derive(Debug)]
pub(crate) struct Failure {
    name: String,
    /// What it said.
    message: String,
}

/// What is run in a trial.
#[derive(Debug)]
pub(crate) struct Tests<'a> {
    pub(crate) copy: &'a ProjectCopy,
    pub(crate) programs: &'a Programs,
    pub(crate) suite: Suite,
    /// The number of the mutant that the program is to be; 0 is none.
    pub(crate) number: usize,
    pub(crate) until: Until,
}

impl Tests<'_> {
    /// Runs the suite.
    pub(crate) fn try_out(&self) -> Result<Trial> {
        self.try_out_those(self.suite.filter())
    }

    /// Runs one of its tests, to its end.
    pub(crate) fn try_out_one(&self, test: &str) -> Result<Trial> {
        let until = Until {
            fail_fast: false,
            ..self.until
        };
        Self { until, ..*self }.try_out_those(&["--exact", test])
    }

    fn try_out_those(&self, filter: &[&str]) -> Result<Trial> {
        let records = Records::of(&self.copy.source);
        if records.folder().exists() {
            fs::remove_dir_all(records.folder())?;
        }
        let mut command = self.programs.command(self.suite);
        command.args(filter);
        command.env(switch::VARIABLE, self.number.to_string());
        let run = Run::of(&mut command, self.until)?;
        let claims = refuted(&records)?;
        let trial = Trial {
            tests: failures(self.suite, &run, &claims),
            claims,
            first: run.failed.into_iter().next(),
        };
        match &trial.first {
            // The run was ended before the test could say why.
            Some(test) if self.until.fail_fast && !trial.caught() => {
                let alone = self.try_out_one(test)?;
                if alone.caught() {
                    let first = trial.first.clone();
                    return Ok(Trial { first, ..alone });
                }
                // What fails only beside other tests proves nothing, and the others go on without it.
                let others = self.try_out_those(&[filter, &["--skip", test]].concat())?;
                let first = others.first.clone().or_else(|| trial.first.clone());
                Ok(Trial { first, ..others })
            }
            _ => Ok(trial),
        }
    }
}

/// The claims of the copy that do not hold, the farthest from holding first.
///
/// A claim leaves its verdict, whole or not at all, before its test fails: so it is there also where the run was ended at this test.
/// A verdict that cannot be read is none.
fn refuted(records: &Records) -> Result<Vec<Verdict>> {
    let mut refuted = Vec::new();
    for entry in fs::read_dir(records.folder()).into_iter().flatten() {
        let path = entry?.path();
        let id = path.file_stem().map(|stem| stem.to_string_lossy());
        let record = id.and_then(|id| records.read::<Verdict>(&id).ok().flatten());
        refuted.extend(record.map(|record| record.verdict));
    }
    refuted.retain(|verdict| !verdict.holds());
    refuted.sort_by(|a, b| distance(&b.evidence).total_cmp(&distance(&a.evidence)));
    Ok(refuted)
}

/// The tests that failed otherwise than by one of these verdicts, and the suite if it did not come to its end.
fn failures(suite: Suite, run: &Run, refuted: &[Verdict]) -> Vec<Failure> {
    let mut failures = explained(&run.output, |id| refuted.iter().any(|claim| claim.id == id));
    if let Some(how) = &run.broken_off {
        let failure = |name: &str, message: &str| Failure {
            name: name.to_owned(),
            message: shortened(message.to_owned()),
        };
        failures.push(failure(suite.name(), how));
        // libtest would have said why at its end.
        failures.extend(run.failed.iter().map(|test| failure(test, "fails, too")));
    }
    failures
}

/// The failed tests in the output of libtest: each has a section `---- name stdout ----`.
///
/// A claim that was judged, and whose verdict is known, is told by its verdict, and not by the name of its test.
fn explained(output: &str, has_verdict: impl Fn(&str) -> bool) -> Vec<Failure> {
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
    sections.retain(|(_, said)| {
        let mut claims = said.iter().filter_map(|line| judged_claim(line));
        !claims.any(&has_verdict)
    });
    let failure = |(name, said): (&str, Vec<&str>)| Failure {
        name: name.to_owned(),
        message: message(&said),
    };
    sections.into_iter().map(failure).collect()
}

/// The claim's id in the first line of the report on a claim that was judged and does not hold.
fn judged_claim(line: &str) -> Option<&str> {
    let (id, _) = line.strip_prefix("the claim `")?.split_once('`')?;
    Some(id)
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
    shortened(after_place.collect::<Vec<_>>().join(", "))
}

fn shortened(message: String) -> String {
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
        match &self.first {
            Some(test) if !self.caught() => {
                writeln!(f, "  test  {test}: fails only beside other tests")
            }
            _ => Ok(()),
        }
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
        let told = |has_verdict: bool| -> Vec<String> {
            let failures = explained(output, |id| has_verdict && id == "he.forward");
            failures.iter().map(Failure::to_string).collect()
        };
        let test = "b::tests::is_two: assertion `left == right` failed, left: 1.9, right: 2.0";
        assert_eq!(told(true), [test]);
        let claim =
            "he::judged: the claim `he.forward` does not hold (seed 1):, Weights keep the signal.";
        assert_eq!(told(false), [claim, test]);
    }

    #[test]
    fn a_run_that_is_broken_off_names_the_tests_that_failed_in_it() {
        let run = Run {
            failed: vec!["a::works".to_owned()],
            broken_off: Some("does not end within 5 minutes".to_owned()),
            ..Run::default()
        };
        let failures = failures(Suite::LibraryTests, &run, &[]);
        let names: Vec<&str> = failures.iter().map(|failure| &*failure.name).collect();
        assert_eq!(names, ["unit tests of the library", "a::works"]);
    }

    #[test]
    fn a_test_that_fails_only_beside_others_does_not_count() {
        let trial = Trial {
            first: Some("a::works".to_owned()),
            ..Trial::default()
        };
        assert!(!trial.caught());
        let said = trial.to_string();
        assert_eq!(said, "  test  a::works: fails only beside other tests\n");
    }
}
