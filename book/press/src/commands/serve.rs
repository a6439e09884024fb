//! `cargo run -- serve`: serve at once, verify, print, and print again on every change.

mod pages;
mod progress_page;
mod watch;

use std::env;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};
use clap::Args;
use mdbook_driver::config::Config;
use press::cargo;
use press::scratch::end_when_interrupted;

use super::print::Printer;
use crate::root;
use crate::say::{complain, say};
use pages::Pages;
use progress_page::ProgressPage;
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
    let config = Config::from_disk(root.join("book.toml")).context("cannot read book.toml")?;
    let title = config.book.title.clone().unwrap_or_default();
    let theme = config.html_config().unwrap_or_default().theme_dir(&root);
    let folder = root.join(&config.build.build_dir);
    let former = options.again && folder.join("index.html").is_file();
    let pages = Pages::of(folder, former);
    let progress_page = ProgressPage::of(&title, &theme);
    let _server = pages.serve(listeners, progress_page, printer.reporter.watch())?;
    say(format_args!("The book is at {address} (Ctrl-C ends).\n"))?;
    if options.open
        && let Err(error) = open::that_detached(&address)
    {
        complain(format_args!("warning: cannot open a browser: {error}"));
    }

    rebuild(&printer, &pages);
    loop {
        match watch.next()? {
            Change::Pages => rebuild(&printer, &pages),
            Change::Program => {
                say(format_args!("The program changed: compiling it.\n"))?;
                printer.reporter.compiling();
                match compile(&root) {
                    Ok(()) => return restart(&program, options, port, &pages),
                    Err(error) => fail(&error, &printer, &pages),
                }
            }
        }
    }
}

/// Builds the book and reloads its open pages, or says why not.
fn rebuild(printer: &Printer, pages: &Pages) {
    match printer.print() {
        Ok(()) => pages.rebuilt(),
        Err(error) => fail(&error, printer, pages),
    }
}

/// Says what is wrong: on the terminal and, where there are no pages, on the one that waits for them.
fn fail(error: &anyhow::Error, printer: &Printer, pages: &Pages) {
    printer.reporter.failed(error);
    let next = if pages.are_there() {
        "The former pages stay."
    } else {
        "There are no pages yet: it is tried again when something changes."
    };
    let said = || complain(format_args!("error: {error:#}\n{next}"));
    printer.reporter.aside(said);
}

fn compile(root: &Path) -> Result<()> {
    let status = cargo::command(root)
        .args(["build", "--locked"])
        .status()
        .context("cannot run cargo")?;
    ensure!(
        status.success(),
        "the program does not compile; cargo has said why on the terminal"
    );
    Ok(())
}

/// Becomes the program that was just compiled, on the same port.
fn restart(program: &Path, options: &Options, port: u16, pages: &Pages) -> Result<ExitCode> {
    let mut again = Command::new(program);
    again
        .args(["serve", "--host", &options.host])
        .args(["--port", &port.to_string()])
        .args(pages.are_there().then_some("--again"));
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
