//! The law of the two halves of a first step.

use experiments::width::{Rule, ScaledLayer, ScaledNetwork};
use ndarray::{Array2, array};
use rand::RngExt;
use statrs::distribution::{ChiSquared, ContinuousCDF};
use unit_variance::evidence::{Check, KolmogorovDistance, KolmogorovFoil};
use unit_variance::initializer::Normal;
use unit_variance::probability::StreamRng;
use unit_variance::{Activation, Initializer, Loss};

use crate::harness::Report;

const UNITS: usize = 5;
const NETWORKS: usize = 8000;

/// A network, or what is wrong with it.
#[derive(Clone, Copy)]
struct Step {
    units: usize,
    /// Whether the readout has signs for parameters.
    signs: bool,
    /// What the two quotients are multiplied by.
    factors: [f64; 2],
}

const RIGHT: Step = Step {
    units: UNITS,
    signs: false,
    factors: [1.0; 2],
};

const MULTIPLIERS: [f64; 2] = [0.75, 2.0];
const STD_DEVS: [f64; 2] = [0.6, 1.3];
const RATES: [f64; 2] = [0.3, 0.7];
const TARGET: f64 = -1.5;

fn quotients(of: &Step, rng: &mut StreamRng) -> [f64; 2] {
    let x = array![[1.0, -0.5, 2.0]];
    let square = 5.25;
    let mut draw = |l: usize, shape: (usize, usize)| -> Array2<f64> {
        Normal::new(0.0, STD_DEVS[l]).sample(shape, rng)
    };
    let first = draw(0, (3, of.units));
    let mut readout = draw(1, (of.units, 1));
    if of.signs {
        readout.mapv_inplace(|v| v.signum() * STD_DEVS[1]);
    }
    let layer = |l: usize, parameters: Array2<f64>| {
        ScaledLayer::new(MULTIPLIERS[l], parameters, RATES[l], Activation::Identity)
    };
    let start = ScaledNetwork::new(vec![layer(0, first), layer(1, readout)]);
    let mut network = start.clone();
    let loss = Loss::Linear {
        cotangent: array![[-TARGET]],
    };
    network.step(&x, &loss, Rule::Descent, 1.0);
    let factors: f64 = MULTIPLIERS.iter().product();
    std::array::from_fn(|l| {
        let moved = &network.layers[l].parameters - &start.layers[l].parameters;
        let way = RATES[l] * TARGET * factors * STD_DEVS[1 - l];
        of.factors[l] * moved.mapv(|w| w * w).sum() / (way * way * square)
    })
}

#[test]
fn both_halves_of_a_step_have_the_law_of_a_sum_of_squares() -> Report {
    claim!(
        "width.first-step-law",
        r"In the network of the claim on two layers let all parameters be *normal*, and let the rates, the factors, the
        standard deviations, $x$ and $y$ be other than zero. A step on the loss $-yf$ moves $U$ and $v$ by matrices whose
        sums of squares, over *$e_1^2y^2M^2Xs_2^2$* and over *$e_2^2y^2M^2Xs_1^2$*, each have the chi-square law with
        *$n$* degrees of freedom.",
        |streams| {
            let law = ChiSquared::new(UNITS as f64).expect("five degrees of freedom");
            let nearly = |claimed: f64, actual: [f64; 2]| {
                KolmogorovFoil::new(
                    NETWORKS as u64,
                    claimed,
                    f64::midpoint(actual[0], actual[1]),
                )
            };
            // Of what is multiplied by c, a share of F(F⁻¹(q)/c) lies below the quantile of q.
            let scaled = |c: f64, half: usize| {
                let q = 0.5;
                let mut actual = [q; 2];
                actual[half] = law.cdf(law.inverse_cdf(q) / c);
                nearly(q, actual)
            };
            let wider = ChiSquared::new(UNITS as f64 + 1.0).expect("six degrees of freedom");
            let median = law.inverse_cdf(0.5);
            // Signs have the sum of squares n, in the quotient of U.
            let below = law.cdf(UNITS as f64) - 0.01;
            Check::of(
                "distance of 8,000 quotients, of one matrix each, from the law",
                NETWORKS as u64,
                |of: &Step, rng: &mut StreamRng| {
                    let mut quotient = || {
                        let both = quotients(of, rng);
                        both[usize::from(rng.random_bool(0.5))]
                    };
                    let mut sample: Vec<f64> = (0..NETWORKS).map(|_| quotient()).collect();
                    KolmogorovDistance::of(&mut sample, |x| law.cdf(x))
                },
            )
            .null(KolmogorovDistance::new(NETWORKS as u64))
            .proved_beyond("$n$", "five units")
            .holds_for("networks of five units", RIGHT)
            .foil(
                "a readout of signs",
                Step {
                    signs: true,
                    ..RIGHT
                },
                nearly(below, [0.0, below]),
            )
            .attacks(&["normal"])
            .foil(
                "the variance of U in the place of that of v",
                Step {
                    factors: [(STD_DEVS[1] / STD_DEVS[0]).powi(2), 1.0],
                    ..RIGHT
                },
                scaled((STD_DEVS[1] / STD_DEVS[0]).powi(2), 0),
            )
            .attacks(&["$e_1^2y^2M^2Xs_2^2$"])
            .foil(
                "without the factors",
                Step {
                    factors: [1.0, 2.25],
                    ..RIGHT
                },
                scaled(2.25, 1),
            )
            .attacks(&["$e_2^2y^2M^2Xs_1^2$"])
            .foil(
                "six units",
                Step {
                    units: UNITS + 1,
                    ..RIGHT
                },
                nearly(0.5, [wider.cdf(median); 2]),
            )
            .attacks(&["$n$"])
            .judge(streams)
        },
    )
}
