//! `--help`: every command and every option is explained.

use super::{press, printed};

#[test]
fn without_a_command_it_says_what_it_can_do() {
    for arguments in [&[][..], &["--help"]] {
        let output = press(arguments);
        assert!(output.status.success());
        let text = String::from_utf8_lossy(&output.stdout);
        for command in [
            "serve",
            "build",
            "test",
            "run",
            "diagnose",
            "mutants",
            "preprocess",
        ] {
            assert!(text.contains(&format!("\n  {command} ")), "{text}");
        }
    }
}

#[test]
fn every_experiment_explains_its_options() {
    let overview = printed("run --help");
    // Below the heading, a line each.
    let blocks = overview.split("\n\n");
    let blocks = blocks.filter(|block| block.starts_with("Experiments"));
    let names: Vec<&str> = blocks
        .flat_map(|block| block.lines().skip(1))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(
        names.len() > 30 && names.contains(&"mnist-depth") && names.contains(&"initializer"),
        "{names:?}"
    );
    for name in names {
        let help = printed(&format!("run {name} --help"));
        // An option's line has its explanation beside it or, where it is long, below it.
        let lines: Vec<&str> = help.lines().map(str::trim).collect();
        for at in 0..lines.len() {
            if let Some(option) = lines[at].strip_prefix("--") {
                let beside = option.split("  ").nth(1).is_some();
                let below = lines[at + 1].starts_with(char::is_uppercase);
                assert!(beside || below, "{name}: --{option}");
            }
        }
    }
}
