//! What is no call, and what a law has not.

use super::*;

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
        "`xavier_normal_`: a gain must be a positive number with a positive finite square, but is -1.0",
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
    (
        "TruncatedNormal::with_cut(0.0, 1.0, 0.0)",
        "a cut must be positive, but is 0.0",
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
    ("-he_normal()", "a number behind the minus before this"),
    (
        "normal(1e)",
        "cannot be read from `e)` on: there should be `,` or the end",
    ),
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
