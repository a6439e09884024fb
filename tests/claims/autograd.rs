//! The networks, losses and gradients that PyTorch's autograd was asked for, as stored in
//! `tests/data/autograd.json`.

use ndarray::{Array1, Array2};
use serde_json::Value;

use unit_variance::network::gradient_check::Case;
use unit_variance::{Activation, Dense, Gradients, LayerGradient, Loss, Network};

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

/// A stored case, and what PyTorch gave for it.
pub(crate) struct Stored {
    pub(crate) case: Case,
    pub(crate) value: f64,
    pub(crate) gradients: Gradients,
}

/// All stored cases.
pub(crate) fn stored_cases() -> Vec<Stored> {
    let stored: Value = serde_json::from_str(include_str!("../data/autograd.json"))
        .expect("the stored cases are JSON");
    let nets = list(&stored["nets"]).iter();
    nets.flat_map(|net| {
        list(&net["cases"])
            .iter()
            .map(|case| stored_case(net, case))
    })
    .collect()
}

fn stored_case(net: &Value, case: &Value) -> Stored {
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
    let layers = list(&case["dW"])
        .iter()
        .zip(list(&case["db"]))
        .map(|(dw, db)| LayerGradient {
            weight: transposed(dw),
            bias: vector(db),
            activation: Array2::zeros((0, 0)),
            delta: Array2::zeros((0, 0)),
        });
    Stored {
        case: Case {
            network,
            input: matrix(&net["inputs"]),
            loss,
        },
        value: case["loss"].as_f64().expect("a number"),
        gradients: Gradients {
            layers: layers.collect(),
            input: matrix(&case["dx"]),
        },
    }
}
