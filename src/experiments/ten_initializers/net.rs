//! Affine layers and ReLUs, as the notebook has them.

use ndarray::{Array1, Array2, Axis};

use crate::network::product;

/// What one initializer's net computed in one epoch, layer by layer: affine, ReLU, affine, …
pub(super) struct Epoch {
    /// What left each layer upwards.
    pub(super) forward: Vec<Array2<f64>>,
    /// What left each layer downwards: the gradient of its input.
    pub(super) backward: Vec<Array2<f64>>,
}

/// An affine layer of the notebook: weights and biases, learned by plain steps.
pub(super) struct Affine {
    weight: Array2<f64>,
    bias: Array1<f64>,
}

impl Affine {
    pub(super) fn of(weight: Array2<f64>) -> Self {
        let bias = Array1::zeros(weight.ncols());
        Self { weight, bias }
    }

    /// `W ← W − rate Xᵀ dZ`, `b ← b − rate Σ` rows of `dZ`.
    pub(super) fn step(&mut self, x: &Array2<f64>, dz: &Array2<f64>, rate: f64) {
        self.weight.scaled_add(-rate, &product(&x.t(), dz));
        self.bias.scaled_add(-rate, &dz.sum_axis(Axis(0)));
    }
}

/// What leaves every layer upwards.
pub(super) fn forward(net: &[Affine], x: &Array2<f64>) -> Vec<Array2<f64>> {
    let mut outputs: Vec<Array2<f64>> = Vec::with_capacity(2 * net.len());
    for affine in net {
        let z = product(outputs.last().unwrap_or(x), &affine.weight) + &affine.bias;
        let h = z.mapv(|z| if z <= 0.0 { 0.0 } else { z });
        outputs.extend([z, h]);
    }
    outputs
}

/// What leaves every layer downwards: the gradients of their inputs.
pub(super) fn backward(
    net: &[Affine],
    forward: &[Array2<f64>],
    dy: Array2<f64>,
) -> Vec<Array2<f64>> {
    let mut gradients = Vec::with_capacity(forward.len());
    let mut above = dy;
    for (l, affine) in net.iter().enumerate().rev() {
        ndarray::Zip::from(&mut above)
            .and(&forward[2 * l])
            .for_each(|g, z| {
                if *z <= 0.0 {
                    *g = 0.0;
                }
            });
        let below = product(&above, &affine.weight.t());
        gradients.push(above);
        above = below.clone();
        gradients.push(below);
    }
    gradients.reverse();
    gradients
}
