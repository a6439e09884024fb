//! Every layer against dual numbers and differences.

use ndarray::{Array2, array};
use proptest::prelude::*;
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

use super::*;
use crate::activation::Activation;
use crate::initializer::VarianceScaling;
use crate::network::gradient_check::layer::{
    LayerCase, Variable, along, by_coordinate, by_differences, euler,
};
use crate::network::{Dense, Loss, Network};
use crate::probability::{Law, Streams};

pub(super) fn normal(shape: (usize, usize), rng: &mut dyn Rng) -> Array2<f64> {
    Array2::from_shape_simple_fn(shape, || StandardNormal.sample(rng))
}

fn randomize(layer: &mut dyn Layer, rng: &mut dyn Rng) {
    for mut parameter in layer.parameters_mut() {
        parameter.mapv_inplace(|_| StandardNormal.sample(rng));
    }
}

pub(super) fn attention(features: usize, heads: usize, rng: &mut dyn Rng) -> Attention {
    let lecun = VarianceScaling::lecun(Law::Normal);
    Attention::init(features, heads, &lecun, rng)
}

/// Every layer and every way to combine them, of four features, with random parameters.
pub(super) fn layers(rng: &mut dyn Rng) -> Vec<(&'static str, Box<dyn Layer>)> {
    let he = VarianceScaling::he(Law::Normal);
    let mlp = |phi, rng: &mut dyn Rng| Network::init(&[4, 6, 4], phi, &he, rng);
    let mut evaluated = BatchNorm::new(4);
    evaluated.running_mean = array![0.1, -0.3, 0.5, 2.0];
    evaluated.running_variance = array![0.5, 1.5, 2.0, 0.1];
    evaluated.training = false;
    let block = Chain::default()
        .then(Residual::new(
            Chain::default()
                .then(LayerNorm::new(4))
                .then(attention(4, 2, rng).causal()),
        ))
        .then(Residual::rezero(
            Chain::default()
                .then(RmsNorm::new(4))
                .then(mlp(Activation::GeluTanh, rng)),
        ));
    let mut layers: Vec<(&str, Box<dyn Layer>)> = vec![
        (
            "dense",
            Box::new(Dense::new(Array2::zeros((4, 3)), Activation::Tanh)),
        ),
        ("network", Box::new(mlp(Activation::Relu, rng))),
        ("layer norm", Box::new(LayerNorm::new(4))),
        ("rms norm", Box::new(RmsNorm::new(4))),
        ("batch norm", Box::new(BatchNorm::new(4))),
        ("batch norm, evaluated", Box::new(evaluated)),
        ("attention", Box::new(attention(4, 1, rng))),
        (
            "causal attention",
            Box::new(attention(4, 2, rng).causal().scaled(0.3)),
        ),
        (
            "residual",
            Box::new(Residual::new(mlp(Activation::Relu, rng)).scaled(0.5)),
        ),
        (
            "rezero",
            Box::new(Residual::rezero(mlp(Activation::Sine, rng))),
        ),
        ("block", Box::new(block)),
    ];
    for (_, layer) in &mut layers {
        randomize(&mut **layer, rng);
    }
    layers
}

fn cases(seed: u64) -> Vec<(&'static str, LayerCase)> {
    let mut rng = Streams::new(seed).stream("layers");
    let layers = layers(&mut rng).into_iter();
    layers
        .map(|(name, layer)| {
            let input = normal((5, 4), &mut rng);
            let cotangent = normal(layer.forward(&input).0.dim(), &mut rng);
            let loss = Loss::Linear { cotangent };
            (name, LayerCase { layer, input, loss })
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_backward_pass_of_every_layer_is_the_gradient(seed in any::<u64>()) {
        for (name, case) in cases(seed) {
            // Now and then a network of ReLUs has hardly a unit that is on, so that nearly all derivatives are 0: the next test
            // looks at a seed where they are not.
            let report = by_coordinate(&case, 1e-10, &LayerCase::gradients);
            prop_assert!(report.passes(), "{name}: {report:?}");
        }
    }
}

#[test]
fn most_of_the_gradients_are_not_zero() {
    for (name, case) in cases(7) {
        let report = by_coordinate(&case, 1e-10, &LayerCase::gradients);
        assert!(report.passes() && report.nonzero > 20, "{name}: {report:?}");
    }
}

#[test]
fn differences_agree_where_they_cross_no_kink() {
    for (name, case) in cases(7) {
        let report = by_differences(&case, 1e-5, 1e-7, &LayerCase::gradients);
        assert!(report.certified.passes(), "{name}: {report:?}");
        assert!(report.certified.nonzero > 20, "{name}: {report:?}");
    }
}

#[test]
fn a_gradient_that_forgets_a_part_is_caught_in_every_tensor() {
    for (name, case) in cases(8) {
        for tensor in 0..case.layer.parameters().len() {
            let report = by_coordinate(&case, 1e-10, &|case| {
                let mut gradients = case.gradients();
                gradients.parameters[tensor] *= 1.001;
                gradients
            });
            assert!(!report.passes(), "{name}, tensor {tensor}: {report:?}");
        }
        let report = by_coordinate(&case, 1e-10, &|case| {
            let mut gradients = case.gradients();
            gradients.input *= 1.001;
            gradients
        });
        assert!(!report.passes(), "{name}: {report:?}");
    }
}

#[test]
fn a_random_direction_sees_every_gradient_and_every_fault() {
    let mut rng = Streams::new(10).stream("directions");
    for (name, case) in cases(10) {
        let direction = case.normal_direction(&mut rng);
        let report = along(&case, &direction, 1e-11, &LayerCase::gradients);
        assert!(report.passes() && report.nonzero == 1, "{name}: {report:?}");
        for tensor in 0..case.layer.parameters().len() {
            let wrong = |case: &LayerCase| {
                let mut gradients = case.gradients();
                gradients.parameters[tensor] *= 1.001;
                gradients
            };
            let report = along(&case, &direction, 1e-11, &wrong);
            assert!(!report.passes(), "{name}, tensor {tensor}: {report:?}");
        }
    }
}

/// A layer, by its name, the variables that are scaled together, and the degree to which its answer follows.
type Homogeneous = (&'static str, Box<dyn Layer>, Vec<Variable>, u32);

/// Layers that are homogeneous, in which variables, and of which degree.
fn homogeneous(rng: &mut dyn Rng) -> Vec<Homogeneous> {
    use Variable::{Input, Parameter};
    let mut layers: Vec<(&str, Box<dyn Layer>)> = vec![
        ("layer norm", Box::new(LayerNorm::new(4).with_epsilon(0.0))),
        ("rms norm", Box::new(RmsNorm::new(4).with_epsilon(0.0))),
        ("batch norm", Box::new(BatchNorm::new(4).with_epsilon(0.0))),
        ("attention", Box::new(attention(4, 2, rng).causal())),
        (
            "dense",
            Box::new(Dense::new(Array2::zeros((4, 3)), Activation::Relu)),
        ),
    ];
    for (_, layer) in &mut layers {
        randomize(&mut **layer, rng);
    }
    let he = VarianceScaling::he(Law::Normal);
    let branch = Network::init(&[4, 6, 4], Activation::Relu, &he, rng);
    let both = vec![Parameter(0), Parameter(1)];
    let mut cases = Vec::new();
    for (name, layer) in layers {
        let of = match name {
            "rms norm" => vec![(vec![Input], 0), (vec![Parameter(0)], 1)],
            "attention" => vec![(vec![Parameter(2)], 1), (vec![Parameter(3)], 1)],
            "dense" => vec![(both.clone(), 1)],
            _ => vec![(vec![Input], 0), (both.clone(), 1)],
        };
        for (variables, degree) in of {
            cases.push((name, layer.clone(), variables, degree));
        }
    }
    let residual = Residual::new(branch).scaled(0.5);
    cases.push(("residual", Box::new(residual), vec![Input], 1));
    cases
}

#[test]
fn homogeneous_layers_obey_euler_and_a_fault_does_not() {
    let mut rng = Streams::new(11).stream("homogeneous");
    for (name, layer, variables, degree) in homogeneous(&mut rng) {
        let input = normal((5, 4), &mut rng);
        let cotangent = normal(layer.forward(&input).0.dim(), &mut rng);
        let loss = Loss::Linear { cotangent };
        let case = LayerCase { layer, input, loss };
        let check = |gradient: &dyn Fn(&LayerCase) -> Pullback| {
            euler(&case, &variables, degree, 1e-11, gradient)
        };
        let report = check(&LayerCase::gradients);
        assert!(report.passes(), "{name} in {variables:?}: {report:?}");
        assert_eq!(report.nonzero, u64::from(degree), "{name}: {report:?}");
        let report = check(&|case| {
            let mut gradients = case.gradients();
            gradients.input += 0.1;
            for parameter in &mut gradients.parameters {
                *parameter *= 1.001;
            }
            gradients
        });
        assert!(!report.passes(), "{name} in {variables:?}: {report:?}");
    }
}

#[test]
#[should_panic(expected = "the output is not homogeneous of degree 1 in [Input]")]
fn a_layer_norm_is_not_homogeneous_of_degree_one() {
    let (_, case) = cases(12).swap_remove(2);
    let _ = euler(&case, &[Variable::Input], 1, 1e-11, &LayerCase::gradients);
}

#[test]
fn statistics_that_are_taken_for_constants_are_caught() {
    for (name, case) in cases(9) {
        if !["layer norm", "rms norm", "batch norm"].contains(&name) {
            continue;
        }
        let report = by_coordinate(&case, 1e-10, &|case| {
            let mut gradients = case.gradients();
            let Loss::Linear { cotangent } = &case.loss else {
                unreachable!("the case has a linear loss")
            };
            let gain = case.layer.parameters()[0].to_owned();
            gradients
                .input
                .assign(&(cotangent * &gain.to_shape(4).expect("four features")));
            gradients
        });
        assert!(!report.passes(), "{name}: {report:?}");
    }
}

#[test]
fn where_nothing_is_rounded_norms_agree_with_dual_numbers_to_the_last_bit() {
    // Rows and columns of as many 1 as −1: mean 0 and variance 1, and means over four of integers.
    let input = array![
        [1.0, 1.0, -1.0, -1.0],
        [1.0, -1.0, 1.0, -1.0],
        [-1.0, 1.0, -1.0, 1.0],
        [-1.0, -1.0, 1.0, 1.0]
    ];
    let cotangent = Array2::from_shape_fn((4, 4), |(i, j)| (3 * i * j + i) as f64 - 5.0);
    let norms: [Box<dyn Layer>; 3] = [
        Box::new(LayerNorm::new(4).with_epsilon(0.0)),
        Box::new(RmsNorm::new(4).with_epsilon(0.0)),
        Box::new(BatchNorm::new(4).with_epsilon(0.0)),
    ];
    for layer in norms {
        let (input, cotangent) = (input.clone(), cotangent.clone());
        let loss = Loss::Linear { cotangent };
        let case = LayerCase { layer, input, loss };
        let report = by_coordinate(&case, 0.0, &LayerCase::gradients);
        assert!(
            report.passes() && report.nonzero > 12,
            "{:?}: {report:?}",
            case.layer
        );
    }
}
