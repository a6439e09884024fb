//! The book's table, written and read back.

use super::*;

/// What the book's table says, row by row: the recipe and its six calls.
pub(super) const TABLE: [[&str; 6]; 13] = [
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

#[test]
fn what_a_library_means_anyway_is_not_written() {
    let fans = Fans::new(30, 50);
    let written = |recipe: Recipe| calls(recipe, fans).map(Option::unwrap_or_default);
    assert_eq!(
        written(Recipe::Orthogonal { gain: 1.0 }),
        [
            "Orthogonal::new(1.0)",
            "nn.init.orthogonal_(w)",
            "orthogonal()",
            "Orthogonal()",
            "Orthogonal { gain: 1.0 }",
            "",
        ]
    );
    // Keras cuts at two standard deviations from the mean.
    let around_one = Recipe::TruncatedNormal {
        mean: 1.0,
        std_dev: 0.5,
        low: 0.0,
        high: 2.0,
    };
    assert_eq!(
        written(around_one),
        [
            "TruncatedNormal::new(1.0, 0.5, 0.0, 2.0)",
            "nn.init.trunc_normal_(w, 1.0, 0.5, 0.0, 2.0)",
            "",
            "TruncatedNormal(1.0, 0.5)",
            "",
            "",
        ]
    );
}

#[test]
fn a_library_is_shown_by_its_name() {
    let names = Library::ALL.map(|library| library.to_string());
    let expected = ["unit-variance", "PyTorch", "JAX", "Keras", "Burn", "Candle"];
    assert_eq!(names, expected);
    assert_eq!(format!("{:>6}", Library::Jax), "   JAX");
}

#[test]
fn of_every_other_library_the_commit_is_named_that_was_read() {
    let is_commit = |word: &str| word.len() == 7 && word.chars().all(|c| c.is_ascii_hexdigit());
    for library in Library::ALL {
        let version = library.version();
        let mut words = version.split(|c: char| !c.is_alphanumeric());
        let names_one = words.any(is_commit);
        assert_eq!(names_one, library != Library::UnitVariance, "{version}");
    }
    assert_eq!(Library::UnitVariance.version(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn a_bound_whose_square_leaves_the_range_has_no_call_in_jax() {
    for (bound, call) in [
        (3.0, "variance_scaling(900.0, 'fan_in', 'uniform')"),
        (1e-170, ""),
        (1e-160, ""), // a subnormal square has lost digits
        (1e170, ""),
    ] {
        let uniform = Recipe::Uniform {
            low: -bound,
            high: bound,
        };
        let written = calls(uniform, Fans::new(300, 50));
        assert_eq!(written[2].clone().unwrap_or_default(), call);
    }
}
