//! The README of the repository shows, of each package, the lines that the package's own README has compiled and run: this test compares them.

const ROOT: &str = include_str!("../../../README.md");

/// The lines of the first fence of Rust, without those that rustdoc hides.
fn shown(text: &str) -> Vec<&str> {
    let mut lines = text.lines().skip_while(|&line| line != "```rust").skip(1);
    let fence = lines.by_ref().take_while(|&line| line != "```");
    fence.filter(|line| !line.starts_with("# ")).collect()
}

fn the_root_shows(package: &str, readme: &str) {
    let heading = format!("[`interop/{package}`](interop/{package})");
    let (_, below) = ROOT
        .split_once(&heading)
        .expect("the package is in the README");
    let expected = shown(readme);
    assert!(expected.len() >= 5, "{expected:?}");
    assert_eq!(shown(below), expected);
}

#[test]
fn the_lines_for_candle_are_those_that_are_compiled() {
    the_root_shows("candle", include_str!("../../candle/README.md"));
}

#[test]
fn the_lines_for_burn_are_those_that_are_compiled() {
    the_root_shows("burn", include_str!("../../burn/README.md"));
}

#[test]
fn the_lines_for_safetensors_are_those_that_are_compiled() {
    the_root_shows("safetensors", include_str!("../../safetensors/README.md"));
}
