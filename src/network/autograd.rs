//! The backward pass against PyTorch's autograd, on the cases stored in `tests/data/autograd.json`.

use approx::assert_relative_eq;
use ndarray::{Array1, Array2};
use serde_json::Value;

use super::{Dense, Loss, Network};
use crate::activation::Activation;

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn vector(value: &Value) -> Array1<f64> {
    let numbers = list(value).iter().map(|x| x.as_f64().expect("a number"));
    numbers.collect()
}

fn matrix(value: &Value) -> Array2<f64> {
    let rows = list(value).len();
    let numbers: Vec<f64> = list(value).iter().flat_map(vector).collect();
    let shape = (rows, numbers.len() / rows);
    Array2::from_shape_vec(shape, numbers).expect("rows of one length")
}

/// PyTorch stores a weight as `(fan_out, fan_in)`.
fn transposed(value: &Value) -> Array2<f64> {
    matrix(value).reversed_axes()
}

/// A stored network, with the activation after every layer but the last.
fn network(stored: &Value, activation: Activation) -> Network {
    let last = list(&stored["weights"]).len() - 1;
    let layers = list(&stored["weights"]).iter().zip(list(&stored["biases"]));
    let layers = layers.enumerate().map(|(l, (weight, bias))| Dense {
        weight: transposed(weight),
        bias: vector(bias),
        activation: if l < last {
            activation
        } else {
            Activation::Identity
        },
    });
    Network {
        layers: layers.collect(),
    }
}

#[track_caller]
fn assert_close<'a>(
    ours: impl IntoIterator<Item = &'a f64>,
    theirs: impl IntoIterator<Item = f64>,
) {
    let mut theirs = theirs.into_iter();
    for ours in ours {
        let theirs = theirs.next().expect("as many numbers as ours");
        assert_relative_eq!(*ours, theirs, epsilon = 1e-15, max_relative = 1e-12);
    }
    assert!(theirs.next().is_none(), "more numbers than ours");
}

#[test]
fn losses_and_gradients_agree_with_autograd() {
    let stored: Value = serde_json::from_str(include_str!("../../tests/data/autograd.json"))
        .expect("the stored cases are JSON");
    let mut cases = 0;
    for net in list(&stored["nets"]) {
        let inputs = matrix(&net["inputs"]);
        for case in list(&net["cases"]) {
            let name = case["activation"].as_str().expect("a name");
            let network = network(net, name.parse().expect("an activation that we know"));
            let loss = match case["loss_name"].as_str() {
                Some("mse") => Loss::MeanOfSquares {
                    targets: matrix(&net["mse_targets"]),
                },
                Some("softmax_cross_entropy") => Loss::CrossEntropy {
                    labels: vector(&net["labels"])
                        .iter()
                        .map(|label| *label as usize)
                        .collect(),
                },
                other => panic!("no loss is called {other:?}"),
            };

            let trace = network.forward(&inputs);
            assert_close(trace.output(), matrix(&case["outputs"]));
            let value = case["loss"].as_f64().expect("a number");
            assert_relative_eq!(loss.value(trace.output()), value, max_relative = 1e-13);

            let gradients = network.gradients(&inputs, &loss);
            for (l, layer) in gradients.layers.iter().enumerate() {
                assert_close(&layer.weight, transposed(&case["dW"][l]));
                assert_close(&layer.bias, vector(&case["db"][l]));
            }
            assert_close(&gradients.input, matrix(&case["dx"]));
            cases += 1;
        }
    }
    assert_eq!(cases, 12);
}
