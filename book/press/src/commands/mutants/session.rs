//! Compiles the programs of a plan and tries each mutant in them, against a control: the same tests of the right version.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::list::Mutant;
use super::noticed::Noticed;
use super::plan::Plan;
use super::project_copy::{Edited, ProjectCopy};
use super::run::Until;
use super::suite::{Programs, Suite};
use super::trial::{Tests, Trial};
use crate::say::say;

/// A mistake may make a suite endless: it is given so many times the time of the right version.
const PATIENCE: u32 = 10;

/// The least that it is given.
const SHORTEST: Duration = Duration::from_mins(5);

/// What a suite is given of which nothing is known.
const LONGEST: Duration = Duration::from_hours(1);

#[derive(Debug)]
pub(crate) struct Session {
    copy: ProjectCopy,
    noticed: Noticed,
    /// How long each suite may take, once its control has passed.
    limits: BTreeMap<Suite, Duration>,
    with_control: bool,
    fail_fast: bool,
}

impl Session {
    /// Without a control, nothing is known of the right version; where it is not to fail fast, a suite that notices runs to its end.
    pub(crate) fn new(copy: ProjectCopy, with_control: bool, fail_fast: bool) -> Self {
        Self {
            noticed: Noticed::read(&copy),
            copy,
            limits: BTreeMap::new(),
            with_control,
            fail_fast,
        }
    }

    /// Tries the chosen mutants of the plan. Compiled are the switches of all, so that the next choice finds them compiled.
    pub(crate) fn run<'a>(
        &mut self,
        plan: &Plan<'a>,
        is_chosen: impl Fn(&Mutant) -> bool,
    ) -> Result<Vec<(&'a Mutant, Trial)>> {
        // First those alone: cargo writes the next programs in the places of theirs, and the switches stay compiled for the next time.
        let mut alone = Vec::new();
        for (mutant, edited) in &plan.alone {
            if is_chosen(mutant) {
                let folder = self.copy.source.with_file_name("alone").join(&mutant.name);
                let programs = self.compile(edited, &[mutant])?.copied_to(&folder)?;
                alone.push((*mutant, programs));
            }
        }
        let together: Vec<&Mutant> = plan.together.iter().map(|(_, mutant)| *mutant).collect();
        let is_needed = self.with_control || together.iter().any(|mutant| is_chosen(mutant));
        let switched = if is_needed {
            Some(self.compile(&plan.switched, &together)?)
        } else {
            None
        };

        let right = switched.as_ref().filter(|_| self.with_control);
        let mut trials = Vec::new();
        for &(number, mutant) in plan.together.iter().filter(|(_, mutant)| is_chosen(mutant)) {
            if let Some(programs) = &switched {
                trials.push((mutant, self.try_out(right, programs, number, mutant)?));
            }
        }
        for (mutant, programs) in &alone {
            trials.push((*mutant, self.try_out(right, programs, 0, mutant)?));
        }
        Ok(trials)
    }

    fn compile(&self, edited: &Edited, mutants: &[&Mutant]) -> Result<Programs> {
        match mutants {
            [alone] => print_heading(&format!("compiling {}", alone.name))?,
            _ => print_heading(&format!("compiling {} mutants together", mutants.len()))?,
        }
        let start = Instant::now();
        let programs = Programs::compile(&self.copy, edited, mutants)?;
        say(format_args!(
            "done ({:.0} s)\n",
            start.elapsed().as_secs_f64()
        ))?;
        Ok(programs)
    }

    /// Runs the mutant's suites until one notices; before them, the test that has noticed the last time.
    fn try_out(
        &mut self,
        right: Option<&Programs>,
        programs: &Programs,
        number: usize,
        mutant: &Mutant,
    ) -> Result<Trial> {
        let mut time = Duration::ZERO;
        let (name, mistake, suites) = (&mutant.name, &mutant.mistake, mutant.suites());
        let known = self
            .noticed
            .of(name)
            .filter(|(suite, _)| self.fail_fast && suites.contains(suite))
            .map(|(suite, test)| (suite, Some(test.to_owned())));
        let whole = suites.iter().map(|suite| (*suite, None));
        for (suite, test) in known.into_iter().chain(whole) {
            let limit = self.limit_by_control(right, suite)?;
            let asked = test.as_deref().unwrap_or(suite.name());
            print_heading(&format!("{name}: {mistake}; {asked}"))?;
            let tests = self.tests(programs, suite, number, limit);
            let start = Instant::now();
            let trial = match &test {
                Some(test) => tests.try_out_one(test)?,
                None => tests.try_out()?,
            };
            time += start.elapsed();
            if trial.caught() {
                if let Some(test) = &trial.first {
                    self.noticed.remember(name, suite, test)?;
                }
                let seconds = time.as_secs_f64();
                say(format_args!("caught ({seconds:.0} s)\n{trial}"))?;
                return Ok(trial);
            }
            let verb = if test.is_some() { "does" } else { "do" };
            say(format_args!("{verb} not notice\n{trial}"))?;
        }
        let seconds = time.as_secs_f64();
        say(format_args!("SURVIVES ({seconds:.0} s)\n"))?;
        Ok(Trial::default())
    }

    /// How long a suite may take. The first time, the right version runs it, as a control.
    fn limit_by_control(&mut self, right: Option<&Programs>, suite: Suite) -> Result<Duration> {
        let Some(right) = right else {
            return Ok(LONGEST);
        };
        if let Some(limit) = self.limits.get(&suite) {
            return Ok(*limit);
        }
        let limit = limit_after(self.control(right, suite)?);
        self.limits.insert(suite, limit);
        Ok(limit)
    }

    /// Runs a suite of the right version, and says how long it takes: what fails there already would prove nothing in a mutant.
    fn control(&self, right: &Programs, suite: Suite) -> Result<Duration> {
        let name = suite.name();
        print_heading(&format!(
            "the {name} of the unchanged sources, as a control"
        ))?;
        let start = Instant::now();
        let control = self.tests(right, suite, 0, LONGEST).try_out()?;
        if control.caught() || control.first.is_some() {
            say(format_args!("\n{control}"))?;
            bail!("the unchanged sources fail: what they catch in a mutant would prove nothing");
        }
        let time = start.elapsed();
        say(format_args!("pass ({:.0} s)\n", time.as_secs_f64()))?;
        Ok(time)
    }

    fn tests<'a>(
        &'a self,
        programs: &'a Programs,
        suite: Suite,
        number: usize,
        limit: Duration,
    ) -> Tests<'a> {
        Tests {
            copy: &self.copy,
            programs,
            suite,
            number,
            until: Until {
                limit,
                fail_fast: self.fail_fast,
            },
        }
    }
}

/// How long a suite may take that takes so long without a mistake.
fn limit_after(control: Duration) -> Duration {
    (PATIENCE * control).max(SHORTEST)
}

/// Says what is tried; the outcome will stand on the same line.
fn print_heading(what: &str) -> Result<()> {
    say(format_args!("{what} ... "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_has_ten_times_its_time_and_at_least_some_minutes() {
        let limit = |seconds| limit_after(Duration::from_secs(seconds)).as_secs();
        assert_eq!((limit(1), limit(30), limit(100)), (300, 300, 1000));
    }
}
