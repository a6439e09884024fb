use super::*;

fn of(multiplier: f64, std_dev: f64, rate: f64) -> Exponents {
    Exponents {
        multiplier,
        std_dev,
        rate,
    }
}

#[test]
fn the_three_forms_are_those_of_the_tables() {
    use MaximalUpdateForm::{DividedReadout, EqualRates, SmallReadout};
    // Factor, standard deviation, rate of gradient descent, rate of Adam; input, hidden, output.
    for (form, layers) in [
        (
            SmallReadout,
            [
                [0.0, 0.0, -1.0, 0.0],
                [0.0, 0.5, 0.0, 1.0],
                [0.0, 1.0, 1.0, 1.0],
            ],
        ),
        (
            DividedReadout,
            [
                [0.0, 0.0, -1.0, 0.0],
                [0.0, 0.5, 0.0, 1.0],
                [1.0, 0.0, -1.0, 0.0],
            ],
        ),
        (
            EqualRates,
            [
                [-0.5, 0.5, 0.0, 0.5],
                [0.0, 0.5, 0.0, 1.0],
                [0.5, 0.5, 0.0, 0.5],
            ],
        ),
    ] {
        for (layer, [a, b, descent, adam]) in LayerRole::ALL.into_iter().zip(layers) {
            let [by_descent, by_adam] = UpdateRule::ALL.map(|rule| form.exponents(layer, rule));
            assert_eq!(by_descent, of(a, b, descent), "{form:?} {layer:?}");
            assert_eq!(by_adam, of(a, b, adam), "{form:?} {layer:?}");
        }
    }
}

#[test]
fn a_layer_is_the_same_under_its_own_shift_and_not_under_the_others() {
    let layer = of(0.5, 0.25, -1.0);
    let [descent, adam] = UpdateRule::ALL;
    for t in [-2.0, 0.5, 1.0] {
        assert!(layer.is_equivalent(layer.shifted(t, descent), descent));
        assert!(layer.is_equivalent(layer.shifted(t, adam), adam));
        assert!(!layer.is_equivalent(layer.shifted(t, adam), descent));
        assert!(!layer.is_equivalent(layer.shifted(t, descent), adam));
    }
    assert!(!layer.is_equivalent(of(0.5, 0.5, -1.0), descent));
}

#[test]
fn the_rounding_of_a_shift_makes_no_other_layer() {
    let layers = Parametrization::ALL.map(|of| {
        LayerRole::ALL.map(|layer| UpdateRule::ALL.map(|rule| (of.exponents(layer, rule), rule)))
    });
    for (layer, rule) in layers.into_iter().flatten().flatten() {
        for t in (-100..=100).map(|k| f64::from(k) / 10.0) {
            // 0.5 − 0.2 + 0.2 is not 0.5 in f64.
            let same = layer.shifted(t, rule);
            assert!(layer.is_equivalent(same, rule), "{layer:?} by {t}");
            let other = Exponents {
                rate: same.rate + 1e-9,
                ..same
            };
            assert!(!layer.is_equivalent(other, rule), "{layer:?} by {t}");
        }
    }
    let endless = of(f64::INFINITY, 0.0, 0.0);
    assert!(!endless.is_equivalent(of(1.0, 0.0, 0.0), UpdateRule::Adam));
}

/// Ten steps of `f = k W² u` on `(f − 1)²/2`, `W` a number: outputs, in one parametrization of that number.
fn outputs(scaling: Scaling, rule: UpdateRule, eta: f64) -> Vec<f64> {
    let mut w = 0.75 * scaling.std_dev;
    let (mut first, mut second) = (0.0, 0.0);
    let step = |t: i32| {
        let output = (scaling.multiplier * w).powi(2);
        let gradient = (output - 1.0) * 2.0 * scaling.multiplier * (scaling.multiplier * w);
        let rate = eta * scaling.rate;
        w -= match rule {
            UpdateRule::GradientDescent => rate * gradient,
            UpdateRule::Adam => {
                first = 0.5 * first + 0.5 * gradient;
                second = 0.75 * second + 0.25 * gradient * gradient;
                let corrected = (1.0 - 0.5_f64.powi(t), 1.0 - 0.75_f64.powi(t));
                rate * (first / corrected.0) / (second / corrected.1).sqrt()
            }
        };
        output
    };
    (1..=10).map(step).collect()
}

#[test]
fn equivalent_layers_train_alike_to_the_bit() {
    for rule in UpdateRule::ALL {
        let start = of(0.0, 0.0, 0.5);
        let plain = outputs(start.at(16.0), rule, 0.5);
        for t in [-1.0, 0.5, 1.0] {
            let same = outputs(start.shifted(t, rule).at(16.0), rule, 0.5);
            assert_eq!(plain, same, "{rule:?} {t}");
            let [descent, adam] = UpdateRule::ALL;
            let other = if rule == descent { adam } else { descent };
            assert_ne!(plain, outputs(start.shifted(t, other).at(16.0), rule, 0.5));
        }
    }
}

#[test]
#[should_panic(expected = "exponents of a width are finite")]
fn an_exponent_that_is_no_number_is_refused() {
    let _ = of(0.5, f64::NAN, 0.0).at(64.0);
}

#[test]
fn names_are_read_and_written() {
    for parametrization in Parametrization::ALL {
        let name = parametrization.to_string();
        assert_eq!(name.parse(), Ok(parametrization));
    }
    let error = "mup".parse::<Parametrization>().expect_err("no name");
    assert!(error.to_string().ends_with("but not \"mup\""), "{error}");
}

#[test]
#[should_panic(expected = "inputs and units, but here are 3 and 0")]
fn no_units_are_refused() {
    let _ = Parametrization::Standard.input_layer(3, 0, UpdateRule::Adam);
}

#[test]
fn the_rounding_of_large_exponents_makes_no_other_layer() {
    for layer in [of(1e6, 0.3, -0.7), of(0.3, -1e6, 0.7), of(0.3, 0.2, 1e9)] {
        for rule in UpdateRule::ALL {
            for t in (-100..=100).map(|k| f64::from(k) / 10.0) {
                let same = layer.shifted(t, rule);
                assert!(layer.is_equivalent(same, rule), "{layer:?} by {t}");
                let other = Exponents {
                    rate: same.rate + 1.0,
                    ..same
                };
                assert!(!layer.is_equivalent(other, rule), "{layer:?} by {t}");
            }
        }
    }
}

#[test]
fn the_root_of_the_inputs_divides_the_weights_or_for_the_neural_tangent_layer_the_factor() {
    for parametrization in Parametrization::ALL {
        for rule in UpdateRule::ALL {
            let [multiplier, std_dev] = match parametrization {
                Parametrization::NeuralTangent => [0.25, 1.0],
                Parametrization::Standard | Parametrization::MaximalUpdate => [1.0, 0.25],
            };
            let rate = match (parametrization, rule) {
                (Parametrization::MaximalUpdate, UpdateRule::GradientDescent) => 64.0,
                _ => 1.0,
            };
            let expected = Scaling {
                multiplier,
                std_dev,
                rate,
            };
            let found = parametrization.input_layer(16, 64, rule);
            assert_eq!(found, expected, "{parametrization} {rule:?}");
        }
    }
}
