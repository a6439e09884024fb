use super::*;
use unit_variance::initializer::{Fan, Layout, VarianceScaling};
use unit_variance::probability::Law;

fn named(name: &str) -> Initialization {
    Initialization {
        name: name.into(),
        ..Initialization::default()
    }
}

fn error(run: &Initialization) -> String {
    run.check().expect_err("it cannot be run").to_string()
}

fn with(name: &str, set: impl FnOnce(&mut Initialization)) -> String {
    let mut run = named(name);
    set(&mut run);
    error(&run)
}

/// Every row whose measured value is not accepted.
fn rejected(run: &Initialization) -> Vec<String> {
    let table = run.run(&mut |_| {});
    let [measured, low, high] = ["measured", "low", "high"].map(|column| table.numbers(column));
    (0..table.rows.len())
        .filter(|&i| !(low[i] <= measured[i] && measured[i] <= high[i]))
        .map(|i| format!("{}: {:?}", run.name, table.rows[i]))
        .collect()
}

#[test]
fn every_initializer_of_the_catalogue_draws_what_is_predicted() {
    // At 1e-9 each, for about 18 × 5 × 4 numbers: fails by chance once in three million seeds.
    for (fan_in, fan_out, groups) in [(512, 256, 1), (60, 90, 1), (64, 128, 8), (1, 1, 1)] {
        for entry in catalogue() {
            if entry.name == "delta-orthogonal" && fan_in > fan_out {
                continue;
            }
            let run = Initialization {
                name: entry.name.into(),
                fan_in,
                fan_out,
                groups,
                ..Initialization::default()
            };
            assert_eq!(
                rejected(&run),
                [""; 0],
                "{fan_in} x {fan_out}, {groups} groups"
            );
        }
    }
}

#[test]
fn every_law_and_fan_draws_what_is_predicted() {
    for law in ["normal", "uniform", "truncated-normal"] {
        for fan in ["in", "out", "average", "geometric-average"] {
            let mut run = named("variance-scaling");
            run.options.law = Some(law.into());
            run.options.fan = Some(fan.into());
            run.options.gain = Some(3.0);
            assert_eq!(rejected(&run), [""; 0], "{law}, {fan}");
        }
    }
}

#[test]
fn a_wrong_initializer_is_rejected() {
    let mut wrong = named("he").recipe().expect("he can be run");
    wrong.initializer = Box::new(VarianceScaling::new(1.9, Fan::In, Law::Normal));
    let mut kernel = Array2::zeros((512, 256));
    let mut rng = Streams::new(1).stream("weight");
    wrong
        .initializer
        .fill((&mut kernel).into(), Layout::InOut, &mut rng);
    let measured = Measured::of(&kernel, 0.0);
    let variance = wrong.prediction.rows()[1];
    assert!(measured.quantity("variance") < variance.low, "{variance:?}");
}

#[test]
fn bad_input_is_one_clear_line() {
    assert_eq!(
        with("delta-orthogonal", |_| {}),
        "delta-orthogonal needs as many outputs as inputs, or more, but has 256 and 512"
    );
    assert_eq!(
        with("he", |run| run.fan_in = 0),
        "fan_in and fan_out must be positive, but are 0 and 256"
    );
    assert_eq!(
        with("orthogonal", |run| run.options.gain = Some(-1.0)),
        "gain must be a positive finite number, but is -1"
    );
    assert_eq!(
        with("variance-scaling", |run| run.options.gain = Some(f64::NAN)),
        "gain must be a positive finite number, but is NaN"
    );
    assert_eq!(
        with("truncated-normal", |run| run.options.cut = Some(0.0)),
        "cut must be a positive finite number, but is 0"
    );
    assert_eq!(
        with("sparse", |run| run.options.sparsity = Some(1.5)),
        "sparsity must be at least 0 and leave an output one of its 512 weights, but is 1.5"
    );
    assert_eq!(
        with("sparse", |run| run.options.sparsity = Some(0.9999)),
        "sparsity must be at least 0 and leave an output one of its 512 weights, but is 0.9999"
    );
    assert_eq!(
        with("he", |run| run.groups = 3),
        "groups must divide inputs and outputs, but 3 do not divide 512 and 256"
    );
    assert_eq!(
        with("he", |run| run.options.law = Some("gauss".into())),
        "unknown law `gauss`; there are normal, uniform, truncated-normal"
    );
    assert_eq!(
        with("he", |run| run.options.fan = Some("both".into())),
        "unknown fan `both`; there are in, out, average, geometric-average"
    );
    assert_eq!(
        with("he", |run| run.options.sparsity = Some(0.5)),
        "he takes no sparsity; it takes law, cut, fan"
    );
    assert_eq!(
        with("he", |run| run.options.cut = Some(1.0)),
        "only the law truncated-normal takes a cut"
    );
    assert_eq!(
        with("zeros", |run| run.options.value = Some(1.0)),
        "zeros takes no value; it takes no options"
    );
    assert_eq!(
        with("constant", |run| run.options.value = Some(f64::INFINITY)),
        "value must be finite, but is inf"
    );
    assert_eq!(
        with("he", |run| run.fan_in = 1 << 40),
        "a kernel may have up to 134217728 weights, but 1099511627776 x 256 was asked for"
    );
    assert!(
        error(&named("kaiming"))
            .starts_with("unknown initializer `kaiming`; there are variance-scaling, lecun")
    );
}

/// Every number of the table, where it is not refused.
fn numbers(run: &Initialization) -> Result<Vec<f64>, InitializationError> {
    run.check()?;
    let table = run.run(&mut |_| {});
    let columns = ["predicted", "measured", "low", "high"];
    Ok(columns.iter().flat_map(|c| table.numbers(c)).collect())
}

#[test]
fn odd_numbers_are_refused_by_name_or_give_no_nan() {
    let odd = [
        0.0,
        -1.0,
        5e-324,
        1e-310,
        1e-300,
        1e-200,
        1e-160,
        1e-108,
        1e-20,
        0.5,
        20.0,
        1e9,
        1e103,
        1e154,
        1e160,
        1e200,
        1e300,
        1e308,
        f64::INFINITY,
        f64::NAN,
    ];
    let mut refused = 0;
    for entry in catalogue() {
        for option in entry.options {
            for (i, x) in odd.into_iter().enumerate() {
                let mut run = named(entry.name);
                (run.fan_in, run.fan_out) = [(20, 30), (1, 1)][i % 2];
                let options = &mut run.options;
                match *option {
                    "cut" => options.cut = Some(x),
                    "gain" => options.gain = Some(x),
                    "std-dev" => options.std_dev = Some(x),
                    "bound" => options.bound = Some(x),
                    "value" => options.value = Some(x),
                    "omega" => options.omega = Some(x),
                    "sparsity" => options.sparsity = Some(x),
                    _ => continue,
                }
                if *option == "cut" && entry.options.contains(&"law") {
                    options.law = Some("truncated-normal".into());
                }
                if *option == "cut" && entry.options.contains(&"std-dev") {
                    options.std_dev = Some(odd[(7 * i) % odd.len()]);
                }
                match numbers(&run) {
                    Err(error) => {
                        let named = error.to_string();
                        let other = run.options.std_dev.is_some() && named.contains("std-dev");
                        assert!(named.contains(option) || other, "{run:?}: {named}");
                        refused += 1;
                    }
                    Ok(numbers) => {
                        assert!(numbers.iter().all(|x| !x.is_nan()), "{run:?}: {numbers:?}");
                    }
                }
            }
        }
    }
    assert!(refused > 50);
}

#[test]
fn options_that_leave_the_range_of_floats_are_named() {
    assert_eq!(
        with("uniform", |run| run.options.bound = Some(1e308)),
        "bound must be between 1e-150 and 1e150, but is 1e308"
    );
    assert_eq!(
        with("truncated-normal", |run| {
            (run.options.std_dev, run.options.cut) = (Some(1e-200), Some(1e-200));
        }),
        "the standard deviation of the weights, by std-dev and cut, must be a positive finite number, but is 0"
    );
    assert_eq!(
        with("siren-hidden", |run| run.options.omega = Some(1e-200)),
        "the square of omega must be a positive finite number, but is 0"
    );
    assert_eq!(
        with("normal", |run| run.options.std_dev = Some(1e308)),
        "std-dev must be between 1e-150 and 1e150, but is 1e308"
    );
    assert_eq!(
        with("constant", |run| run.options.value = Some(-1e308)),
        "the size of value must be between 1e-150 and 1e150, but is 1e308"
    );
    assert_eq!(
        with("variance-scaling", |run| run.options.gain = Some(1e200)),
        "a gain must be a positive number with a positive finite square, but is 1e200"
    );
}

#[test]
fn a_law_that_is_cut_far_out_runs_as_the_normal_one() {
    let mut run = named("he");
    let plain = numbers(&run).expect("it runs");
    run.options.law = Some("truncated-normal".into());
    for cut in [30.0, 1e9, 1e103, 1e308] {
        run.options.cut = Some(cut);
        let cut = numbers(&run).expect("it runs");
        let rows = plain.len() / 4;
        assert_eq!(cut[..rows], plain[..rows], "predicted");
        assert_eq!(cut[2 * rows..], plain[2 * rows..], "accepted");
        assert_eq!(rejected(&run), [""; 0]);
    }
}

#[test]
fn the_least_of_one_weight_is_predicted_no_larger_than_the_largest() {
    let mut run = named("he");
    (run.fan_in, run.fan_out) = (1, 1);
    let table = run.run(&mut |_| {});
    let predicted = table.numbers("predicted");
    let [.., min, max] = predicted[..] else {
        panic!("there are rows")
    };
    assert!(min <= max, "{min} and {max}");
}

#[test]
#[should_panic(expected = "unknown initializer `hé`")]
fn an_unknown_name_does_not_run() {
    let _ = named("hé").run(&mut |_| {});
}
