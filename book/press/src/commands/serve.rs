//! `cargo run -- serve`: verify, print, serve, and print again on every change.

mod pages;
mod watch;

use std::env;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use clap::Args;
use press::cargo;
use press::scratch::end_when_interrupted;

use super::print::Printer;
use crate::root;
use crate::say::{complain, say};
use pages::Pages;
use watch::{Change, Watch};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Open the book in a browser
    #[arg(long)]
    open: bool,
    /// The port to listen on; 0 for any that is free
    #[arg(long, allow_hyphen_values = true, value_parser = port, default_value_t = 3000)]
    port: u16,
    /// The name or address to listen on
    #[arg(long, default_value = "localhost")]
    host: String,
    /// The program has restarted itself: the former pages are still good to serve
    #[arg(long, hide = true)]
    again: bool,
}

fn port(text: &str) -> Result<u16, &'static str> {
    text.parse()
        .map_err(|_| "a port, a whole number from 0 to 65535")
}

/// Serves the book until Ctrl-C.
pub(crate) fn execute(options: &Options) -> Result<ExitCode> {
    // First, before minutes of work: restarting would replace the program that is asked for by path.
    let program = env::current_exe().context("cannot find the program itself")?;
    let root = root::find()?;
    let listeners = pages::listen(&options.host, options.port)?;
    let port = listeners[0].local_addr()?.port();
    let host = match &options.host {
        host if host.contains(':') => format!("[{host}]"),
        host => host.clone(),
    };
    let address = format!("http://{host}:{port}");

    end_when_interrupted(0)?;
    let mut watch = Watch::over(&root)?;
    let printer = Printer::of(root.clone())?;
    let folder = printer.folder()?;
    let former = options.again && folder.join("index.html").is_file();
    let pages = Pages::of(folder);
    let _server;
    if former {
        _server = pages.serve(listeners)?;
        announce(&printer, &pages);
    } else {
        printer.print()?;
        _server = pages.serve(listeners)?;
    }
    say(format_args!("The book is at {address} (Ctrl-C ends).\n"))?;
    if options.open
        && let Err(error) = open::that_detached(&address)
    {
        complain(format_args!("warning: cannot open a browser: {error}"));
    }

    loop {
        match watch.next()? {
            Change::Pages => announce(&printer, &pages),
            Change::Program => {
                say(format_args!("The program changed: compiling it.\n"))?;
                match compile(&root) {
                    Ok(true) => return restart(&program, options, port),
                    Ok(false) => {
                        say(format_args!(
                            "It does not compile: the former pages stay.\n"
                        ))?;
                    }
                    Err(error) => {
                        complain(format_args!("error: {error:#}\nThe former pages stay."));
                    }
                }
            }
        }
    }
}

/// Prints the book again and tells its open pages, or says why not.
fn announce(printer: &Printer, pages: &Pages) {
    match printer.print() {
        Ok(()) => pages.printed(),
        Err(error) => complain(format_args!("error: {error:#}\nThe former pages stay.")),
    }
}

fn compile(root: &Path) -> Result<bool> {
    let status = cargo::command(root)
        .args(["build", "--locked"])
        .status()
        .context("cannot run cargo")?;
    Ok(status.success())
}

/// Becomes the program that was just compiled, on the same port.
fn restart(program: &Path, options: &Options, port: u16) -> Result<ExitCode> {
    let mut again = Command::new(program);
    again
        .args(["serve", "--again", "--host", &options.host])
        .args(["--port", &port.to_string()]);
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        let error = again.exec();
        Err(error).with_context(|| format!("cannot restart {}", program.display()))
    }
    #[cfg(not(unix))]
    {
        again
            .spawn()
            .with_context(|| format!("cannot restart {}", program.display()))?;
        Ok(ExitCode::SUCCESS)
    }
}
