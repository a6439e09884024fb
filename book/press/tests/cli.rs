//! The terminal, from outside: what goes in, what comes out on which stream, and the exit status.

use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn press(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_press"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the press starts")
}

/// What a successful call prints. It says nothing else: no bar, no warning.
fn printed(arguments: &str) -> String {
    let output = press(&arguments.split(' ').collect::<Vec<_>>());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments}: {stderr}");
    assert_eq!(stderr, "", "{arguments}");
    String::from_utf8(output.stdout).expect("tables are UTF-8")
}

/// The one line with which a call is refused.
fn refused(arguments: &[&str]) -> String {
    let output = press(arguments);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    assert_eq!(stderr.lines().count(), 1, "{arguments:?}: {stderr}");
    stderr.trim_end().to_owned()
}

fn json(arguments: &str) -> Value {
    let text = printed(arguments);
    assert_eq!(text.lines().count(), 1);
    serde_json::from_str(&text).expect("the output is JSON")
}

/// A column of a table, as the notebook prints it.
fn three_decimals(table: &Value, column: &str) -> Vec<String> {
    let columns = table["columns"].as_array().expect("columns");
    let index = columns
        .iter()
        .position(|name| name == column)
        .expect(column);
    let rows = table["rows"].as_array().expect("rows");
    rows.iter()
        .map(|row| format!("{:.3}", row[index].as_f64().expect("a number")))
        .collect()
}

const NOTEBOOK: &str =
    "run deep-signal --pass forward --seed 0 --depth 5 --width 8 --weight-variance 1 --data fresh";

#[test]
fn the_notebooks_run_comes_out_as_one_json_object() {
    let table = json(&format!("{NOTEBOOK} --format json"));
    assert_eq!(table["experiment"], "deep-signal");
    assert_eq!(
        table["columns"],
        serde_json::json!(["layer", "mean", "std", "rms"])
    );
    let parameters = &table["parameters"];
    assert_eq!(
        *parameters,
        serde_json::json!({
            "pass": "forward", "seed": 0, "depth": 5, "width": 8,
            "weight_variance": 1.0, "data": "fresh", "points": 1000
        })
    );
    let layers: Vec<&Value> = table["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| &row[0])
        .collect();
    assert_eq!(layers, [0, 1, 2, 3, 4, 5]);
    assert_eq!(
        three_decimals(&table, "std")[..5],
        ["0.981", "0.811", "1.472", "4.547", "8.896"]
    );
}

#[test]
fn the_solved_notebooks_he_run_comes_out_again() {
    let table = json("run deep-signal --initializer he-fan-in --data notebook --format json");
    assert_eq!(table["parameters"]["initializer"], "he-fan-in");
    let std_devs = three_decimals(&table, "std");
    assert_eq!(std_devs.len(), 51);
    assert_eq!(
        std_devs[..8],
        [
            "0.981", "0.886", "0.698", "0.741", "0.899", "0.995", "0.886", "0.826"
        ]
    );
}

#[test]
fn the_notebooks_gradients_come_out_again() {
    let table = json(
        "run deep-signal --pass backward --seed 0 --depth 5 --width 8 --weight-variance 1 --format json",
    );
    assert_eq!(table["parameters"]["pass"], "backward");
    assert_eq!(
        three_decimals(&table, "std"),
        ["446.654", "340.657", "109.132", "56.472"]
    );
}

#[test]
fn fan_in_and_fan_out_differ_in_the_first_matrix_only() {
    let run = |initializer: &str| {
        json(&format!(
            "run deep-signal --depth 6 --width 8 --initializer {initializer} --format json"
        ))
    };
    let (fan_in, fan_out) = (run("he-fan-in"), run("he-fan-out"));
    let rms = |table: &Value, layer: usize| table["rows"][layer][3].as_f64().expect("a number");
    // The first matrix is 1 × 8: 2 / fan_out is an eighth of 2 / fan_in.
    for layer in 1..=6 {
        let ratio = rms(&fan_in, layer) / rms(&fan_out, layer);
        assert!(
            (ratio - 8_f64.sqrt()).abs() < 1e-12,
            "layer {layer}: {ratio}"
        );
    }
}

#[test]
fn the_table_for_people_is_aligned_and_has_four_digits() {
    let table = printed(NOTEBOOK);
    let lines: Vec<&str> = table.lines().collect();
    assert!(
        lines[0].starts_with("deep-signal: pass forward, seed 0, depth 5"),
        "{table}"
    );
    assert_eq!(lines[2], "layer      mean      std      rms");
    assert_eq!(lines[3], "    0  -0.02408   0.9815   0.9818");
    assert_eq!(lines.len(), 3 + 6);
}

#[test]
fn csv_has_a_header_and_every_digit() {
    let text = printed(&format!("{NOTEBOOK} --format csv"));
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("layer,mean,std,rms"));
    let first: Vec<f64> = lines
        .next()
        .expect("a row")
        .split(',')
        .map(|cell| cell.parse().expect("a number"))
        .collect();
    let table = json(&format!("{NOTEBOOK} --format json"));
    let same: Vec<f64> = (0..4)
        .map(|i| table["rows"][0][i].as_f64().expect("a number"))
        .collect();
    assert_eq!(first, same);
    assert_eq!(lines.count(), 5);
}

#[test]
fn the_format_may_stand_before_the_experiment() {
    assert_eq!(
        printed("run --format csv deep-signal --depth 2 --width 3"),
        printed("run deep-signal --depth 2 --width 3 --format csv")
    );
}

#[test]
fn every_seed_depth_and_width_runs() {
    for (seed, depth, width) in [
        ("4294967295", "1", "1"),
        ("7", "3", "1"),
        ("1", "1", "300"),
        ("2", "40", "2"),
    ] {
        let table = json(&format!(
            "run deep-signal --seed {seed} --depth {depth} --width {width} --format json"
        ));
        assert_eq!(
            table["rows"].as_array().expect("rows").len(),
            depth.parse::<usize>().expect("a number") + 1
        );
    }
}

#[test]
fn beyond_the_range_of_floats_it_says_inf_and_never_nan() {
    for format in ["json", "csv", "table"] {
        let text = printed(&format!(
            "run deep-signal --depth 12 --width 16 --weight-variance 1e60 --format {format}"
        ));
        assert!(
            text.contains("inf") && !text.to_lowercase().contains("nan"),
            "{text}"
        );
    }
    let extremes = ["1.7976931348623157e308", "5e-324"];
    for variance in extremes {
        let text = printed(&format!(
            "run deep-signal --depth 4 --width 8 --weight-variance {variance} --format csv"
        ));
        assert!(!text.to_lowercase().contains("nan"), "{text}");
    }
}

#[test]
fn the_other_experiments_run_too() {
    let range = json("run float-range --seed 3 --depth 60 --width 80 --format json");
    assert_eq!(range["experiment"], "float-range");
    assert_eq!(range["rows"].as_array().expect("rows").len(), 5);
    let spread =
        json("run spread --seed 3 --networks 20 --depth 4 --width 6 --points 30 --format json");
    assert_eq!(spread["parameters"]["networks"], 20);
    assert_eq!(spread["rows"].as_array().expect("rows").len(), 5);
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

/// What is wrong, what of it the message repeats, and what it says is accepted.
const BAD_INPUT: &[(&str, &str, &str)] = &[
    ("bulid", "bulid", "build"),
    (
        "run",
        "experiment",
        "deep-signal, float-range, spread, gain",
    ),
    (
        "run deep-signals",
        "deep-signals",
        "deep-signal, float-range, spread, gain",
    ),
    ("run deep-signal --layers 5", "--layers", "--depth"),
    ("run deep-signal 5", "`5`", "--depth"),
    ("run deep-signal --depth 0", "--depth is `0`", "1 or more"),
    ("run deep-signal --depth -3", "--depth is `-3`", "1 or more"),
    (
        "run deep-signal --depth 2.5",
        "--depth is `2.5`",
        "1 or more",
    ),
    ("run deep-signal --depth", "--depth", "value"),
    ("run deep-signal --width 0", "--width is `0`", "1 or more"),
    (
        "run deep-signal --width 99999999999999999999",
        "--width",
        "1 or more",
    ),
    (
        "run deep-signal --width 100000000",
        "numbers in memory",
        "at most 1e9",
    ),
    (
        "run deep-signal --seed -1",
        "--seed is `-1`",
        "from 0 to 4294967295",
    ),
    (
        "run deep-signal --seed 4294967296",
        "--seed is `4294967296`",
        "from 0 to 4294967295",
    ),
    (
        "run deep-signal --weight-variance 0",
        "`0`",
        "positive finite number",
    ),
    (
        "run deep-signal --weight-variance -1",
        "`-1`",
        "positive finite number",
    ),
    (
        "run deep-signal --weight-variance NaN",
        "`NaN`",
        "positive finite number",
    ),
    (
        "run deep-signal --weight-variance inf",
        "`inf`",
        "positive finite number",
    ),
    (
        "run deep-signal --weight-variance -inf",
        "`-inf`",
        "positive finite number",
    ),
    (
        "run deep-signal --weight-variance 1e999",
        "`1e999`",
        "positive finite number",
    ),
    (
        "run deep-signal --weight-variance 2/n",
        "`2/n`",
        "positive finite number",
    ),
    (
        "run deep-signal --weight-variance 1 --initializer he-fan-in",
        "--weight-variance",
        "--initializer",
    ),
    (
        "run deep-signal --initializer xavier",
        "`xavier`",
        "he-fan-in, he-fan-out",
    ),
    ("run deep-signal --data stale", "`stale`", "fresh, notebook"),
    (
        "run deep-signal --pass sideways",
        "`sideways`",
        "forward, backward",
    ),
    (
        "run deep-signal --pass backward --data notebook",
        "`notebook`",
        "fresh",
    ),
    ("run deep-signal --format xml", "`xml`", "table, csv, json"),
    ("run deep-signal --seed 1 --seed 2", "--seed", "twice"),
    (
        "run float-range --weight-variance 1",
        "--weight-variance",
        "--depth",
    ),
    ("run spread --networks 0", "--networks is `0`", "1 or more"),
    (
        "run gain --activation gello",
        "--activation is `gello`",
        "gelu_tanh",
    ),
    ("mutants --only nobody", "`nobody`", "he-factor-1.9"),
    ("serve --port 65536", "--port is `65536`", "from 0 to 65535"),
];

#[test]
fn bad_input_is_refused_in_one_line_that_says_what_is_accepted() {
    for (arguments, given, accepted) in BAD_INPUT {
        let message = refused(&arguments.split(' ').collect::<Vec<_>>());
        assert!(message.starts_with("error: "), "{message}");
        assert!(
            message.contains(given) && message.contains(accepted),
            "{arguments}: {message}"
        );
    }
}

#[test]
fn an_empty_value_is_refused_too() {
    let message = refused(&["run", "deep-signal", "--depth", ""]);
    assert!(
        message.contains("--depth") && message.contains("1 or more"),
        "{message}"
    );
}

#[test]
fn without_a_command_it_says_what_it_can_do() {
    for arguments in [&[][..], &["--help"]] {
        let output = press(arguments);
        assert!(output.status.success());
        let text = String::from_utf8_lossy(&output.stdout);
        for command in ["serve", "build", "test", "run", "mutants", "preprocess"] {
            assert!(text.contains(&format!("\n  {command} ")), "{text}");
        }
    }
}

#[test]
fn outside_the_project_it_says_what_it_looked_for() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_press"))
        .arg("build")
        .current_dir(&elsewhere)
        .env_remove("CARGO_MANIFEST_DIR")
        .output()
        .expect("the press starts");
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(
        message.starts_with("error: there is no book.toml in "),
        "{message}"
    );
    assert_eq!(message.lines().count(), 1, "{message}");
}

#[test]
fn a_gain_is_printed_for_one_activation_or_for_all_eighteen() {
    let table = json("run gain --activation gelu --format json");
    let columns = [
        "activation",
        "mean",
        "second_moment",
        "slope_moment",
        "gain",
        "backward_gain",
        "chi",
    ];
    assert_eq!(table["columns"], serde_json::json!(columns));
    let gain = table["rows"][0][4].as_f64().expect("a number");
    assert!((gain - 1.533_530).abs() < 1e-6, "{gain}");
    assert_eq!(printed("run gain --format csv").lines().count(), 19);
}
