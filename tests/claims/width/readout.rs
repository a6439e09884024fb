//! A readout of zeros.

use experiments::width::{Rule, ScaledLayer, ScaledNetwork};
use ndarray::Array2;
use unit_variance::evidence::Exactness;
use unit_variance::initializer::Normal;
use unit_variance::{Activation, Initializer, Loss, Streams};

use crate::harness::Report;

const ROWS: usize = 3;
const OUTPUTS: usize = 2;

/// How many parameters below the readout so many steps change, over depths, activations and losses; and over how many networks.
fn changed(readout: f64, steps: usize, streams: Streams) -> (f64, u64) {
    let normal = |streams: Streams, name: &str, shape| -> Array2<f64> {
        Normal::new(0.0, 1.0).sample(shape, &mut streams.stream(name))
    };
    let (mut moved, mut cases) = (0, 0);
    for depth in 1..=3 {
        for activation in Activation::ALL {
            let streams = streams.family(&format!("{depth} {}", activation.name()));
            let x = normal(streams, "inputs", (ROWS, 4));
            let targets = normal(streams, "targets", (ROWS, OUTPUTS));
            let losses = [
                Loss::SumOfSquares {
                    targets: targets.clone(),
                },
                Loss::MeanOfSquares {
                    targets: targets.clone(),
                },
                Loss::CrossEntropy {
                    labels: vec![0, 1, 1],
                },
                Loss::Linear { cotangent: targets },
            ];
            let mut layers: Vec<ScaledLayer> = (0..depth)
                .map(|l| {
                    let shape = (if l == 0 { 4 } else { 5 }, 5);
                    let drawn = normal(streams, &format!("layer.{l}"), shape);
                    ScaledLayer::new(0.5, drawn, 2.0, activation)
                })
                .collect();
            let last = normal(streams, "readout", (5, OUTPUTS)) * readout;
            layers.push(ScaledLayer::new(1.5, last, 1.0, Activation::Identity));
            let start = ScaledNetwork::new(layers);
            for loss in losses {
                let mut network = start.clone();
                for _ in 0..steps {
                    network.step(&x, &loss, Rule::Descent, 0.125);
                }
                let below = network.layers.iter().zip(&start.layers).take(depth);
                moved += below
                    .flat_map(|(after, before)| after.parameters.iter().zip(&before.parameters))
                    .filter(|(after, before)| after != before)
                    .count();
                cases += 1;
            }
        }
    }
    (moved as f64, cases)
}

#[test]
fn a_readout_of_zeros_learns_alone_in_the_first_step() -> Report {
    claim!(
        "width.readout-zero",
        r"In a chain of layers without biases whose last layer is linear and has parameters of *zero*, the *first* step of
        gradient descent on *any* differentiable loss of the outputs leaves the parameters of *every* layer below as they
        are, but for the sign of a zero, as long as all numbers on the way are finite.",
        |streams| {
            let (moved, cases) = changed(0.0, 1, streams);
            Exactness::of("parameters below the readout that change", cases)
                .proved()
                .within(0.0)
                .proved_beyond("any", "four losses")
                .proved_beyond("every", "one to three layers below, eighteen activations")
                .holds_for("a readout of zeros", moved)
                .foil("a random readout", changed(1.0, 1, streams).0)
                .attacks(&["zero"])
                .foil("two steps", changed(0.0, 2, streams).0)
                .attacks(&["first"])
                .judge()
        },
    )
}
