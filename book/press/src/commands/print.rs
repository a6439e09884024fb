//! `cargo run -- build` and `cargo run -- test`: print the book, run its snippets.

use std::fmt::Arguments;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use clap::Args;
use press::scratch::{Scratch, end_when_interrupted};
use press::{Prefetch, TableCache, claims, print, snippets};

use crate::progress::Reporter;
use crate::say::say;
use crate::{root, usage};

/// Which snippets are run.
#[derive(Debug, Args)]
pub(crate) struct Snippets {
    /// Only those of the chapter with this title or path, such as `he.md`
    chapter: Option<String>,
}

/// Verifies the claims while the experiments run, then prints.
#[derive(Debug)]
pub(crate) struct Printer {
    root: PathBuf,
    cache: Arc<TableCache>,
    pub(crate) reporter: Reporter,
}

impl Printer {
    /// For the project at `root`, with the experiments of this program.
    pub(crate) fn of(root: PathBuf) -> Result<Self> {
        let reporter = Reporter::new();
        let cache = Arc::new(TableCache::of(&root, reporter.steps())?);
        Ok(Self {
            root,
            cache,
            reporter,
        })
    }

    /// Prints the book, if all of its claims hold and nothing is wrong with it.
    pub(crate) fn print(&self) -> Result<()> {
        self.reporter.begin();
        let start = Instant::now();
        let reporter = self.reporter.clone();
        // The pages wait in the cache for what is still on its way.
        let _prefetch = Prefetch::start(&self.root, &self.cache, move |done| reporter.runs(done));
        let verified = claims::verify(&self.root, &|holding| self.reporter.claims(holding));
        self.reporter.end_of_claims();
        let verified = verified?;
        let fresh = if verified.ran {
            ""
        } else {
            ", as found before"
        };
        self.say(format_args!(
            "All {} claims hold{fresh}.\n",
            verified.claims
        ))?;
        let printed = print::build(&self.root, &self.cache)?;
        let folder = printed
            .folder
            .strip_prefix(&self.root)
            .unwrap_or(&printed.folder);
        self.say(format_args!(
            "Printed {} chapters to {} in {:.1} s.\n",
            printed.chapters,
            folder.display(),
            start.elapsed().as_secs_f64()
        ))
    }

    /// Experiments may be drawing their bars.
    fn say(&self, text: Arguments<'_>) -> Result<()> {
        self.reporter.aside(|| say(text))
    }
}

/// The exit status of a program that Ctrl-C ends, as shells have it.
const INTERRUPTED: i32 = 128 + 2;

/// `build`: prints the book.
pub(crate) fn build() -> Result<ExitCode> {
    end_when_interrupted(INTERRUPTED)?;
    Printer::of(root::find()?)?.print()?;
    Ok(ExitCode::SUCCESS)
}

/// `test`: runs the chapters' snippets.
pub(crate) fn test(Snippets { chapter }: &Snippets) -> Result<ExitCode> {
    end_when_interrupted(INTERRUPTED)?;
    let printer = Printer::of(root::find()?)?;
    // mdBook writes the snippets into a folder, which is to go with ours.
    let scratch = Scratch::new(&printer.root, &printer.root.join("target"))?;
    let _ = tempfile::env::override_temp_dir(scratch.path());
    if let Some(unknown) = chapter
        && let Some(message) = snippets::unknown_chapter(&printer.root, unknown)?
    {
        return Ok(usage::refuse(&message));
    }
    snippets::test(&printer.root, &printer.cache, chapter.as_deref())?;
    match chapter {
        Some(chapter) => say(format_args!("The snippets of {chapter} pass.\n"))?,
        None => say(format_args!("The snippets of all chapters pass.\n"))?,
    }
    Ok(ExitCode::SUCCESS)
}
