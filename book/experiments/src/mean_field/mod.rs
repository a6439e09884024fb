//! Order and chaos: what wide networks make of two inputs.

mod correlation_map;
mod dropout;
mod edge_of_chaos;
mod figures;
mod fixed_point;
mod forgetting;
mod limits;
mod pair_moments;
mod relu_forgetting;
mod tailored;
mod trainability;

pub use correlation_map::CorrelationMap;
pub use dropout::DropoutScales;
pub use edge_of_chaos::EdgeOfChaos;
pub use fixed_point::FixedPoints;
pub use forgetting::Forgetting;
pub use pair_moments::PairMoments;
pub use relu_forgetting::ReluForgetting;
pub use tailored::TailoredSlope;
pub use trainability::Trainability;

use crate::experiment::of_options;
use crate::lab::{Control, Lab, table};
use crate::{Chapter, Configuration, Experiment, Run};
use unit_variance::activation::Activation;

/// The two variances that decide between order and chaos, and a pair's first correlation. With the least weights a signal lives without
/// biases, too: these layers rest with every setting.
pub(crate) const LAB: Lab = Lab {
    figure: &figures::CORRELATION_MAP,
    controls: &[
        Control {
            option: "weight-variance",
            label: "variance of the weights, times the fan-in",
            values: &[1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 8.0, 10.0, 16.0],
        },
        Control {
            option: "bias-variance",
            label: "variance of the biases",
            values: &[0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3],
        },
        Control {
            option: "start",
            label: "correlation in the first layer",
            values: &[-0.9, -0.6, -0.3, 0.0, 0.3, 0.6, 0.8, 0.9, 0.95],
        },
    ],
    tables: |values| {
        vec![table(&CorrelationMap {
            activation: Activation::Erf,
            weight_variance: values[0],
            bias_variance: values[1],
            start: values[2],
            depth: 20,
        })]
    },
};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "mean-field",
    experiments: &[
        Run::plain::<PairMoments>().in_small("--activation relu,tanh --correlation=-0.5,0.5"),
        Run::plain::<EdgeOfChaos>().in_small("--activation tanh,gelu --bias-variance 0.1"),
        Run::plain::<FixedPoints>().in_small("--weight-variance 1,3"),
        Run::plain::<CorrelationMap>().in_small("--depth 3"),
        Run::plain::<Forgetting>().in_small("--starts 0,0.5 --depth 3 --networks 2 --width 5"),
        Run::plain::<ReluForgetting>().in_small("--depth 3 --networks 5 --width 5"),
        Run::plain::<TailoredSlope>().in_small("--depth 20,50"),
        Run::plain::<DropoutScales>().in_small("--keep 0.9"),
        Run::on_digits(Trainability::NAME, |digits| {
            Box::new(Trainability::new(digits))
        })
        .in_small("--layers 2,3 --weight-variance 1,2 --seeds 2 --iterations 20 --width 5"),
    ],
    runs: &[
        Run::on_digits("trainability", |digits| Box::new(Trainability::new(digits))),
        Run::of("depth-scales", || Box::new(scales())),
        Run::of("depth-scales-shown", || {
            of(&["--weight-variance", "1,1.3,2,2.5,3,4"], FixedPoints::NAME)
        }),
        Run::plain::<CorrelationMap>(),
        Run::of("forgetting-relu", || Box::new(Forgetting::default())),
        Run::of("forgetting-order", || tanh_layers(1.0)),
        Run::of("forgetting-edge", || tanh_layers(EDGE)),
        Run::of("forgetting-chaos", || tanh_layers(3.0)),
        Run::of("relu-forgetting", || Box::new(ReluForgetting::default())),
        Run::of("edges", || {
            of(
                &[
                    "--activation",
                    "tanh,erf,hard_tanh,softsign,elu,selu,gelu,silu,mish",
                    "--bias-variance",
                    "0.1",
                ],
                EdgeOfChaos::NAME,
            )
        }),
        Run::of("edge-tanh", || edge(Activation::Tanh)),
        Run::of("edge-erf", || edge(Activation::Erf)),
        Run::of("edge-elu", || edge(Activation::Elu)),
        Run::of("edge-gelu", || edge(Activation::Gelu)),
        Run::of("edge-silu", || edge(Activation::Silu)),
        Run::of("gelu-rests", || {
            of(
                &[
                    "--activation",
                    "gelu",
                    "--weight-variance",
                    "2.07",
                    "--bias-variance",
                    "0.1",
                ],
                FixedPoints::NAME,
            )
        }),
        Run::of("tailored", || {
            of(&["--depth", "20,50,100,200"], TailoredSlope::NAME)
        }),
        Run::of("dropout-relu", || Box::new(DropoutScales::default())),
    ],
    figures: figures::FIGURES,
};

/// `σ_w²` of tanh's edge of chaos at `σ_b² = 0.05`.
const EDGE: f64 = 1.760_954_639_607;

/// The chapter's biases.
const BIAS: f64 = 0.05;

/// An experiment of this chapter with these options.
fn of(options: &[&str], name: &str) -> Box<dyn Experiment> {
    match name {
        FixedPoints::NAME => Box::new(of_options::<FixedPoints>(options)),
        EdgeOfChaos::NAME => Box::new(of_options::<EdgeOfChaos>(options)),
        _ => Box::new(of_options::<TailoredSlope>(options)),
    }
}

fn tanh_layers(weight_variance: f64) -> Box<dyn Experiment> {
    Box::new(Forgetting {
        activation: Activation::Tanh,
        weight_variance,
        bias_variance: BIAS,
        ..Forgetting::default()
    })
}

/// The scales of tanh from order to chaos.
fn scales() -> FixedPoints {
    let grid = (0..=66).map(|i| 0.9 + 0.05 * f64::from(i));
    FixedPoints {
        weight_variance: grid.map(|w| (w * 1e3).round() / 1e3).collect(),
        ..FixedPoints::default()
    }
}

/// The edge of an activation at variances from a hundredth to eighteen: eight to a decade, and three times as many from a tenth
/// to eight, where it bends.
fn edge(activation: Activation) -> Box<dyn Experiment> {
    let grid = (-48..=30).filter(|i| i % 3 == 0 || (-24..=21).contains(i));
    let grid = grid.map(|i| libm::pow(10.0, f64::from(i) / 24.0));
    Box::new(EdgeOfChaos {
        activation: vec![activation],
        variance: grid.map(|q| (q * 1e6).round() / 1e6).collect(),
        ..EdgeOfChaos::default()
    })
}
