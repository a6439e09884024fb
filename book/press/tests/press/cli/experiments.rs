//! `run` with each of the other experiments.

use std::path::Path;

use super::{NOTEBOOK, json, numbers, printed};

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

#[test]
fn a_call_is_converted_and_so_is_a_number() {
    let table = json("run convert --call HeNormal() --fan-in 200 --format json");
    let call = |row: usize| table["rows"][row][8].as_str().expect("a text").to_owned();
    assert_eq!(call(0), "VarianceScaling::he(Law::TRUNCATED_NORMAL)");
    assert!(call(1).starts_with("nn.init.trunc_normal_(w, 0.0, 0.1136847"));
    assert_eq!(
        (call(2).as_str(), call(5).as_str()),
        ("he_normal()", "none")
    );
    let text = printed("run convert --gain math.sqrt(2) --fan average --law uniform");
    assert!(
        text.contains("nn.init.xavier_uniform_(w, gain=math.sqrt(2))"),
        "{text}"
    );
}
