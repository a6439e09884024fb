//! Input that is refused, in one line that says what was given and what is accepted.

use std::process::Command;

use super::{press, refused};

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
    ("run convert --call he_norm()", "he_norm()", "he_uniform"),
    (
        "run convert --gain -1",
        "--gain is `-1`",
        "positive finite number",
    ),
    ("run convert --gain √2", "--gain is `√2`", "math.sqrt(2)"),
    ("run convert --bound 1", "no bound", "a law that ends"),
    ("run convert --gain 1 --scale 1", "one of", "--before-cut"),
    ("run convert --law cauchy", "`cauchy`", "truncated-normal:3"),
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
fn what_cannot_be_computed_is_said_in_one_line() {
    let output = press(&["run", "symmetry", "--steps", "40", "--rate", "1e300"]);
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.starts_with("error: symmetry: "), "{message}");
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
