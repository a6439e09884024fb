//! One run of a suite's program, read line by line, so that it can be ended when a test has failed or the time is over.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// When a run ends before its own end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Until {
    /// After this time.
    pub(crate) limit: Duration,
    /// When a test has failed.
    pub(crate) fail_fast: bool,
}

/// What was read of a run.
#[derive(Debug, Default)]
pub(crate) struct Run {
    /// What it printed.
    pub(crate) output: String,
    /// The tests that failed, in this order.
    pub(crate) failed: Vec<String>,
    /// Why it did not come to its end, where no failed test is the reason.
    pub(crate) broken_off: Option<String>,
}

impl Run {
    /// Starts a program of tests and reads what it prints.
    pub(crate) fn of(command: &mut Command, until: Until) -> Result<Self> {
        let mut child = command
            .env("RUST_BACKTRACE", "0")
            // With it, what tests print stands among the lines of libtest.
            .env_remove("RUST_TEST_NOCAPTURE")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot start the tests")?;
        let (sender, lines) = mpsc::channel();
        let stdout = child.stdout.take().context("the tests have no output")?;
        thread::spawn(move || {
            for line in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
                // Nobody listens any more when the run has been ended.
                let _ = sender.send(String::from_utf8_lossy(&line).into_owned());
            }
        });
        let mut stderr = child.stderr.take().context("the tests have no errors")?;
        let complaints = thread::spawn(move || {
            let mut text = Vec::new();
            let _ = stderr.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        let mut run = Self::default();
        if run.read(&lines, until) {
            let status = child.wait()?;
            let complaints = complaints.join().unwrap_or_default();
            if !status.success() && (run.failed.is_empty() || !run.has_ended()) {
                run.broken_off = Some(format!("{status}, {}", last_lines(&complaints)));
            }
        } else {
            child.kill()?;
            child.wait()?;
        }
        Ok(run)
    }

    /// Reads lines to their end, or until something ends the run: false in that case.
    fn read(&mut self, lines: &Receiver<String>, until: Until) -> bool {
        let start = Instant::now();
        loop {
            let left = until.limit.saturating_sub(start.elapsed());
            match lines.recv_timeout(left) {
                Ok(line) => {
                    self.failed.extend(failed_test(&line).map(str::to_owned));
                    self.output.push_str(&line);
                    self.output.push('\n');
                }
                Err(RecvTimeoutError::Disconnected) => return true,
                Err(RecvTimeoutError::Timeout) => {
                    let minutes = until.limit.as_secs_f64() / 60.0;
                    self.broken_off = Some(format!("does not end within {minutes:.0} minutes"));
                    return false;
                }
            }
            if until.fail_fast && !self.failed.is_empty() {
                return false;
            }
        }
    }

    /// Whether libtest came to its end, and said what all tests gave.
    fn has_ended(&self) -> bool {
        self.output.contains("\ntest result: ")
    }
}

/// Where a program that dies says why: a thread has overflowed its stack, the memory is full.
fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(2)..].join(", ")
}

/// The test that failed, in a line such as `test he::forward ... FAILED`.
fn failed_test(line: &str) -> Option<&str> {
    let name = line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?;
    Some(name.strip_suffix(" - should panic").unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_hours(1);

    /// What is read of these lines, and whether to their end; the sender stays, as that of a program that goes on.
    fn read(lines: &[&str], goes_on: bool, until: Until) -> (Run, bool) {
        let (sender, receiver) = mpsc::channel();
        for line in lines {
            sender.send((*line).to_owned()).expect("it is read");
        }
        let sender = goes_on.then_some(sender);
        let mut run = Run::default();
        let to_the_end = run.read(&receiver, until);
        drop(sender);
        (run, to_the_end)
    }

    #[test]
    fn a_failed_test_is_read_from_its_line() {
        for (line, name) in [
            ("test he::forward ... FAILED", Some("he::forward")),
            ("test a::b - should panic ... FAILED", Some("a::b")),
            ("test he::forward ... ok", None),
            (
                "test he::forward has been running for over 60 seconds",
                None,
            ),
            ("test result: FAILED. 1 passed; 1 failed", None),
            ("    he::forward", None),
        ] {
            assert_eq!(failed_test(line), name, "{line}");
        }
    }

    #[test]
    fn a_run_ends_at_its_first_failure_or_goes_on() {
        let lines = ["test a ... ok", "test b ... FAILED", "test c ... FAILED"];
        let until = |fail_fast| Until {
            limit: LONG,
            fail_fast,
        };
        let (run, to_the_end) = read(&lines, true, until(true));
        assert_eq!((run.failed, to_the_end), (vec!["b".to_owned()], false));
        assert_eq!(run.broken_off, None);
        let (run, to_the_end) = read(&lines, false, until(false));
        assert_eq!((run.failed.len(), to_the_end), (2, true));
        assert_eq!(run.output.lines().count(), 3);
    }

    #[test]
    fn a_run_that_takes_too_long_is_broken_off() {
        let until = Until {
            limit: Duration::ZERO,
            fail_fast: true,
        };
        let (run, to_the_end) = read(&[], true, until);
        assert!(!to_the_end);
        let why = run.broken_off.expect("the time is over");
        assert!(why.contains("does not end"), "{why}");
    }

    #[test]
    fn a_program_that_dies_says_how() {
        let until = Until {
            limit: LONG,
            fail_fast: true,
        };
        let tests = std::env::current_exe().expect("this program is a file");
        let mut command = Command::new(tests);
        let run = Run::of(command.arg("--no-such-option"), until).expect("it starts");
        let why = run.broken_off.expect("there is no such option");
        assert!(why.contains("no-such-option"), "{why}");
    }
}
