//! Both directions for every row of the book's table, the numbers of drawn weights, and what is no call.

use proptest::prelude::*;

use super::*;
use crate::initializer::{Initializer, Layout, Orthogonal, VarianceScaling};
use crate::probability::{Law, Moments, Streams};

const SQRT_2: f64 = std::f64::consts::SQRT_2;

fn read(text: &str) -> Recipe {
    let call: Call = text.parse().unwrap_or_else(|error| panic!("{error}"));
    call.recipe().expect("what was read is in its range")
}

fn error(text: &str) -> String {
    let call = text.parse::<Call>();
    call.map_or_else(
        |error| error.to_string(),
        |call| panic!("{text} is {call:?}"),
    )
}

fn calls(recipe: Recipe, fans: Fans) -> [Option<String>; 6] {
    Library::ALL.map(|library| library.call(recipe, fans).map(|call| call.to_string()))
}

/// Variances that differ by rounding alone, and the same law.
fn assert_is(found: Recipe, expected: Recipe, fans: Fans, of: &str) {
    for (name, a, b) in [
        ("mean", found.mean(), expected.mean()),
        ("variance", found.variance(fans), expected.variance(fans)),
        ("bound", found.bound(fans), expected.bound(fans)),
    ] {
        assert!(
            a == b || (a - b).abs() <= 1e-13 * b.abs(),
            "{of}: {name} {a:e}, expected {b:e}"
        );
    }
}

/// What the book's table says, row by row: the recipe and its six calls.
const TABLE: [[&str; 6]; 13] = [
    [
        "VarianceScaling::he(Law::Normal)",
        "nn.init.kaiming_normal_(w, nonlinearity='relu')",
        "variance_scaling(2.0, 'fan_in', 'normal')",
        "VarianceScaling(2.0, 'fan_in', 'untruncated_normal')",
        "KaimingNormal { gain: 2_f64.sqrt(), fan_out_only: false }",
        "DEFAULT_KAIMING_NORMAL",
    ],
    [
        "VarianceScaling::he(Law::Uniform)",
        "nn.init.kaiming_uniform_(w, nonlinearity='relu')",
        "he_uniform()",
        "HeUniform()",
        "KaimingUniform { gain: 2_f64.sqrt(), fan_out_only: false }",
        "DEFAULT_KAIMING_UNIFORM",
    ],
    [
        "VarianceScaling::he(Law::TRUNCATED_NORMAL)",
        "nn.init.trunc_normal_(w, 0.0, 0.10048404857174568, -0.20096809714349137, 0.20096809714349137)",
        "he_normal()",
        "HeNormal()",
        "",
        "",
    ],
    [
        "VarianceScaling::new(2.0, Fan::Out, Law::Normal)",
        "nn.init.kaiming_normal_(w, mode='fan_out', nonlinearity='relu')",
        "variance_scaling(2.0, 'fan_out', 'normal')",
        "VarianceScaling(2.0, 'fan_out', 'untruncated_normal')",
        "KaimingNormal { gain: 2_f64.sqrt(), fan_out_only: true }",
        "Kaiming { dist: NormalOrUniform::Normal, fan: FanInOut::FanOut, non_linearity: NonLinearity::ReLU }",
    ],
    [
        "VarianceScaling::lecun(Law::Normal)",
        "nn.init.kaiming_normal_(w, nonlinearity='linear')",
        "variance_scaling(1.0, 'fan_in', 'normal')",
        "VarianceScaling(1.0, 'fan_in', 'untruncated_normal')",
        "KaimingNormal { gain: 1.0, fan_out_only: false }",
        "Kaiming { dist: NormalOrUniform::Normal, fan: FanInOut::FanIn, non_linearity: NonLinearity::Linear }",
    ],
    [
        "VarianceScaling::lecun(Law::TRUNCATED_NORMAL)",
        "nn.init.trunc_normal_(w, 0.0, 0.07105295214615978, -0.14210590429231956, 0.14210590429231956)",
        "lecun_normal()",
        "LecunNormal()",
        "",
        "",
    ],
    [
        "VarianceScaling::xavier(Law::Uniform)",
        "nn.init.xavier_uniform_(w)",
        "glorot_uniform()",
        "GlorotUniform()",
        "XavierUniform { gain: 1.0 }",
        "Uniform { lo: -0.125, up: 0.125 }",
    ],
    [
        "VarianceScaling::new(25.0 / 9.0, Fan::Average, Law::Normal)",
        "nn.init.xavier_normal_(w, gain=5 / 3)",
        "variance_scaling(25 / 9, 'fan_avg', 'normal')",
        "VarianceScaling(25 / 9, 'fan_avg', 'untruncated_normal')",
        "XavierNormal { gain: 5.0 / 3.0 }",
        "Randn { mean: 0.0, stdev: 0.12028130608117203 }",
    ],
    [
        "VarianceScaling::pytorch_linear()",
        "nn.init.kaiming_uniform_(w, a=math.sqrt(5))",
        "variance_scaling(1 / 3, 'fan_in', 'uniform')",
        "VarianceScaling(1 / 3, 'fan_in', 'uniform')",
        "KaimingUniform { gain: (1_f64 / 3.0).sqrt(), fan_out_only: false }",
        "Kaiming { dist: NormalOrUniform::Uniform, fan: FanInOut::FanIn, non_linearity: NonLinearity::ExplicitGain((1_f64 / 3.0).sqrt()) }",
    ],
    [
        "Orthogonal::new(2_f64.sqrt())",
        "nn.init.orthogonal_(w, gain=math.sqrt(2))",
        "orthogonal(math.sqrt(2))",
        "Orthogonal(math.sqrt(2))",
        "Orthogonal { gain: 2_f64.sqrt() }",
        "",
    ],
    [
        "Normal::new(0.0, 0.02)",
        "nn.init.normal_(w, 0.0, 0.02)",
        "normal(0.02)",
        "RandomNormal(0.0, 0.02)",
        "Normal { mean: 0.0, std: 0.02 }",
        "Randn { mean: 0.0, stdev: 0.02 }",
    ],
    [
        "Uniform::new(-0.05, 0.05)",
        "nn.init.uniform_(w, -0.05, 0.05)",
        "variance_scaling(0.21333333333333337, 'fan_in', 'uniform')",
        "RandomUniform(-0.05, 0.05)",
        "Uniform { min: -0.05, max: 0.05 }",
        "Uniform { lo: -0.05, up: 0.05 }",
    ],
    [
        "TruncatedNormal::new(0.0, 0.02, -0.04, 0.04)",
        "nn.init.trunc_normal_(w, 0.0, 0.02, -0.04, 0.04)",
        "truncated_normal(0.02)",
        "TruncatedNormal(0.0, 0.02)",
        "",
        "",
    ],
];

#[test]
fn every_row_of_the_table_is_written_and_read_back() {
    let fans = Fans::new(256, 128);
    for row in TABLE {
        let recipe = read(row[0]);
        for ((library, written), expected) in
            Library::ALL.into_iter().zip(calls(recipe, fans)).zip(row)
        {
            let written = written.unwrap_or_default();
            assert_eq!(written, expected, "{library} of {}", row[0]);
            if !written.is_empty() {
                assert_is(read(&written), recipe, fans, &written);
            }
        }
    }
}

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
    assert!((cut - 0.773_741_303_549_247_7).abs() < 1e-12);
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
fn drawn_weights_have_the_variance_that_is_stated() {
    let (shape, streams) = ((300, 200), Streams::new(5));
    let fans = Fans::dense(shape);
    for row in TABLE {
        let recipe = read(row[0]);
        let initializer = recipe.initializer().expect("in its range");
        let weight = initializer.sample(shape, &mut streams.stream(row[0]));
        let moments: Moments = weight.iter().collect();
        // Six standard errors of the mean square of normal weights.
        let error = moments.variance() / recipe.variance(fans) - 1.0;
        assert!(
            error.abs() < 6.0 * (2.0 / 60_000_f64).sqrt(),
            "{}: {error}",
            row[0]
        );
        let largest = weight.iter().fold(0.0, |m: f64, w| m.max(w.abs()));
        assert!(
            largest <= recipe.bound(fans) * (1.0 + 1e-12),
            "{}: {largest}",
            row[0]
        );
    }
    // The mean of what begins at 0.
    let from_zero = read("uniform(0.1)").initializer().expect("in its range");
    let moments: Moments = from_zero
        .sample(shape, &mut streams.stream("zero"))
        .iter()
        .collect();
    assert!((moments.mean() - 0.05).abs() < 1e-3);
}

#[test]
fn an_orthogonal_matrix_has_the_variance_of_its_longer_side() {
    for shape in [(3, 5), (5, 3), (7, 7)] {
        let weight = Orthogonal::new(2.0).sample(shape, &mut Streams::new(1).stream("w"));
        let mean_square = weight.iter().map(|w| w * w).sum::<f64>() / weight.len() as f64;
        let stated = read("orthogonal(2)").variance(Layout::InOut.fans(&[shape.0, shape.1]));
        assert!((mean_square / stated - 1.0).abs() < 1e-12, "{shape:?}");
    }
}

/// Texts that are no calls, and a part of what is said of them.
const NO_CALLS: &[(&str, &str)] = &[
    (
        "nn.init.kaimin_normal_(w)",
        "was read as a call of PyTorch, which has kaiming_normal_, kaiming_uniform_",
    ),
    (
        "he_norm()",
        "was read as a call of JAX, which has variance_scaling, lecun_normal",
    ),
    (
        "HeNorm()",
        "was read as a call of Keras, which has VarianceScaling, LecunNormal",
    ),
    ("'hee'", "which has VarianceScaling"),
    (
        "HeNormal { gain: 1.0 }",
        "was read as a call of Burn, which has KaimingNormal",
    ),
    (
        "VarianceScaling::hee(Law::Normal)",
        "`VarianceScaling::hee` was read as a call of unit-variance",
    ),
    (
        "nn.init.kaiming_normal_(w, slope=0.1)",
        "takes no argument `slope`: there are tensor, a, mode, nonlinearity, generator",
    ),
    (
        "nn.init.xavier_normal_(w, 1, 2, 3)",
        "takes no argument `3.0`",
    ),
    (
        "nn.init.xavier_normal_(w, 1, gain=2)",
        "takes no argument `gain twice`",
    ),
    (
        "nn.init.normal_(0, 0.02)",
        "has 0.0 for `tensor`, which is the tensor that is filled",
    ),
    ("nn.init.normal_()", "needs the argument `tensor`"),
    (
        "variance_scaling(2.0, 'fan_in')",
        "needs the argument `distribution`",
    ),
    (
        "variance_scaling(2.0, 'fan_sum', 'normal')",
        "has 'fan_sum' for `mode`, which is one of fan_in, fan_out, fan_avg, fan_geo_avg",
    ),
    (
        "VarianceScaling(2.0, 'fan_geo_avg')",
        "one of fan_in, fan_out, fan_avg",
    ),
    (
        "KaimingNormal { gain: 1.0 }",
        "needs the argument `fan_out_only`",
    ),
    (
        "nn.init.kaiming_normal_(w, nonlinearity='gelu')",
        "has 'gelu' for `nonlinearity`, which is one of linear, sigmoid, tanh, relu",
    ),
    (
        "nn.init.xavier_normal_(w, gain=big)",
        "has `big` for `gain`, which is a number",
    ),
    (
        "nn.init.xavier_normal_(w, gain=-1)",
        "`xavier_normal_`: a gain must be a positive finite number whose square is one, but is -1.0",
    ),
    ("XavierNormal { gain: 0.0 }", "a gain must be"),
    (
        "variance_scaling(-2.0, 'fan_in', 'normal')",
        "the scale of a variance must be a positive finite number, but is -2.0",
    ),
    ("variance_scaling(0 / 0, 'fan_in', 'normal')", "but is NaN"),
    ("normal(-0.1)", "a standard deviation must be"),
    ("normal(math.sqrt(-1))", "but is NaN"),
    (
        "uniform(-0.1)",
        "the upper end must be a positive finite number",
    ),
    (
        "nn.init.uniform_(w, 1, -1)",
        "an interval must be finite and go up, but is from 1 to -1",
    ),
    (
        "nn.init.trunc_normal_(w, 0, 1, 2, 1)",
        "an interval must go up",
    ),
    (
        "truncated_normal(1.0, lower=2, upper=-2)",
        "an interval must go up",
    ),
    (
        "Orthogonal(0)",
        "a gain must be a positive finite number, but is 0.0",
    ),
    (
        "VarianceScaling::he(Law::TruncatedNormal { cut: -1.0 })",
        "the cut of a normal law must be a positive finite number",
    ),
    ("Orthogonal::new()", "needs the argument `gain`"),
    ("zeros", "`zeros` is no law that the six libraries share"),
    (
        "3.5",
        "cannot be read from `3.5` on: there should be the name of an initializer",
    ),
    ("", "there should be a name"),
    ("he_normal(", "there should be a name"),
    ("he_normal() + 1", "a number on both sides"),
    (
        "he_normal() x",
        "cannot be read from `x` on: there should be the end",
    ),
    ("nn.init.normal_(w, 0 0)", "`,` or the end of the arguments"),
    ("'he_normal", "a closing quote"),
    ("nn.init.normal_(w, 2.cos())", "`sqrt()`"),
];

#[test]
fn what_is_no_call_is_an_error_that_says_what_is_accepted() {
    for (text, expected) in NO_CALLS {
        let message = error(text);
        assert!(message.contains(expected), "{text}: {message}");
    }
    let deep = format!("normal({}1{})", "(".repeat(500), ")".repeat(500));
    assert!(error(&deep).contains("fewer values within values"));
    let powers = format!("normal({}2)", "2**".repeat(500));
    assert!(error(&powers).contains("fewer values within values"));
}

#[test]
fn a_measure_that_the_law_has_not_is_an_error() {
    let fans = Fans::new(4, 4);
    let rule = |measure: Measure, law| measure.rule(Fan::In, law, fans);
    assert_eq!(
        rule(Measure::Bound(1.0), Law::Normal),
        Err(MeasureError::NoBound)
    );
    assert_eq!(
        rule(Measure::StdDevBeforeCut(1.0), Law::Uniform),
        Err(MeasureError::NoCut)
    );
    for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        for measure in [
            Measure::Scale,
            Measure::Gain,
            Measure::Variance,
            Measure::StdDev,
            Measure::Bound,
            Measure::StdDevBeforeCut,
        ] {
            assert!(
                rule(measure(wrong), Law::TRUNCATED_NORMAL).is_err(),
                "{wrong}"
            );
        }
    }
    let no_cut = Law::TruncatedNormal { cut: -1.0 };
    assert!(rule(Measure::Bound(1.0), no_cut).is_err());
}

/// Any rule: a scale over eight decades, a fan, a law with a cut or without.
fn any_rule() -> impl Strategy<Value = VarianceScaling> {
    let fans = [Fan::In, Fan::Out, Fan::Average, Fan::GeometricAverage];
    let law = prop_oneof![
        Just(Law::Normal),
        Just(Law::Uniform),
        Just(Law::TRUNCATED_NORMAL),
        (0.5..4.0).prop_map(|cut| Law::TruncatedNormal { cut }),
    ];
    let scale = prop_oneof![
        (-4.0..4.0).prop_map(libm::exp10),
        proptest::sample::select(vec![1.0, 2.0, 1.0 / 3.0, 25.0 / 9.0, 0.5625, 2.0 / 1.0001]),
    ];
    (scale, proptest::sample::select(fans.to_vec()), law)
        .prop_map(|(scale, fan, law)| VarianceScaling::new(scale, fan, law))
}

fn any_fans() -> impl Strategy<Value = Fans> {
    (1_usize..5000, 1_usize..5000).prop_map(|(n, m)| Fans::new(n, m))
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(rule in any_rule(), fans in any_fans()) {
        for library in Library::ALL {
            let Some(call) = library.call(rule.into(), fans) else { continue };
            let text = call.to_string();
            let again: Call = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            prop_assert_eq!(again.library(), library);
            assert_is(again.recipe().expect("in its range"), rule.into(), fans, &text);
            // What divides by a fan does so for other fans, too.
            if call.follows_fans() {
                let other = Fans::new(7, 3);
                assert_is(again.recipe().expect("in its range"), rule.into(), other, &text);
            }
        }
    }

    #[test]
    fn laws_without_fans_are_read_back(mean in -2.0..2.0, std_dev in 1e-6..10.0, gain in 1e-3..1e3, fans in any_fans()) {
        for recipe in [
            Recipe::Normal { mean, std_dev },
            Recipe::Normal { mean: 0.0, std_dev },
            Recipe::Uniform { low: mean - std_dev, high: mean + std_dev },
            Recipe::Uniform { low: -std_dev, high: std_dev },
            Recipe::TruncatedNormal { mean: 0.0, std_dev, low: -2.0 * std_dev, high: 2.0 * std_dev },
            Recipe::Orthogonal { gain },
        ] {
            for library in Library::ALL {
                let Some(call) = library.call(recipe, fans) else { continue };
                let again: Call = call.to_string().parse().expect("it was written");
                prop_assert_eq!(again.library(), library);
                assert_is(again.recipe().expect("in its range"), recipe, fans, &call.to_string());
            }
        }
    }

    #[test]
    fn every_measure_of_a_rule_gives_the_rule(rule in any_rule(), fans in any_fans()) {
        let recipe = Recipe::from(rule);
        let mut measures = vec![
            Measure::Scale(rule.scale()),
            Measure::Gain(rule.scale().sqrt()),
            Measure::Variance(rule.variance(fans)),
            Measure::StdDev(rule.std_dev(fans)),
        ];
        measures.extend((rule.law() != Law::Normal).then(|| Measure::Bound(rule.bound(fans))));
        measures.extend(recipe.std_dev_before_cut(fans).map(Measure::StdDevBeforeCut));
        for measure in measures {
            let again = measure.rule(rule.fan(), rule.law(), fans).expect("of its law");
            assert_is(again.into(), recipe, fans, &format!("{measure:?}"));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[a-zA-Z_:.(){}',= 0-9*/+-]{0,60}") {
        let _ = text.parse::<Call>();
    }
}
