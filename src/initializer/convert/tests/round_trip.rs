//! What is written is read back, for any rule and any fans.

use proptest::prelude::*;

use super::*;

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
