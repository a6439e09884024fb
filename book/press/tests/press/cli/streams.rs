//! What happens to the standard streams: interrupted, closed, full.

use std::process::{Command, Stdio};

/// The system interrupts it, after a second of work of the processor: as Ctrl-C does, by a signal
/// that ends a program in the middle of whatever it does.
#[cfg(unix)]
#[test]
fn an_interrupted_run_has_printed_nothing() {
    use std::os::unix::process::ExitStatusExt;

    let run = "run vanishing-gradient --iterations 100000000 --every 100000 --format csv";
    let output = Command::new("sh")
        .args([
            "-c",
            &format!("ulimit -c 0; ulimit -t 1; exec \"$0\" {run}"),
        ])
        .arg(env!("CARGO_BIN_EXE_press"))
        .output()
        .expect("a shell starts the press");
    assert!(output.status.signal().is_some(), "{}", output.status);
    assert_eq!((output.stdout.len(), output.stderr.len()), (0, 0));
}

#[test]
fn whoever_has_read_enough_may_close_the_pipe() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_press"))
        .args([
            "run",
            "deep-signal",
            "--depth",
            "3",
            "--width",
            "4",
            "--format",
            "csv",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the press starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the press ends");
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_in_one_line_and_a_full_standard_error_ends_nothing() {
    use std::fs::File;
    let full = || File::create("/dev/full").expect("it is there");
    for arguments in ["--help", "", "run gains --format csv", "run --help"] {
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        let output = Command::new(env!("CARGO_BIN_EXE_press"))
            .args(&arguments)
            .stdout(full())
            .output()
            .expect("the press starts");
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {message}");
        assert!(
            message.starts_with("error: cannot write to the standard output: "),
            "{arguments:?}: {message}"
        );
        assert_eq!(message.lines().count(), 1, "{arguments:?}: {message}");
    }
    let status = Command::new(env!("CARGO_BIN_EXE_press"))
        .args(["run", "nothing"])
        .stderr(full())
        .status()
        .expect("the press starts");
    assert_eq!(status.code(), Some(2));
}
