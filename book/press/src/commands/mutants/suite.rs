//! The suites of tests that mutants are tried with, compiled.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use press::cargo;
use serde::{Deserialize, Serialize};

use super::list::Mutant;
use super::project_copy::{Edited, ProjectCopy};

/// What is run on a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
    const ALL: [Self; 3] = [Self::Claims, Self::LibraryTests, Self::ExperimentTests];

    /// What it is called where it is a control.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Claims => "claims",
            Self::LibraryTests => "unit tests of the library",
            Self::ExperimentTests => "unit tests of the experiments",
        }
    }

    /// What cargo calls it: by the name of the test, or of the crate that the tests are in.
    const fn target(self) -> &'static str {
        match self {
            Self::Claims => "claims",
            Self::LibraryTests => "unit_variance",
            Self::ExperimentTests => "experiments",
        }
    }

    /// Which tests of it are run.
    pub(crate) const fn filter(self) -> &'static [&'static str] {
        match self {
            Self::Claims => &["--skip", "ledger::", "--skip", "seeds::"],
            Self::LibraryTests | Self::ExperimentTests => &[],
        }
    }
}

/// The program of a suite, and where cargo runs it: in the folder of its package.
#[derive(Debug)]
struct Program {
    file: PathBuf,
    folder: PathBuf,
}

/// The compiled suites of a copy.
#[derive(Debug)]
pub(crate) struct Programs(BTreeMap<Suite, Program>);

impl Programs {
    /// Compiles the suites of the copy with these files edited, which hold these mutants.
    ///
    /// # Errors
    ///
    /// If they do not compile: what the compiler says, and which mutants are in the files that it complains of.
    pub(crate) fn compile(
        copy: &ProjectCopy,
        edited: &Edited,
        mutants: &[&Mutant],
    ) -> Result<Self> {
        copy.update(edited)?;
        // In one call, so that the library has all the features that the claims need, in its own tests, too.
        let output = cargo::command(&copy.source)
            .args(["test", "--no-run", "--locked", "--message-format=json"])
            .args([
                "--package=unit-variance",
                "--package=experiments",
                "--package=claims",
            ])
            .args(["--lib", "--test", "claims"])
            .env("CARGO_TARGET_DIR", copy.source.join("target"))
            .stdin(Stdio::null())
            .output()
            .context("cannot run cargo")?;
        let messages = messages(&String::from_utf8_lossy(&output.stdout));
        if !output.status.success() {
            let errors = complaints(&messages, mutants);
            let cargo_says = String::from_utf8_lossy(&output.stderr);
            let said = errors.unwrap_or_else(|| cargo_says.trim_end().to_owned());
            bail!("the tests of the copy do not compile\n{said}");
        }
        let programs: BTreeMap<Suite, Program> = messages.into_iter().filter_map(program).collect();
        for suite in Suite::ALL {
            let name = suite.name();
            ensure!(
                programs.contains_key(&suite),
                "cargo made no program of the {name}"
            );
        }
        Ok(Self(programs))
    }

    /// The same programs in a folder where cargo does not write.
    pub(crate) fn copied_to(mut self, folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        for Program { file, .. } in self.0.values_mut() {
            let copy = folder.join(file.file_name().context("a program is a file")?);
            fs::copy(&*file, &copy).with_context(|| format!("cannot copy {}", file.display()))?;
            *file = copy;
        }
        Ok(self)
    }

    /// A suite as cargo would run it, as yet without arguments.
    pub(crate) fn command(&self, suite: Suite) -> Command {
        let Program { file, folder } = &self.0[&suite];
        let mut command = Command::new(file);
        command.current_dir(folder);
        // The same cases in every run, and none that failed for another mutant: what notices once notices again.
        command.env("PROPTEST_RNG_SEED", "1");
        command.env("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "1");
        command
    }
}

/// What cargo says with `--message-format=json`, a line each, as far as it matters here.
#[derive(Debug, Deserialize)]
#[serde(tag = "reason")]
enum Message {
    #[serde(rename = "compiler-artifact")]
    Artifact {
        manifest_path: PathBuf,
        target: Target,
        profile: Profile,
        executable: Option<PathBuf>,
    },
    #[serde(rename = "compiler-message")]
    Complaint { message: Diagnostic },
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
struct Target {
    name: String,
}

#[derive(Debug, Deserialize)]
struct Profile {
    test: bool,
}

#[derive(Debug, Deserialize)]
struct Diagnostic {
    level: String,
    rendered: Option<String>,
    spans: Vec<Place>,
}

#[derive(Debug, Deserialize)]
struct Place {
    file_name: PathBuf,
}

fn messages(output: &str) -> Vec<Message> {
    let lines = output.lines();
    lines
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

/// The suite whose program is ready now, if the message says so.
fn program(message: Message) -> Option<(Suite, Program)> {
    let Message::Artifact {
        manifest_path,
        target,
        profile: Profile { test: true },
        executable: Some(file),
    } = message
    else {
        return None;
    };
    let mut suites = Suite::ALL.into_iter();
    let suite = suites.find(|suite| suite.target() == target.name.replace('-', "_"))?;
    let folder = manifest_path.parent().map(Path::to_owned)?;
    Some((suite, Program { file, folder }))
}

/// The errors of the compiler, and the mutants of the files that they are in; nothing, if there are none.
fn complaints(messages: &[Message], mutants: &[&Mutant]) -> Option<String> {
    let errors: Vec<&Diagnostic> = messages
        .iter()
        .filter_map(|message| match message {
            Message::Complaint { message } if message.level == "error" => Some(message),
            _ => None,
        })
        .collect();
    let is_blamed = |mutant: &&&Mutant| {
        let mut places = errors.iter().flat_map(|error| &error.spans);
        places.any(|place| place.file_name == Path::new(&mutant.file))
    };
    let blamed: Vec<&str> = mutants
        .iter()
        .filter(is_blamed)
        .map(|mutant| mutant.name.as_str())
        .collect();
    // A library is compiled twice, for others and for its own tests, with the same errors.
    let rendered = errors.iter().filter_map(|error| error.rendered.as_deref());
    let said: String = rendered.collect::<BTreeSet<_>>().into_iter().collect();
    let names = match &blamed[..] {
        [] => String::new(),
        names => format!("mutants in these files: {}", names.join(", ")),
    };
    (!errors.is_empty()).then(|| said + &names)
}

#[cfg(test)]
mod tests {
    use super::super::list::CaughtBy;
    use super::*;

    #[test]
    fn a_program_of_tests_is_found_among_what_cargo_says() {
        let output = r#"
{"reason":"build-script-executed","package_id":"a"}
{"reason":"compiler-artifact","manifest_path":"/a/Cargo.toml","target":{"kind":["lib"],"name":"unit_variance"},"profile":{"test":false},"executable":null}
{"reason":"compiler-artifact","manifest_path":"/a/Cargo.toml","target":{"kind":["lib"],"name":"unit_variance"},"profile":{"test":true},"executable":"/b/lib-1"}
{"reason":"build-finished","success":true}
"#;
        let found: Vec<_> = messages(output).into_iter().filter_map(program).collect();
        let [(suite, program)] = &found[..] else {
            panic!("{found:?}");
        };
        assert_eq!(*suite, Suite::LibraryTests);
        assert_eq!(program.file, Path::new("/b/lib-1"));
        assert_eq!(program.folder, Path::new("/a"));
    }

    #[test]
    fn an_error_of_the_compiler_names_the_mutants_of_its_file() {
        let mutant = |name: &str, file: &str| Mutant {
            name: name.into(),
            mistake: String::new(),
            file: file.into(),
            caught_by: CaughtBy::default(),
            edits: Vec::new(),
        };
        let (one, other) = (mutant("one", "src/a.rs"), mutant("other", "src/b.rs"));
        let said = |level: &str, mutants: &[&Mutant]| {
            let output = format!(
                r#"{{"reason":"compiler-message","message":{{"level":"{level}","rendered":"E0308\n","spans":[{{"file_name":"src/a.rs"}}]}}}}"#
            );
            complaints(&messages(&output), mutants)
        };
        let error = said("error", &[&one, &other]);
        let names = "E0308\nmutants in these files: one";
        assert_eq!(error.as_deref(), Some(names));
        assert_eq!(said("error", &[&other]).as_deref(), Some("E0308\n"));
        assert_eq!(said("warning", &[&one, &other]), None);
    }
}
