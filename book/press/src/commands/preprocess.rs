//! `cargo run -- preprocess`: the side that mdBook calls.

use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use clap::{Args, Subcommand};
use press::TableCache;
use press::preprocessor::{self, Press, Unverified};

use crate::progress::Reporter;
use crate::{root, usage};

#[derive(Debug, Args)]
#[command(subcommand_value_name = "QUESTION", arg_required_else_help = false)]
pub(crate) struct Options {
    #[command(subcommand)]
    question: Option<Question>,
}

#[derive(Debug, Subcommand)]
enum Question {
    /// Exit with status 0 if it can make pages for this renderer, else with 1
    Supports {
        /// The name of the renderer
        renderer: String,
    },
}

/// Answers mdBook: whether a renderer is supported, or with the book, its marks made pages.
///
/// Claims are not verified here: mdBook calls this at every turn. What is not verified says so.
pub(crate) fn execute(options: &Options) -> Result<ExitCode> {
    if let Some(Question::Supports { renderer }) = &options.question {
        return Ok(ExitCode::from(u8::from(!preprocessor::supports(renderer))));
    }
    if io::stdin().is_terminal() {
        return Ok(usage::refuse(
            "`preprocess` is for mdBook, which sends it a book as JSON; to print the book, call `build`",
        ));
    }
    let root = root::find()?;
    let press = Press {
        cache: Arc::new(TableCache::of(&root, Reporter::new().steps())?),
        root,
        unverified: Unverified::Shown,
    };
    preprocessor::preprocess(&press, io::stdin().lock(), io::stdout().lock())?;
    Ok(ExitCode::SUCCESS)
}
