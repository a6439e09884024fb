//! What calls say, however they are written.

use super::*;

/// Each text is read as this recipe, and not as another of the same numbers.
fn assert_read(cases: &[(&str, Recipe)]) {
    let fans = Fans::new(30, 50);
    for (text, expected) in cases {
        let found = read(text);
        assert_is(found, *expected, fans, text);
        let kind = |recipe| std::mem::discriminant(recipe);
        assert_eq!(kind(&found), kind(expected), "{text}");
    }
}

#[test]
fn he_is_known_in_all_ways_of_writing_it() {
    let he = |law| Recipe::from(VarianceScaling::he(law));
    assert_read(&[
        ("torch.nn.init.kaiming_normal_(m.weight)", he(Law::Normal)),
        (
            "nn.init.kaiming_normal_(w, mode='fan_in', nonlinearity=\"relu\")",
            he(Law::Normal),
        ),
        ("init.kaiming_normal(w)", he(Law::Normal)),
        (
            "nn.init.kaiming_normal_(w, 0, 'fan_in', 'relu');",
            he(Law::Normal),
        ),
        ("jax.nn.initializers.he_normal()", he(Law::TRUNCATED_NORMAL)),
        (
            "jax.nn.initializers.variance_scaling(2.0, \"fan_in\", \"truncated_normal\")",
            he(Law::TRUNCATED_NORMAL),
        ),
        (
            "nn.initializers.kaiming_normal(in_axis=-2, dtype=jnp.float32)",
            he(Law::TRUNCATED_NORMAL),
        ),
        (
            "variance_scaling(scale=2, mode='fan_in', distribution='normal')",
            he(Law::Normal),
        ),
        ("HeNormal()", he(Law::TRUNCATED_NORMAL)),
        ("'he_normal'", he(Law::TRUNCATED_NORMAL)),
        (
            "tf.keras.initializers.HeNormal(seed=42)",
            he(Law::TRUNCATED_NORMAL),
        ),
        (
            "keras.initializers.VarianceScaling(scale=2.0, distribution='normal')",
            he(Law::TRUNCATED_NORMAL),
        ),
        (
            "Initializer::KaimingNormal { gain: f64::sqrt(2.0), fan_out_only: false }",
            he(Law::Normal),
        ),
        (
            "KaimingNormal{gain:2.0_f64.sqrt(),fan_out_only:false,}",
            he(Law::Normal),
        ),
        ("candle_nn::init::DEFAULT_KAIMING_UNIFORM", he(Law::Uniform)),
        (
            "Init::Kaiming { dist: NormalOrUniform::Normal, fan: FanInOut::FanIn, non_linearity: NonLinearity::ExplicitGain(2f64.sqrt()) }",
            he(Law::Normal),
        ),
        ("he/uniform", he(Law::Uniform)),
        (
            "VarianceScaling::with_gain(2f64.sqrt(), Fan::In, Law::Uniform)",
            he(Law::Uniform),
        ),
    ]);
}

#[test]
fn numbers_are_computed_as_they_are_written() {
    assert_read(&[
        (
            "nn.init.xavier_normal_(w, gain=nn.init.calculate_gain('relu'))",
            VarianceScaling::new(2.0, Fan::Average, Law::Normal).into(),
        ),
        (
            "nn.init.xavier_uniform_(w, nn.init.calculate_gain('leaky_relu', 0.2))",
            VarianceScaling::new(2.0 / 1.04, Fan::Average, Law::Uniform).into(),
        ),
        (
            "KaimingUniform { gain: 1.0, fan_out_only: false }",
            VarianceScaling::lecun(Law::Uniform).into(),
        ),
        (
            "normal:0.02",
            Recipe::Normal {
                mean: 0.0,
                std_dev: 0.02,
            },
        ),
        (
            "nn.init.normal_(w, std=0.02 / math.sqrt(2 * 12))",
            Recipe::Normal {
                mean: 0.0,
                std_dev: 0.02 / 24_f64.sqrt(),
            },
        ),
        (
            "nn.init.normal_(w, std=10 ** -2)",
            Recipe::Normal {
                mean: 0.0,
                std_dev: 0.01,
            },
        ),
        (
            "nn.init.normal_(w, std=(1 + 3) * 2.5e-1 - .5)",
            Recipe::Normal {
                mean: 0.0,
                std_dev: 0.5,
            },
        ),
        ("orthogonal(scale=2)", Recipe::Orthogonal { gain: 2.0 }),
        (
            "uniform(0.1)",
            Recipe::Uniform {
                low: 0.0,
                high: 0.1,
            },
        ),
    ]);
}

#[test]
fn the_traps_of_one_name_are_two_recipes() {
    let fans = Fans::new(100, 50);
    let ratio = |a: &str, b: &str| read(a).variance(fans) / read(b).variance(fans);
    // What is cut and not scaled back.
    let cut = ratio(
        "truncated_normal(0.1)",
        "variance_scaling(1.0, 'fan_in', 'truncated_normal')",
    );
    assert!((cut - 0.773_741_303_549_923_2).abs() < 1e-12);
    // Absolute cuts of ±2 cut nothing off a law of 0.02.
    let far = ratio(
        "nn.init.trunc_normal_(w, std=0.02)",
        "nn.init.normal_(w, std=0.02)",
    );
    assert!((far - 1.0).abs() < 1e-14);
    // One word is two laws.
    assert_eq!(
        read("variance_scaling(1.0, 'fan_in', 'normal')").bound(fans),
        f64::INFINITY
    );
    assert!(read("keras.initializers.variance_scaling(1.0, 'fan_in', 'normal')").bound(fans) < 1.0);
    // From 0 on, not around it.
    assert_eq!(read("uniform(0.1)").mean(), 0.05);
    // A gain of two is a scale of four.
    assert_eq!(
        ratio(
            "XavierNormal { gain: 2.0 }",
            "VarianceScaling(2.0, 'fan_avg')"
        ),
        2.0
    );
}

#[test]
fn pytorch_has_no_kaiming_above_the_gain_of_relu() {
    let fans = Fans::new(256, 64);
    let torch = |gain: f64| {
        let rule = VarianceScaling::with_gain(gain, Fan::In, Law::Normal);
        Library::PyTorch
            .call(rule.into(), fans)
            .expect("a call")
            .to_string()
    };
    assert_eq!(
        torch(SQRT_2),
        "nn.init.kaiming_normal_(w, nonlinearity='relu')"
    );
    assert_eq!(
        torch(5.0 / 3.0),
        "nn.init.kaiming_normal_(w, nonlinearity='tanh')"
    );
    assert_eq!(
        torch(0.75),
        "nn.init.kaiming_normal_(w, nonlinearity='selu')"
    );
    assert_eq!(
        torch(1.3),
        "nn.init.kaiming_normal_(w, a=0.4282895663715399)"
    );
    assert_eq!(torch(1.6), "nn.init.normal_(w, 0.0, 0.1)");
    assert_eq!(torch(0.5), "nn.init.kaiming_normal_(w, a=math.sqrt(7))");
}

#[test]
fn a_call_that_states_numbers_does_not_follow_the_fans() {
    let fans = Fans::new(64, 64);
    let of = |text: &str, library: Library| {
        let call = library.call(read(text), fans).expect("a call");
        (call.to_string(), call.follows_fans())
    };
    let xavier = "VarianceScaling::xavier(Law::Normal)";
    assert_eq!(
        of(xavier, Library::Burn),
        ("XavierNormal { gain: 1.0 }".into(), true)
    );
    assert_eq!(
        of(xavier, Library::Candle),
        ("Randn { mean: 0.0, stdev: 0.125 }".into(), false)
    );
    let geometric = "VarianceScaling::new(1.0, Fan::GeometricAverage, Law::Uniform)";
    assert_eq!(
        of(geometric, Library::Jax).0,
        "variance_scaling(1.0, 'fan_geo_avg', 'uniform')"
    );
    assert!(!of(geometric, Library::Keras).1);
    let narrow = "VarianceScaling::new(1.0, Fan::In, Law::TruncatedNormal { cut: 3.0 })";
    assert_eq!(
        of(narrow, Library::Jax).0,
        "truncated_normal(0.12670052470527587, lower=-3.0, upper=3.0)"
    );
    assert_eq!(Library::Keras.call(read(narrow), fans), None);
    assert_eq!(Library::Jax.call(read("Normal::new(1.0, 0.5)"), fans), None);
    assert_eq!(
        Library::Jax.call(read("Uniform::new(-0.1, 0.3)"), fans),
        None
    );
    assert_eq!(
        of(
            "TruncatedNormal::new(0.0, 1.0, 0.0, f64::INFINITY)",
            Library::PyTorch
        )
        .0,
        "nn.init.trunc_normal_(w, 0.0, 1.0, 0.0, math.inf)"
    );
}

#[test]
fn what_is_not_given_is_what_the_library_means() {
    assert_read(&[
        (
            "kaiming_normal_(w)",
            VarianceScaling::he(Law::Normal).into(),
        ),
        (
            "RandomNormal()",
            Recipe::Normal {
                mean: 0.0,
                std_dev: 0.05,
            },
        ),
        (
            "RandomUniform()",
            Recipe::Uniform {
                low: -0.05,
                high: 0.05,
            },
        ),
        (
            "Kaiming { dist: Normal, fan: FanIn, non_linearity: Tanh }",
            VarianceScaling::new(25.0 / 9.0, Fan::In, Law::Normal).into(),
        ),
        (
            "Kaiming { dist: Uniform, fan: FanOut, non_linearity: SELU }",
            VarianceScaling::new(9.0 / 16.0, Fan::Out, Law::Uniform).into(),
        ),
        (
            "TruncatedNormal::with_cut(1.0, 0.5, 3.0)",
            Recipe::TruncatedNormal {
                mean: 1.0,
                std_dev: 0.5,
                low: -0.5,
                high: 2.5,
            },
        ),
        (
            "truncated-normal:0.5:3",
            Recipe::TruncatedNormal {
                mean: 0.0,
                std_dev: 0.5,
                low: -1.5,
                high: 1.5,
            },
        ),
    ]);
}

#[test]
fn a_text_that_is_a_number_is_computed() {
    for (text, expected) in [
        ("0.02 / math.sqrt(2 * 8)", 0.005),
        ("--1", 1.0),
        ("2 - -+-3", -1.0),
        ("-(1 - 3) ** 2", -4.0),
        ("1_000.0 * 1e-2", 10.0),
        ("nn.init.calculate_gain('tanh')", 5.0 / 3.0),
    ] {
        assert_eq!(number(text), Ok(expected), "{text}");
    }
    for (text, expected) in [
        ("0 / 0", "a number, not a quotient of zeros"),
        ("w", "cannot be read from `w` on: there should be a number"),
        ("1e", "cannot be read from `e` on: there should be the end"),
    ] {
        let refused = number(text).expect_err(text).to_string();
        assert!(refused.contains(expected), "{text}: {refused}");
    }
}

#[test]
fn twenty_four_values_within_one_another_are_read() {
    let nested = |depth: usize| {
        let (open, close) = ("(".repeat(depth - 1), ")".repeat(depth - 1));
        number(&format!("{open}1{close}"))
    };
    let powers = |depth: usize| number(&format!("{}1", "1 ** ".repeat(depth - 1)));
    assert_eq!((nested(24), powers(24)), (Ok(1.0), Ok(1.0)));
    assert!(nested(25).is_err() && powers(25).is_err());
    // Side by side there may be more.
    let sum = |term: &str| number(&[term; 100].join(" + "));
    assert_eq!((sum("(1)"), sum("1 ** 1")), (Ok(100.0), Ok(100.0)));
}
