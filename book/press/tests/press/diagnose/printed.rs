//! What the command prints in the terminal, as the chapter shows it.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use unit_variance::{Fan, Law, VarianceScaling};

use super::broken::mlp;
use super::draw;

/// The width of the page in characters.
const WIDTH: usize = 84;

/// A line of words, broken between them where it is too long for the page; other lines as they are.
fn broken_between_words(line: &str) -> String {
    let is_row = line.contains("  layers.") || !line.starts_with("    ");
    let mut lines = vec![String::new()];
    for word in line.split_whitespace() {
        let last = lines.last_mut().expect("there is one");
        if last.is_empty() {
            *last = format!("    {word}");
        } else if last.chars().count() + word.chars().count() < WIDTH {
            *last = format!("{last} {word}");
        } else {
            lines.push(format!("    {word}"));
        }
    }
    if is_row {
        line.to_owned()
    } else {
        lines.join("\n")
    }
}

/// What the chapter lists: between two anchors, the command and what it prints.
fn listed(printed: &str) -> String {
    let lines: Vec<String> = printed
        .trim_end()
        .lines()
        .map(broken_between_words)
        .collect();
    format!(
        "ANCHOR: bound\n$ cargo run -q -- diagnose model.safetensors\n{}\nANCHOR_END: bound\n",
        lines.join("\n")
    )
}

#[test]
fn what_the_chapter_lists_is_what_the_command_prints() {
    let third = VarianceScaling::new(2.0 / 3.0, Fan::In, Law::Uniform);
    let file = mlp(|i, shape| draw(third, shape, &i.to_string()));
    let folder = tempfile::tempdir().expect("there is room");
    fs::write(folder.path().join("model.safetensors"), file.bytes()).expect("it can be written");
    let output = Command::new(env!("CARGO_BIN_EXE_press"))
        .args(["diagnose", "model.safetensors"])
        .current_dir(folder.path())
        .output()
        .expect("the press starts");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let found = listed(std::str::from_utf8(&output.stdout).expect("it is text"));

    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/press/diagnose/printed.txt");
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&golden, &found).expect("it can be written");
    }
    let expected = fs::read_to_string(&golden).expect("the chapter lists it");
    assert_eq!(
        found, expected,
        "`UPDATE_GOLDEN=1 cargo test --test press printed` writes what is found now"
    );
}
