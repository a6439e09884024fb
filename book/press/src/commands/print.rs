//! `cargo run -- build` and `cargo run -- test`: print the book, run its snippets.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;
use mdbook_driver::config::Config;
use press::{Lab, claims, print, snippets};

use crate::{progress, root};

/// Which snippets are run.
#[derive(Debug, Args)]
pub(crate) struct Snippets {
    /// Only those of the chapter with this title or path, such as `he.md`
    chapter: Option<String>,
}

/// Verifies the claims, then prints.
#[derive(Debug)]
pub(crate) struct Printer {
    root: PathBuf,
    lab: Arc<Lab>,
}

impl Printer {
    /// For the project at `root`, with the experiments of this program.
    pub(crate) fn of(root: PathBuf) -> Result<Self> {
        let lab = Arc::new(Lab::of(&root, progress::bars())?);
        Ok(Self { root, lab })
    }

    /// Where the pages are, or will be.
    pub(crate) fn folder(&self) -> Result<PathBuf> {
        let config =
            Config::from_disk(self.root.join("book.toml")).context("cannot read book.toml")?;
        Ok(self.root.join(config.build.build_dir))
    }

    /// Prints the book, if all of its claims hold and nothing is wrong with it.
    pub(crate) fn print(&self) -> Result<()> {
        let start = Instant::now();
        let verified = claims::verify(&self.root)?;
        let fresh = if verified.ran {
            ""
        } else {
            ", as found before"
        };
        println!("All {} claims hold{fresh}.", verified.claims);
        let printed = print::build(&self.root, &self.lab)?;
        let folder = printed
            .folder
            .strip_prefix(&self.root)
            .unwrap_or(&printed.folder);
        println!(
            "Printed {} chapters to {} in {:.1} s.",
            printed.chapters,
            folder.display(),
            start.elapsed().as_secs_f64()
        );
        Ok(())
    }
}

/// `build`: prints the book.
pub(crate) fn build() -> Result<ExitCode> {
    Printer::of(root::find()?)?.print()?;
    Ok(ExitCode::SUCCESS)
}

/// `test`: runs the chapters' snippets.
pub(crate) fn test(Snippets { chapter }: &Snippets) -> Result<ExitCode> {
    let printer = Printer::of(root::find()?)?;
    snippets::test(&printer.root, &printer.lab, chapter.as_deref())?;
    match chapter {
        Some(chapter) => println!("The snippets of {chapter} pass."),
        None => println!("The snippets of all chapters pass."),
    }
    Ok(ExitCode::SUCCESS)
}
