use super::*;
use ndarray::array;

fn one(multiplier: f64, weight: f64, rate: f64) -> ScaledNetwork {
    let layer = ScaledLayer::new(multiplier, array![[weight]], rate, Activation::Identity);
    ScaledNetwork::new(vec![layer])
}

#[test]
fn a_step_of_descent_is_the_product_by_hand() {
    // y = 3 · 2 · 5, and the slope of y by w is 3 · 5.
    let mut network = one(3.0, 2.0, 0.5);
    let loss = Loss::Linear {
        cotangent: array![[-1.0]],
    };
    network.step(&array![[5.0]], &loss, Rule::Descent, 0.1);
    assert!((network.layers[0].parameters[[0, 0]] - (2.0 + 0.5 * 0.1 * 15.0)).abs() < 1e-15);
}

#[test]
fn the_first_step_of_adam_has_the_size_of_the_rate() {
    let mut network = one(3.0, 2.0, 0.5);
    let loss = Loss::Linear {
        cotangent: array![[1e-3]],
    };
    network.step(&array![[5.0]], &loss, Rule::Adam { epsilon: 0.0 }, 0.1);
    assert!((network.layers[0].parameters[[0, 0]] - 1.95).abs() < 1e-12);
}

#[test]
fn at_the_base_width_all_parametrizations_are_one() {
    let shape = Shape {
        inputs: 3,
        width: 8,
        outputs: 2,
        base: 8,
    };
    let all = Parametrization::ALL.map(|of| {
        let rule = UpdateRule::GradientDescent;
        ScaledNetwork::draw(of, rule, shape, Streams::new(1))
    });
    assert!(all[0] == all[1] && all[1] == all[2]);
    let wider = Shape { width: 16, ..shape };
    let draw = |of| {
        let rule = UpdateRule::GradientDescent;
        ScaledNetwork::draw(of, rule, wider, Streams::new(1))
    };
    let [standard, maximal] = [Parametrization::Standard, Parametrization::MaximalUpdate].map(draw);
    let rates = |of: &ScaledNetwork| of.layers.iter().map(|l| l.rate).collect::<Vec<_>>();
    assert_eq!(rates(&standard), [1.0, 1.0, 1.0]);
    assert_eq!(rates(&maximal), [2.0, 1.0, 0.5]);
    let [own, other] = [&standard, &maximal].map(|of| of.layers[2].parameters[[0, 0]]);
    assert!((own / other - 2_f64.sqrt()).abs() < 1e-12);
}
