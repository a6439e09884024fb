//! `run deep-signal`, which repeats the notebook's run to the digit.

use serde_json::Value;

use super::{NOTEBOOK, json, printed, three_decimals};

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
fn a_network_that_dies_says_so() {
    let text = printed("run deep-signal --width 2 --depth 20 --seed 3");
    assert!(text.contains("all_units_off_from_layer 2"), "{text}");
}
