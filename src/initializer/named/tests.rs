use super::*;
use crate::probability::Streams;
use proptest::prelude::*;

fn named(text: &str) -> Named {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_name_is_its_presets() {
    let law = Law::TruncatedNormal { cut: 3.0 };
    for (text, rule) in [
        ("lecun", VarianceScaling::lecun(Law::Normal)),
        ("lecun/normal", VarianceScaling::lecun(Law::Normal)),
        ("xavier/uniform", VarianceScaling::xavier(Law::Uniform)),
        (
            "he/truncated-normal",
            VarianceScaling::he(Law::TRUNCATED_NORMAL),
        ),
        (
            "he-fan-out/truncated-normal:3",
            VarianceScaling::he(law).on(Fan::Out),
        ),
        ("2/n", VarianceScaling::he(Law::Normal)),
        ("2/fan-out", VarianceScaling::he(Law::Normal).on(Fan::Out)),
        (
            "0.5/n/uniform",
            VarianceScaling::new(0.5, Fan::In, Law::Uniform),
        ),
        ("1/fan-avg", VarianceScaling::xavier(Law::Normal)),
        ("pytorch-linear", VarianceScaling::pytorch_linear()),
    ] {
        assert_eq!(named(text), rule.into(), "{text}");
    }
    assert_eq!(named("normal"), Named::Normal { std_dev: 1.0 });
    assert_eq!(named("zeros"), Named::Constant(0.0));
    assert_eq!(named("sparse"), named("sparse:15:1"));
}

#[test]
fn each_known_name_is_read_written_and_draws() {
    for text in NAMES
        .into_iter()
        .chain(["zeros", "he-fan-geo", "3/fan-geo/uniform"])
    {
        let initializer = named(text);
        assert_eq!(named(&initializer.to_string()), initializer, "{text}");
        let weight = initializer.sample((20, 30), &mut Streams::new(1).stream("w"));
        assert!(weight.iter().all(|w| w.is_finite()), "{text}");
    }
}

#[test]
fn weights_have_the_variance_of_the_name() {
    let fans = Fans::new(300, 200);
    for text in NAMES {
        let initializer = named(text);
        let Some(variance) = initializer.variance(fans) else {
            continue;
        };
        let weight = initializer.sample((300, 200), &mut Streams::new(2).stream("w"));
        let measured = weight.iter().map(|w| w * w).sum::<f64>() / weight.len() as f64;
        // 60 000 normal weights: a relative standard error of 0.6 %.
        assert!(
            (measured / variance - 1.0).abs() < 0.06,
            "{text}: {measured}"
        );
    }
}

#[cfg(feature = "serde")]
#[test]
fn a_file_holds_the_name() {
    let text = serde_json::to_string(&named("2/fan-out/uniform")).expect("a text");
    assert_eq!(text, "\"he-fan-out/uniform\"");
    assert_eq!(
        serde_json::from_str::<Named>(&text).expect("a name"),
        named("he-fan-out/uniform")
    );
    let error = serde_json::from_str::<Named>("\"hee\"").unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("no initializer is called `hee`")
    );
}

#[test]
fn what_is_no_name_says_why() {
    for (text, why) in [
        (
            "hee",
            "no initializer is called `hee`: there are lecun, xavier",
        ),
        ("", "no initializer is called ``"),
        ("xavier-fan-in", "no initializer is called `xavier-fan-in`"),
        (
            "he/cauchy",
            "`he/cauchy` has the law `cauchy`: there are normal, uniform",
        ),
        (
            "orthogonal/uniform",
            "no initializer is called `orthogonal/uniform`",
        ),
        (
            "-2/n",
            "`-2/n` has `-2` where a positive finite number is expected",
        ),
        ("2/m", "no initializer is called `2/m`"),
        ("normal:0", "`normal:0` has `0` where a positive"),
        ("normal:NaN", "`normal:NaN` has `NaN` where a positive"),
        (
            "normal:1:2",
            "`normal:1:2` has `2` where the end is expected",
        ),
        ("constant", "`constant` has `` where a finite number"),
        (
            "sparse:0",
            "`sparse:0` has `0` where a number of connections",
        ),
        ("zeros:1", "`zeros:1` has `1` where no number is expected"),
        ("he/truncated-normal:x", "has `x` where a positive"),
    ] {
        let error = text.parse::<Named>().expect_err(text).to_string();
        assert!(error.contains(why), "{error}");
    }
}

proptest! {
    #[test]
    fn a_written_rule_reads_back_to_the_same_bits(
        scale in prop_oneof![Just(1.0), Just(2.0), 1e-300..1e300_f64],
        fan in prop::sample::select(FANS.map(|(_, fan)| fan).to_vec()),
        law in prop_oneof![
            Just(Law::Normal), Just(Law::Uniform), Just(Law::TRUNCATED_NORMAL),
            (0.1..9.0_f64).prop_map(|cut| Law::TruncatedNormal { cut }),
        ],
    ) {
        let rule = Named::from(VarianceScaling::new(scale, fan, law));
        prop_assert_eq!(named(&rule.to_string()), rule);
        let fixed = Named::Variance { variance: scale, law };
        prop_assert_eq!(named(&fixed.to_string()), fixed);
    }
}

#[test]
fn a_name_has_the_standard_deviation_that_it_says() {
    let fans = Fans::new(300, 200);
    for (text, std_dev) in [
        ("he/uniform", (2.0_f64 / 300.0).sqrt()),
        ("10/fan-avg", 0.2),
        ("variance:0.25/uniform", 0.5),
        ("normal:0.02", 0.02),
        ("uniform:3", 3_f64.sqrt()),
        // SciPy's `truncnorm(-2, 2).std()`.
        ("truncated-normal:10:2", 8.796_256_610),
        ("siren-first", 1.0 / (300.0 * 3_f64.sqrt())),
        ("siren-hidden:5", (2.0_f64 / (25.0 * 300.0)).sqrt()),
    ] {
        let name = named(text);
        let found = name.std_dev(fans).expect("independent weights");
        let variance = name.variance(fans).expect("independent weights");
        assert!((found / std_dev - 1.0).abs() < 1e-9, "{text}: {found}");
        let square = std_dev * std_dev;
        assert!((variance / square - 1.0).abs() < 1e-9, "{text}: {variance}");
    }
    for text in [
        "orthogonal",
        "delta-orthogonal",
        "identity",
        "zeros",
        "sparse",
    ] {
        let numbers = (named(text).variance(fans), named(text).std_dev(fans));
        assert_eq!(numbers, (None, None), "{text}");
    }
}

#[test]
fn a_standard_deviation_is_not_lost_with_its_square() {
    let fans = Fans::new(100, 1);
    for (text, std_dev) in [
        ("normal:1e-200", 1e-200),
        ("uniform:3e-200", 3_f64.sqrt() * 1e-200),
        // Cut so near, it is uniform.
        ("truncated-normal:1e-200:1e-9", 1e-209 / 3_f64.sqrt()),
        ("5e-324/n", 0.1 * 5e-324_f64.sqrt()),
    ] {
        let found = named(text).std_dev(fans).expect("independent weights");
        assert!((found / std_dev - 1.0).abs() < 1e-14, "{text}: {found:e}");
    }
}

#[test]
fn the_shortest_name_is_written() {
    for text in [
        "pytorch-linear",
        "he",
        "xavier/uniform",
        "he-fan-out",
        "lecun-fan-geo/truncated-normal:3",
        "3/n",
        "3/fan-avg/uniform",
        "orthogonal",
        "zeros",
    ] {
        assert_eq!(named(text).to_string(), text);
    }
}
