//! Six models: a sound one, a default, three mistakes, and one that was trained.

use clap::ValueEnum;
use ndarray::{Array2, ArrayD};
use rand_distr::Distribution;
use serde::Serialize;

use unit_variance::diagnosis::{Diagnosis, Entry, Options, Plan, Precision};
use unit_variance::initializer::{Fan, Initializer, VarianceScaling};
use unit_variance::network::{Network, Optimizer, Trainer};
use unit_variance::{Activation, Law, Streams};

/// A tensor as a file of single precision has it, `(out, in)` where it is a matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// Its numbers.
    pub values: ArrayD<f32>,
}

impl Tensor {
    /// A matrix `(in, out)`, as PyTorch keeps it: `(out, in)`.
    pub fn turned(name: &str, weight: &Array2<f64>) -> Self {
        Self::as_it_is(name, &weight.t().to_owned().into_dyn())
    }

    /// An array in the order that it has.
    pub fn as_it_is(name: &str, values: &ArrayD<f64>) -> Self {
        Self {
            name: name.to_owned(),
            values: values.mapv(|x| x as f32),
        }
    }
}

/// A model that is diagnosed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Model {
    /// Three layers of He's normal weights.
    Sound,
    /// Three layers as PyTorch draws them, weights and biases.
    Default,
    /// Three layers whose uniform law has He's standard deviation for its bound.
    Bound,
    /// Three layers of He's normal weights, each from the beginning of the same stream.
    Stream,
    /// Four blocks of a GPT whose projections into the stream are as large as all other weights.
    Residual,
    /// The sound one, after some steps of training.
    Trained,
}

/// All of them, in the order of the chapter.
pub(super) const MODELS: [Model; 6] = [
    Model::Sound,
    Model::Default,
    Model::Bound,
    Model::Stream,
    Model::Residual,
    Model::Trained,
];

/// The widths of the three layers.
const WIDTHS: [usize; 4] = [196, 128, 64, 10];
const NAMES: [&str; 3] = ["fc1", "fc2", "head"];
/// Blocks of the GPT, and the width of its stream.
const BLOCKS: usize = 4;
const STREAM: usize = 64;

impl Model {
    /// The name, as the terminal has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::Default => "default",
            Self::Bound => "bound",
            Self::Stream => "stream",
            Self::Residual => "residual",
            Self::Trained => "trained",
        }
    }

    /// The tensors of one model; only the trained one makes steps.
    pub fn tensors(self, streams: Streams, steps: usize) -> Vec<Tensor> {
        let he = VarianceScaling::he(Law::Normal);
        match self {
            Self::Sound => of_network(&mlp(&he, None, streams)),
            Self::Default => {
                let default = VarianceScaling::pytorch_linear();
                of_network(&mlp(&default, Some(&default), streams))
            }
            Self::Bound => {
                // Half of a uniform law's width is √3 standard deviations.
                let third = VarianceScaling::new(2.0 / 3.0, Fan::In, Law::Uniform);
                of_network(&mlp(&third, None, streams))
            }
            Self::Stream => of_one_stream(streams),
            Self::Residual => gpt(streams),
            Self::Trained => of_network(&trained(mlp(&he, None, streams), steps, streams)),
        }
    }
}

fn mlp(weights: &VarianceScaling, biases: Option<&VarianceScaling>, streams: Streams) -> Network {
    let [inputs, widths @ ..] = WIDTHS;
    let mut builder = Network::builder(inputs);
    for (name, width) in NAMES.into_iter().zip(widths) {
        let activation = if name == "head" {
            Activation::Identity
        } else {
            Activation::Relu
        };
        builder = builder.layer(name, width, activation, weights);
        if let Some(biases) = biases {
            builder = builder.with_biases(biases);
        }
    }
    builder.init(streams)
}

fn of_network(network: &Network) -> Vec<Tensor> {
    let layers = NAMES.into_iter().zip(&network.layers);
    let of_layer = layers.map(|(name, layer)| {
        [
            Tensor::turned(&format!("{name}.weight"), &layer.weight),
            Tensor::as_it_is(&format!("{name}.bias"), &layer.bias.clone().into_dyn()),
        ]
    });
    of_layer.flatten().collect()
}

/// Each layer drawn row by row as it lies in memory, `(out, in)`, after the generator was seeded anew.
fn of_one_stream(streams: Streams) -> Vec<Tensor> {
    let he = VarianceScaling::he(Law::Normal).on(Fan::Out);
    let layers = NAMES.into_iter().zip(WIDTHS.windows(2));
    let drawn = layers.map(|(name, pair)| {
        let shape = (pair[1], pair[0]);
        let weight: Array2<f64> = he.sample(shape, &mut streams.stream("weights"));
        Tensor::as_it_is(&format!("{name}.weight"), &weight.into_dyn())
    });
    drawn.collect()
}

/// GPT-2's weights of standard deviation 0.02, `(in, out)` as it keeps them, without its scale for `c_proj`.
fn gpt(streams: Streams) -> Vec<Tensor> {
    let normal = |name: &str, shape: (usize, usize)| {
        let scale = 0.02 * 0.02 * shape.0 as f64;
        let rule = VarianceScaling::new(scale, Fan::In, Law::Normal);
        let weight: Array2<f64> = rule.sample(shape, &mut streams.stream(name));
        Tensor::as_it_is(&format!("{name}.weight"), &weight.into_dyn())
    };
    let mut tensors = vec![normal("wte", (256, STREAM)), normal("wpe", (32, STREAM))];
    for block in 0..BLOCKS {
        for (part, inputs, outputs) in [
            ("attn.c_attn", STREAM, 3 * STREAM),
            ("attn.c_proj", STREAM, STREAM),
            ("mlp.c_fc", STREAM, 4 * STREAM),
            ("mlp.c_proj", 4 * STREAM, STREAM),
        ] {
            let name = format!("h.{block}.{part}");
            tensors.push(normal(&name, (inputs, outputs)));
            let bias = ArrayD::zeros(vec![outputs]);
            tensors.push(Tensor::as_it_is(&format!("{name}.bias"), &bias));
        }
    }
    tensors
}

/// Plain gradient descent on ten clouds, whose centers have the size of a fifth of the noise about them.
fn trained(network: Network, steps: usize, streams: Streams) -> Network {
    const BATCH: usize = 50;
    const RATE: f64 = 0.1;
    const CENTER: f64 = 0.2;
    let [inputs, .., classes] = WIDTHS;
    let mut rng = streams.stream("data");
    let mut normal = |shape| Array2::from_shape_simple_fn(shape, || Law::Normal.sample(&mut rng));
    let centers: Array2<f64> = normal((classes, inputs)) * CENTER;
    let labels: Vec<u8> = (0..BATCH).map(|i| (i % classes) as u8).collect();
    let mut trainer = Trainer::new(network, BATCH);
    for _ in 0..steps {
        let mut x: Array2<f64> = normal((BATCH, inputs));
        for (mut row, label) in x.rows_mut().into_iter().zip(&labels) {
            row += &centers.row(usize::from(*label));
        }
        trainer.forward(&*x);
        trainer.backward(&labels);
        trainer.step(&*x, Optimizer::Sgd, RATE, 0.0);
    }
    trainer.network().clone()
}

/// What the library says of these tensors, in a file that names PyTorch as its maker.
pub fn diagnose(tensors: &[Tensor]) -> Diagnosis {
    let entries = tensors.iter().map(|tensor| Entry {
        name: tensor.name.clone(),
        shape: tensor.values.shape().to_vec(),
        dtype: "F32".to_owned(),
        precision: Some(Precision::F32),
    });
    let plan = Plan::new(entries.collect(), Some("pt"), Options::default());
    let examine = |(i, tensor): (usize, &Tensor)| {
        let values: Vec<f64> = tensor.values.iter().map(|&x| f64::from(x)).collect();
        let mut scan = plan.scan(i)?;
        scan.add(&values);
        Some(plan.examine(i, scan.finish()))
    };
    let examined: Vec<_> = tensors.iter().enumerate().filter_map(examine).collect();
    plan.judge(&examined)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(model: Model) -> Vec<String> {
        let diagnosis = diagnose(&model.tensors(Streams::new(1), 0));
        let verdicts = diagnosis.verdicts.iter();
        verdicts.map(|verdict| verdict.kind.to_string()).collect()
    }

    #[test]
    fn every_mistake_has_its_verdict() {
        for (model, kind) in [
            (Model::Default, "forward"),
            (Model::Bound, "bound_without_sqrt3"),
            (Model::Stream, "same_stream"),
            (Model::Residual, "residual_not_scaled"),
        ] {
            let found = faults(model);
            assert!(found.contains(&kind.to_owned()), "{model:?}: {found:?}");
        }
    }

    #[test]
    fn training_of_no_steps_leaves_the_weights() {
        let streams = Streams::new(1);
        let (drawn, same) = (
            Model::Sound.tensors(streams, 0),
            Model::Trained.tensors(streams, 0),
        );
        assert_eq!(drawn, same);
        assert_ne!(drawn, Model::Trained.tensors(streams, 1));
    }
}
