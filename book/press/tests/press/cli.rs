//! The terminal, from outside: what goes in, what comes out on which stream, and the exit status.

use std::path::Path;
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

const NOTEBOOK: &str = "run deep-signal --seed 0 --depth 5 --width 8 --weights 1 --data fresh";

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
            "seed": 0, "depth": 5, "width": 8,
            "weights": "variance:1", "data": "fresh", "points": 1000
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
    let table = json("run deep-signal --weights he-fan-in --data notebook --format json");
    assert_eq!(table["parameters"]["weights"], "he");
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
    let table = json("run deep-gradient --seed 0 --depth 5 --width 8 --weights 1 --format json");
    assert_eq!(table["experiment"], "deep-gradient");
    assert_eq!(
        three_decimals(&table, "std"),
        ["446.654", "340.657", "109.132", "56.472"]
    );
}

#[test]
fn fan_in_and_fan_out_differ_in_the_first_matrix_only() {
    let run = |initializer: &str| {
        json(&format!(
            "run deep-signal --depth 6 --width 8 --weights {initializer} --format json"
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
        lines[0].starts_with("deep-signal: seed 0, depth 5"),
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
            "run deep-signal --depth 12 --width 16 --weights 1e60 --format {format}"
        ));
        assert!(
            text.contains("inf") && !text.to_lowercase().contains("nan"),
            "{text}"
        );
    }
    let extremes = ["1.7976931348623157e308", "5e-324"];
    for variance in extremes {
        let text = printed(&format!(
            "run deep-signal --depth 4 --width 8 --weights {variance} --format csv"
        ));
        assert!(!text.to_lowercase().contains("nan"), "{text}");
    }
}

#[test]
fn a_variance_can_be_given_over_the_fan_in() {
    let table = |variance: &str| {
        json(&format!(
            "run deep-signal --depth 5 --width 8 {variance} --format json"
        ))
    };
    let [he, two_over_n] = ["--weights he-fan-in", "--weights 2/n"].map(table);
    assert_eq!(two_over_n["parameters"]["weights"], "he");
    assert_eq!(he["rows"], two_over_n["rows"]);
}

#[test]
fn a_run_of_the_book_is_printed_under_its_own_name() {
    let table = json("run udl-5x8 --format json");
    assert_eq!(table, json(&format!("{NOTEBOOK} --format json")));
    let other = json("run --format json udl-5x8 --seed 5");
    assert_eq!(other["parameters"]["width"], 8);
    assert_eq!(other["parameters"]["seed"], 5);
    assert_ne!(other["rows"], table["rows"]);
    assert!(printed("run udl-50x80 --help").contains("[default: notebook]"));
}

#[test]
fn every_run_of_the_list_has_a_chapter() {
    let list = printed("run --list");
    assert!(list.lines().count() > 40, "{list}");
    for line in list.lines() {
        let mut words = line.split_whitespace();
        let (name, chapter) = (words.next(), words.next());
        let chapter = chapter.map(|chapter| format!("book/src/{chapter}.md"));
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let file = root.join(chapter.expect("a run has a chapter"));
        assert!(file.exists(), "{name:?} is of {}", file.display());
    }
}

#[test]
fn a_network_that_dies_says_so() {
    let text = printed("run deep-signal --width 2 --depth 20 --seed 3");
    assert!(text.contains("all_units_off_from_layer 2"), "{text}");
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
    let back = json("run spread --pass backward --networks 20 --depth 4 --width 6 --format json");
    assert_eq!(back["rows"].as_array().expect("rows").len(), 3);
    let digits = json("run digits --format json");
    assert_eq!(digits["rows"][1][1], 10_000);
    let rules = json("run udl-rules --depth 3 --width 4 --format json");
    assert_eq!(rules["rows"].as_array().expect("rows").len(), 3);
    let sweep = json("run udl-sweep --seeds 2 --depth 3 --width 8 --format json");
    assert_eq!(
        sweep["columns"].as_array().expect("columns").len(),
        3 + 2 * 2
    );
    let response = json("run udl-response --depth 3 --width 8 --format json");
    assert_eq!(response["rows"].as_array().expect("rows").len(), 3);
}

#[test]
fn initializers_are_listed_and_measured_by_name() {
    let list = json("run initializers --format json");
    assert_eq!(
        list["columns"],
        serde_json::json!(["name", "formula", "options", "source"])
    );
    let he = json(
        "run initializer --name he --law truncated-normal --fan-in 64 --fan-out 32 --seed 1 --format json",
    );
    assert_eq!(he["parameters"]["law"], "truncated-normal");
    let number = |row: usize, column: usize| he["rows"][row][column].as_f64().expect("a number");
    assert_eq!(he["rows"][1][0], "variance");
    assert!(
        number(1, 3) <= number(1, 2) && number(1, 2) <= number(1, 4),
        "{he}"
    );
}

/// A column of a table.
fn numbers(table: &Value, column: &str) -> Vec<f64> {
    let columns = table["columns"].as_array().expect("columns");
    let index = columns.iter().position(|name| name == column);
    let index = index.unwrap_or_else(|| panic!("no column {column} in {columns:?}"));
    let rows = table["rows"].as_array().expect("rows");
    rows.iter()
        .map(|row| row[index].as_f64().expect("a number"))
        .collect()
}

#[test]
fn ten_initializers_run_repaired_and_as_written() {
    let sizes = "run ten-initializers --epochs 2 --width 8 --points 20 --seed 3 --format json";
    let (repaired, written) = (json(sizes), json(&format!("{sizes} --as-written")));
    assert_eq!(repaired["parameters"]["version"], "repaired");
    assert_eq!(written["parameters"]["version"], "as written");
    for table in [&repaired, &written] {
        assert_eq!(table["rows"].as_array().expect("rows").len(), 10 * 2 * 6);
    }
    assert_ne!(
        numbers(&repaired, "backward_std"),
        numbers(&written, "backward_std")
    );
    let histograms = json(
        "run ten-histograms --epochs 2 --width 8 --points 20 --epoch 1 --bins 5 --format json",
    );
    let counted: f64 = numbers(&histograms, "count").iter().sum();
    assert_eq!(counted, 10.0 * 12.0 * 8.0 * 20.0);
}

#[test]
fn the_laws_behind_the_ten_names_and_the_repairs_are_printed() {
    let laws = json("run ten-weights --width 20 --seed 2 --format json");
    assert_eq!(laws["rows"].as_array().expect("rows").len(), 9);
    assert!((numbers(&laws, "share")[4] - 1.0 / 3.0).abs() < 1e-12);
    let repairs = json("run ten-repairs --initializer lecun_uniform --format json");
    assert_eq!(repairs["parameters"]["initializer"], "lecun_uniform");
    assert_eq!(
        numbers(&repairs, "repaired"),
        [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    );
}

#[test]
fn from_seed_seven_the_notebooks_xavier_network_has_gradients_in_all_epochs() {
    let table = json("run ten-initializers --as-written --seed 7 --format json");
    let gradients = numbers(&table, "backward_rms");
    let rows = table["rows"].as_array().expect("rows");
    let mut later: Vec<(&str, u64)> = rows
        .iter()
        .zip(gradients)
        .filter(|(row, gradient)| row[1] != 0 && *gradient != 0.0)
        .map(|(row, _)| (row[0].as_str().unwrap(), row[1].as_u64().unwrap()))
        .collect();
    later.dedup();
    assert_eq!(later, [1, 2, 3, 4].map(|epoch| ("xavier_uniform", epoch)));
}

#[test]
fn the_gradient_is_printed_for_every_layer() {
    let table = json("run gradient-depth --networks 2 --depth 5 --width 9 --format json");
    assert_eq!(numbers(&table, "layer"), [1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!(numbers(&table, "relu_expected"), [1.0; 5]);
}

#[test]
fn the_spirals_nets_are_recorded_every_so_many_steps_and_at_the_last() {
    let run = |more: &str| {
        json(&format!(
            "run vanishing-gradient --iterations 25 --every 10 --width 6 --points 9 --format json{more}"
        ))
    };
    let table = run("");
    let columns = [
        "step",
        "sigmoid_loss",
        "relu_loss",
        "sigmoid_gradient_1",
        "sigmoid_gradient_2",
        "relu_gradient_1",
        "relu_gradient_2",
        "sigmoid_neuron_1",
        "sigmoid_neuron_2",
        "relu_neuron_1",
        "relu_neuron_2",
    ];
    assert_eq!(table["columns"], serde_json::json!(columns));
    assert_eq!(numbers(&table, "step"), [0.0, 10.0, 20.0, 24.0]);
    let accuracy = table["summary"]["relu_accuracy"]
        .as_f64()
        .expect("a number");
    assert!((0.0..=1.0).contains(&accuracy), "{accuracy}");

    // A 6 x 6 matrix: the notebook divides by 12, not by 36.
    let [right, written] =
        ["", " --as-written"].map(|more| numbers(&run(more), "relu_gradient_2")[0]);
    assert!((written / right - 3.0).abs() < 1e-12, "{written} {right}");
    assert_ne!(
        numbers(&run(" --weights lecun"), "relu_loss"),
        numbers(&table, "relu_loss")
    );

    let grid = json(
        "run spiral-boundaries --iterations 3 --width 6 --points 9 --resolution 4 --format json",
    );
    assert_eq!(grid["rows"].as_array().expect("rows").len(), 16);
}

#[test]
fn digits_are_learned_under_the_configurations_that_are_named() {
    let table = json(
        "run mnist --configuration he-relu,lecun-tanh --seed 5 --seeds 2 --iterations 30 --every 20 --format json",
    );
    assert_eq!(table["parameters"]["configurations"], "he-relu lecun-tanh");
    assert_eq!(numbers(&table, "iteration"), [20.0, 30.0, 20.0, 30.0]);
    for seed in ["seed_5", "seed_6"] {
        // Chance is ten percent, and thirty steps are enough to be far from it.
        assert!(
            numbers(&table, seed)
                .iter()
                .all(|accuracy| *accuracy > 50.0)
        );
    }
    let table = json(
        "run mnist-depth --layers 1,2 --seeds 1 --iterations 3 --width 7 --rate 0.1 --format json",
    );
    assert_eq!(numbers(&table, "layers"), [1.0, 2.0].repeat(6));
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
fn what_cannot_be_computed_is_said_in_one_line() {
    let output = press(&["run", "symmetry", "--steps", "40", "--rate", "1e300"]);
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.starts_with("error: symmetry: "), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
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
        "deep-signal, deep-gradient, ensemble, spread",
    ),
    (
        "run deep-signals",
        "deep-signals",
        "deep-signal, deep-gradient, ensemble, spread",
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
        "run deep-signal --weights 0",
        "`0`",
        "positive finite number",
    ),
    (
        "run deep-signal --weights -1",
        "`-1`",
        "positive finite number",
    ),
    (
        "run deep-signal --weights NaN",
        "`NaN`",
        "positive finite number",
    ),
    (
        "run deep-signal --weights inf",
        "`inf`",
        "positive finite number",
    ),
    (
        "run deep-signal --weights -inf",
        "`-inf`",
        "positive finite number",
    ),
    (
        "run deep-signal --weights 1e999",
        "`1e999`",
        "rounds to infinity",
    ),
    (
        "run deep-signal --weights 1e-400",
        "`1e-400`",
        "rounds to 0",
    ),
    (
        "run deep-signal --weights 2/m",
        "`2/m`",
        "over the fan-in as in 2/n",
    ),
    (
        "run deep-signal --weights 0/n",
        "`0/n`",
        "positive finite number",
    ),
    (
        "run deep-signal --weights orthogonal",
        "`orthogonal`",
        "he-fan-out, or another rule of normal weights",
    ),
    ("run deep-signal --data stale", "`stale`", "fresh, notebook"),
    ("run udl-5x9", "`udl-5x9`", "udl-5x8"),
    ("run udl-5x8 --layers 5", "--layers", "--depth"),
    ("run deep-gradient --data notebook", "--data", "--weights"),
    ("run deep-signal --format xml", "`xml`", "table, csv, json"),
    ("run deep-signal --seed 1 --seed 2", "--seed", "twice"),
    ("run float-range --weights 1", "--weights", "--depth"),
    ("run initializer", "`run initializer` needs", "--name"),
    ("run initializer --name hi", "`hi`", "xavier"),
    (
        "run initializer --name he --law cauchy",
        "`cauchy`",
        "uniform",
    ),
    ("run initializers --seed 3", "--seed", "--format"),
    ("run gains --activation cube", "`cube`", "gelu"),
    (
        "run symmetry --rate -1",
        "--rate is `-1`",
        "positive finite number",
    ),
    ("run activations --reach 0", "--reach is `0`", "from 1 to"),
    (
        "run initializer --name he --fan-in 0",
        "--fan-in is `0`",
        "1 or more",
    ),
    (
        "run initializer --name orthogonal --gain -1",
        "--gain is `-1`",
        "positive finite number",
    ),
    (
        "run initializer --name orthogonal --gain NaN",
        "--gain is `NaN`",
        "positive finite number",
    ),
    (
        "run initializer --name he --law truncated-normal --cut 0",
        "--cut is `0`",
        "positive finite number",
    ),
    (
        "run initializer --name sparse --sparsity 1.5",
        "1.5",
        "sparsity must be at least 0",
    ),
    (
        "run initializer --name he --groups 3",
        "3 do not divide 512 and 256",
        "groups must divide",
    ),
    (
        "run initializer --name he --sparsity 0.5",
        "he takes no sparsity",
        "it takes law, cut, fan",
    ),
    (
        "run ten-initializers --seed 4294967296",
        "--seed is `4294967296`",
        "from 0 to 4294967295",
    ),
    (
        "run ten-initializers --epochs 0",
        "--epochs is `0`",
        "1 or more",
    ),
    (
        "run ten-initializers --points 1000000000",
        "numbers in memory",
        "at most 1e9",
    ),
    (
        "run ten-repairs --initializer he",
        "--initializer is `he`",
        "he_normal",
    ),
    (
        "run ten-histograms --epoch 5",
        "--epoch is `5`",
        "from 0 to 0",
    ),
    (
        "run vanishing-gradient --iterations 0",
        "--iterations is `0`",
        "1 or more",
    ),
    (
        "run vanishing-gradient --every 0",
        "--every is `0`",
        "1 or more",
    ),
    (
        "run vanishing-gradient --weights 1/sqrt(n)",
        "--weights is `1/sqrt(n)`",
        "over the fan-in as in 1/n",
    ),
    (
        "run vanishing-gradient --iterations 1000000000000",
        "numbers in memory",
        "at most 1e9",
    ),
    (
        "run spiral-boundaries --resolution 1",
        "--resolution is `1`",
        "2 or more",
    ),
    (
        "run mnist --configuration he-tanh",
        "--configuration is `he-tanh`",
        "he-relu",
    ),
    ("run mnist --seeds 0", "--seeds is `0`", "1 or more"),
    (
        "run mnist --iterations many",
        "--iterations is `many`",
        "1 or more",
    ),
    ("run mnist --as-written", "--as-written", "--configuration"),
    (
        "run mnist-depth --layers 2,0",
        "--layers is `0`",
        "1 or more",
    ),
    (
        "run mnist-depth --rate 0",
        "--rate is `0`",
        "positive finite number",
    ),
    (
        "run tanh-depth --networks 0",
        "--networks is `0`",
        "1 or more",
    ),
    ("run spread --networks 0", "--networks is `0`", "1 or more"),
    ("run udl-rules --depth 1", "--depth is `1`", "2 or more"),
    ("run udl-sweep --depth 501", "--depth is `501`", "2 to 500"),
    ("run udl-response --width 7", "--width is `7`", "8 or more"),
    (
        "run gains --activation gello",
        "--activation is `gello`",
        "gelu_tanh",
    ),
    ("mutants --only nobody", "`nobody`", "he-factor-1.9"),
    (
        "run deep_signal",
        "`deep_signal`",
        "did you mean `deep-signal`?",
    ),
    ("runn", "`runn`", "did you mean `run`?"),
    (
        "run initializer --name kaiming",
        "`kaiming`",
        "did you mean `he`?",
    ),
    (
        "run initializer --name Glorot",
        "`Glorot`",
        "did you mean `xavier`?",
    ),
    (
        "run gains --activation RELU",
        "`RELU`",
        "did you mean `relu`?",
    ),
    (
        "run gains --activation swish",
        "`swish`",
        "did you mean `silu`?",
    ),
    (
        "run spread --network 3",
        "`--network`",
        "did you mean `--networks`?",
    ),
    (
        "test forward",
        "no chapter `forward` (did you mean `forward.md`?)",
        "gains.md, testing.md",
    ),
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
fn the_folder_of_another_book_is_not_the_project() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    std::fs::write(elsewhere.path().join("book.toml"), "[book]\n").expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_press"))
        .arg("build")
        .current_dir(&elsewhere)
        .env_remove("CARGO_MANIFEST_DIR")
        .output()
        .expect("the press starts");
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.contains("is another book's"), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
}

/// What no library computes is one line, and no panic.
#[test]
fn numbers_at_the_end_of_the_floats_end_in_one_line() {
    for arguments in [
        "run initializer --name uniform --bound 1e308",
        "run initializer --name truncated-normal --std-dev 1e-200 --cut 1e-200",
        "run initializer --name siren-hidden --omega 1e-200",
    ] {
        let output = press(&arguments.split(' ').collect::<Vec<_>>());
        let message = String::from_utf8_lossy(&output.stderr);
        assert_ne!(output.status.code(), Some(101), "{arguments}: {message}");
        assert!(message.lines().count() <= 1, "{arguments}: {message}");
    }
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

#[cfg(unix)]
#[test]
fn arguments_need_not_be_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    for before in [
        &[][..],
        &["run"],
        &["test"],
        &["run", "gains", "--activation"],
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_press"))
            .args(before)
            .arg(OsStr::from_bytes(b"\xff"))
            .output()
            .expect("the press starts");
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{before:?}: {message}");
        assert_eq!(message.lines().count(), 1, "{before:?}: {message}");
    }
}

#[test]
fn a_gain_is_printed_for_one_activation_or_for_all_eighteen() {
    let table = json("run gains --activation gelu --format json");
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
    assert_eq!(printed("run gains --format csv").lines().count(), 19);
}
