//! What the program says. A reader who has read enough may close the pipe, and on a full disk it says so.

use std::fmt::Arguments;
use std::io::{self, Write};

use anyhow::{Context, Result};

/// Writes to the standard output, at once.
pub(crate) fn say(text: Arguments<'_>) -> Result<()> {
    let mut output = io::stdout().lock();
    written(output.write_fmt(text).and_then(|()| output.flush()))
}

/// Whether output was written, or need not be.
pub(crate) fn written(done: io::Result<()>) -> Result<()> {
    match done {
        // As in `| head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done.context("cannot write to the standard output"),
    }
}

/// Writes a line to the standard error, if it can be written to.
pub(crate) fn complain(text: Arguments<'_>) {
    let mut line = text.to_string();
    line.push('\n');
    let _ = io::stderr().write_all(line.as_bytes());
}
