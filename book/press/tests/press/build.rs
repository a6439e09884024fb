//! `build` from outside: with no one to read it, on a full disk, and interrupted.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::fixture::{Fixture, SENTENCE};
use notify::{RecursiveMode, Watcher};

fn build(fixture: &Fixture) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_press"));
    command.arg("build").current_dir(fixture.root());
    command.env_remove("CARGO_MANIFEST_DIR");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn project() -> Fixture {
    Fixture::with_chapter(&format!("# He\n\n> [!CLAIM] he.forward\n> {SENTENCE}\n"))
}

#[test]
fn whoever_has_read_enough_of_a_build_may_close_the_pipe() {
    let fixture = project();
    let mut child = build(&fixture).spawn().expect("the press starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the press ends");
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    assert!(fixture.page("he.html").contains("claim-he.forward"));
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_a_build_says_so_in_one_line() {
    let fixture = project();
    let full = fs::File::create("/dev/full").expect("it is there");
    let output = build(&fixture).stdout(full).output();
    let output = output.expect("the press starts");
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(
        message.starts_with("error: cannot write to the standard output: "),
        "{message}"
    );
    assert_eq!(message.lines().count(), 1, "{message}");
}

/// The folders of unfinished work.
fn unfinished(fixture: &Fixture) -> Vec<String> {
    let entries = fs::read_dir(fixture.root().join("target"));
    let entries = entries.into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with('.')).collect()
}

#[cfg(unix)]
#[test]
fn an_interrupted_build_leaves_nothing_behind() {
    for (signal, status) in [("INT", 130), ("TERM", 143)] {
        // A run that takes a while.
        let fixture = Fixture::with_chapter("# He\n\n{{#value spiral.step.100}}\n");
        fs::create_dir_all(fixture.root().join("target/.book-killed/book")).expect("a folder");
        let (sender, events) = mpsc::channel();
        let mut watcher = notify::recommended_watcher(sender).expect("folders can be watched");
        let folder = fixture.root().join("target");
        watcher
            .watch(&folder, RecursiveMode::NonRecursive)
            .expect("it is a folder");
        let mut child = build(&fixture).spawn().expect("the press starts");
        let begun = || {
            let left = unfinished(&fixture);
            left.len() == 1 && left[0] != ".book-killed"
        };
        while !begun() {
            let event = events.recv_timeout(Duration::from_mins(1));
            event.expect("it begins").expect("folders can be watched");
        }
        let id = child.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &id]).status();
        assert!(sent.expect("there is `kill`").success());
        let ended = child.wait().expect("the press ends");
        assert_eq!(ended.code(), Some(status), "{signal}");
        assert_eq!(unfinished(&fixture), Vec::<String>::new(), "{signal}");
        assert!(!fixture.site().exists(), "{signal}");
    }
}
